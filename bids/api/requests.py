"""Requests: who was asked for what, and what can be done about it."""

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bids.actions.ask_firm import ask_firm
from bids.actions.change_request import RequestChange, change_request
from bids.actions.copy_link import copy_link
from bids.actions.forward_request import forward_request
from bids.actions.take_back_request import take_back_request
from bids.api.bids import bid_for
from bids.api.bodies import StrictSerializer, keys_in
from bids.api.components import response_header
from bids.api.letters import keys_refused
from bids.api.starting import FirmSaid, InstantSaid, Text
from bids.api.versions import IF_MATCH, etag_of, version_seen
from bids.models import Bid, Invitation
from bids.permissions import leads, may_ask_firms
from bids.queries.letters import latest_to
from bids.vocabulary import Answer, Language, LetterKind, LetterState, PartState
from kernel.actor import Actor
from kernel.errors import NotVisible, require
from members.api.acting import actor_of
from members.api.asking import ApiView
from members.api.fields import Instant, Word
from members.api.moment import moment_of

_VERSION = response_header("ETag", "The version that was read.", 200, 201)
_ASKING = (LetterKind.ASKED, LetterKind.REMINDER, LetterKind.LINK_RENEWED)


class SuggestedShape(serializers.Serializer[Invitation]):
    """Whom a firm without time suggests instead."""

    name = serializers.CharField(source="suggests_name", allow_blank=True)
    email = serializers.CharField(source="suggests_email", allow_blank=True)
    why = serializers.CharField(source="suggests_why", allow_blank=True)


class RequestShape(serializers.Serializer[Any]):
    """A request to one firm. `letter` is how far the last letter that asks has come, null without one."""

    id = serializers.UUIDField(source="public_id")
    version = serializers.IntegerField()
    bid = serializers.UUIDField(source="bid.public_id")
    part = serializers.UUIDField(source="part.public_id")
    firm = serializers.CharField(source="part.card.name")
    key = serializers.CharField(source="part.key", help_text="The firm's initials in the offer.")
    state = Word(PartState, source="part.state")
    what = serializers.CharField(source="part.asked", allow_blank=True)
    contact = serializers.CharField(source="name", allow_blank=True)
    email = serializers.CharField(allow_blank=True)
    phone = serializers.CharField(allow_blank=True)
    language = Word(Language)
    asked_at = Instant()
    answer_until = Instant()
    opened_at = Instant(allow_null=True)
    answer = serializers.SerializerMethodField()
    answered_at = Instant(allow_null=True)
    message = serializers.CharField(allow_blank=True)
    suggests = SuggestedShape(source="*")
    letter = serializers.SerializerMethodField()

    @extend_schema_field(Word(Answer, allow_null=True))
    def get_answer(self, invitation: Invitation) -> str | None:
        """What the firm said; null while it has not."""
        return invitation.answer or None

    @extend_schema_field(Word(LetterState, allow_null=True))
    def get_letter(self, invitation: Invitation) -> str | None:
        """The state of the letter; null where none was written."""
        found = self.context["letters"].get(invitation.email.casefold())
        return str(found.state) if found else None


class RequestList(serializers.Serializer[Any]):
    """The requests of an offer that stand, in the order of the document."""

    results = RequestShape(many=True)


class FirmAsked(FirmSaid):
    """One more firm that is to be asked."""

    answer_until = InstantSaid(
        required=False, allow_null=True, default=None, help_text="Left out: until the offer leaves."
    )


class RequestChanged(StrictSerializer):
    """What is to be another way; what is left out stays."""

    name = Text(required=False)
    what = Text(required=False)
    email = Text(required=False)
    phone = Text(required=False)
    contact = Text(required=False)
    answer_until = InstantSaid(required=False)


class PassedOn(StrictSerializer):
    """Who gets the request instead."""

    email = Text()
    name = Text(required=False, default="")


class LinkShape(serializers.Serializer[Any]):
    """A link to pass on in a message of one's own. It is told this once."""

    address = serializers.URLField()
    expires_at = Instant()


class BidRequests(ApiView):
    """The requests of one offer."""

    @extend_schema(operation_id="list_requests", summary="List the requests of an offer", responses=RequestList)
    def get(self, request: Request, public_id: UUID) -> Response:
        """Everybody asked and not taken back, for the firm that leads."""
        bid = _led_bid(actor_of(request), public_id)
        standing = Invitation.objects.standing().filter(bid=bid).select_related("bid", "part")
        return Response({"results": _shown(bid, list(standing.order_by("part__position")))})

    @extend_schema(
        operation_id="ask_firm",
        summary="Ask one more firm",
        request={"application/json": FirmAsked},
        responses={201: RequestShape},
        parameters=[_VERSION],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """The firm has a share in the offer and one letter. A firm that is here already is refused (422)."""
        actor, now = actor_of(request), moment_of(request)
        bid = _led_bid(actor, public_id)
        asked = FirmAsked(data=keys_in(request))
        asked.is_valid(raise_exception=True)
        until = asked.validated_data["answer_until"]
        invitation = ask_firm(bid=bid, asked=asked.asked(asked.validated_data), by=actor, now=now, until=until)
        return _answer(invitation, status=201)


class OneRequest(ApiView):
    """One request."""

    http_method_names: ClassVar[Sequence[str]] = ["get", "head", "patch"]  # type: ignore[misc]

    @extend_schema(operation_id="get_request", summary="See a request", responses=RequestShape, parameters=[_VERSION])
    def get(self, request: Request, public_id: UUID) -> Response:
        """What was asked of whom, and what became of it; for the firm that leads."""
        return _answer(_request_for(actor_of(request), public_id))

    @extend_schema(
        operation_id="change_request",
        summary="Change a request",
        request={"application/json": RequestChanged},
        responses=RequestShape,
        parameters=[IF_MATCH, _VERSION],
    )
    def patch(self, request: Request, public_id: UUID) -> Response:
        """Whoever is to do anything anew gets one new letter; at another address older links open nothing."""
        actor, now = actor_of(request), moment_of(request)
        invitation = _request_for(actor, public_id)
        require(may_ask_firms(actor, invitation.bid))
        seen = version_seen(request, invitation.public_id)
        read = RequestChanged(data=keys_in(request))
        read.is_valid(raise_exception=True)
        said = dict(read.validated_data)
        change = RequestChange(until=said.pop("answer_until", None), **said)
        return _answer(change_request(invitation=invitation, change=change, seen=seen, by=actor, now=now))


class RequestTakenBack(ApiView):
    """Where a request is taken back."""

    @extend_schema(
        operation_id="take_back_request",
        summary="Take a request back",
        request=None,
        responses=RequestShape,
        parameters=[IF_MATCH, _VERSION],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Its links open nothing any more, and the offer goes on without the firm. What it wrote is kept."""
        actor = actor_of(request)
        invitation = _request_for(actor, public_id)
        require(may_ask_firms(actor, invitation.bid))
        seen = version_seen(request, invitation.public_id)
        keys_refused(request)
        return _answer(take_back_request(invitation=invitation, by=actor, now=moment_of(request), seen=seen))


class RequestPassedOn(ApiView):
    """Where a request is passed on."""

    @extend_schema(
        operation_id="pass_on_request",
        summary="Pass a request to your firm on to a colleague",
        request={"application/json": PassedOn},
        responses={204: None},
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """For those who write for the firm that is asked: the colleague gets a letter, and the lead is told."""
        actor = actor_of(request)
        found = Invitation.objects.standing().select_related("bid", "part__firm").filter(public_id=public_id)
        invitation = found.filter(part__firm_id=actor.firm_id or 0).first()
        if invitation is None:
            raise NotVisible
        read = PassedOn(data=keys_in(request))
        read.is_valid(raise_exception=True)
        forward_request(
            invitation=invitation,
            name=read.validated_data["name"],
            email=read.validated_data["email"],
            by=actor,
            now=moment_of(request),
        )
        return Response(status=204)


class RequestLink(ApiView):
    """Where a link to pass on is made."""

    @extend_schema(
        operation_id="copy_link",
        summary="Make a link to pass on yourself",
        request=None,
        responses={201: LinkShape},
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """It opens nothing before a mailed code has bound it. One made before and not in use opens nothing any more."""
        actor = actor_of(request)
        invitation = _request_for(actor, public_id)
        keys_refused(request)
        copied = copy_link(invitation=invitation, by=actor, now=moment_of(request))
        address = f"{settings.PUBLIC_BASE_URL}/i/{copied.token}"
        return Response(LinkShape({"address": address, "expires_at": copied.link.expires_at}).data, status=201)


def _led_bid(actor: Actor, public_id: UUID) -> Bid:
    bid = bid_for(actor, public_id)
    if not leads(actor, bid):
        raise NotVisible
    return bid


def _request_for(actor: Actor, public_id: UUID) -> Invitation:
    found = Invitation.objects.select_related("bid__lead", "part").filter(public_id=public_id)
    invitation = found.filter(bid__in=Bid.objects.visible_to(actor), bid__lead_id=actor.firm_id or 0).first()
    if invitation is None:
        raise NotVisible
    return invitation


def _shown(bid: Bid, invitations: list[Invitation]) -> Any:
    return RequestShape(invitations, many=True, context={"letters": latest_to(bid, *_ASKING)}).data


def _answer(invitation: Invitation, *, status: int = 200) -> Response:
    fresh = Invitation.objects.select_related("bid", "part").get(pk=invitation.pk)
    told = _shown(fresh.bid, [fresh])[0]
    return Response(told, status=status, headers={"ETag": etag_of(fresh.public_id, fresh.version)})
