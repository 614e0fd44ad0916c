"""Change what was agreed: begin, hand rows over, write down that a firm is gone, give the change up."""

from typing import Any, Final
from uuid import UUID

from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bids.actions.begin_change import begin_change
from bids.actions.cancel_change import cancel_change
from bids.actions.reassign_lines import reassign_lines
from bids.actions.tell_firm_is_gone import tell_firm_is_gone
from bids.api.bodies import StrictSerializer, said_in
from bids.api.components import response_header
from bids.api.sending import Nothing, as_seen, led, require_seen
from bids.api.versions import IF_MATCH
from bids.changing import ADDED, CHANGED, MOVED, STRUCK
from bids.exports.change_chain import change_of_rows, what_was_changed
from bids.models import Bid, Part
from bids.permissions import eyes_of
from bids.queries.content_of import offer_of, whole_bids
from bids.sheets.change import ChainRow, FirmChange, RowChange
from bids.steps.changing import NothingAgreed
from bids.steps.reasons import LONGEST_REASON
from bids.vocabulary import Language, LeavingWhy
from kernel.actor import Actor
from kernel.conflicts import again_after_conflict
from kernel.errors import NotVisible
from members.api.acting import actor_of
from members.api.asking import ApiView
from members.api.fields import Word
from members.api.moment import moment_of

_SEEN: Final = response_header("ETag", "Names the offer as it stands; changing it asks for this in If-Match.", 200)
MOST_ROWS: Final = 1000


class ChainRowShape(serializers.Serializer[ChainRow]):
    """What was agreed at first, one change of it, or what it is now; amounts in the language asked for."""

    name = serializers.CharField()
    net = serializers.CharField()
    vat = serializers.CharField()
    gross = serializers.CharField()
    is_sum = serializers.BooleanField()


class RowChangeShape(serializers.Serializer[RowChange]):
    """One row that came, went, moved or is otherwise."""

    kind = serializers.ChoiceField(choices=[ADDED, STRUCK, MOVED, CHANGED])
    name = serializers.CharField()
    what = serializers.CharField()
    said = serializers.CharField()


class FirmChangeShape(serializers.Serializer[FirmChange]):
    """What changes for one firm; without sums for whoever does not see its prices."""

    key = serializers.CharField()
    name = serializers.CharField()
    rows = RowChangeShape(many=True)
    was = serializers.CharField(allow_blank=True)
    net = serializers.CharField(allow_blank=True)
    now = serializers.CharField(allow_blank=True)


class AgreedShape(serializers.Serializer[Any]):
    """What was agreed, every change of it, and what is being changed."""

    changing = serializers.IntegerField(help_text="The number of the change that is being made; 0 when none is.")
    reason = serializers.CharField(allow_blank=True)
    chain = ChainRowShape(many=True)
    firms = FirmChangeShape(many=True)


class ChangeAsked(StrictSerializer):
    """A change to begin."""

    reason = serializers.CharField(
        required=False,
        default="",
        allow_blank=True,
        max_length=LONGEST_REASON,
        help_text="What it is for; the client reads it.",
    )
    until = serializers.DateField(
        required=False, default=None, allow_null=True, help_text="The last day to say yes to it; else two weeks ahead."
    )


class LinesReassigned(StrictSerializer):
    """Rows, and the firm that does them from now on."""

    lines = serializers.ListField(child=serializers.CharField(max_length=12), min_length=1, max_length=MOST_ROWS)
    to = serializers.CharField(max_length=12, allow_null=True, help_text="The firm's key; null strikes the rows.")


class FirmGone(StrictSerializer):
    """Why and since when a firm does not go on, and what becomes of its rows; those not named are struck."""

    why = Word(LeavingWhy)
    on = serializers.DateField()
    done = serializers.ListField(
        child=serializers.CharField(max_length=12), required=False, default=list, max_length=MOST_ROWS
    )
    taken_over = serializers.ListField(
        child=serializers.CharField(max_length=12), required=False, default=list, max_length=MOST_ROWS
    )


class BidChange(ApiView):
    """The change of what was agreed."""

    @extend_schema(
        operation_id="get_change",
        summary="See what was agreed and what is being changed",
        responses=AgreedShape,
        parameters=[_SEEN],
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        """Original, changes and now; with a change under way, what it changes. The lead's own."""
        actor = actor_of(request)
        return _told(actor, led(actor, public_id))

    @extend_schema(
        operation_id="begin_change",
        summary="Begin to change what was agreed",
        request={"application/json": ChangeAsked},
        responses=AgreedShape,
        parameters=[IF_MATCH],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """The rows say what is agreed and can be changed; it is sent, and decided about, like any version."""
        actor, now = actor_of(request), moment_of(request)
        bid = led(actor, public_id)
        require_seen(request, bid)
        asked = said_in(ChangeAsked, request)
        again_after_conflict(lambda: begin_change(bid=bid, by=actor, now=now, **asked))
        return _told(actor, led(actor, public_id))


class ChangeCancelled(ApiView):
    """A change of what was agreed that is given up."""

    @extend_schema(
        operation_id="cancel_change",
        summary="Give a change up",
        request={"application/json": Nothing},
        responses=AgreedShape,
        parameters=[IF_MATCH],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """The rows say again what is agreed; refused while the client can still say yes to the change."""
        actor, now = actor_of(request), moment_of(request)
        bid = led(actor, public_id)
        require_seen(request, bid)
        said_in(Nothing, request)
        again_after_conflict(lambda: cancel_change(bid=bid, by=actor, now=now))
        return _told(actor, led(actor, public_id))


class ReassignedLines(ApiView):
    """Rows that another firm does, or nobody."""

    @extend_schema(
        operation_id="reassign_lines",
        summary="Let another firm do rows, or strike them",
        request={"application/json": LinesReassigned},
        responses=AgreedShape,
        parameters=[IF_MATCH],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Text, quantity and price stay; the firms that give or take are asked for their OK."""
        actor, now = actor_of(request), moment_of(request)
        bid = led(actor, public_id)
        require_seen(request, bid)
        asked = said_in(LinesReassigned, request)
        to = None if asked["to"] is None else _part(bid, asked["to"])
        again_after_conflict(lambda: reassign_lines(bid=bid, codes=asked["lines"], to=to, by=actor, now=now))
        return _told(actor, led(actor, public_id))


class PartGone(ApiView):
    """A firm that does not go on with what was agreed."""

    @extend_schema(
        operation_id="tell_firm_is_gone",
        summary="Write down that a firm does not go on",
        request={"application/json": FirmGone},
        responses=AgreedShape,
        parameters=[IF_MATCH],
    )
    def post(self, request: Request, public_id: UUID, key: str) -> Response:
        """It sells what it has done; its OK to the change is not asked, and it hears of it by letter."""
        actor, now = actor_of(request), moment_of(request)
        bid = led(actor, public_id)
        require_seen(request, bid)
        asked = said_in(FirmGone, request)
        part = _part(bid, key)
        again_after_conflict(
            lambda: tell_firm_is_gone(
                part=part,
                why=LeavingWhy(asked["why"]),
                on=asked["on"],
                done=asked["done"],
                taken_over=asked["taken_over"],
                by=actor,
                now=now,
            )
        )
        return _told(actor, led(actor, public_id))


def _part(bid: Bid, key: str) -> Part:
    part = Part.objects.select_related("bid").filter(bid=bid, key=key).first()
    if part is None:
        raise NotVisible
    return part


def _told(actor: Actor, bid: Bid) -> Response:
    whole = whole_bids().get(pk=bid.pk)
    eyes, language = eyes_of(actor, whole), Language((get_language() or Language.FI)[:2])
    sheet = change_of_rows(whole, offer_of(whole, with_files=False), language=language, eyes=eyes)
    sheet = sheet or what_was_changed(whole, language=language, eyes=eyes)
    if sheet is None:
        raise NothingAgreed
    said = {"changing": whole.changing, "reason": whole.change_reason, "chain": sheet.chain, "firms": sheet.firms}
    return Response(AgreedShape(said).data, headers={"ETag": as_seen(whole)})
