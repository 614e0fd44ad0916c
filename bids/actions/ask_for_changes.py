"""Wish something to be otherwise in an offer, as its client."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from bids.content import JointOffer
from bids.exports.frozen_version import read_version
from bids.models import ChangeRequest, ClientLink
from bids.queries.questions import asked_by, lead_part, open_wishes
from bids.steps.client_asks import LONGEST_QUESTION, count_asked, link_that_asks, version_meant, words
from bids.steps.letters import write_letter
from bids.steps.settling import lock_bid
from bids.steps.whom_to_write import lead_recipient
from bids.typed import MOST
from bids.vocabulary import LetterKind, PriceBasis, RevisionState, WishKind
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import Malformed, Refusal

MOST_WEEKS: Final = 104


class AlreadyAccepted(Refusal):
    """The offer has been accepted."""

    sentence = _("The offer has been accepted. Agree on changes with the firm directly.")
    code = "already-accepted"


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What should be otherwise. `amount` is what `line` should cost, the whole where it is empty."""

    kind: WishKind
    line: str = ""
    weeks: int | None = None
    amount: Decimal | None = None
    basis: PriceBasis | None = None
    text: str = ""


@action
def ask_for_changes(*, link: ClientLink, wish: Wish, seen: int, by: Actor, now: datetime) -> ChangeRequest:
    """The wish waits for the lead, who is told; nothing of the offer has changed.

    `seen` is the number of the version it is about, which must be the one the client has now. Wishing the same once
    more, before it is answered, is the same wish.
    """
    bid = lock_bid(link.bid, even_sending=True)
    link = link_that_asks(link, bid, by=by, now=now)
    version = version_meant(bid, seen=seen, now=now)
    if version.state == RevisionState.ACCEPTED:
        raise AlreadyAccepted
    said = _readable(wish, read_version(bytes(version.revision.payload)).offer)
    standing = open_wishes(bid).filter(asked_by(link), revision=version.revision, **said).first()
    if standing is not None:
        return standing
    count_asked(bid, link, now=now)
    row = ChangeRequest.objects.create(bid=bid, revision=version.revision, link=link, asked_at=now, **said)
    key = str(row.public_id)
    audit.record("changes.asked", on=bid, by=by, at=now, wish=key, kind=wish.kind.value, version=seen)
    lead = lead_recipient(bid)
    if lead is not None:
        write_letter(LetterKind.CHANGES_ASKED, lead, about=lead_part(bid), key=key, now=now, wish=key)
    return row


def _readable(wish: Wish, offer: JointOffer) -> dict[str, object]:
    """The columns of the wish; `Malformed` names every fault."""
    text = words(wish.text)
    said: dict[str, object] = {"kind": wish.kind.value, "line": "", "weeks": None, "amount": None, "basis": ""}
    if wish.kind is WishKind.WITHOUT_LINE:
        said["line"] = wish.line
    if wish.kind is WishKind.LATER:
        said["weeks"] = wish.weeks
    if wish.kind is WishKind.PRICE_WISH:
        said |= {"line": wish.line, "amount": wish.amount, "basis": (wish.basis or PriceBasis.GROSS).value}
    faults = dict(_faults(wish, text, {line.code for line in offer.lines}))
    if faults:
        raise Malformed(faults=faults)
    return said | {"text": text}


def _faults(wish: Wish, text: str, codes: Collection[str]) -> Iterator[tuple[str, Any]]:
    if len(text) > LONGEST_QUESTION:
        yield "text", _("At most 2,000 characters.")
    is_priced = wish.kind is WishKind.PRICE_WISH
    if (wish.kind is WishKind.WITHOUT_LINE or (is_priced and wish.line)) and wish.line not in codes:
        yield "line", _("Choose a row of the offer.")
    if is_priced and not _is_price(wish.amount):
        yield "amount", _("Say the price in euros, such as 3400.")
    if wish.kind is WishKind.LATER and (wish.weeks is None or not 1 <= wish.weeks <= MOST_WEEKS):
        yield "weeks", _("Say how many weeks later, from 1 to 104.")
    if wish.kind is WishKind.OTHER and not text:
        yield "text", _("Write what should be otherwise.")


def _is_price(amount: Decimal | None) -> bool:
    return amount is not None and amount.is_finite() and 0 < amount <= MOST and amount == round(amount, 2)
