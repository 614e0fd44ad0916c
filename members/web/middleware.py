"""Speaks to a person in their own language, and reads their places in firms once for a page that only shows."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from members.models import Person
from members.queries.roles import memberships_read_once
from members.web.language import is_spoken


class SpokenLanguageMiddleware:
    """For a person who is logged in their own language stands above what the browser says."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer in the person's language."""
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            person = request.user
            if isinstance(person, Person) and is_spoken(person.language):
                translation.activate(person.language)
                request.LANGUAGE_CODE = person.language
        response = self.get_response(request)
        response.headers["Content-Language"] = translation.get_language() or settings.LANGUAGE_CODE
        return response


class MembershipsReadOnceMiddleware:
    """For a page that only shows, what its reader is in their firm is read once; what changes something asks anew."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer."""
        if request.method not in {"GET", "HEAD"}:
            return self.get_response(request)
        with memberships_read_once():
            return self.get_response(request)
