"""Coming in: an address, a mailed code, and nothing that tells strangers who has been here before."""

import re
from smtplib import SMTPServerDisconnected
from typing import Any
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.mail import EmailMessage
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from members.models import Person
from tests.world import a_person

DOOR, CODE = "account_request_login_code", "account_confirm_login_code"


def ask(client: Client, email: str) -> Any:
    return client.post(reverse(DOOR), {"email": email}, follow=True)


def code_in(letter: EmailMessage) -> str:
    found = re.search(r"\b(\d{3}) (\d{3})\b", str(letter.subject))
    assert found
    return found[1] + found[2]


def test_a_newcomer_is_in_with_one_address_and_one_code(nobody: Client, mailoutbox: list[EmailMessage]) -> None:
    ask(nobody, "uusi@example.invalid")

    answer = nobody.post(reverse(CODE), {"code": code_in(mailoutbox[0])})

    assert answer.headers["Location"] == reverse("bids:work")
    person = Person.objects.get(email="uusi@example.invalid")
    assert nobody.session["_auth_user_id"] == str(person.pk)
    assert EmailAddress.objects.get(user=person).verified
    assert len(mailoutbox) == 1
    assert not person.has_usable_password()


def test_who_has_been_here_comes_in_the_same_way_whatever_the_case_of_the_address(
    nobody: Client, mailoutbox: list[EmailMessage]
) -> None:
    person = a_person(email="Maija@example.invalid")

    ask(nobody, "maija@EXAMPLE.invalid")
    nobody.post(reverse(CODE), {"code": code_in(mailoutbox[0])})

    assert nobody.session["_auth_user_id"] == str(person.pk)
    assert Person.objects.count() == 1


def test_known_and_unknown_addresses_are_answered_alike(mailoutbox: list[EmailMessage]) -> None:
    a_person(email="tuttu@example.invalid", language="en")
    answers = []
    for email in ("tuttu@example.invalid", "vieras@example.invalid"):
        answer = ask(Client(headers={"accept-language": "en"}), email)
        page = answer.content.decode().replace(str(answer.context["csrf_token"]), "").replace(email, "EMAIL")
        answers.append((answer.redirect_chain, answer.status_code, page))

    assert answers[0] == answers[1]
    assert [letter.subject[:12] for letter in mailoutbox] == ["Your code is"] * 2


def test_who_was_shut_out_gets_no_code_and_the_same_answer(mailoutbox: list[EmailMessage]) -> None:
    person = a_person(email="suljettu@example.invalid", language="en")
    Person.objects.filter(pk=person.pk).update(is_active=False)

    answer = ask(Client(headers={"accept-language": "en"}), "suljettu@example.invalid")

    assert answer.redirect_chain[-1][0] == reverse(CODE)
    assert not re.search(r"\d{3} ?\d{3}", mailoutbox[0].subject + str(mailoutbox[0].body))


def test_a_wrong_code_says_so_and_the_sixth_try_fails_even_if_right(
    nobody: Client, mailoutbox: list[EmailMessage]
) -> None:
    ask(nobody, "arvaaja@example.invalid")
    right = code_in(mailoutbox[0])
    wrong = "000000" if right != "000000" else "111111"

    first = nobody.post(reverse(CODE), {"code": wrong})
    assert first.status_code == 200
    assert 'aria-invalid="true"' in first.content.decode()
    for _try in range(4):
        nobody.post(reverse(CODE), {"code": wrong})
    nobody.post(reverse(CODE), {"code": right})

    assert "_auth_user_id" not in nobody.session


def test_a_code_works_once(mailoutbox: list[EmailMessage]) -> None:
    first, second = Client(), Client()
    ask(first, "kerran@example.invalid")
    code = code_in(mailoutbox[0])
    first.post(reverse(CODE), {"code": code})

    ask(second, "kerran@example.invalid")
    second.post(reverse(CODE), {"code": code})

    assert "_auth_user_id" in first.session
    assert "_auth_user_id" not in second.session


def test_the_session_is_a_new_one_after_logging_in(nobody: Client, mailoutbox: list[EmailMessage]) -> None:
    ask(nobody, "istunto@example.invalid")
    before = nobody.session.session_key

    nobody.post(reverse(CODE), {"code": code_in(mailoutbox[0])})

    assert nobody.session.session_key != before


def test_codes_are_asked_for_only_so_often_from_however_many_browsers(mailoutbox: list[EmailMessage]) -> None:
    address = f"{uuid4().hex}@example.invalid"

    pages = [ask(Client(headers={"accept-language": "en"}), address) for _browser in range(5)]

    assert len(mailoutbox) == 3
    assert "too many" in pages[-1].content.decode().lower()


@pytest.mark.parametrize(
    ("language", "subject", "hello"),
    [("fi", "Koodisi on", "Hei,"), ("sv", "Din kod är", "Hej,"), ("en", "Your code is", "Hello,")],
)
def test_the_letter_speaks_its_readers_language(
    language: str, subject: str, hello: str, nobody: Client, mailoutbox: list[EmailMessage]
) -> None:
    a_person(email="lukija@example.invalid", language=language)

    nobody.post(reverse(DOOR), {"email": "lukija@example.invalid"}, headers={"accept-language": "en"})

    letter = mailoutbox[0]
    assert letter.subject.startswith(subject)
    assert str(letter.body).startswith(hello)
    assert "http://testserver" in str(letter.body)
    assert any(kind == "text/html" for _content, kind in letter.alternatives)  # type: ignore[attr-defined]


def test_links_in_letters_never_come_from_the_request(
    nobody: Client, mailoutbox: list[EmailMessage], settings: Settings
) -> None:
    settings.PUBLIC_BASE_URL = "https://punos.example"
    nobody.post(reverse(DOOR), {"email": "linkit@example.invalid"}, headers={"host": "localhost"})

    assert set(re.findall(r"https?://[^\s<\"]+", str(mailoutbox[0].body))) == {"https://punos.example"}


def test_a_forged_host_is_refused(nobody: Client, mailoutbox: list[EmailMessage]) -> None:
    answer = nobody.post(reverse(DOOR), {"email": "a@example.invalid"}, headers={"host": "evil.example"})

    assert answer.status_code == 400
    assert not mailoutbox


class AwayBackend(EmailBackend):
    """A mail server that hangs up."""

    def send_messages(self, email_messages: Any) -> int:  # noqa: ARG002 - it takes none
        raise SMTPServerDisconnected("gone")


def test_when_mail_is_away_the_page_says_so(nobody: Client, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "tests.web.test_login.AwayBackend"

    answer = nobody.post(reverse(DOOR), {"email": "b@example.invalid"}, headers={"accept-language": "en"})

    assert answer.status_code == 409
    assert "no code is on its way" in answer.content.decode()


def test_signing_up_is_the_same_door(nobody: Client) -> None:
    answer = nobody.get(reverse("account_signup") + "?next=/offers/")

    assert answer.status_code == 302
    assert answer.headers["Location"] == f"{reverse(DOOR)}?next=/offers/"


def test_the_code_field_is_filled_in_by_the_telephone(nobody: Client) -> None:
    page = ask(nobody, "puhelin@example.invalid").content.decode()

    assert 'autocomplete="one-time-code"' in page
    assert "autofocus" in page
    assert 'inputmode="numeric"' in page


def test_logging_out_takes_a_press(lead: Client) -> None:
    assert lead.get(reverse("account_logout")).status_code == 200
    assert "_auth_user_id" in lead.session

    lead.post(reverse("account_logout"))

    assert "_auth_user_id" not in lead.session


@pytest.mark.parametrize(
    "name",
    [
        "account_login",
        "account_email",
        "account_set_password",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_list_webauthn",
        "mfa_add_webauthn",
        "usersessions_list",
    ],
)
def test_every_page_about_logging_in_has_our_look(name: str, lead: Client, nobody: Client) -> None:
    client = nobody if name == "account_login" else lead

    page = client.get(reverse(name))

    assert page.status_code == 200
    text = page.content.decode()
    assert 'class="wordmark"' in text
    assert 'class="button' in text or "sheet" in text
    assert not re.search(r"\sstyle=", text)


def test_an_authenticator_app_is_added_and_then_asked_for(maija: Person, mailoutbox: list[EmailMessage]) -> None:
    client = Client(headers={"accept-language": "en"})
    ask(client, maija.email)
    client.post(reverse(CODE), {"code": code_in(mailoutbox[0])})
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    assert client.post(reverse("mfa_activate_totp"), {"code": code}).status_code == 302
    assert client.get(reverse("mfa_view_recovery_codes"), follow=True).status_code == 200

    fresh = Client(headers={"accept-language": "en"})
    ask(fresh, maija.email)
    letter = next(letter for letter in reversed(mailoutbox) if "Your code is" in letter.subject)
    answer = fresh.post(reverse(CODE), {"code": code_in(letter)})

    assert answer.headers["Location"].startswith(reverse("mfa_authenticate"))
    assert "_auth_user_id" not in fresh.session
