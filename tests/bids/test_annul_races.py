"""Taking back what was written down beside everything else: both orders forced, and each defence taken away."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError
from django.db.models import QuerySet

from bids.actions import annul_decision as annulling
from bids.actions.annul_decision import annul_decision
from bids.models import Bid, Decision, DecisionPaper, DecisionStanding, Letter
from bids.steps.deciding import AcceptedAlready
from bids.steps.objecting import NothingToObjectTo
from bids.vocabulary import CodeFor, LetterKind, RevisionState
from kernel import verification
from kernel.models import AuditEvent, OutboxMessage
from tests.bids.decisions import LATER, Offered, a_code, accepts, an_offered, records
from tests.bids.sendings import state_of
from tests.bids.test_deciding import objects
from tests.bids.test_send_races import Deed, in_order

pytestmark = pytest.mark.django_db(transaction=True)

NOW = LATER + timedelta(minutes=1)


@pytest.fixture
def offered() -> Offered:
    """A yes is recorded, wrongly, and every code is there that somebody at the client may need."""
    offered = an_offered()
    records(offered)
    for act in (CodeFor.ACCEPT, CodeFor.OBJECT):
        a_code(offered.link, offered.revision, act, now=LATER)
    return offered


def annuls(offered: Offered) -> Deed:
    decision = Decision.objects.get(method="recorded")
    return lambda: annul_decision(decision=decision, reason="Erehdys.", by=offered.world.lead, now=NOW)


def records_anew(offered: Offered) -> Deed:
    form = uuid4()
    return lambda: records(offered, nonce=form, now=NOW)


def clicks(offered: Offered) -> Deed:
    form = uuid4()
    return lambda: accepts(offered, nonce=form, now=NOW)


def is_told_once(offered: Offered, *, annulled: int = 1) -> bool:
    events = AuditEvent.objects.filter(chain=offered.world.bid.public_id, type="decision.annulled")
    letters = Letter.objects.filter(kind=LetterKind.DECISION_ANNULLED.value)
    broken = list(verification.breaks(only=[offered.world.bid.public_id]))
    certificates = DecisionPaper.objects.certificates().filter(decision__bid=offered.world.bid)
    anew = OutboxMessage.objects.filter(topic="paper.requested", effect_key__endswith=":annulled")
    if not papers_stand_once(certificates) or anew.count() != annulled:
        return False
    return events.count() == annulled and letters.count() == 3 * annulled and not broken


def papers_stand_once(certificates: QuerySet[DecisionPaper]) -> bool:
    """One certificate of each yes, and at most one of a yes that stands."""
    of = list(certificates.values_list("decision", "decision__standing__state"))
    return len(of) == len(set(of)) == Decision.objects.count() and [state for _one, state in of].count("standing") <= 1


@pytest.mark.parametrize("another", [records_anew, clicks], ids=["recorded", "clicked"])
def test_another_yes_waits_for_the_one_taken_back(offered: Offered, another: Any) -> None:
    late = in_order(annuls(offered), another(offered))

    assert late.exception() is None
    assert state_of(offered.revision) == RevisionState.ACCEPTED
    assert DecisionStanding.objects.filter(state="standing").count() == 1
    assert is_told_once(offered)


@pytest.mark.parametrize("another", [records_anew, clicks], ids=["recorded", "clicked"])
def test_another_yes_that_comes_first_is_refused(offered: Offered, another: Any) -> None:
    with pytest.raises(AcceptedAlready):
        another(offered)()
    assert annuls(offered)()
    assert is_told_once(offered)


def test_taken_back_twice_at_once_is_taken_back_once(offered: Offered) -> None:
    late = in_order(annuls(offered), annuls(offered))

    assert late.result() == Decision.objects.get()
    assert is_told_once(offered)


def test_an_objection_beside_it_is_kept_or_has_nothing_left_to_object_to(offered: Offered) -> None:
    late = in_order(annuls(offered), lambda: objects(offered, now=NOW))
    assert isinstance(late.exception(), NothingToObjectTo)
    assert DecisionStanding.objects.get().objected_at is None
    assert is_told_once(offered)


def test_an_objection_first_stays_beside_what_is_taken_back(offered: Offered) -> None:
    late = in_order(lambda: objects(offered, now=NOW), annuls(offered))

    assert late.exception() is None
    standing = DecisionStanding.objects.get()
    assert (standing.state, standing.objected_at) == ("annulled", NOW)
    assert is_told_once(offered)


def test_without_the_lock_the_database_keeps_the_objection(offered: Offered, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: two who read the answer at once would write over each other; the database refuses the second."""
    stale = DecisionStanding.objects.get()
    objects(offered, now=NOW)

    class Unlocked:
        def select_for_update(self) -> "Unlocked":
            return self

        def get(self, **_which: Any) -> DecisionStanding:
            return stale

    class Standing:
        objects = Unlocked()

    def unlocked(bid: Bid, **_even: bool) -> Bid:
        return Bid.objects.get(pk=bid.pk)

    with monkeypatch.context() as patch:
        patch.setattr(annulling, "lock_bid", unlocked)
        patch.setattr(annulling, "DecisionStanding", Standing)
        with pytest.raises(DatabaseError, match="objection stays"):
            annuls(offered)()
    assert DecisionStanding.objects.get().objected_at == NOW
    assert is_told_once(offered, annulled=0)
