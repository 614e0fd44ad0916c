"""Things of an offer that a program changes: what a request says, which version it saw, how it is answered."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from bids.api.bids import key_of
from bids.api.bodies import keys_in
from bids.api.components import response_header
from bids.api.versions import ChangedMeanwhile, etag_of
from bids.exports.bid_package.shapes import Shape
from kernel.errors import Stale
from kernel.public_id import Published

VERSION = response_header("ETag", "The version of the thing as it is now.", 200, 201)
KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "format": "uuid"},
    OpenApiParameter.HEADER,
    description="A random UUID (version 4) of your own. It becomes the thing's id, and asking again with the same key "
    "and the same content gives the same thing instead of a second one; with other content it is refused (422).",
)

MOST_TOLD: Final = 20

_COMPONENTS: Final = "#/components/schemas/BidPackage"


def said_in(request: Request, *, only: Collection[str]) -> dict[str, Any]:
    """The keys of the request's body; one that is not among `only` is refused."""
    said = keys_in(request)
    refuse_unknown(said, only=only)
    return said


def refuse_unknown(said: Mapping[str, Any], *, only: Collection[str]) -> None:
    """Refuse keys that are not among `only`; of very many the first ones are told."""
    unknown = [key for key in said if key not in only]
    if unknown:
        detail = ErrorDetail(gettext("This key is not known."), code="key_unknown")
        raise ValidationError({key: [detail] for key in unknown[:MOST_TOLD]})


def new_id(request: Request) -> UUID | None:
    """The id the asker chose for what is to be made."""
    return key_of(request)


@contextmanager
def telling_what_stands(thing: Published, says: Mapping[str, Any], said: Collection[str]) -> Iterator[None]:
    """Tell whoever comes with an old version what it is now, and what stands in the fields they sent."""
    try:
        yield
    except Stale as stale:
        if isinstance(stale, ChangedMeanwhile):
            raise
        version: int = thing.version  # type: ignore[attr-defined]
        now = {name: says.get(name, "") for name in said if name in says}
        raise ChangedMeanwhile(etag_of(thing.public_id, version), now) from stale


def answer(thing: Published, says: Mapping[str, Any], *, status: int = 200, **more: Any) -> Response:
    """A thing with its id and version; what it says stands as in a bid package."""
    version: int = thing.version  # type: ignore[attr-defined]
    body = {"id": str(thing.public_id), "version": version, **more, "says": dict(says)}
    return Response(body, status=status, headers={"ETag": etag_of(thing.public_id, version)})


def body_schema(shape: Shape, only: Collection[str], needs: Collection[str] = ()) -> dict[str, Any]:
    """The JSON Schema of a request that says some keys of a package's object."""
    properties = {name: each for name, each in shape.definition()["properties"].items() if name in only}
    described: dict[str, Any] = {
        "type": "object",
        "properties": _told(properties),
        "additionalProperties": False,
        "minProperties": 1,
    }
    return described | ({"required": list(needs)} if needs else {})


def thing_schema(shape: Shape, **more: Any) -> dict[str, Any]:
    """The JSON Schema of an answer about one thing."""
    properties = {
        "id": {"type": "string", "format": "uuid"},
        "version": {"type": "integer"},
        **more,
        "says": {"type": "object", "description": f"As {shape.name} in a bid package."},
    }
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _told(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _reference(each) if name == "$ref" else _told(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_told(each) for each in value]
    return value.replace(r"\ud800-\uf8ff", r"\ue000-\uf8ff") if isinstance(value, str) else value


def _reference(ref: str) -> str:
    name = ref.rsplit("/", 1)[1]
    return _COMPONENTS + "".join(word.capitalize() for word in name.split("_"))
