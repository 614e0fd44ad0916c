"""Every error of the API as a problem (RFC 9457): a kind programs know, and a sentence for whoever reads it."""

import json
import logging
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.signals import got_request_exception
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.request import Request

from bids.api.bodies import BodyRefused
from bids.api.versions import ChangedMeanwhile
from bids.exports.bid_package import Fault, PackageRefused, fault_sentence
from bids.pricing import ChoiceRefused
from bids.sheets.choice_sentences import choice_sentence
from bids.vat import NoRateKnown
from kernel.errors import Malformed, NotPermitted, NotVisible, Refusal, TooLarge, TooOften
from kernel.files import FileIsCorruptError
from members.api.asking import HeaderRefused, QueryRefused

logger = logging.getLogger(__name__)

MEDIA_TYPE: Final = "application/problem+json"
TYPES: Final = "/api/problems/"
"""What a problem's code is put behind to make its type: an address of its own, told apart but not visited."""
SECONDS_UNTIL_BACK: Final = 5
INVALID: Final = "invalid"
_INVALID: Final = _("Something in the request is not as it must be. Each fault says where.")

TITLES: Final[Mapping[int, Promise]] = {
    400: _("The request needs correcting"),
    401: _("Say who you are"),
    403: _("Not allowed"),
    404: _("Nothing here"),
    405: _("Not in this way"),
    406: _("Not in that form"),
    409: _("Not as things stand"),
    412: _("Changed in the meantime"),
    413: _("Too large"),
    415: _("Not read here"),
    422: _("The content needs correcting"),
    428: _("Say which version"),
    429: _("Too often"),
    500: _("Something broke on our side"),
    503: _("Not available for a moment"),
}
"""By status; a problem of a status that is not here has that of its hundred."""


@dataclass(frozen=True, kw_only=True)
class FieldFault:
    """What is wrong with one thing: where it stands, which fault it is, and the sentence."""

    place: Mapping[str, str]
    code: str
    detail: str

    def as_json(self) -> dict[str, str]:
        """As one of a problem's `errors`."""
        return {**self.place, "code": self.code, "detail": self.detail}


@dataclass(frozen=True, kw_only=True)
class Problem:
    """An error as it is told. `about` names things the sentence speaks of, `headers` go with the answer."""

    status: int
    code: str
    detail: str
    faults: tuple[FieldFault, ...] = ()
    about: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def as_response(self, request: HttpRequest) -> HttpResponse:
        """The answer; `instance` is the request's id, under which the logs speak of it."""
        said: dict[str, Any] = {
            "type": f"{TYPES}{self.code}",
            "title": str(TITLES.get(self.status) or TITLES[self.status // 100 * 100]),
            "status": self.status,
            "detail": self.detail,
            "instance": getattr(request, "request_id", ""),
        }
        if self.faults:
            said["errors"] = [fault.as_json() for fault in self.faults]
        if self.about:
            said["about"] = dict(self.about)
        # A half of a character pair, which JSON can name but UTF-8 cannot hold, leaves as it came: by its number.
        body = json.dumps(said, ensure_ascii=False).encode("utf-8", "backslashreplace")
        answer = HttpResponse(body, status=self.status, content_type=MEDIA_TYPE, headers=dict(self.headers))
        answer.headers["Cache-Control"] = "no-store"
        return answer


def problem_response(error: Exception, context: Mapping[str, Any]) -> HttpResponse:
    """The answer to whatever was raised while the API worked; what nobody foresaw is logged and told without detail."""
    asked = context["request"]
    request = asked._request if isinstance(asked, Request) else asked  # noqa: SLF001 - the id hangs on Django's request
    problem = problem_of(error)
    if problem.status >= 500:  # noqa: PLR2004 - faults of ours begin here
        logger.error("%s %s: %s", request.method, request.path, problem.code, exc_info=error)
        got_request_exception.send(sender=problem_response, request=request)
    return problem.as_response(request)


def is_for_api(request: HttpRequest) -> bool:
    """Whether a program asked, so that it is answered with a problem and not with a page."""
    return request.path.startswith("/api/")


def problem_page(request: HttpRequest, status: int) -> HttpResponse:
    """The problem of what went wrong before the API itself was asked, for Django's own handlers of errors."""
    return _plain(status).as_response(request)


def problem_of(error: Exception) -> Problem:
    """What is told of an error."""
    if isinstance(error, Refusal):
        return _refusal(error)
    if isinstance(error, exceptions.APIException):
        return _api_exception(error)
    return _other(error)


def _refusal(refusal: Refusal) -> Problem:
    faults = refusal.faults if isinstance(refusal, Malformed) else {}
    return Problem(
        status=refusal.status,
        code=refusal.code,
        detail=str(refusal),
        faults=tuple(
            FieldFault(place={"pointer": pointer(path)}, code=refusal.code, detail=str(sentence))
            for path, sentence in faults.items()
        ),
        about={name: str(value) for name, value in refusal.params.items()},
        headers={"ETag": refusal.etag} if isinstance(refusal, ChangedMeanwhile) else {},
    )


def _api_exception(error: exceptions.APIException) -> Problem:
    if isinstance(error, exceptions.ValidationError):
        place = "parameter" if isinstance(error, QueryRefused) else "header" if isinstance(error, HeaderRefused) else ""
        return Problem(
            status=400,
            code=INVALID,
            detail=str(_INVALID),
            faults=tuple(_faults_in(error.detail, place)),
        )
    code = getattr(error.detail, "code", None)
    if code not in {None, error.default_code}:
        # Raised by us, with a sentence of its own; REST framework's own sentences are for its developers.
        return Problem(status=error.status_code, code=str(code), detail=str(error.detail), headers=_headers_of(error))
    return _plain(error.status_code, headers=_headers_of(error))


def _headers_of(error: exceptions.APIException) -> dict[str, str]:
    headers = {}
    if header := getattr(error, "auth_header", None):
        refused = isinstance(error, exceptions.AuthenticationFailed)
        headers["WWW-Authenticate"] = f'{header}, error="invalid_token"' if refused else str(header)
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = f"{wait:.0f}"
    return headers


def _other(error: Exception) -> Problem:
    tell = next((tell for kind, tell in _KINDS.items() if isinstance(error, kind)), None)
    return tell(error) if tell else _plain(500)


def _body_refused(error: BodyRefused) -> Problem:
    faults = tuple(map(_package_fault, error.faults))
    if any(fault.code == "file_too_large" for fault in error.faults):
        return _plain(TooLarge.status)
    if error.is_unreadable:
        return Problem(status=400, code="unreadable", detail=faults[0].detail, faults=faults)
    return Problem(status=400, code=INVALID, detail=str(_INVALID), faults=faults)


def _package_refused(error: PackageRefused) -> Problem:
    return Problem(
        status=422,
        code="package-refused",
        detail=gettext("The package cannot be taken as it is. Each fault says where."),
        faults=tuple(map(_package_fault, error.faults)),
    )


def _choice_refused(error: ChoiceRefused) -> Problem:
    faults = [(fault.code, choice_sentence(fault)) for fault in error.faults]
    return Problem(
        status=422,
        code="choice-refused",
        detail=" ".join(sentence for _code, sentence in faults),
        faults=tuple(FieldFault(place={}, code=code, detail=sentence) for code, sentence in faults),
    )


def _no_rate_known(_error: NoRateKnown) -> Problem:
    return Problem(status=422, code="no-rate-known", detail=gettext("No VAT rate is known for that day."))


def _file_damaged(_error: FileIsCorruptError) -> Problem:
    sentence = gettext("The stored file is damaged, so it is not handed out. Have the document made again.")
    return Problem(status=500, code="file-damaged", detail=sentence)


def _database_away(_error: Exception) -> Problem:
    return _plain(503, headers={"Retry-After": str(SECONDS_UNTIL_BACK)})


_KINDS: Final[Mapping[type[Exception], Callable[[Any], Problem]]] = {
    BodyRefused: _body_refused,
    PackageRefused: _package_refused,
    ChoiceRefused: _choice_refused,
    NoRateKnown: _no_rate_known,
    FileIsCorruptError: _file_damaged,
    OperationalError: _database_away,
    InterfaceError: _database_away,
    PermissionDenied: lambda _error: _plain(403),
    Http404: lambda _error: _plain(404),
    RequestDataTooBig: lambda _error: _plain(413),
    SuspiciousOperation: lambda _error: _plain(400),
    UnreadablePostError: lambda _error: _plain(400),
}
"""What is no refusal of an action and no exception of REST framework; the first that fits tells it."""


_PLAIN: Final[Mapping[int, tuple[str, Promise]]] = {
    400: ("unreadable", _("The request cannot be read.")),
    401: ("not-authenticated", _("Log in, or send a key: Authorization: Bearer punos_…")),
    403: (NotPermitted.code, _("You may not do this.")),
    404: (NotVisible.code, _("There is nothing here, or it is not yours to see.")),
    405: ("method-not-allowed", _("This address does not take that method. The header Allow names those it takes.")),
    406: ("not-acceptable", _("This is handed out as JSON: Accept: application/json")),
    413: (TooLarge.code, _("This is too large.")),
    415: ("unsupported-media-type", _("Send JSON: Content-Type: application/json")),
    429: (TooOften.code, _("That was too many times in a row. Wait a moment and try again.")),
    500: ("fault", _("Something broke here. It has been noted; try again in a moment.")),
    503: ("unavailable", _("This cannot be done for a moment. Nothing was changed; try again.")),
}
"""What is told when nothing more particular is known: code and sentence by status."""


def _plain(status: int, *, headers: Mapping[str, str] | None = None) -> Problem:
    nearest = status if status in _PLAIN else status // 100 * 100
    code, sentence = _PLAIN[nearest]
    return Problem(status=status, code=code, detail=str(sentence), headers=headers or {})


def _package_fault(fault: Fault) -> FieldFault:
    place = {"pointer": pointer(fault.path), "path": fault.path}
    return FieldFault(place=place, code=fault.code, detail=fault_sentence(fault))


_STEP: Final = re.compile(r'\["(?P<quoted>.*?)"\]|\[(?P<index>\d+)\]|(?P<name>[^.\[\]]+)')


def pointer(path: str) -> str:
    """A path such as `parts[1].lines[0].quantity` as a JSON pointer in an address's fragment (RFC 6901)."""
    return _joined(step[step.lastgroup or 0] for step in _STEP.finditer(path))


def _joined(steps: Iterable[object]) -> str:
    return "#" + "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def _faults_in(detail: Any, place: str, steps: tuple[object, ...] = ()) -> Iterator[FieldFault]:
    """What REST framework found, from its nested lists and dictionaries."""
    if isinstance(detail, Mapping):
        for key, each in detail.items():
            yield from _faults_in(each, place, steps if key == "non_field_errors" else (*steps, key))
    elif isinstance(detail, list):
        for at, each in enumerate(detail):
            yield from _faults_in(each, place, steps if isinstance(each, str) else (*steps, at))
    else:
        where = {place: str(steps[0])} if place and steps else {"pointer": _joined(steps)}
        yield FieldFault(place=where, code=getattr(detail, "code", None) or "invalid", detail=str(detail))
