"""Freeze an offer as its next version and have its documents drawn; it goes out when they are done."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from bids.exports.change_checks import with_change_checks
from bids.exports.frozen_version import Addressee, Posting
from bids.models import Bid, ClientContact, Revision
from bids.permissions import may_send
from bids.queries.send_checks import send_checks
from bids.steps.freezing import CannotBeSent, freeze_version
from bids.steps.settling import lock_bid
from bids.steps.wishes import name_answered
from bids.vocabulary import Language, SentHow
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import Malformed, Stale, require
from kernel.text import clean_text

LONGEST_GREETING = 4000


@action
def begin_sending(  # noqa: PLR0913 - to whom, how, with which words, and what it answers
    *,
    bid: Bid,
    by: Actor,
    now: datetime,
    how: SentHow = SentHow.LETTER,
    to: Sequence[UUID] | None = None,
    languages: Sequence[Language] = (),
    greeting: str = "",
    seen_at: datetime | None = None,
    answers: Collection[UUID] | None = None,
    with_answers: bool = True,
) -> Revision:
    """The offer stands frozen as its next version with the lead's OK, and nobody changes it until it is sent or not.

    `to` names contacts of the client, all that have an address when it is None. `seen_at` is the offer's `changed_at`
    as the lead saw it: `Stale` when something has changed since. `answers` names the client's open wishes that it
    answers once it is sent, those it does something about when it is None; `with_answers` takes what the client was
    answered into it.
    Asking again while it is being sent is refused with `BeingSent`.
    """
    bid = lock_bid(bid, even_closed=True)
    require(may_send(by, bid))
    if seen_at is not None and seen_at != bid.changed_at:
        raise Stale(_("The offer changed while you were looking. See what is new, then send."))
    posting = Posting(
        how=how,
        to=_addressees(bid, to) if how == SentHow.LETTER else (),
        greeting=clean_text(greeting)[:LONGEST_GREETING],
    )
    if how == SentHow.LETTER and not posting.to:
        checks = with_change_checks(send_checks(bid, now=now, how=how), bid)
        if checks.stops:
            raise CannotBeSent(checks)
        raise Malformed(faults={"to": _("Choose at least one person who gets the offer.")})
    revision = freeze_version(bid, posting=posting, languages=languages, by=by, now=now, with_answers=with_answers)
    name_answered(bid, revision, answers)
    return revision


def _addressees(bid: Bid, to: Sequence[UUID] | None) -> tuple[Addressee, ...]:
    """Those named who have an address, each address once."""
    contacts = ClientContact.objects.filter(client=bid.client_id).exclude(email="")
    chosen = contacts if to is None else contacts.filter(public_id__in=to)
    found: dict[str, Addressee] = {}
    for contact in chosen.order_by("position"):
        found.setdefault(
            contact.email.casefold(),
            Addressee(name=contact.name, email=contact.email, language=Language(bid.language)),
        )
    return tuple(found.values())
