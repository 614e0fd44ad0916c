"""The administration pages are for staff with a second factor."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext

from members.models import Person


def is_staff_with_second_factor(request: HttpRequest) -> bool:
    """Whether the person is active staff and has a second factor, which log-in has then asked for."""
    person = request.user
    return isinstance(person, Person) and person.is_active and person.is_staff and bool(is_mfa_enabled(person))


def guard(site: AdminSite) -> AdminSite:
    """Let the site's pages be seen through our own door only: mailed code first, second factor always."""
    own_login: Any = secure_admin_login(site.login)

    def login(request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        person = request.user
        if isinstance(person, Person) and person.is_staff and not is_mfa_enabled(person):
            messages.warning(request, gettext("The administration pages want a second factor. Add one here."))
            return redirect("mfa_index")
        answer: HttpResponse = own_login(request, extra_context)
        return answer

    site.login = login  # type: ignore[method-assign]
    site.has_permission = is_staff_with_second_factor  # type: ignore[method-assign]
    return site
