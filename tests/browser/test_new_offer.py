"""From nothing to two requests on one screen, by keyboard and thumb, with scripts and without."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe

from bids.actions.make_group import make_group
from bids.actions.note_meeting import note_meeting
from bids.actions.start_offer import start_offer
from bids.models import Bid, Group, Letter, Meeting
from bids.steps.groups import GroupFirm, GroupSaid
from bids.steps.meetings import MeetingNote
from bids.vocabulary import LetterKind
from kernel.clock import database_now, helsinki_day
from tests.bids.starting import Lead, a_lead, pikkutikka
from tests.browser.conftest import DESK, PHONE, Visit, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def fill(visitor: Visitor) -> int:
    """Type what the page asks for; how many inputs that took."""
    typed = {
        "#id_client_name": "Päiväkoti Pikkutikka Oy",
        "#id_client_email": "johtaja@pikkutikka.invalid",
        "#id_title": "Infografiikka, joka selittää palvelusetelin ja maksut",
        "#firm-0-name": "Selkopolku Tmi",
        "#firm-0-contact": "sari@selkopolku.invalid",
        "#firm-0-what": "Selkokielinen teksti, noin 10 tuntia",
        "#firm-1-name": "Painopiste Savo Oy",
        "#firm-1-contact": "pekka@painopiste.invalid",
        "#firm-1-what": "Juliste A2, 15 kpl",
    }
    for place, words in typed.items():
        visitor.page.locator(place).fill(words)
    return len(typed)


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("width", [PHONE, DESK])
def test_two_partners_are_asked_on_one_screen(*, width: int, scripts: bool, visit: Visit) -> None:
    visitor = visit(width, person=a_lead().person, scripts=scripts)
    visitor.page.goto(f"{visitor.base}/offers/new/")
    inputs = fill(visitor)
    visitor.page.locator("button[name=start]").click()
    visitor.page.wait_for_url("**/offers/*-*/")
    assert inputs <= 20
    assert Bid.objects.get().parts.count() == 3
    assert Letter.objects.filter(kind=LetterKind.ASKED.value).count() == 2


def test_what_is_typed_is_saved_while_one_types(visit: Visit) -> None:
    visitor = visit(PHONE, person=a_lead().person)
    visitor.go("/offers/new/")
    visitor.page.locator("#id_title").fill("Kesken jäänyt")
    visitor.page.get_by_text("tallennettu").wait_for()
    visitor.go("/offers/new/")
    assert visitor.page.locator("#id_title").input_value() == "Kesken jäänyt"


def test_enter_sends_nothing_and_loses_nothing(visit: Visit) -> None:
    visitor = visit(DESK, person=a_lead().person)
    visitor.go("/offers/new/")
    fill(visitor)
    visitor.page.locator("#firm-0-contact").press("Enter")
    visitor.page.wait_for_load_state("networkidle")
    assert visitor.page.locator("#firm-1-what").input_value() == "Juliste A2, 15 kpl"
    assert not Bid.objects.exists()


@pytest.fixture
def maija() -> Lead:
    lead, now = a_lead(), database_now()
    start_offer(new=pikkutikka(leaves_at=now + timedelta(days=2), delivery=None), by=lead.actor, now=now)
    firms = (GroupFirm(name="Selkopolku Tmi", email="sari@selkopolku.invalid"), GroupFirm(name="Painopiste Savo Oy"))
    make_group(said=GroupSaid(name="Kolmikko", firms=firms), by=lead.actor, now=now)
    note = MeetingNote(client_name="Päiväkoti Pikkutikka", wants="Kuva", met_on=helsinki_day(now))
    note_meeting(note=note, by=lead.actor, now=now)
    return lead


def test_an_earlier_partner_is_filled_in_when_named(maija: Lead, visit: Visit) -> None:
    visitor = visit(DESK, person=maija.person)
    visitor.go("/offers/new/")
    visitor.page.locator("#firm-0-name").fill("Selkopolku Tmi")
    visitor.page.locator("#firm-0-name").press("Tab")
    visitor.page.locator("#firm-0-contact[value='sari@selkopolku.invalid']").wait_for()
    assert visitor.page.locator("#firm-0-mark").inner_text() == "SEL"


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, DESK])
def test_every_screen_fits_and_is_accessible(width: int, look: str, maija: Lead, visit: Visit) -> None:
    bid, group, meeting = Bid.objects.get(), Group.objects.get(), Meeting.objects.get()
    visitor = visit(width, person=maija.person, look=look)
    for path in (
        "/offers/new/",
        f"/offers/new/?copy={bid.public_id}",
        f"/offers/{bid.public_id}/requests/",
        f"/offers/{bid.public_id}/requests/ask/",
        f"/requests/{bid.invitations.first().public_id}/change/",
        "/meetings/",
        "/meetings/new/",
        f"/meetings/{meeting.public_id}/",
        "/groups/",
        "/groups/new/",
        f"/groups/{group.public_id}/",
        f"/groups/{group.public_id}/change/",
    ):
        visitor.go(path)
        found = Axe().run(visitor.page).response["violations"]
        assert [(path, each["id"], [node["html"] for node in each["nodes"]][:2]) for each in found] == []
        assert visitor.sticks_out <= 0, path
