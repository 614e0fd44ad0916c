"""The version a change was made from: how it is told, and how it is asked for."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.http import parse_etags
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from kernel.errors import Stale, VersionMissing

IF_MATCH = OpenApiParameter(
    "If-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    required=True,
    description="The ETag that was read: without it the answer is 428, and 412 when it no longer holds.",
)


class ChangedMeanwhile(Stale):
    """The thing is not what was read; `etag` names what it is, `params` what now stands in the fields sent."""

    def __init__(self, etag: str, now: Mapping[str, Any]) -> None:
        super().__init__(params={name: str(value) for name, value in now.items()})
        self.etag = etag


def etag_of(public_id: UUID, version: int) -> str:
    """The name of this version of a thing."""
    return f'"{public_id}.{version}"'


def version_seen(request: Request, public_id: UUID) -> int:
    """The version of this thing that the request was made from; `VersionMissing` or, of another thing, `Stale`."""
    given = request.headers.get("If-Match", "").strip()
    if not given:
        raise VersionMissing
    named = parse_etags(given)
    prefix = f'"{public_id}.'
    number = named[0].removeprefix(prefix).removesuffix('"') if len(named) == 1 else ""
    if not named or not named[0].startswith(prefix) or not (number.isascii() and number.isdecimal()) or len(number) > 9:  # noqa: PLR2004 - more digits than a version has
        raise Stale
    return int(number)
