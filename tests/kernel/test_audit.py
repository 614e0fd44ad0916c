"""What happened is written down in a chain that shows every later change."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kernel import audit, verification
from kernel.action import action
from kernel.actor import Actor, ActorKind
from kernel.models import AuditEvent, AuditIdentity
from members.models import Firm

MAIJA = UUID("11111111-1111-4111-8111-111111111111")


@pytest.fixture
def firm(db: None) -> Firm:  # noqa: ARG001
    return Firm.objects.create(name="Kuvaamo")


@pytest.fixture
def person(firm: Firm) -> Actor:
    return Actor(
        kind=ActorKind.PERSON,
        id=7,
        public_id=MAIJA,
        label="Maija",
        firm_id=firm.pk,
        firm_public_id=firm.public_id,
    )


def sql(statement: str, *values: UUID | bytes | int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def without_triggers(statement: str, *values: bytes) -> None:
    for word in ("DISABLE", "ENABLE"):
        sql("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("kernel_auditevent", "kernel_auditidentity"):
            sql(f"ALTER TABLE {table} {word} TRIGGER USER")
        if word == "DISABLE":
            sql(statement, *values)


def five_events(firm: Firm, by: Actor, at: datetime) -> list[AuditEvent]:
    return [audit.record("firm.changed", on=firm, by=by, at=at, step=step) for step in range(1, 6)]


def reasons() -> list[str]:
    return [each.reason for each in verification.breaks()]


def test_an_event_says_who_did_what_to_which_thing_and_when(firm: Firm, person: Actor, now: datetime) -> None:
    event = audit.record("firm.renamed", on=firm, by=person, at=now, price=Decimal("12.50"), on_day=date(2026, 3, 2))

    event.refresh_from_db()
    assert (event.chain, event.seq, event.subject, event.type) == (firm.public_id, 1, "members.firm", "firm.renamed")
    assert (event.actor, event.actor_firm, event.at) == (f"person:{MAIJA}", firm.public_id, now)
    assert event.facts == {"price": "12.50", "on_day": "2026-03-02"}
    assert bytes(event.hash) == audit.event_hash(event)


def test_each_event_follows_the_one_before(firm: Firm, person: Actor, now: datetime) -> None:
    events = five_events(firm, person, now)

    assert [event.seq for event in events] == [1, 2, 3, 4, 5]
    assert [bytes(event.prev_hash) for event in events[1:]] == [bytes(event.hash) for event in events[:-1]]
    assert bytes(events[0].prev_hash) == bytes(32)
    assert reasons() == []


def test_each_thing_has_a_chain_of_its_own(firm: Firm, person: Actor, now: datetime) -> None:
    other = Firm.objects.create(name="Puupaja")

    audit.record("firm.changed", on=firm, by=person, at=now)
    second = audit.record("firm.changed", on=other, by=person, at=now)
    third = audit.record("key.rotated", on=audit.INSTALLATION, by=person, at=now)

    assert (second.seq, third.seq) == (1, 1)
    assert third.subject == "installation"


def test_what_an_event_cannot_say_exactly_is_refused(firm: Firm, person: Actor, now: datetime) -> None:
    with pytest.raises(TypeError, match=r"cannot say 0\.1"):
        audit.record("firm.changed", on=firm, by=person, at=now, share=0.1)


def test_a_persons_name_is_only_committed_to_and_can_be_erased(firm: Firm, person: Actor, now: datetime) -> None:
    event = audit.record("link.opened", on=firm, by=person, at=now, name=audit.Personal("Maija Meikäläinen"))
    assert "Maija" not in str(event.facts)
    assert AuditIdentity.objects.get().value == "Maija Meikäläinen"
    assert reasons() == []

    AuditIdentity.objects.all().delete()

    assert reasons() == []


def test_the_same_name_gives_another_commitment_each_time(firm: Firm, person: Actor, now: datetime) -> None:
    facts = [
        audit.record("link.opened", on=firm, by=person, at=now, name=audit.Personal("Maija")).facts for _ in range(2)
    ]

    assert facts[0] != facts[1]


def test_another_name_in_place_of_the_one_committed_to_shows(firm: Firm, person: Actor, now: datetime) -> None:
    audit.record("link.opened", on=firm, by=person, at=now, name=audit.Personal("Maija"))

    without_triggers("UPDATE kernel_auditidentity SET value = 'Matti'")

    assert reasons() == ["the name of event 1 was altered"]


@pytest.mark.parametrize(
    ("deed", "shown"),
    [
        ("UPDATE kernel_auditevent SET facts = '{\"step\": 9}' WHERE seq = 3", "event 3 was altered"),
        ("UPDATE kernel_auditevent SET actor = 'system:nobody' WHERE seq = 1", "event 1 was altered"),
        ("UPDATE kernel_auditevent SET at = at + interval '1 second' WHERE seq = 5", "event 5 was altered"),
        ("DELETE FROM kernel_auditevent WHERE seq = 2", "event 2 is missing"),
        ("DELETE FROM kernel_auditevent WHERE seq = 1", "event 1 is missing"),
        (
            """
            UPDATE kernel_auditevent SET seq = CASE seq WHEN 2 THEN 30 ELSE 2 END WHERE seq IN (2, 3);
            UPDATE kernel_auditevent SET seq = 3 WHERE seq = 30
            """,
            "event 2 was altered",
        ),
    ],
)
def test_a_deed_of_one_who_may_do_anything_shows(
    deed: str, shown: str, firm: Firm, person: Actor, now: datetime
) -> None:
    five_events(firm, person, now)

    without_triggers(deed)

    assert reasons() == [shown]


@pytest.mark.parametrize(
    ("seq", "shown"),
    [
        (1, "event 1 was altered, and its own hash made anew"),
        (3, "event 3 was altered, and its own hash made anew"),
        (4, "event 4 was altered, and its own hash made anew (or event 5, the last one, was)"),
    ],
)
def test_an_event_altered_together_with_its_own_hash_is_the_one_that_is_named(
    seq: int, shown: str, firm: Firm, person: Actor, now: datetime
) -> None:
    event = five_events(firm, person, now)[seq - 1]
    event.facts = {"step": 9}

    without_triggers(
        "UPDATE kernel_auditevent SET facts = '{\"step\": 9}', hash = %s WHERE hash = %s",
        audit.event_hash(event),
        bytes(event.hash),
    )

    assert reasons() == [shown]


@pytest.mark.parametrize("seq", [1, 2, 3, 4])
def test_an_event_made_to_follow_something_else_is_the_one_that_is_named(
    seq: int, firm: Firm, person: Actor, now: datetime
) -> None:
    event = five_events(firm, person, now)[seq - 1]
    before = bytes(event.hash)
    event.prev_hash = b"\1" * 32

    without_triggers(
        "UPDATE kernel_auditevent SET prev_hash = %s, hash = %s WHERE hash = %s",
        bytes(event.prev_hash),
        audit.event_hash(event),
        before,
    )

    assert reasons() == [f"event {seq} was altered, and its own hash made anew"]


def test_a_last_event_made_anew_shows_against_a_head_kept_elsewhere(firm: Firm, person: Actor, now: datetime) -> None:
    event = five_events(firm, person, now)[4]
    kept = verification.heads()
    event.facts = {"step": 9}

    without_triggers(
        "UPDATE kernel_auditevent SET facts = '{\"step\": 9}', hash = %s WHERE seq = 5", audit.event_hash(event)
    )

    assert reasons() == []
    assert [each.reason for each in verification.breaks(kept=kept)] == ["event 5 is not the one that was written down"]


def test_a_chain_that_grew_still_holds_against_an_older_head(firm: Firm, person: Actor, now: datetime) -> None:
    five_events(firm, person, now)
    kept = verification.heads()
    five_events(firm, person, now)

    assert list(verification.breaks(kept=kept)) == []


def test_only_the_chains_asked_about_are_read(firm: Firm, person: Actor, now: datetime) -> None:
    five_events(firm, person, now)
    without_triggers("DELETE FROM kernel_auditevent WHERE seq = 2")

    assert list(verification.breaks(only=[uuid4()])) == []
    assert [each.seq for each in verification.breaks(only=[firm.public_id])] == [2]


def test_an_end_that_was_cut_off_shows_against_a_head_kept_elsewhere(firm: Firm, person: Actor, now: datetime) -> None:
    five_events(firm, person, now)
    kept = verification.heads()

    without_triggers("DELETE FROM kernel_auditevent WHERE seq = 5")

    assert reasons() == []
    assert [each.reason for each in verification.breaks(kept=kept)] == ["event 5 is missing: the end was cut off"]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_one_changed_column_shows(data: st.DataObject, firm: Firm, person: Actor, now: datetime) -> None:
    column, value = data.draw(
        st.sampled_from(
            [
                ("type", "'firm.sold'"),
                ("subject", "'bids.bid'"),
                ("actor", "'system:x'"),
                ("actor_firm", "NULL"),
                ("actor_firm", "gen_random_uuid()"),
                ("at", "at - interval '1 microsecond'"),
                ("facts", "'{}'"),
                ("facts", "facts || '{\"more\": 1}'"),
                ("hash", "sha256(hash)"),
                ("prev_hash", "sha256(prev_hash)"),
                ("chain", "gen_random_uuid()"),
                ("seq", "seq + 100"),
            ]
        )
    )
    seq = data.draw(st.integers(1, 5))
    with transaction.atomic():
        five_events(firm, person, now)
        without_triggers(f"UPDATE kernel_auditevent SET {column} = {value} WHERE seq = {seq}")  # noqa: S608

        found = reasons()

        transaction.set_rollback(True)
    assert found != []


@pytest.mark.parametrize("deed", ["UPDATE kernel_auditevent SET type = 'x'", "DELETE FROM kernel_auditevent"])
def test_nobody_changes_what_happened(deed: str, firm: Firm, person: Actor, now: datetime) -> None:
    five_events(firm, person, now)

    with pytest.raises(IntegrityError, match="on kernel_auditevent is refused"), transaction.atomic():
        sql(deed)


@pytest.mark.parametrize("deed", ["UPDATE kernel_auditevent SET type = 'x'", "DELETE FROM kernel_auditevent"])
def test_without_the_trigger_the_owner_could(deed: str, firm: Firm, person: Actor, now: datetime) -> None:
    five_events(firm, person, now)

    sql("DROP TRIGGER kernel_auditevent_is_append_only ON kernel_auditevent")
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    sql(deed)

    assert AuditEvent.objects.filter(type="firm.changed").count() == 0


@pytest.mark.parametrize(
    "deed",
    [
        "UPDATE kernel_auditevent SET type = 'x'",
        "DELETE FROM kernel_auditevent",
        "TRUNCATE kernel_auditevent CASCADE",
        "UPDATE kernel_auditidentity SET value = 'x'",
        "TRUNCATE kernel_auditidentity",
        "TRUNCATE kernel_outboxmessage",
        "ALTER TABLE kernel_auditevent DISABLE TRIGGER USER",
        "DROP TRIGGER kernel_auditevent_is_append_only ON kernel_auditevent",
    ],
)
def test_the_application_is_refused_by_privilege(
    deed: str, firm: Firm, person: Actor, now: datetime, as_app_role: Callable[[], AbstractContextManager[None]]
) -> None:
    five_events(firm, person, now)
    sql("ALTER TABLE kernel_auditevent DISABLE TRIGGER kernel_auditevent_is_append_only")

    with as_app_role(), pytest.raises(ProgrammingError, match=r"permission denied|must be owner"), transaction.atomic():
        sql(deed)


def test_the_application_may_write_down_read_and_erase(
    firm: Firm, person: Actor, now: datetime, as_app_role: Callable[[], AbstractContextManager[None]]
) -> None:
    with as_app_role():
        audit.record("link.opened", on=firm, by=person, at=now, name=audit.Personal("Maija"))
        AuditIdentity.objects.all().delete()
        Firm.objects.create(name="Puupaja")

        assert AuditEvent.objects.about(firm.public_id).count() == 1


@pytest.mark.parametrize(
    ("seq", "prev_hash"),
    [(7, "last"), (6, "first"), (5, "last"), (1, "nothing")],
    ids=["a gap", "a fork", "a place taken", "a second beginning"],
)
def test_the_database_refuses_a_link_that_does_not_follow(
    seq: int, prev_hash: str, firm: Firm, person: Actor, now: datetime
) -> None:
    events = five_events(firm, person, now)
    before = {"last": bytes(events[4].hash), "first": bytes(events[0].hash), "nothing": bytes(32)}[prev_hash]

    with pytest.raises(DatabaseError, match="does not follow the last one"), transaction.atomic():
        sql(
            "INSERT INTO kernel_auditevent (chain, seq, prev_hash, hash, type, subject, actor, at, facts) "
            "VALUES (%s, %s, %s, sha256('x'), 'x', 'x', 'x', now(), '{}')",
            firm.public_id,
            seq,
            before,
        )


@action
def note(*, firm: Firm, by: Actor, now: datetime) -> None:
    audit.record("firm.noted", on=firm, by=by, at=now)


@pytest.mark.django_db(transaction=True)
def test_a_hundred_writers_at_once_leave_no_gap_and_no_fork(now: datetime, system: Actor) -> None:
    firm = Firm.objects.create(name="Kuvaamo")
    start = threading.Barrier(10)

    def write_ten() -> None:
        try:
            start.wait()
            for _ in range(10):
                note(firm=firm, by=system, now=now)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as writers:
        for writing in [writers.submit(write_ten) for _ in range(10)]:
            writing.result()

    assert list(AuditEvent.objects.about(firm.public_id).values_list("seq", flat=True)) == list(range(1, 101))
    assert reasons() == []


def test_the_command_names_the_place_and_fails(
    firm: Firm, person: Actor, now: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    five_events(firm, person, now)
    call_command("verify_audit", "--heads")
    assert capsys.readouterr().out.splitlines()[-1] == "1 chains hold."

    without_triggers("DELETE FROM kernel_auditevent WHERE seq = 2")

    with pytest.raises(SystemExit) as ended:
        call_command("verify_audit")
    assert ended.value.code == 1
    assert capsys.readouterr().err == f"chain {firm.public_id}: event 2 is missing\n"


def test_a_manifest_kept_elsewhere_is_held_against_the_trail(
    firm: Firm, person: Actor, now: datetime, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    five_events(firm, person, now)
    call_command("verify_audit", "--heads")
    manifest = tmp_path / "heads"
    manifest.write_text(capsys.readouterr().out)
    call_command("verify_audit", against=manifest)
    assert capsys.readouterr().out == "1 chains hold.\n"

    without_triggers("DELETE FROM kernel_auditevent WHERE seq >= 4")

    with pytest.raises(SystemExit):
        call_command("verify_audit", against=manifest)
    assert capsys.readouterr().err == f"chain {firm.public_id}: event 4 is missing: the end was cut off\n"


def test_a_manifest_that_is_none_is_refused(tmp_path: Path) -> None:
    manifest = tmp_path / "heads"
    manifest.write_text("a manifest of nothing\n")

    with pytest.raises(CommandError):
        call_command("verify_audit", against=manifest)
