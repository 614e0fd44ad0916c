"""Lists piece by piece, the newest first: each piece says where the next one begins."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from kernel.public_id import Published
from members.api.acting import actor_of
from members.api.asking import ApiView, QueryRefused

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class PageAsked(serializers.Serializer[Any]):
    """Which piece of a list."""

    cursor = serializers.CharField(required=False, max_length=200, help_text="Taken from the address in `next`.")
    page_size = serializers.IntegerField(required=False, min_value=1, max_value=100, default=50)


@dataclass(frozen=True)
class Cursor:
    """The last thing of a piece: its instant, and its id for things of the same instant."""

    at: datetime
    id: UUID

    @classmethod
    def read(cls, said: str) -> Self:
        """The place a cursor means. QueryRefused when it is not one of ours."""
        try:
            micros, _space, name = urlsafe_b64decode(said.encode("ascii")).decode("ascii").partition(" ")
            return cls(at=_EPOCH + timedelta(microseconds=int(micros)), id=UUID(name))
        except (ValueError, OverflowError) as broken:
            fault = ErrorDetail(gettext("This cursor is not one of ours."), code="unknown_cursor")
            raise QueryRefused({"cursor": [fault]}) from broken

    def __str__(self) -> str:
        micros = (self.at - _EPOCH) // timedelta(microseconds=1)
        return urlsafe_b64encode(f"{micros} {self.id}".encode("ascii")).decode("ascii")


def page_of(things: QuerySet[Any], by: str, shape: type[serializers.Serializer[Any]], *, view: ApiView) -> Response:
    """The piece that was asked for, of things ordered by this instant; nothing is counted and nothing is shifted."""
    size: int = view.asked["page_size"]
    if said := view.asked.get("cursor"):
        cursor = Cursor.read(said)
        things = things.filter(Q(**{f"{by}__lt": cursor.at}) | Q(**{by: cursor.at}, public_id__lt=cursor.id))
    found: list[Published] = list(things.order_by(f"-{by}", "-public_id")[: size + 1])
    piece, is_more = found[:size], len(found) > size
    following = str(Cursor(getattr(piece[-1], by), piece[-1].public_id)) if is_more else None
    here = view.request.build_absolute_uri()
    return Response(
        {
            "next": replace_query_param(here, "cursor", following) if following else None,
            "results": shape(piece, many=True, context={"firm_id": actor_of(view.request).firm_id}).data,
        }
    )


def list_of(shape: type[serializers.Serializer[Any]], name: str) -> type[serializers.Serializer[Any]]:
    """How a list of such things is said in the schema."""
    said = {
        "__doc__": "One piece of a list, the newest first.",
        "__module__": shape.__module__,
        "next": serializers.URLField(allow_null=True, help_text="Where the list goes on."),
        "results": shape(many=True),
    }
    return type(name, (serializers.Serializer,), said)
