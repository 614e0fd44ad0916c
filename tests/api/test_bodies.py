"""What a request may bring along: JSON in UTF-8, of a size and depth, with every key known and standing once."""

import bz2
import json
from typing import Any

import pytest

from bids.api import examples
from bids.api.asked_choice import asked_choice
from bids.models import Bid, Document
from kernel.models import AuditEvent
from members.api import asking
from tests.api.asker import Asker, said
from tests.api.example_world import somebody_of_the_examples
from tests.api.test_problems import is_a_problem

PACKAGE = json.dumps(examples.PACKAGE).encode()


def documents_of(bid: Bid) -> str:
    return f"bids/{bid.public_id}/documents/"


@pytest.fixture
def bodies(bid: Bid) -> list[str]:
    """Every address that reads a body."""
    return ["bids/", documents_of(bid), "packages/check/", "packages/totals/"]


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/json",
        "",
        "application/problem+json",
    ],
)
def test_what_is_not_said_to_be_json_is_not_read(lead: Asker, bodies: list[str], content_type: str) -> None:
    for address in bodies:
        is_a_problem(lead.post(address, PACKAGE, content_type=content_type), 415, "unsupported-media-type")


@pytest.mark.parametrize("charset", ["bz2_codec", "utf-16", "utf-7", "latin-1", "zlib", "no-such", "utf-8-sig", "idna"])
def test_no_charset_but_one(lead: Asker, bodies: list[str], charset: str) -> None:
    bomb = bz2.compress(b'{"kind": "' + b"x" * 1_000_000 + b'"}')

    for address in bodies:
        is_a_problem(lead.post(address, bomb, content_type=f"application/json; charset={charset}"), 415, "charset")


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"utf-8"', "utf8"])
def test_that_one_may_be_named(lead: Asker, charset: str) -> None:
    answer = lead.post("packages/check/", PACKAGE, content_type=f"application/json; charset={charset}")

    assert said(answer)["is_good"] is True


def test_nothing_is_unpacked(lead: Asker, bodies: list[str]) -> None:
    for address in bodies:
        is_a_problem(lead.post(address, PACKAGE, headers={"Content-Encoding": "gzip"}), 415, "coding")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "file_empty"),
        (b" \n", "file_empty"),
        (b"{", "json_ends_early"),
        (b'{"kind": "offer_pdf",}', "json_trailing_comma"),
        (b"{'kind': 1}", "json_key_expected"),
        (b'{"kind": "offer_pdf"} {}', "json_extra_data"),
        (b"\xff\xfe{\x00}\x00", "file_utf_16"),
        (b'{"kind": "\xe4"}', "file_not_utf_8"),
        (b'{"kind": "\xed\xa0\x80"}', "file_not_utf_8"),
        (b'{"a": ' * 21 + b"1" + b"}" * 21, "too_deep"),
        (b"[" * 30_000, "too_deep"),
        (b"\x00", "file_utf_16"),
    ],
)
def test_what_is_no_json_says_what_it_misses(lead: Asker, bodies: list[str], body: bytes, code: str) -> None:
    for address in bodies:
        problem = is_a_problem(lead.post(address, body), 400, "unreadable")
        assert [(fault["pointer"], fault["code"]) for fault in problem["errors"]] == [("#", code)]


def test_a_hundred_thousand_lists_within_each_other_are_refused_before_they_are_read(lead: Asker) -> None:
    problem = is_a_problem(lead.post("packages/check/", b"[" * 100_000), 400, "unreadable")

    assert problem["errors"][0]["code"] == "too_deep"


def test_too_much_is_refused_by_its_length_alone(
    lead: Asker, bodies: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> None:
        raise AssertionError("the body was read")

    monkeypatch.setattr("bids.api.bodies.JsonBodyParser.parse", never)
    for address in bodies:
        most = asking.LARGEST_BODY if address.endswith("documents/") else 5_000_000
        is_a_problem(lead.post(address, b"x" * (most + 1)), 413, "too-large")


@pytest.mark.parametrize("length", ["-1", "x", "1e3", "٣"])
def test_a_length_that_is_none_is_refused(lead: Asker, length: str) -> None:
    answer: Any = lead.client.post(
        "/api/v1/packages/check/", PACKAGE, content_type="application/json", headers=lead.headers, CONTENT_LENGTH=length
    )

    is_a_problem(answer, 400, "unreadable")


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        (b'{"kind": "offer_pdf", "kind": "offer_pdf"}', [("#/kind", "key_repeated")]),
        (b'{"kind": 1e309}', [("#/kind", "text_unquoted")]),
        (b'{"kind": NaN}', [("#/kind", "text_unquoted")]),
        (b'{"kind": "offer_pdf", "choose": ["A7", -Infinity]}', [("#/choose/1", "text_unquoted")]),
        (b'{"kind": "offer_pdf", "choose": [' + b"9" * 5000 + b"]}", [("#/choose/0", "text_unquoted")]),
        (b"{}", [("#/kind", "required")]),
        (b"[]", [("#", "not_an_object")]),
        (b'"offer_pdf"', [("#", "not_an_object")]),
        (b"null", [("#", "not_an_object")]),
        (b'{"kind": null}', [("#/kind", "null")]),
        (b'{"kind": true}', [("#/kind", "word_unknown")]),
        (b'{"kind": {"a": "b"}}', [("#/kind", "word_unknown")]),
        (b'{"kind": "offer_pdf", "theme": "galleria"}', [("#/theme", "word_unknown")]),
        (
            b'{"kind": "offer_pdf", "language": "de", "profile": ""}',
            [("#/language", "word_unknown"), ("#/profile", "word_unknown")],
        ),
        (b'{"kind": "offer_pdf", "choose": "A7"}', [("#/choose", "not_a_list")]),
        (b'{"kind": "offer_pdf", "choose": {"0": "A7"}}', [("#/choose", "not_a_list")]),
        (b'{"kind": "offer_pdf", "choose": [["A7"]]}', [("#/choose/0", "invalid")]),
        (b'{"kind": "offer_pdf", "choose": ["\\ud800"]}', [("#/choose/0", "surrogate_characters_not_allowed")]),
        (b'{"kind": "offer_pdf", "choose": ["A\\u0000"]}', [("#/choose/0", "null_characters_not_allowed")]),
        (b'{"kind": "offer_pdf", "package": ["x"]}', [("#/package", "invalid")]),
        (b'{"kind": "offer_pdf", "state": "done"}', [("#/state", "key_unknown")]),
        (b'{"kind": "offer_pdf", "a/b": "", "\\ud800": ""}', [("#/a~1b", "key_unknown"), ("#/\ud800", "key_unknown")]),
        (b'{"kind": "offer_pdf", "choose": [' + b'"A",' * 400 + b'"A"]}', [("#/choose", "max_length")]),
    ],
)
def test_what_is_wrong_with_an_order_is_told_by_its_place(
    lead: Asker, bid: Bid, body: bytes, faults: list[tuple[str, str]]
) -> None:
    problem = is_a_problem(lead.post(documents_of(bid), body), 400, "invalid")

    assert [(fault["pointer"], fault["code"]) for fault in problem["errors"]] == faults
    assert Document.objects.count() == 0


def test_a_mark_of_utf_8_is_no_matter(lead: Asker, bid: Bid) -> None:
    assert lead.post(documents_of(bid), b'\xef\xbb\xbf{"kind": "offer_pdf"}').status_code == 201
    together = b'\xef\xbb\xbf{"package": ' + PACKAGE + b"}"
    assert lead.post("packages/totals/", together).status_code == 200


def test_an_unknown_key_beside_a_package_is_refused_and_so_is_a_second_package(lead: Asker) -> None:
    unknown = lead.post("packages/totals/", {"package": examples.PACKAGE, "total": "1.00"})
    twice = lead.post("packages/totals/", b'{"package": ' + PACKAGE + b', "package": {}}')
    missing = lead.post("packages/totals/", {"choose": []})

    assert is_a_problem(unknown, 400, "invalid")["errors"][0]["pointer"] == "#/total"
    assert is_a_problem(twice, 400, "invalid")["errors"][0]["code"] == "key_repeated"
    assert is_a_problem(missing, 400, "invalid")["errors"][0] == {
        "pointer": "#/package",
        "path": "package",
        "code": "key_missing",
        "detail": "This is missing.",
    }


@pytest.mark.parametrize("package", ["null", "7", '"x"', "[]", "{}"])
def test_what_stands_in_a_packages_place_is_told_as_its_fault(lead: Asker, package: str) -> None:
    answer = lead.post("packages/totals/", f'{{"package": {package}}}'.encode())

    problem = is_a_problem(answer, 422, "package-refused")
    assert all(fault["pointer"].startswith("#/package") for fault in problem["errors"])


def test_a_packages_faults_stand_below_its_key_with_duplicates_and_numbers_as_in_a_file(lead: Asker) -> None:
    faulty = PACKAGE.replace(b'"quantity": "24"', b'"quantity": 24').replace(
        b'"number": "YT-2026-0007"', b'"number": "YT-2026-0007", "number": "YT-2026-0008"'
    )

    beside = is_a_problem(lead.post("packages/totals/", b'{"package": ' + faulty + b"}"), 422, "package-refused")
    alone = said(lead.post("packages/check/", faulty))

    assert [(fault["path"], fault["code"]) for fault in beside["errors"]] == [
        ("package." + fault["path"], fault["code"]) for fault in alone["faults"]
    ]
    assert [fault["code"] for fault in alone["faults"]] == ["key_repeated", "number_unquoted"]
    assert beside["errors"][1]["pointer"] == "#/package/parts/0/lines/0/quantity"


def test_keys_and_values_around_a_package_may_be_written_in_any_way_json_allows(lead: Asker) -> None:
    body = (
        b'\n{ "choose"\t:\n[ "A3" ] ,\r\n "pack\\u0061ge" : '
        + PACKAGE
        + b', "invoicing" : null , "package_choice": "" } '
    )

    assert said(lead.post("packages/totals/", body))["net"] == "1809.00"


def test_a_faulty_package_is_refused_whole_and_leaves_nothing(lead: Asker, bid: Bid) -> None:
    events = AuditEvent.objects.count()
    problem = is_a_problem(lead.post("bids/", examples.FAULTY_PACKAGE), 422, "package-refused")

    assert [(fault["pointer"], fault["path"], fault["code"]) for fault in problem["errors"]] == [
        ("#/valid_until", "valid_until", "day_beyond_month"),
        ("#/parts/1/lines/0/quantity", "parts[1].lines[0].quantity", "number_with_unit"),
    ]
    assert list(Bid.objects.all()) == [bid]
    assert AuditEvent.objects.count() == events


def test_checking_and_calculating_write_nothing() -> None:
    asker = somebody_of_the_examples()
    assert asker.post("packages/check/", examples.PACKAGE).status_code == 200
    assert asker.post("packages/totals/", {"package": examples.PACKAGE}).status_code == 200

    assert Bid.objects.count() == 0


@pytest.mark.parametrize("price", ["-1", "NaN", "1e309", "Infinity", "0.00001", "9" * 28, "1 200,50", "24h", "", " "])
def test_an_amount_that_is_none_is_refused(lead: Asker, price: str) -> None:
    faulty = PACKAGE.replace(b'"unit_price": "65.00"', json.dumps({"unit_price": price}).encode()[1:-1])

    found = said(lead.post("packages/check/", faulty))

    assert [fault["path"] for fault in found["faults"]] == ["parts[0].lines[0].unit_price"]


def test_a_choice_is_read_alike_wherever_it_stands() -> None:
    assert asked_choice({"package": "", "no_package": False}).package is None
    assert asked_choice({"package": "", "no_package": True}).package == ""
    assert asked_choice({"no_package": False}).package is None
    assert asked_choice({"package": "laaja", "no_package": False}).package == "laaja"
    assert asked_choice({"package": ""}).package == ""
    assert asked_choice({"package": None}).package is None
    assert asked_choice({}).package is None
