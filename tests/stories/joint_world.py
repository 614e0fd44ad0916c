"""Three firms in one offer, all that can be written around it, and a firm that has nothing to do with it."""

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import uuid4

from django.test import Client

from bids.actions.import_bid import import_bid
from bids.actions.make_group import make_group
from bids.actions.make_suggestion import make_suggestion
from bids.actions.note_meeting import note_meeting
from bids.actions.record_counter_offer import record_counter_offer
from bids.actions.request_document import request_document
from bids.actions.save_draft import save_draft
from bids.actions.set_line_cost import set_line_cost
from bids.content import ClientCard, Contact, Instalment, JointOffer, MilestoneCard, OfferPart, Section
from bids.exports.frozen_offer import DocumentOrder
from bids.models import Bid, ClientLink, Invitation, InvitationLink, Letter, LineItem, Part, ToldPrice
from bids.steps.groups import GroupFirm, GroupSaid
from bids.steps.meetings import MeetingNote
from bids.steps.recording import RecordedFile
from bids.vocabulary import (
    DecisionWay,
    DocumentKind,
    Language,
    LinkScope,
    LinkWay,
    PartState,
    PriceVisibility,
    Profile,
    Role,
    Theme,
)
from kernel.actor import Actor
from kernel.tokens import new_token, token_hash
from members.models import Firm, Person
from tests.bids.clients import asked, wished
from tests.bids.offers import SPRING_2026, D, a_line, a_part, an_offer
from tests.bids.ok_world import OkWorld, an_ok_world
from tests.bids.sendings import sent
from tests.web.conftest import a_pdf, finished, logged_in
from tests.world import NOON, a_firm, a_person, acting

SYSTEM: Final = Actor.system("tests")
A_LONG_TIME: Final = timedelta(days=3650)
ROLES: Final = ("owner", "editor", "viewer", "producer")
LEAD, PARTNER, OTHER, OUTSIDER = "AAA", "BBB", "CCC", "DDD"


def three_firms(mode: PriceVisibility, *, number: str = "YT-2026-0100", ids: str = "900000") -> JointOffer:
    """A leads, B and C take part; every firm has a row that counts and one to choose. There is no discount."""

    def firm(key: str, tail: str, *lines: Any, lead: bool = False) -> OfferPart:
        return a_part(
            key,
            *lines,
            lead=lead,
            business_id=f"{ids}{tail}",
            contact=Contact(name=f"Henkilö {key}", email=f"{key.lower()}@firm.invalid", phone="+358401234567"),
        )

    first, second, third = BUSINESS_IDS[ids]
    return an_offer(
        firm(LEAD, first, a_line("A1", "1000", quantity="2"), a_line("A2", "75", optional=True), lead=True),
        firm(PARTNER, second, a_line("B1", "400", unit="tunti", quantity="10"), a_line("B2", "50", optional=True)),
        firm(OTHER, third, a_line("C1", "700", quantity="3"), a_line("C2", "90", optional=True)),
        number=number,
        price_visibility=mode,
        client=ClientCard(
            name="Asiakas Oy", contacts=(Contact(name="Aino", email="aino@client.invalid", role="accepts"),)
        ),
        delivery=SPRING_2026,
        payment_plan=(Instalment(name="alku", percent=D("30")), Instalment(name="loppu", percent=D("70"))),
        sections=(Section(title="Miten", text="Yhdessä."),),
        milestones=(
            MilestoneCard(
                id="m1", name="Työ", starts_on=SPRING_2026.starts_on, ends_on=SPRING_2026.ends_on, owner=PARTNER
            ),
        ),
    )


BUSINESS_IDS: Final = {"900000": ("3-8", "4-6", "5-4"), "900001": ("1-8", "2-6", "3-4")}


@dataclass(kw_only=True)
class JointWorld:
    """The offer and everything around it, by the names the addresses are filled with."""

    ok: OkWorld
    bid: Bid
    firms: dict[str, Firm]
    people: dict[tuple[str, str], Person]
    things: dict[str, Any] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)

    def part(self, key: str) -> Part:
        return self.ok.part(key)

    def line(self, code: str) -> LineItem:
        return self.ok.line(code)

    def actor(self, key: str, role: str = "owner") -> Actor:
        return acting(self.people[key, role], self.firms[key])

    def client(self, key: str, role: str = "owner") -> Client:
        """Somebody of this firm at the keyboard; the API takes the same session."""
        return self._kept(f"{key}-{role}", lambda: logged_in(self.people[key, role]))

    def nobody(self) -> Client:
        return self._kept("nobody", lambda: Client(headers={"accept-language": "en"}))

    def _kept(self, name: str, make: Any) -> Client:
        if name not in self.clients:
            self.clients[name] = make()
        return self.clients[name]


def a_joint_world(mode: PriceVisibility = PriceVisibility.ALL, *, is_sent: bool = False) -> JointWorld:
    """Everybody has been asked and is in; with `is_sent` a first version has gone out to the client."""
    ok = an_ok_world(three_firms(mode))
    firms = {part.key: part.firm for part in ok.bid.parts.select_related("firm")}
    firms[OUTSIDER] = a_firm("Sivullinen Oy", business_id="9000019-3")
    people = {
        (key, role): a_person(at=firm, role=role, email=f"{key}-{role}@people.invalid".lower(), language="en")
        for key, firm in firms.items()
        for role in ROLES
    }
    world = JointWorld(ok=ok, bid=ok.bid, firms=firms, people=people)
    # Requests are answered, and links live, by the clock on the wall.
    Invitation.objects.filter(bid=ok.bid).update(answer_until=NOON + A_LONG_TIME)
    for invitation in ok.invitations.values():
        invitation.refresh_from_db()
    if is_sent:
        world.things["revision"] = revision = sent(ok)
        world.things["sent-document"] = revision.documents.order_by("pk")[0]
    _write_around(world)
    world.bid.refresh_from_db()
    return world


def _write_around(world: JointWorld) -> None:
    """Costs, suggestions, drafts, told prices, documents, links: of every firm, so that every one could leak."""
    things = world.things
    for key, code in ((LEAD, "A1"), (PARTNER, "B1"), (OTHER, "C1")):
        set_line_cost(
            line=world.line(code), cost=Decimal("12.34"), note=f"note-of-{key}", seen=0, by=world.actor(key), now=NOON
        )
        things[f"line-{key}"] = world.line(code)
        save_draft(
            bid=world.bid,
            place=f"line:{world.line(code).public_id}",
            words={"unit_price": "55.55", "text": f"draft-of-{key}"},
            seen=1,
            by=world.actor(key),
            now=NOON,
        )
    for key, code in ((PARTNER, "B1"), (OTHER, "C1")):
        things[f"suggestion-{key}"] = make_suggestion(
            part=world.part(key),
            line=world.line(code),
            changes={"unit_price": "66.66"},
            why="halvemmaksi",
            by=world.actor(LEAD),
            now=NOON,
        )
        things[f"told-{key}"] = ToldPrice.objects.create(
            part=world.part(key),
            amount=D("777.77"),
            shown=[D("700.00"), D("777.77"), D("800.00")],
            told_by=world.people[LEAD, "owner"],
            told_at=NOON,
        )
        things[f"invitation-{key}"] = world.ok.invitations[key]
        token = new_token()
        things[f"invitation-token-{key}"] = token
        InvitationLink.objects.create(
            invitation=world.ok.invitations[key],
            way=LinkWay.MAILED.value,
            token_hash=token_hash(token),
            made_at=NOON,
            expires_at=NOON + A_LONG_TIME,
        )
    for kind in (DocumentKind.OFFER_PDF, DocumentKind.TWIN_JSON, DocumentKind.TWIN_UBL):
        order = DocumentOrder(language=Language.FI, profile=Profile.COMPACT, theme=Theme.SELKEA)
        document = request_document(source=world.bid, kind=kind, order=order, by=SYSTEM, now=NOON)
        things[f"document-{kind.value}"] = finished(document, a_pdf(2), SYSTEM, NOON)
    things["document"] = things[f"document-{DocumentKind.OFFER_PDF.value}"]
    token = new_token()
    things["client-token"] = token
    things["client-link"] = ClientLink.objects.create(
        bid=world.bid,
        contact_name="Aino",
        contact_email="aino@client.invalid",
        scope=LinkScope.ASK.value,
        token_hash=token_hash(token),
        made_at=NOON,
        expires_at=NOON + A_LONG_TIME,
    )
    if "revision" in things:
        for key in (PARTNER, OTHER):
            things[f"question-{key}"] = asked(things["client-link"], f"question-to-{key}", about=f"part:{key}")
        things["wish"] = wished(things["client-link"])
        things["counter-offer"] = record_counter_offer(
            bid=world.bid,
            seen=bytes(things["revision"].content_hash).hex(),
            nonce=uuid4(),
            way=DecisionWay.SLIP,
            arrived_at=NOON,
            words="Hinnasta pois sata euroa.",
            file=RecordedFile(data=b"%PDF-1.7 what the client would sign"),
            by=world.actor(LEAD),
            now=NOON,
        )
    things["bid"] = world.bid
    things["meeting"] = note_meeting(
        note=MeetingNote(client_name="Asiakas Oy", wants="Uusi kyltti", met_on=NOON.date()),
        by=world.actor(LEAD),
        now=NOON,
    )
    things["group"] = make_group(
        said=GroupSaid(name="Porukka", firms=(GroupFirm(name="Kolmas Oy", email="kolmas@firm.invalid"),)),
        by=world.actor(LEAD),
        now=NOON,
    )
    things["client"] = world.bid.client
    things["section"] = world.bid.sections.order_by("pk")[0]
    things["milestone"] = world.bid.milestones.order_by("pk")[0]
    things["letter"] = Letter.objects.filter(bid=world.bid).order_by("pk")[0]
    for key in (LEAD, PARTNER, OTHER):
        things[f"part-{key}"] = world.part(key)


def another_offer(world: JointWorld) -> Bid:
    """An offer that the outsider leads and none of the three firms is in."""
    offer = three_firms(PriceVisibility.ALL, number="YT-2026-0200", ids="900001")
    bid = import_bid(offer=offer, by=SYSTEM, now=NOON)
    Bid.objects.filter(pk=bid.pk).update(lead=world.firms[OUTSIDER])
    Part.objects.filter(bid=bid, role=Role.LEAD.value).update(firm=world.firms[OUTSIDER])
    Part.objects.filter(bid=bid).exclude(role=Role.LEAD.value).update(state=PartState.IN.value)
    bid.refresh_from_db()
    return bid
