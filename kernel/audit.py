"""Writing down what happened, in a chain for each thing.

An event is hashed as SHA-256 of the domain prefix and the canonical JSON (RFC 8785) of everything it says, the hash of
the event before it included. Names, addresses and the like go in as `Personal`: the event then holds only a salted
commitment, and the value can be erased without breaking the chain.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import ClassVar
from uuid import UUID

import rfc8785
from django.db import connection

from kernel.actor import Actor
from kernel.models import AuditEvent, AuditIdentity
from kernel.public_id import Published

EVENT_PREFIX = b"audit.v1\0"
IDENTITY_PREFIX = b"identity.v1\0"
NOTHING_BEFORE = bytes(32)


@dataclass(frozen=True, slots=True)
class Personal:
    """A fact about a person that must be erasable."""

    value: str


class Installation:
    """The whole installation, for events that are about no one thing in it."""

    public_id: ClassVar[UUID] = UUID(int=0)


INSTALLATION = Installation()


def record(type: str, *, on: Published | Installation, by: Actor, at: datetime, **facts: object) -> AuditEvent:  # noqa: A002 - an event has a type
    """Add what happened to a thing to that thing's chain, inside the transaction that makes it happen."""
    chain = on.public_id
    with connection.cursor() as cursor:
        cursor.execute("SELECT kernel_lock_chain(%s)", [chain])
    last = AuditEvent.objects.filter(chain=chain).order_by("-seq").first()
    salts = {name: secrets.token_bytes(32) for name, fact in facts.items() if isinstance(fact, Personal)}
    event = AuditEvent(
        chain=chain,
        seq=last.seq + 1 if last else 1,
        prev_hash=bytes(last.hash) if last else NOTHING_BEFORE,
        type=type,
        subject="installation" if isinstance(on, Installation) else on._meta.label_lower,
        actor=by.pseudonym,
        actor_firm=by.firm_public_id,
        at=at,
        facts={
            name: {"commitment": commitment(fact.value, salts[name]).hex()}
            if isinstance(fact, Personal)
            else _plain(fact)
            for name, fact in facts.items()
        },
    )
    event.hash = event_hash(event)
    event.save(force_insert=True)
    AuditIdentity.objects.bulk_create(
        AuditIdentity(event=event, name=name, value=fact.value, salt=salts[name])
        for name, fact in facts.items()
        if isinstance(fact, Personal)
    )
    return event


def event_hash(event: AuditEvent) -> bytes:
    """The hash that belongs to what an event says now, whatever hash is stored."""
    return sha256(EVENT_PREFIX + event_bytes(event)).digest()


def event_bytes(event: AuditEvent) -> bytes:
    """Everything an event says, in the one form that is hashed behind the domain prefix."""
    said = {
        "chain": str(event.chain),
        "seq": event.seq,
        "prev": bytes(event.prev_hash).hex(),
        "type": event.type,
        "subject": event.subject,
        "actor": event.actor,
        "actor_firm": event.actor_firm and str(event.actor_firm),
        "at": _plain(event.at),
        "facts": event.facts,
    }
    return rfc8785.dumps(said)


def commitment(value: str, salt: bytes) -> bytes:
    """What an event says in place of a personal fact."""
    return sha256(IDENTITY_PREFIX + salt + value.encode()).digest()


def _plain(fact: object) -> object:  # noqa: PLR0911 - one for each kind of fact
    match fact:
        case None | bool() | int():
            return fact
        case str():
            return str(fact)
        case UUID():
            return str(fact)
        case Decimal():
            return format(fact, "f")
        case datetime():
            return fact.astimezone(UTC).isoformat(timespec="microseconds")
        case date():
            return fact.isoformat()
        case Mapping():
            return {str(key): _plain(value) for key, value in fact.items()}
        case list() | tuple() | set() | frozenset():
            return [_plain(each) for each in (sorted(fact) if isinstance(fact, set | frozenset) else fact)]
        case _:
            raise TypeError(f"an event cannot say {fact!r} of type {fact.__class__.__name__}")
