"""Meetings on the pages: noted on a telephone, with a photo that tells nothing, and one tap from an offer."""

import re
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from bids.models import Bid, Meeting
from kernel.clock import database_now, helsinki_day
from tests.bids.starting import Lead, a_lead
from tests.web.conftest import logged_in
from tests.web.markup import dangers_in
from tests.world import a_person

NEW = "/meetings/new/"


@pytest.fixture
def maija() -> Lead:
    return a_lead(language="en")


@pytest.fixture
def desk(maija: Lead) -> Client:
    return logged_in(maija.person)


def noted(**said: Any) -> dict[str, Any]:
    return {
        "ticket": str(uuid4()),
        "client_name": "Päiväkoti Pikkutikka",
        "wants": "Kuva palvelusetelistä eteiseen",
        "contact": "Liisa <liisa@pikkutikka.invalid>, 040 123 4567",
        "next_step": "Soitan",
        "next_on": "",
        "met_on": helsinki_day(database_now()).isoformat(),
        **said,
    }


def a_photo() -> SimpleUploadedFile:
    exif = Image.Exif()
    exif[0x010F] = "SECRET CAMERA"
    exif.get_ifd(0x8825)[2] = (61.0, 41.0, 0.0)
    packed = BytesIO()
    Image.new("RGB", (60, 40), "#1d5c63").save(packed, "JPEG", exif=exif)
    assert b"SECRET" in packed.getvalue()
    return SimpleUploadedFile("kuva.jpg", packed.getvalue(), content_type="image/jpeg")


def test_a_meeting_is_noted_and_listed(desk: Client, maija: Lead) -> None:
    page = desk.post(NEW, noted(), follow=True).content.decode()
    assert "Kuva palvelusetelistä eteiseen" in page
    meeting = Meeting.objects.get()
    said = (meeting.firm, meeting.contact_name, meeting.contact_email, meeting.contact_phone)
    assert said == (maija.firm, "Liisa", "liisa@pikkutikka.invalid", "040 123 4567")
    assert not dangers_in(page)


def test_pressing_twice_notes_once(desk: Client) -> None:
    said = noted()
    desk.post(NEW, said)
    desk.post(NEW, said)
    assert Meeting.objects.count() == 1


def test_a_photo_is_kept_without_place_and_camera(desk: Client) -> None:
    desk.post(NEW, noted(photo=a_photo()))
    meeting = Meeting.objects.get()
    shown = desk.get(reverse("bids:meeting-photo", args=[meeting.public_id]))
    assert shown.headers["Content-Type"] == "image/jpeg"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert b"SECRET" not in shown.content
    assert not Image.open(BytesIO(shown.content)).getexif()
    other = logged_in(a_lead("Toinen Oy", business_id="9000019-3").person)
    assert other.get(reverse("bids:meeting-photo", args=[meeting.public_id])).status_code == 404


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"client_name": " "}, "Whom did you meet?"),
        ({"wants": ""}, "What do they want?"),
        ({"contact": "liisa"}, "Write an e-mail address like"),
        ({"contact": "liisa@"}, "This is not a whole e-mail address."),
        ({"met_on": "45000"}, "Write a day like 24.4.2026."),
        ({"met_on": "2090-01-01"}, "That day is still ahead."),
        ({"next_on": "joskus"}, "Write a day like 24.4.2026."),
        ({"photo": SimpleUploadedFile("a.jpg", b"not a picture")}, "This is no PNG, JPEG, WebP or SVG picture."),
        ({"photo": SimpleUploadedFile("a.jpg", b"")}, "The file is empty."),
    ],
)
def test_what_is_wrong_is_said_and_the_rest_kept(said: dict[str, Any], sentence: str, desk: Client) -> None:
    answer = desk.post(NEW, noted(**said))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert "Soitan" in answer.content.decode()
    assert not Meeting.objects.exists()


def test_from_a_meeting_to_an_offer_that_it_then_points_to(desk: Client) -> None:
    answer = desk.post(NEW, noted(start="1"))
    meeting = Meeting.objects.get()
    assert answer.headers["Location"] == f"/offers/new/?meeting={meeting.public_id}"
    page = desk.get(answer.headers["Location"]).content.decode()
    assert 'value="Päiväkoti Pikkutikka"' in page
    assert "Kuva palvelusetelistä eteiseen" in page
    said = {
        "ticket": str(uuid4()), "meeting": str(meeting.public_id), "client_name": "Päiväkoti Pikkutikka",
        "client_email": "Liisa <liisa@pikkutikka.invalid>", "title": "Kuva", "leaves": "huomenna 18", "start": "1",
    }  # fmt: skip
    desk.post("/offers/new/", said)
    meeting.refresh_from_db()
    bid = Bid.objects.get()
    assert meeting.bid == bid
    contact = bid.client.contacts.get()
    assert (contact.name, contact.email) == ("Liisa", "liisa@pikkutikka.invalid")
    assert reverse("bids:offer", args=[bid.public_id]) in desk.get("/meetings/").content.decode()
    again = desk.post("/offers/new/", {**said, "ticket": str(uuid4())})
    assert again.status_code == 409
    assert "There is an offer of this meeting already." in again.content.decode()


def test_a_long_note_gives_the_offer_its_first_sentence_for_a_title_and_stays_whole(desk: Client) -> None:
    wants = "Kuva eteiseen. Vanhemmat kysyvät aina samaa.\nJuliste myös ruotsiksi."
    answer = desk.post(NEW, noted(start="1", wants=wants))

    page = desk.get(answer.headers["Location"]).content.decode()

    assert re.search(r'name="title"[^>]*>\s*Kuva eteiseen\s*</textarea>', page)
    assert "Juliste myös ruotsiksi." in page
    assert Meeting.objects.get().wants == wants


def test_a_note_is_changed_and_thrown_away(desk: Client) -> None:
    desk.post(NEW, noted(photo=a_photo()))
    meeting = Meeting.objects.get()
    address = reverse("bids:meeting", args=[meeting.public_id])
    assert "liisa@pikkutikka.invalid" in desk.get(address).content.decode()
    desk.post(address, noted(wants="Kyltti", seen="1"))
    stale = desk.post(address, noted(wants="Toinen kyltti", seen="1"))
    assert stale.status_code == 409
    assert "Toinen kyltti" in stale.content.decode()
    meeting.refresh_from_db()
    assert (meeting.wants, meeting.photo is None) == ("Kyltti", False)
    desk.post(address, noted(seen="2", without_photo="on"))
    meeting.refresh_from_db()
    assert meeting.photo is None
    desk.post(reverse("bids:remove-meeting", args=[meeting.public_id]))
    assert not Meeting.objects.exists()


def test_notes_are_the_firms_own(desk: Client, maija: Lead) -> None:
    desk.post(NEW, noted())
    meeting = Meeting.objects.get()
    other = logged_in(a_lead("Toinen Oy", business_id="9000019-3").person)
    assert "Pikkutikka" not in other.get("/meetings/").content.decode()
    for name in ("meeting", "remove-meeting"):
        assert other.post(reverse(f"bids:{name}", args=[meeting.public_id]), noted()).status_code == 404
    viewer = logged_in(a_person(at=maija.firm, role="viewer"))
    assert viewer.get(NEW).status_code == 403
    assert viewer.post(reverse("bids:meeting", args=[meeting.public_id]), noted(seen="1")).status_code == 403
    assert viewer.post(reverse("bids:remove-meeting", args=[meeting.public_id])).status_code == 403
    assert "Pikkutikka" in viewer.get(reverse("bids:meeting", args=[meeting.public_id])).content.decode()
    assert Client().get("/meetings/").status_code == 302
