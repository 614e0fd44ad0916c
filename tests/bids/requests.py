"""An offer whose lead asks one partner, as rows: what the tests of answering stand on."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from bids.actions.ask_firm import ask_firm
from bids.actions.import_bid import import_bid
from bids.content import ClientCard, Contact, FirmCard, JointOffer, Line, OfferPart, Period, VatOfSupply
from bids.models import Bid, Invitation, InvitationLink, Part
from bids.queries.answer_screen import asked_for
from bids.steps.answers import AnsweredRow, FirmWords, PartAnswer
from bids.steps.asking import Asked
from bids.vocabulary import LinkWay, Role, VatCategory
from kernel.actor import Actor, ActorKind
from kernel.clock import helsinki_day
from kernel.tokens import new_token, token_hash
from members.models import Person
from tests.world import a_person, acting

GENERAL = VatOfSupply(category=VatCategory.STANDARD, rate=Decimal("25.5"))
SIGN = "Opastekyltti 800 × 400 mm, alumiini, asennettuna seinään."


@dataclass
class Request:
    """One partner asked by one lead."""

    maija: Person
    lead: Actor
    bid: Bid
    part: Part
    invitation: Invitation

    @property
    def invited(self) -> Actor:
        return invited(self.invitation)

    def fresh(self) -> "Request":
        self.bid.refresh_from_db()
        self.part.refresh_from_db()
        self.invitation.refresh_from_db()
        return self


def a_request(
    now: datetime,
    *,
    email: str = "pekka@example.invalid",
    name: str = "Painopiste Savo Oy",
    what: str = SIGN,
    language: str = "en",
    number: str = "YT-2026-0001",
    until: datetime | None = None,
) -> Request:
    system = Actor.system("tests")
    known = Bid.objects.filter(number=number).first()
    bid = known or import_bid(offer=the_offer(helsinki_day(now), number), by=system, now=now)
    maija = Person.objects.filter(email="maija@example.invalid").first() or a_person(
        at=bid.lead, email="maija@example.invalid", language="en"
    )
    maija.phone = "040 000 0000"
    maija.save()
    lead = acting(maija, bid.lead)
    asked = Asked(name=name, what=what, email=email, contact="Pekka Painaja")
    invitation = ask_firm(bid=bid, asked=asked, by=lead, now=now, until=until or now + timedelta(days=2))
    Invitation.objects.filter(pk=invitation.pk).update(language=language)
    invitation.refresh_from_db()
    return Request(maija=maija, lead=lead, bid=bid, part=invitation.part, invitation=invitation).fresh()


def the_offer(today: date, number: str = "YT-2026-0001") -> JointOffer:
    """The lead's own part of an offer, as it stands when partners are asked."""
    lead = FirmCard(
        name="Kuvakulma Design Tmi",
        business_id="9000001-1",
        municipality="491",
        contact=Contact(name="Maija Kuvakulma", email="maija@example.invalid", phone="040 000 0000"),
    )
    own = Line(code="A1", text="Suunnittelu", quantity=Decimal(1), unit_price=Decimal(320), vat=GENERAL)
    return JointOffer(
        number=number,
        title="Kyltti ja asennus päiväkodin eteiseen",
        issued_on=today,
        valid_until=today + timedelta(days=40),
        delivery=Period(starts_on=today + timedelta(days=59), ends_on=today + timedelta(days=59)),
        client=ClientCard(
            name="Päiväkoti Pikkutikka Oy",
            business_id="9000020-6",
            municipality="491",
            contacts=(Contact(name="Johtaja", email="johtaja@example.invalid", role="accepts"),),
        ),
        parts=(OfferPart(key="KUV", role=Role.LEAD, firm=lead, lines=(own,)),),
    )


def invited(invitation: Invitation) -> Actor:
    return Actor(
        kind=ActorKind.INVITED,
        label=invitation.name,
        id=invitation.pk,
        public_id=invitation.public_id,
        firm_id=invitation.part.firm_id,
        firm_public_id=invitation.part.firm.public_id,
    )


def a_link(
    invitation: Invitation, now: datetime, *, way: LinkWay = LinkWay.MAILED, lives: timedelta | None = None
) -> str:
    """A link as it is mailed; its secret."""
    token = new_token()
    InvitationLink.objects.create(
        invitation=invitation,
        way=way.value,
        token_hash=token_hash(token),
        made_at=now - timedelta(days=1),
        expires_at=now + (lives or timedelta(days=3)),
    )
    return token


def hashes(part: Part) -> dict[str, str]:
    """What the screen shows now, as an answer names it."""
    promised = asked_for(part).promised
    return {"seen_part_hash": promised.part_hash.hex(), "seen_frame_hash": promised.frame_hash.hex()}


def an_answer(price: str = "450", **said: object) -> PartAnswer:
    row = AnsweredRow(text=SIGN, unit_price=Decimal(price))
    firm = FirmWords(name="Painopiste Savo Oy", business_id="9000004-6")
    return PartAnswer(**{"rows": (row,), "firm": firm, **said})  # type: ignore[arg-type]
