"""A name for every request, and a page for every refusal."""

import re
import uuid
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.template.response import TemplateResponse
from django.utils.translation import gettext

from kernel.errors import Malformed, NotVisible, Refusal

_NAME = re.compile(r"[A-Za-z0-9._-]{8,64}")
_MOST_DIGITS = 18


class RequestIdMiddleware:
    """Names a request by its X-Request-ID or a fresh one, in every log line and in the answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer, named like its request."""
        given = request.headers.get("X-Request-ID", "")
        name = given if _NAME.fullmatch(given) else uuid.uuid4().hex
        request.request_id = name  # type: ignore[attr-defined]
        with structlog.contextvars.bound_contextvars(request_id=name):
            response = self.get_response(request)
        response.headers["X-Request-ID"] = name
        return response


class BodyLimitMiddleware:
    """Refuses a body that is too large before anything reads it; forms and files alike."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """413 by the length the request tells of itself; a server reads no further than that."""
        told = request.META.get("CONTENT_LENGTH") or "0"
        is_ours = not request.path_info.startswith("/api/")
        if is_ours and told.isascii() and told.isdecimal() and _is_more(told, settings.DATA_UPLOAD_MAX_MEMORY_SIZE):
            return render(request, "413.html", status=413)
        return self.get_response(request)


def _is_more(digits: str, most: int) -> bool:
    """Whether the number is more than that; of very many digits none is read."""
    return len(digits) > _MOST_DIGITS or int(digits) > most


class RefusalMiddleware:
    """Answers a refusal with its own status and sentence: a page, or a fragment for a part of one.

    A form that wants to keep what was typed catches the refusal itself; here the sentence and a way back remain, and
    what was typed is still in the form the browser goes back to.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer as it is; refusals come by `process_exception`.

        A script led to the page for logging in would put it in the place of what was typed: it is told so instead.
        """
        response = self.get_response(request)
        if getattr(request, "htmx", False) and _leads_to_login(response):
            sentence = gettext(
                "You have been logged out. Copy what you typed last, log in again, and go on from there."
            )
            response = HttpResponse(sentence, status=401, content_type="text/plain; charset=utf-8")
            response.headers["Cache-Control"] = "no-store"
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and request.method == "GET" and not response.content:
            return _only_by_its_button(request, response)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The answer to a refusal; anything else is a fault of ours and goes on."""
        if not isinstance(exception, Refusal):
            return None
        return refusal_response(request, exception)


def _only_by_its_button(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """A page for who is led to what only a form sends, as after logging in anew; a blank one would be a dead end."""
    page = TemplateResponse(request, "405.html", status=response.status_code, headers={"Allow": response["Allow"]})
    page.headers["Cache-Control"] = "no-store"
    return page.render()


def _leads_to_login(response: HttpResponse) -> bool:
    location = response.headers.get("Location", "")
    return bool(location) and urlsplit(location).path == resolve_url(settings.LOGIN_URL)


def refusal_response(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The page or fragment that says why not."""
    is_fragment = bool(getattr(request, "htmx", False))
    known = {"refusal": refusal, "sentence": str(refusal), "faults": _faults(refusal), "status": refusal.status}
    template = "ui/problem_fragment.html" if is_fragment else "problems/refusal.html"
    if isinstance(refusal, NotVisible) and not is_fragment:
        template = "404.html"
    response = TemplateResponse(request, template, known, status=refusal.status)
    response.headers["Cache-Control"] = "no-store"
    return response.render()


def _faults(refusal: Refusal) -> list[str]:
    return [str(sentence) for sentence in refusal.faults.values()] if isinstance(refusal, Malformed) else []
