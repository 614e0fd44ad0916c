"""Any one byte of the audit trail that becomes another is found, and the event it befell is named first."""

from datetime import datetime
from random import Random

import pytest
from django.db import connection, transaction

from kernel import audit, verification
from kernel.actor import Actor
from kernel.models import AuditEvent
from members.models import Firm
from tests.world import a_firm, a_person, acting

EVENTS = 6
TEXTS = ("type", "subject", "actor")
HASHES = ("hash", "prev_hash")


def one_byte_other(event: AuditEvent, chance: Random) -> str:
    """Change one byte of one column of the event as it stands in memory, and say of which."""
    column = chance.choice([*TEXTS, *HASHES, "actor_firm", "facts", "at"])
    if column in TEXTS:
        text = getattr(event, column)
        place = chance.randrange(len(text))
        letter = chance.choice([each for each in "abcdefghij0123456789.:" if each != text[place]])
        setattr(event, column, text[:place] + letter + text[place + 1 :])
    elif column in HASHES:
        stored = bytearray(getattr(event, column))
        stored[chance.randrange(len(stored))] ^= chance.randrange(1, 256)
        setattr(event, column, bytes(stored))
    elif column == "actor_firm":
        assert event.actor_firm
        stored = bytearray(event.actor_firm.bytes)
        stored[chance.randrange(16)] ^= chance.randrange(1, 256)
        event.actor_firm = type(event.actor_firm)(bytes=bytes(stored))
    elif column == "facts":
        event.facts = {**event.facts, "step": event.facts["step"] ^ (1 << chance.randrange(8))}
    else:
        event.at = event.at.replace(microsecond=event.at.microsecond ^ (1 << chance.randrange(10)))
    return column


def write_over(event: AuditEvent, *, hash_before: bytes) -> None:
    """What one who may do anything writes in the event's place."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE kernel_auditevent DISABLE TRIGGER USER")
    columns = {name: getattr(event, name) for name in (*TEXTS, *HASHES, "actor_firm", "facts", "at")}
    assert AuditEvent.objects.filter(chain=event.chain, hash=hash_before).update(**columns) == 1
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE kernel_auditevent ENABLE TRIGGER USER")


def mutations(firm: Firm, by: Actor, now: datetime, *, rounds: int, seed: int) -> None:
    chance = Random(seed)  # noqa: S311 - chance, not a secret
    for _round in range(rounds):
        with transaction.atomic():
            events = [audit.record("firm.changed", on=firm, by=by, at=now, step=step) for step in range(EVENTS)]
            kept = verification.heads()
            victim = chance.choice(events)
            hash_before = bytes(victim.hash)
            column = one_byte_other(victim, chance)
            remade = column != "hash" and chance.random() < 1 / 2
            if remade:
                victim.hash = audit.event_hash(victim)
            write_over(victim, hash_before=hash_before)

            found = [each.seq for each in verification.breaks(kept=kept)]

            transaction.set_rollback(True)
        assert found == [victim.seq], f"{column} of event {victim.seq}, its hash made anew: {remade}"


@pytest.fixture
def firm(db: None) -> Firm:  # noqa: ARG001
    return a_firm()


def test_one_changed_byte_names_its_event(firm: Firm, now: datetime) -> None:
    mutations(firm, acting(a_person(at=firm), firm), now, rounds=60, seed=1)


@pytest.mark.soak
def test_a_thousand_changed_bytes_each_name_their_event(firm: Firm, now: datetime) -> None:
    mutations(firm, acting(a_person(at=firm), firm), now, rounds=1000, seed=2)
