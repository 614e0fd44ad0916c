"""Whose OK stands, saying OK and taking it back; going on without a firm; what the law asks the lead."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bids.actions.answer_legal_question import ANSWERS, answer_legal_question
from bids.actions.leave_out_part import leave_out_part
from bids.actions.say_ok import say_ok
from bids.actions.set_always_ask import set_always_ask
from bids.actions.take_back_ok import take_back_ok
from bids.actions.take_over_part import take_over_part
from bids.api.bids import bid_for
from bids.api.bodies import StrictSerializer, said_in
from bids.api.components import response_header
from bids.api.versions import IF_MATCH, etag_of, version_seen
from bids.models import Bid, Part
from bids.permissions import may_change_offer
from bids.queries.legal_answers import LegalQuestion, questions
from bids.queries.oks import PartOk, Tick, changed_since_ok, ok_board, ok_of
from bids.sheets import caution_sentences
from bids.sheets.difference_sentences import DifferenceInWords, in_words
from bids.vocabulary import OkLack, OkMethod, PartState
from kernel.actor import Actor
from kernel.errors import NotVisible, require
from members.api.acting import actor_of
from members.api.asking import ApiView
from members.api.fields import Flag, Instant, Word
from members.api.moment import moment_of

_VERSION = response_header("ETag", "The version of the firm's part.", 200)
_HASH_LENGTH = 64


class TickShape(serializers.Serializer[Tick]):
    """One half of a firm's OK. It counts when `lack` is null."""

    lack = Word(OkLack, allow_null=True)
    method = serializers.SerializerMethodField()
    given_at = Instant(source="approval.given_at", default=None, allow_null=True)
    good_until = serializers.DateField(source="approval.good_until", default=None, allow_null=True)

    @extend_schema_field(Word(OkMethod, allow_null=True))
    def get_method(self, tick: Tick) -> str | None:
        """How it was given, null when it never was."""
        return tick.approval.method if tick.approval else None


class OkRow(serializers.Serializer[PartOk]):
    """Where one firm's OK stands: to its own part, and to what binds or pays it in the whole offer."""

    firm = serializers.CharField(source="part.key")
    name = serializers.CharField()
    part_id = serializers.UUIDField(source="part.public_id")
    version = serializers.SerializerMethodField()
    state = Word(PartState, source="part.state")
    is_lead = serializers.BooleanField()
    is_ok = serializers.BooleanField()
    stops_sending = serializers.BooleanField()
    part = TickShape(source="own")
    frame = TickShape()

    @extend_schema_field(
        serializers.IntegerField(allow_null=True, help_text="null for whom this part is not to change.")
    )
    def get_version(self, ok: PartOk) -> int | None:
        """The version of the part, for its own firm and for the lead."""
        firm = self.context["firm_id"]
        return ok.part.version if firm in (ok.part.firm_id, ok.part.bid.lead_id) else None


class OksShape(serializers.Serializer[Any]):
    """The OK of every firm of the offer, in the order of the document."""

    results = OkRow(many=True)


class ChangeShape(serializers.Serializer[DifferenceInWords]):
    """What is not as you said OK to. An empty `before` is something new, an empty `after` something gone."""

    what = serializers.CharField()
    before = serializers.CharField(allow_blank=True)
    after = serializers.CharField(allow_blank=True)


class OwnOk(OkRow):
    """Your own firm's OK, the two hashes a new one carries, and what has changed since the last one."""

    part_hash = serializers.CharField()
    frame_hash = serializers.CharField()
    always_ask = serializers.BooleanField(source="part.always_ask")
    changes = serializers.SerializerMethodField()

    @extend_schema_field(ChangeShape(many=True))
    def get_changes(self, ok: PartOk) -> list[Mapping[str, Any]]:
        """In words, only what your missing OK is about."""
        found = [each for kind in ok.stale_kinds for each in changed_since_ok(ok, kind)]
        names = {part.key: str(part.card["name"]) for part in Part.objects.filter(bid=ok.part.bid_id)}
        return [ChangeShape(each).data for each in in_words(found, firms=names)]


class OkSaid(StrictSerializer):
    """An OK to exactly what these two hashes name."""

    part_hash = serializers.RegexField("^[0-9a-f]{64}$", max_length=_HASH_LENGTH)
    frame_hash = serializers.RegexField("^[0-9a-f]{64}$", max_length=_HASH_LENGTH)
    good_until = serializers.DateField(required=False, allow_null=True, default=None)


class AlwaysAskSet(StrictSerializer):
    """Whether you want to be asked about every change."""

    always = Flag()


class TakenOver(StrictSerializer):
    """For what you sell it; needed where nothing has been priced."""

    price = serializers.DecimalField(
        max_digits=14, decimal_places=2, min_value=0, required=False, allow_null=True, default=None
    )


class Nothing(StrictSerializer):
    """An empty object."""


class QuestionShape(serializers.Serializer[LegalQuestion]):
    """A legal question this offer raises; `answer` is null until the lead has answered it."""

    question = serializers.CharField(source="code")
    sentence = serializers.SerializerMethodField()
    answer = serializers.CharField(source="answer.answer", default=None, allow_null=True)
    note = serializers.CharField(source="answer.note", default="", allow_blank=True)
    answered_at = Instant(source="answer.answered_at", default=None, allow_null=True)

    def get_sentence(self, question: LegalQuestion) -> str:
        """The question in words."""
        return str(caution_sentences.sentence(question.caution))


class QuestionsShape(serializers.Serializer[Any]):
    """Every legal question of the offer."""

    results = QuestionShape(many=True)


class LegalAnswerSaid(StrictSerializer):
    """The lead's answer."""

    answer = serializers.ChoiceField(choices=[(word, word) for word in ANSWERS])
    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=5000)


class BidOks(ApiView):
    """The OKs of an offer's firms."""

    @extend_schema(operation_id="list_oks", summary="See whose OK stands", responses=OksShape)
    def get(self, request: Request, public_id: UUID) -> Response:
        """Which firm has said OK to what stands now, and what the others' OK lacks."""
        actor = actor_of(request)
        return _board(request, actor, bid_for(actor, public_id))


class MyOk(ApiView):
    """Your own firm's OK."""

    @extend_schema(operation_id="get_ok", summary="See your OK", responses=OwnOk, parameters=[_VERSION])
    def get(self, request: Request, public_id: UUID) -> Response:
        """Where your own OK stands, and the two hashes by which you say it anew."""
        return _own(request, _own_part(actor_of(request), public_id))

    @extend_schema(
        operation_id="say_ok",
        summary="Say OK again",
        request={"application/json": OkSaid},
        responses=OwnOk,
        parameters=[_VERSION],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Your firm OKs exactly what the two hashes name; 409 when that is no longer what stands."""
        actor = actor_of(request)
        part = _own_part(actor, public_id)
        said = said_in(OkSaid, request)
        say_ok(
            part=part,
            seen_part_hash=said["part_hash"],
            seen_frame_hash=said["frame_hash"],
            good_until=said["good_until"],
            by=actor,
            now=moment_of(request),
        )
        return _own(request, part)


class MyOkTakenBack(ApiView):
    """Your own firm's OK, taken back."""

    @extend_schema(
        operation_id="take_back_ok",
        summary="Take your OK back",
        request={"application/json": Nothing},
        responses=OwnOk,
        parameters=[_VERSION],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Your firm has promised nothing any more; not possible once the offer has been sent with it."""
        actor = actor_of(request)
        part = _own_part(actor, public_id)
        said_in(Nothing, request)
        take_back_ok(part=part, by=actor, now=moment_of(request))
        return _own(request, part)


class MyAlwaysAsk(ApiView):
    """Whether your own firm is asked about every change."""

    http_method_names: ClassVar[Sequence[str]] = ["put"]  # type: ignore[misc]

    @extend_schema(
        operation_id="set_always_ask",
        summary="Be asked about every change",
        request={"application/json": AlwaysAskSet},
        responses=OwnOk,
        parameters=[IF_MATCH, _VERSION],
    )
    def put(self, request: Request, public_id: UUID) -> Response:
        """From now on every change you can see asks your firm, or only what binds or pays it."""
        actor = actor_of(request)
        part = _own_part(actor, public_id)
        seen = version_seen(request, part.public_id)
        said = said_in(AlwaysAskSet, request)
        set_always_ask(part=part, always=said["always"], seen=seen, by=actor, now=moment_of(request))
        return _own(request, part)


class PartTakenOver(ApiView):
    """A firm's share, taken over by the lead."""

    @extend_schema(
        operation_id="take_over_part",
        summary="Take over a firm's share",
        request={"application/json": TakenOver},
        responses=OksShape,
        parameters=[IF_MATCH],
    )
    def post(self, request: Request, public_id: UUID, key: str) -> Response:
        """The lead sells it at its own risk, and the firm leaves the document."""
        actor = actor_of(request)
        part = _part(actor, public_id, key)
        seen = version_seen(request, part.public_id)
        said = said_in(TakenOver, request)
        take_over_part(part=part, seen=seen, price=said["price"], by=actor, now=moment_of(request))
        return _board(request, actor, part.bid)


class PartLeftOut(ApiView):
    """A firm, left out of the offer."""

    @extend_schema(
        operation_id="leave_out_part",
        summary="Leave a firm out",
        request={"application/json": Nothing},
        responses=OksShape,
        parameters=[IF_MATCH],
    )
    def post(self, request: Request, public_id: UUID, key: str) -> Response:
        """The offer goes on without the firm, and it hears of it by letter."""
        actor = actor_of(request)
        part = _part(actor, public_id, key)
        seen = version_seen(request, part.public_id)
        said_in(Nothing, request)
        leave_out_part(part=part, seen=seen, by=actor, now=moment_of(request))
        return _board(request, actor, part.bid)


class LegalQuestions(ApiView):
    """What the law asks the lead about the offer."""

    @extend_schema(
        operation_id="list_legal_questions", summary="See the legal questions of an offer", responses=QuestionsShape
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        """Every question the offer raises now, with the answer for these firms and this kind of work; the lead's."""
        actor = actor_of(request)
        bid = bid_for(actor, public_id)
        require(may_change_offer(actor, bid))
        return Response(QuestionsShape({"results": questions(bid)}).data)


class OneLegalQuestion(ApiView):
    """One legal question."""

    @extend_schema(
        operation_id="answer_legal_question",
        summary="Answer a legal question",
        request={"application/json": LegalAnswerSaid},
        responses=QuestionsShape,
    )
    def post(self, request: Request, public_id: UUID, question: str) -> Response:
        """The answer is added; the latest one counts. That firms may compete hides their prices from one another."""
        actor = actor_of(request)
        bid = bid_for(actor, public_id)
        said = said_in(LegalAnswerSaid, request)
        answer_legal_question(bid=bid, question=question, **said, by=actor, now=moment_of(request))
        return Response(QuestionsShape({"results": questions(bid)}).data)


def _part(actor: Actor, public_id: UUID, key: str) -> Part:
    bid = bid_for(actor, public_id)
    part = Part.objects.select_related("bid", "firm").filter(bid=bid, key=key).first()
    if part is None:
        raise NotVisible
    return part


def _own_part(actor: Actor, public_id: UUID) -> Part:
    bid: Bid = bid_for(actor, public_id)
    part = Part.objects.select_related("bid", "firm").filter(bid=bid, firm_id=actor.firm_id or 0).first()
    if part is None:
        raise NotVisible
    return part


def _board(request: Request, actor: Actor, bid: Bid) -> Response:
    board = ok_board(bid, now=moment_of(request))
    return Response(OksShape({"results": board}, context={"firm_id": actor.firm_id}).data)


def _own(request: Request, part: Part) -> Response:
    part.refresh_from_db()
    ok = ok_of(part, now=moment_of(request))
    return Response(
        OwnOk(ok, context={"firm_id": part.firm_id}).data, headers={"ETag": etag_of(part.public_id, part.version)}
    )
