"""The pages about me: details, firm, keys, language and look."""

import re
from http.cookies import Morsel
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from bids.models import Bid
from members.models import ApiToken, Firm, Membership, Person
from tests.web.conftest import logged_in
from tests.world import a_firm, a_person


def card(firm: Firm, **changes: Any) -> dict[str, Any]:
    known = {
        "name": firm.name,
        "business_id": firm.business_id or "",
        "municipality": firm.municipality,
        "staff": "" if firm.staff is None else firm.staff,
        "colour": firm.colour,
        "service_company_vat_liable": "on",
        "seen": firm.version,
    }
    return {**known, **({"vat_liable": "on"} if firm.vat_liable else {}), **changes}


def test_my_details_are_kept(lead: Client, maija: Person) -> None:
    lead.post(reverse("members:details"), {"name": "Maija Meri", "phone": "040 123", "language": "sv"})

    maija.refresh_from_db()
    assert (maija.name, maija.phone, maija.language) == ("Maija Meri", "040 123", "sv")
    assert 'lang="sv"' in lead.get(reverse("members:details")).content.decode()


def test_a_name_is_cleaned_of_what_cannot_be_seen(lead: Client, maija: Person) -> None:
    lead.post(reverse("members:details"), {"name": "Mai\u202eja\x07", "phone": "", "language": "en"})

    maija.refresh_from_db()
    assert maija.name == "Maija"


def test_my_firm_is_changed_and_offers_keep_their_copy(lead: Client, bid: Bid) -> None:
    answer = lead.post(reverse("members:firm"), card(bid.lead, name="Kuvakulma Uusi Tmi", colour="#a1b2c3"))

    firm = Firm.objects.get(pk=bid.lead_id)
    assert answer.status_code == 302
    assert (firm.name, firm.colour, firm.version) == ("Kuvakulma Uusi Tmi", "#a1b2c3", 2)
    assert "Kuvakulma Design Tmi" in lead.get(reverse("bids:offer", args=[bid.public_id])).content.decode()


def test_two_at_one_card_see_each_other_and_lose_nothing(lead: Client, bid: Bid) -> None:
    mine = card(bid.lead, name="Minun nimeni")
    lead.post(reverse("members:firm"), card(bid.lead, name="Toisen nimi"))

    conflict = lead.post(reverse("members:firm"), mine)

    page = conflict.content.decode()
    assert conflict.status_code == 409
    assert "Somebody changed this in the meantime" in page
    assert "Toisen nimi" in page
    assert 'value="Minun nimeni"' in page
    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert seen
    assert seen[1] == "2"
    again = lead.post(reverse("members:firm"), {**mine, "seen": seen[1]})
    assert again.status_code == 302
    assert Firm.objects.get(pk=bid.lead_id).name == "Minun nimeni"


def test_a_form_that_does_not_say_what_it_saw_overwrites_nothing(lead: Client, bid: Bid) -> None:
    answer = lead.post(reverse("members:firm"), card(bid.lead, name="Sokko", seen=""))

    assert answer.status_code == 409
    assert Firm.objects.get(pk=bid.lead_id).name == "Kuvakulma Design Tmi"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("9000001-8", "check digit does not match"),
        ("123", "seven digits, a hyphen and a check digit"),
        ("FI90000142", "the Business ID in it is 9000014-2"),
        ("٩٠٠٠٠١٤-٢", "ordinary digits"),
    ],
)
def test_a_business_id_that_is_none_is_explained_at_its_field(typed: str, said: str, newcomer: Client) -> None:
    answer = newcomer.post(reverse("members:new-firm"), {"name": "Oma", "business_id": typed})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert 'aria-describedby="id_business_id_helptext id_business_id_error"' in page or "id_business_id_error" in page
    assert not Firm.objects.exists()


@pytest.mark.parametrize("typed", ["9000014-2", " 90000142 ", "9000014–2"])
def test_a_business_id_is_stored_one_way_however_it_is_typed(typed: str, newcomer: Client) -> None:
    newcomer.post(reverse("members:new-firm"), {"name": "Oma", "business_id": typed, "vat_liable": "on"})

    assert Firm.objects.get().business_id == "9000014-2"


def test_an_invoicing_service_is_named_whole(newcomer: Client) -> None:
    halves = [{"service_company_name": "Laskuttaja Oy"}, {"service_company_business_id": "9000014-2"}]
    for half in halves:
        answer = newcomer.post(reverse("members:new-firm"), {"name": "Kevyt", **half})
        assert answer.status_code == 422
        assert "<details" in answer.content.decode()
        assert '<details class="unfold" open>' in answer.content.decode()
    newcomer.post(reverse("members:new-firm"), {"name": "Kevyt", **halves[0], **halves[1]})

    firm = Firm.objects.get()
    assert (firm.service_company_name, firm.service_company_business_id) == ("Laskuttaja Oy", "9000014-2")


@pytest.mark.parametrize("typed", ["9" * 400, "\0", "<b>", "Kuopio"])
def test_a_municipality_is_one_of_the_list(typed: str, newcomer: Client, lead: Client, bid: Bid) -> None:
    known = {"name": "Kevyt", "seen": str(bid.lead.version), "municipality": typed}

    made = newcomer.post(reverse("members:new-firm"), known)
    changed = lead.post(reverse("members:firm"), known)

    assert (made.status_code, changed.status_code) == (422, 422)
    assert not Firm.objects.filter(name="Kevyt").exists()


def test_an_owned_firm_says_whom_to_ask(newcomer: Client, bid: Bid, maija: Person) -> None:
    answer = newcomer.post(reverse("members:new-firm"), {"name": "Minunpa", "business_id": bid.lead.business_id})

    assert answer.status_code == 409
    assert "Ask its owner to add you" in answer.content.decode()
    assert Membership.objects.get(firm=bid.lead).person == maija


def test_a_firm_that_was_only_named_can_be_taken_over(newcomer: Client, bid: Bid) -> None:
    named = bid.parts.get(key="SEL").firm

    offered = newcomer.post(reverse("members:new-firm"), {"name": "Selkopolku", "business_id": named.business_id})
    assert "take it over" in offered.content.decode()
    newcomer.post(reverse("members:take-over"), {"business_id": named.business_id})

    owned = Firm.objects.get(business_id=named.business_id)
    assert Membership.objects.get(firm=owned).person.email == "uusi@example.invalid"
    assert newcomer.get(reverse("bids:offer", args=[bid.public_id])).status_code == 404


def test_one_acts_for_one_firm_at_a_time(maija: Person, bid: Bid) -> None:
    other = a_firm("Toinen Oy", business_id="9000014-2")
    other.memberships.create(person=maija, role="owner", since_at=bid.created_at)
    client = logged_in(maija)
    assert client.get(reverse("bids:offer", args=[bid.public_id])).status_code == 200

    client.post(reverse("members:choose-firm"), {"firm": str(other.public_id)})

    assert client.get(reverse("bids:offer", args=[bid.public_id])).status_code == 404
    assert "Toinen Oy" in client.get(reverse("bids:my-offers")).content.decode()


def test_a_key_is_shown_once_and_opens_until_it_is_revoked(lead: Client, bid: Bid) -> None:
    made = lead.post(reverse("members:keys"), {"name": "Kirjanpito", "may": "write", "days": "90"})

    page = made.content.decode()
    shown = re.search(r"punos_[0-9a-f]{8}_[\w-]{43}", page)
    assert shown
    assert "no-store" in made.headers["Cache-Control"]
    again = lead.get(reverse("members:keys")).content.decode()
    assert shown[0] not in again
    assert "Kirjanpito" in again
    token = ApiToken.objects.get()
    assert token.scopes == ["read", "write"]
    assert token.firm == bid.lead
    lead.post(reverse("members:revoke-key", args=[token.public_id]))
    token.refresh_from_db()
    assert token.revoked_at is not None


def test_nobody_revokes_the_key_of_another(lead: Client, stranger: Client) -> None:
    lead.post(reverse("members:keys"), {"name": "x", "may": "read", "days": "30"})
    token = ApiToken.objects.get()

    assert stranger.post(reverse("members:revoke-key", args=[token.public_id])).status_code == 404
    token.refresh_from_db()
    assert token.revoked_at is None


@pytest.mark.parametrize(("asked", "spoken"), [("sv,en;q=0.5", "sv"), ("en-GB", "en"), ("de", "fi"), ("", "fi")])
def test_a_stranger_is_spoken_to_as_the_browser_asks(asked: str, spoken: str, nobody: Client) -> None:
    answer = nobody.get("/", headers={"accept-language": asked})

    assert f'<html lang="{spoken}"' in answer.content.decode()
    assert answer.headers["Content-Language"] == spoken


def test_the_choice_of_a_browser_stands_above_its_header_and_the_persons_above_both(
    nobody: Client, maija: Person
) -> None:
    nobody.post(reverse("members:language"), {"language": "sv"})
    assert '<html lang="sv"' in nobody.get("/", headers={"accept-language": "en"}).content.decode()

    client = logged_in(maija)
    client.cookies["punos_language"] = "sv"
    assert '<html lang="en"' in client.get(reverse("bids:my-offers")).content.decode()
    client.post(reverse("members:language"), {"language": "fi"})
    maija.refresh_from_db()
    assert maija.language == "fi"
    assert '<html lang="fi"' in client.get(reverse("bids:my-offers")).content.decode()


@pytest.mark.parametrize("look", ["light", "dark", "auto"])
def test_the_look_is_kept_in_a_cookie_no_script_reads(look: str, nobody: Client) -> None:
    answer = nobody.post(reverse("members:look"), {"look": look})

    cookie: Morsel[str] = answer.cookies["punos_look"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert f'data-look="{look}"' in nobody.get("/").content.decode()


@pytest.mark.parametrize(("name", "field"), [("members:look", "look"), ("members:language", "language")])
def test_what_is_no_choice_changes_nothing(name: str, field: str, nobody: Client) -> None:
    answer = nobody.post(reverse(name), {field: '"><script>'})

    assert answer.status_code == 302
    assert not answer.cookies


def test_a_viewer_sees_the_card_and_cannot_change_it(bid: Bid) -> None:
    viewer = logged_in(a_person(at=bid.lead, role="viewer", language="en"))

    page = viewer.get(reverse("members:firm")).content.decode()
    assert "owners and editors change its card" in page
    assert 'name="seen"' not in page
    assert viewer.post(reverse("members:firm"), card(bid.lead, name="X")).status_code == 403
