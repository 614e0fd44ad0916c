"""What every page shows around its content."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from members.models import Person
from members.web.acting import membership_of, memberships_of
from members.web.appearance import LOOKS, look_of
from members.web.colours import DEFAULT_COLOURS


def chrome(request: HttpRequest) -> dict[str, Any]:
    """Language, look, who is logged in and for which firm. Reads the database only when somebody is logged in."""
    user = getattr(request, "user", None)
    is_person = isinstance(user, Person)
    membership = membership_of(request) if is_person else None
    is_staff = isinstance(user, Person) and user.is_staff
    return {
        "csp_nonce": getattr(request, "csp_nonce", ""),
        "languages": settings.LANGUAGES,
        "language": get_language() or settings.LANGUAGE_CODE,
        "look": look_of(request),
        "looks": LOOKS,
        "is_demo": settings.DEMO,
        "three_threads": DEFAULT_COLOURS[:3],
        "shows_components": settings.DEBUG or settings.DEMO,
        "is_staff": is_staff,
        "acting_firm": membership.firm if membership else None,
        "memberships": memberships_of(request) if is_person else [],
    }
