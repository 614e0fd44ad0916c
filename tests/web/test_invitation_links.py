"""Private links of requests: followed as often as one likes, they write nothing, tell nothing, and leave no trace."""

import logging
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections, reset_queries
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from bids.actions.renew_link import renew_link
from bids.models import Invitation, InvitationLink, Letter, OneTimeCode
from bids.steps.minting import mint
from bids.vocabulary import LinkWay
from config.logs import redacted
from kernel.actor import Actor
from kernel.clock import database_now
from kernel.tokens import new_token, token_hash
from tests.bids.requests import Request, a_link, a_request
from tests.kept import kept
from tests.web.conftest import logged_in
from tests.web.test_answering import address, fields_of, text_of

SECRET_OF_FORMS = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')
NONCE = re.compile(r'nonce="[^"]+"|nonce-[A-Za-z0-9+/=_-]+')
VARYING = {"X-Request-ID", "Set-Cookie", "Content-Security-Policy", "Expires"}


@kept
def asked() -> Request:
    return a_request(database_now())


def seen(client: Client, token: str, **how: Any) -> tuple[int, str, dict[str, str], int]:
    """Status, body and headers of what a link leads to, and the number of queries it took."""
    reset_queries()  # Django keeps only the last nine thousand of all that came before.
    with CaptureQueriesContext(connections["default"]) as queries:
        answer = client.get(f"/i/{token}", **how)
    body = NONCE.sub("", SECRET_OF_FORMS.sub("", answer.content.decode()))
    headers = {name: value for name, value in answer.headers.items() if name not in VARYING}
    return answer.status_code, body, headers, len(queries)


def test_a_link_leads_to_a_clean_address_and_leaves_a_cookie_that_does_not_hold_it(asked: Request) -> None:
    token, client = a_link(asked.invitation, database_now()), Client()
    answer = client.get(f"/i/{token}")

    assert (answer.status_code, answer.headers["Location"]) == (303, address(asked))
    cookie = answer.cookies["asked"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == 2 * 60 * 60
    assert token not in cookie.value
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer.headers["Cache-Control"]


def test_over_https_the_cookie_is_bound_to_the_host(asked: Request, settings: Settings) -> None:
    settings.SECURE_SSL = True
    answer = Client().get(f"/i/{a_link(asked.invitation, database_now())}")
    cookie = answer.cookies["__Host-asked"]
    assert cookie["secure"]
    assert cookie["path"] == "/"
    assert not cookie["domain"]


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_following_a_link_writes_nothing(method: str, asked: Request, rows: Any) -> None:
    client, token = Client(), a_link(asked.invitation, database_now())
    before = rows()
    for _time in range(3):
        assert getattr(client, method)(f"/i/{token}").status_code == 303
        client.get(address(asked))
    assert rows() == before
    assert "punos" not in client.cookies


def test_letters_lead_to_the_page_they_are_about(asked: Request) -> None:
    token = a_link(asked.invitation, database_now())
    for place, name in {"price": "confirm-price", "not-me": "not-me", "reminders": "stop-asking", "x": "asked"}.items():
        assert Client().get(f"/i/{token}?next={place}").headers["Location"] == address(asked, name)
    assert Client().get(f"/i/{token}?next=//evil.example").headers["Location"] == address(asked)


def dead_links(asked: Request) -> dict[str, str]:
    now = database_now()
    revoked = a_link(asked.invitation, now)
    InvitationLink.objects.filter(token_hash=token_hash(revoked)).update(revoked_at=now)
    over = a_link(asked.invitation, now, lives=-timedelta(seconds=1))
    other = a_request(now, email="toinen@example.invalid", name="Toinen Oy")
    withdrawn = a_link(other.invitation, now)
    InvitationLink.objects.filter(token_hash=token_hash(withdrawn)).update(revoked_at=now - timedelta(minutes=1))
    Invitation.objects.filter(pk=other.invitation.pk).update(withdrawn_at=now)
    return {"unknown": new_token(), "revoked": revoked, "over": over, "withdrawn": withdrawn, "short": "x"}


def test_unknown_revoked_and_over_cannot_be_told_apart(asked: Request) -> None:
    client = Client(headers={"accept-language": "en"})
    seen(client, new_token())
    answers = {name: seen(client, token) for name, token in dead_links(asked).items()}
    first = answers["unknown"]
    assert first[0] == 404
    assert "Send me a new link" in first[1]
    for name, answer in answers.items():
        assert answer == first, name


def test_what_is_dead_leaves_no_cookie_that_opens(asked: Request) -> None:
    client = Client()
    for token in dead_links(asked).values():
        client.get(f"/i/{token}")
    assert client.get(address(asked)).status_code == 404


def test_the_secret_stands_on_no_page_and_in_no_log(asked: Request, caplog: pytest.LogCaptureFixture) -> None:
    live, dead = a_link(asked.invitation, database_now()), new_token()
    client = Client()
    with caplog.at_level(logging.DEBUG):
        pages = [client.get(f"/i/{dead}"), client.post(f"/i/{dead}"), client.get(f"/i/{live}", follow=True)]
    for page in pages:
        assert live not in page.content.decode()
        assert dead not in page.content.decode()
    logged = "\n".join(redacted(record.getMessage()) for record in caplog.records)
    assert live not in logged
    assert dead not in logged
    assert redacted(f"GET /i/{live}?next=price 303") == "GET /i/[redacted]?next=price 303"


def test_after_thirty_misses_an_origin_waits_and_a_good_link_still_opens(asked: Request) -> None:
    client = Client()
    told = [client.get(f"/i/{new_token()}", REMOTE_ADDR="192.0.2.7").status_code for _try in range(32)]
    assert told == [404] * 30 + [429] * 2
    assert client.get(f"/i/{new_token()}", REMOTE_ADDR="192.0.2.8").status_code == 404
    assert client.get(f"/i/{a_link(asked.invitation, database_now())}", REMOTE_ADDR="192.0.2.7").status_code == 303


def test_a_forged_origin_is_not_believed() -> None:
    client = Client()
    told = [
        client.get(f"/i/{new_token()}", REMOTE_ADDR="192.0.2.9", headers={"x-forwarded-for": f"198.51.100.{number}"})
        for number in range(31)
    ]
    assert told[-1].status_code == 429


@pytest.mark.django_db(transaction=True)
def test_sixteen_at_once_miss_no_more_than_thirty_times() -> None:
    def miss(_number: int) -> int:
        try:
            return Client().get(f"/i/{new_token()}", REMOTE_ADDR="192.0.2.10").status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(16) as pool:
        told = list(pool.map(miss, range(64)))
    assert told.count(404) == 30
    assert told.count(429) == 34


@pytest.mark.parametrize(
    "guesses", [pytest.param(1_000, marks=pytest.mark.slow), pytest.param(10_000, marks=pytest.mark.soak)]
)
@pytest.mark.usefixtures("asked")
def test_thousands_of_guesses_are_answered_alike(guesses: int) -> None:
    client = Client()
    seen(client, new_token())
    answers = {
        (status, body, tuple(sorted(headers.items())))
        for status, body, headers, _queries in (
            seen(client, new_token(), REMOTE_ADDR=f"10.{number // 62500}.{number // 250 % 250}.{number % 250}")
            for number in range(guesses)
        )
    }
    assert len(answers) == 1


def test_a_fresh_link_goes_to_the_address_that_was_asked_and_nowhere_else(asked: Request) -> None:
    over = a_link(asked.invitation, database_now(), lives=-timedelta(seconds=1))
    answers = [Client().post(f"/i/{over}"), Client().post(f"/i/{new_token()}")]
    bodies = {NONCE.sub("", SECRET_OF_FORMS.sub("", answer.content.decode())) for answer in answers}
    assert len(bodies) == 1
    assert {answer.status_code for answer in answers} == {200}
    assert "pekka" not in bodies.pop()
    renewed = Letter.objects.get(kind="link_renewed")
    assert renewed.to_email == "pekka@example.invalid"


def test_asking_for_it_many_times_mails_one(asked: Request) -> None:
    over = a_link(asked.invitation, database_now(), lives=-timedelta(seconds=1))
    told = [Client().post(f"/i/{over}").status_code for _try in range(12)]
    assert told.count(429) == 2
    # A ten-minute mark may pass while the test runs.
    assert Letter.objects.filter(kind="link_renewed").count() in {1, 2}


def test_nobody_is_flooded_with_fresh_links(asked: Request) -> None:
    now = database_now()
    for number in range(8):
        at = now + number * timedelta(minutes=11)
        renew_link(invitation=asked.invitation, by=Actor.system("links"), now=at)
    assert Letter.objects.filter(kind="link_renewed").count() == 5
    renew_link(invitation=asked.invitation, by=Actor.system("links"), now=now + timedelta(days=1, minutes=1))
    assert Letter.objects.filter(kind="link_renewed").count() == 6


def test_the_clean_address_without_its_cookie_offers_the_same(asked: Request) -> None:
    client = Client()
    page = client.get(address(asked))
    assert page.status_code == 404
    assert address(asked, "renew-link") in page.content.decode()
    client.post(address(asked, "renew-link"))
    assert Letter.objects.filter(kind="link_renewed").count() == 1


def test_the_first_thing_sent_opens_a_session_under_a_new_name(asked: Request) -> None:
    client = Client()
    client.get(f"/i/{a_link(asked.invitation, database_now())}")
    client.cookies["punos"] = "planted-by-somebody-else-0123456789"
    client.post(address(asked), {"act": "in"})
    name = client.cookies["punos"].value
    assert name != "planted-by-somebody-else-0123456789"
    assert "asked" not in client.cookies or not client.cookies["asked"].value
    assert client.get(address(asked)).status_code == 200


def test_several_requests_are_open_in_one_browser(asked: Request) -> None:
    now = database_now()
    other = a_request(now, email="pekka@example.invalid", name="Painopiste Savo Oy", number="YT-2026-0002")
    client = Client()
    for each in (asked, other):
        client.get(f"/i/{a_link(each.invitation, now)}")
    assert [client.get(address(each)).status_code for each in (asked, other)] == [200, 200]
    for each in (asked, other):
        client.post(address(each), {"act": "in"})
    assert [client.get(address(each)).status_code for each in (asked, other)] == [200, 200]


def test_the_same_link_opens_on_another_device(asked: Request) -> None:
    token = a_link(asked.invitation, database_now())
    for _device in range(2):
        client = Client()
        client.get(f"/i/{token}")
        client.post(address(asked), {"act": "in"})
        assert client.get(address(asked)).status_code == 200


def test_a_cookie_somebody_made_up_opens_nothing(asked: Request) -> None:
    a_link(asked.invitation, database_now())
    client = Client()
    for value in ("", "x", f'[["{asked.invitation.links.get().public_id}", 9999999999]]'):
        client.cookies["asked"] = value
        assert client.get(address(asked)).status_code == 404


def test_a_fresh_link_opens_anew_where_an_older_one_has_been_shut(asked: Request) -> None:
    """Also after something was sent with it: a place the old link had opened does not stand in its way."""
    client = Client(headers={"accept-language": "en"})
    for _time in range(3):
        client.get(f"/i/{a_link(asked.invitation, database_now())}")
        client.post(address(asked, "keep-answer"), {"price": "450"})
        assert client.get(address(asked)).status_code == 200
        asked.invitation.links.filter(revoked_at=None).update(revoked_at=database_now())
        assert client.get(address(asked)).status_code == 404


def test_logging_out_shuts_what_was_open(asked: Request) -> None:
    client = logged_in(asked.maija)
    client.get(f"/i/{a_link(asked.invitation, database_now())}")
    client.post(address(asked), {"act": "in"})
    assert client.get(address(asked)).status_code == 200
    client.post(reverse("account_logout"))
    assert client.get(address(asked)).status_code == 404


def test_a_revoked_link_shuts_the_session_it_opened(asked: Request) -> None:
    client = Client()
    client.get(f"/i/{a_link(asked.invitation, database_now())}")
    client.post(address(asked), {"act": "in"})
    asked.invitation.links.update(revoked_at=database_now())
    assert client.get(address(asked)).status_code == 404


def code_for(kind: str = "code") -> str:
    """The code of the last letter, as the worker makes it."""
    letter = Letter.objects.filter(kind=kind).latest("pk")
    minted = mint(letter, now=database_now())
    assert isinstance(minted.row, OneTimeCode)
    minted.row.save()
    return minted.code


def copied(asked: Request) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.get(f"/i/{a_link(asked.invitation, database_now(), way=LinkWay.COPIED)}")
    return client


def test_a_copied_link_shows_nothing_but_the_form_for_a_code(asked: Request) -> None:
    client = copied(asked)
    assert client.get(address(asked)).headers["Location"] == address(asked, "asked-code")
    page = text_of(client.get(address(asked, "asked-code")))
    for hidden in ("Maija", "Kuvakulma", "Pikkutikka", "Opastekyltti", "pekka", "Pekka"):
        assert hidden not in page
    for name in ("keep-answer", "confirm-price", "not-me", "stop-asking"):
        assert "Opastekyltti" not in client.get(address(asked, name)).content.decode()
    posted = client.post(address(asked), {"act": "in", "price": "450"})
    assert posted.headers["Location"] == address(asked, "asked-code")


def test_the_mailed_code_binds_the_link_and_opens_this_browser_only(asked: Request) -> None:
    client = copied(asked)
    client.post(address(asked, "asked-code"), {"act": "mail"})
    assert Letter.objects.get(kind="code").to_email == "pekka@example.invalid"

    answer = client.post(address(asked, "asked-code"), {"act": "give", "code": code_for()})

    assert answer.headers["Location"] == address(asked)
    assert client.get(address(asked)).status_code == 200
    assert asked.invitation.links.get().bound_at is not None
    lead = Client()
    lead.cookies["asked"] = copied(asked).cookies["asked"].value
    assert lead.get(address(asked)).headers["Location"] == address(asked, "asked-code")


def test_a_code_given_for_one_copied_link_opens_no_other_when_that_is_shut(asked: Request) -> None:
    client = copied(asked)
    client.post(address(asked, "asked-code"), {"act": "mail"})
    client.post(address(asked, "asked-code"), {"act": "give", "code": code_for()})
    assert client.get(address(asked)).status_code == 200
    asked.invitation.links.update(revoked_at=database_now())

    client.get(f"/i/{a_link(asked.invitation, database_now(), way=LinkWay.COPIED)}")
    client.post(address(asked, "asked-code"), {"act": "mail"})
    assert client.get(address(asked)).headers["Location"] == address(asked, "asked-code")


def test_the_sixth_try_fails_even_if_it_is_right(asked: Request) -> None:
    client = copied(asked)
    client.post(address(asked, "asked-code"), {"act": "mail"})
    right = code_for()
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    for _try in range(5):
        assert client.post(address(asked, "asked-code"), {"act": "give", "code": wrong}).status_code == 422
    assert client.post(address(asked, "asked-code"), {"act": "give", "code": right}).status_code == 422
    assert OneTimeCode.objects.get().attempts == 5


def test_what_is_no_code_at_all_uses_up_no_try(asked: Request) -> None:
    client = copied(asked)
    client.post(address(asked, "asked-code"), {"act": "mail"})
    right = code_for()
    for typed in ("", "abc", "12345", "1234567", "١٢٣٤٥٦"):
        assert client.post(address(asked, "asked-code"), {"act": "give", "code": typed}).status_code == 422
    assert client.post(address(asked, "asked-code"), {"act": "give", "code": right}).status_code == 302


def test_at_most_five_codes_are_mailed_in_an_hour(asked: Request) -> None:
    client = copied(asked)
    told = [client.post(address(asked, "asked-code"), {"act": "mail"}).status_code for _time in range(7)]
    assert told == [302] * 5 + [429] * 2
    assert Letter.objects.filter(kind="code").count() == 5


def test_a_code_of_one_link_does_not_open_another(asked: Request) -> None:
    first, second = copied(asked), copied(asked)
    first.post(address(asked, "asked-code"), {"act": "mail"})
    assert second.post(address(asked, "asked-code"), {"act": "give", "code": code_for()}).status_code == 422


@pytest.mark.django_db(transaction=True)
def test_wrong_codes_that_come_together_are_no_more_than_five() -> None:
    asked = a_request(database_now())
    client = copied(asked)
    client.post(address(asked, "asked-code"), {"act": "mail"})
    right = code_for()
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}

    def attempt(step: int) -> int:
        try:
            other = Client()
            for name, value in cookies.items():
                other.cookies[name] = value
            typed = f"{(int(right) + step) % 1_000_000:06d}"
            return other.post(address(asked, "asked-code"), {"act": "give", "code": typed}).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(attempt, range(1, 13)))
    assert set(told) == {422}
    assert OneTimeCode.objects.get().attempts == 5
    assert attempt(0) == 422


def test_without_a_known_address_the_code_goes_to_the_one_given_and_the_lead_is_told() -> None:
    asked = a_request(database_now(), email="")
    client = copied(asked)
    page = client.get(address(asked, "asked-code"))
    assert "email" in fields_of(page.content.decode())
    client.post(address(asked, "asked-code"), {"act": "mail", "email": "oma@example.invalid"})
    assert asked.fresh().invitation.email == ""

    answer = client.post(address(asked, "asked-code"), {"act": "give", "code": code_for()})

    assert answer.status_code == 302
    assert asked.fresh().invitation.email == "oma@example.invalid"
    told = Letter.objects.get(kind="answered")
    assert (told.to_email, told.facts["address_given"]) == ("maija@example.invalid", 1)


def test_nobody_of_the_asking_firm_gives_their_own_address() -> None:
    asked = a_request(database_now(), email="")
    answer = copied(asked).post(address(asked, "asked-code"), {"act": "mail", "email": "MAIJA@example.invalid"})
    assert answer.status_code == 422
    assert not Letter.objects.filter(kind="code").exists()


def test_a_code_for_one_address_does_not_make_another_ones() -> None:
    asked = a_request(database_now(), email="")
    client = copied(asked)
    client.post(address(asked, "asked-code"), {"act": "mail", "email": "oma@example.invalid"})
    right = code_for()
    client.post(address(asked, "asked-code"), {"act": "mail", "email": "toisen@example.invalid"})
    assert client.post(address(asked, "asked-code"), {"act": "give", "code": right}).status_code == 422
    assert asked.fresh().invitation.email == ""
