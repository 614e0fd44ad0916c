"""Groups of firms that work together again and again."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bids.actions.agree_to_group import agree_to_group
from bids.actions.change_group import change_group
from bids.actions.leave_group import leave_group
from bids.actions.make_group import make_group
from bids.api.bids import KEY_PATTERN, key_of
from bids.api.bodies import StrictSerializer, keys_in
from bids.api.components import response_header
from bids.api.paging import PageAsked, list_of, page_of
from bids.api.starting import Text
from bids.api.versions import IF_MATCH, etag_of, version_seen
from bids.models import Group, GroupMember
from bids.permissions import may_lead_group
from bids.queries.group_standing import MemberStanding, standing_of_group
from bids.steps.groups import GroupFirm, GroupRules, GroupSaid
from bids.vocabulary import Invoicing, Liability, PriceVisibility
from kernel.actor import Actor
from kernel.errors import NotVisible, require
from members.api.acting import actor_of
from members.api.asking import ApiView
from members.api.fields import Instant, Word
from members.api.moment import moment_of

_VERSION = response_header("ETag", "The version that was read.", 200, 201)
_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "format": "uuid", "pattern": KEY_PATTERN},
    OpenApiParameter.HEADER,
    description="A random UUID (version 4) of your own. It becomes the group's id; asking again makes nothing more.",
)


class GroupRulesSaid(StrictSerializer):
    """The rules of the game."""

    invoicing = Word(Invoicing, required=False, default=Invoicing.EACH)
    liability = Word(Liability, required=False, default=Liability.SEVERAL)
    payment_days = serializers.IntegerField(required=False, default=14)
    valid_days = serializers.IntegerField(required=False, default=30)
    price_visibility = Word(PriceVisibility, required=False, default=PriceVisibility.ALL)


class GroupFirmSaid(StrictSerializer):
    """A firm besides your own."""

    name = Text()
    email = Text(required=False, default="")
    phone = Text(required=False, default="")
    contact = Text(required=False, default="", help_text="The name of the person there.")
    usual_share = Text(required=False, default="", help_text="What it usually does.")


class GroupMade(StrictSerializer):
    """A group as it is to be."""

    name = Text()
    firms = serializers.ListField(child=GroupFirmSaid(), max_length=100)
    rules = GroupRulesSaid(required=False)


class RulesVersion(StrictSerializer):
    """Which rules were read."""

    rules_version = serializers.IntegerField(min_value=1, max_value=1_000_000)


class GroupMemberShape(serializers.Serializer[Any]):
    """A firm of the group, and whether it has agreed to the rules as they stand."""

    id = serializers.UUIDField(source="member.firm.public_id")
    name = serializers.CharField(source="member.firm.name")
    email = serializers.SerializerMethodField(help_text="Empty for who neither made the group nor is of this firm.")
    phone = serializers.SerializerMethodField(help_text="Likewise.")
    contact = serializers.SerializerMethodField(help_text="Likewise.")
    usual_share = serializers.CharField(source="member.usual_share", allow_blank=True)
    is_lead = serializers.BooleanField()
    has_agreed = serializers.BooleanField()

    def get_email(self, row: MemberStanding) -> str:
        """Where the firm is asked to agree."""
        return row.member.email if self._knows_them(row.member) else ""

    def get_phone(self, row: MemberStanding) -> str:
        """As whoever made the group has it."""
        return row.member.phone if self._knows_them(row.member) else ""

    def get_contact(self, row: MemberStanding) -> str:
        """Whom whoever made the group knows there."""
        return row.member.name if self._knows_them(row.member) else ""

    def _knows_them(self, member: GroupMember) -> bool:
        return self.context["firm_id"] in (self.context["made_by"], member.firm_id)


class GroupShape(serializers.Serializer[Group]):
    """A group, its rules of the game, and who has agreed to them."""

    id = serializers.UUIDField(source="public_id")
    version = serializers.IntegerField()
    name = serializers.CharField()
    made_at = Instant()
    rules_version = serializers.IntegerField()
    invoicing = Word(Invoicing)
    liability = Word(Liability)
    payment_days = serializers.IntegerField()
    valid_days = serializers.IntegerField()
    price_visibility = Word(PriceVisibility)
    firms = serializers.SerializerMethodField()

    @extend_schema_field(GroupMemberShape(many=True))
    def get_firms(self, group: Group) -> Any:
        """Every firm, the one that made the group first."""
        context = {**self.context, "made_by": group.made_by_id}
        return GroupMemberShape(standing_of_group(group), many=True, context=context).data


class Groups(ApiView):
    """The groups of your firm."""

    asks: ClassVar[Mapping[str, type[serializers.Serializer[Any]]]] = {"GET": PageAsked}

    @extend_schema(
        operation_id="list_groups",
        summary="List groups",
        parameters=[PageAsked],
        responses=list_of(GroupShape, "GroupList"),
    )
    def get(self, request: Request) -> Response:
        """Groups your firm is in, the newest first."""
        return page_of(Group.objects.visible_to(actor_of(request)), "made_at", GroupShape, view=self)

    @extend_schema(
        operation_id="make_group",
        summary="Make a group",
        parameters=[_KEY, _VERSION, response_header("Location", "Where the group is.", 200, 201)],
        request={"application/json": GroupMade},
        responses={201: GroupShape, 200: GroupShape},
    )
    def post(self, request: Request) -> Response:
        """Your firm agrees by making it; every other firm with an address is asked to, by one letter."""
        now = moment_of(request)
        group = make_group(said=_said_in(request), by=actor_of(request), now=now, public_id=key_of(request))
        answer = _answer(group, actor_of(request), status=201 if group.made_at == now else 200)
        answer.headers["Location"] = reverse("api:group", args=[group.public_id])
        return answer


class OneGroup(ApiView):
    """One group."""

    http_method_names: ClassVar[Sequence[str]] = ["get", "head", "put"]  # type: ignore[misc]

    @extend_schema(operation_id="get_group", summary="See a group", responses=GroupShape, parameters=[_VERSION])
    def get(self, request: Request, public_id: UUID) -> Response:
        """Its firms, its rules, and who has agreed."""
        actor = actor_of(request)
        return _answer(_group_for(actor, public_id), actor)

    @extend_schema(
        operation_id="change_group",
        summary="Change a group",
        parameters=[IF_MATCH, _VERSION],
        request={"application/json": GroupMade},
        responses=GroupShape,
    )
    def put(self, request: Request, public_id: UUID) -> Response:
        """For the firm that made it. Other rules are asked of every firm anew; a firm not named is out."""
        actor = actor_of(request)
        group = _group_for(actor, public_id)
        require(may_lead_group(actor, group))
        seen = version_seen(request, group.public_id)
        said = _said_in(request)
        changed = change_group(group=group, said=said, seen=seen, by=actor, now=moment_of(request))
        return _answer(changed, actor)


class GroupAgreed(ApiView):
    """Where a firm agrees to the rules of its group."""

    @extend_schema(
        operation_id="agree_to_group",
        summary="Agree to a group's rules of the game",
        request={"application/json": RulesVersion},
        responses=GroupShape,
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Your firm's yes to exactly these rules; 412 when there are others by now."""
        actor = actor_of(request)
        group = _group_for(actor, public_id)
        read = RulesVersion(data=keys_in(request))
        read.is_valid(raise_exception=True)
        agree_to_group(
            group=group,
            member=_own_place(group, actor),
            rules_version=read.validated_data["rules_version"],
            by=actor,
            now=moment_of(request),
        )
        return _answer(group, actor)


class GroupLeft(ApiView):
    """Where a firm leaves its group."""

    @extend_schema(operation_id="leave_group", summary="Leave a group", request=None, responses={204: None})
    def post(self, request: Request, public_id: UUID) -> Response:
        """Your firm is in it no more; offers keep what was agreed for them."""
        actor = actor_of(request)
        group = _group_for(actor, public_id)
        leave_group(group=group, member=_own_place(group, actor), by=actor, now=moment_of(request))
        return Response(status=204)


def _said_in(request: Request) -> GroupSaid:
    read = GroupMade(data=keys_in(request))
    read.is_valid(raise_exception=True)
    said = read.validated_data
    return GroupSaid(
        name=said["name"],
        firms=tuple(GroupFirm(**firm) for firm in said["firms"]),
        rules=GroupRules(**said["rules"]) if "rules" in said else GroupRules(),
    )


def _group_for(actor: Actor, public_id: UUID) -> Group:
    found = Group.objects.visible_to(actor).select_related("made_by").filter(public_id=public_id).first()
    if found is None:
        raise NotVisible
    return found


def _own_place(group: Group, actor: Actor) -> GroupMember:
    found = GroupMember.objects.select_related("firm").filter(group=group, firm_id=actor.firm_id or 0).first()
    if found is None:
        raise NotVisible
    return found


def _answer(group: Group, actor: Actor, *, status: int = 200) -> Response:
    fresh = Group.objects.get(pk=group.pk)
    etag = etag_of(fresh.public_id, fresh.version)
    return Response(GroupShape(fresh, context={"firm_id": actor.firm_id}).data, status=status, headers={"ETag": etag})
