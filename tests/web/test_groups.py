"""Groups on the pages: made of an offer's firms, agreed to by each, and one tap from the next offer."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from bids.actions.start_offer import start_offer
from bids.models import Bid, Group, GroupYes, Letter
from bids.vocabulary import LetterKind
from kernel.clock import database_now
from tests.bids.starting import Lead, a_lead, pikkutikka
from tests.web.conftest import logged_in
from tests.web.markup import dangers_in
from tests.world import a_person

NEW = "/groups/new/"


@pytest.fixture
def maija() -> Lead:
    return a_lead(language="en")


@pytest.fixture
def desk(maija: Lead) -> Client:
    return logged_in(maija.person)


def made(**said: Any) -> dict[str, Any]:
    return {
        "ticket": str(uuid4()),
        "name": "Kolmikko",
        "firm-0-name": "Selkopolku Tmi",
        "firm-0-contact": "Sari <sari@selkopolku.invalid>",
        "firm-0-what": "selkoteksti",
        "firm-1-name": "Painopiste Savo Oy",
        "firm-1-contact": "040 123 4567",
        "firm-1-what": "painotyöt",
        "invoicing": "each",
        "liability": "several",
        "price_visibility": "all",
        "payment_days": "14",
        "valid_days": "30",
        "save": "1",
        **said,
    }


@pytest.fixture
def group(desk: Client) -> Group:
    desk.post(NEW, made())
    return Group.objects.get()


def page_of(client: Client, group: Group) -> str:
    return client.get(reverse("bids:group", args=[group.public_id])).content.decode()


def test_a_group_is_made_once_however_often_one_presses(desk: Client) -> None:
    said = made()
    answer = desk.post(NEW, said, follow=True)
    desk.post(NEW, said)
    group = Group.objects.get()
    page = answer.content.decode()
    assert "Selkopolku Tmi" in page
    assert "says OK in each offer" in page
    assert Letter.objects.filter(kind=LetterKind.GROUP_ASKED.value, group=group).count() == 1
    assert not dangers_in(page)


def test_a_group_of_an_offers_firms_is_filled_in(desk: Client, maija: Lead) -> None:
    new = pikkutikka(leaves_at=database_now().replace(year=database_now().year + 1, day=1), delivery=None)
    bid = start_offer(new=new, by=maija.actor, now=database_now())
    page = desk.get(f"{NEW}?from={bid.public_id}").content.decode()
    assert 'value="Selkopolku Tmi"' in page
    assert "sari@selkopolku.invalid" in page
    other = logged_in(a_lead("Toinen Oy", business_id="9000019-3").person)
    assert other.get(f"{NEW}?from={bid.public_id}").status_code == 404


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"name": ""}, "What is the group called?"),
        ({"firm-0-contact": "sari"}, "Write an e-mail address like"),
        ({"firm-1-name": "selkopolku tmi"}, "This firm is here already."),
        ({"firm-0-name": ""}, "Which firm is it?"),
        ({"payment_days": "999"}, "Choose 0 to 180 days."),
    ],
)
def test_what_is_wrong_is_said_and_the_rest_kept(said: dict[str, str], sentence: str, desk: Client) -> None:
    answer = desk.post(NEW, made(**said))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert "painotyöt" in page
    assert not Group.objects.exists()


def test_rows_come_and_go_without_a_script(desk: Client) -> None:
    said = {key: value for key, value in made().items() if key != "save"}
    assert 'name="firm-2-name"' in desk.post(NEW, {**said, "add": "1"}).content.decode()
    assert "Selkopolku" not in desk.post(NEW, {**said, "drop": "0"}).content.decode()
    assert not Group.objects.exists()


def test_an_offer_with_the_group_is_one_tap_away(desk: Client, group: Group) -> None:
    address = f"/offers/new/?group={group.public_id}"
    assert address in page_of(desk, group)
    page = desk.get(address).content.decode()
    assert 'value="Selkopolku Tmi"' in page
    assert "painotyöt" in page
    said = {
        "ticket": str(uuid4()), "group": str(group.public_id), "client_name": "Asiakas Oy", "title": "Kuva",
        "leaves": "huomenna 18", "start": "1",
        **{key: value for key, value in made().items() if key.startswith("firm-")},
    }  # fmt: skip
    desk.post("/offers/new/", said)
    bid = Bid.objects.get()
    assert (bid.group, bid.group_rules_version) == (group, 1)


def test_whoever_is_asked_agrees_to_the_rules_that_were_read(group: Group) -> None:
    selko = group.members.get(firm__name="Selkopolku Tmi")
    sari = logged_in(a_person(email="sari@selkopolku.invalid", language="en"))
    page = page_of(sari, group)
    assert "Selkopolku Tmi agrees" in page
    address = reverse("bids:agree-to-group", args=[group.public_id])
    said = {"member": str(selko.public_id), "rules_version": "7"}
    assert "Read them once more" in sari.post(address, said, follow=True).content.decode()
    agreed = sari.post(address, {**said, "rules_version": "1"}, follow=True).content.decode()
    assert "Selkopolku Tmi has agreed to the rules." in agreed
    assert GroupYes.objects.filter(firm=selko.firm).count() == 1
    left = sari.post(reverse("bids:leave-group", args=[group.public_id]), {"member": str(selko.public_id)})
    assert left.headers["Location"] == "/groups/"
    assert sari.get(reverse("bids:group", args=[group.public_id])).status_code == 404


def test_the_maker_changes_the_group_and_nobody_else(desk: Client, group: Group) -> None:
    address = reverse("bids:change-group", args=[group.public_id])
    assert 'value="Kolmikko"' in desk.get(address).content.decode()
    page = desk.post(address, made(seen="1", payment_days="30"), follow=True).content.decode()
    assert "The rules are new" in page
    assert desk.post(address, made(seen="1", name="Trio")).status_code == 409
    selko = group.members.get(firm__name="Selkopolku Tmi")
    member = logged_in(a_person(at=selko.firm))
    assert member.get(address).status_code == 403
    other = logged_in(a_lead("Toinen Oy", business_id="9000019-3").person)
    for name in ("group", "change-group"):
        assert other.get(reverse(f"bids:{name}", args=[group.public_id])).status_code == 404
    assert other.post(reverse("bids:agree-to-group", args=[group.public_id])).status_code == 404
    assert "Kolmikko" not in other.get("/groups/").content.decode()
    group.refresh_from_db()
    assert (group.name, group.payment_days, group.rules_version) == ("Kolmikko", 30, 2)
