"""Hand a mail to the mail server, and know afterwards whether it went, was refused, may wait, or is unclear."""

import logging
import smtplib
from contextlib import suppress
from enum import StrEnum
from typing import Any, Final, NamedTuple

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.smtp import EmailBackend

logger = logging.getLogger(__name__)

PERMANENT: Final = 500
"""Replies from here on are final (RFC 5321, 4.2.1); those below may change if one asks again."""


class Outcome(StrEnum):
    """What became of a mail that was handed over."""

    SENT = "sent"
    REFUSED = "refused"
    PUT_OFF = "put_off"
    AWAY = "away"
    UNCLEAR = "unclear"


class Handed(NamedTuple):
    """The outcome, and what the server said."""

    outcome: Outcome
    said: str = ""


class _Smtp(smtplib.SMTP):
    """A connection that remembers whether a message's own bytes have begun to go over it."""

    content_begun = False

    def send(self, s: Any) -> None:
        if isinstance(s, bytes | bytearray):
            self.content_begun = True
        super().send(s)


class _SmtpOverTls(smtplib.SMTP_SSL):
    """Likewise, encrypted from the first byte."""

    content_begun = False

    def send(self, s: Any) -> None:
        if isinstance(s, bytes | bytearray):
            self.content_begun = True
        super().send(s)


class KnowingBackend(EmailBackend):
    """Django's way to a mail server, over connections that remember how far they came."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        """The connection to open."""
        return _SmtpOverTls if self.use_ssl else _Smtp

    @property
    def content_begun(self) -> bool:
        """Whether a message's own bytes have begun to go over the connection that is open."""
        return bool(getattr(self.connection, "content_begun", False))


def hand_over(mail: EmailMessage) -> Handed:
    """Give one mail with one recipient to the server the settings name. Never raises for what the server does.

    It is SENT only when the server has said that it took it. A connection that breaks after the message's own bytes
    began to go leaves it UNCLEAR; before that, the server is AWAY and nothing has gone.
    """
    if settings.EMAIL_BACKEND == "django.core.mail.backends.smtp.EmailBackend":
        return _over_smtp(mail)
    try:
        get_connection().send_messages([mail])
    except OSError as error:
        return Handed(Outcome.AWAY, str(error))
    return Handed(Outcome.SENT)


def _over_smtp(mail: EmailMessage) -> Handed:
    backend = KnowingBackend()
    try:
        backend.open()
    except (smtplib.SMTPException, OSError) as error:
        return Handed(Outcome.AWAY, _said(error))
    try:
        backend.send_messages([mail])
    except smtplib.SMTPRecipientsRefused as refused:
        code, said = next(iter(refused.recipients.values()))
        return Handed(Outcome.REFUSED if code >= PERMANENT else Outcome.PUT_OFF, _reply(code, said))
    except smtplib.SMTPDataError as refused:
        outcome = Outcome.REFUSED if refused.smtp_code >= PERMANENT else Outcome.PUT_OFF
        return Handed(outcome, _reply(refused.smtp_code, refused.smtp_error))
    except (smtplib.SMTPException, OSError) as error:
        # A sender that is refused is our own setting's fault and no word about the recipient.
        return Handed(Outcome.UNCLEAR if backend.content_begun else Outcome.AWAY, _said(error))
    finally:
        # Whatever the server says to a goodbye, what it took it has taken.
        with suppress(smtplib.SMTPException, OSError):
            backend.close()
    return Handed(Outcome.SENT)


def _said(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _reply(error.smtp_code, error.smtp_error)
    return f"{type(error).__name__}: {error}"


def _reply(code: int, said: bytes | str) -> str:
    return f"{code} {said.decode(errors='replace') if isinstance(said, bytes) else said}"
