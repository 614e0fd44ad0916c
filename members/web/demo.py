"""What only the demo has: its own mailbox, and log-in links that work once."""

import email
import email.policy
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp, csp_update
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header, urlsafe_base64_decode, urlsafe_base64_encode
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_safe

from kernel.errors import NotVisible
from members.models import Person

BACKEND: Final = "allauth.account.auth_backends.AuthenticationBackend"
SHOWN_AT_MOST: Final = 50
LETTER_FRAME: Final = {
    "default-src": [NONE],
    "style-src": [UNSAFE_INLINE],
    "img-src": ["data:"],
    "frame-ancestors": [SELF],
    "sandbox": ["allow-top-navigation-by-user-activation"],
}


class _OneTimeTokens(PasswordResetTokenGenerator):
    """Tokens over the last log-in: using one makes it, and every other one of the person, worthless."""

    key_salt = "members.web.demo"


_tokens = _OneTimeTokens()


@dataclass(frozen=True, kw_only=True)
class Attached:
    """One file of a letter."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One mail of the demo."""

    name: str
    subject: str
    to: str
    sent_at: datetime | None
    text: str
    sender: str = ""
    replies_to: str = ""
    html: str = ""
    attachments: tuple[Attached, ...] = ()


def login_token(person: Person) -> str:
    """A token that logs this person in once, within three days."""
    return f"{urlsafe_base64_encode(person.public_id.bytes)}.{_tokens.make_token(person)}"


def login_path(person: Person) -> str:
    """The path of the one-time link for a person."""
    return reverse("demo:login", args=[login_token(person)])


def login_address(person: Person) -> str:
    """The whole link, under the address the demo is reached at."""
    return f"{settings.PUBLIC_BASE_URL}{login_path(person)}"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def demo_login(request: HttpRequest, token: str) -> HttpResponse:
    """Looking shows one button; pressing it logs in, once."""
    _only_in_the_demo()
    with transaction.atomic():
        person = _person_of(token)
        if person is None:
            return render(request, "demo/login_over.html", status=410)
        if request.method != "POST":
            return render(request, "demo/login.html", {"person": person})
        # In the demo nobody has to prove that an address is theirs.
        EmailAddress.objects.update_or_create(
            user=person, email=person.email.lower(), defaults={"primary": True, "verified": True}
        )
        login(request, person, backend=BACKEND)
        UserSession.objects.create_from_request(request)
    return redirect("bids:work")


@never_cache
@require_safe
def demo_mail(request: HttpRequest) -> HttpResponse:
    """Every letter this demo has sent, the latest first."""
    _only_in_the_demo()
    return render(request, "demo/mail.html", {"letters": letters()})


@never_cache
@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]  # the decorator knows no views with arguments
@require_safe
def demo_letter(request: HttpRequest, name: str) -> HttpResponse:
    """One letter as its reader sees it."""
    return render(request, "demo/letter.html", {"letter": _named(name)})


@never_cache
@xframe_options_sameorigin
@csp(LETTER_FRAME)  # type: ignore[arg-type]  # the decorator knows no views with arguments
@require_safe
def demo_letter_html(request: HttpRequest, name: str) -> HttpResponse:  # noqa: ARG001 - a view
    """The letter as a mail program draws it: its own styles and nothing that runs."""
    # What is pressed in the letter opens in the whole window, not inside the frame.
    return HttpResponse(_named(name).html.replace("<head>", '<head><base target="_top">', 1))


@never_cache
@require_safe
def demo_attachment(request: HttpRequest, name: str, number: int) -> HttpResponse:  # noqa: ARG001 - a view
    """One file of a letter, to be saved."""
    attachments = _named(name).attachments
    if number >= len(attachments):
        raise NotVisible
    found = attachments[number]
    answer = HttpResponse(found.data, content_type=found.media_type)
    answer.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=found.name) or ""
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def _named(name: str) -> Letter:
    _only_in_the_demo()
    letter = next((each for each in letters() if each.name == name), None)
    if letter is None:
        raise NotVisible
    return letter


def letters() -> list[Letter]:
    """The letters in the demo's mail folder, the latest first."""
    folder = Path(getattr(settings, "EMAIL_FILE_PATH", None) or "/nonexistent")
    if not folder.is_dir():
        return []
    files = sorted(folder.iterdir(), key=lambda file: file.stat().st_mtime_ns, reverse=True)
    return [letter for file in files[:SHOWN_AT_MOST] for letter in _letters_in(file)][:SHOWN_AT_MOST]


def _letters_in(file: Path) -> list[Letter]:
    """Django writes the letters of one connection into one file, each followed by a line of hyphens."""
    pieces = [piece for piece in file.read_bytes().split(b"\n" + b"-" * 79 + b"\n") if piece.strip()]
    return [_letter(f"{file.stem}-{number}", piece) for number, piece in reversed(list(enumerate(pieces)))]


def _letter(name: str, raw: bytes) -> Letter:
    message = email.message_from_bytes(raw.lstrip(), policy=email.policy.default)
    assert isinstance(message, EmailMessage)  # noqa: S101 - what this policy makes
    body = message.get_body(preferencelist=("plain", "html"))
    drawn = message.get_body(preferencelist=("html",))
    sent = message["Date"]
    return Letter(
        name=name,
        subject=str(message["Subject"] or ""),
        to=str(message["To"] or ""),
        sent_at=_instant(str(sent)) if sent else None,
        text=str(body.get_content()) if body else "",
        sender=str(message["From"] or ""),
        replies_to=str(message["Reply-To"] or ""),
        html=str(drawn.get_content()) if drawn else "",
        attachments=tuple(
            Attached(
                name=part.get_filename() or "file",
                media_type=part.get_content_type(),
                data=bytes(part.get_payload(decode=True) or b""),
            )
            for part in message.iter_attachments()
        ),
    )


def _instant(written: str) -> datetime:
    """The moment of a Date header; one that names no zone ("-0000") is in UTC."""
    found = parsedate_to_datetime(written)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _only_in_the_demo() -> None:
    if not settings.DEMO:
        raise NotVisible


def _person_of(token: str) -> Person | None:
    who, _dot, proof = token.partition(".")
    try:
        public_id = UUID(bytes=urlsafe_base64_decode(who))
    except ValueError:
        return None
    person = Person.objects.select_for_update().filter(public_id=public_id, is_active=True).first()
    return person if person is not None and _tokens.check_token(person, proof) else None
