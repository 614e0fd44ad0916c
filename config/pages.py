"""Pages that belong to no room: errors, and what robots and researchers read."""

import logging
import sys

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template.loader import get_template
from django.utils.translation import get_language, gettext, override
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from config.problems import SECONDS_UNTIL_BACK, is_for_api, problem_page
from kernel.clock import database_now
from kernel.errors import NotVisible

logger = logging.getLogger(__name__)


@require_safe
@cache_control(max_age=86400, public=True)
def robots(_request: HttpRequest) -> HttpResponse:
    """Search engines see the front page and nothing else."""
    return HttpResponse("User-agent: *\nAllow: /$\nAllow: /static/\nDisallow: /\n", content_type="text/plain")


@require_safe
@cache_control(max_age=86400, public=True)
def security_txt(_request: HttpRequest) -> HttpResponse:
    """Whom to tell about a hole (RFC 9116)."""
    contact = settings.SECURITY_CONTACT
    if not contact:
        raise NotVisible
    until = database_now().replace(hour=0, minute=0, second=0, microsecond=0)
    expires = until.replace(year=until.year + 1, day=min(until.day, 28)).strftime("%Y-%m-%dT%H:%M:%SZ")
    lines = [f"Contact: {contact}", f"Expires: {expires}", "Preferred-Languages: fi, sv, en"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What was sent cannot be read."""
    logger.info("bad request: %s", exception.__class__.__name__)
    is_large = isinstance(exception, RequestDataTooBig)
    if is_for_api(request):
        return problem_page(request, 413 if is_large else 400)
    if is_large:
        return render(request, "413.html", status=413)
    return render(request, "400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Not allowed."""
    if is_for_api(request):
        return problem_page(request, 403)
    return render(request, "403.html", status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was not ours, or one that lay open too long."""
    logger.info("form refused: %s", reason)
    return render(request, "403_csrf.html", status=403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Nothing here, or nothing this person may see: the same page."""
    if is_for_api(request):
        return problem_page(request, 404)
    return render(request, "404.html", status=404)


def _language_of(request: HttpRequest) -> str:
    """The language the page was being made in, else the one its address asks for, else the one the browser does."""
    for language in (getattr(request, "spoken_in", ""), request.GET.get("language", "")):
        if language in dict(settings.LANGUAGES):
            return language
    return get_language() or settings.LANGUAGE_CODE


def server_error(request: HttpRequest) -> HttpResponse:
    """A fault of ours, told without asking the database, the session or the cache for anything.

    A database that is away or too busy is only so for a moment: 503, and when to come back.
    """
    away = isinstance(sys.exception(), OperationalError | InterfaceError)
    if is_for_api(request):
        return problem_page(request, 503 if away else 500)
    language = _language_of(request)
    with override(language):
        page = get_template("500.html").render(
            {
                "language": language,
                "request_id": getattr(request, "request_id", ""),
                "title": gettext("Not available for a moment") if away else gettext("Something broke on our side"),
            }
        )
    return (
        HttpResponse(page, status=503, headers={"Retry-After": SECONDS_UNTIL_BACK})
        if away
        else HttpResponseServerError(page)
    )
