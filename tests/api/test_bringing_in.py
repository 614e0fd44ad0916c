"""Bringing an offer in: once for each key, under its number or a new one, with nothing written that was not asked."""

import copy
import uuid
from typing import Any

import pytest
from django.db import connection, models

from bids.api import examples
from bids.exports.bid_package import package_bytes, read_package, write_package
from bids.models import Bid, Document
from bids.queries.content_of import content_of
from kernel.models import AuditEvent
from members.models import Firm, Membership, Person
from tests.api.asker import Asker, a_key, said
from tests.api.example_world import somebody_of_the_examples
from tests.api.test_problems import is_a_problem
from tests.bids.cases import daycare
from tests.world import a_firm, a_person

KEY = "Idempotency-Key"


@pytest.fixture
def asker() -> Asker:
    return somebody_of_the_examples()


def fresh_key() -> str:
    return str(uuid.uuid4())


def test_what_was_brought_in_comes_out_the_same(lead: Asker, bid: Bid) -> None:
    taken = lead.get(f"bids/{bid.public_id}/package/")

    assert taken.content == package_bytes(content_of(bid))
    assert read_package(taken.content) == daycare()


def test_the_same_key_and_package_give_the_same_offer(asker: Asker) -> None:
    key = fresh_key()

    first = asker.post("bids/", examples.PACKAGE, headers={KEY: key})
    events = AuditEvent.objects.count()
    second = asker.post("bids/", examples.PACKAGE, headers={KEY: f'"{key.upper()}"'})

    assert (first.status_code, second.status_code) == (201, 200)
    assert said(first) == said(second)
    assert said(first)["id"] == key
    assert first.headers["Location"] == second.headers["Location"] == f"/api/v1/bids/{key}/"
    assert Bid.objects.count() == 1
    assert AuditEvent.objects.count() == events


def test_the_same_key_with_another_package_is_refused(asker: Asker) -> None:
    key = fresh_key()
    asker.post("bids/", examples.PACKAGE, headers={KEY: key})

    other = asker.post("bids/", {**examples.PACKAGE, "title": "Jotain muuta"}, headers={KEY: key})

    is_a_problem(other, 422, "key-used")
    assert Bid.objects.count() == 1


def test_the_same_content_written_otherwise_is_the_same_package(asker: Asker) -> None:
    key = fresh_key()
    asker.post("bids/", examples.PACKAGE, headers={KEY: key})
    spelled_out = write_package(content_of(Bid.objects.get()))

    again = asker.post("bids/", dict(reversed(spelled_out.items())), headers={KEY: key})

    assert again.status_code == 200


def test_somebody_elses_key_is_refused_alike_whatever_is_behind_it(asker: Asker, stranger: Asker) -> None:
    key = fresh_key()
    asker.post("bids/", examples.PACKAGE, headers={KEY: key})

    same = stranger.post("bids/", examples.PACKAGE, headers={KEY: key})
    other = stranger.post("bids/", {**examples.PACKAGE, "title": "Arvaus"}, headers={KEY: key})

    assert is_a_problem(same, 422, "key-used") | {"instance": ""} == is_a_problem(other, 422, "key-used") | {
        "instance": ""
    }


def test_a_replay_is_answered_by_todays_rights(asker: Asker) -> None:
    key, firm = fresh_key(), Firm.objects.get(public_id=examples.LEAD_ID)
    asker.post("bids/", examples.PACKAGE, headers={KEY: key})
    maija = Person.objects.get()
    other = a_firm("Toinen Tmi")
    Membership.objects.create(person=maija, firm=other, role="owner", since_at=firm.memberships.get().since_at)
    elsewhere = Asker(key=a_key(maija, other))

    Membership.objects.filter(firm=firm).delete()

    is_a_problem(elsewhere.post("bids/", examples.PACKAGE, headers={KEY: key}), 422, "key-used")


@pytest.mark.parametrize(
    "key",
    [
        "",
        "x",
        "7",
        str(uuid.UUID(int=0)),
        "8f9c219a-e652-11f1-90d8-02fc00000001",  # of a clock and a machine
        str(uuid.uuid5(uuid.NAMESPACE_DNS, "x")),
        "ä" * 36,
    ],
)
def test_a_key_must_be_random(asker: Asker, key: str) -> None:
    problem = is_a_problem(asker.post("bids/", examples.PACKAGE, headers={KEY: key}), 400, "invalid")

    assert problem["errors"] == [{"header": KEY, "code": "not_a_key", "detail": "A key is a random UUID (version 4)."}]
    assert Bid.objects.count() == 0


def test_a_number_that_is_taken_names_the_offer_that_has_it(asker: Asker) -> None:
    first = said(asker.post("bids/", examples.PACKAGE))

    problem = is_a_problem(asker.post("bids/", examples.PACKAGE), 409, "number-taken")

    assert problem["about"] == {"number": "YT-2026-0007", "bid": first["id"]}


def test_a_new_number_is_given_when_asked_for(asker: Asker) -> None:
    asker.post("bids/", examples.PACKAGE)

    again = asker.post("bids/", examples.PACKAGE, new_number="true")

    assert (again.status_code, said(again)["number"]) == (201, "YT-2026-0008")


@pytest.mark.parametrize("said_so", ["yes", "1", "True", "", "on", "null"])
def test_a_flag_is_true_or_false(asker: Asker, said_so: str) -> None:
    problem = is_a_problem(asker.post("bids/", examples.PACKAGE, new_number=said_so), 400, "invalid")

    assert problem["errors"][0]["parameter"] == "new_number"


def test_an_offer_led_by_others_stays_out(stranger: Asker) -> None:
    problem = is_a_problem(stranger.post("bids/", examples.PACKAGE), 409, "led-by-another")

    assert problem["about"] == {"lead": "Kuvakulma Design Tmi"}
    assert Bid.objects.count() == 0


def test_the_first_offer_makes_its_bringer_the_owner_of_its_firm() -> None:
    newcomer = Asker(person=a_person())

    brought_in = newcomer.post("bids/", examples.PACKAGE)

    assert brought_in.status_code == 201
    assert said(newcomer.get("me/"))["firms"][0]["role"] == "owner"
    assert newcomer.get(brought_in.headers["Location"]).status_code == 200


def columns(model: type[models.Model]) -> list[str]:
    return [field.name for field in model._meta.get_fields() if getattr(field, "column", None)]


@pytest.mark.parametrize("name", sorted({*columns(Bid), *columns(Document), "id", "pk", "lead_id", "public_id"}))
def test_no_column_is_written_by_naming_it(lead: Asker, bid: Bid, name: str) -> None:
    """Whatever an order or a package says beyond its own keys is refused, and no row moves."""
    allowed = {"kind", "language", "profile", "theme"}
    rows = every_row()

    ordered = lead.post(f"bids/{bid.public_id}/documents/", {"kind": "offer_pdf", name: "x"})

    assert ordered.status_code == 400
    place = said(ordered)["errors"][0]["pointer"]
    assert place == f"#/{name}"
    assert said(ordered)["errors"][0]["code"] == ("word_unknown" if name in allowed else "key_unknown")
    assert every_row() == rows


def test_no_column_is_written_by_naming_it_in_a_package(asker: Asker) -> None:
    package: dict[str, Any] = copy.deepcopy(examples.PACKAGE)
    known = {"number", "title", "language", "client", "need", "reference"}
    tried = {name for name in columns(Bid) if name not in known} - set(write_package(daycare()))
    package |= dict.fromkeys(tried & {"id", "public_id", "lead", "state", "version", "created_at", "changed_at"}, "x")

    problem = is_a_problem(asker.post("bids/", package), 422, "package-refused")

    assert {fault["path"] for fault in problem["errors"]} == {
        "id",
        "public_id",
        "lead",
        "state",
        "version",
        "created_at",
        "changed_at",
    }
    assert Bid.objects.count() == 0


def every_row() -> list[tuple[Any, ...]]:
    rows = []
    with connection.cursor() as cursor:
        for model in (Bid, Document):
            cursor.execute(f"SELECT * FROM {model._meta.db_table} ORDER BY id")  # noqa: S608 - a name of our own
            rows += cursor.fetchall()
    return rows
