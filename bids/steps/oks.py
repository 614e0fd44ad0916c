"""Write down that a firm says OK, or takes it back."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import TypedDict

from django.utils.translation import gettext_lazy as _

from bids.models import Approval, ApprovalRevocation, Invitation, Part
from bids.queries.oks import Promised, is_sent_with, promised_by
from bids.steps.letters import write_letter
from bids.steps.whom_to_write import recipient_of
from bids.vocabulary import LetterKind, OkKind, OkMethod
from kernel import audit
from kernel.actor import Actor, ActorKind
from kernel.errors import Refusal
from members.models import Person


class OkOfSomethingElse(Refusal):
    """What was seen is not what stands now."""

    sentence = _("Something changed while you were reading. Look at what is new, then say OK again.")
    code = "ok-of-something-else"


class SentWithIt(Refusal):
    """The offer went to the client on the firm's OK."""

    sentence = _("The offer has been sent with your OK. If you cannot keep to it, call %(lead)s at once.")
    code = "sent-with-it"


def require_seen(part: Part, *, seen_part_hash: str | None, seen_frame_hash: str | None) -> Promised:
    """What the firm's OK would bind now; `OkOfSomethingElse` unless these hashes, in hex, are its own.

    None means that this half was not shown, and is not checked.
    """
    promised = promised_by(part.bid).get(part.pk)
    if promised is None:
        raise OkOfSomethingElse
    for seen, current in ((seen_part_hash, promised.part_hash), (seen_frame_hash, promised.frame_hash)):
        if seen is not None and seen != current.hex():
            raise OkOfSomethingElse
    return promised


def give_ok(  # noqa: PLR0913 - who, how, what was seen, until when
    part: Part,
    *,
    by: Actor,
    now: datetime,
    method: OkMethod,
    seen_part_hash: str | None,
    seen_frame_hash: str | None,
    invitation: Invitation | None = None,
    person: Person | None = None,
    good_until: date | None = None,
) -> tuple[Approval, ...]:
    """Add a tick for each half whose hash (hex) was seen; None leaves that half alone.

    The hashes are checked against the rows as they are, so the bid is to be locked, and settled if this very request
    changed it. Whoever gave the OK hears of it by letter, unless they gave it by sending.
    """
    promised = require_seen(part, seen_part_hash=seen_part_hash, seen_frame_hash=seen_frame_hash)
    seen = {OkKind.PART: seen_part_hash, OkKind.FRAME: seen_frame_hash}
    given = tuple(
        Approval.objects.create(
            part=part,
            firm_id=part.firm_id,
            kind=kind.value,
            hash=promised.hash_of(kind),
            seen=promised.bytes_of(kind),
            method=method.value,
            person=person,
            invitation=invitation,
            given_at=now,
            good_until=good_until,
        )
        for kind, shown in seen.items()
        if shown is not None
    )
    if not given:
        return ()
    kinds = [approval.kind for approval in given]
    audit.record("ok.given", on=part.bid, by=by, at=now, part=str(part.public_id), kinds=kinds, method=method.value)
    recipient = recipient_of(part)
    if recipient is not None and method != OkMethod.SENT:
        key = ":".join(str(approval.public_id) for approval in given)
        write_letter(LetterKind.OK_GIVEN, recipient, about=part, key=key, now=now, approval=str(given[0].public_id))
    return given


def refuse_if_sent_with(part: Part, *, now: datetime) -> None:
    """Refuse what would take back the OK that the version with the client stands on: it binds as long as that stands.

    Once the offer says something else, what the firm says is about the next version, and nothing is refused.
    """
    if is_sent_with(part, now=now):
        raise SentWithIt(params={"lead": part.bid.lead.name})


def revoke_oks(part: Part, *, by: Actor, now: datetime, was_not_me: bool = False) -> tuple[ApprovalRevocation, ...]:
    """Take back every OK of the part's firm that nobody has taken back, carried-over ones too."""
    standing: Iterable[Approval] = Approval.objects.filter(part=part, revocation__isnull=True).order_by("pk")
    who = givers_of(by)
    revoked = tuple(
        ApprovalRevocation.objects.create(approval=approval, was_not_me=was_not_me, revoked_at=now, **who)
        for approval in standing
    )
    if revoked:
        audit.record(
            "ok.denied" if was_not_me else "ok.taken_back", on=part.bid, by=by, at=now, part=str(part.public_id)
        )
    return revoked


class Givers(TypedDict):
    """Who gives an OK, as `give_ok` takes it."""

    person: Person | None
    invitation: Invitation | None


def givers_of(by: Actor) -> Givers:
    """The person, or the invitation, whose OK it is when this actor gives it."""
    return Givers(
        person=Person.objects.get(pk=by.id or 0) if by.kind is ActorKind.PERSON else None,
        invitation=Invitation.objects.get(pk=by.id or 0) if by.kind is ActorKind.INVITED else None,
    )
