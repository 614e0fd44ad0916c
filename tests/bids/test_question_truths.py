"""What the database itself holds of questions and wishes, tried with raw SQL as the application's own role."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from bids.actions.decline_change_request import decline_change_request
from bids.actions.draft_answer import draft_answer
from bids.actions.drop_question import drop_question
from bids.actions.release_answer import release_answer
from bids.models import ChangeRequest, ClientLink, Question
from bids.vocabulary import LinkScope
from tests.bids.cases import daycare
from tests.bids.clients import a_client_link, asked, wished
from tests.bids.ok_world import OkWorld, an_ok_world
from tests.bids.sendings import frozen, sent
from tests.kept import kept
from tests.world import NOON

pytestmark = pytest.mark.django_db

AppRole = Callable[[], AbstractContextManager[None]]


@kept
def world() -> OkWorld:
    world = an_ok_world(daycare())
    sent(world)
    return world


@pytest.fixture
def link(world: OkWorld) -> ClientLink:
    return a_client_link(world)


def refused(sql: str, *values: object) -> str:
    with pytest.raises(DatabaseError) as caught, transaction.atomic():
        done(sql, *values)
    return str(caught.value)


def done(sql: str, *values: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


ASKED = {
    "bid_id": "bid_id + 1",
    "revision_id": "revision_id + 1",
    "link_id": "link_id + 1",
    "text": "'Jotain muuta?'",
    "asked_at": "asked_at - interval '1 day'",
    "public_id": "gen_random_uuid()",
}


@pytest.mark.parametrize("column", [*ASKED, "place", "key"])
def test_what_was_asked_never_changes(link: ClientLink, as_app_role: AppRole, column: str) -> None:
    asked(link, about="line:A4")
    to = ASKED | {"place": "'part'", "key": "'A1'"}

    with as_app_role():
        assert "stays as it is" in refused(f"UPDATE bids_question SET {column} = {to[column]}")  # noqa: S608


@pytest.mark.parametrize("column", [*ASKED, "kind", "weeks", "line", "amount", "basis"])
def test_what_was_wished_never_changes(link: ClientLink, as_app_role: AppRole, column: str) -> None:
    wished(link)
    to = ASKED | {"kind": "'other'", "weeks": "3", "line": "'A4'", "amount": "5", "basis": "'net'"}

    with as_app_role():
        assert "stays as it is" in refused(f"UPDATE bids_changerequest SET {column} = {to[column]}")  # noqa: S608


@pytest.mark.parametrize("table", ["bids_question", "bids_changerequest"])
@pytest.mark.parametrize("verb", ["DELETE FROM", "TRUNCATE"])
def test_questions_and_wishes_are_kept(link: ClientLink, as_app_role: AppRole, table: str, verb: str) -> None:
    asked(link)
    wished(link)

    with as_app_role():
        assert "permission denied" in refused(f"{verb} {table}")
    if verb == "DELETE FROM":
        assert "is refused" in refused(f"{verb} {table}")


def test_a_released_answer_and_a_dropped_question_never_change(
    world: OkWorld, link: ClientLink, as_app_role: AppRole
) -> None:
    release_answer(question=asked(link), text="Kyllä.", seen=1, by=world.lead, now=NOON)
    drop_question(question=asked(link, "Häh?"), seen=1, by=world.lead, now=NOON)

    with as_app_role():
        for change in ("answer = 'Ei.'", "released_at = now()", "state = 'open'", "draft = 'x'", "version = 9"):
            for state in ("released", "dropped"):
                said = refused(f"UPDATE bids_question SET {change} WHERE state = '{state}'")  # noqa: S608
                assert "stays as it is" in said


def test_a_draft_is_not_unmade(world: OkWorld, link: ClientLink, as_app_role: AppRole) -> None:
    draft_answer(question=asked(link), text="Kyllä.", seen=1, by=world.lead, now=NOON)

    with as_app_role():
        assert "has a draft" in refused("UPDATE bids_question SET state = 'open'")


@pytest.mark.parametrize(
    ("change", "truth"),
    [
        ("state = 'released'", "a_question_is_answered_once_released"),
        ("answer = 'Kyllä.'", "a_question_is_answered_once_released"),
        ("released_at = now()", "a_question_is_answered_once_released"),
        ("state = 'drafted'", "a_draft_says_something"),
        ("draft = 'Kyllä.'", "a_drafted_answer_is_some_firms"),
        ("state = 'dropped'", "a_dropped_question_has_its_moment"),
        ("state = 'lost'", "a_question_is_in_a_state"),
    ],
)
def test_a_question_is_where_its_columns_say(link: ClientLink, as_app_role: AppRole, change: str, truth: str) -> None:
    asked(link)

    with as_app_role():
        assert truth in refused(f"UPDATE bids_question SET {change}")  # noqa: S608


COPY = {
    Question: """INSERT INTO bids_question (public_id, version, bid_id, revision_id, link_id, to_part_id, place, key,
        text, asked_at, draft, answer, state)
        SELECT gen_random_uuid(), 1, {bid}, {revision}, {link}, {part}, place, key, text, asked_at, draft, answer, state
        FROM bids_question LIMIT 1""",
    ChangeRequest: """INSERT INTO bids_changerequest (public_id, version, bid_id, revision_id, link_id, kind, line,
        weeks, amount, basis, text, asked_at, state, words)
        SELECT gen_random_uuid(), 1, {bid}, {revision}, {link}, kind, line, weeks, amount, basis, text, asked_at, state,
        words FROM bids_changerequest LIMIT 1""",
}


@pytest.mark.parametrize("model", [Question, ChangeRequest])
def test_what_is_asked_is_of_the_offer_of_its_link_version_and_firm(
    world: OkWorld, link: ClientLink, as_app_role: AppRole, model: type[Question | ChangeRequest]
) -> None:
    asked(link)
    wished(link)
    other = an_ok_world(replace(daycare(), number="YT-2026-0099"))
    their_version, their_link = sent(other), a_client_link(other)
    own = {
        "bid": world.bid.pk,
        "revision": world.bid.revisions.get().pk,
        "link": link.pk,
        "part": world.part("KUV").pk,
    }

    def copy(**named: int) -> str:
        return COPY[model].format(**{**own, **named})

    with as_app_role():
        done(copy())
        assert "of_its_link" in refused(copy(link=their_link.pk))
        assert "of_its_version" in refused(copy(revision=their_version.pk))
        assert "of_the_offer_of" in refused(copy(bid=other.bid.pk))
        if model is Question:
            assert "goes_to_a_firm_of_its_offer" in refused(copy(part=other.part("SEL").pk))


@pytest.mark.parametrize("model", [Question, ChangeRequest])
def test_only_a_living_link_that_may_ask_asks_and_only_of_what_was_sent(
    world: OkWorld, link: ClientLink, as_app_role: AppRole, model: type[Question | ChangeRequest]
) -> None:
    asked(link)
    wished(link)
    sent_one = world.bid.revisions.get().pk
    looks = a_client_link(world, scope=LinkScope.VIEW)
    revoked, over = a_client_link(world), a_client_link(world, now=NOON - timedelta(days=60))
    ClientLink.objects.filter(pk=revoked.pk).update(revoked_at=NOON)
    unsent = frozen(world)
    part = world.part("KUV").pk

    with as_app_role():
        for each in (looks, revoked, over):
            copied = COPY[model].format(bid=world.bid.pk, revision=sent_one, link=each.pk, part=part)
            assert "asks nothing" in refused(copied)
        copied = COPY[model].format(bid=world.bid.pk, revision=unsent.pk, link=link.pk, part=part)
        assert "nobody was sent version" in refused(copied)


def test_a_wish_is_answered_by_a_later_version_that_was_sent(
    world: OkWorld, link: ClientLink, as_app_role: AppRole
) -> None:
    wished(link)
    first = world.bid.revisions.get()
    second = frozen(world, answers=[])
    answered = "UPDATE bids_changerequest SET answered_in_id = %s, state = 'answered', closed_at = now()"

    with as_app_role():
        assert "later version" in refused(answered, first.pk)
        assert "later version" in refused(answered, second.pk)
        assert "a_wish_is_open" in refused("UPDATE bids_changerequest SET state = 'answered', closed_at = now()")
        assert "a_wish_is_open" in refused("UPDATE bids_changerequest SET state = 'declined'")


def test_what_became_of_a_wish_never_changes(world: OkWorld, link: ClientLink, as_app_role: AppRole) -> None:
    decline_change_request(wish=wished(link), words="Ei.", seen=1, by=world.lead, now=NOON)

    with as_app_role():
        for change in ("words = 'Joo.'", "state = 'open', closed_at = NULL", "version = 9"):
            assert "stays as it is" in refused(f"UPDATE bids_changerequest SET {change}")  # noqa: S608
