"""Letters that come back later: a provider's report, a mail server's file."""

import base64
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import clear_url_caches
from pytest_django import Settings

from bids.models import Letter
from bids.vocabulary import LetterKind, LetterState
from config.urls import handler400, handler403, handler404, handler500
from config.urls import urlpatterns as ours
from kernel.models import AuditEvent
from tests.worker.letters.conftest import Send
from tests.worker.letters.rows import SARI, World, letter_of
from tests.worker.letters.sink import Sink
from worker.letters.provider_reports import report_addresses

pytestmark = pytest.mark.django_db

SECRET = "reporter:correct horse"
__all__ = ["handler400", "handler403", "handler404", "handler500"]


urlpatterns = [*ours]


@pytest.fixture
def provider(settings: Settings) -> Client:
    settings.ANYMAIL_PROVIDER, settings.ANYMAIL_WEBHOOK_SECRET = "postmark", SECRET
    urlpatterns[:] = [*ours, *report_addresses()]
    settings.ROOT_URLCONF = __name__
    clear_url_caches()
    return Client()


def sent(world: World, send: Send) -> Letter:
    letter = letter_of(world, LetterKind.ASKED)
    assert send(letter) is LetterState.SENT
    return letter


def report(letter: Letter | None = None, **said: Any) -> dict[str, Any]:
    return {
        "RecordType": "Bounce",
        "Type": "HardBounce",
        "ID": 42,
        "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
        "Email": SARI,
        "Details": "smtp;550 5.1.1 The account does not exist",
        "BouncedAt": "2026-11-22T08:00:00Z",
        "Metadata": {"letter": str(letter.public_id)} if letter else {},
        **said,
    }


def tell(provider: Client, said: dict[str, Any], secret: str = SECRET) -> int:
    basic = base64.b64encode(secret.encode()).decode()
    answer = provider.post(
        "/mail/reports/", json.dumps(said), content_type="application/json", headers={"Authorization": f"Basic {basic}"}
    )
    return answer.status_code


def test_a_providers_report_marks_the_letter_it_names(here: World, sink: Sink, send: Send, provider: Client) -> None:
    letter = sent(here, send)
    assert sink.mails[0]["X-PM-Metadata-letter"] == str(letter.public_id)

    for _repeated in range(2):
        assert tell(provider, report(letter)) == 200

    letter.refresh_from_db()
    assert (letter.state, letter.failure) == (LetterState.BOUNCED, "smtp;550 5.1.1 The account does not exist")
    assert AuditEvent.objects.filter(type="letter.bounced").count() == 1


@pytest.mark.usefixtures("sink")
def test_a_report_without_a_name_is_about_the_last_letter_to_that_address(
    here: World, send: Send, provider: Client
) -> None:
    earlier, last = sent(here, send), sent(here, send)

    assert tell(provider, report()) == 200

    earlier.refresh_from_db()
    last.refresh_from_db()
    assert (earlier.state, last.state) == (LetterState.SENT, LetterState.BOUNCED)


@pytest.mark.usefixtures("sink")
@pytest.mark.parametrize(
    "said", [{"Type": "Transient"}, {"RecordType": "Delivery", "Type": ""}, {"RecordType": "Open", "Type": ""}]
)
def test_delays_and_deliveries_are_no_bounces(here: World, send: Send, provider: Client, said: dict[str, str]) -> None:
    letter = sent(here, send)

    assert tell(provider, report(letter, **said)) == 200

    letter.refresh_from_db()
    assert letter.state == LetterState.SENT


@pytest.mark.usefixtures("sink")
def test_whoever_does_not_know_the_secret_reports_nothing(here: World, send: Send, provider: Client) -> None:
    letter = sent(here, send)

    assert tell(provider, report(letter), secret="reporter:wrong") == 400
    assert (
        provider.post("/mail/reports/", json.dumps(report(letter)), content_type="application/json").status_code == 400
    )

    letter.refresh_from_db()
    assert letter.state == LetterState.SENT


def test_without_a_provider_and_a_secret_there_is_no_such_address(settings: Settings) -> None:
    for provider, secret in (("", ""), ("postmark", ""), ("", SECRET)):
        settings.ANYMAIL_PROVIDER, settings.ANYMAIL_WEBHOOK_SECRET = provider, secret
        assert report_addresses() == []
    assert Client().post("/mail/reports/").status_code == 404
    settings.ANYMAIL_PROVIDER, settings.ANYMAIL_WEBHOOK_SECRET = "pigeon", SECRET
    with pytest.raises(ImproperlyConfigured, match="pigeon"):
        report_addresses()


DSN = """From: MAILER-DAEMON@mx.example.invalid
To: offers@example.invalid
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain

Could not be delivered.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.invalid
Arrival-Date: Sun, 22 Nov 2026 10:00:00 +0200

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 <{recipient}>: no such
 user here

--B
Content-Type: {kind}

Message-ID: {message_id}
Subject: Your price

--B--
"""


def a_report(path: Path, **said: str) -> str:
    usual = {
        "recipient": SARI,
        "action": "failed",
        "status": "5.1.1",
        "kind": "text/rfc822-headers",
        "message_id": "<other@example.invalid>",
    }
    path.write_text(DSN.format(**{**usual, **said}))
    return str(path)


@pytest.mark.usefixtures("sink")
@pytest.mark.parametrize("kind", ["text/rfc822-headers", "message/rfc822"])
def test_a_mail_servers_report_marks_the_letter_it_sends_back(
    here: World, send: Send, tmp_path: Path, kind: str
) -> None:
    letter, later = sent(here, send), sent(here, send)
    file = a_report(tmp_path / "report", kind=kind, message_id=f"<{letter.public_id}@testserver>")

    said = StringIO()
    call_command("read_bounce", file, stdout=said)

    letter.refresh_from_db()
    later.refresh_from_db()
    assert (letter.state, later.state) == (LetterState.BOUNCED, LetterState.SENT)
    assert letter.failure == f"550 5.1.1 <{SARI}>: no such user here"
    assert f"letter {letter.public_id}: bounced" in said.getvalue()


@pytest.mark.usefixtures("sink")
def test_a_delay_is_no_bounce(here: World, send: Send, tmp_path: Path) -> None:
    letter = sent(here, send)

    with pytest.raises(CommandError, match="no mail that came back"):
        call_command("read_bounce", a_report(tmp_path / "report", action="delayed", status="4.4.1"))

    letter.refresh_from_db()
    assert letter.state == LetterState.SENT


@pytest.mark.parametrize("content", [b"", b"\xff\x00not a mail", b"Subject: hello\n\nno report"])
def test_what_is_no_report_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)

    with pytest.raises(CommandError):
        call_command("read_bounce", str(tmp_path / "file"))
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("read_bounce", str(tmp_path / "nothing"))


def test_a_report_about_nobody_we_wrote_to_changes_nothing(tmp_path: Path) -> None:
    said = StringIO()

    call_command("read_bounce", a_report(tmp_path / "report"), stdout=said)

    assert "no letter of ours" in said.getvalue()
