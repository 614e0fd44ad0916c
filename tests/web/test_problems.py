"""When something cannot be done the page says so in plain words, whatever else is broken."""

from typing import Any

import pytest
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import include, path, reverse

from bids.vocabulary import Language
from bids.web.speaking import spoken
from config.urls import handler400, handler403, handler404, handler500
from kernel.errors import Malformed, NotPermitted, NotVisible, Refusal, Stale, TooOften

REFUSALS = [
    (Refusal("Not while it is being sent."), 409),
    (NotPermitted(), 403),
    (NotVisible(), 404),
    (Stale(), 412),
    (TooOften(), 429),
    (Malformed(faults={"name": "Say a name."}), 422),
]


def refuse(_request: HttpRequest, number: int) -> HttpResponse:
    raise REFUSALS[number][0]


def break_down(_request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a planted fault with token=secret123456")


def lose_the_database(_request: HttpRequest) -> HttpResponse:
    raise OperationalError("the database is away")


def lose_it_while_speaking(request: HttpRequest) -> HttpResponse:
    with spoken(request, Language.SV):
        raise OperationalError("the database is away")


urlpatterns = [
    path("lose/speaking/", lose_it_while_speaking),
    path("refuse/<int:number>/", refuse),
    path("break/", break_down),
    path("lose/", lose_the_database),
    path("", include("config.urls")),
]
__all__ = ["handler400", "handler403", "handler404", "handler500"]
here = override_settings(ROOT_URLCONF="tests.web.test_problems")


@here
@pytest.mark.parametrize("number", range(len(REFUSALS)))
def test_a_refusal_has_its_status_and_its_sentence(number: int, nobody: Client) -> None:
    refusal, status = REFUSALS[number]

    answer = nobody.get(f"/refuse/{number}/", headers={"accept-language": "en"})

    page = answer.content.decode()
    assert answer.status_code == status
    assert "no-store" in answer.headers["Cache-Control"]
    assert 'class="wordmark"' in page
    if status != 404:
        assert str(refusal) in page
    if isinstance(refusal, Malformed):
        assert "Say a name." in page


@here
def test_a_part_of_a_page_gets_a_part(nobody: Client) -> None:
    answer = nobody.get("/refuse/0/", headers={"HX-Request": "true", "accept-language": "en"})

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "<html" not in page
    assert 'role="alert"' in page
    assert "Not while it is being sent." in page


@here
def test_a_refusal_is_said_in_the_readers_language(nobody: Client) -> None:
    answer = nobody.get("/refuse/1/", headers={"accept-language": "sv"})

    assert "Det här gjordes inte" in answer.content.decode()


@here
def test_a_fault_of_ours_is_told_without_anything_that_may_be_broken(
    nobody: Client, django_assert_num_queries: Any
) -> None:
    nobody.raise_request_exception = False
    with django_assert_num_queries(0):
        answer = nobody.get("/break/", headers={"accept-language": "sv", "X-Request-ID": "abcdef-123456"})

    page = answer.content.decode()
    assert answer.status_code == 500
    assert "Något gick sönder hos oss" in page
    assert "abcdef-123456" in page
    assert "planted" not in page


@here
def test_losing_the_database_says_when_to_come_back(nobody: Client) -> None:
    nobody.raise_request_exception = False

    answer = nobody.get("/lose/", headers={"accept-language": "en"})

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "Not available for a moment" in answer.content.decode()


@here
def test_a_page_that_broke_speaks_the_language_it_was_made_in_or_asked_for(nobody: Client) -> None:
    """A client reads an offer in its language, whatever their browser asks for."""
    nobody.raise_request_exception = False
    for address, language, says in (
        ("/lose/speaking/", "en", "Ur bruk en stund"),
        ("/lose/?language=en", "fi", "Not available for a moment"),
        ("/lose/?language=xx", "en", "Not available for a moment"),
    ):
        answer = nobody.get(address, headers={"accept-language": language})
        assert answer.status_code == 503
        assert says in answer.content.decode(), address


@here
def test_what_broke_is_logged_without_its_secrets(nobody: Client, capsys: pytest.CaptureFixture[str]) -> None:
    nobody.raise_request_exception = False
    nobody.get("/break/")

    logged = capsys.readouterr()
    assert "secret123456" not in logged.out + logged.err


def test_an_address_that_is_not_there_says_so(nobody: Client, lead: Client) -> None:
    for client in (nobody, lead):
        answer = client.get("/offers/nothing/", headers={"accept-language": "en"})
        assert answer.status_code == 404
        assert "There is nothing here" in answer.content.decode()


@pytest.mark.parametrize("host", ["evil.example", "testserver:80@evil.example", "a b"])
def test_another_host_is_a_bad_request(host: str, nobody: Client) -> None:
    assert nobody.get("/", headers={"host": host}).status_code == 400


@pytest.mark.parametrize(
    "name", ["members:take-over", "members:choose-firm", "members:language", "members:look", "bids:bring-in"]
)
def test_what_changes_something_is_never_asked_for_by_looking(name: str, lead: Client) -> None:
    answer = lead.get(reverse(name), headers={"accept-language": "en"})
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST"
    assert "Nothing was done" in answer.content.decode()


def test_every_answer_carries_the_name_of_its_request(nobody: Client) -> None:
    given = nobody.get("/healthz", headers={"X-Request-ID": "from-the-proxy-1"})
    made_up = nobody.get("/healthz", headers={"X-Request-ID": "bad name\n"})

    assert given.headers["X-Request-ID"] == "from-the-proxy-1"
    assert len(made_up.headers["X-Request-ID"]) == 32
