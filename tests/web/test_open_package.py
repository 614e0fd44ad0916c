"""Bringing an offer in: seen first, written only when asked, and nothing typed is lost."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from bids.content import JointOffer
from bids.exports.bid_package import package_bytes
from bids.models import Bid, Document
from bids.vocabulary import Role
from members.models import Membership
from tests.bids.cases import daycare, tourism
from tests.web.conftest import logged_in
from tests.world import a_firm, a_person

OPEN, BRING_IN = "bids:open-package", "bids:bring-in"
PACKAGES = Path(__file__).resolve().parents[1] / "bids" / "packages"


def upload(client: Client, data: bytes, name: str = "tarjous.json") -> Any:
    return client.post(reverse(OPEN), {"file": SimpleUploadedFile(name, data, "application/json")})


def look_at(client: Client, offer: JointOffer) -> str:
    answer = upload(client, package_bytes(offer))
    assert answer.status_code == 200, answer.content.decode()
    return str(answer.context["ticket"])


def test_a_package_is_shown_whole_and_nothing_is_written(newcomer: Client, rows: Callable[[], dict[str, int]]) -> None:
    before = rows()

    page = upload(newcomer, package_bytes(daycare())).content.decode()

    assert "Nothing has been saved yet." in page
    for said in ("€3,484.03", "Kuvakulma Design Tmi", "Selkopolku Tmi", "Painopiste Savo Oy", "€4,103.07"):
        assert said in page
    assert rows() == before


def test_pasted_text_is_as_good_as_a_file(newcomer: Client) -> None:
    answer = newcomer.post(reverse(OPEN), {"text": package_bytes(daycare()).decode()})

    assert answer.status_code == 200
    assert "€3,484.03" in answer.content.decode()


def test_all_twelve_faults_are_told_with_their_places_and_the_text_is_kept(
    newcomer: Client, rows: Callable[[], dict[str, int]]
) -> None:
    text = (PACKAGES / "twelve_faults.json").read_text(encoding="utf-8")
    before = rows()

    answer = newcomer.post(reverse(OPEN), {"text": text})

    assert answer.status_code == 422
    faults = answer.context["faults"]
    assert len(faults) == 12
    page = answer.content.decode()
    for fault in faults:
        assert fault.path in page.replace("&quot;", '"')
    assert answer.context["form"].initial["text"] == text
    assert "12 things in the file need mending" in page
    assert rows() == before


def test_a_file_with_faults_is_kept_too(newcomer: Client) -> None:
    answer = upload(newcomer, b'{"format": "punos.bid-package/1"}')

    assert answer.status_code == 422
    assert answer.context["form"].initial["text"] == '{"format": "punos.bid-package/1"}'


@pytest.mark.parametrize("data", [b"", b"\xff\xfe{\x00}\x00", b"\x00" * 50, b"[" * 5000, b"nonsense", b"null"])
def test_what_is_no_package_is_refused_in_words(data: bytes, newcomer: Client) -> None:
    answer = upload(newcomer, data)

    assert answer.status_code == 422
    assert "needs mending" in answer.content.decode() or "Choose a file" in answer.content.decode()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"PK\x03\x04\x14\x00\x06\x00", "Excel or Word"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00\x00", "Excel or Word"),
        (b"%PDF-1.7\n%\xe2\xe3", "This is a PDF"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "This is a picture"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "This is a picture"),
    ],
)
def test_another_kind_of_file_is_called_what_it_is(data: bytes, said: str, newcomer: Client) -> None:
    answer = upload(newcomer, data)

    (fault,) = answer.context["faults"]
    assert answer.status_code == 422
    assert said in fault.sentence
    assert fault.sentence in answer.content.decode()


def test_nothing_at_all_asks_for_a_file(newcomer: Client) -> None:
    answer = newcomer.post(reverse(OPEN), {})

    assert answer.status_code == 422
    assert "Choose a file, or paste its text below." in answer.content.decode()


def test_more_than_is_taken_in_is_refused_before_it_is_read(newcomer: Client) -> None:
    answer = upload(newcomer, b" " * 6_500_000)

    assert answer.status_code == 413
    assert "too large" in answer.content.decode()


def test_whoever_has_no_firm_becomes_the_leads_owner(newcomer: Client) -> None:
    answer = newcomer.post(reverse(BRING_IN), {"ticket": look_at(newcomer, daycare())})

    bid = Bid.objects.get()
    assert answer.headers["Location"] == reverse("bids:offer", args=[bid.public_id])
    assert Membership.objects.get(firm=bid.lead).person.email == "uusi@example.invalid"
    assert newcomer.get(answer.headers["Location"]).status_code == 200


def test_a_number_that_is_taken_offers_both_ways_on(lead: Client, bid: Bid) -> None:
    ticket = look_at(lead, daycare())

    refused = lead.post(reverse(BRING_IN), {"ticket": ticket})
    page = refused.content.decode()

    assert refused.status_code == 409
    assert reverse("bids:offer", args=[bid.public_id]) in page
    assert "Bring in under a new number" in page
    assert Bid.objects.count() == 1

    taken = lead.post(reverse(BRING_IN), {"ticket": ticket, "new_number": "1"})
    newest = Bid.objects.latest("pk")
    assert taken.headers["Location"] == reverse("bids:offer", args=[newest.public_id])
    assert newest.number == "YT-2026-0002"


def test_an_offer_another_firm_leads_is_not_ours_to_bring_in(stranger: Client, bid: Bid) -> None:
    answer = stranger.post(reverse(BRING_IN), {"ticket": look_at(stranger, daycare())})

    assert answer.status_code == 409
    assert "ask the firm" in answer.content.decode().lower()
    assert Bid.objects.get() == bid


def test_a_ticket_is_good_for_its_own_person_only(newcomer: Client, stranger: Client) -> None:
    ticket = look_at(newcomer, daycare())

    answer = stranger.post(reverse(BRING_IN), {"ticket": ticket})

    assert answer.headers["Location"] == reverse(OPEN)
    assert not Bid.objects.exists()


@pytest.mark.parametrize("ticket", ["", "x", "eyJhIjoxfQ:1:2", '["../../etc/passwd",1]'])
def test_a_made_up_ticket_opens_nothing(ticket: str, newcomer: Client) -> None:
    assert newcomer.post(reverse(BRING_IN), {"ticket": ticket}).headers["Location"] == reverse(OPEN)


def test_a_file_changed_since_it_was_looked_at_is_not_taken(newcomer: Client, private_files: Path) -> None:
    ticket = look_at(newcomer, daycare())
    (kept,) = (private_files / "uploads").iterdir()
    kept.write_bytes(package_bytes(tourism()))

    newcomer.post(reverse(BRING_IN), {"ticket": ticket})

    assert not Bid.objects.exists()


def test_uploads_are_put_away_after_a_day(newcomer: Client, private_files: Path) -> None:
    import os  # noqa: PLC0415 - what this test alone needs

    look_at(newcomer, daycare())
    (old,) = (private_files / "uploads").iterdir()
    os.utime(old, (1, 1))

    look_at(newcomer, tourism())

    assert not old.exists()


@pytest.mark.parametrize("name", ["daycare", "tourism"])
def test_an_example_is_this_weeks_and_led_by_ones_own_firm(name: str) -> None:
    firm = a_firm("Oma Pieni Oy", business_id="9000022-2")
    client = logged_in(a_person(at=firm, language="en"))

    seen = client.post(reverse(OPEN), {"example": name})
    assert "Oma Pieni Oy" in seen.content.decode()
    answer = client.post(reverse(BRING_IN), {"ticket": seen.context["ticket"]})

    bid = Bid.objects.get()
    assert answer.status_code == 302
    assert bid.lead == firm
    assert bid.valid_until > bid.created_at.date()
    assert client.get(answer.headers["Location"]).status_code == 200


@pytest.mark.parametrize("name", ["daycare", "tourism"])
def test_whoever_has_no_firm_adds_one_first_and_comes_back_to_the_example(
    name: str, newcomer: Client, rows: Callable[[], dict[str, int]]
) -> None:
    before = rows()
    seen = newcomer.post(reverse(OPEN), {"example": name})
    page = seen.content.decode()

    assert reverse(BRING_IN) not in page
    assert not seen.context["ticket"]
    assert rows() == before
    way = seen.context["own_firm_first"]
    assert f'href="{way}"' in page
    back = newcomer.get(way).context["next"]
    added = newcomer.post(reverse("members:new-firm"), {"name": "Aivan Uusi Tmi", "vat_liable": "on", "next": back})
    assert added.headers["Location"] == back
    again = newcomer.get(back)
    assert "Aivan Uusi Tmi" in again.content.decode()
    brought = newcomer.post(reverse(BRING_IN), {"ticket": again.context["ticket"]})

    bid = Bid.objects.get()
    assert brought.headers["Location"] == reverse("bids:offer", args=[bid.public_id])
    assert (bid.lead.name, Membership.objects.count()) == ("Aivan Uusi Tmi", 1)


@pytest.mark.parametrize("next_page", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_a_new_firm_leads_to_no_other_site(next_page: str, newcomer: Client) -> None:
    form = newcomer.get(reverse("members:new-firm"), {"next": next_page})
    answer = newcomer.post(reverse("members:new-firm"), {"name": "Aivan Uusi Tmi", "next": next_page})

    assert form.context["next"] is None
    assert answer.headers["Location"] == reverse("bids:work")


@pytest.mark.parametrize("name", ["daycare", "tourism"])
def test_an_example_also_stands_when_ones_own_firm_is_a_partner_in_it(name: str) -> None:
    offer = {"daycare": daycare, "tourism": tourism}[name]()
    partner = next(part for part in offer.parts if part.role != Role.LEAD)
    firm = a_firm(partner.firm.name, business_id=partner.firm.business_id)
    client = logged_in(a_person(at=firm, language="en"))

    seen = client.post(reverse(OPEN), {"example": name})
    answer = client.post(reverse(BRING_IN), {"ticket": seen.context["ticket"]})

    assert answer.status_code == 302
    firms = [part.firm.business_id for part in Bid.objects.get().parts.select_related("firm")]
    assert Bid.objects.get().lead == firm
    assert sorted(map(str, firms)) == sorted(str(part.firm.business_id) for part in offer.parts)


def test_a_file_whose_letters_were_lost_is_not_offered_for_mending(newcomer: Client) -> None:
    answer = upload(newcomer, package_bytes(daycare()).decode().encode("latin-1", "replace"))

    assert answer.status_code == 422
    assert "UTF-8" in answer.content.decode()
    assert not answer.context["form"].initial["text"]
    assert "as it was" not in answer.content.decode()


def test_an_unknown_example_is_no_way_to_other_files(newcomer: Client) -> None:
    answer = newcomer.post(reverse(OPEN), {"example": "../pyproject"})

    assert answer.headers["Location"] == reverse(OPEN)


def test_the_empty_list_says_what_to_do_first(stranger: Client, newcomer: Client) -> None:
    for name in ("bids:my-offers", "bids:work"):
        assert "Begin with a client" in stranger.get(reverse(name)).content.decode()
        assert "Add your firm" in newcomer.get(reverse(name)).content.decode()


def test_what_is_looked_at_is_what_is_brought_in(newcomer: Client) -> None:
    page = upload(newcomer, package_bytes(tourism()))
    newcomer.post(reverse(BRING_IN), {"ticket": page.context["ticket"]})
    bid = Bid.objects.get()

    before = page.context["shown"].sheet
    after = newcomer.get(reverse("bids:offer", args=[bid.public_id])).context["shown"].sheet
    assert (before.totals, before.invoices[0].sums, before.steps) == (after.totals, after.invoices[0].sums, after.steps)
    assert [row.text for row in before.rows] == [row.text for row in after.rows]


def test_a_viewer_is_told_who_may(bid: Bid) -> None:
    viewer = logged_in(a_person(at=bid.lead, role="viewer", language="en"))
    package = json.loads(package_bytes(daycare()))
    package["number"] = "YT-2026-0777"

    ticket = upload(viewer, json.dumps(package).encode()).context["ticket"]
    answer = viewer.post(reverse(BRING_IN), {"ticket": ticket})

    assert answer.status_code == 409
    assert Bid.objects.get() == bid


def test_a_viewer_sees_the_offer_but_orders_nothing(bid: Bid) -> None:
    viewer = logged_in(a_person(at=bid.lead, role="viewer", language="en"))

    assert viewer.get(reverse("bids:offer", args=[bid.public_id])).status_code == 200
    order = viewer.post(reverse("bids:order-document", args=[bid.public_id]), {"language": "fi", "profile": "compact"})
    assert order.status_code == 403
    assert not Document.objects.exists()


@pytest.mark.usefixtures("bid")
def test_pressing_twice_brings_in_one_offer(lead: Client) -> None:
    sent = {"ticket": look_at(lead, daycare()), "new_number": "1"}

    first, second = (lead.post(reverse(BRING_IN), sent) for _press in range(2))

    assert first.status_code == second.status_code == 302
    assert first.headers["Location"] == second.headers["Location"]
    assert Bid.objects.count() == 2
