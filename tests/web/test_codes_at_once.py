"""Wrong codes that come at the same moment are counted like wrong codes that come one by one."""

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.mail import EmailMessage
from django.db import connections, transaction
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db(transaction=True)

DOOR, CODE = "account_request_login_code", "account_confirm_login_code"
TRIES, ALLOWED = 8, 5


def asked_for_code(mailoutbox: list[EmailMessage]) -> tuple[str, str]:
    """The session that waits for a code, and the code."""
    client = Client()
    client.post(reverse(DOOR), {"email": "arvaaja@example.invalid"})
    found = re.search(r"\b(\d{3}) (\d{3})\b", str(mailoutbox[-1].subject))
    assert found
    return str(client.session.session_key), found[1] + found[2]


def attempt(session: str, code: str) -> Any:
    """What one more browser with the same session is told; by a connection of its own."""
    try:
        client = Client()
        client.cookies["punos"] = session
        return client.post(reverse(CODE), {"code": code})
    finally:
        connections.close_all()


def test_codes_tried_together_are_no_more_than_codes_tried_one_by_one(mailoutbox: list[EmailMessage]) -> None:
    session, right = asked_for_code(mailoutbox)
    wrong = [f"{(int(right) + step) % 1_000_000:06d}" for step in range(1, TRIES + 1)]

    with ThreadPoolExecutor(TRIES) as pool:
        with transaction.atomic():
            Session.objects.select_for_update().get(session_key=session)
            asked = [pool.submit(attempt, session, code) for code in wrong]
        answers = [each.result() for each in asked]

    assert sum(answer.status_code == 200 for answer in answers) == ALLOWED - 1
    late = attempt(session, right)
    assert "_auth_user_id" not in late.wsgi_request.session


def test_the_right_code_sent_twice_at_once_logs_in_once_and_refuses_nobody(mailoutbox: list[EmailMessage]) -> None:
    session, right = asked_for_code(mailoutbox)

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _n: attempt(session, right), range(2)))

    assert [answer.headers["Location"] for answer in answers] == [reverse("bids:work")] * 2
    entered = [answer for answer in answers if "_auth_user_id" in answer.wsgi_request.session]
    assert len(entered) == 1
    assert all("punos" not in answer.cookies or answer.cookies["punos"].value for answer in answers)
