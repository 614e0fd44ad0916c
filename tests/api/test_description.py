"""The API's description says what the API does: it is committed, valid, and its examples are true."""

import io
from typing import Any

import pytest
from django.core.management import call_command

from bids.api import examples
from tests.api.asker import Asker, said
from tests.api.description import FILE, Operation, agrees_with_description, operation, operations
from tests.api.example_world import settle_bid, settle_document, somebody_of_the_examples

PATH_IDS = {"get_document": examples.DOCUMENT_ID}
ASKED = {"get_bid_totals": {"choose": "A3"}}
WRITES = ("import_bid", "request_document")


def test_the_committed_description_is_the_one_the_code_makes() -> None:
    made = io.StringIO()
    call_command("spectacular", validate=True, fail_on_warn=True, stdout=made)

    assert made.getvalue() == FILE.read_text("utf-8"), (
        "Describe the API anew: .venv/bin/python -m launcher.with_services -- "
        ".venv/bin/python manage.py spectacular --file docs/api/openapi.yaml"
    )


def test_it_is_handed_out_as_yaml_and_as_json(nobody: Asker) -> None:
    yaml = nobody.get("/api/schema/")
    json = nobody.get("/api/schema/", headers={"Accept": "application/vnd.oai.openapi+json"})

    assert yaml.status_code == 200
    assert yaml.content.decode() == FILE.read_text("utf-8")
    assert said(json)["openapi"] == "3.1.0"


def test_the_page_of_the_documentation_needs_nothing_from_elsewhere_and_no_script_in_line(nobody: Asker) -> None:
    page = nobody.get("/api/docs/").content.decode()
    script = nobody.get("/api/docs/", script="")

    assert "<style" not in page
    assert "https://" not in page
    assert page.count("<script") == page.count("<script src=") == 3
    assert script.headers["Content-Type"].startswith("application/javascript")
    assert "/api/schema/" in script.content.decode()


@pytest.fixture
def somebody() -> Asker:
    asker = somebody_of_the_examples()
    sent = asker.post("bids/", examples.PACKAGE, headers={"Idempotency-Key": examples.BID_ID})
    assert sent.status_code == 201, sent.content
    settle_bid()
    return asker


@pytest.mark.parametrize(
    "reading",
    [one for one in operations() if one.method == "GET" and one.examples_answered()],
    ids=lambda one: one.id,
)
def test_what_the_examples_answer_is_what_is_answered(somebody: Asker, reading: Operation) -> None:
    order = operation("request_document").examples_sent()["APDFInSwedish"]
    somebody.post(f"bids/{examples.BID_ID}/documents/", order)
    settle_document()
    address = reading.path.replace("{public_id}", PATH_IDS.get(reading.id, examples.BID_ID))

    answer = somebody.get(address, **ASKED.get(reading.id, {}))

    assert [((name, answer.status_code), said(answer)) for name, _status in reading.examples_answered()] == list(
        reading.examples_answered().items()
    )


@pytest.mark.parametrize(
    ("sending", "name"),
    [(one, name) for one in operations() for name in one.examples_sent() if one.id not in WRITES],
    ids=lambda part: part.id if isinstance(part, Operation) else part,
)
def test_what_the_examples_send_is_answered_so(somebody: Asker, sending: Operation, name: str) -> None:
    answer = somebody.post(sending.path, sending.examples_sent()[name])

    assert {(name, answer.status_code): said(answer)} == sending.examples_answered(name)


def test_the_example_of_bringing_in_an_offer_is_true() -> None:
    bringing_in = operation("import_bid")
    sent = bringing_in.examples_sent()["APackage"]

    answer = somebody_of_the_examples().post("bids/", sent, headers={"Idempotency-Key": examples.BID_ID})

    assert answer.headers["Location"] == f"/api/v1/bids/{examples.BID_ID}/"
    assert answer.headers["ETag"] == f'"{examples.BID_ID}.1"'
    assert {("APackage", answer.status_code): _without(said(answer), "created_at", "changed_at", "client")} == {
        key: _without(value, "created_at", "changed_at", "client")
        for key, value in bringing_in.examples_answered().items()
    }


def test_the_example_of_having_a_document_made_is_true(somebody: Asker) -> None:
    ordering = operation("request_document")

    answer = somebody.post(f"bids/{examples.BID_ID}/documents/", ordering.examples_sent()["APDFInSwedish"])

    assert {("APDFInSwedish", answer.status_code): _without(said(answer), "id", "requested_at")} == {
        key: _without(value, "id", "requested_at") for key, value in ordering.examples_answered().items()
    }


@pytest.mark.parametrize("one", list(operations()), ids=lambda one: one.id)
def test_every_example_is_what_the_description_promises(one: Operation) -> None:
    for (_name, status), value in one.examples_answered().items():
        agrees_with_description(value, one.said["responses"][str(status)], "application/json")


def test_every_operation_says_how_it_fails_and_needs_somebody() -> None:
    for one in operations():
        assert {"400", "401", "403", "default"} <= one.said["responses"].keys(), one.id
        assert one.said["security"] == [{"bearerToken": []}, {"session": []}], one.id
        assert one.said["summary"], one.id


def _without(value: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: each for name, each in value.items() if name not in names}
