"""What no person types but a broken program sends: answered with a sentence, and never with a fault of ours."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from bids.models import Bid, Draft, Group
from tests.bids.starting import a_lead
from tests.web.conftest import logged_in
from tests.web.test_groups import NEW, made

DIGITS = "9" * 5000


def test_what_no_column_can_hold_is_left_out_of_a_draft(lead: Client, bid: Bid) -> None:
    lead.post(reverse("bids:keep-greeting", args=[bid.public_id]), {"greeting": "He\0i"})
    lead.post(reverse("bids:typing-offer", args=[bid.public_id, "title"]), {"title": "Ky\0ltti", "o\0dd": "\0"})
    lead.post("/offers/new/keep/", {"title": "\0Kyltti", "ticket": str(uuid4())})

    kept = {draft.place.split(":")[0]: draft.words for draft in Draft.objects.all()}
    assert kept["send"] == {"greeting": "Hei"}
    assert kept["title"] == {"title": ["Kyltti"], "odd": [""]}
    assert kept["new-offer"]["title"] == "Kyltti"


@pytest.mark.parametrize("until", ["9999-12-31", "2100-01-01"])
def test_an_offer_is_never_valid_beyond_what_a_package_can_say(until: str, lead: Client, bid: Bid) -> None:
    answer = lead.post(reverse("bids:extend-validity", args=[bid.public_id]), {"until": until})

    assert answer.status_code == 422
    assert "too far ahead" in answer.content.decode()
    assert Bid.objects.get(pk=bid.pk).valid_until == bid.valid_until


@pytest.mark.parametrize(("length", "status"), [(DIGITS, 413), ("²", 200), ("6291457", 413)])
def test_a_length_is_a_number_or_nothing(length: str, status: int, nobody: Client) -> None:
    assert nobody.get("/", CONTENT_LENGTH=length).status_code == status


def test_a_version_of_a_groups_rules_that_nobody_has_is_an_old_one() -> None:
    desk = logged_in(a_lead(language="en").person)
    desk.post(NEW, made())
    group = Group.objects.get()
    said: dict[str, Any] = {"member": str(group.members.order_by("pk")[0].public_id), "rules_version": DIGITS}

    answer = desk.post(reverse("bids:agree-to-group", args=[group.public_id]), said, follow=True)

    assert "The rules have changed in the meantime" in answer.content.decode()


@pytest.mark.parametrize("current", ["http://[", "//", "http://x/?" + "&".join(f"a{n}=1" for n in range(2000))])
def test_an_address_that_a_script_makes_up_is_passed_over(current: str, lead: Client, bid: Bid) -> None:
    answer = lead.post(
        reverse("bids:edit-offer", args=[bid.public_id, "title"]),
        {"title": "Uusi nimi", "reference": "", "version": str(bid.version), "do": "save"},
        headers={"HX-Request": "true", "HX-Current-URL": current},
    )

    assert answer.status_code == 200
    assert Bid.objects.get(pk=bid.pk).title == "Uusi nimi"


@pytest.mark.parametrize("way_back", ["9999", "front", "bids:work", "//evil.example", "/\\evil.example", "https:evil"])
def test_a_way_back_that_is_no_address_of_ours_leads_to_the_usual_page(way_back: str, lead: Client, bid: Bid) -> None:
    usual = reverse("bids:requests", args=[bid.public_id])
    said = {"name": "Uusi Oy", "contact": "uusi@example.invalid", "what": "Kyltti", "until": "huomenna 18.00"}

    answer = lead.post(reverse("bids:ask-firm", args=[bid.public_id]), {**said, "next": way_back})

    assert (answer.status_code, answer.headers["Location"]) == (302, usual)
