"""Documents by the API: ordered, watched, taken."""

import pytest

from bids.actions.fail_document import fail_document
from bids.actions.finish_document import finish_document
from bids.exports.frozen_offer import thaw
from bids.models import Bid, Document
from bids.queries.content_of import content_of
from kernel.actor import Actor
from kernel.clock import database_now
from kernel.files import path_of, store
from kernel.models import OutboxMessage
from tests.api.asker import Asker, said
from tests.api.description import agrees_with_description, operation
from tests.api.test_problems import is_a_problem

FILE = b"%PDF-1.7 of the tests"


def order(lead: Asker, bid: Bid, **said_so: object) -> dict[str, object]:
    answer = lead.post(f"bids/{bid.public_id}/documents/", {"kind": "offer_pdf", **said_so})
    assert answer.status_code == 201, answer.content
    ordered: dict[str, object] = said(answer)
    return ordered


def finish(document: Document, system: Actor, data: bytes = FILE) -> None:
    finish_document(
        document=document,
        sha256=store(data),
        size=len(data),
        media_type="application/pdf",
        pages=4,
        cache_key="",
        by=system,
        now=database_now(),
    )


def test_an_order_freezes_what_it_says_and_promises_the_drawing(lead: Asker, bid: Bid) -> None:
    answer = lead.post(
        f"bids/{bid.public_id}/documents/",
        {"kind": "offer_pdf", "language": "sv", "profile": "full", "choose": ["A7", "A5b"], "package": None},
    )

    document = Document.objects.get()
    frozen = thaw(bytes(document.sheet.payload))
    assert answer.headers["Location"] == f"/api/v1/documents/{document.public_id}/"
    assert (frozen.order.language, frozen.order.profile, sorted(frozen.order.choice.lines)) == (
        "sv",
        "full",
        ["A5b", "A7"],
    )
    assert frozen.offer == content_of(bid)
    assert OutboxMessage.objects.get().payload == {"document": str(document.public_id)}
    assert document.requested_by is not None
    agrees_with_description(said(answer), operation("request_document").said["responses"]["201"], "application/json")


def test_what_is_left_out_of_an_order_is_as_the_offer_says(lead: Asker, bid: Bid) -> None:
    ordered = order(lead, bid)

    assert {name: ordered[name] for name in ("language", "profile", "theme", "chosen", "state")} == {
        "language": "fi",
        "profile": "compact",
        "theme": "selkea",
        "chosen": {"lines": [], "package": None},
        "state": "queued",
    }


def test_asking_for_the_same_while_it_is_being_made_gives_the_same(lead: Asker, bid: Bid) -> None:
    first = order(lead, bid)

    again = lead.post(f"bids/{bid.public_id}/documents/", {"kind": "offer_pdf"})

    assert (again.status_code, said(again)["id"]) == (200, first["id"])
    assert OutboxMessage.objects.count() == 1


def test_a_choice_the_offer_does_not_allow_makes_no_document(lead: Asker, bid: Bid) -> None:
    answer = lead.post(f"bids/{bid.public_id}/documents/", {"kind": "offer_pdf", "choose": ["A1"]})

    is_a_problem(answer, 422, "choice-refused")
    assert not Document.objects.exists()


def test_watching_costs_nothing_until_something_moves(lead: Asker, bid: Bid) -> None:
    address = f"documents/{order(lead, bid)['id']}/"
    seen = lead.get(address)
    etag = seen.headers["ETag"]

    still = lead.get(address, headers={"If-None-Match": f'"other", W/{etag}'})
    assert (still.status_code, still.content, still.headers["ETag"]) == (304, b"", etag)
    assert still.headers["Cache-Control"] == "private, no-cache"

    Document.objects.update(state="rendering", progress_step="laying_out", progress_done=2, progress_total=4)
    moved = lead.get(address, headers={"If-None-Match": etag})
    assert moved.status_code == 200
    assert said(moved)["progress"] == {"step": "laying_out", "done": 2, "total": 4}
    assert moved.headers["ETag"] != etag


def test_why_it_failed_is_told_in_the_readers_language(lead: Asker, bid: Bid, system: Actor) -> None:
    address = f"documents/{order(lead, bid)['id']}/"
    fail_document(
        document=Document.objects.get(), code="too_many_pages", detail="61 pages", by=system, now=database_now()
    )

    english, finnish = lead.get(address), lead.get(address, headers={"Accept-Language": "fi"})

    assert said(english)["failure"] == {
        "code": "too_many_pages",
        "sentence": "The document would have too many pages. Shorten its texts.",
    }
    assert said(finnish)["failure"]["sentence"] != said(english)["failure"]["sentence"]
    assert english.headers["ETag"] != finnish.headers["ETag"]
    assert "61 pages" not in english.content.decode()
    is_a_problem(lead.get(f"{address}content/"), 409, "not-drawn")


@pytest.mark.parametrize("accept", ["application/pdf", "*/*", "text/html", "x" * 100])
def test_the_file_is_handed_out_as_it_was_stored(lead: Asker, bid: Bid, system: Actor, accept: str) -> None:
    address = f"documents/{order(lead, bid)['id']}/"
    is_a_problem(lead.get(f"{address}content/"), 409, "not-drawn")
    finish(Document.objects.get(), system)

    done = said(lead.get(address))
    file = lead.get(f"{address}content/", headers={"Accept": accept})

    assert file.content == FILE
    assert done["state"] == "done"
    assert done["file"] == {
        "sha256": file.headers["ETag"].strip('"'),
        "size": len(FILE),
        "media_type": "application/pdf",
        "pages": 4,
    }
    assert file.headers["Content-Type"] == "application/pdf"
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    assert file.headers["Content-Disposition"] == 'attachment; filename="YT-2026-0001-fi.pdf"'
    assert file.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    agrees_with_description(done, operation("get_document").said["responses"]["200"], "application/json")


def test_a_file_that_is_known_already_is_not_sent_again(lead: Asker, bid: Bid, system: Actor) -> None:
    address = f"documents/{order(lead, bid)['id']}/content/"
    finish(Document.objects.get(), system)
    etag = lead.get(address).headers["ETag"]

    assert lead.get(address, headers={"If-None-Match": etag}).status_code == 304
    assert lead.get(address, headers={"If-None-Match": "*"}).status_code == 304
    assert lead.get(address, headers={"If-None-Match": '"other"', "If-Match": '"other"'}).content == FILE


def test_a_number_that_no_file_name_can_hold_harms_nothing(lead: Asker, bid: Bid, system: Actor) -> None:
    address = f"documents/{order(lead, bid)['id']}/content/"
    finish(Document.objects.get(), system)
    Bid.objects.update(number='../Å/..\\"; filename=x')

    assert lead.get(address).headers["Content-Disposition"] == (
        "attachment; filename*=utf-8''%C3%85-..-filename-x-fi.pdf"
    )


def test_a_damaged_file_is_never_handed_out(lead: Asker, bid: Bid, system: Actor) -> None:
    address = f"documents/{order(lead, bid)['id']}/content/"
    finish(Document.objects.get(), system)
    path_of(str(Document.objects.get().asset.sha256)).write_bytes(FILE[:-1] + b"!")  # type: ignore[union-attr]

    problem = is_a_problem(lead.get(address), 500, "file-damaged")

    assert problem["detail"] == "The stored file is damaged, so it is not handed out. Have the document made again."
