"""Speaks to a person in their own language."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from members.models import Person
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
