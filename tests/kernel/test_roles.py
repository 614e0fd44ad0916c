"""What the application's role may do to tables, those of today and those of tomorrow."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.core.management import call_command
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.db.migrations.operations import RunSQL

from kernel.migrations_sql import APP_ROLE, append_only, kept_while, unchangeable

pytestmark = pytest.mark.django_db

AsAppRole = Callable[[], AbstractContextManager[None]]


def sql(statement: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def apply(operation: RunSQL, *, backwards: bool = False) -> None:
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    statement = operation.reverse_sql if backwards else operation.sql
    assert isinstance(statement, str)
    sql(statement)


@pytest.fixture
def _later_table() -> None:
    sql("CREATE TABLE later (id bigserial PRIMARY KEY, word text)")


@pytest.mark.usefixtures("_later_table")
def test_a_table_made_later_is_open_to_the_application(as_app_role: AsAppRole) -> None:
    with as_app_role():
        sql("INSERT INTO later (word) VALUES ('a')")
        sql("UPDATE later SET word = 'b'")
        sql("DELETE FROM later")


@pytest.mark.usefixtures("_later_table")
@pytest.mark.parametrize("deed", ["UPDATE later SET word = 'b'", "DELETE FROM later"])
def test_a_table_that_is_only_added_to_refuses_change_twice(deed: str, as_app_role: AsAppRole) -> None:
    apply(append_only("later"))
    with as_app_role():
        sql("INSERT INTO later (word) VALUES ('a')")

    with as_app_role(), pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        sql(deed)
    with pytest.raises(IntegrityError, match="on later is refused"), transaction.atomic():
        sql(deed)


@pytest.mark.usefixtures("_later_table")
def test_what_may_not_change_may_still_go(as_app_role: AsAppRole) -> None:
    apply(unchangeable("later"))

    with as_app_role():
        sql("INSERT INTO later (word) VALUES ('a')")
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            sql("UPDATE later SET word = 'b'")
        sql("DELETE FROM later")


@pytest.mark.usefixtures("_later_table")
def test_rows_are_kept_while_their_condition_holds(as_app_role: AsAppRole) -> None:
    apply(kept_while("later", condition="OLD.word = 'dear'"))

    with as_app_role():
        sql("INSERT INTO later (word) VALUES ('dear'), ('cheap')")
        sql("DELETE FROM later WHERE word = 'cheap'")
        with pytest.raises(IntegrityError, match="DELETE on later is refused"), transaction.atomic():
            sql("DELETE FROM later")


@pytest.mark.usefixtures("_later_table")
def test_undoing_the_operation_opens_the_table_again(as_app_role: AsAppRole) -> None:
    apply(append_only("later"))
    apply(append_only("later"), backwards=True)

    with as_app_role():
        sql("INSERT INTO later (word) VALUES ('a')")
        sql("UPDATE later SET word = 'b'")
        sql("DELETE FROM later")


def test_no_privilege_is_left_on_what_the_triggers_refuse() -> None:
    refusing = """
        SELECT DISTINCT c.relname::text,
               tgtype & 16 > 0 AND has_table_privilege(%s, c.oid, 'UPDATE')
            OR tgtype & 8 > 0 AND has_table_privilege(%s, c.oid, 'DELETE')
        FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid
        WHERE tgfoid = 'kernel_refuse_change'::regproc AND tgqual IS NULL
    """
    with connection.cursor() as cursor:
        cursor.execute(refusing, [APP_ROLE, APP_ROLE])
        may_change = dict(cursor.fetchall())

    assert {"kernel_auditevent", "kernel_auditidentity", "bids_asset", "bids_frozensheet"} <= set(may_change)
    assert [table for table, may in may_change.items() if may] == []


def test_no_table_can_be_emptied_by_the_application() -> None:
    emptied = sql(
        f"SELECT relname::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace "  # noqa: S608
        f"AND has_table_privilege('{APP_ROLE}', oid, 'TRUNCATE')"
    )

    assert emptied == []


def test_the_application_makes_no_tables(as_app_role: AsAppRole) -> None:
    with as_app_role(), pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        sql("CREATE TABLE mine (id int)")


def test_privileges_can_be_given_again(capsys: pytest.CaptureFixture[str], as_app_role: AsAppRole) -> None:
    sql(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {APP_ROLE}")

    call_command("grant_app_role")

    assert capsys.readouterr().out == "punos_app has its privileges.\n"
    with as_app_role():
        sql("SELECT 1 FROM kernel_outboxmessage")
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            sql("DELETE FROM kernel_auditevent")
