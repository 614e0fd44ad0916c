"""How log-in is done: short codes, plain letters, addresses that come from our own settings."""

import logging
from smtplib import SMTPException
from typing import Any, Final
from urllib.parse import urljoin

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as current
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from kernel.errors import Refusal
from members.models import Person
from members.web.language import is_spoken
from members.web.returning import local_address

logger = logging.getLogger(__name__)
CODE_LENGTH: Final = 6


class MailIsAway(Refusal):
    """The mail server did not take a letter that somebody waits for."""

    sentence = _("We cannot send mail right now, so no code is on its way. Try again in a few minutes.")
    code = "mail-is-away"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Our way of doing what allauth does."""

    def generate_login_code(self) -> str:
        """Six digits, which every telephone offers to fill in."""
        return get_random_string(CODE_LENGTH, "0123456789")

    def generate_email_verification_code(self) -> str:
        """Likewise."""
        return get_random_string(CODE_LENGTH, "0123456789")

    def generate_password_reset_code(self) -> str:
        """Likewise."""
        return get_random_string(CODE_LENGTH, "0123456789")

    def format_email_subject(self, subject: str) -> str:
        """The subject as it is written, without any prefix."""
        return subject

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a letter in its reader's language. Links come from the settings, never from the request's Host."""
        code = context.get("code")
        known = {
            "site_address": settings.PUBLIC_BASE_URL,
            "shown_code": f"{code[:3]} {code[3:]}" if code and len(code) == CODE_LENGTH else code,
            "entrance": urljoin(settings.PUBLIC_BASE_URL, reverse(settings.LOGIN_URL)),
        }
        try:
            with translation.override(self._language_for(email)):
                super().send_mail(template_prefix, email, {**context, **known})
        except (SMTPException, OSError) as error:
            logger.exception("a log-in letter was not sent: %s", error.__class__.__name__)
            raise MailIsAway from error

    def is_safe_url(self, url: str | None) -> bool:
        """Whether an address to go on to is one of this site's own."""
        return local_address(current.request, url) is not None

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Where a person who has just logged in starts."""
        return reverse("bids:work") if request.user.is_authenticated else reverse("front")

    def get_logout_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002 - allauth's signature
        """Where one stands after logging out."""
        return reverse("front")

    def add_message(
        self, request: HttpRequest, level: int, message_template: Any = None, *args: Any, **kwargs: Any
    ) -> None:
        """Only messages that tell something new: the page after logging in shows that one is in."""
        if message_template in {
            "account/messages/logged_in.txt",
            "account/messages/login_code_sent.txt",
            "account/messages/email_confirmed.txt",
            "account/messages/email_confirmation_sent.txt",
        }:
            return
        super().add_message(request, level, message_template, *args, **kwargs)

    def _language_for(self, email: str) -> str:
        own = Person.objects.filter(email__iexact=email).values_list("language", flat=True).first()
        return own if own and is_spoken(own) else translation.get_language() or settings.LANGUAGE_CODE
