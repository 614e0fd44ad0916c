"""Make a composed letter into a mail: whom it is from, whom it goes to, and the marks it is known by."""

import json
from collections.abc import Callable
from email.utils import formataddr, parseaddr
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from bids.models import Letter
from kernel.text import clean_line
from worker.letters.composing import Composed

PROVIDER_MARKS: Final[dict[str, Callable[[str], tuple[str, str]]]] = {
    "brevo": lambda letter: ("X-Mailin-custom", json.dumps({"letter": letter})),
    "mailjet": lambda letter: ("X-MJ-EventPayload", json.dumps({"letter": letter})),
    "postmark": lambda letter: ("X-PM-Metadata-letter", letter),
    "sendgrid": lambda letter: ("X-SMTPAPI", json.dumps({"unique_args": {"letter": letter}})),
    "sparkpost": lambda letter: ("X-MSYS-API", json.dumps({"metadata": {"letter": letter}})),
}
"""How each mail provider takes a mark along that it repeats when it reports a bounce."""


def mail_of(letter: Letter, composed: Composed) -> EmailMultiAlternatives:
    """The mail, from the lead's name at the installation's address; answers go to the lead's own address.

    Sent twice it bears the same Message-ID, so that mail programs know the two as one.
    """
    mail = EmailMultiAlternatives(
        subject=composed.subject,
        body=composed.text,
        from_email=_sender(composed),
        to=[letter.to_email],
        reply_to=[formataddr((clean_line(composed.writer.name), composed.writer.email))]
        if composed.writer.email
        else None,
        headers=_headers(letter),
    )
    mail.attach_alternative(composed.html, "text/html")
    for each in composed.attachments:
        mail.attach(each.name, each.data, each.media_type)
    return mail


def message_id(letter: Letter) -> str:
    """The one Message-ID this letter ever has."""
    return f"<{letter.public_id}@{mail_domain()}>"


def mail_domain() -> str:
    """The installation's own domain, as its addresses name it."""
    return urlsplit(settings.PUBLIC_BASE_URL).hostname or "localhost"


def _sender(composed: Composed) -> str:
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return formataddr((clean_line(composed.writer.name) or name, address))


def _headers(letter: Letter) -> dict[str, str]:
    headers = {
        "Message-ID": message_id(letter),
        # Out-of-office programs answer people, not letters that a person did not type.
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "OOF, AutoReply",
    }
    mark = PROVIDER_MARKS.get(settings.ANYMAIL_PROVIDER)
    if mark is not None:
        name, value = mark(str(letter.public_id))
        headers[name] = value
    return headers
