"""An offer with everybody a letter can go to, and a letter of every kind about it."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256

from django.db import transaction

from bids.actions.import_bid import import_bid
from bids.content import JointOffer
from bids.exports.frozen_offer import DocumentOrder
from bids.exports.frozen_version import FrozenVersion, Posting, version_payload
from bids.models import (
    Approval,
    Bid,
    ChangeRequest,
    ClientLink,
    Document,
    FrozenSheet,
    Group,
    Invitation,
    Letter,
    Part,
    Question,
    Revision,
    RevisionPart,
    RevisionStanding,
    Suggestion,
    ToldPrice,
)
from bids.queries.assets import asset_of
from bids.queries.content_of import content_of
from bids.steps.letters import Recipient, write_letter
from bids.steps.oks import give_ok
from bids.steps.settling import settle
from bids.vocabulary import (
    Answer,
    DocumentKind,
    DocumentState,
    Language,
    LetterKind,
    LetterState,
    LinkScope,
    OkMethod,
    PartState,
    PlaceKind,
    Profile,
    RevisionState,
    Role,
    SentHow,
    Theme,
    WishKind,
)
from kernel.actor import Actor, ActorKind
from kernel.clock import end_of_day_in_helsinki
from members.models import Person
from tests.bids.cases import daycare
from tests.worker.letters.decided_rows import decided_letter
from tests.world import a_person

WEEK = timedelta(days=7)
PDF = b"%PDF-1.7 the offer"
SARI = "sari@example.invalid"
MAIJA = "maija@example.invalid"
JOHTAJA = "johtaja@example.invalid"


@dataclass(frozen=True)
class World:
    """The daycare's offer: led by Maija, Sari asked into it, and everything a letter may be about."""

    bid: Bid
    maija: Person
    part: Part
    invitation: Invitation
    now: datetime

    def to(self, email: str = SARI, *, name: str = "Sari Selko", language: str = "fi") -> Recipient:
        return Recipient(name=name, email=email, language=language)


def a_world(now: datetime, *, offer: JointOffer | None = None) -> World:
    bid = import_bid(offer=offer or daycare(), by=Actor.system("tests"), now=now)
    maija = a_person(at=bid.lead, email=MAIJA)
    maija.name, maija.phone = "Maija Kuvakulma", "+358400000001"
    maija.save()
    part = bid.parts.exclude(role=Role.LEAD.value).order_by("position")[0]
    part.state, part.asked = PartState.ASKED.value, "Selkokielinen teksti,\nnoin 10 tuntia."
    part.save()
    invitation = Invitation.objects.create(
        bid=bid,
        part=part,
        name="Sari Selko",
        email=SARI,
        phone="+358400000002",
        asked_by=maija,
        asked_at=now,
        answer_until=now + WEEK,
    )
    with transaction.atomic():
        settle(bid, by=Actor.system("tests"), now=now)
    return World(bid=Bid.objects.get(pk=bid.pk), maija=maija, part=part, invitation=invitation, now=now)


def holder_of(invitation: Invitation) -> Actor:
    return Actor(
        kind=ActorKind.INVITED,
        label=invitation.name,
        id=invitation.pk,
        public_id=invitation.public_id,
        firm_id=invitation.part.firm_id,
        firm_public_id=invitation.part.firm.public_id,
    )


def letter_of(world: World, kind: LetterKind, language: str = "fi") -> Letter:
    """A letter of this kind that is true, to its usual reader."""
    with transaction.atomic():
        letter = decided_letter(kind, now=world.now) or _WRITE[kind](world, language)
    assert letter is not None
    return letter


def says_in(world: World) -> tuple[Approval, ...]:
    """Sari is in, and her OK is bound to what stands."""
    with transaction.atomic():
        Invitation.objects.filter(pk=world.invitation.pk).update(answer=Answer.IN.value, answered_at=world.now)
        Part.objects.filter(pk=world.part.pk).update(state=PartState.IN.value)
        settle(world.bid, by=Actor.system("tests"), now=world.now)
        part = Part.objects.get(pk=world.part.pk)
        return give_ok(
            part,
            by=holder_of(world.invitation),
            now=world.now,
            method=OkMethod.ANSWERED,
            seen_part_hash=bytes(part.content_hash or b"").hex(),
            seen_frame_hash=bytes(part.frame_hash or b"").hex(),
            invitation=world.invitation,
        )


def a_sent_version(
    world: World,
    *,
    state: RevisionState = RevisionState.SENT,
    languages: tuple[str, ...] = ("fi",),
    greeting: str = "Kiitos mukavasta tapaamisesta.",
) -> Revision:
    """A version as the client got it: real content, non-binding for the partners as far as the database asks."""
    bid, now = world.bid, world.now
    lead = bid.parts.get(role=Role.LEAD.value)
    last = bid.revisions.order_by("-number").first()
    expires_at = end_of_day_in_helsinki(bid.valid_until)
    payload = version_payload(
        FrozenVersion(
            bid=bid.public_id,
            number=last.number + 1 if last else 1,
            previous=bytes(last.content_hash) if last else bytes(32),
            nonce=secrets.token_bytes(32),
            offer=content_of(bid),
            expires_at=expires_at,
            posting=Posting(how=SentHow.LETTER, greeting=greeting),
            files=(),
        )
    )
    with transaction.atomic():
        give_ok(
            lead,
            by=_acting(world),
            now=now,
            method=OkMethod.SENT,
            seen_part_hash=bytes(lead.content_hash or b"").hex(),
            seen_frame_hash=bytes(lead.frame_hash or b"").hex(),
            person=world.maija,
        )
        revision = Revision.objects.create(
            bid=bid,
            number=last.number + 1 if last else 1,
            payload=payload,
            content_hash=sha256(payload).digest(),
            prev_hash=bytes(last.content_hash) if last else bytes(32),
            binding=False,
            expires_at=expires_at,
            expires_zone="Europe/Helsinki",
            frozen_at=now,
            frozen_by=world.maija,
        )
        RevisionPart.objects.create(
            revision=revision, part=lead, firm=lead.firm, part_hash=lead.content_hash, frame_hash=lead.frame_hash
        )
        standing = RevisionStanding.objects.create(revision=revision, bid=bid, changed_at=now, expires_at=expires_at)
        for kind, data, media_type in (
            (DocumentKind.OFFER_PDF, PDF, "application/pdf"),
            (DocumentKind.TWIN_JSON, b"{}", "application/json"),
            (DocumentKind.TWIN_UBL, b"<Quotation/>", "application/xml"),
        ):
            for language in languages:
                _draw(revision, kind, data + language.encode(), media_type, language, now)
        for step in dict.fromkeys((RevisionState.SENT, state)):
            standing.state = step.value
            if step is RevisionState.SENT:
                standing.sent_at, standing.sent_how = now, SentHow.LETTER.value
            standing.save()
    return revision


def _draw(
    revision: Revision, kind: DocumentKind, data: bytes, media_type: str, language: str, now: datetime
) -> Document:
    order = DocumentOrder(language=Language(language), profile=Profile.COMPACT, theme=Theme.SELKEA)
    sheet = FrozenSheet.objects.create(
        bid=revision.bid, payload=secrets.token_bytes(8), sha256=secrets.token_hex(32), line_count=1, created_at=now
    )
    return Document.objects.create(
        bid=revision.bid,
        revision=revision,
        sheet=sheet,
        kind=kind.value,
        language=order.language.value,
        theme=order.theme.value,
        profile=order.profile.value,
        state=DocumentState.DONE.value,
        asset=asset_of(data, media_type, firm=revision.bid.lead, now=now),
        requested_at=now,
        finished_at=now,
    )


def _acting(world: World) -> Actor:
    lead = world.bid.lead
    return Actor(
        kind=ActorKind.PERSON,
        label=str(world.maija),
        id=world.maija.pk,
        public_id=world.maija.public_id,
        firm_id=lead.pk,
        firm_public_id=lead.public_id,
    )


def _key() -> str:
    return secrets.token_hex(8)


def _invited(kind: LetterKind, **facts: str | int) -> object:
    def write(world: World, language: str) -> Letter | None:
        to = world.to(language=language)
        return write_letter(kind, to, about=world.invitation, key=_key(), now=world.now, **facts)

    return write


def _code(world: World, language: str) -> Letter | None:
    return write_letter(
        LetterKind.CODE,
        world.to(language=language),
        about=world.invitation,
        key=_key(),
        now=world.now,
        purpose="told_price",
        code_for=str(world.invitation.public_id),
    )


def _price_told(world: World, language: str) -> Letter | None:
    told = ToldPrice.objects.create(
        part=world.part, amount=Decimal(450), shown=[Decimal(450), Decimal(540), Decimal(405)], told_at=world.now
    )
    return write_letter(
        LetterKind.PRICE_TOLD,
        world.to(language=language),
        about=world.invitation,
        key=_key(),
        now=world.now,
        told_price=str(told.public_id),
    )


def _after_an_ok(kind: LetterKind) -> object:
    def write(world: World, language: str) -> Letter | None:
        oks = says_in(world)
        facts = {"approval": str(oks[0].public_id)} if kind != LetterKind.ASKED_AGAIN else {}
        if kind == LetterKind.ASKED_AGAIN:
            Bid.objects.filter(pk=world.bid.pk).update(payment_days=60)
            settle(Bid.objects.get(pk=world.bid.pk), by=_acting(world), now=world.now)
        part = Part.objects.get(pk=world.part.pk)
        return write_letter(kind, world.to(language=language), about=part, key=_key(), now=world.now, **facts)

    return write


def _answered(world: World, language: str) -> Letter | None:
    said = {"answer": Answer.NO.value, "answered_at": world.now, "message": "Olen lomalla.\nSyksyllä ehdin."}
    suggested = {"suggests_name": "Timo Teksti", "suggests_why": "hän kirjoittaa selkokieltä"}
    Invitation.objects.filter(pk=world.invitation.pk).update(**said, **suggested)
    invitation = Invitation.objects.get(pk=world.invitation.pk)
    to = world.to(MAIJA, name="Maija Kuvakulma", language=language)
    return write_letter(LetterKind.ANSWERED, to, about=invitation, key=_key(), now=world.now)


def _suggested(world: World, language: str) -> Letter | None:
    suggestion = Suggestion.objects.create(
        bid=world.bid,
        part=world.part,
        target=world.part.public_id,
        changes={"summary": "Selkokielinen teksti ja oikoluku"},
        before={"summary": "Selkokielinen teksti"},
        why="Asiakas toivoi oikolukua.",
        made_by=world.maija,
        made_by_firm=world.bid.lead,
        made_at=world.now,
    )
    return write_letter(
        LetterKind.SUGGESTED,
        world.to(language=language),
        about=world.part,
        key=_key(),
        now=world.now,
        suggestion=str(suggestion.public_id),
    )


def _left_out(world: World, language: str) -> Letter | None:
    return write_letter(
        LetterKind.LEFT_OUT, world.to(language=language), about=world.part, key=_key(), now=world.now, taken_over=1
    )


def _change_cancelled(world: World, language: str) -> Letter | None:
    to = world.to(language=language)
    return write_letter(LetterKind.CHANGE_CANCELLED, to, about=world.part, key=_key(), now=world.now, number=1)


def _offer_closed(world: World, language: str) -> Letter | None:
    return write_letter(
        LetterKind.OFFER_CLOSED, world.to(language=language), about=world.part, key=_key(), now=world.now, was_sent=0
    )


def _to_client(kind: LetterKind) -> object:
    def write(world: World, language: str) -> Letter | None:
        withdrawn = kind == LetterKind.OFFER_WITHDRAWN
        revision = a_sent_version(world, state=RevisionState.WITHDRAWN if withdrawn else RevisionState.SENT)
        to = world.to(JOHTAJA, name="Johanna Johtaja", language=language)
        return write_letter(kind, to, about=revision, key=_key(), now=world.now)

    return write


def _offer_sent(world: World, language: str) -> Letter | None:
    revision = a_sent_version(world)
    part = str(world.part.public_id)
    to = world.to(language=language)
    return write_letter(LetterKind.OFFER_SENT, to, about=revision, key=_key(), now=world.now, part=part)


def _offer_not_sent(world: World, language: str) -> Letter | None:
    to = world.to(MAIJA, name="Maija Kuvakulma", language=language)
    why = "Tiedosto oli vioittunut."
    return write_letter(LetterKind.OFFER_NOT_SENT, to, about=world.bid, key=_key(), now=world.now, reason=why)


def _group_asked(world: World, language: str) -> Letter | None:
    group = Group.objects.create(name="Mikkelin kuvantekijät", made_by=world.bid.lead, made_at=world.now)
    firm = str(world.part.firm.public_id)
    to = world.to(language=language)
    return write_letter(LetterKind.GROUP_ASKED, to, about=group, key=_key(), now=world.now, firm=firm, rules_version=1)


def _a_question(world: World) -> Question:
    return Question.objects.create(
        bid=world.bid,
        revision=a_sent_version(world),
        link=_client_link(world),
        to_part=world.part,
        place=PlaceKind.LINE.value,
        key="A4",
        text="Sisältyykö taitto?\nEntä oikoluku?",
        asked_at=world.now,
    )


def _client_link(world: World) -> ClientLink:
    return ClientLink.objects.create(
        bid=world.bid,
        contact_name="Johanna Johtaja",
        contact_email=JOHTAJA,
        scope=LinkScope.ASK.value,
        token_hash=secrets.token_bytes(32),
        made_at=world.now,
        expires_at=world.now + WEEK,
    )


def _about_a_question(kind: LetterKind, *, to_client: bool = False) -> object:
    def write(world: World, language: str) -> Letter | None:
        question = _a_question(world)
        firm = world.part.firm
        said = {"draft": "Kyllä sisältyy.", "drafted_at": world.now, "drafted_by_firm": firm, "state": "drafted"}
        Question.objects.filter(pk=question.pk).update(**said)
        Question.objects.filter(pk=question.pk).update(answer="Kyllä.", released_at=world.now, state="released")
        to = world.to(JOHTAJA, name="Johanna Johtaja", language=language) if to_client else world.to(language=language)
        about = question.revision if to_client else world.part
        return write_letter(kind, to, about=about, key=_key(), now=world.now, question=str(question.public_id))

    return write


def _about_a_wish(kind: LetterKind) -> object:
    def write(world: World, language: str) -> Letter | None:
        revision = a_sent_version(world)
        wish = ChangeRequest.objects.create(
            bid=world.bid,
            revision=revision,
            link=_client_link(world),
            kind=WishKind.PRICE_WISH.value,
            amount=Decimal(3400),
            basis="gross",
            text="Budjettimme on pieni.",
            asked_at=world.now,
        )
        to_client = kind == LetterKind.CHANGES_ANSWERED
        if to_client:
            declined = {"state": "declined", "closed_at": world.now, "words": "Hinta on jo tarkka."}
            ChangeRequest.objects.filter(pk=wish.pk).update(**declined)
        to = world.to(JOHTAJA if to_client else MAIJA, name="Johanna Johtaja", language=language)
        about = revision if to_client else world.bid.parts.get(role=Role.LEAD.value)
        return write_letter(kind, to, about=about, key=_key(), now=world.now, wish=str(wish.public_id))

    return write


_WRITE = {
    LetterKind.ASKED: _invited(LetterKind.ASKED),
    LetterKind.REMINDER: _invited(LetterKind.REMINDER, by_hand=1),
    LetterKind.LINK_RENEWED: _invited(LetterKind.LINK_RENEWED),
    LetterKind.CODE: _code,
    LetterKind.PRICE_TOLD: _price_told,
    LetterKind.ASKED_AGAIN: _after_an_ok(LetterKind.ASKED_AGAIN),
    LetterKind.CARRIED_OVER: _after_an_ok(LetterKind.CARRIED_OVER),
    LetterKind.CHANGES_TOLD: _after_an_ok(LetterKind.CHANGES_TOLD),
    LetterKind.OK_GIVEN: _after_an_ok(LetterKind.OK_GIVEN),
    LetterKind.ANSWERED: _answered,
    LetterKind.SUGGESTED: _suggested,
    LetterKind.LEFT_OUT: _left_out,
    LetterKind.CHANGE_CANCELLED: _change_cancelled,
    LetterKind.OFFER_CLOSED: _offer_closed,
    LetterKind.OFFER_TO_CLIENT: _to_client(LetterKind.OFFER_TO_CLIENT),
    LetterKind.OFFER_SENT: _offer_sent,
    LetterKind.OFFER_NOT_SENT: _offer_not_sent,
    LetterKind.OFFER_WITHDRAWN: _to_client(LetterKind.OFFER_WITHDRAWN),
    LetterKind.VALIDITY_EXTENDED: _to_client(LetterKind.VALIDITY_EXTENDED),
    LetterKind.GROUP_ASKED: _group_asked,
    LetterKind.QUESTION_ASKED: _about_a_question(LetterKind.QUESTION_ASKED),
    LetterKind.ANSWER_DRAFTED: _about_a_question(LetterKind.ANSWER_DRAFTED),
    LetterKind.QUESTION_ANSWERED: _about_a_question(LetterKind.QUESTION_ANSWERED, to_client=True),
    LetterKind.CHANGES_ASKED: _about_a_wish(LetterKind.CHANGES_ASKED),
    LetterKind.CHANGES_ANSWERED: _about_a_wish(LetterKind.CHANGES_ANSWERED),
}


def state_of(letter: Letter) -> LetterState:
    return LetterState(Letter.objects.values_list("state", flat=True).get(pk=letter.pk))
