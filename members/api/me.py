"""Who asks: the person, their firms, and for which of them."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from members.api import examples
from members.api.acting import firm_acted_for, scopes_of
from members.api.asking import ApiView
from members.api.fields import Word
from members.models import ApiToken, Firm, Membership, Person
from members.vocabulary import MembershipRole, TokenScope


class PersonShape(serializers.Serializer[Person]):
    """A person."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()
    email = serializers.EmailField()
    language = serializers.CharField(help_text="Empty while none has been chosen.")


class FirmShape(serializers.Serializer[Firm]):
    """A firm."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()
    business_id = serializers.CharField(allow_null=True)


class MembershipShape(serializers.Serializer[Membership]):
    """A firm the person belongs to, and as what."""

    firm = FirmShape()
    role = Word(MembershipRole)
    may_approve = serializers.BooleanField()


class MeShape(serializers.Serializer[Any]):
    """Who asks. `acting_for` is null while the person has no firm."""

    person = PersonShape()
    acting_for = FirmShape(allow_null=True)
    firms = MembershipShape(many=True)
    scopes = serializers.ListField(child=Word(TokenScope))


class Me(ApiView):
    """Who asks."""

    @extend_schema(operation_id="get_me", summary="See who asks", responses=MeShape, examples=examples.ME)
    def get(self, request: Request) -> Response:
        """The person, their firms, and the firm this request acts for. A token acts for its own firm only."""
        person = request.user
        held = Membership.objects.of(person) if isinstance(person, Person) else Membership.objects.none()
        if isinstance(request.auth, ApiToken):
            held = held.filter(firm=request.auth.firm)
        said = {
            "person": person,
            "acting_for": firm_acted_for(request),
            "firms": held,
            "scopes": sorted(scope.value for scope in scopes_of(request)),
        }
        return Response(MeShape(said).data)
