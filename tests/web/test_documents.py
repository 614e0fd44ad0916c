"""Documents on their page: progress as it is, pages as pictures, files that are checked before they leave."""

import hashlib
import logging
import re
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from PIL import Image

from bids.actions.fail_document import fail_document
from bids.models import Bid, Document
from bids.sheets.document_sentences import FAILURES, STEPS
from bids.vocabulary import DocumentState
from bids.web.document_words import progress_of, seconds_until_next_look
from bids.web.downloads import disposition
from kernel import files
from kernel.actor import Actor
from kernel.clock import database_now
from tests.bids.cases import daycare
from tests.web.conftest import a_pdf, a_waiting_document, finished
from worker.documents.job import Reason, Step


@pytest.fixture
def waiting(bid: Bid, system: Actor) -> Document:
    return a_waiting_document(bid, system, database_now())


def state_of(client: Client, document: Document, **headers: str) -> object:
    return client.get(reverse("bids:document-state", args=[document.public_id]), headers=headers)


def test_a_waiting_document_says_so_and_looks_again_by_itself(lead: Client, waiting: Document) -> None:
    page = lead.get(reverse("bids:document", args=[waiting.public_id])).content.decode()

    assert "Waiting for its turn" in page
    assert 'hx-trigger="load delay:1s"' in page
    assert 'aria-live="polite"' in page
    assert re.search(r'<noscript>\s*<meta http-equiv="refresh" content="3">\s*</noscript>', page)


@pytest.mark.parametrize("step", list(Step))
def test_every_step_of_the_renderer_has_its_words(step: Step, lead: Client, waiting: Document) -> None:
    Document.objects.filter(pk=waiting.pk).update(state=DocumentState.RENDERING, progress_step=step.value)

    page = lead.get(reverse("bids:document-state", args=[waiting.public_id])).content.decode()

    assert str(STEPS[step.value]) in page
    assert f'aria-valuenow="{list(Step).index(step) + 1}"' in page


def test_every_reason_of_the_renderer_has_its_words() -> None:
    told_otherwise = {Reason.MISSING_LANGUAGE, Reason.MISSING_TITLE, Reason.LOST_STYLE}

    assert {reason.value for reason in Reason} - {reason.value for reason in told_otherwise} == set(FAILURES)


def test_pages_being_laid_out_are_counted(waiting: Document) -> None:
    waiting.state, waiting.progress_step = DocumentState.RENDERING.value, "laying_out"
    waiting.progress_done, waiting.progress_total = 2, 4

    with translation.override("en"):
        progress = progress_of(waiting)

    assert progress.sentence == "Laying out the pages again: 2 of 4"
    assert (progress.step, progress.steps, progress.percent) == (4, 6, 58)


def test_progress_never_goes_back_when_pages_are_laid_out_again(waiting: Document) -> None:
    waiting.state, waiting.progress_step = DocumentState.RENDERING.value, "laying_out"
    rounds = [(1, 0), (4, 0), (1, 4), (4, 4), (1, 4), (4, 4)]
    seen = []
    for waiting.progress_done, waiting.progress_total in rounds:
        with translation.override("en"):
            seen.append(progress_of(waiting))

    assert [each.percent for each in seen] == sorted(each.percent for each in seen)
    assert ["again" in each.sentence for each in seen] == [False, False, True, True, True, True]


def test_progress_never_goes_back_over_the_steps(waiting: Document) -> None:
    waiting.state = DocumentState.RENDERING.value
    seen = []
    for step in STEPS:
        waiting.progress_step = step
        seen.append(progress_of(waiting).percent)

    assert seen == sorted(seen)
    assert seen[0] == 0


def test_the_page_looks_less_often_the_longer_it_waits() -> None:
    assert [seconds_until_next_look(waited) for waited in (0, 4.9, 5, 14.9, 15, 600)] == [1, 1, 2, 2, 3, 3]


def test_a_long_wait_slows_the_looking(lead: Client, waiting: Document) -> None:
    Document.objects.filter(pk=waiting.pk).update(requested_at=database_now() - timedelta(minutes=1))

    assert "delay:3s" in lead.get(reverse("bids:document-state", args=[waiting.public_id])).content.decode()


def test_an_unchanged_state_costs_an_empty_answer(lead: Client, waiting: Document) -> None:
    where = reverse("bids:document-state", args=[waiting.public_id])
    first = lead.get(where)
    again = lead.get(where, headers={"If-None-Match": first.headers["ETag"]})
    Document.objects.filter(pk=waiting.pk).update(state=DocumentState.RENDERING, progress_step="drawing")
    changed = lead.get(where, headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert changed.status_code == 200
    assert changed.headers["ETag"] != first.headers["ETag"]


def test_a_finished_document_sends_the_waiting_page_to_its_pages(lead: Client, document: Document) -> None:
    answer = lead.get(reverse("bids:document-state", args=[document.public_id]))

    assert answer.headers["HX-Redirect"] == reverse("bids:document", args=[document.public_id])


def test_pages_are_pictures_with_words_for_those_who_do_not_see(lead: Client, document: Document) -> None:
    page = lead.get(reverse("bids:document", args=[document.public_id])).content.decode()

    assert re.findall(r'alt="([^"]+)"', page) == ["Page 1 of 2", "Page 2 of 2"]


def test_a_picture_is_a_small_png_that_is_kept_but_asked_for_each_time(lead: Client, document: Document) -> None:
    answer = lead.get(reverse("bids:page", args=[document.public_id, 1]))

    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    with Image.open(BytesIO(answer.content)) as picture:
        assert picture.format == "PNG"
        assert picture.size[0] == 900
        assert abs(picture.size[1] - 1273) <= 1


def test_an_unchanged_picture_costs_an_empty_answer_and_only_to_who_may_see_it(
    lead: Client, stranger: Client, nobody: Client, document: Document
) -> None:
    where = reverse("bids:page", args=[document.public_id, 1])
    first = lead.get(where)
    seen = {"If-None-Match": first.headers["ETag"]}
    again = lead.get(where, headers=seen)
    other_page = lead.get(reverse("bids:page", args=[document.public_id, 2]), headers=seen)

    assert (again.status_code, again.content, again.headers["Cache-Control"]) == (304, b"", "private, no-cache")
    assert other_page.status_code == 200
    assert stranger.get(where, headers=seen).status_code == 404
    assert nobody.get(where, headers=seen).status_code == 302


def test_a_picture_is_drawn_once(lead: Client, document: Document, private_files: Path) -> None:
    where = reverse("bids:page", args=[document.public_id, 2])
    first = lead.get(where).content
    (kept,) = (private_files / "pictures").rglob("*.png")
    assert document.asset is not None
    files.path_of(document.asset.sha256).unlink()

    assert kept.read_bytes() == first
    assert lead.get(where).content == first


@pytest.mark.parametrize("page", [0, 3, 99999])
def test_a_page_that_is_not_there_is_not_there(page: int, lead: Client, document: Document) -> None:
    assert lead.get(reverse("bids:page", args=[document.public_id, page])).status_code == 404


def test_the_file_leaves_as_it_was_stored_and_only_to_be_saved(lead: Client, document: Document) -> None:
    answer = lead.get(reverse("bids:file", args=[document.public_id]))

    assert document.asset is not None
    assert hashlib.sha256(answer.content).hexdigest() == document.asset.sha256
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert {"private", "no-store"} <= set(answer.headers["Cache-Control"].split(", "))
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="YT-2026-0001-')


@pytest.mark.parametrize(
    ("name", "plain", "own"),
    [
        ("YT-1 Pöytä", "YT-1-Poyta.pdf", "YT-1%20P%C3%B6yt%C3%A4.pdf"),
        ('a"b\r\nSet-Cookie: x', "a-b-Set-Cookie-x.pdf", "a%20b%20Set-Cookie%20x.pdf"),
        ("../../etc/passwd", "etc-passwd.pdf", "..%20etc%20passwd.pdf"),
        ("日本", "offer.pdf", "%E6%97%A5%E6%9C%AC.pdf"),
        ("", "offer.pdf", "offer.pdf"),
    ],
)
def test_a_file_name_can_be_stored_everywhere(name: str, plain: str, own: str) -> None:
    header = disposition(name, "pdf")

    assert f'filename="{plain}"' in header
    assert header.isprintable()
    assert header.isascii()
    assert "/" not in header.removeprefix("attachment; ").replace("UTF-8''", "")
    assert header.endswith((own.removeprefix("..%20"), own))


@pytest.mark.parametrize("address", ["bids:file", "bids:page"])
def test_a_damaged_file_is_refused_and_logged(
    address: str, lead: Client, document: Document, caplog: pytest.LogCaptureFixture
) -> None:
    assert document.asset is not None
    path = files.path_of(document.asset.sha256)
    damaged = bytearray(path.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    path.write_bytes(damaged)

    with caplog.at_level(logging.ERROR, logger="bids.web.documents"):
        answer = lead.get(reverse(address, args=[document.public_id, *([1] if address == "bids:page" else [])]))

    assert answer.status_code == 409
    assert "damaged" in answer.content.decode()
    assert str(document.public_id) in caplog.text


def test_a_lost_file_is_refused_too(lead: Client, document: Document) -> None:
    assert document.asset is not None
    files.path_of(document.asset.sha256).unlink()

    assert lead.get(reverse("bids:file", args=[document.public_id])).status_code == 409


def test_a_failed_document_says_why_and_can_be_tried_again(
    lead: Client, waiting: Document, system: Actor, now: datetime
) -> None:
    fail_document(document=waiting, code="too_many_pages", detail="pages-61-of-60", by=system, now=now)

    page = lead.get(reverse("bids:document", args=[waiting.public_id])).content.decode()
    assert "The document would have too many pages. Shorten its texts." in page
    assert "pages-61-of-60" not in page

    again = lead.post(
        reverse("bids:order-document", args=[waiting.bid.public_id]),  # type: ignore[union-attr]
        {"language": waiting.language, "profile": waiting.profile, "kind": waiting.kind},
    )
    assert again.status_code == 302
    assert Document.objects.under_way().count() == 1


def test_an_unknown_reason_still_says_that_nothing_came(
    lead: Client, waiting: Document, system: Actor, now: datetime
) -> None:
    fail_document(document=waiting, code="something_new", detail="", by=system, now=now)

    page = lead.get(reverse("bids:document", args=[waiting.public_id])).content.decode()

    assert "The document could not be drawn." in page


def test_the_offer_lists_what_was_made_of_it(lead: Client, bid: Bid, document: Document) -> None:
    page = lead.get(reverse("bids:offer", args=[bid.public_id])).content.decode()

    assert reverse("bids:document", args=[document.public_id]) in page


def test_a_document_without_an_offer_belongs_to_nobodys_page(lead: Client, system: Actor, now: datetime) -> None:
    waiting = a_waiting_document(daycare(), system, now)
    drawn = finished(waiting, a_pdf(1), system, now)

    assert drawn.state == DocumentState.DONE
    assert lead.get(reverse("bids:document", args=[drawn.public_id])).status_code == 404
    assert lead.get(reverse("bids:file", args=[drawn.public_id])).status_code == 404
