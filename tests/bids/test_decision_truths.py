"""What the database itself holds of a decision, tried with plain SQL as the application's own role."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import uuid4

import pytest
import rfc8785
from django.db import DatabaseError, connection, transaction

from bids.actions.object_to_decision import object_to_decision
from bids.actions.withdraw_offer import withdraw_offer
from bids.exports.evidence import PREFIX, evidence_tree
from bids.lifecycle import revision_may_become
from bids.models import ClientLink, Decision, Evidence, Revision, RevisionStanding
from bids.steps.sending import expire
from bids.vocabulary import CodeFor, LinkScope, LinkWay, RevisionState
from tests.bids.decisions import (
    CODE,
    LATER,
    VILLE,
    Offered,
    a_code,
    a_link,
    an_offered,
    holder_of,
    no_with_code,
    records,
    two_readers,
    yes_with_code,
)
from tests.bids.sendings import drawn, frozen, sent, state_of
from tests.kept import kept
from tests.world import NOON, a_firm, a_person

pytestmark = pytest.mark.django_db
AsAppRole = Callable[[], AbstractContextManager[None]]
Row = dict[str, Any]

TABLES = ("bids_decision", "bids_evidence", "bids_counteroffer", "bids_decisionstanding")


@kept
def offered() -> Offered:
    return an_offered()


def sql(statement: str, values: list[Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def checked(statement: str, values: list[Any] | None = None) -> None:
    """The statement, and what the database looks at when its transaction ends."""
    sql(statement, values)
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    sql("SET CONSTRAINTS ALL DEFERRED")


def put(table: str, row: Row) -> int:
    """One row, typed in by hand."""
    columns = ", ".join(row)
    places = ", ".join("%s" for _column in row)
    statement = f"INSERT INTO {table} ({columns}) VALUES ({places}) RETURNING id"  # noqa: S608 - names are ours
    return int(sql(statement, list(row.values()))[0][0])


def a_row(offered: Offered, **more: Any) -> Row:
    """A clicked yes as the application writes it."""
    return {
        "public_id": uuid4(),
        "bid_id": offered.world.bid.pk,
        "revision_id": offered.revision.pk,
        "revision_hash": bytes(offered.revision.content_hash),
        "kind": "accept",
        "method": "clicked",
        "decided_at": NOON,
        "written_at": NOON,
        "nonce": uuid4(),
        "link_id": offered.link.pk,
        "chosen": '{"lines": [], "package": ""}',
        "net": "1.00",
        "gross": "1.26",
        "reason": "",
        "recorded_by_id": None,
        "recorded_for_id": None,
        "way": "",
        "file_id": None,
    } | more


def a_recorded_row(offered: Offered, **more: Any) -> Row:
    """A yes that came by phone."""
    lead = offered.world
    return a_row(
        offered,
        method="recorded",
        link_id=None,
        recorded_by_id=lead.lead_person.pk,
        recorded_for_id=lead.bid.lead_id,
        way="phone",
        **more,
    )


def a_proof(row: Row, **more: Any) -> bytes:
    """Evidence that fits the row."""
    clicked = row["method"] == "clicked"
    said = {
        "decision": str(row["public_id"]),
        "kind": row["kind"],
        "method": row["method"],
        "version": {"hash": row["revision_hash"].hex()},
        "chosen": {"lines": [], "package": ""} if row["chosen"] else None,
        "sums": {"net": row["net"], "gross": row["gross"]},
        "proof": {"how": "mailed_code"} if clicked else None,
        "typed_name": "0" * 64 if clicked else None,
    } | more
    return PREFIX + rfc8785.dumps(said)


def whole(offered: Offered, row: Row, *, without: str = "", state: str = "accepted", **said: Any) -> None:
    """A decision with everything that belongs to it, but for one thing, to the end of the transaction."""
    decision = put("bids_decision", row)
    if without != "standing":
        standing = {"decision_id": decision, "bid_id": row["bid_id"], "revision_id": row["revision_id"]}
        put(
            "bids_decisionstanding",
            {**standing, "kind": row["kind"], "state": "standing", "changed_at": NOON, "reason": "", "objection": ""},
        )
    if without != "evidence":
        content = a_proof(row, **said)
        evidence = put(
            "bids_evidence", {"decision_id": decision, "content": content, "content_hash": sha256(content).digest()}
        )
        if without != "name":
            put("bids_evidenceidentity", {"evidence_id": evidence, "name": "name", "value": "T. T.", "salt": b"1" * 32})
    if without != "state":
        sql("UPDATE bids_revisionstanding SET state = %s WHERE revision_id = %s", [state, offered.revision.pk])
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    sql("SET CONSTRAINTS ALL DEFERRED")


def test_a_row_as_the_application_writes_it_is_taken(offered: Offered, as_app_role: AsAppRole) -> None:
    """The control of all below: what they change is all that is wrong with theirs."""
    with transaction.atomic(), as_app_role():
        whole(offered, a_row(offered))
    assert state_of(offered.revision) == RevisionState.ACCEPTED


def test_so_is_a_recorded_one_and_a_no(as_app_role: AsAppRole) -> None:
    for number, make in enumerate((a_recorded_row, a_row)):
        offered = an_offered(replace(two_readers(), number=f"YT-2026-03{number:02}"))
        no = {"kind": "decline", "chosen": None, "net": None, "gross": None}
        with transaction.atomic(), as_app_role():
            whole(offered, make(offered, **no), state="declined")


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_nothing_of_a_decision_goes(offered: Offered, as_app_role: AsAppRole, table: str, statement: str) -> None:
    yes_with_code(offered)
    with as_app_role(), pytest.raises(DatabaseError), transaction.atomic():
        sql(statement.format(table))


@pytest.mark.parametrize("table", [*TABLES[:3], "bids_evidenceidentity"])
def test_nothing_of_a_decision_is_rewritten(offered: Offered, as_app_role: AsAppRole, table: str) -> None:
    yes_with_code(offered)
    with as_app_role(), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        sql(f"UPDATE {table} SET id = id")  # noqa: S608 - names are ours


@pytest.mark.parametrize("table", TABLES)
def test_nor_by_the_owner_of_the_tables(offered: Offered, table: str) -> None:
    yes_with_code(offered)
    if table == "bids_counteroffer":
        return
    with pytest.raises(DatabaseError, match="is refused"), transaction.atomic():
        sql(f"DELETE FROM {table}")  # noqa: S608 - names are ours


def test_what_a_person_typed_can_be_erased(offered: Offered, as_app_role: AsAppRole) -> None:
    yes_with_code(offered)
    checked("SELECT 1")
    with as_app_role():
        sql("DELETE FROM bids_evidenceidentity")
    assert Evidence.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "perhaps"},
        {"method": "guessed"},
        {"chosen": None},
        {"net": None},
        {"gross": None},
        {"reason": "because"},
        {"link_id": None},
        {"way": "phone"},
        {"decided_at": NOON + timedelta(seconds=1)},
        {"decided_at": NOON - timedelta(seconds=1), "written_at": NOON},
        {"kind": "decline"},
    ],
    ids=str,
)
def test_a_decision_says_what_it_must_and_no_more(offered: Offered, wrong: Row, as_app_role: AsAppRole) -> None:
    with as_app_role(), pytest.raises(DatabaseError), transaction.atomic():
        whole(offered, a_row(offered) | wrong)
    assert not Decision.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [{"way": ""}, {"way": "dove"}, {"way": "slip"}, {"recorded_by_id": None}, {"recorded_for_id": None}],
    ids=str,
)
def test_a_recorded_yes_says_who_how_and_from_what(offered: Offered, wrong: Row, as_app_role: AsAppRole) -> None:
    with as_app_role(), pytest.raises(DatabaseError), transaction.atomic():
        whole(offered, a_recorded_row(offered) | wrong)


def test_a_recorded_decision_is_no_clicked_one_too(offered: Offered) -> None:
    with pytest.raises(DatabaseError, match="a_recorded_decision_says_how_it_came"), transaction.atomic():
        whole(offered, a_recorded_row(offered) | {"link_id": offered.link.pk})


def test_only_the_leads_own_people_who_may_send_record(offered: Offered) -> None:
    lead, other = offered.world.bid.lead, a_firm("Muu Oy")
    for person, firm in (
        (a_person(at=lead, role="viewer"), lead),
        (a_person(at=lead, role="editor"), lead),
        (a_person(at=other), lead),
        (a_person(at=other), other),
    ):
        row = a_recorded_row(offered) | {"recorded_by_id": person.pk, "recorded_for_id": firm.pk}
        with pytest.raises(DatabaseError, match="does not act for the lead"), transaction.atomic():
            whole(offered, row)


def test_a_decision_is_about_the_very_content_of_a_version(offered: Offered) -> None:
    other = an_offered(replace(two_readers(), number="YT-2026-0555"))
    for wrong in (
        {"revision_hash": b"1" * 32},
        {"revision_hash": bytes(other.revision.content_hash)},
        {"bid_id": other.world.bid.pk},
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            whole(offered, a_row(offered) | wrong)


@pytest.mark.parametrize("at", [NOON - timedelta(microseconds=1), None], ids=["before it was sent", "when it is over"])
def test_a_version_is_decided_about_while_it_is_valid(offered: Offered, at: Any) -> None:
    moment = at or offered.revision.expires_at
    for row in (a_row(offered), a_recorded_row(offered)):
        with pytest.raises(DatabaseError, match="was not valid"), transaction.atomic():
            whole(offered, row | {"decided_at": moment, "written_at": moment})
    last = offered.revision.expires_at - timedelta(microseconds=1)
    with transaction.atomic():
        whole(offered, a_recorded_row(offered) | {"decided_at": last, "written_at": last + timedelta(days=9)})


def test_an_expired_version_takes_only_what_is_recorded(offered: Offered) -> None:
    expire(offered.world.bid, by=offered.world.lead, now=offered.revision.expires_at)
    with pytest.raises(DatabaseError, match="is expired: nobody decides"), transaction.atomic():
        whole(offered, a_row(offered))
    whole(offered, a_recorded_row(offered))


def test_nobody_decides_about_what_was_withdrawn_replaced_or_never_sent(offered: Offered) -> None:
    other = an_offered(replace(two_readers(), number="YT-2026-0555"))
    withdraw_offer(revision=other.revision, by=other.world.lead, now=NOON)
    third = frozen(offered.world, now=NOON + timedelta(minutes=1))
    rows = [a_row(other), a_row(replace(offered, revision=third)), a_recorded_row(other)]
    for row in rows:
        with pytest.raises(DatabaseError, match="nobody decides"), transaction.atomic():
            put("bids_decision", row)


def test_nobody_decides_about_a_version_once_a_later_one_was_sent(offered: Offered) -> None:
    no_with_code(offered)
    sent(offered.world, now=NOON + timedelta(minutes=1))
    checked("SELECT 1")
    sql("ALTER TABLE bids_revisionstanding DISABLE TRIGGER USER")
    RevisionStanding.objects.filter(revision=offered.revision).update(state="expired")
    with pytest.raises(DatabaseError, match="is not the last one"), transaction.atomic():
        put("bids_decision", a_recorded_row(offered))


def test_what_does_not_bind_is_not_accepted() -> None:
    offered = an_offered(replace(two_readers(), binding=False))
    for row in (a_row(offered), a_recorded_row(offered)):
        with pytest.raises(DatabaseError, match="does not bind"), transaction.atomic():
            put("bids_decision", row)


def other_links(offered: Offered) -> dict[str, ClientLink]:
    world = offered.world
    revoked = a_link(world)
    ClientLink.objects.filter(pk=revoked.pk).update(revoked_at=NOON)
    return {
        "shows": a_link(world, scope=LinkScope.VIEW),
        "asks": a_link(world, scope=LinkScope.ASK),
        "a reader's": a_link(world, email=VILLE),
        "revoked": revoked,
        "made later": a_link(world, now=NOON + timedelta(seconds=1)),
        "over": a_link(world, now=NOON - timedelta(days=90)),
        "of another offer": an_offered(replace(two_readers(), number="YT-2026-0555")).link,
    }


def test_only_the_link_of_whom_the_version_lets_decide_decides(offered: Offered) -> None:
    for link in other_links(offered).values():
        with pytest.raises(DatabaseError, match="may not decide"), transaction.atomic():
            put("bids_decision", a_row(offered, link_id=link.pk))


@pytest.mark.parametrize("without", ["standing", "evidence", "name", "state"])
def test_a_decision_comes_whole_or_not_at_all(offered: Offered, without: str, as_app_role: AsAppRole) -> None:
    with as_app_role(), pytest.raises(DatabaseError), transaction.atomic():
        whole(offered, a_row(offered), without=without)
    assert not Decision.objects.exists()


@pytest.mark.parametrize("state", ["accepted", "declined"])
def test_no_version_is_accepted_or_declined_without_a_decision(
    offered: Offered, state: str, as_app_role: AsAppRole
) -> None:
    with as_app_role(), pytest.raises(DatabaseError, match="nobody has decided"), transaction.atomic():
        checked("UPDATE bids_revisionstanding SET state = %s WHERE revision_id = %s", [state, offered.revision.pk])


def test_a_yes_is_not_written_as_a_no(offered: Offered) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        whole(offered, a_row(offered), state="declined")


@pytest.mark.parametrize(
    "wrong",
    [
        {"decision": "00000000-0000-4000-8000-000000000000"},
        {"kind": "decline"},
        {"method": "recorded"},
        {"version": {"hash": "00" * 32}},
        {"chosen": {"lines": ["A7"], "package": ""}},
        {"sums": {"net": "2.00", "gross": "1.26"}},
        {"sums": {"net": "1.00", "gross": "1.27"}},
        {"proof": None},
        {"typed_name": None},
        {"typed_name": "Tiina Tikka"},
    ],
    ids=str,
)
def test_evidence_is_of_its_own_decision(offered: Offered, wrong: Row, as_app_role: AsAppRole) -> None:
    with as_app_role(), pytest.raises(DatabaseError, match="evidence"), transaction.atomic():
        whole(offered, a_row(offered), **wrong)


@pytest.mark.parametrize("wrong", [{"proof": {"how": "mailed_code"}}, {"typed_name": "0" * 64}], ids=str)
def test_what_was_recorded_proves_nothing_that_was_clicked(offered: Offered, wrong: Row) -> None:
    with pytest.raises(DatabaseError, match="nothing that was clicked"), transaction.atomic():
        whole(offered, a_recorded_row(offered), **wrong)


def test_evidence_has_the_hash_of_its_content(offered: Offered) -> None:
    decision = put("bids_decision", a_row(offered))
    for content, known in ((b"other\0{}", None), (a_proof(a_row(offered)), b"1" * 32)):
        row = {"decision_id": decision, "content": content, "content_hash": known or sha256(content).digest()}
        with pytest.raises(DatabaseError, match="hash of its content"), transaction.atomic():
            put("bids_evidence", row)
    # What was put in by hand is not whole, and is taken back before anybody looks.
    transaction.set_rollback(True)


def test_one_yes_stands_in_an_offer_and_one_decision_per_version(offered: Offered) -> None:
    yes_with_code(offered)
    # With every other truth put aside, the indexes hold by themselves.
    checked("SELECT 1")
    sql("ALTER TABLE bids_decision DISABLE TRIGGER bids_decision_may_be_made")
    sql("ALTER TABLE bids_decision DISABLE TRIGGER bids_decision_takes_its_turn")
    for row in (a_row(offered), a_recorded_row(offered)):
        with pytest.raises(DatabaseError, match=r"one_yes_stands|one_decision_stands"), transaction.atomic():
            whole(offered, row, without="state")


def test_a_form_decides_once(offered: Offered) -> None:
    decision = yes_with_code(offered)
    other = an_offered(replace(two_readers(), number="YT-2026-0555"))
    with pytest.raises(DatabaseError, match="nonce"), transaction.atomic():
        put("bids_decision", a_row(other, nonce=decision.nonce))


@pytest.mark.parametrize(
    "change",
    [
        "state = 'annulled'",
        "objected_at = changed_at, objected_by_id = {link}",
        "kind = 'decline'",
        "changed_at = changed_at - interval '1 second'",
    ],
)
def test_what_was_clicked_stands(offered: Offered, change: str, as_app_role: AsAppRole) -> None:
    yes_with_code(offered)
    statement = f"UPDATE bids_decisionstanding SET {change.format(link=offered.link.pk)}"  # noqa: S608 - ours
    with as_app_role(), pytest.raises(DatabaseError), transaction.atomic():
        checked(statement)


def test_an_objection_stays_as_it_was_made(offered: Offered) -> None:
    records(offered)
    a_code(offered.link, offered.revision, CodeFor.OBJECT, now=LATER)
    object_to_decision(
        link=offered.link, seen=offered.seen, words="Ei.", code=CODE, by=holder_of(offered.link), now=LATER
    )
    for change in ("objected_at = NULL, objected_by_id = NULL, objection = ''", "objection = 'Kyllä.'"):
        with pytest.raises(DatabaseError, match="objection stays"), transaction.atomic():
            sql(f"UPDATE bids_decisionstanding SET {change}")  # noqa: S608 - ours


def test_nothing_is_annulled_that_the_version_still_stands_for(offered: Offered) -> None:
    records(offered)
    checked("SELECT 1")
    with pytest.raises(DatabaseError, match="still stands for"), transaction.atomic():
        checked(
            "UPDATE bids_decisionstanding SET state = 'annulled', reason = 'Ei.', annulled_by_id = %s",
            [offered.world.lead_person.pk],
        )


def test_after_a_yes_no_version_is_frozen_or_sent(offered: Offered, as_app_role: AsAppRole) -> None:
    second = frozen(offered.world, now=NOON + timedelta(minutes=1))
    drawn(second)
    yes_with_code(offered, now=NOON + timedelta(minutes=2))
    with as_app_role(), pytest.raises(DatabaseError, match="has said yes"), transaction.atomic():
        RevisionStanding.objects.filter(revision=second).update(
            state="sent", sent_at=LATER, sent_how="letter", changed_at=LATER
        )
    row = {"revision_id": second.pk, "bid_id": offered.world.bid.pk, "state": "frozen", "changed_at": LATER}
    row |= {"expires_at": second.expires_at, "reason": "", "sent_how": ""}
    with as_app_role(), pytest.raises(DatabaseError, match="has said yes"), transaction.atomic():
        put("bids_revisionstanding", row)


def moves(revision: Revision, state: RevisionState) -> bool:
    try:
        with transaction.atomic():
            RevisionStanding.objects.filter(revision=revision).update(state=state.value, changed_at=revision.expires_at)
    except DatabaseError as refused:
        return "does not become" not in str(refused)
    return True


def test_what_may_become_of_an_expired_version_is_the_same_in_both_places(offered: Offered) -> None:
    expire(offered.world.bid, by=offered.world.lead, now=offered.revision.expires_at)
    for state in RevisionState:
        if state is RevisionState.EXPIRED:
            continue
        with transaction.atomic():
            assert moves(offered.revision, state) == revision_may_become(RevisionState.EXPIRED, state), state
            transaction.set_rollback(True)


@pytest.mark.parametrize(
    "change",
    [
        "scope = 'accept'",
        "way = 'copied'",
        "contact_email = 'joku@example.invalid'",
        "made_at = made_at - interval '1 s'",
    ],
)
def test_a_link_never_comes_to_allow_more(offered: Offered, change: str, as_app_role: AsAppRole) -> None:
    link = a_link(offered.world, scope=LinkScope.ASK)
    with as_app_role(), pytest.raises(DatabaseError), transaction.atomic():
        sql(f"UPDATE bids_clientlink SET {change} WHERE id = {link.pk}")  # noqa: S608 - ours


def test_what_was_revoked_stays_revoked(offered: Offered, as_app_role: AsAppRole) -> None:
    ClientLink.objects.filter(pk=offered.link.pk).update(revoked_at=NOON)
    with as_app_role(), pytest.raises(DatabaseError, match="once revoked"), transaction.atomic():
        sql("UPDATE bids_clientlink SET revoked_at = NULL")


def test_a_link_that_decides_was_mailed_to_somebody(offered: Offered) -> None:
    for wrong in ({"way": LinkWay.COPIED}, {"email": ""}):
        with pytest.raises(DatabaseError, match="a_link_that_decides_was_mailed"), transaction.atomic():
            a_link(offered.world, **wrong)  # type: ignore[arg-type]


def a_counter_offer(offered: Offered, **more: Any) -> Row:
    return {
        "public_id": uuid4(),
        "bid_id": offered.world.bid.pk,
        "revision_id": offered.revision.pk,
        "revision_hash": bytes(offered.revision.content_hash),
        "nonce": uuid4(),
        "arrived_at": NOON,
        "written_at": NOON,
        "is_late": False,
        "words": "Kyllä, jos saamme sen viikkoa aikaisemmin.",
        "link_id": offered.link.pk,
        "way": "",
    } | more


def test_a_counter_offer_answers_a_version_and_says_what_is_new(offered: Offered, as_app_role: AsAppRole) -> None:
    over = offered.revision.expires_at
    with transaction.atomic(), as_app_role():
        put("bids_counteroffer", a_counter_offer(offered))
        put("bids_counteroffer", a_counter_offer(offered, arrived_at=over, written_at=over, is_late=True, words=""))
    for wrong in (
        {"words": ""},
        {"is_late": True},
        {"arrived_at": over, "written_at": over},
        {"arrived_at": NOON - timedelta(days=1)},
        {"written_at": NOON - timedelta(days=1)},
        {"link_id": None},
        {"way": "phone"},
        {"link_id": a_link(offered.world, scope=LinkScope.ASK).pk},
    ):
        with as_app_role(), pytest.raises(DatabaseError), transaction.atomic():
            put("bids_counteroffer", a_counter_offer(offered) | wrong)


def test_evidence_of_another_kind_is_not_read() -> None:
    for content in (b"{}", PREFIX + b'{"format": "other"}'):
        with pytest.raises(ValueError, match="not evidence"):
            evidence_tree(content)
