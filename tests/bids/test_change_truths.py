"""What the database itself holds of changes after a yes, tried with plain SQL as the application's own role."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from bids.exports.frozen_version import read_version, version_hash, version_payload
from bids.models import Approval, Bid, Revision
from tests.bids.changes import JUNE, added, an_agreed, begun, change_sent, said_yes
from tests.bids.decisions import Offered, an_offered, yes_with_code

pytestmark = pytest.mark.django_db
AsAppRole = Callable[[], AbstractContextManager[None]]


def sql(statement: str, values: list[Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def refused(statement: str, values: list[Any], match: str) -> None:
    with pytest.raises(DatabaseError, match=match), transaction.atomic():
        sql(statement, values)


def a_version(offered: Offered, *, change: int | None = None, **said: Any) -> list[Any]:
    """The row of a next version, whose bytes say what is said of the change and else repeat the last one."""
    last = Revision.objects.filter(bid=offered.world.bid).latest_first()[0]
    frozen = read_version(bytes(last.payload))
    told = replace(frozen.change, **said) if frozen.change and said else frozen.change
    payload = version_payload(
        replace(frozen, number=last.number + 1, previous=bytes(last.content_hash), change=told, nonce=uuid4().bytes * 2)
    )
    number = (told.number if told else 0) if change is None else change
    return [
        uuid4(), last.bid_id, last.number + 1, number, payload, version_hash(payload), bytes(last.content_hash),
        last.expires_at, JUNE,
    ]  # fmt: skip


PUT = """
INSERT INTO bids_revision (public_id, bid_id, number, change, payload, content_hash, prev_hash, binding, expires_at,
    expires_zone, frozen_at) VALUES (%s, %s, %s, %s, %s, %s, %s, true, %s, 'Europe/Helsinki', %s) RETURNING id
"""
STAND = """
INSERT INTO bids_revisionstanding (revision_id, bid_id, state, changed_at, expires_at, sent_how, reason)
    VALUES (%s, %s, 'frozen', %s, %s, '', '')
"""


def test_only_the_next_change_is_made_and_only_of_what_was_agreed(as_app_role: AsAppRole) -> None:
    offered = an_offered()
    bid = offered.world.bid
    changing = "UPDATE bids_bid SET changing = %s WHERE id = %s"
    with transaction.atomic(), as_app_role():
        refused(changing, [1, bid.pk], "not the next one")
    agreed = offered
    yes_with_code(agreed)
    with transaction.atomic(), as_app_role():
        refused(changing, [2, bid.pk], "not the next one")
        before = transaction.savepoint()
        refused(STAND, stands(a_version(agreed)), "does not follow")
        sql(changing, [1, bid.pk])
        refused(STAND, stands(a_version(agreed)), "does not follow")
        transaction.savepoint_rollback(before)
    begun(agreed)
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    sql("SET CONSTRAINTS ALL DEFERRED")
    sql("ALTER TABLE bids_revisionstanding DISABLE TRIGGER bids_revisionstanding_goes_back")
    goes_back = "UPDATE bids_revisionstanding SET state = 'expired' WHERE revision_id = %s"
    refused(goes_back, [agreed.revision.pk], "under way")


def stands(row: list[Any]) -> list[Any]:
    pk = sql(PUT, row)[0][0]
    return [pk, row[1], JUNE, row[7]]


def test_a_version_after_a_yes_says_which_change_it_is_and_of_what(as_app_role: AsAppRole) -> None:
    offered = an_agreed()
    begun(offered)
    added(offered, "Lisätyö", "50")
    change = change_sent(offered)
    with transaction.atomic(), as_app_role():
        refused(PUT, a_version(change, change=2), "not the change its bytes say")
        refused(PUT, a_version(change, change=0), "not the change its bytes say")
        refused(PUT, a_version(change, to=b"\1" * 32), "does not change what is agreed")
        refused(PUT, a_version(change, of=b"\1" * 32), "does not change what is agreed")
        # The control: what the application writes is taken.
        before = transaction.savepoint()
        sql(STAND, stands(a_version(change)))
        transaction.savepoint_rollback(before)
    said_yes(change)
    assert Bid.objects.get(pk=offered.world.bid.pk).changing == 0
    with transaction.atomic(), as_app_role():
        refused("UPDATE bids_decisionstanding SET change = 0 WHERE change = 1", [], "counts for the change")


def test_an_ok_to_what_was_agreed_is_only_that_of_a_firm_a_yes_binds(as_app_role: AsAppRole) -> None:
    offered = an_agreed()
    one = Approval.objects.filter(part__key="SEL").order_by("-pk")[0]
    put = (
        "INSERT INTO bids_approval (public_id, part_id, firm_id, kind, hash, seen, method, invitation_id, given_at)"
        " VALUES (%s, %s, %s, 'part', %s, %s, 'agreed', %s, %s)"
    )

    def row(firm: int) -> list[Any]:
        return [uuid4(), one.part_id, firm, bytes(one.hash), bytes(one.seen), one.invitation_id, JUNE]

    with transaction.atomic(), as_app_role():
        refused(put, row(one.firm_id), "binds")
    begun(offered)
    with transaction.atomic(), as_app_role():
        refused(put, row(offered.world.bid.lead_id), "binds")
        sql(put, row(one.firm_id))
