"""New joint offer: one screen, everything typed kept, one button that sends the requests."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from bids.models import Bid, Draft, Letter
from bids.steps import request_quota
from bids.vocabulary import LetterKind
from members.models import Person
from tests.bids.starting import a_lead
from tests.web.conftest import logged_in
from tests.web.markup import dangers_in
from tests.world import a_firm, a_person

PAGE = "/offers/new/"


@pytest.fixture
def maija() -> Person:
    return a_lead(language="en").person


@pytest.fixture
def desk(maija: Person) -> Client:
    return logged_in(maija)


def typed(**said: str) -> dict[str, str]:
    return {
        "ticket": str(uuid4()),
        "client_name": "Päiväkoti Pikkutikka Oy",
        "client_email": "johtaja@pikkutikka.invalid",
        "title": "Infografiikka, joka selittää palvelusetelin",
        "leaves": "huomenna 18.00",
        "ready": "",
        "firm-0-name": "Selkopolku Tmi",
        "firm-0-contact": "sari@selkopolku.invalid",
        "firm-0-what": "Selkokielinen teksti",
        "firm-1-name": "Painopiste Savo Oy",
        "firm-1-contact": "Pekka <pekka@painopiste.invalid>, 040 123 4567",
        "firm-1-what": "Juliste A2, 15 kpl",
        "start": "1",
        **said,
    }


def test_the_page_asks_for_little(desk: Client) -> None:
    page = desk.get(PAGE).content.decode()
    before_the_fold = page[page.index("start-form") : page.index("unfold start-rules")]
    fields = re.findall(r'<(?:input|textarea|select)\b(?![^>]*type="hidden")', before_the_fold)
    assert len(fields) == 5 + 2 * 3
    assert 'type="checkbox"' not in before_the_fold
    assert 'value="tomorrow 18:00"' in page
    assert not dangers_in(page)
    assert len(page.encode()) < 60_000


def test_one_press_sends_the_requests(desk: Client) -> None:
    answer = desk.post(PAGE, typed(), follow=True)
    bid = Bid.objects.get()
    assert answer.redirect_chain[0][0] == reverse("bids:offer", args=[bid.public_id])
    assert "The requests are on their way to 2 firms." in answer.content.decode()
    asked = Letter.objects.filter(kind=LetterKind.ASKED.value).values_list("to_name", "to_email")
    assert set(asked) == {("Selkopolku Tmi", "sari@selkopolku.invalid"), ("Pekka", "pekka@painopiste.invalid")}
    assert bid.invitations.get(name="Pekka").phone == "040 123 4567"


def test_pressing_twice_starts_one_offer(desk: Client) -> None:
    said = typed()
    first, second = desk.post(PAGE, said), desk.post(PAGE, said)
    assert first.headers["Location"] == second.headers["Location"]
    assert Bid.objects.count() == 1
    assert Letter.objects.filter(kind=LetterKind.ASKED.value).count() == 2


def test_going_back_and_pressing_again_leads_to_the_offer_that_is_there(desk: Client) -> None:
    said = typed()
    desk.post(PAGE, said)
    answer = desk.post(PAGE, {**said, "title": "Jotain muuta"}, follow=True)
    assert "This offer was started already" in answer.content.decode()
    assert Bid.objects.get().title == said["title"]


def test_blank_rows_ask_nobody(desk: Client) -> None:
    said = {key: "" if key.startswith("firm-") else value for key, value in typed().items()}
    answer = desk.post(PAGE, said, follow=True)
    assert "The offer has begun" in answer.content.decode()
    assert Bid.objects.get().parts.count() == 1


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"client_name": ""}, "Whom is the offer for?"),
        ({"client_email": "johtaja"}, "This is not a whole e-mail address."),
        ({"title": ""}, "Say in one sentence what you offer."),
        ({"leaves": "46093"}, "This is not understood."),
        ({"leaves": "joskus"}, "This is not understood."),
        ({"leaves": "1.1.2020 18.00"}, "That moment has passed already."),
        ({"leaves": "30.2. 18.00"}, "There is no such day."),
        ({"leaves": "huomenna 25.00"}, "There is no such hour."),
        ({"ready": "1.1.2020"}, "That day has passed already."),
        ({"ready": "45000"}, "This is not understood. Write a day"),
        ({"ready": "viikko 54"}, "There is no such day."),
        ({"firm-0-contact": "sari.selkopolku.invalid"}, "Write an e-mail address like"),
        ({"firm-0-contact": "sari@selkopolku"}, "This is not a whole e-mail address."),
        ({"firm-0-what": ""}, "What do you ask from them?"),
        ({"firm-0-name": ""}, "Which firm do you ask?"),
        ({"firm-1-name": "selkopolku TMI"}, "This firm is here already."),
        ({"firm-1-contact": "SARI@selkopolku.invalid"}, "This address is here already."),
        ({"firm-0-name": "Kuvakulma Design Tmi"}, "This is your own firm."),
        ({"payment_days": "kaksi"}, "Enter a whole number."),
        ({"payment_days": "999"}, "Choose 0 to 180 days."),
    ],
)
def test_a_fault_stands_beside_its_field_and_nothing_typed_is_lost(
    said: dict[str, str], sentence: str, desk: Client
) -> None:
    words = typed(**said)
    answer = desk.post(PAGE, words)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert page.count("circle-alert") == 1
    for key, value in words.items():
        if key not in {"start", "ticket"} and value:
            assert value.replace("<", "&lt;").replace(">", "&gt;") in page
    assert words["ticket"] in page
    assert not Bid.objects.exists()


def test_everything_wrong_is_said_at_once(desk: Client) -> None:
    page = desk.post(PAGE, typed(client_name="", leaves="joskus", **{"firm-0-what": ""})).content.decode()
    for sentence in ("Whom is the offer for?", "This is not understood.", "What do you ask from them?"):
        assert sentence in page


def test_what_is_hostile_is_shown_as_it_was_typed(desk: Client) -> None:
    nasty = '"><script>alert(1)</script>'
    page = desk.post(PAGE, typed(client_name=nasty, leaves=nasty, **{"firm-0-name": nasty, "firm-0-contact": nasty}))
    assert not dangers_in(page.content.decode())


def test_many_rows_are_refused_with_a_sentence(desk: Client) -> None:
    many = {f"firm-{n}-{key}": f"{key}{n}@x.invalid" for n in range(25) for key in ("name", "contact", "what")}
    answer = desk.post(PAGE, typed(**many))
    assert answer.status_code == 422
    assert "At most 20 firms are asked into one offer." in answer.content.decode()


def test_a_row_more_needs_no_script(desk: Client) -> None:
    said = {key: value for key, value in typed().items() if key != "start"}
    page = desk.post(PAGE, {**said, "add": "1"}).content.decode()
    assert 'name="firm-2-name"' in page
    assert said["firm-1-what"] in page
    assert not Bid.objects.exists()


def test_a_row_less_needs_no_script(desk: Client) -> None:
    said = {key: value for key, value in typed().items() if key != "start"}
    page = desk.post(PAGE, {**said, "drop": "0"}).content.decode()
    assert "Selkopolku" not in page
    assert 'value="Painopiste Savo Oy"' in page


def test_whoever_does_not_know_whom_to_ask_begins_alone(desk: Client) -> None:
    said = {key: value for key, value in typed().items() if key != "start"}
    page = desk.post(PAGE, {**said, "nobody": "1"}).content.decode()
    assert "Nobody is asked yet." in page
    assert "Begin the offer" in page
    assert "Send the requests" not in page


def test_only_the_rows_come_back_to_a_script(desk: Client) -> None:
    said = {key: value for key, value in typed().items() if key != "start"}
    page = desk.post(PAGE, {**said, "add": "1"}, headers={"hx-request": "true"}).content.decode()
    assert "<html" not in page
    assert 'id="firms"' in page


def test_what_is_typed_is_kept_and_comes_back(desk: Client, maija: Person) -> None:
    kept = desk.post(f"{PAGE}keep/", typed(title="Kesken jäänyt", start="")).content.decode()
    assert re.search(r"saved \d{1,2}:\d\d", kept)
    page = desk.get(PAGE).content.decode()
    assert "Kesken jäänyt" in page
    assert "This is what you typed last time." in page
    assert "Kesken jäänyt" not in desk.get(f"{PAGE}?empty=1").content.decode()
    assert Draft.objects.get().person == maija


def test_a_draft_goes_when_the_offer_has_begun(desk: Client) -> None:
    said = typed()
    desk.post(f"{PAGE}keep/", said)
    desk.post(PAGE, said)
    assert not Draft.objects.exists()
    assert said["title"] not in desk.get(PAGE).content.decode()


def test_what_is_typed_for_one_firm_does_not_show_for_another(desk: Client) -> None:
    desk.post(f"{PAGE}keep/", typed(title="Salainen"))
    assert "Salainen" not in logged_in(a_lead("Toinen Oy", business_id="9000019-3").person).get(PAGE).content.decode()


def test_a_refusal_keeps_what_was_typed(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_quota, "MOST_A_DAY", 1)
    answer = desk.post(PAGE, typed())
    assert answer.status_code == 429
    page = answer.content.decode()
    assert "At most 1 requests go out in a day." in page
    assert "Painopiste Savo Oy" in page
    assert Draft.objects.exists()


def test_earlier_partners_are_one_tap_away(desk: Client) -> None:
    desk.post(PAGE, typed())
    page = desk.get(PAGE).content.decode()
    assert 'value="Selkopolku Tmi"' in page
    picked = desk.post(PAGE, {"pick": "Selkopolku Tmi", "firm-0-name": ""}).content.decode()
    assert 'value="sari@selkopolku.invalid"' in picked


def test_an_earlier_partners_address_need_not_be_typed(desk: Client) -> None:
    desk.post(PAGE, typed())
    again = typed(title="Toinen", **{"firm-0-contact": ""})
    desk.post(PAGE, again)
    assert Bid.objects.get(title="Toinen").invitations.filter(email="sari@selkopolku.invalid").exists()
    fragment = desk.get(f"{PAGE}partner/", {"row": "0", "firm-0-name": "selkopolku tmi"}).content.decode()
    assert "sari@selkopolku.invalid" in fragment
    assert "SEL" in fragment


def test_nobody_is_offered_the_partners_of_others(desk: Client) -> None:
    desk.post(PAGE, typed())
    other: Any = logged_in(a_lead("Toinen Oy", business_id="9000019-3").person)
    assert "Selkopolku" not in other.get(PAGE).content.decode()
    fragment = other.get(f"{PAGE}partner/", {"row": "0", "firm-0-name": "Selkopolku Tmi"}).content.decode()
    assert "sari@" not in fragment


def test_whoever_has_no_firm_adds_it_first() -> None:
    answer = logged_in(a_person()).get(PAGE)
    assert answer.headers["Location"] == "/me/firm/new/?next=%2Foffers%2Fnew%2F"


@pytest.mark.parametrize("role", ["viewer", "producer"])
def test_only_owners_and_editors_have_the_page(role: str) -> None:
    firm = a_firm("Muu Oy", business_id="9000019-3")
    client = logged_in(a_person(at=firm, role=role))
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, typed()).status_code == 403
    assert client.post(f"{PAGE}keep/", typed()).status_code == 403


def test_nobody_logs_in_first(nobody: Client) -> None:
    assert nobody.get(PAGE).status_code == 302


@pytest.mark.parametrize("kind", ["meeting", "group", "copy"])
def test_what_is_not_ones_own_is_not_there(kind: str, desk: Client) -> None:
    assert desk.get(f"{PAGE}?{kind}={uuid4()}").status_code == 404


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_page_understands_what_it_writes(language: str) -> None:
    lead = a_lead(language=language)
    client = Client(headers={"accept-language": language})
    client.force_login(lead.person, backend="allauth.account.auth_backends.AuthenticationBackend")
    leaves = re.search(r'name="leaves"\s+value="([^"]+)"', client.get(PAGE).content.decode())
    assert leaves is not None
    answer = client.post(PAGE, typed(leaves=leaves[1]))
    assert answer.status_code == 302
