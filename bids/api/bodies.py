"""What a request brings along: JSON in UTF-8 and nothing else, read strictly."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from json import JSONDecoder
from json.decoder import py_scanstring  # type: ignore[attr-defined]
from typing import IO, Any, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, UnsupportedMediaType, ValidationError
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from bids.content import JointOffer
from bids.exports.bid_package import Fault, PackageRefused, read_package
from bids.exports.bid_package.document import JsonNumber, JsonObject, read_document
from bids.exports.bid_package.faults import Findings, item_path, key_path

UNREADABLE: Final = ("file_", "json_", "too_deep")
"""How the codes begin that say that a body is no JSON at all, as opposed to JSON with something wrong in it."""

LARGEST_PACKAGE: Final = 5_000_000
"""Bytes of a request that carries a bid package; what surrounds it counts too."""

_MOST_UNKNOWN_KEYS = 20
_SPACE = re.compile(r"[ \t\n\r]*")
_VALUES = JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)


@dataclass(frozen=True)
class Body:
    """The bytes a request brought along, not yet looked at."""

    raw: bytes


class BodyRefused(Exception):
    """What a request brought along cannot be read; `faults` say what the matter is, each with its path."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("; ".join(f"{fault.path}: {fault.code}" for fault in faults))
        self.faults = faults

    @property
    def is_unreadable(self) -> bool:
        """Whether it is no JSON at all."""
        return all(map(_is_unreadable, self.faults))


class JsonBodyParser(BaseParser):
    """Takes JSON as it came: what is in it is read later, by those who know what it should be."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """The bytes. Refuses every charset but UTF-8 and every coding of the content before a byte is decoded."""
        request: Request = (parser_context or {})["request"]
        charset = request._request.content_params.get("charset", "utf-8")  # type: ignore[union-attr]  # noqa: SLF001 - what Django read of the header
        if charset.strip("\"' ").lower() not in {"utf-8", "utf8"}:
            raise UnsupportedMediaType(media_type or "", _("Write JSON in UTF-8."), code="charset")
        if request.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
            raise UnsupportedMediaType(media_type or "", _("Send the content as it is, not compressed."), code="coding")
        return Body(stream.read())


def offer_in(request: Request) -> JointOffer:
    """The offer of the package that is the whole body. BodyRefused when it is no JSON, else PackageRefused."""
    return _offer(_raw(request))


def keys_in(request: Request, *, without: str = "") -> dict[str, Any]:
    """The object a request brought along, as plain lists, dictionaries and texts.

    BodyRefused when it is no JSON, a key stands twice in it, or a number stands without quotes: amounts, codes and
    numbers are texts everywhere in the API. The key `without` is left out, and not looked into.
    """
    findings = Findings()
    tree = read_document(_raw(request), findings)
    if findings.faults:
        raise BodyRefused(tuple(findings.faults))
    if not isinstance(tree, JsonObject):
        raise BodyRefused((Fault(path="", code="not_an_object"),))
    if without in tree.repeated:
        findings.add(without, "key_repeated")
    tree.pop(without, None)
    plain = _plain(tree, "", findings, but=without)
    if findings.faults:
        raise BodyRefused(tuple(findings.faults))
    found: dict[str, Any] = plain
    return found


def offer_under(key: str, request: Request) -> JointOffer:
    """The offer of the package that stands under a key of the body, which `keys_in` has read already.

    Its text is cut out and read as the same package in a file of its own would be, so that both say the same.
    """
    for name, text in _texts_of_values(_raw(request).decode("utf-8-sig")):
        if name == key:
            return _offer(text.encode("utf-8", "surrogatepass"), beneath=key)
    raise BodyRefused((Fault(path=key, code="key_missing"),))


def _raw(request: Request) -> bytes:
    return request.data.raw if isinstance(request.data, Body) else b""


def _offer(raw: bytes, *, beneath: str = "") -> JointOffer:
    try:
        return read_package(raw)
    except PackageRefused as refused:
        if all(map(_is_unreadable, refused.faults)):
            raise BodyRefused(refused.faults) from refused
        if beneath:
            raise PackageRefused(tuple(_moved(fault, beneath) for fault in refused.faults)) from refused
        raise


def _is_unreadable(fault: Fault) -> bool:
    return fault.path == "" and fault.code.startswith(UNREADABLE)


def _moved(fault: Fault, beneath: str) -> Fault:
    path = f"{beneath}{fault.path}" if fault.path.startswith("[") else f"{beneath}.{fault.path}".rstrip(".")
    return Fault(path=path, code=fault.code, params=fault.params)


def _plain(value: Any, path: str, findings: Findings, *, but: str = "") -> Any:
    if isinstance(value, JsonObject):
        for key in value.repeated:
            if key != but:
                findings.add(key_path(path, key), "key_repeated")
        return {key: _plain(each, key_path(path, key), findings) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each, item_path(path, at), findings) for at, each in enumerate(value)]
    if isinstance(value, JsonNumber):
        findings.add(path, "text_unquoted", value=value.text)
        return None
    return value


def _texts_of_values(text: str) -> Iterator[tuple[str, str]]:
    """Each key of the object that a JSON text is, with the text of its value, exactly as it was written."""
    at = text.index("{") + 1
    while text[(at := _after_space(text, at))] != "}":
        if text[at] == ",":
            at += 1
            continue
        key, at = py_scanstring(text, at + 1)
        begins = _after_space(text, _after_space(text, at) + 1)
        _value, at = _VALUES.raw_decode(text, begins)
        yield key, text[begins:at]


def _after_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


class StrictSerializer(serializers.Serializer[Any]):
    """An object of known keys: whatever else stands in it is refused, not passed over."""

    def to_internal_value(self, data: Any) -> Any:
        """The object read; the faults of its keys and the keys that are not known, all at once."""
        unknown = [key for key in data if key not in self.fields] if isinstance(data, Mapping) else []
        faults = {
            key: [ErrorDetail(gettext("This key is not known."), code="key_unknown")]
            for key in unknown[:_MOST_UNKNOWN_KEYS]
        }
        try:
            read = super().to_internal_value(data)
        except ValidationError as refused:
            said: Any = refused.detail
            raise ValidationError({**said, **faults}) from refused
        if faults:
            raise ValidationError(faults)
        return read


def said_in(shape: type[StrictSerializer], request: Request) -> dict[str, Any]:
    """What the object a request brought along says, read by its shape; refused with every fault in it."""
    given = shape(data=keys_in(request))
    given.is_valid(raise_exception=True)
    read: dict[str, Any] = given.validated_data
    return read
