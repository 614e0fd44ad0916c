"""The people, firms and offers tests live among: one typed function a noun."""

from datetime import UTC, datetime
from itertools import count

from kernel.actor import Actor, ActorKind
from members.models import Firm, Membership, Person

NOON = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
"""Noon in Helsinki on the day the daycare's offer is dated."""

_serial = count(1)


def a_person(*, at: Firm | None = None, email: str = "", role: str = "owner", language: str = "fi") -> Person:
    person = Person.objects.create_user(
        email or f"person{next(_serial)}@example.invalid", name="Maija Kuvakulma", language=language
    )
    if at is not None:
        Membership.objects.create(person=person, firm=at, role=role, may_approve=role == "owner", since_at=NOON)
    return person


def a_firm(name: str = "Kuvakulma Design Tmi", *, business_id: str | None = None) -> Firm:
    return Firm.objects.create(name=name, business_id=business_id)


def acting(person: Person, firm: Firm | None = None) -> Actor:
    return Actor(
        kind=ActorKind.PERSON,
        label=str(person),
        id=person.pk,
        public_id=person.public_id,
        firm_id=firm.pk if firm else None,
        firm_public_id=firm.public_id if firm else None,
    )
