"""The demo's path, walked with the very actions people press: one offer sent, another that waits for a price."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID, uuid5

from bids.actions.add_line import add_line
from bids.actions.answer_request import answer_request
from bids.actions.begin_sending import begin_sending
from bids.actions.change_client import change_client
from bids.actions.change_offer_details import change_offer_details
from bids.actions.change_terms import change_terms
from bids.actions.set_milestone import set_milestone
from bids.actions.start_offer import start_offer
from bids.actions.write_part_texts import write_part_texts
from bids.actions.write_section import write_section
from bids.content import JointOffer, OfferPart
from bids.exports.bid_package import write_package
from bids.models import Bid, Client, Document, Invitation, LineItem, Part, Revision
from bids.queries.answer_screen import asked_for
from bids.steps.answers import AnsweredRow, FirmWords, PartAnswer
from bids.steps.asking import Asked
from bids.steps.offer_rows import DETAILS, TERMS, read_offer_piece
from bids.steps.proposed_lines import read_line
from bids.steps.starting import NewOffer
from bids.steps.written_texts import PART_TEXTS, read_client, read_milestone, read_part_texts, read_section
from bids.vocabulary import DocumentKind, PartState, PriceBasis, RevisionState, Role
from kernel.actor import Actor, ActorKind
from kernel.clock import helsinki_day, helsinki_instant
from members.models import Firm, Person

SENT: Final = UUID("5e9d2a64-9d3c-4a5e-8f0b-0d1c2b3a4f50")
WAITING: Final = UUID("5e9d2a64-9d3c-4a5e-8f0b-0d1c2b3a4f51")
"""The ids of the two offers, so that walking the path again finds how far it has come."""

AN_HOUR_PEOPLE_KEEP: Final = time(18, 0)

ASKED: Final[Mapping[str, str]] = {
    "SEL": "Selkokielinen toimitustyö, noin 10 tuntia, ja ruotsinnos erikseen",
    "PAI": "Juliste A2, 15 kpl, esite A5, 500 kpl, ja vaihtoehto A1-julisteesta",
}
ASKED_FOR_THE_SIGN: Final[Mapping[str, str]] = {
    "SEL": "Opasteen tekstit selkokielellä, kolme kieltä",
    "PAI": "Opastekyltti 800 × 400 mm, alumiini, asennettuna seinään",
}


@dataclass(frozen=True, kw_only=True)
class Walked:
    """What stands at the end of the path."""

    sent: Bid
    waiting: Bid
    document: Document


def walk(offer: JointOffer, *, lead: Firm, person: Person, now: datetime) -> Walked:
    """Both offers, each taken on from where it stands: walking again changes nothing.

    `offer` is the worked example in this week's days. The worker draws and sends what is frozen here.
    """
    by = _acting(person, lead)
    sent = _daycare(offer, by=by, now=now)
    for part in _asked_parts(sent):
        _answer(part, offer, now=now)
    if not Revision.objects.filter(bid=sent).exists():
        begin_sending(
            bid=sent, by=by, now=now, greeting="Tässä tarjouksemme, kuten sovimme. Kysykää, jos jokin askarruttaa."
        )
    waiting = _sign(offer, by=by, now=now)
    for part in _asked_parts(waiting):
        if part.key == "SEL":
            _answer_the_sign(part, _part_of(offer, part), now=now)
    return Walked(sent=sent, waiting=waiting, document=_pdf_of(sent))


def invitation_waiting(bid: Bid) -> Invitation:
    """The request of the offer that nobody has answered."""
    return Invitation.objects.standing().select_related("part__firm").get(bid=bid, answer="")


def is_sent(bid: Bid) -> bool:
    """Whether the worker has sent the first version."""
    return Revision.objects.in_state(RevisionState.SENT).filter(bid=bid).exists()


def _daycare(offer: JointOffer, *, by: Actor, now: datetime) -> Bid:
    said = write_package(offer)
    bid = Bid.objects.filter(public_id=SENT).first() or start_offer(
        new=NewOffer(
            client_name=offer.client.name,
            client_email=offer.client.contacts[0].email,
            client_contact=offer.client.contacts[0].name,
            client_kind=offer.client.kind,
            title=offer.title,
            leaves_at=_tomorrow(now),
            delivery=offer.delivery,
            firms=_firms(offer, ASKED),
        ),
        by=by,
        now=now,
        public_id=SENT,
    )
    if bid.reference:
        return bid
    lead = bid.parts.get(role=Role.LEAD.value)
    _write_part(lead, offer.lead, offer, by=by, now=now)
    for section in said["sections"]:
        bid.refresh_from_db()
        write_section(
            bid=bid, changes=read_section(section, is_new=True), by=by, now=now, public_id=_id_of(section["title"])
        )
    ids: dict[str, str] = {}
    for step in said["milestones"]:
        changes = {key: value for key, value in step.items() if key != "id"}
        changes["needs"] = [ids[each] for each in step.get("needs", ())]
        row = set_milestone(
            bid=bid, changes=read_milestone(changes, is_new=True), by=by, now=now, public_id=_id_of(step["name"])
        )
        ids[step["id"]] = row.identifier
    client = Client.objects.get(pk=bid.client_id)
    change_client(bid=bid, changes=read_client(said["client"]), seen=client.version, by=by, now=now)
    bid.refresh_from_db()
    terms = {name: said[name] for name in TERMS if name in said}
    change_terms(bid=bid, changes=read_offer_piece(terms, only=TERMS), seen=bid.version, by=by, now=now)
    bid.refresh_from_db()
    details = {"reference": said["reference"], "need": said["need"]}
    return change_offer_details(
        bid=bid, changes=read_offer_piece(details, only=DETAILS), seen=bid.version, by=by, now=now
    )


def _sign(offer: JointOffer, *, by: Actor, now: datetime) -> Bid:
    return Bid.objects.filter(public_id=WAITING).first() or start_offer(
        new=NewOffer(
            client_name=offer.client.name,
            client_email=offer.client.contacts[0].email,
            client_contact=offer.client.contacts[0].name,
            title="Opastekyltti päiväkodin eteiseen",
            leaves_at=_tomorrow(now),
            delivery=offer.delivery,
            firms=_firms(offer, ASKED_FOR_THE_SIGN),
        ),
        by=by,
        now=now,
        public_id=WAITING,
    )


def _answer(part: Part, offer: JointOffer, *, now: datetime) -> None:
    """The firm types its rows and texts, and says that it is in."""
    if part.state != PartState.ASKED.value:
        return
    by, said = _holding(part), _part_of(offer, part)
    _write_part(part, said, offer, by=by, now=now)
    rows = [
        AnsweredRow(
            row=row.public_id,
            text=row.text,
            quantity=row.quantity,
            unit=row.unit,
            unit_price=row.unit_price,
            price_basis=PriceBasis(row.price_basis),
            optional=row.optional,
        )
        # A price that is typed has no discount coming off it; a row that has one is said yes to as it stands.
        for row in LineItem.objects.filter(part=part, discount_percent=0).order_by("position")
    ]
    _say_in(part, said, rows, by=by, now=now)


def _answer_the_sign(part: Part, said: OfferPart, *, now: datetime) -> None:
    if part.state == PartState.ASKED.value:
        row = AnsweredRow(text="Opasteen tekstit selkokielellä", unit_price=Decimal("180.00"))
        _say_in(part, said, [row], by=_holding(part), now=now)


def _say_in(part: Part, said: OfferPart, rows: Sequence[AnsweredRow], *, by: Actor, now: datetime) -> None:
    seen = asked_for(part).promised
    card = said.firm
    words = FirmWords(
        name=card.name, business_id=card.business_id, invoiced_through=card.invoiced_through, vat_liable=card.vat_liable
    )
    answer_request(
        part=part,
        answer=PartAnswer(rows=tuple(rows), keeps_days=True, firm=words),
        seen_part_hash=seen.part_hash.hex(),
        seen_frame_hash=seen.frame_hash.hex(),
        by=by,
        now=now,
    )


def _write_part(part: Part, said: OfferPart, offer: JointOffer, *, by: Actor, now: datetime) -> None:
    """Rows and texts as they stand in the example; a row that replaces another names it by its new code."""
    codes: dict[str, str] = {}
    for line in _lines_of(said, offer):
        known = {key: value for key, value in line.items() if key != "code"}
        if "replaces" in known:
            known["replaces"] = codes[known["replaces"]]
        row = add_line(part=part, line=read_line(known), by=by, now=now, public_id=_id_of(line["code"]))
        codes[line["code"]] = row.code
    texts = {name: list(value) if isinstance(value, tuple) else value for name, value in vars(said).items()}
    part.refresh_from_db()
    changes = read_part_texts({name: texts[name] for name in PART_TEXTS})
    write_part_texts(part=part, changes=changes, seen=part.version, by=by, now=now)
    part.refresh_from_db()


def _lines_of(said: OfferPart, offer: JointOffer) -> list[dict[str, Any]]:
    """The part's rows as a package writes them."""
    parts: list[dict[str, Any]] = write_package(offer)["parts"]
    return next(list(part["lines"]) for part in parts if part["key"] == said.key)


def _firms(offer: JointOffer, what: Mapping[str, str]) -> tuple[Asked, ...]:
    return tuple(
        Asked(
            name=part.firm.name,
            what=what[part.key],
            email=part.firm.contact.email if part.firm.contact else "",
            contact=part.firm.contact.name if part.firm.contact else "",
            phone=part.firm.contact.phone if part.firm.contact else "",
        )
        for part in offer.parts
        if part.role != Role.LEAD
    )


def _asked_parts(bid: Bid) -> list[Part]:
    return list(Part.objects.filter(bid=bid).exclude(role=Role.LEAD.value).select_related("firm", "bid__lead"))


def _part_of(offer: JointOffer, part: Part) -> OfferPart:
    return next(said for said in offer.parts if said.firm.name == part.card["name"])


def _pdf_of(bid: Bid) -> Document:
    return Document.objects.filter(revision__bid=bid, kind=DocumentKind.OFFER_PDF.value).order_by("pk")[0]


def _acting(person: Person, firm: Firm) -> Actor:
    return Actor(
        kind=ActorKind.PERSON,
        id=person.pk,
        public_id=person.public_id,
        firm_id=firm.pk,
        firm_public_id=firm.public_id,
        label=str(person),
    )


def _holding(part: Part) -> Actor:
    """Whoever holds the link that was mailed for the part."""
    invitation = Invitation.objects.standing().get(part=part)
    return Actor(
        kind=ActorKind.INVITED,
        id=invitation.pk,
        public_id=invitation.public_id,
        firm_id=part.firm.pk,
        firm_public_id=part.firm.public_id,
        label=invitation.name,
    )


def _tomorrow(now: datetime) -> datetime:
    return helsinki_instant(helsinki_day(now) + timedelta(days=1), AN_HOUR_PEOPLE_KEEP)


def _id_of(name: str) -> UUID:
    return uuid5(SENT, name)
