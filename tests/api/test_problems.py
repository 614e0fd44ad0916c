"""Every error is a problem: one form, a kind programs know, a sentence in the reader's language."""

import logging
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404, HttpResponse, RawPostDataException, UnreadablePostError
from django.test import RequestFactory
from rest_framework.exceptions import Throttled

from bids.models import Bid
from bids.vat import NoRateKnown
from config import pages
from config.problems import TITLES, pointer, problem_of, problem_response
from kernel.errors import Malformed, Refusal, Stale, TooOften, VersionMissing
from kernel.files import FileIsCorruptError
from members.models import Person
from tests.api.asker import V1, Asker, said
from tests.api.description import agrees_with_description, operation

ANSWER = operation("list_bids").said["responses"]["default"]


def is_a_problem(answer: HttpResponse, status: int, code: str) -> dict[str, Any]:
    problem: dict[str, Any] = said(answer)
    assert answer.status_code == problem["status"] == status
    assert problem["type"] == f"/api/problems/{code}"
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert "no-store" in answer.headers["Cache-Control"]
    assert problem["instance"] == answer.headers.get("X-Request-ID", "")
    agrees_with_description(problem, ANSWER, "application/problem+json")
    return problem


@pytest.mark.parametrize(
    "address", ["nothing/", "/api/", "/api/v2/bids/", "bids/7/", "bids/x/totals/", "documents/../../"]
)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "OPTIONS", "QUERY"])
def test_what_is_not_there(nobody: Asker, address: str, method: str) -> None:
    is_a_problem(nobody.ask(method, address), 404, "not-found")


def test_an_address_without_its_slash_is_told_so(stranger: Asker) -> None:
    problem = is_a_problem(stranger.get("bids"), 404, "no-slash")

    assert problem["detail"] == "There is nothing here. Addresses end with a slash."


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"])
def test_a_method_that_is_not_taken_names_those_that_are(stranger: Asker, method: str) -> None:
    answer = stranger.ask(method, "bids/")

    is_a_problem(answer, 405, "method-not-allowed")
    assert answer.headers["Allow"] == "GET, HEAD, POST"


@pytest.mark.parametrize(
    "accept", ["text/html", "application/xml", "image/*", "x" * 70_000, "application/json," + "x/y," * 20_000]
)
def test_a_form_that_is_not_handed_out(stranger: Asker, accept: str) -> None:
    is_a_problem(stranger.get("bids/", headers={"Accept": accept}), 406, "not-acceptable")


def test_a_parameter_of_the_address_never_chooses_the_form(stranger: Asker) -> None:
    problem = is_a_problem(stranger.get("bids/", format="xml"), 400, "invalid")

    assert problem["errors"] == [
        {"parameter": "format", "code": "parameter_unknown", "detail": "This parameter is not known."}
    ]


@pytest.mark.parametrize(
    ("language", "title", "sentence"),
    [
        ("en", "Nothing here", "There is nothing here, or it is not yours to see."),
        ("fi-FI,fi;q=0.9,en;q=0.8", "Täällä ei ole mitään", "Täällä ei ole mitään, tai se ei ole sinun nähtävissäsi."),
        ("sv-FI", "Här finns ingenting", "Här finns ingenting, eller så är det inte ditt att se."),
        ("de, sv;q=0.5", "Här finns ingenting", "Här finns ingenting, eller så är det inte ditt att se."),
        ("de", "Täällä ei ole mitään", "Täällä ei ole mitään, tai se ei ole sinun nähtävissäsi."),
    ],
)
def test_a_problem_speaks_the_language_asked_for(nobody: Asker, language: str, title: str, sentence: str) -> None:
    answer = nobody.get("nothing/", headers={"Accept-Language": language})

    problem = is_a_problem(answer, 404, "not-found")
    assert (problem["title"], problem["detail"]) == (title, sentence)
    assert answer.headers["Content-Language"] == {"Täällä ei ole mitään": "fi", "Här finns ingenting": "sv"}.get(
        title, "en"
    )
    assert "Accept-Language" in answer.headers["Vary"]


def test_a_fault_of_ours_is_noted_but_not_told(
    lead: Asker, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(*_: object, **__: object) -> None:
        raise ZeroDivisionError("the secret reason")

    monkeypatch.setattr("bids.api.bids.actor_of", breaks)
    with caplog.at_level(logging.ERROR):
        answer = lead.get("bids/")

    problem = is_a_problem(answer, 500, "fault")
    assert "secret" not in str(problem)
    assert "the secret reason" in caplog.text
    assert answer.headers["X-Request-ID"] == problem["instance"]


def test_a_database_that_is_away_for_a_moment_says_when_to_come_again(
    lead: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise OperationalError("canceling statement due to lock timeout")

    monkeypatch.setattr("bids.api.bids.actor_of", away)
    answer = lead.get("bids/")

    is_a_problem(answer, 503, "unavailable")
    assert answer.headers["Retry-After"] == "5"


def test_what_goes_wrong_before_the_api_is_asked_is_a_problem_too(
    nobody: Asker, bid: Bid, maija: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_a_problem(nobody.get("me/", headers={"Host": "elsewhere.example"}), 400, "unreadable")

    def breaks(*_: object) -> None:
        raise OperationalError("the secret reason")

    monkeypatch.setattr("members.web.middleware.is_spoken", breaks)
    answer = Asker(person=maija).get(f"bids/{bid.public_id}/")
    assert "secret" not in str(is_a_problem(answer, 503, "unavailable"))


@pytest.mark.parametrize(
    ("handler", "status"),
    [(pages.bad_request, 400), (pages.permission_denied, 403), (pages.page_not_found, 404)],
)
def test_djangos_own_handlers_tell_programs_and_people_apart(handler: Any, status: int) -> None:
    of_program = handler(RequestFactory().get("/api/v1/bids/"), ValueError())
    assert (of_program.status_code, of_program.headers["Content-Type"]) == (status, "application/problem+json")
    too_large = pages.bad_request(RequestFactory().get("/api/v1/bids/"), RequestDataTooBig())
    assert too_large.status_code == 413


class ACustomRefusal(Refusal):
    """A refusal nobody has told the API about."""

    sentence = "Offer %(number)s is closed."
    code = "closed"


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (ACustomRefusal(params={"number": "YT-1"}), 409, "closed"),
        (Stale(), 412, "stale"),
        (VersionMissing(), 428, "version-missing"),
        (TooOften(), 429, "too-often"),
        (Throttled(wait=12), 429, "too-often"),
        (NoRateKnown(), 422, "no-rate-known"),
        (FileIsCorruptError("0" * 64), 500, "file-damaged"),
        (PermissionDenied(), 403, "not-permitted"),
        (Http404(), 404, "not-found"),
        (SuspiciousOperation(), 400, "unreadable"),
        (UnreadablePostError(), 400, "unreadable"),
        (RawPostDataException(), 500, "fault"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)
def test_whatever_is_raised_has_its_status_and_kind(error: Exception, status: int, code: str) -> None:
    answer = problem_response(error, {"request": RequestFactory().get("/api/v1/bids/")})

    is_a_problem(answer, status, code)


def test_a_refusal_names_what_its_sentence_speaks_of() -> None:
    problem = problem_of(ACustomRefusal(params={"number": "YT-1"}))

    assert (problem.detail, problem.about) == ("Offer YT-1 is closed.", {"number": "YT-1"})


def test_who_asked_too_often_is_told_how_long_to_wait() -> None:
    assert problem_of(Throttled(wait=12)).headers["Retry-After"] == "12"


def test_faults_of_a_form_have_their_places() -> None:
    problem = problem_of(
        Malformed(faults={"parts[1].lines[0].quantity": "Not a number.", 'files["a/b~c"].type': "No."})
    )

    assert [fault.as_json() for fault in problem.faults] == [
        {"pointer": "#/parts/1/lines/0/quantity", "code": "malformed", "detail": "Not a number."},
        {"pointer": "#/files/a~1b~0c/type", "code": "malformed", "detail": "No."},
    ]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("", "#"),
        ("number", "#/number"),
        ("parts[10].firm.name", "#/parts/10/firm/name"),
        ('["two words"]', "#/two words"),
        ('client["a.b[1]"]', "#/client/a.b[1]"),
        ('client[""]', "#/client/"),
    ],
)
def test_a_path_becomes_a_pointer(path: str, expected: str) -> None:
    assert pointer(path) == expected


def test_every_status_has_a_title_of_its_own() -> None:
    assert len({str(title) for title in TITLES.values()}) == len(TITLES)


def test_a_choice_that_cannot_be_priced_says_every_reason(lead: Asker, bid: Bid) -> None:
    answer = lead.get(f"bids/{bid.public_id}/totals/", choose=["A1", "Z9"], package="none")

    problem = is_a_problem(answer, 422, "choice-refused")
    assert [fault["code"] for fault in problem["errors"]] == ["unknown_package", "unknown_line", "line_always_counts"]
    assert problem["errors"][1]["detail"] == "There is no line Z9 in this offer."


def test_a_browser_that_opens_an_address_below_the_api_gets_no_page(nobody: Asker) -> None:
    answer = nobody.get("nothing/", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})

    is_a_problem(answer, 404, "not-found")


def test_an_id_given_by_the_asker_is_the_problems_instance(nobody: Asker) -> None:
    answer = nobody.get("nothing/", headers={"X-Request-ID": "from-a-program-0001"})

    assert said(answer)["instance"] == "from-a-program-0001"
    assert V1 == "/api/v1/"
