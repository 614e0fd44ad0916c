"""What an installation must not be started with."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004 - Django's own name


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
    if settings.TRUSTED_PROXY_COUNT != settings.ALLAUTH_TRUSTED_PROXY_COUNT:
        return [Warning("ALLAUTH_TRUSTED_PROXY_COUNT differs from TRUSTED_PROXY_COUNT.", id="punos.W001")]
    return []


@register(Tags.security, deploy=True)
def somebody_is_told_about_holes(app_configs: Sequence[AppConfig] | None, **_options: Any) -> list[CheckMessage]:  # noqa: ARG001 - Django's signature
    """A finder of a hole must know whom to tell."""
    if settings.SECURITY_CONTACT and not settings.SECURITY_CONTACT.startswith(("mailto:", "https://", "tel:")):
        return [
            Error("SECURITY_CONTACT must begin with mailto:, https:// or tel: (RFC 9116).", id="punos.E002"),
        ]
    return []
