"""The client's decision: what must hold before it, what is written with it, and who hears of it."""

import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from django.utils.translation import gettext_lazy as _

from bids.content import JointOffer
from bids.exports.deciding import accepting_contacts, can_decide
from bids.exports.evidence import (
    Chosen,
    Consent,
    DecidedVersion,
    Delivered,
    EvidenceOf,
    FrozenFile,
    Opened,
    Proof,
    Recorded,
    evidence_hash,
    evidence_payload,
)
from bids.exports.frozen_version import FrozenVersion, read_version
from bids.models import (
    Asset,
    Bid,
    ClientLink,
    Decision,
    DecisionStanding,
    Document,
    Evidence,
    EvidenceIdentity,
    Letter,
    OneTimeCode,
    Part,
    Revision,
    RevisionStanding,
)
from bids.steps.gone_firms import gone_as_frozen
from bids.steps.held_answers import let_go, require_held
from bids.steps.letters import Recipient, write_letter
from bids.steps.one_time_codes import Pressed, count_code, right_button, right_code
from bids.steps.papers import order_papers
from bids.steps.sending import standing_of
from bids.steps.whom_to_write import lead_recipient, recipient_of
from bids.vocabulary import (
    CodeFor,
    ConfirmedBy,
    DecisionKind,
    DecisionMethod,
    DecisionWay,
    DocumentKind,
    Language,
    LetterKind,
    LetterState,
    LinkScope,
    RevisionState,
    Role,
)
from kernel import audit
from kernel.actor import Actor, ActorKind
from kernel.audit import commitment
from kernel.errors import Malformed, NotPermitted, NotVisible, Refusal
from kernel.text import clean_line

LONGEST_NAME: Final = 200
LONGEST_USER_AGENT: Final = 400
NAME, IP, USER_AGENT = "name", "ip", "user_agent"

_THE_OFFER: Final = (LetterKind.OFFER_TO_CLIENT.value, LetterKind.VALIDITY_EXTENDED.value)


class MayNotDecide(NotPermitted):
    """The link shows the offer; it was not mailed to somebody this version lets decide."""

    sentence = _(
        "This link only shows the offer. Whoever may accept it has a link of their own, in a letter of theirs."
    )
    code = "may-not-decide"


class NewerVersion(Refusal):
    """Another version is with the client than the one that was seen."""

    sentence = _("The offer has changed since you opened it. Look at the new version before you decide.")
    code = "newer-version"


class AcceptedAlready(Refusal):
    """The client has said yes."""

    sentence = _("This has been accepted already.")
    code = "accepted-already"


class DeclinedAlready(Refusal):
    """The client has said no."""

    sentence = _("This has been declined already. Ask for a new one if you have changed your mind.")
    code = "declined-already"


class WasWithdrawn(Refusal):
    """The version was taken back."""

    sentence = _("The offer has been withdrawn. It can no longer be accepted or declined.")
    code = "was-withdrawn"


class HasExpired(Refusal):
    """The last day has passed."""

    sentence = _("The offer is no longer valid, so it cannot be accepted as it is. Ask for more time.")
    code = "has-expired"


class ArrivedTooLate(Refusal):
    """What the lead writes down came after the last day."""

    sentence = _(
        "It came after the offer's last day, so it makes no deal: it is a new offer by the client. "
        "Write it down as that, and answer with a new version."
    )
    code = "arrived-too-late"


class DoesNotBind(Refusal):
    """There is nothing to accept in an offer without obligation."""

    sentence = _("This offer is preliminary and does not bind, so it cannot be accepted yet. Ask for a binding one.")
    code = "does-not-bind"


class FormIsUsed(Refusal):
    """Another answer was given with this very form."""

    sentence = _("This page is out of date. Open it once more.")
    code = "form-is-used"


@dataclass(frozen=True, kw_only=True)
class Held:
    """A version that can be decided about: its offer and its standing are locked."""

    bid: Bid
    revision: Revision
    standing: RevisionStanding
    frozen: FrozenVersion


@dataclass(frozen=True, kw_only=True)
class Clicked:
    """Who clicked, from where, and the code that came back or stood beside the button. `name` is empty for a no."""

    link: ClientLink
    code: OneTimeCode
    confirmed: ConfirmedBy
    language: Language
    ip: str
    user_agent: str
    name: str = ""
    consent: Consent | None = None


@dataclass(frozen=True, kw_only=True)
class WrittenDown:
    """Who of the lead wrote a decision down, how it came and when, and what it is seen from."""

    person: int
    person_id: UUID
    firm: int
    firm_id: UUID
    way: DecisionWay
    arrived_at: datetime
    file: Asset | None = None


@dataclass(frozen=True, kw_only=True)
class Said:
    """A decision that is about to be written: `chosen` for a yes, perhaps a `reason` for a no.

    The partners read the reason only where the lead `tells` it.
    """

    kind: DecisionKind
    nonce: UUID
    how: Clicked | WrittenDown
    chosen: Chosen | None = None
    reason: str = ""
    tells: bool = False


def link_held(link: ClientLink, *, by: Actor, now: datetime) -> ClientLink:
    """The link as it is, locked after its offer; `NotVisible` unless it lives and it is its holder who asks."""
    fresh = ClientLink.objects.select_for_update().get(pk=link.pk)
    is_holder = by.kind is ActorKind.CLIENT_LINK and by.id == fresh.pk
    if not is_holder or fresh.revoked_at is not None or not fresh.made_at <= now < fresh.expires_at:
        raise NotVisible
    return fresh


def hold_version(bid: Bid, *, seen: str, at: datetime, is_recorded: bool = False) -> Held:
    """The version whose hash (hex) was seen, held, if it can be decided about; else a refusal that says what happened.

    The offer is locked already, so that whatever else befalls the version waits or has happened. `at` is the moment
    that must lie within its last day: a decision that the lead records may be written down later than it came.
    """
    agreed = RevisionStanding.objects.filter(bid=bid, state=RevisionState.ACCEPTED.value).select_related("revision")
    holds = agreed.order_by("-revision__number").first()
    revision = revision_seen(bid, seen)
    # A version from before the last yes is answered; one after it proposes a change of what was agreed.
    if holds is not None and (revision is None or revision.number <= holds.revision.number):
        raise AcceptedAlready
    if revision is None:
        raise NewerVersion
    standing = standing_of(revision)
    later = Revision.objects.filter(bid=bid, number__gt=revision.number, standing__sent_at__isnull=False)
    if later.exists() or standing.sent_at is None:
        raise NewerVersion
    _refuse_what_is_over(RevisionState(standing.state), is_recorded=is_recorded)
    if at >= standing.expires_at:
        raise ArrivedTooLate if is_recorded else HasExpired
    return Held(bid=bid, revision=revision, standing=standing, frozen=read_version(bytes(revision.payload)))


def refuse_who_may_not(held: Held, link: ClientLink, *, now: datetime) -> None:
    """`MayNotDecide` unless the link was mailed to somebody whom the held version lets decide."""
    if not can_decide(link, held.frozen.offer, now=now):
        raise MayNotDecide


def require_binding(held: Held) -> None:
    """`DoesNotBind` for a version without obligation."""
    if not held.revision.binding:
        raise DoesNotBind


def purpose_of(act: CodeFor, revision: Revision) -> str:
    """The purpose of a code: one deed about one version's very content."""
    return f"{act.value}:{bytes(revision.content_hash).hex()}"


def mail_decision_code(
    revision: Revision,
    link: ClientLink,
    act: CodeFor,
    *,
    language: Language,
    nonce: UUID,
    again: bool,
    now: datetime,
) -> bool:
    """A letter with a code is on its way to the address the link was mailed to, and to no other.

    One form asks once, unless for `again` another one is wanted; whether a letter was written is the answer.
    `TooManyCodes` for the sixth within an hour.
    """
    written = Letter.objects.filter(
        revision=revision, kind=LetterKind.DECISION_CODE.value, facts__nonce=str(nonce), facts__act=act.value
    )
    if not again and written.exists():
        return False
    count_code(link.public_id, now=now)
    write_letter(
        LetterKind.DECISION_CODE,
        Recipient(name=link.contact_name, email=link.contact_email, language=language.value),
        about=revision,
        key=str(uuid4()),
        now=now,
        purpose=purpose_of(act, revision),
        code_for=str(link.public_id),
        act=act.value,
        nonce=str(nonce),
    )
    return True


def what_confirms(
    revision: Revision,
    link: ClientLink,
    act: CodeFor,
    *,
    code: str,
    pressed: Pressed | None,
    told: dict[str, Any],
    now: datetime,
) -> tuple[OneTimeCode, ConfirmedBy] | None:
    """The mailed code that is used up by this, and which of it: what was typed, or the button that was pressed.

    None for a wrong try, which is counted. A button confirms nothing but what is held of its form: `told` must be that.
    """
    purpose = purpose_of(act, revision)
    if pressed is None:
        used, confirmed = right_code(code, code_for=link.public_id, purpose=purpose, now=now), ConfirmedBy.CODE
    else:
        require_held(pressed.form, link, act, revision, told, now=now)
        used = right_button(pressed, code_for=link.public_id, purpose=purpose, now=now)
        confirmed = ConfirmedBy.BUTTON
    return (used, confirmed) if used is not None else None


def same_decision(nonce: UUID, *, kind: DecisionKind, seen: str, link: ClientLink | None) -> Decision | None:
    """The decision that this very form has made already, when it was sent before."""
    found = Decision.objects.filter(nonce=nonce, kind=kind.value, revision_hash=_bytes(seen), link=link)
    return found.select_related("standing", "evidence", "revision", "bid").first()


def typed_name(name: str) -> str:
    """The name as it is kept; `Malformed` unless somebody's name was typed."""
    typed = clean_line(name)
    if not any(letter.isalpha() for letter in typed):
        raise Malformed(faults={"name": _("Write your own name.")})
    if len(typed) > LONGEST_NAME:
        raise Malformed(faults={"name": _("At most 200 characters.")})
    return typed


def write_decision(held: Held, said: Said, *, by: Actor, now: datetime) -> Decision:
    """The decision, its evidence, what becomes of the version, the event in the trail and the letters: all or nothing.

    The version is held and everything that must hold has been looked at; the database looks once more.
    """
    if Decision.objects.filter(nonce=said.nonce).exists():
        raise FormIsUsed
    decision = _decision(held, said, now=now)
    evidence = _evidence(held, decision, said)
    DecisionStanding.objects.create(
        decision=decision,
        bid=held.bid,
        revision=held.revision,
        kind=said.kind.value,
        change=held.revision.change,
        changed_at=now,
        reason_told_at=now if said.tells and said.reason else None,
    )
    is_yes = said.kind is DecisionKind.ACCEPT
    if is_yes:
        gone_as_frozen(held.revision, held.frozen)
    held.standing.state = (RevisionState.ACCEPTED if is_yes else RevisionState.DECLINED).value
    # Whoever asked first may have waited for somebody whose clock was read later.
    held.standing.changed_at = max(now, held.standing.changed_at)
    held.standing.save()
    Bid.objects.filter(pk=held.bid.pk).update(changed_at=now)
    if is_yes and held.revision.change:
        # What is agreed now is what was being changed: nothing is, until the lead begins anew.
        Bid.objects.filter(pk=held.bid.pk, changing=held.revision.change).update(changing=0, change_reason="")
    audit.record(
        _EVENTS[said.kind, isinstance(said.how, WrittenDown)],
        on=held.bid,
        by=by,
        at=now,
        version=held.revision.number,
        hash=bytes(held.revision.content_hash).hex(),
        decision=str(decision.public_id),
        evidence=bytes(evidence.content_hash).hex(),
        arrived_at=decision.decided_at,
        way=decision.way or None,
        **({"change": held.revision.change} if held.revision.change else {}),
    )
    let_go(held.revision)
    _tell(held, decision, said, now=now)
    if is_yes:
        order_papers(decision, language=held.frozen.offer.language, now=now)
    return decision


_EVENTS: Final = {
    (DecisionKind.ACCEPT, False): "offer.accepted",
    (DecisionKind.DECLINE, False): "offer.declined",
    (DecisionKind.ACCEPT, True): "offer.yes_recorded",
    (DecisionKind.DECLINE, True): "offer.no_recorded",
}


def parts_of_version(revision: Revision) -> Iterable[Part]:
    """The parts of the partners the version is made of, whatever has become of them in the offer since."""
    parts = Part.objects.filter(revision_parts__revision=revision).exclude(role=Role.LEAD.value)
    return parts.select_related("bid", "firm").order_by("position")


def tell_partners(decision: Decision, kind: LetterKind, *, now: datetime, **facts: Any) -> None:
    """The same letter about a decision to every partner of its version that an address is known of.

    Whoever a change leaves nothing of what was agreed before hears of a yes to it as those do who are in it.
    """
    parts = list(parts_of_version(decision.revision))
    if decision.is_yes:
        parts += _left_out_by(decision.revision, still_in=parts)
    key = str(decision.public_id)
    for part in parts:
        recipient = recipient_of(part)
        if recipient is not None:
            named = {"part": str(part.public_id), "decision": key, **facts}
            write_letter(kind, recipient, about=decision.revision, key=f"{key}:{part.key}", now=now, **named)


def _left_out_by(revision: Revision, *, still_in: Collection[Part]) -> list[Part]:
    """The partners of the version that was agreed before this one, as far as they are not in this one."""
    earlier = Revision.objects.filter(bid=revision.bid_id, standing__state=RevisionState.ACCEPTED.value)
    before = earlier.filter(number__lt=revision.number).order_by("-number").first()
    return [] if before is None else [one for one in parts_of_version(before) if one not in still_in]


def tell_contacts(decision: Decision, kind: LetterKind, offer: JointOffer, *, now: datetime) -> None:
    """The same letter about a decision to everybody whom its version lets say yes."""
    key = str(decision.public_id)
    for contact in accepting_contacts(offer):
        to = Recipient(name=contact.name, email=contact.email, language=offer.language.value)
        write_letter(kind, to, about=decision.revision, key=key, now=now, decision=key)


def tell_lead(bid: Bid, revision: Revision, kind: LetterKind, *, key: str, now: datetime, **facts: Any) -> None:
    """A letter to whoever hears for the lead."""
    recipient = lead_recipient(bid)
    if recipient is not None:
        write_letter(kind, recipient, about=revision, key=f"{key}:lead", now=now, lead=1, **facts)


def revision_seen(bid: Bid, seen: str) -> Revision | None:
    """The version of the offer that has this hash, in hex."""
    return Revision.objects.filter(bid=bid, content_hash=_bytes(seen)).first()


def _bytes(hex_: str) -> bytes:
    try:
        return bytes.fromhex(hex_)
    except ValueError:
        return b""


def _refuse_what_is_over(state: RevisionState, *, is_recorded: bool) -> None:
    match state:
        case RevisionState.SENT:
            return
        case RevisionState.EXPIRED:
            if not is_recorded:
                raise HasExpired
        case RevisionState.ACCEPTED:
            raise AcceptedAlready
        case RevisionState.DECLINED:
            raise DeclinedAlready
        case RevisionState.WITHDRAWN:
            raise WasWithdrawn
        case _:
            raise NewerVersion


def _decision(held: Held, said: Said, *, now: datetime) -> Decision:
    chosen, how = said.chosen, said.how
    return Decision.objects.create(
        bid=held.bid,
        revision=held.revision,
        revision_hash=bytes(held.revision.content_hash),
        kind=said.kind.value,
        method=_method(said).value,
        decided_at=how.arrived_at if isinstance(how, WrittenDown) else now,
        written_at=now,
        nonce=said.nonce,
        link=how.link if isinstance(how, Clicked) else None,
        chosen=chosen.as_json if chosen else None,
        net=chosen.net if chosen else None,
        gross=chosen.gross if chosen else None,
        reason=said.reason,
        recorded_by_id=how.person if isinstance(how, WrittenDown) else None,
        recorded_for_id=how.firm if isinstance(how, WrittenDown) else None,
        way=how.way.value if isinstance(how, WrittenDown) else "",
        file=how.file if isinstance(how, WrittenDown) else None,
    )


def _method(said: Said) -> DecisionMethod:
    return DecisionMethod.CLICKED if isinstance(said.how, Clicked) else DecisionMethod.RECORDED


def _evidence(held: Held, decision: Decision, said: Said) -> Evidence:
    how = said.how
    known: dict[str, str] = {}
    if isinstance(how, Clicked):
        agent = clean_line(how.user_agent)[:LONGEST_USER_AGENT]
        known = {name: value for name, value in ((NAME, how.name), (IP, how.ip), (USER_AGENT, agent)) if value}
    salts = {name: secrets.token_bytes(32) for name in known}
    held_to = {name: commitment(value, salts[name]) for name, value in known.items()}
    payload = evidence_payload(
        EvidenceOf(
            decision=decision.public_id,
            kind=said.kind,
            method=_method(said),
            version=_decided_version(held),
            decided_at=decision.decided_at,
            written_at=decision.written_at,
            chosen=said.chosen,
            consent=how.consent if isinstance(how, Clicked) else None,
            reason=said.reason,
            proof=_proof(how, now=decision.written_at) if isinstance(how, Clicked) else None,
            opened=_opened(how.link) if isinstance(how, Clicked) else None,
            typed_name=held_to.get(NAME),
            ip=held_to.get(IP),
            user_agent=held_to.get(USER_AGENT),
            recorded=_recorded(how) if isinstance(how, WrittenDown) else None,
            letters=_letters(held, how.link.contact_email if isinstance(how, Clicked) else ""),
        )
    )
    evidence = Evidence.objects.create(decision=decision, content=payload, content_hash=evidence_hash(payload))
    EvidenceIdentity.objects.bulk_create(
        EvidenceIdentity(evidence=evidence, name=name, value=value, salt=salts[name]) for name, value in known.items()
    )
    return evidence


def _decided_version(held: Held) -> DecidedVersion:
    documents = Document.objects.filter(revision=held.revision).select_related("asset").order_by("pk")
    return DecidedVersion(
        bid=held.bid.public_id,
        offer_number=held.frozen.offer.number,
        number=held.revision.number,
        content_hash=bytes(held.revision.content_hash),
        sent_at=held.standing.sent_at or held.revision.frozen_at,
        expires_at=held.standing.expires_at,
        zone=held.revision.expires_zone,
        files=tuple(
            FrozenFile(kind=DocumentKind(one.kind), language=Language(one.language), sha256=one.asset.sha256)
            for one in documents
            if one.asset
        ),
    )


def _proof(how: Clicked, *, now: datetime) -> Proof:
    return Proof(how=how.confirmed, code=how.code.public_id, mailed_at=how.code.made_at, used_at=now)


def _opened(link: ClientLink) -> Opened:
    return Opened(
        link=link.public_id,
        scope=LinkScope(link.scope),
        made_at=link.made_at,
        contact_name=link.contact_name,
        contact_email=link.contact_email,
    )


def _recorded(how: WrittenDown) -> Recorded:
    return Recorded(
        way=how.way, person=how.person_id, firm=how.firm_id, file=how.file.sha256 if how.file is not None else None
    )


def _letters(held: Held, contact: str) -> tuple[Delivered, ...]:
    letters = Letter.objects.filter(revision=held.revision, kind__in=_THE_OFFER).exclude(facts__has_key="part")
    return tuple(
        Delivered(
            letter=one.public_id,
            kind=LetterKind(one.kind),
            state=LetterState(one.state),
            at=one.sent_at,
            is_to_contact=bool(contact) and one.to_email.lower() == contact.lower(),
        )
        for one in letters.order_by("pk")
    )


def _tell(held: Held, decision: Decision, said: Said, *, now: datetime) -> None:
    """Every partner of the version hears of it, and the side that did not do it: the lead, or the client."""
    key = str(decision.public_id)
    kind = LetterKind.OFFER_ACCEPTED if said.kind is DecisionKind.ACCEPT else LetterKind.OFFER_DECLINED
    tell_partners(decision, kind, now=now)
    if isinstance(said.how, Clicked):
        link = said.how.link
        to = Recipient(name=link.contact_name, email=link.contact_email, language=said.how.language.value)
        write_letter(LetterKind.DECISION_RECEIPT, to, about=held.revision, key=key, now=now, decision=key)
        tell_lead(held.bid, held.revision, kind, key=key, now=now, decision=key)
        return
    tell_contacts(decision, LetterKind.DECISION_RECORDED, held.frozen.offer, now=now)
