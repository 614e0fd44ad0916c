"""What waits for you, and what happened to an offer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from bids.api.bids import bid_for
from bids.permissions import eyes_of
from bids.queries.history import Told, events_of, first_break, told
from bids.queries.waiting import News, NewsKind, Waiting, WaitKind, good_news, waiting_for
from bids.sheets.activity_sentences import doer_of, sentence_of
from bids.sheets.waiting_sentences import glad_of, what_waits
from bids.vocabulary import Language
from members.api.acting import actor_of
from members.api.asking import ApiView
from members.api.fields import Instant, Word
from members.api.moment import moment_of


class WaitingShape(serializers.Serializer[Waiting]):
    """One thing that waits for you."""

    kind = Word(WaitKind)
    thing = serializers.UUIDField(help_text="What it is about: a request, a suggestion, a letter, a note, an offer.")
    bid = serializers.UUIDField(allow_null=True)
    until = Instant(allow_null=True, help_text="By when; null when nobody has said.")
    title = serializers.CharField(allow_blank=True)
    client = serializers.CharField(allow_blank=True)
    firm = serializers.CharField(allow_blank=True)
    person = serializers.CharField(allow_blank=True)
    phone = serializers.CharField(allow_blank=True)
    sentence = serializers.SerializerMethodField()

    def get_sentence(self, waiting: Waiting) -> str:
        """The same in words."""
        return what_waits(waiting)


class NewsShape(serializers.Serializer[News]):
    """Something to be glad of."""

    kind = Word(NewsKind)
    bid = serializers.UUIDField()
    at = Instant()
    sentence = serializers.SerializerMethodField()

    def get_sentence(self, news: News) -> str:
        """The same in words."""
        return glad_of(news, Language(get_language() or Language.FI))


@dataclass(frozen=True)
class _Work:
    waiting: tuple[Waiting, ...]
    news: News | None


class WorkShape(serializers.Serializer[_Work]):
    """What waits for you, what is due first coming first, and one line of good news."""

    waiting = WaitingShape(many=True)
    news = NewsShape(allow_null=True)


class Work(ApiView):
    """Your work."""

    @extend_schema(operation_id="get_work", summary="See what waits for you", responses=WorkShape)
    def get(self, request: Request) -> Response:
        """What waits for you and the firm you act for, and one line of good news."""
        actor, now = actor_of(request), moment_of(request)
        return Response(WorkShape(_Work(waiting_for(actor, now), good_news(actor, now))).data)


class HistoryAsked(serializers.Serializer[Any]):
    """Which piece of what happened."""

    before = serializers.IntegerField(required=False, min_value=1, help_text="Only events with a smaller number.")
    page_size = serializers.IntegerField(required=False, min_value=1, max_value=100, default=50)


class EventShape(serializers.Serializer[Told]):
    """One event."""

    number = serializers.IntegerField(source="seq", help_text="Its place in the chain; you may not see all of them.")
    type = serializers.CharField()
    at = Instant()
    who = serializers.SerializerMethodField()
    sentence = serializers.SerializerMethodField()

    def get_who(self, event: Told) -> str:
        """Who did it, as far as that is still known."""
        return doer_of(event)

    def get_sentence(self, event: Told) -> str:
        """What was done."""
        return sentence_of(event)


class HistoryShape(serializers.Serializer[Any]):
    """What happened to an offer, the latest first."""

    is_whole = serializers.BooleanField(help_text="Whether nothing in the records was changed afterwards.")
    first_wrong = serializers.IntegerField(allow_null=True, help_text="The number of the first event that was.")
    next = serializers.URLField(allow_null=True, help_text="Where the list goes on.")
    results = EventShape(many=True)


class BidHistory(ApiView):
    """What happened to an offer."""

    asks: ClassVar[Mapping[str, type[serializers.Serializer[Any]]]] = {"GET": HistoryAsked}

    @extend_schema(
        operation_id="list_history",
        summary="See what happened to an offer",
        parameters=[HistoryAsked],
        responses=HistoryShape,
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        """The lead reads all of it but what others' rows cost them; a partner its own part and the offer as a whole."""
        actor = actor_of(request)
        bid = bid_for(actor, public_id)
        events = events_of(bid, eyes_of(actor, bid)).prefetch_related("identities")
        if before := self.asked.get("before"):
            events = events.filter(seq__lt=before)
        size: int = self.asked["page_size"]
        found = list(events[: size + 1])
        piece, broken = found[:size], first_break(bid)
        results: Any = told(bid, piece)
        here = request.build_absolute_uri()
        return Response(
            {
                "is_whole": broken is None,
                "first_wrong": broken.seq if broken else None,
                "next": replace_query_param(here, "before", piece[-1].seq) if len(found) > size else None,
                "results": EventShape(results, many=True).data,
            }
        )
