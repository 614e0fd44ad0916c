"""The language of the pages: the person's, else the browser's choice here, else what the browser asks for."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.views.decorators.http import require_POST

from kernel.clock import database_now
from members.actions.change_language import change_language
from members.models import Person
from members.web.acting import actor_of
from members.web.appearance import ONE_YEAR
from members.web.returning import redirect_back


def is_spoken(language: str) -> bool:
    """Whether the pages exist in this language."""
    return language in dict(settings.LANGUAGES)


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Keep the language in the browser, and for a person who is logged in also with the person."""
    response = redirect_back(request)
    chosen = request.POST.get("language", "")
    if not is_spoken(chosen):
        return response
    if isinstance(request.user, Person) and request.user.language != chosen:
        change_language(language=chosen, by=actor_of(request), now=database_now())
    translation.activate(chosen)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=ONE_YEAR,
        samesite="Lax",
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=True,
    )
    return response
