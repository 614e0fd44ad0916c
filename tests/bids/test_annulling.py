"""The lead takes back what it wrote down wrongly: the version is where it would be without, and everybody hears."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from bids.actions.annul_decision import annul_decision
from bids.actions.close_offer import close_offer
from bids.exports.version_faults import version_faults
from bids.lifecycle import revision_may_go_back
from bids.models import Decision, DecisionStanding, RevisionStanding
from bids.steps.annulling import AnsweredAnew, ClickedByTheClient
from bids.steps.deciding import FormIsUsed
from bids.steps.objecting import NothingToObjectTo
from bids.steps.settling import OfferIsClosed, lock_bid
from bids.vocabulary import CodeFor, DecisionKind, LetterKind, RevisionState
from kernel.errors import Malformed, NotPermitted
from tests.bids.decisions import (
    LATER,
    TIINA,
    Offered,
    a_code,
    an_offered,
    no_with_code,
    records,
    two_readers,
    yes_with_code,
)
from tests.bids.sendings import sent, state_of
from tests.bids.test_deciding import events, holds, objects, written
from tests.kept import kept
from tests.world import a_firm, a_person, acting

pytestmark = pytest.mark.django_db
AsAppRole = Callable[[], AbstractContextManager[None]]

WHY = "Kirjasin väärän tarjouksen."
AFTERWARDS = LATER + timedelta(minutes=5)


@kept
def offered() -> Offered:
    return an_offered()


def recorded(offered: Offered, **more: Any) -> Decision:
    """What the lead wrote down, to the end of its transaction."""
    made = records(offered, **more)
    holds()
    return made


def annuls(offered: Offered, decision: Decision, *, now: datetime = AFTERWARDS, **more: Any) -> Decision:
    """Likewise what the lead takes back."""
    said = {"decision": decision, "reason": WHY, "by": offered.world.lead, "now": now}
    made = annul_decision(**(said | more))
    holds()
    return made


def is_whole(offered: Offered) -> None:
    """Nothing is checked later, and the trail tells what stands."""
    holds()
    assert [str(fault) for fault in version_faults(only=[offered.world.bid.public_id])] == []


@pytest.mark.parametrize("kind", [DecisionKind.ACCEPT, DecisionKind.DECLINE])
def test_what_was_recorded_wrongly_is_taken_back_once_and_told(offered: Offered, kind: DecisionKind) -> None:
    form = uuid4()
    made = recorded(offered, kind=kind, nonce=form)
    for _time in range(2):
        annuls(offered, made)
    is_whole(offered)

    standing = DecisionStanding.objects.get(decision=made)
    assert (standing.state, standing.reason, standing.annulled_by) == ("annulled", WHY, offered.world.lead_person)
    assert state_of(offered.revision) == RevisionState.SENT
    assert events(offered.world.bid).count("decision.annulled") == 1
    told = written(LetterKind.DECISION_ANNULLED)
    assert {to for _kind, to in told} == {TIINA, "1@partner.invalid", "2@partner.invalid"}
    assert len(told) == 3

    # The form that recorded it records nothing more; another one does, and so does the client.
    with pytest.raises(FormIsUsed):
        records(offered, kind=kind, nonce=form, now=AFTERWARDS)
    again = yes_with_code(offered, now=AFTERWARDS - timedelta(hours=1) + timedelta(minutes=5))
    is_whole(offered)
    assert again != made
    assert state_of(offered.revision) == RevisionState.ACCEPTED


def test_after_a_mistake_the_right_answer_is_written_down_and_each_is_proven_by_its_own(offered: Offered) -> None:
    wrong = recorded(offered, lines=["A7"])
    annuls(offered, wrong)
    right = recorded(offered, now=AFTERWARDS)
    is_whole(offered)

    assert list(Decision.objects.standing()) == [right]
    assert written(LetterKind.DECISION_RECORDED) == [("decision_recorded", TIINA)] * 2
    sums = {wrong.net, right.net}
    assert len(sums) == 2

    # What counts otherwise than the trail tells is found, answer by answer.
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE bids_decisionstanding DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE bids_decisionstanding SET state = 'annulled', reason = 'x', annulled_by_id = %s"
            " WHERE decision_id = %s",
            [offered.world.lead_person.pk, right.pk],
        )
        cursor.execute("ALTER TABLE bids_decisionstanding ENABLE TRIGGER USER")
    (fault,) = version_faults(only=[offered.world.bid.public_id])
    assert (fault.thing, fault.reason) == (f"the answer {right.public_id}", "counts otherwise than the trail tells")


def test_once_the_last_day_has_passed_the_version_is_expired(offered: Offered) -> None:
    ends = offered.revision.expires_at
    late = recorded(offered, now=ends + timedelta(hours=1))
    annuls(offered, late, now=ends + timedelta(hours=2))
    is_whole(offered)
    assert state_of(offered.revision) == RevisionState.EXPIRED

    once_more = recorded(offered, now=ends + timedelta(hours=3))
    assert state_of(offered.revision) == RevisionState.ACCEPTED
    annuls(offered, once_more, now=ends - timedelta(hours=1))
    is_whole(offered)
    assert state_of(offered.revision) == RevisionState.EXPIRED, "a clock read earlier turns nothing back"


def test_after_the_yes_is_taken_back_the_offer_can_be_changed_and_sent_again(offered: Offered) -> None:
    annuls(offered, recorded(offered))
    assert lock_bid(offered.world.bid), "nothing keeps it from being changed"
    second = sent(offered.world, now=AFTERWARDS + timedelta(hours=1))
    assert (state_of(offered.revision), state_of(second)) == (RevisionState.SUPERSEDED, RevisionState.SENT)
    holds()


def test_an_objection_stays_and_nothing_is_objected_to_afterwards(offered: Offered) -> None:
    made = recorded(offered)
    a_code(offered.link, offered.revision, CodeFor.OBJECT, now=LATER)
    assert objects(offered) == made
    annuls(offered, made)
    assert DecisionStanding.objects.get(decision=made).objected_at == LATER
    with pytest.raises(NothingToObjectTo):
        objects(offered, now=AFTERWARDS)
    is_whole(offered)


def test_what_the_client_clicked_is_never_taken_back(offered: Offered) -> None:
    with pytest.raises(ClickedByTheClient):
        annuls(offered, yes_with_code(offered))
    other = an_offered(replace(two_readers(), number="YT-2026-0555"))
    with pytest.raises(ClickedByTheClient):
        annuls(other, no_with_code(other))
    assert not DecisionStanding.objects.filter(state="annulled").exists()
    assert not written(LetterKind.DECISION_ANNULLED)


def test_it_is_taken_back_by_who_may_send_with_a_reason_while_the_offer_is_open(offered: Offered) -> None:
    made = recorded(offered, kind=DecisionKind.DECLINE)
    lead = offered.world.bid.lead
    for who in (
        acting(a_person(at=lead, role="viewer"), lead),
        acting(a_person(at=lead, role="producer"), lead),
        acting(a_person(at=offered.world.firm("SEL")), offered.world.firm("SEL")),
        acting(a_person(at=a_firm()), a_firm("Muu Oy")),
        offered.world.asked("SEL"),
        offered.client,
    ):
        with pytest.raises(NotPermitted):
            annuls(offered, made, by=who)
    for reason in ("", "  \n ", "x" * 2001):
        with pytest.raises(Malformed) as refused:
            annuls(offered, made, reason=reason)
        assert set(refused.value.faults) == {"reason"}

    sent(offered.world, now=LATER + timedelta(minutes=1))
    with pytest.raises(AnsweredAnew):
        annuls(offered, made)
    close_offer(bid=offered.world.bid, by=offered.world.lead, now=offered.revision.expires_at + timedelta(days=60))
    with pytest.raises(OfferIsClosed):
        annuls(offered, made)
    assert DecisionStanding.objects.get().state == "standing"


# What the database itself holds


def tried(statement: str, *values: Any) -> None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
        holds()


ANNUL = "UPDATE bids_decisionstanding SET state = 'annulled', reason = %s, annulled_by_id = %s"


def test_an_answer_is_annulled_by_the_lead_with_a_reason_and_its_version_goes_along(
    offered: Offered, as_app_role: AsAppRole
) -> None:
    recorded(offered)
    me = offered.world.lead_person.pk
    stranger = a_person(at=a_firm("Vieras Oy")).pk
    with as_app_role():
        for statement, values, why in (
            (ANNUL, (WHY, stranger), "does not act for the lead"),
            (ANNUL, (WHY, None), "does not act for the lead"),
            (ANNUL, ("", me), "says_why"),
            (ANNUL, (WHY, me), "still stands for"),
            ("UPDATE bids_revisionstanding SET state = 'sent'", (), "goes back only when"),
            ("UPDATE bids_revisionstanding SET state = 'expired'", (), "would be by now"),
            ("UPDATE bids_revisionstanding SET state = 'withdrawn'", (), "does not become"),
        ):
            with pytest.raises(DatabaseError, match=why):
                tried(statement, *values)
    annuls(offered, Decision.objects.get())
    for change in ("reason = 'Muu'", "state = 'standing', reason = '', annulled_by_id = NULL", "objected_at = now()"):
        with as_app_role(), pytest.raises(DatabaseError):
            tried(f"UPDATE bids_decisionstanding SET {change}")  # noqa: S608 - ours


def test_where_a_version_goes_back_to_is_the_same_in_both_places(offered: Offered) -> None:
    """Program and database know the same ways back, whatever is annulled."""
    made = recorded(offered)
    for state in RevisionState:
        with transaction.atomic():
            DecisionStanding.objects.update(state="annulled", reason=WHY, annulled_by=offered.world.lead_person)
            at = offered.revision.expires_at if state is RevisionState.EXPIRED else AFTERWARDS
            try:
                with transaction.atomic():
                    RevisionStanding.objects.update(state=state.value, changed_at=at)
                    moved = state is not RevisionState.ACCEPTED
            except DatabaseError:
                moved = False
            transaction.set_rollback(True)
        assert moved == revision_may_go_back(RevisionState.ACCEPTED, state), state
    assert DecisionStanding.objects.get(decision=made).state == "standing"
