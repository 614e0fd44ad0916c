"""What the client answered: read, written down by the lead, taken back. The client answers on its own pages."""

from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar, Final
from uuid import UUID, uuid4

from django.utils.translation import gettext
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from bids.actions.annul_decision import annul_decision
from bids.actions.record_counter_offer import record_counter_offer
from bids.actions.record_decision import record_decision
from bids.actions.tell_reason import tell_reason
from bids.api.bids import bid_for
from bids.api.bodies import StrictSerializer, said_in
from bids.api.documents import AnyForm
from bids.api.sealed import sealed
from bids.exports.answers import SeenAnswer, SeenCounterOffer, answers_seen, counter_offers_seen, file_of
from bids.models import Bid, Decision
from bids.permissions import eyes_of, leads
from bids.steps.counter_offers import LONGEST_WORDS
from bids.steps.reasons import LONGEST_REASON
from bids.steps.recording import LARGEST, RecordedFile
from bids.vocabulary import ConfirmedBy, DecisionKind, DecisionMethod, DecisionState, DecisionWay
from kernel.actor import Actor
from kernel.conflicts import again_after_conflict
from kernel.errors import NotVisible, require
from kernel.files import read
from members.api.acting import actor_of
from members.api.asking import ApiView
from members.api.fields import Instant, Word
from members.api.moment import moment_of

LARGEST_ANSWER: Final = LARGEST * 4 // 3 + 64 * 1024
"""Bytes of a request that brings a file, written in base64."""


class Base64File(serializers.CharField):
    """A file as text."""

    def to_internal_value(self, data: Any) -> Any:
        """The bytes; what is no base64 is refused."""
        text = super().to_internal_value(data)
        try:
            return RecordedFile(data=b64decode(text, validate=True))
        except (NotBase64, ValueError) as error:
            raise ValidationError(gettext("Write the file in base64."), code="not_base64") from error


class DecisionShape(serializers.Serializer[SeenAnswer]):
    """A yes or a no. What is not the reader's to see is null or empty."""

    id = serializers.UUIDField(source="decision.public_id")
    version = serializers.IntegerField(source="number", help_text="Number of the version it is about.")
    kind = Word(DecisionKind, source="decision.kind")
    method = Word(
        DecisionMethod,
        source="decision.method",
        help_text="Clicked by the client and confirmed with a letter, or recorded by the lead: then nobody clicked it.",
    )
    confirmed_by = Word(ConfirmedBy, allow_null=True, help_text="What of the letter confirmed one that was clicked.")
    state = Word(DecisionState, source="decision.standing.state")
    decided_at = Instant(source="decision.decided_at", help_text="For a recorded one, when it arrived.")
    written_at = Instant(source="decision.written_at")
    way = serializers.CharField(source="decision.way", help_text="How a recorded one came, else empty.")
    recorded_by = serializers.CharField(help_text="Who wrote it down; for the lead.")
    name = serializers.CharField(help_text="The name that was typed; for the lead.")
    email = serializers.CharField(help_text="The address that letter went to; for the lead.")
    chosen = serializers.ListField(child=serializers.CharField(), help_text="By name; a partner may see its own alone.")
    net = serializers.DecimalField(max_digits=14, decimal_places=2, allow_null=True)
    gross = serializers.DecimalField(max_digits=14, decimal_places=2, allow_null=True)
    own_net = serializers.DecimalField(
        max_digits=14, decimal_places=2, allow_null=True, help_text="The reader's share."
    )
    own_gross = serializers.DecimalField(max_digits=14, decimal_places=2, allow_null=True)
    reason = serializers.CharField(help_text="Why it was a no; for partners once the lead has told it.")
    reason_told_at = Instant(source="decision.standing.reason_told_at", allow_null=True)
    objected_at = Instant(allow_null=True, help_text="When the client said that a recorded one is not so.")
    objection = serializers.CharField(help_text="The client's words; for the lead.")
    annulled_because = serializers.CharField(source="decision.standing.reason")
    has_file = serializers.SerializerMethodField(help_text="Whether there is a file it is seen from.")

    def get_has_file(self, one: SeenAnswer) -> bool:
        """The file itself is the lead's."""
        return one.decision.file_id is not None


class CounterOfferShape(serializers.Serializer[SeenCounterOffer]):
    """A yes that came too late or with changes: no deal, but a new offer by the client."""

    id = serializers.UUIDField(source="made.public_id")
    version = serializers.IntegerField(source="number", help_text="Number of the version it answers.")
    arrived_at = Instant(source="made.arrived_at")
    written_at = Instant(source="made.written_at")
    is_late = serializers.BooleanField(source="made.is_late")
    words = serializers.CharField(source="made.words")
    chosen = serializers.ListField(child=serializers.CharField())
    who = serializers.CharField(help_text="Who made it by their own link, else empty.")
    way = serializers.CharField(source="made.way", help_text="How one came that the lead wrote down, else empty.")
    waits = serializers.BooleanField(help_text="Whether no version has answered it yet.")
    has_file = serializers.SerializerMethodField()

    def get_has_file(self, one: SeenCounterOffer) -> bool:
        """Whether there is a file it is seen from."""
        return one.made.file_id is not None


class DecisionsShape(serializers.Serializer[Any]):
    """Every yes and no, the newest first; those that were taken back too."""

    results = DecisionShape(many=True)


class CounterOffersShape(serializers.Serializer[Any]):
    """Every counter-offer, the newest first."""

    results = CounterOfferShape(many=True)


class _CameAsked(StrictSerializer):
    """How something came, when, and what it is seen from."""

    hash = serializers.RegexField(r"^[0-9a-f]{64}\Z", help_text="Of the version it answers, as its list tells it.")
    nonce = serializers.UUIDField(required=False, help_text="Sent again with the same one, it is written down once.")
    way = Word(DecisionWay)
    arrived_at = Instant()
    file = Base64File(
        required=False,
        allow_null=True,
        default=None,
        help_text="PDF, PNG, JPEG or .eml up to 5 MB, in base64. A yes needs one, unless it was said on the phone.",
    )


class DecisionAsked(_CameAsked):
    """What the client answered."""

    kind = Word(DecisionKind)
    lines = serializers.ListField(
        child=serializers.CharField(max_length=40), required=False, default=list, max_length=400
    )
    package = serializers.CharField(
        required=False,
        allow_null=True,
        allow_blank=True,
        default=None,
        max_length=40,
        help_text="Empty for none; null for the one that counts anyway.",
    )
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=LONGEST_REASON)
    tells_reason = serializers.BooleanField(
        required=False, default=False, help_text="Whether the partners read why it was a no."
    )


class CounterOfferAsked(_CameAsked):
    """What the client would say yes to."""

    words = serializers.CharField(required=False, allow_blank=True, default="", max_length=LONGEST_WORDS)


class AnnulAsked(StrictSerializer):
    """What was wrong; client and partners read it."""

    reason = serializers.CharField(max_length=LONGEST_REASON)


class BidDecisions(ApiView):
    """The client's yes and no to the versions of an offer."""

    largest_body: ClassVar[int] = LARGEST_ANSWER

    @extend_schema(operation_id="list_decisions", summary="See what the client decided", responses=DecisionsShape)
    def get(self, request: Request, public_id: UUID) -> Response:
        """The lead reads all of it, a partner its own share, and who clicked what as little as why it was a no."""
        actor = actor_of(request)
        bid = bid_for(actor, public_id)
        return Response(DecisionsShape({"results": answers_seen(bid, eyes_of(actor, bid))}).data)

    @extend_schema(
        operation_id="record_decision",
        summary="Write down a yes or a no",
        request={"application/json": DecisionAsked},
        responses={201: DecisionShape},
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Client and partners hear that it was written down, and the client can say that it is not so."""
        actor = actor_of(request)
        bid = _led(actor, public_id)
        asked = said_in(DecisionAsked, request)
        made = again_after_conflict(
            lambda: record_decision(
                bid=bid,
                seen=asked["hash"],
                nonce=asked.get("nonce") or uuid4(),
                kind=asked["kind"],
                way=asked["way"],
                arrived_at=_utc(asked["arrived_at"]),
                lines=asked["lines"],
                package=asked["package"],
                reason=asked["reason"],
                tells_reason=asked["tells_reason"],
                file=asked["file"],
                by=actor,
                now=moment_of(request),
            )
        )
        return _decision_answer(actor, bid, made, status=201)


class BidCounterOffers(ApiView):
    """What the client would say yes to."""

    largest_body: ClassVar[int] = LARGEST_ANSWER

    @extend_schema(
        operation_id="list_counter_offers", summary="See the client's counter-offers", responses=CounterOffersShape
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        """The lead's own; for a partner there are none."""
        actor = actor_of(request)
        bid = bid_for(actor, public_id)
        return Response(CounterOffersShape({"results": counter_offers_seen(bid, eyes_of(actor, bid))}).data)

    @extend_schema(
        operation_id="record_counter_offer",
        summary="Write down a counter-offer",
        request={"application/json": CounterOfferAsked},
        responses={201: CounterOfferShape},
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Nothing is decided by it; it waits for a new version."""
        actor = actor_of(request)
        bid = _led(actor, public_id)
        asked = said_in(CounterOfferAsked, request)
        made = again_after_conflict(
            lambda: record_counter_offer(
                bid=bid,
                seen=asked["hash"],
                nonce=asked.get("nonce") or uuid4(),
                way=asked["way"],
                arrived_at=_utc(asked["arrived_at"]),
                words=asked["words"],
                file=asked["file"],
                by=actor,
                now=moment_of(request),
            )
        )
        shown = next(one for one in counter_offers_seen(bid, eyes_of(actor, bid)) if one.made.pk == made.pk)
        return Response(CounterOfferShape(shown).data, status=201)


class DecisionAnnulled(ApiView):
    """A recorded decision, taken back."""

    @extend_schema(
        operation_id="annul_decision",
        summary="Take back what was written down wrongly",
        request={"application/json": AnnulAsked},
        responses=DecisionShape,
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """The version is where it would be without; client and partners hear of it. What was clicked stays."""
        actor = actor_of(request)
        bid, decision = _decision_for(actor, public_id)
        reason = said_in(AnnulAsked, request)["reason"]
        again_after_conflict(lambda: annul_decision(decision=decision, reason=reason, by=actor, now=moment_of(request)))
        return _decision_answer(actor, bid, decision)


class DecisionReasonTold(ApiView):
    """The reason of a no, told to the partners."""

    @extend_schema(
        operation_id="tell_reason",
        summary="Let the partners read why it was a no",
        request=None,
        responses=DecisionShape,
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """They read it on their pages from now on."""
        actor = actor_of(request)
        bid, decision = _decision_for(actor, public_id)
        again_after_conflict(lambda: tell_reason(decision=decision, by=actor, now=moment_of(request)))
        return _decision_answer(actor, bid, decision)


class AnswerFile(ApiView):
    """What an answer was written down from."""

    content_negotiation_class = AnyForm

    @extend_schema(
        operation_id="get_answer_file",
        summary="Take the file of a recorded answer",
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, public_id: UUID, answer: UUID) -> Any:
        """The file of a decision or a counter-offer as it was given; for the lead's owners and editors."""
        actor = actor_of(request)
        bid = _led(actor, public_id)
        require(eyes_of(actor, bid).sees_lead_notes)
        asset = file_of(bid, answer)
        if asset is None:
            raise NotVisible
        return sealed(read(asset.sha256), media_type=asset.media_type)


def _led(actor: Actor, public_id: UUID) -> Bid:
    """The offer, for its lead's people; partners may not."""
    bid = bid_for(actor, public_id)
    require(leads(actor, bid))
    return bid


def _decision_for(actor: Actor, public_id: UUID) -> tuple[Bid, Decision]:
    found = Decision.objects.filter(public_id=public_id).select_related("bid").first()
    if found is None:
        raise NotVisible
    return _led(actor, found.bid.public_id), found


def _decision_answer(actor: Actor, bid: Bid, decision: Decision, *, status: int = 200) -> Response:
    seen: Sequence[SeenAnswer] = answers_seen(bid, eyes_of(actor, bid))
    return Response(DecisionShape(next(one for one in seen if one.decision.pk == decision.pk)).data, status=status)


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC)
