"""Change a request that is out: what is asked, by when, of whom."""

from dataclasses import dataclass
from datetime import datetime

from bids.models import Bid, Draft, Invitation, Part
from bids.permissions import may_ask_firms
from bids.queries.firm_cards import card_from_json
from bids.steps.asking import Asked, answer_until, cancel_waiting, faults_in, revoke_links, send_request
from bids.steps.request_quota import count_requests
from bids.steps.requests import AnsweredAlready, TakenBack, locked_request
from bids.steps.settling import settle
from bids.vocabulary import Answer, PartState, Role
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import Malformed, require

OUT = frozenset({PartState.TAKEN_OVER, PartState.LEFT_OUT, PartState.LEFT})
"""Where a firm stands that nobody asks any more; to be asked anew it gets a request of its own."""


@dataclass(frozen=True, kw_only=True)
class RequestChange:
    """What a request says from now on; None leaves a thing as it is."""

    name: str | None = None
    what: str | None = None
    email: str | None = None
    phone: str | None = None
    contact: str | None = None
    until: datetime | None = None


@action
def change_request(*, invitation: Invitation, change: RequestChange, seen: int, by: Actor, now: datetime) -> Invitation:
    """The request says what was typed, and whoever is asked has one new letter if they are to do anything anew.

    At another address every older link opens nothing and what somebody else has typed there is gone; that is refused
    once the firm is in (`AnsweredAlready`), for its OK was given from the old one. When what is asked changes, a firm
    that had answered is asked again, and so is whoever reads another address after a no or a wish to be called from the
    old one. A firm that is out of the offer is not written to (`TakenBack`). What changes nothing writes to nobody.
    """
    bid, standing = locked_request(invitation, seen=seen)
    require(may_ask_firms(by, bid))
    part = standing.part
    if part.state in OUT:
        raise TakenBack
    before = request_of(standing)
    after = Asked(
        **{
            key: getattr(before, key) if getattr(change, key) is None else getattr(change, key)
            for key in ("name", "what", "email", "phone", "contact")
        }
    ).cleaned()
    _refuse_faults(after, part=part, bid=bid, by=by)
    until = standing.answer_until
    if change.until is not None or (until <= now and (after.what, after.email) != (before.what, before.email)):
        until = answer_until(bid, now=now, wanted=change.until)
    if after == before and until == standing.answer_until:
        return standing
    moves = after.email.casefold() != before.email.casefold()
    if moves and standing.answer == Answer.IN.value:
        raise AnsweredAlready
    asks_anew = after.what != before.what or (moves and bool(standing.answer))
    tells = asks_anew or moves or until != standing.answer_until
    if tells:
        count_requests([after.email], lead=bid.lead, by=by, now=now)
    _write(standing, after, until=until, asks_anew=asks_anew)
    _write_part(part, after, asks_anew=asks_anew)
    Bid.objects.filter(pk=bid.pk).update(changed_at=now)
    if moves:
        revoke_links(standing, now=now)
        Draft.objects.filter(invitation=standing).delete()
    if tells:
        cancel_waiting(standing)
        send_request(standing, by=by, now=now)
    audit.record(
        "firm.request_changed",
        on=bid,
        by=by,
        at=now,
        part=str(part.public_id),
        invitation=str(standing.public_id),
        moved=moves,
        until=until,
        email=audit.Personal(after.email),
    )
    settle(bid, by=by, now=now)
    return standing


def request_of(invitation: Invitation) -> Asked:
    """What a request says now."""
    return Asked(
        name=card_from_json(invitation.part.card).name,
        what=invitation.part.asked,
        email=invitation.email,
        phone=invitation.phone,
        contact=invitation.name,
    )


def _refuse_faults(after: Asked, *, part: Part, bid: Bid, by: Actor) -> None:
    others = Part.objects.filter(bid=bid).exclude(pk=part.pk).exclude(role=Role.LEAD.value)
    faults = faults_in([after], lead=bid.lead, by=by, standing=others)
    if faults:
        raise Malformed(faults={path.removeprefix("firms[0]."): sentence for path, sentence in faults.items()})


def _write(invitation: Invitation, after: Asked, *, until: datetime, asks_anew: bool) -> None:
    changes: dict[str, object] = {
        "name": after.contact,
        "email": after.email,
        "phone": after.phone,
        "answer_until": until,
    }
    if asks_anew:
        changes |= {"answer": "", "answered_at": None}
    Invitation.objects.filter(pk=invitation.pk).update_version(seen=invitation.version, **changes)
    invitation.refresh_from_db(fields=["version", *changes])


def _write_part(part: Part, after: Asked, *, asks_anew: bool) -> None:
    card = dict(part.card)
    if not card.get("business_id"):
        card["name"] = after.name
    contact = dict(card.get("contact") or {"role": ""})
    card["contact"] = contact | {
        "name": after.contact or contact.get("name") or after.name,
        "email": after.email,
        "phone": after.phone,
    }
    changes: dict[str, object] = {"card": card, "asked": after.what}
    if asks_anew:
        changes["state"] = PartState.ASKED.value
    Part.objects.filter(pk=part.pk).update_version(seen=part.version, **changes)
    part.refresh_from_db(fields=["version", *changes])
