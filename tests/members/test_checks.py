"""What `check --deploy` says of an installation nobody should be let into."""

from typing import Any

import pytest
from django.core.checks import run_checks

FIT: dict[str, Any] = {
    "DEMO": False,
    "SECURE_SSL": True,
    "TRUSTED_PROXY_COUNT": 1,
    "PUBLIC_BASE_URL": "https://offers.example.invalid",
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "SECURITY_CONTACT": "mailto:security@example.invalid",
}


def said(settings: Any, **changes: Any) -> list[str | None]:
    for name, value in (FIT | changes).items():
        setattr(settings, name, value)
    return [each.id for each in run_checks(include_deployment_checks=True) if str(each.id).startswith("punos.")]


def test_a_fit_installation_is_told_nothing(settings: Any) -> None:
    assert said(settings) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"DEMO": True}, "punos.E001"),
        ({"SECURITY_CONTACT": "security@example.invalid"}, "punos.E002"),
        ({"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}, "punos.E003"),
        ({"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend"}, "punos.E003"),
        ({"PUBLIC_BASE_URL": "http://localhost:8000"}, "punos.E004"),
        ({"TRUSTED_PROXY_COUNT": 0}, "punos.W001"),
    ],
)
def test_each_hole_is_named(change: dict[str, Any], told: str, settings: Any) -> None:
    assert said(settings, **change) == [told]
