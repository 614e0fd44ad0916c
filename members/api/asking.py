"""How every address of the API takes a request in: who asks, in which language, how much and with which words."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.conf import settings
from django.http import HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.utils.translation.trans_real import parse_accept_lang_header
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, NotAcceptable, ParseError, PermissionDenied, ValidationError
from rest_framework.permissions import SAFE_METHODS, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.views import APIView

from kernel.errors import TooLarge
from members.api.acting import may_write, scopes_of

LARGEST_BODY = 64 * 1024
"""Bytes of a request that carries no bid package."""

LONGEST_ACCEPT = 8 * 1024


class MayAsk(BasePermission):
    """A token reads if it may do anything at all, and changes something only with the scope and the role for it."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Raises with the sentence that says what is missing."""
        if not scopes_of(request):
            raise PermissionDenied(_("This key may do nothing here."), code="scope-missing")
        changes = request.method not in SAFE_METHODS and getattr(view, "changes_something", True)
        if changes and not may_write(request):
            raise PermissionDenied(_("Only somebody who may write for the firm does this."), code="may-not-write")
        return True


class ApiView(APIView):
    """An address of the API. `asks` names for each method what may be asked in the address itself."""

    http_method_names: ClassVar[Sequence[str]] = ["get", "head", "post"]  # type: ignore[misc]
    permission_classes = [IsAuthenticated, MayAsk]
    metadata_class = None
    asks: ClassVar[Mapping[str, type[serializers.Serializer[Any]]]] = {}
    largest_body: ClassVar[int] = LARGEST_BODY
    changes_something: ClassVar[bool] = True
    cache_control: ClassVar[str] = "private, no-store"

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Everything that can be refused before the body is read, in this order."""
        speak_as_asked(request)
        _refuse_long_accept(request)
        _refuse_large(request, self.largest_body)
        super().initial(request, *args, **kwargs)
        shape = self.asks.get("GET" if request.method == "HEAD" else request.method or "", NothingAsked)
        self.asked: dict[str, Any] = read_query(request, shape)

    def finalize_response(self, request: Request, response: HttpResponseBase, *args: Any, **kwargs: Any) -> Any:
        """Nobody's answer is kept for anybody else."""
        answer = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[arg-type]
        answer.headers.setdefault("Cache-Control", self.cache_control)
        patch_vary_headers(answer, ["Authorization", "Cookie", "Accept-Language"])
        return answer


class NothingAsked(serializers.Serializer[Any]):
    """An address without parameters."""


def speak_as_asked(request: Request) -> None:
    """Speak the language of Accept-Language where there is one; else what was chosen before stays in force."""
    if request.headers.get("Accept-Language", "").strip():
        translation.activate(_best_language(request.headers["Accept-Language"]))


def _best_language(accepted: str) -> str:
    spoken = dict(settings.LANGUAGES)
    for name, _weight in parse_accept_lang_header(accepted[:500].lower()):
        if name.split("-")[0] in spoken:
            return name.split("-")[0]
    return settings.LANGUAGE_CODE


def _refuse_long_accept(request: Request) -> None:
    if len(request.headers.get("Accept", "")) > LONGEST_ACCEPT:
        raise NotAcceptable


def _refuse_large(request: Request, most: int) -> None:
    length = request.headers.get("Content-Length") or "0"
    if not (length.isascii() and length.isdecimal()):
        raise ParseError
    if int(length) > most:
        raise TooLarge


def read_query(request: Request, shape: type[serializers.Serializer[Any]]) -> dict[str, Any]:
    """The parameters of the address, checked; an unknown one, or one given twice that stands alone, is refused."""
    fields = shape().fields
    said: dict[str, Any] = {}
    faults: dict[str, list[Any]] = {}
    for name, values in request.query_params.lists():
        field = fields.get(name)
        if field is None:
            faults[name] = [ErrorDetail(gettext("This parameter is not known."), code="parameter_unknown")]
        elif isinstance(field, serializers.ListField):
            said[name] = values
        elif len(values) > 1:
            faults[name] = [ErrorDetail(gettext("This parameter stands twice."), code="parameter_repeated")]
        else:
            said[name] = values[0]
    read = shape(data=said)
    if not read.is_valid():
        faults |= read.errors
    if faults:
        raise QueryRefused(faults)
    asked: dict[str, Any] = read.validated_data
    return asked


class QueryRefused(ValidationError):
    """A parameter of the address that is not known or not as it must be."""


class HeaderRefused(ValidationError):
    """A header that is not as it must be."""
