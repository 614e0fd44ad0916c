"""Starting a joint offer, of nothing or of an earlier one, and whom one has worked with before."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from bids.actions.copy_offer import copy_offer
from bids.actions.start_offer import start_offer
from bids.api.bids import KEY_PATTERN, bid_for, key_of
from bids.api.bodies import StrictSerializer, keys_in
from bids.api.components import response_header
from bids.api.shapes import BidShape
from bids.api.versions import etag_of
from bids.content import Period
from bids.models import Bid
from bids.permissions import leads, may_start_for
from bids.queries.partners import earlier_partners
from bids.steps.asking import Asked
from bids.steps.starting import NewOffer, Rules
from bids.vocabulary import ClientKind, Invoicing, Language, Liability, PriceVisibility, Profile, Theme
from kernel.errors import NotVisible, require
from members.api.acting import actor_of, firm_acted_for
from members.api.asking import ApiView
from members.api.fields import Flag, Word
from members.api.moment import moment_of

LONGEST = 100_000
"""Characters of a text that is looked at at all; what is too long for its place is refused by the action."""
KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "format": "uuid", "pattern": KEY_PATTERN},
    OpenApiParameter.HEADER,
    description="A random UUID (version 4) of your own. It becomes the offer's id, and asking again with the same key "
    "and the same words gives the same offer and writes to nobody again.",
)
_WHERE = response_header("Location", "Where the offer is.", 200, 201)
_VERSION = response_header("ETag", "The version that was read.", 200, 201)


class InstantSaid(serializers.DateTimeField):
    """A moment with its distance from UTC: `2026-03-12T16:00:00Z` or `2026-03-12T18:00:00+02:00`."""

    def to_internal_value(self, value: Any) -> datetime:
        """The moment in UTC; one without its distance could be two."""
        try:
            moment = datetime.fromisoformat(value) if isinstance(value, str) else None
            if moment is not None and moment.tzinfo is not None:
                return moment.astimezone(UTC)
        except (ValueError, OverflowError):
            pass
        sentence = gettext("Write the moment with its distance from UTC, like 2026-03-12T16:00:00Z.")
        raise ValidationError(sentence, code="not_a_moment")


class Text(serializers.CharField):
    """A text as it was written; whether it is too long or missing, the action says in a sentence."""

    def __init__(self, **said: Any) -> None:
        super().__init__(**{"max_length": LONGEST, "allow_blank": True, "trim_whitespace": False, **said})


class PeriodSaid(StrictSerializer):
    """A first and a last day, both included."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Under the names the bid package uses; one of them is a word Python keeps for itself."""
        return {"from": serializers.DateField(), "to": serializers.DateField()}


class ClientSaid(StrictSerializer):
    """Whom the offer is for."""

    name = Text()
    kind = Word(ClientKind, required=False, default=ClientKind.BUSINESS)
    email = Text(required=False, default="", help_text="Of the person who may say yes.")
    contact = Text(required=False, default="", help_text="That person's name.")


class FirmSaid(StrictSerializer):
    """A firm that is to be asked. Without an e-mail address no letter goes: copy a link for it, or call."""

    name = Text()
    what = Text(help_text="What is asked from it.")
    email = Text(required=False, default="")
    phone = Text(required=False, default="")
    contact = Text(required=False, default="", help_text="The name of the person there.")

    def asked(self, said: Mapping[str, Any]) -> Asked:
        """As the actions want it."""
        return Asked(**{key: said[key] for key in ("name", "what", "email", "phone", "contact")})


class ShareAgain(FirmSaid):
    """A firm that is to be asked for a copy."""

    share = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        max_length=12,
        help_text="The firm's key in the earlier offer, if it gets its rows and texts again.",
    )


class RulesSaid(StrictSerializer):
    """What nobody is asked: every key may be left out."""

    language = Word(Language, required=False, default=Language.FI)
    theme = Word(Theme, required=False, default=Theme.SELKEA)
    profile = Word(Profile, required=False, default=Profile.COMPACT)
    invoicing = Word(Invoicing, required=False, default=Invoicing.EACH)
    liability = Word(Liability, required=False, default=Liability.SEVERAL)
    payment_days = serializers.IntegerField(required=False, default=14)
    valid_days = serializers.IntegerField(required=False, default=30)
    price_visibility = Word(PriceVisibility, required=False, default=PriceVisibility.ALL)
    always_ask = Flag(required=False, default=False)


class OfferStarted(StrictSerializer):
    """A joint offer as it begins."""

    client = ClientSaid()
    title = Text(help_text="One sentence: what is offered.")
    leaves_at = InstantSaid(help_text="When it leaves; whoever is asked has until then.")
    ready = PeriodSaid(required=False, allow_null=True, default=None)
    firms = serializers.ListField(child=FirmSaid(), required=False, default=list, max_length=100)
    rules = RulesSaid(required=False)
    meeting = serializers.UUIDField(required=False, allow_null=True, default=None)
    group = serializers.UUIDField(required=False, allow_null=True, default=None)


class OfferCopied(OfferStarted):
    """A joint offer made of an earlier one."""

    firms = serializers.ListField(child=ShareAgain(), required=False, default=list, max_length=100)


class RateShape(serializers.Serializer[Any]):
    """A row whose VAT rate is no longer in force; `new` is null where no rate took its place."""

    line = serializers.CharField(source="code")
    old = serializers.CharField()
    new = serializers.CharField(allow_null=True)


class CopyShape(serializers.Serializer[Any]):
    """The new offer, and which rates were replaced in it."""

    bid = BidShape()
    rates = RateShape(many=True)


class PartnerShape(serializers.Serializer[Any]):
    """A firm of your own earlier offers or groups, as you knew it last."""

    name = serializers.CharField()
    email = serializers.CharField(allow_blank=True)
    phone = serializers.CharField(allow_blank=True)
    contact = serializers.CharField(allow_blank=True)
    asked = serializers.CharField(allow_blank=True, help_text="What you asked it for last.")


class PartnerList(serializers.Serializer[Any]):
    """Your earlier partners, the latest first."""

    results = PartnerShape(many=True)


class StartOffer(ApiView):
    """Where joint offers start."""

    @extend_schema(
        operation_id="start_offer",
        summary="Start a joint offer",
        parameters=[KEY, _WHERE, _VERSION],
        request={"application/json": OfferStarted},
        responses={201: BidShape, 200: BidShape},
    )
    def post(self, request: Request) -> Response:
        """Starts the offer and asks every firm named, with one letter each. 200 when the key was used for it before."""
        key, said = key_of(request), _read(OfferStarted, request)
        now = moment_of(request)
        actor = actor_of(request)
        bid = start_offer(new=_new_offer(said), by=actor, now=now, public_id=key)
        shown = BidShape(_shown(bid), context={"firm_id": actor.firm_id}).data
        return _started(bid, shown, is_new=bid.created_at == now)


class CopyOffer(ApiView):
    """Where an earlier offer becomes a new one."""

    @extend_schema(
        operation_id="copy_offer",
        summary="Make a new offer of an earlier one",
        parameters=[KEY, _WHERE, _VERSION],
        request={"application/json": OfferCopied},
        responses={201: CopyShape, 200: CopyShape},
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Your rows and texts come along, and each firm's whose `share` is named; every firm gives its OK anew."""
        actor, now = actor_of(request), moment_of(request)
        earlier = bid_for(actor, public_id)
        if not leads(actor, earlier):
            raise NotVisible
        key, said = key_of(request), _read(OfferCopied, request)
        shares = tuple(firm["share"] for firm in said["firms"])
        copied = copy_offer(bid=earlier, new=_new_offer(said), shares=shares, by=actor, now=now, public_id=key)
        shown = BidShape(_shown(copied.bid), context={"firm_id": actor.firm_id}).data
        told = {"bid": shown, "rates": RateShape(copied.rates, many=True).data}
        return _started(copied.bid, told, is_new=copied.bid.created_at == now)


class Partners(ApiView):
    """Whom one has worked with."""

    @extend_schema(operation_id="list_partners", summary="List your earlier partners", responses=PartnerList)
    def get(self, request: Request) -> Response:
        """Firms of your firm's own offers and groups, the latest first; of no other firm anything is told."""
        firm = firm_acted_for(request)
        require(firm is not None and may_start_for(actor_of(request), firm))
        assert firm is not None  # noqa: S101 - required above
        return Response({"results": PartnerShape(earlier_partners(firm), many=True).data})


def _read(shape: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    read = shape(data=keys_in(request))
    read.is_valid(raise_exception=True)
    said: dict[str, Any] = read.validated_data
    return said


def _new_offer(said: Mapping[str, Any]) -> NewOffer:
    client, ready = said["client"], said["ready"]
    if ready is not None and ready["from"] > ready["to"]:
        fault = ErrorDetail(gettext("The last day is before the first one."), code="days_turned")
        raise ValidationError({"ready": {"to": [fault]}})
    return NewOffer(
        client_name=client["name"],
        client_email=client["email"],
        client_contact=client["contact"],
        client_kind=client["kind"],
        title=said["title"],
        leaves_at=said["leaves_at"],
        delivery=Period(starts_on=ready["from"], ends_on=ready["to"]) if ready else None,
        firms=tuple(FirmSaid().asked(firm) for firm in said["firms"]),
        rules=Rules(**said["rules"]) if "rules" in said else Rules(),
        meeting=said["meeting"],
        group=said["group"],
    )


def _shown(bid: Bid) -> Bid:
    return Bid.objects.select_related("client", "lead").prefetch_related("parts__firm").get(pk=bid.pk)


def _started(bid: Bid, told: Any, *, is_new: bool) -> Response:
    headers = {
        "ETag": etag_of(bid.public_id, bid.version),
        "Location": reverse("api:bid", args=[bid.public_id]),
    }
    return Response(told, status=201 if is_new else 200, headers=headers)
