"""Offers the client has said yes to, and the word of their firms about the work that follows."""

from collections.abc import Iterable
from dataclasses import replace

from django.db import connection

from bids.content import JointOffer
from bids.vocabulary import LinePricing, PriceVisibility
from tests.bids.cases import daycare
from tests.bids.decisions import Offered, a_code, accepts, an_offered, two_readers
from tests.bids.offers import D


def agreed_daycare(
    *, lines: Iterable[str] = (), visibility: PriceVisibility = PriceVisibility.ALL, **said: object
) -> Offered:
    """The daycare's offer with hours that are invoiced as they turn out, accepted with these choices."""
    return a_yes(with_hours(replace(daycare(), price_visibility=visibility, **said)), lines=lines)  # type: ignore[arg-type]


def a_yes(offer: JointOffer, *, lines: Iterable[str] = ()) -> Offered:
    """This offer, sent and accepted with these choices."""
    offered = an_offered(two_readers(offer))
    a_code(offered.link, offered.revision)
    assert accepts(offered, lines=tuple(lines)) is not None
    if connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    return offered


def with_hours(offer: JointOffer) -> JointOffer:
    """SEL's plain language is capped at 12 hours, KUV's drawing an open estimate of 24."""

    def priced(code: str, pricing: LinePricing, cap: str | None) -> None:
        nonlocal offer
        offer = replace(
            offer,
            parts=tuple(
                replace(
                    part,
                    lines=tuple(
                        replace(line, pricing=pricing, cap_quantity=None if cap is None else D(cap))
                        if line.code == code
                        else line
                        for line in part.lines
                    ),
                )
                for part in offer.parts
            ),
        )

    priced("A4", LinePricing.CAP, "12")
    priced("A2", LinePricing.ESTIMATE, None)
    return offer
