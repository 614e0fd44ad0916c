"""A yes beside everything else that can befall a version: both orders forced, each defence taken away, and free."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, OperationalError, connection

from bids.actions import accept_offer as accepting
from bids.actions.finish_sending import finish_sending
from bids.actions.revoke_client_link import revoke_client_link
from bids.actions.withdraw_offer import NothingToWithdraw, withdraw_offer
from bids.exports.evidence import evidence_tree
from bids.models import (
    Bid,
    ClientLink,
    Decision,
    DecisionPaper,
    DecisionStanding,
    Evidence,
    Letter,
    OneTimeCode,
    RevisionPart,
    RevisionStanding,
)
from bids.steps import deciding, request_quota
from bids.steps.deciding import (
    AcceptedAlready,
    DeclinedAlready,
    HasExpired,
    NewerVersion,
    WasWithdrawn,
    purpose_of,
)
from bids.steps.freezing import CannotBeSent
from bids.steps.one_time_codes import ButtonIsOver
from bids.steps.sending import expire
from bids.steps.settling import lock_bid
from bids.vocabulary import CodeFor, RevisionState
from kernel import verification
from kernel.action import action
from kernel.actor import Actor
from kernel.conflicts import again_after_conflict
from kernel.errors import NotVisible, Refusal
from kernel.models import AuditEvent, OutboxMessage
from tests.bids.decisions import (
    CODE,
    NOON,
    Mailed,
    Offered,
    a_code,
    a_link,
    accepts,
    an_offered,
    declines,
    mailed,
    records,
    two_readers,
)
from tests.bids.sendings import SYSTEM, drawn, frozen, state_of
from tests.bids.test_send_races import FREE_ROUNDS, PATIENCE_SECONDS, SOAKING, Deed, beside, in_order

pytestmark = pytest.mark.django_db(transaction=True)

MINUTE = timedelta(minutes=1)
LOCK_NOT_AVAILABLE = "55P03"
TOLD_OF_AN_END = {
    "offer.accepted",
    "offer.declined",
    "offer.yes_recorded",
    "offer.no_recorded",
    "offer.withdrawn",
    "offer.expired",
}
TOLD_BY_LETTER = {
    *("offer_accepted", "offer_declined", "offer_withdrawn", "counter_offer", "own_copy"),
    *("decision_receipt", "decision_recorded", "decision_annulled", "decision_objected"),
}


@action
def expired(*, bid: Bid, by: Actor, now: datetime) -> None:
    """The last day has passed, and somebody writes it down."""
    expire(lock_bid(bid, even_sending=True), by=by, now=now)


@dataclass(frozen=True, kw_only=True)
class Way:
    """One thing that can befall a version, and what it leaves behind when it came first."""

    deed: Callable[[Offered], Deed]
    leaves: RevisionState
    a_yes_then: type[Refusal]


def yes(offered: Offered, *, nonce: UUID | None = None, link: ClientLink | None = None) -> Deed:
    whose = replace(offered, link=link or offered.link)
    form = nonce or uuid4()
    return lambda: accepts(whose, nonce=form)


def pressing(offered: Offered, letter: Mailed, digits: str | None = None) -> Deed:
    """The same form's yes, by the button in its letter."""
    return lambda: accepts(offered, nonce=letter.form, code="", pressed=letter.pressed(digits))


def no(offered: Offered) -> Deed:
    form = uuid4()
    return lambda: declines(offered, nonce=form)


def recorded(offered: Offered) -> Deed:
    form = uuid4()
    return lambda: records(offered, nonce=form, now=NOON + MINUTE)


def withdrawn(offered: Offered, *, at: datetime = NOON + MINUTE) -> Deed:
    return lambda: withdraw_offer(revision=offered.revision, by=offered.world.lead, now=at)


def newer(offered: Offered) -> Deed:
    """The next version, frozen and drawn before, goes out."""
    second = frozen(offered.world, now=NOON + MINUTE / 2)
    drawn(second)
    return lambda: finish_sending(revision=second, by=SYSTEM, now=NOON + MINUTE)


def over(offered: Offered) -> Deed:
    ends = offered.revision.expires_at
    return lambda: expired(bid=offered.world.bid, by=SYSTEM, now=ends)


WAYS = {
    "withdraw": Way(deed=withdrawn, leaves=RevisionState.WITHDRAWN, a_yes_then=WasWithdrawn),
    "new version": Way(deed=newer, leaves=RevisionState.SUPERSEDED, a_yes_then=NewerVersion),
    "expire": Way(deed=over, leaves=RevisionState.EXPIRED, a_yes_then=HasExpired),
    "no": Way(deed=no, leaves=RevisionState.DECLINED, a_yes_then=DeclinedAlready),
    "recorded": Way(deed=recorded, leaves=RevisionState.ACCEPTED, a_yes_then=AcceptedAlready),
}


@pytest.fixture
def offered() -> Offered:
    return with_codes(an_offered())


def with_codes(offered: Offered, link: ClientLink | None = None) -> Offered:
    for act in (CodeFor.ACCEPT, CodeFor.DECLINE):
        a_code(link or offered.link, offered.revision, act)
    return offered


def is_sound(offered: Offered) -> bool:
    """One outcome, told once to each, and everything that belongs to it there."""
    state = state_of(offered.revision)
    standing = DecisionStanding.objects.filter(bid=offered.world.bid, state="standing")
    kinds = sorted(standing.values_list("kind", flat=True))
    expected = {RevisionState.ACCEPTED: ["accept"], RevisionState.DECLINED: ["decline"]}.get(state, [])
    if kinds != expected:
        return False
    decisions = Decision.objects.filter(bid=offered.world.bid)
    if not Evidence.objects.filter(decision__in=decisions).count() == decisions.count() == len(expected):
        return False
    happened = AuditEvent.objects.filter(chain=offered.world.bid.public_id, type__in=TOLD_OF_AN_END)
    of_version = happened.filter(facts__version=offered.revision.number).order_by("seq")
    told_of = list(of_version.values_list("type", flat=True))
    # What came in time may be written down once the last day has passed.
    if len(told_of) > 1 and told_of != ["offer.expired", "offer.yes_recorded"]:
        return False
    letters = Letter.objects.filter(bid=offered.world.bid, kind__in=["offer_accepted", "offer_declined"])
    told = sorted(letters.values_list("to_email", flat=True))
    if len(told) != len(set(told)) or bool(told) != bool(expected):
        return False
    if not papers_are_ordered_once(offered.world.bid) or not letters_are_written_once(offered.world.bid):
        return False
    clients = Letter.objects.filter(bid=offered.world.bid, kind__in=["decision_receipt", "decision_recorded"])
    return clients.count() == len(expected) and not list(verification.breaks(only=[offered.world.bid.public_id]))


def papers_are_ordered_once(bid: Bid) -> bool:
    """Of every yes one certificate and a copy for each firm of its version, each promised once; of nothing else any."""
    yeses = Decision.objects.filter(bid=bid, kind="accept")
    wanted = sorted(
        (yes.pk, part)
        for yes in yeses
        for part in (0, *RevisionPart.objects.filter(revision=yes.revision).values_list("part_id", flat=True))
    )
    papers = list(DecisionPaper.objects.filter(decision__bid=bid))
    promised = OutboxMessage.objects.filter(topic="paper.requested")
    of_bid = [one for one in promised if one.payload["paper"] in {str(paper.public_id) for paper in papers}]
    return sorted((one.decision_id, one.part_id or 0) for one in papers) == wanted and len(of_bid) == len(papers)


def letters_are_written_once(bid: Bid) -> bool:
    """Nobody is told the same thing of one version twice."""
    told = Letter.objects.filter(bid=bid, kind__in=TOLD_BY_LETTER).values_list("revision", "kind", "to_email")
    return len(told) == len(set(told))


# Both orders of every pair


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_what_comes_first_holds_and_the_yes_is_told_what_happened(way: Way, offered: Offered) -> None:
    late = in_order(way.deed(offered), yes(offered))

    assert type(late.exception()) is way.a_yes_then
    assert state_of(offered.revision) == way.leaves
    assert is_sound(offered)


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_yes_that_comes_first_holds_whatever_comes_after(way: Way, offered: Offered) -> None:
    other = way.deed(offered)

    late = in_order(yes(offered), other)

    assert late.exception() is None or isinstance(late.exception(), AcceptedAlready | NothingToWithdraw)
    assert state_of(offered.revision) == RevisionState.ACCEPTED
    assert RevisionStanding.objects.filter(bid=offered.world.bid, state=RevisionState.SENT.value).count() == 0
    assert is_sound(offered)


def test_of_two_forms_one_is_accepted_and_the_other_told(offered: Offered) -> None:
    late = in_order(yes(offered), yes(offered))

    assert isinstance(late.exception(), AcceptedAlready)
    assert is_sound(offered)


def test_one_form_sent_twice_gets_one_decision_twice(offered: Offered) -> None:
    nonce = uuid4()
    late = in_order(yes(offered, nonce=nonce), yes(offered, nonce=nonce))

    assert late.result() == Decision.objects.get()
    assert is_sound(offered)


@pytest.mark.parametrize("is_button_first", [True, False])
@pytest.mark.parametrize("is_one_form", [True, False])
def test_of_code_and_button_one_decides_and_one_form_gets_one_receipt(
    offered: Offered, *, is_button_first: bool, is_one_form: bool
) -> None:
    letter = mailed(offered)
    typed = yes(offered, nonce=letter.form if is_one_form else None)
    first, second = (pressing(offered, letter), typed) if is_button_first else (typed, pressing(offered, letter))

    late = in_order(first, second)

    if is_one_form:
        assert late.result() == Decision.objects.get()
    else:
        assert isinstance(late.exception(), AcceptedAlready)
    assert is_sound(offered)
    how = "mailed_button" if is_button_first else "mailed_code"
    assert evidence_tree(bytes(Evidence.objects.get().content))["proof"]["how"] == how


def test_of_two_people_one_accepts(offered: Offered) -> None:
    link = a_link(offered.world)
    with_codes(offered, link)
    late = in_order(yes(offered), yes(offered, link=link))

    assert isinstance(late.exception(), AcceptedAlready)
    assert is_sound(offered)


@pytest.mark.parametrize("is_yes_first", [True, False])
def test_a_link_taken_away_beside_its_yes_is_one_or_the_other(offered: Offered, is_yes_first: bool) -> None:  # noqa: FBT001 - a table
    def revoked() -> Any:
        return revoke_client_link(link=offered.link, by=offered.world.lead, now=NOON)

    first, second = (yes(offered), revoked) if is_yes_first else (revoked, yes(offered))
    late = in_order(first, second)

    if is_yes_first:
        assert late.exception() is None
    else:
        assert isinstance(late.exception(), NotVisible)
    assert (state_of(offered.revision) == RevisionState.ACCEPTED) is is_yes_first
    assert is_sound(offered)


def test_a_sending_begun_after_the_yes_is_refused(offered: Offered) -> None:
    late = in_order(yes(offered), lambda: frozen(offered.world, now=NOON + MINUTE))

    assert isinstance(late.exception(), CannotBeSent)
    assert is_sound(offered)


# Each defence taken away


@contextmanager
def without_lock(monkeypatch: pytest.MonkeyPatch, meanwhile: Deed) -> Iterator[None]:
    """A yes reads the offer, its link and its version without locking them, and something happens right after."""
    real_write = accepting.write_decision

    def unlocked(bid: Bid, **_even: bool) -> Bid:
        return Bid.objects.get(pk=bid.pk)

    def opened(link: ClientLink, **_who: Any) -> ClientLink:
        return ClientLink.objects.get(pk=link.pk)

    def read(revision: Any) -> RevisionStanding:
        return RevisionStanding.objects.get(revision=revision)

    def write_then(held: Any, said: Any, **more: Any) -> Any:
        accepting.write_decision = real_write
        with ThreadPoolExecutor(1) as pool:
            beside(meanwhile, pool).result(timeout=PATIENCE_SECONDS * 4)
        return real_write(held, said, **more)

    with monkeypatch.context() as patch:
        patch.setattr(accepting, "lock_bid", unlocked)
        patch.setattr(accepting, "link_held", opened)
        patch.setattr(deciding, "standing_of", read)
        patch.setattr(accepting, "write_decision", write_then)
        yield


@contextmanager
def without_triggers(*named: tuple[str, str]) -> Iterator[None]:
    with connection.cursor() as cursor:
        for table, name in named:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for table, name in named:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {name}")


DECIDES = ("bids_decision", "bids_decision_may_be_made")
TURN = ("bids_decision", "bids_decision_takes_its_turn")
MOVES = ("bids_revisionstanding", "bids_revisionstanding_moves_on")


@pytest.mark.parametrize("name", ["withdraw", "new version", "no", "recorded"])
def test_without_the_lock_the_database_refuses_the_yes_that_came_too_late(
    name: str, offered: Offered, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = WAYS[name].deed(offered)
    with without_lock(monkeypatch, other), pytest.raises(DatabaseError, match="nobody decides"):
        yes(offered)()

    assert state_of(offered.revision) == WAYS[name].leaves
    assert is_sound(offered)


def test_without_lock_and_trigger_the_version_does_not_move_any_more(
    offered: Offered, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = withdrawn(offered, at=NOON)
    with (
        without_lock(monkeypatch, other),
        without_triggers(DECIDES),
        pytest.raises(DatabaseError, match="does not become"),
    ):
        yes(offered)()
    assert is_sound(offered)


def test_without_lock_and_triggers_one_yes_still_stands(offered: Offered, monkeypatch: pytest.MonkeyPatch) -> None:
    other = yes(offered, link=with_link(offered))
    with (
        without_lock(monkeypatch, other),
        without_triggers(DECIDES, TURN, MOVES),
        pytest.raises(DatabaseError, match=r"one_yes_stands|one_decision_stands"),
    ):
        yes(offered)()
    assert is_sound(offered)


def with_link(offered: Offered) -> ClientLink:
    link = a_link(offered.world)
    with_codes(offered, link)
    return link


def test_without_any_defence_what_was_withdrawn_would_be_accepted(
    offered: Offered, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control of the whole: were it to fail, the tests above would prove nothing."""
    other = withdrawn(offered, at=NOON)
    with without_lock(monkeypatch, other), without_triggers(DECIDES, MOVES):
        yes(offered)()

    assert state_of(offered.revision) == RevisionState.ACCEPTED
    assert not is_sound(offered)


def test_without_the_lock_a_revoked_link_is_refused_by_the_database(
    offered: Offered, monkeypatch: pytest.MonkeyPatch
) -> None:
    def revoked() -> Any:
        return revoke_client_link(link=offered.link, by=offered.world.lead, now=NOON)

    with without_lock(monkeypatch, revoked), pytest.raises(DatabaseError, match="may not decide"):
        yes(offered)()
    assert is_sound(offered)


# Codes at once


def test_wrong_codes_at_once_are_never_more_than_five(offered: Offered) -> None:
    wrong = [f"{int(CODE) + step:06}" for step in range(1, 13)]
    deeds = [(lambda code=code: accepts(offered, code=code)) for code in wrong]

    answers = at_once(deeds)

    assert [each.result() for each in answers] == [None] * len(wrong)
    assert OneTimeCode.objects.get(purpose=purpose_of(CodeFor.ACCEPT, offered.revision)).attempts == 5
    assert accepts(offered) is None


def test_wrong_digits_at_once_are_never_more_than_two(offered: Offered) -> None:
    letter = mailed(offered)

    failed = [each.exception() for each in at_once([pressing(offered, letter, letter.wrong_digits)] * 8)]

    assert sum(each is None for each in failed) == 2
    assert {type(each) for each in failed} == {type(None), ButtonIsOver}
    assert set(OneTimeCode.objects.values_list("attempts", "button_attempts")) >= {(2, 2)}
    assert accepts(offered, code=letter.code) is not None


def test_twenty_right_codes_at_once_are_one_decision(offered: Offered) -> None:
    answers = at_once([yes(offered) for _one in range(20)])

    failed = [each.exception() for each in answers]
    assert sum(each is None for each in failed) == 1
    assert {type(each) for each in failed} == {type(None), AcceptedAlready}, {repr(each) for each in failed}
    assert is_sound(offered)


def test_one_form_sent_twenty_times_at_once_is_one_decision(offered: Offered) -> None:
    nonce = uuid4()
    answers = at_once([yes(offered, nonce=nonce) for _one in range(20)])

    assert {each.result().pk for each in answers} == {Decision.objects.get().pk}
    assert is_sound(offered)


def insisted(deed: Deed) -> Any:
    """The answer of a deed that is asked again as long as the server lets it wait in line for too long."""
    until = time.monotonic() + 120
    while True:
        try:
            return deed()
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", None) != LOCK_NOT_AVAILABLE or time.monotonic() > until:
                raise


def at_once(deeds: list[Deed]) -> list[Any]:
    start = threading.Barrier(len(deeds))

    def together(deed: Deed) -> Deed:
        def doing() -> Any:
            start.wait(timeout=30)
            return again_after_conflict(lambda: insisted(deed))

        return doing

    with ThreadPoolExecutor(len(deeds)) as pool:
        answers = [beside(together(deed), pool) for deed in deeds]
        for each in answers:
            each.exception(timeout=300)
    return answers


# Free rounds


def raced(number: int) -> None:
    """Everything at once on one offer, in whatever order the server takes it."""
    offered = with_codes(an_offered(replace(two_readers(), number=f"YT-2026-{number:04}")))
    nonce = uuid4()
    deeds = [yes(offered, nonce=nonce), yes(offered, nonce=nonce), yes(offered), no(offered)]
    deeds += [recorded(offered), withdrawn(offered), newer(offered), over(offered)]

    failed = [each.exception() for each in at_once(deeds)]

    assert all(each is None or isinstance(each, Refusal) for each in failed), failed
    assert state_of(offered.revision) in {way.leaves for way in WAYS.values()}
    assert is_sound(offered)


@pytest.mark.slow
def test_fifty_free_rounds_always_have_one_outcome(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_quota, "MOST_TO_CLIENTS", 100 * FREE_ROUNDS)
    for number in range(FREE_ROUNDS):
        raced(number)


@pytest.mark.soak
def test_a_thousand_free_rounds_always_have_one_outcome(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_quota, "MOST_TO_CLIENTS", 100 * SOAKING)
    for number in range(SOAKING):
        raced(number)
