"""What every answer shares: what it writes, whose OK it gives, and the letter to the lead."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from bids.models import Invitation, Letter, Part, ToldPrice
from bids.promises import Json
from bids.queries.answer_screen import AskedFor, asked_for
from bids.queries.oks import said
from bids.steps.answers import PartAnswer, owned_by_others, proposed, write_answer
from bids.steps.asking import cancel_waiting
from bids.steps.editing import Held, keep_rules, place_of_part
from bids.steps.letters import write_letter
from bids.steps.oks import OkOfSomethingElse, give_ok
from bids.steps.settling import settle
from bids.steps.whom_to_write import lead_recipient
from bids.vocabulary import Answer, LetterKind, OkMethod, ToldPriceState
from kernel import audit
from kernel.actor import Actor, ActorKind
from kernel.errors import Malformed, Refusal
from members.models import Firm, Person


class BelongsToAnother(Refusal):
    """The Business ID typed is that of a firm with people of its own here, who alone answer for it."""

    sentence = _("The people of this firm are asked to confirm.")
    code = "belongs-to-another"

    def __init__(self, firm: Firm) -> None:
        super().__init__()
        self.firm = firm


def require_screen_seen(screen: AskedFor, seen_part_hash: str, seen_frame_hash: str) -> None:
    """`OkOfSomethingElse` unless these hashes, in hex, are those of what the screen shows now."""
    promised = screen.promised
    if (seen_part_hash, seen_frame_hash) != (promised.part_hash.hex(), promised.frame_hash.hex()):
        raise OkOfSomethingElse


def take_in(
    part: Part,
    answer: PartAnswer,
    *,
    screen: AskedFor,
    invitation: Invitation | None,
    method: OkMethod,
    by: Actor,
    now: datetime,
) -> None:
    """Write the answer into the part, settle the offer, and give both halves of the firm's OK.

    The caller holds the offer's lock, has asked who may, and has compared what was seen with the screen.
    """
    bid = part.bid
    _refuse_others_id(part, answer, by=by, invitation=invitation)
    after = proposed(screen.offer, part.key, answer, bid=bid)
    keep_rules(Held(bid=bid, before=screen.offer), after, by=by, at=place_of_part(after, part.key))
    write_answer(part, answer, after, before=screen.offer, bid=bid, now=now)
    if invitation is not None:
        mark_answered(invitation, Answer.IN, now=now)
    _record(part, method, by=by, now=now)
    settle(bid, by=by, now=now)
    _say_ok(part, screen, answer, invitation, method=method, by=by, now=now)
    tell_lead(part, invitation, now=now)


def mark_answered(invitation: Invitation, answer: Answer, *, now: datetime, **words: Any) -> None:
    """The invitation says what was answered, and when; it is not reminded of any more."""
    columns: dict[str, Any] = {"message": "", "suggests_name": "", "suggests_email": "", "suggests_why": "", **words}
    opened = invitation.opened_at or now
    Invitation.objects.filter(pk=invitation.pk).update(
        answer=answer.value, answered_at=now, opened_at=opened, **columns
    )
    invitation.refresh_from_db()
    cancel_waiting(invitation)


def close_told_prices(part: Part, *, now: datetime) -> None:
    """A price that waited to be confirmed waits no more."""
    waiting = ToldPrice.objects.filter(part=part, state__in=[ToldPriceState.OPEN.value, ToldPriceState.WRONG.value])
    waiting.update(state=ToldPriceState.WITHDRAWN.value, closed_at=now)


def tell_lead(part: Part, invitation: Invitation | None, *, now: datetime, **facts: int) -> Letter | None:
    """A letter to the lead that this firm has answered."""
    recipient = lead_recipient(part.bid)
    if recipient is None:
        return None
    key = f"{part.public_id}:{now.isoformat()}"
    return write_letter(LetterKind.ANSWERED, recipient, about=invitation or part, key=key, now=now, due=None, **facts)


def _refuse_others_id(part: Part, answer: PartAnswer, *, by: Actor, invitation: Invitation | None) -> None:
    typed = answer.firm.business_id if answer.firm else None
    if typed is None or typed == part.card.get("business_id"):
        return
    if Part.objects.filter(bid=part.bid, card__business_id=typed).exclude(pk=part.pk).exists():
        raise Malformed(faults={"business_id": _("Another firm of this offer has this Business ID.")})
    email = invitation.email if invitation is not None and by.kind is ActorKind.INVITED else ""
    others = owned_by_others(typed, part, email=email)
    if others is not None and others.pk != by.firm_id:
        raise BelongsToAnother(others)


def _say_ok(
    part: Part,
    screen: AskedFor,
    answer: PartAnswer,
    invitation: Invitation | None,
    *,
    method: OkMethod,
    by: Actor,
    now: datetime,
) -> None:
    """Both halves; only the firm's own part if settling has changed the rules that were on the screen."""
    current = asked_for(part).promised
    shown = _rules(said(screen.promised.frame_bytes))
    frame = current.frame_hash.hex() if _rules(said(current.frame_bytes)) == shown else None
    speaks_for_itself = by.kind is ActorKind.PERSON
    give_ok(
        part,
        by=by,
        now=now,
        method=method,
        seen_part_hash=current.part_hash.hex(),
        seen_frame_hash=frame,
        invitation=None if speaks_for_itself else invitation,
        person=Person.objects.get(pk=by.id or 0) if speaks_for_itself else None,
        good_until=answer.good_until,
    )


def _rules(frame: Any) -> Json:
    """What of a frame no answer of the firm itself changes."""
    return {name: frame[name] for name in ("role", "rules", "client", "need")}


def _record(part: Part, method: OkMethod, *, by: Actor, now: datetime) -> None:
    audit.record(
        "part.answered",
        on=part.bid,
        by=by,
        at=now,
        part=str(part.public_id),
        rows=part.lines.count(),
        method=method.value,
        firm=audit.Personal(str(part.card["name"])),
    )
