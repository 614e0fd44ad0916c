"""What an installation must not be started with."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004 - Django's own name

_STAYING_HERE = tuple(f".{kind}.EmailBackend" for kind in ("console", "dummy", "filebased", "locmem"))


@register(Tags.security)
def demo_is_not_production(app_configs: Sequence[AppConfig] | None, **_options: Any) -> list[CheckMessage]:  # noqa: ARG001 - Django's signature
    """The demo logs people in by link and shows everybody's mail."""
    if settings.DEMO and settings.SECURE_SSL:
        return [
            Error(
                "DEMO=1 opens every account to whoever finds the address.",
                hint="Take DEMO out of the environment, or set SECURE_SSL=false on a machine of your own.",
                id="punos.E001",
            )
        ]
    return []


@register(Tags.security, deploy=True)
def addresses_are_seen_through_proxies(
    app_configs: Sequence[AppConfig] | None,  # noqa: ARG001 - Django's signature
    **_options: Any,
) -> list[CheckMessage]:
    """Without the count of proxies every visitor shares one address, and the limits with it."""
    if settings.SECURE_SSL and not settings.TRUSTED_PROXY_COUNT:
        return [
            Warning(
                "TRUSTED_PROXY_COUNT is 0, but something in front must end TLS: it is a proxy, too.",
                hint="Say how many proxies of yours add to X-Forwarded-For.",
                id="punos.W001",
            )
        ]
    return []


@register(Tags.security, deploy=True)
def letters_leave_the_house(app_configs: Sequence[AppConfig] | None, **_options: Any) -> list[CheckMessage]:  # noqa: ARG001 - Django's signature
    """Who logs in waits for a letter; one that is only printed leaves its code in the logs."""
    if not settings.EMAIL_BACKEND.endswith(_STAYING_HERE):
        return []
    return [Error("Letters stay on this machine, log-in codes too.", hint="Set EMAIL_URL.", id="punos.E003")]


@register(Tags.security, deploy=True)
def links_lead_back_here(app_configs: Sequence[AppConfig] | None, **_options: Any) -> list[CheckMessage]:  # noqa: ARG001 - Django's signature
    """Links in letters begin with the address people use, in the scheme they use."""
    if settings.SECURE_SSL and not settings.PUBLIC_BASE_URL.startswith("https://"):
        return [
            Error(
                f"PUBLIC_BASE_URL={settings.PUBLIC_BASE_URL} is no https address.",
                hint="Set PUBLIC_BASE_URL to the address people use: links in letters begin with it.",
                id="punos.E004",
            )
        ]
    return []


@register(Tags.security, deploy=True)
def somebody_is_told_about_holes(app_configs: Sequence[AppConfig] | None, **_options: Any) -> list[CheckMessage]:  # noqa: ARG001 - Django's signature
    """A finder of a hole must know whom to tell."""
    if settings.SECURITY_CONTACT and not settings.SECURITY_CONTACT.startswith(("mailto:", "https://", "tel:")):
        return [
            Error("SECURITY_CONTACT must begin with mailto:, https:// or tel: (RFC 9116).", id="punos.E002"),
        ]
    return []
