"""What an offer does about a wish, in one sentence, and of what it does nothing."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils.translation import override

from bids.content import Adjustment, JointOffer, OfferPart
from bids.models import ChangeRequest
from bids.sheets.wishes_met import what_is_done
from bids.vocabulary import PriceBasis, WishKind
from tests.bids.cases import daycare


def with_lines(offer: JointOffer, key: str, **of: object) -> JointOffer:
    """The offer with one of its rows otherwise, or without it where nothing is said."""

    def of_part(part: OfferPart) -> OfferPart:
        lines = (replace(line, **of) if line.code == key else line for line in part.lines)  # type: ignore[arg-type]
        return replace(part, lines=tuple(line for line in lines if of or line.code != key))

    return replace(offer, parts=tuple(map(of_part, offer.parts)))


def later(offer: JointOffer, days: int, *, steps: int = 99) -> JointOffer:
    """So many of its steps lie later, and with all of them the delivery and the rows."""
    by = timedelta(days=days)
    moved = tuple(
        replace(one, starts_on=one.starts_on + by, ends_on=one.ends_on + by) if place < steps else one
        for place, one in enumerate(offer.milestones)
    )
    delivery = offer.delivery
    if delivery is not None and steps > len(moved):
        delivery = replace(delivery, starts_on=delivery.starts_on + by, ends_on=delivery.ends_on + by)
    return replace(offer, milestones=moved, delivery=delivery)


WITHOUT_A3 = ChangeRequest(kind=WishKind.WITHOUT_LINE.value, line="A3")
LATER = ChangeRequest(kind=WishKind.LATER.value, weeks=2)
A2_FOR = ChangeRequest(kind=WishKind.PRICE_WISH.value, line="A2", amount=Decimal(1000), basis=PriceBasis.NET.value)
ALL_FOR = ChangeRequest(kind=WishKind.PRICE_WISH.value, amount=Decimal(3400), basis=PriceBasis.GROSS.value)
OTHER = ChangeRequest(kind=WishKind.OTHER.value, text="Toisin, kiitos.")
TEN_OFF = replace(daycare(), discount=Adjustment(name="Alennus", percent=Decimal(10)))


@pytest.mark.parametrize(
    ("wish", "now", "says"),
    [
        (WITHOUT_A3, with_lines(daycare(), "A3"), "Row A3 Saavutettava PDF-versio is no longer in it."),
        (
            WITHOUT_A3,
            with_lines(daycare(), "A3", optional=True),
            "Row A3 Saavutettava PDF-versio now counts only if the client chooses it.",
        ),
        (WITHOUT_A3, with_lines(daycare(), "A3", unit_price=Decimal(1)), ""),
        (WITHOUT_A3, with_lines(daycare(), "A4"), ""),
        (LATER, later(daycare(), 14), "Everything is 14 days later."),
        (LATER, later(daycare(), 7, steps=1), "Some of the days are later, by 7 days at most."),
        (LATER, later(daycare(), -7), ""),
        (LATER, TEN_OFF, ""),
        (
            A2_FOR,
            with_lines(daycare(), "A2", unit_price=Decimal(50)),
            "Row A2 Infografiikan suunnittelu was €1,482.00 and is now €1,140.00 (excl. VAT).",
        ),
        (A2_FOR, with_lines(daycare(), "A2", unit_price=Decimal(70)), ""),
        (A2_FOR, with_lines(daycare(), "A2"), "Row A2 Infografiikan suunnittelu is no longer in it."),
        (A2_FOR, TEN_OFF, ""),
        (ALL_FOR, with_lines(daycare(), "A3", unit_price=Decimal(70)), ""),
        (OTHER, TEN_OFF, ""),
        *((wish, daycare(), "") for wish in (WITHOUT_A3, LATER, A2_FOR, ALL_FOR, OTHER)),
    ],
)
def test_a_wish_is_done_something_about_or_not(wish: ChangeRequest, now: JointOffer, says: str) -> None:
    with override("en"):
        assert what_is_done(wish, daycare(), now).replace("\N{NO-BREAK SPACE}", " ") == says


def test_a_discount_on_the_whole_answers_a_price_for_the_whole_with_vat() -> None:
    with override("fi"):
        said = what_is_done(ALL_FOR, daycare(), TEN_OFF).replace("\N{NO-BREAK SPACE}", " ")
    assert said.startswith("Kokonaisuus oli 3 484,03 € ja on nyt 3 "), said
