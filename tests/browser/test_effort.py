"""What the path asks of people, against what it may: the effort table, driven at a phone's and a desk's width."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bids.actions.add_line import add_line
from bids.actions.answer_request import answer_request
from bids.actions.finish_sending import finish_sending
from bids.actions.start_offer import start_offer
from bids.actions.tell_price import tell_price
from bids.models import Bid, Invitation, Letter, Part, Revision, RevisionStanding
from bids.queries.answer_screen import asked_for
from bids.queries.letter_truth import why_not_any_more
from bids.queries.oks import ok_of
from bids.steps.answers import AnsweredRow, FirmWords, PartAnswer
from bids.steps.minting import mint
from bids.steps.proposed_lines import read_line
from bids.vocabulary import LetterKind, LetterState, PartState, PriceBasis, RevisionState, Role
from kernel.actor import Actor
from kernel.clock import database_now
from tests.bids.cases import daycare
from tests.bids.ok_world import OkWorld, an_ok_world, changed
from tests.bids.requests import invited
from tests.bids.sendings import drawn, sent
from tests.bids.starting import Lead, a_lead, pikkutikka
from tests.browser.conftest import DESK, PHONE, Visit
from tests.browser.effort import Budget, Effort

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDTHS = pytest.mark.parametrize("width", [PHONE, DESK])

FIRST_OFFER = Budget(screens=4, inputs=20, ticks=0)
SECOND_OFFER = Budget(screens=3, inputs=20, ticks=0)
ASK_TWO = Budget(screens=1)
ANSWER = Budget(screens=1, inputs=3, ticks=0, taps=1)
ANSWER_OF_SOMEBODY_NEW = Budget(screens=1, inputs=4, ticks=0, taps=1)
CONFIRM_TOLD_PRICE = Budget(screens=1, inputs=0, taps=1, ticks=0)
OK_AGAIN = Budget(screens=1, inputs=0, taps=1, ticks=0)
PRICE_AFTER_YESES = Budget(screens=1, inputs=1, taps=2, ticks=0)
TAKE_SUGGESTED_PRICE = Budget(screens=1, inputs=0, taps=3, ticks=1)
"""Choosing, answering, and the OK to what its own price is now, in a browser that has typed nothing yet; the table
names no number."""
NEW_VERSION = Budget(taps=6, ticks=0)


IDENTITIES = ("9000003-8", "9000004-6")
"""The partners' Business IDs."""


def start(work: Effort) -> Bid:
    """The first screen: for whom, what, by when, with whom."""
    work.tap("main a[href='/offers/new/']", leads_on=True)
    work.type("#id_client_name", "Päiväkoti Pikkutikka Oy")
    work.type("#id_client_email", "johtaja@example.invalid")
    work.type("#id_title", "Infografiikka, joka selittää palvelusetelin ja maksut")
    work.type("#id_ready", "viikko 50")
    for number, (firm, email, what) in enumerate(
        [
            ("Selkopolku Tmi", "sari@example.invalid", "Selkokielinen teksti, noin 10 tuntia"),
            ("Painopiste Savo Oy", "pekka@example.invalid", "Juliste A2, 15 kpl, ja esite A5, 500 kpl"),
        ]
    ):
        work.type(f"#firm-{number}-name", firm)
        work.type(f"#firm-{number}-contact", email)
        work.type(f"#firm-{number}-what", what)
    work.tap("button[name=start]", leads_on=True)
    return Bid.objects.latest("pk")


def link_of(invitation: Invitation, kind: LetterKind, *, at: Part | None = None) -> str:
    """The link that the partner's latest letter of this kind carries, as the worker mints it.

    Letters about a share that has been answered hang on the part, `at`.
    """
    about = Letter.objects.filter(part=at) if at else Letter.objects.filter(invitation=invitation)
    letter = about.filter(kind=kind.value).latest_first()[0]
    minted = mint(letter, now=database_now())
    assert minted.row
    minted.row.save(force_insert=True)
    return "/" + minted.address.split("/", 3)[3]


def answer(work: Effort, invitation: Invitation, price: str, business_id: str = "") -> None:
    """The partner's one screen, reached by the mailed link."""
    work.go(link_of(invitation, LetterKind.ASKED))
    work.type("#id_price", price)
    if business_id:
        work.type("#id_business_id", business_id)
    work.tap("button[value=in]", leads_on=True)


def send(work: Effort, bid: Bid) -> None:
    """From the offer's page, or from what waits, to the client; the worker's part is played here."""
    work.tap(f"main a[href='/offers/{bid.public_id}/send/']", leads_on=True)
    work.tap(".send-act button:not([form])", leads_on=True)
    revision = Revision.objects.filter(bid=bid).latest("number")
    drawn(revision, now=database_now())
    finish_sending(revision=revision, by=Actor.system("tests"), now=database_now())
    assert RevisionStanding.objects.get(revision=revision).state == RevisionState.SENT.value


def an_answered_offer(lead: Lead) -> Bid:
    """An earlier offer of the same three firms, answered with one price each."""
    now = database_now()
    bid = start_offer(new=pikkutikka(leaves_at=now + timedelta(days=1), delivery=None), by=lead.actor, now=now)
    own = read_line({"text": "Infografiikan suunnittelu", "quantity": "1", "unit_price": "1500", "vat": "25.5"})
    add_line(part=bid.parts.get(role=Role.LEAD.value), line=own, by=lead.actor, now=now)
    for invitation, identity in zip(bid.invitations.order_by("pk"), IDENTITIES, strict=True):
        part = Part.objects.select_related("firm", "bid__lead").get(pk=invitation.part_id)
        seen = asked_for(part).promised
        answer_request(
            part=part,
            answer=PartAnswer(
                rows=(AnsweredRow(text=part.asked, unit_price=Decimal(480)),),
                firm=FirmWords(name=part.card["name"], business_id=identity),
            ),
            seen_part_hash=seen.part_hash.hex(),
            seen_frame_hash=seen.frame_hash.hex(),
            by=invited(invitation),
            now=now,
        )
    return bid


def own_row(work: Effort, bid: Bid, text: str, price: str) -> None:
    """The lead's own share, typed where it stands in the offer."""
    key = bid.parts.get(role=Role.LEAD.value).key
    work.tap(f"a.pen[href='edit/new-line/{key}/']")
    work.type(".edit-form [name=text]", text)
    work.type(".edit-form [name=unit_price]", price)
    work.tap(".edit-form button[value=save]")
    work.page.locator(".edit-form").wait_for(state="detached")


def other_price(work: Effort, code: str, price: str) -> None:
    """A price of the lead's own, changed where it stands."""
    work.tap(f"a.pen[href='edit/line/{code}/']")
    work.type(".edit-form [name=unit_price]", price)
    work.tap(".edit-form button[value=save]")
    work.page.locator(".edit-form").wait_for(state="detached")


def all_say_yes(visit: Visit, bid: Bid) -> None:
    """Both partners answer at their telephones."""
    for invitation, identity in zip(bid.invitations.order_by("pk"), IDENTITIES, strict=True):
        answer(Effort(visit(PHONE)), invitation, "480", identity)
    assert set(bid.parts.values_list("state", flat=True)) == {PartState.IN.value}


@pytest.fixture
def lead() -> Lead:
    return a_lead(business_id="9000001-1")


@pytest.fixture
def agreed() -> OkWorld:
    """The daycare's offer, in which everybody has said yes."""
    later = (database_now() + timedelta(days=60)).date()
    return an_ok_world(replace(daycare(), valid_until=later), now=database_now())


@WIDTHS
def test_asking_two_partners_takes_one_screen(width: int, visit: Visit, lead: Lead) -> None:
    work = Effort(visit(width, person=lead.person))
    work.go("/offers/new/")
    work.type("#id_client_name", "Päiväkoti Pikkutikka Oy")
    work.type("#id_title", "Infografiikka palvelusetelistä")
    for number, name in enumerate(("sari", "pekka")):
        work.type(f"#firm-{number}-name", f"{name.title()} Tmi")
        work.type(f"#firm-{number}-contact", f"{name}@example.invalid")
        work.type(f"#firm-{number}-what", "Osuus tästä")
    work.tap("button[name=start]", leads_on=True)

    assert Invitation.objects.count() == 2
    work.is_within(ASK_TWO)


@WIDTHS
def test_the_first_joint_offer_with_two_partners(width: int, visit: Visit, lead: Lead) -> None:
    work = Effort(visit(width, person=lead.person))
    work.go("/my-work/")
    bid = start(work)
    own_row(work, bid, "Infografiikan suunnittelu", "1500")
    all_say_yes(visit, bid)
    work.go(f"/offers/{bid.public_id}/")
    send(work, bid)

    work.is_within(FIRST_OFFER)


@WIDTHS
def test_the_second_offer_with_the_same_people(width: int, visit: Visit, lead: Lead) -> None:
    first = an_answered_offer(lead)
    work = Effort(visit(width, person=lead.person))
    work.go("/my-work/")
    work.tap(f"main a[href='/offers/new/?copy={first.public_id}']", leads_on=True)
    work.tap("button[name=start]", leads_on=True)
    bid = Bid.objects.latest("pk")
    assert bid.copied_from == first
    for invitation in bid.invitations.order_by("pk"):
        known = Effort(visit(width))
        answer(known, invitation, "480")
        known.is_within(ANSWER)
    work.go("/my-work/")
    send(work, bid)

    work.is_within(SECOND_OFFER)


@WIDTHS
def test_a_partner_answers_on_one_screen(width: int, visit: Visit, lead: Lead) -> None:
    starting = Effort(visit(DESK, person=lead.person))
    starting.go("/my-work/")
    bid = start(starting)
    invitation = bid.invitations.get(email="sari@example.invalid")
    new = Effort(visit(width))

    answer(new, invitation, "480", "9000003-8")

    new.is_within(ANSWER_OF_SOMEBODY_NEW)
    part = Part.objects.get(pk=invitation.part_id)
    assert part.state == PartState.IN.value
    assert ok_of(part, now=database_now()).is_ok


@WIDTHS
def test_a_partner_confirms_a_told_price_with_one_tap(width: int, visit: Visit, lead: Lead) -> None:
    starting = Effort(visit(DESK, person=lead.person))
    starting.go("/my-work/")
    bid = start(starting)
    invitation = bid.invitations.get(email="pekka@example.invalid")
    tell_price(part=invitation.part, amount=Decimal(416), price_basis=PriceBasis.NET, by=lead.actor, now=database_now())
    partner = Effort(visit(width))

    partner.go(link_of(invitation, LetterKind.PRICE_TOLD) + "?next=price")
    partner.tap("button[name=amount][value^='416']", leads_on=True)

    partner.is_within(CONFIRM_TOLD_PRICE)
    assert Part.objects.get(pk=invitation.part_id).state == PartState.IN.value


@WIDTHS
def test_a_partner_says_ok_again_and_takes_it_back_with_one_tap_each(width: int, visit: Visit, lead: Lead) -> None:
    now = database_now()
    new = pikkutikka(leaves_at=now + timedelta(days=1), delivery=None)
    bid = start_offer(new=new, by=lead.actor, now=now)
    invitation = bid.invitations.get(email="sari@selkopolku.invalid")
    browser = visit(width)
    answer(Effort(browser), invitation, "480", "9000003-8")
    bids = Bid.objects.filter(pk=bid.pk)
    changed(change=lambda: bids.update(payment_days=60), bid=bid, by=lead.actor, now=database_now())
    again = Effort(browser)

    again.go(link_of(invitation, LetterKind.ASKED))
    again.tap("button[value=ok]", leads_on=True)

    again.is_within(OK_AGAIN)
    part = Part.objects.get(pk=invitation.part_id)
    assert ok_of(part, now=database_now()).is_ok
    back = Effort(browser)
    back.tap("button[value=take-back]", leads_on=True)
    back.is_within(OK_AGAIN)
    assert not ok_of(part, now=database_now()).is_ok


@WIDTHS
def test_a_price_changes_after_the_yeses_and_nobody_who_is_no_worse_off_is_asked(
    width: int, visit: Visit, agreed: OkWorld
) -> None:
    work = Effort(visit(width, person=agreed.lead_person))
    work.go(f"/offers/{agreed.bid.public_id}/")
    other_price(work, "A1", "300")

    assert agreed.line("A1").unit_price == Decimal(300)
    work.is_within(PRICE_AFTER_YESES)
    assert all(ok_of(part, now=database_now()).is_ok for part in agreed.bid.parts.exclude(role=Role.LEAD.value))
    assert not Letter.objects.filter(bid=agreed.bid, kind=LetterKind.ASKED_AGAIN.value).exists()


def nobody_is_asked_again(bid: Bid) -> bool:
    """Whether every partner's OK still counts, and no letter that would go asks for another one."""
    now = database_now()
    letters = Letter.objects.filter(bid=bid, kind=LetterKind.ASKED_AGAIN.value)
    would_go = [
        each for each in letters if each.state != LetterState.CANCELLED.value and not why_not_any_more(each, now=now)
    ]
    return all(ok_of(part, now=now).is_ok for part in bid.parts.exclude(role=Role.LEAD.value)) and not would_go


@WIDTHS
def test_a_price_the_lead_suggests_after_the_yeses_is_taken_where_the_letter_leads(
    width: int, visit: Visit, lead: Lead
) -> None:
    bid = an_answered_offer(lead)
    invitation = bid.invitations.get(email="pekka@painopiste.invalid")
    line = invitation.part.lines.get()
    work = Effort(visit(width, person=lead.person))
    work.go(f"/offers/{bid.public_id}/")

    other_price(work, line.code, "530")

    work.is_within(PRICE_AFTER_YESES)
    line.refresh_from_db()
    assert line.unit_price == Decimal(480)

    partner = Effort(visit(width))
    partner.go(link_of(invitation, LetterKind.SUGGESTED, at=invitation.part) + "?next=suggestions")
    partner.tap(".suggested .picks input[value=take]")
    partner.tap("button[value=suggestions]", leads_on=True)
    partner.tick(".ok-again #tick-read")
    partner.tap(".ok-again button[value=ok]", leads_on=True)

    partner.is_within(TAKE_SUGGESTED_PRICE)
    line.refresh_from_db()
    assert line.unit_price == Decimal(530)
    assert nobody_is_asked_again(bid)


@WIDTHS
def test_a_partner_raises_its_own_price_after_its_yes(width: int, visit: Visit, lead: Lead) -> None:
    bid = an_answered_offer(lead)
    invitation = bid.invitations.get(email="pekka@painopiste.invalid")
    partner = Effort(visit(width))
    partner.go(link_of(invitation, LetterKind.OK_GIVEN, at=invitation.part))

    partner.tap("details.unfold:has(#id_price) > summary")
    partner.type("#id_price", "530")
    partner.tap("button[value=in]", leads_on=True)

    partner.is_within(PRICE_AFTER_YESES)
    assert invitation.part.lines.get().unit_price == Decimal(530)
    assert nobody_is_asked_again(bid)


@WIDTHS
def test_a_new_version_goes_to_the_client(width: int, visit: Visit, agreed: OkWorld) -> None:
    sent(agreed, now=database_now())
    work = Effort(visit(width, person=agreed.lead_person))

    work.go(f"/offers/{agreed.bid.public_id}/")
    other_price(work, "A1", "300")
    send(work, agreed.bid)

    work.is_within(NEW_VERSION)
    assert agreed.bid.revisions.count() == 2


def test_the_count_is_a_count(visit: Visit, lead: Lead) -> None:
    """Negative control: a task that asks for one thing more than it may is not within its budget."""
    work = Effort(visit(DESK, person=lead.person))
    work.go("/offers/new/")
    work.type("#id_client_name", "Päiväkoti")
    work.tap("a.back", leads_on=True)
    work.tap("main a[href='/offers/new/']", leads_on=True)

    assert (work.screens, work.inputs, work.taps) == (2, 1, 2)
    work.is_within(Budget(screens=2, inputs=1, taps=2))
    for less in (Budget(screens=1), Budget(inputs=0), Budget(taps=1)):
        with pytest.raises(AssertionError, match="asks for more than it may"):
            work.is_within(less)
