"""Where a mail provider tells of letters that came back: one address, for the one provider that is set up."""

from importlib import import_module
from typing import Any, Final

from anymail.signals import tracking
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.urls import URLPattern, path

from kernel.clock import database_now
from worker.letters.bounces import note, report_of_event

VIEWS: Final = {
    "brevo": "brevo.BrevoTrackingWebhookView",
    "mailjet": "mailjet.MailjetTrackingWebhookView",
    "postmark": "postmark.PostmarkTrackingWebhookView",
    "sendgrid": "sendgrid.SendGridTrackingWebhookView",
    "sparkpost": "sparkpost.SparkPostTrackingWebhookView",
}


def report_addresses() -> list[URLPattern]:
    """The address to give the provider; none unless a provider and a secret are set, for anybody could call it."""
    provider = settings.ANYMAIL_PROVIDER
    if not provider or not settings.ANYMAIL_WEBHOOK_SECRET:
        return []
    if provider not in VIEWS:
        raise ImproperlyConfigured(f"ANYMAIL_PROVIDER is one of {', '.join(sorted(VIEWS))}, not {provider!r}.")
    module, _dot, name = VIEWS[provider].partition(".")
    view = getattr(import_module(f"anymail.webhooks.{module}"), name)
    return [path("mail/reports/", view.as_view(), name="mail-reports")]


def listen() -> None:
    """Note each letter that a report says came back. The provider is asked to repeat what fails here."""
    tracking.connect(_told, dispatch_uid="worker.letters.provider_reports")


def _told(event: Any, **_: Any) -> None:
    report = report_of_event(event)
    if report is not None:
        note(report, now=database_now())
