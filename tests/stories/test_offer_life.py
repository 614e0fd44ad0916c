"""An offer's whole life in any order: what people press, beside a pure model of what must have come of it."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bids.actions.answer_request import answer_request
from bids.actions.ask_firm import ask_firm
from bids.actions.ask_to_call import ask_to_call
from bids.actions.begin_sending import begin_sending
from bids.actions.cancel_sending import cancel_sending
from bids.actions.change_line import change_line
from bids.actions.change_rules import change_rules
from bids.actions.decline_request import No, decline_request
from bids.actions.extend_validity import extend_validity
from bids.actions.finish_sending import finish_sending
from bids.actions.import_bid import import_bid
from bids.actions.leave_out_part import leave_out_part
from bids.actions.take_back_ok import take_back_ok
from bids.actions.take_over_part import take_over_part
from bids.actions.withdraw_offer import withdraw_offer
from bids.models import Bid, Invitation, LineItem, Part, Revision, RevisionStanding
from bids.permissions import eyes_of
from bids.queries.content_of import whole_bids
from bids.queries.oks import ok_board, promised_by
from bids.queries.stages import standing_of, with_stages, without_ok
from bids.steps.answers import AnsweredRow, FirmWords, PartAnswer
from bids.steps.asking import Asked
from bids.steps.offer_rows import RULES, read_offer_piece
from bids.steps.proposed_lines import read_line_change
from bids.steps.settling import BeingSent
from bids.vocabulary import BidState, OfferStage, PartState, PriceVisibility, RevisionState, Role
from kernel import verification
from kernel.actor import Actor
from kernel.errors import Refusal
from tests.bids.requests import hashes, invited, the_offer
from tests.bids.sendings import drawn
from tests.world import NOON, a_person, acting

IDENTITIES = ("9000003-8", "9000004-6", "9000014-2")
OUT = (PartState.TAKEN_OVER, PartState.LEFT_OUT)
"""Where a firm stands that is not asked for anything any more."""


@dataclass
class Firm:
    """What the model knows of one partner: where it stands, and the worst it has itself said yes to.

    `fresh` is whether the rules are still the very ones it last said yes to itself; others' prices are none of them.
    """

    state: PartState = PartState.ASKED
    days: int = -1
    until: date = date.min
    price: Decimal = Decimal(0)
    fresh: bool = False


@dataclass
class Model:
    """What the offer must be like."""

    days: int
    until: date
    visibility: PriceVisibility = PriceVisibility.ALL
    own_price: Decimal = Decimal(320)
    firms: dict[str, Firm] = field(default_factory=dict)
    versions: list[RevisionState] = field(default_factory=list)

    @property
    def sending(self) -> bool:
        return RevisionState.FROZEN in self.versions

    def supersede(self, state: RevisionState) -> None:
        """The version under way becomes this; once it is sent, what the client held before is superseded."""
        here = self.versions.index(RevisionState.FROZEN)
        if state is RevisionState.SENT:
            over = {RevisionState.SENT, RevisionState.WITHDRAWN}
            self.versions = [RevisionState.SUPERSEDED if each in over else each for each in self.versions]
        self.versions[here] = state


class OfferLife(RuleBasedStateMachine):
    """Everybody presses what they like, in any order; whatever happens, the invariants hold."""

    reached: ClassVar[Counter[str]] = Counter()
    """How often a life came this far, so that no run of mere refusals passes for a proof."""

    @initialize()
    def begin(self) -> None:
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.now: datetime = NOON
        self.system = Actor.system("tests")
        self.bid = import_bid(offer=the_offer(NOON.date()), by=self.system, now=self.now)
        self.lead = acting(a_person(at=self.bid.lead), self.bid.lead)
        self.model = Model(days=self.bid.payment_days, until=self.bid.valid_until)

    def teardown(self) -> None:
        if hasattr(self, "savepoint"):
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)

    # What people press.

    @precondition(lambda self: len(self.model.firms) < len(IDENTITIES))
    @rule()
    def ask(self) -> None:
        number = len(self.model.firms)
        asked = Asked(name=f"Kumppani {number} Oy", what="Osuus", email=f"kumppani{number}@example.invalid")
        invitation = self.pressed(
            lambda now: ask_firm(bid=self.bid, asked=asked, by=self.lead, now=now, until=now + timedelta(days=9))
        )
        if invitation is not None:
            self.model.firms[invitation.part.key] = Firm()

    @rule(data=st.data(), price=st.integers(1, 900))
    def answer(self, data: st.DataObject, price: int) -> None:
        key = self.one_of(data, *(state for state in PartState if state not in OUT))
        if key is not None:
            self.answers(key, price)

    @rule()
    def everybody_answers(self) -> None:
        """So that lives get far enough to be sent."""
        for key, firm in self.model.firms.items():
            if firm.state not in OUT:
                self.answers(key, 100)

    def answers(self, key: str, price: int) -> None:
        part, invitation = self.part(key), self.invitation(key)
        rows = [row.public_id for row in LineItem.objects.filter(part=part)]
        said = AnsweredRow(text="Osuus", unit_price=Decimal(price), row=rows[0] if rows else None)
        identity = IDENTITIES[list(self.model.firms).index(key)]
        answer = PartAnswer(rows=(said,), firm=FirmWords(name=part.card["name"], business_id=identity))
        done = self.pressed(
            lambda now: answer_request(part=part, answer=answer, by=invited(invitation), now=now, **hashes(part))
        )
        if done is not None:
            self.model.firms[key] = Firm(
                state=PartState.IN, days=self.model.days, until=self.model.until, price=Decimal(price), fresh=True
            )

    @rule(data=st.data())
    def say_no(self, data: st.DataObject) -> None:
        self.turns(data, PartState.NO, lambda part, by, now: decline_request(part=part, no=No(), by=by, now=now))

    @rule(data=st.data())
    def ask_for_a_call(self, data: st.DataObject) -> None:
        self.turns(
            data,
            PartState.CALL_ME,
            lambda part, by, now: ask_to_call(part=part, phone="040 123 4567", when="", by=by, now=now),
        )

    @rule(data=st.data())
    def revoke(self, data: st.DataObject) -> None:
        key = self.one_of(data, PartState.IN)
        if key is None:
            return
        part, by = self.part(key), invited(self.invitation(key))
        if self.tried(lambda now: take_back_ok(part=part, by=by, now=now)):
            self.model.firms[key].fresh = False
            self.model.firms[key].days = -1
            self.model.firms[key].state = PartState(self.part(key).state)

    @rule(data=st.data())
    def take_over(self, data: st.DataObject) -> None:
        key = self.one_of(data, PartState.ASKED, PartState.CALL_ME, PartState.NO)
        if key is None:
            return
        part = self.part(key)
        price = None if part.lines.exists() else Decimal(200)
        if self.pressed(lambda now: take_over_part(part=part, by=self.lead, now=now, price=price)):
            self.model.firms[key] = Firm(state=PartState.TAKEN_OVER)

    @rule(data=st.data())
    def leave_out(self, data: st.DataObject) -> None:
        key = self.one_of(data, PartState.ASKED, PartState.CALL_ME, PartState.NO, PartState.IN)
        if key is None:
            return
        part = self.part(key)
        if self.pressed(lambda now: leave_out_part(part=part, by=self.lead, now=now)):
            self.model.firms[key] = Firm(state=PartState.LEFT_OUT)

    @rule(price=st.integers(1, 900))
    def change_own_price(self, price: int) -> None:
        line = LineItem.objects.get(part__bid=self.bid, code="A1")
        changes = read_line_change({"unit_price": str(price)})
        if self.pressed(lambda now: change_line(line=line, changes=changes, seen=line.version, by=self.lead, now=now)):
            self.model.own_price = Decimal(price)

    @rule(days=st.integers(0, 60))
    def change_payment_days(self, days: int) -> None:
        if self.ruled(payment_days=str(days)):
            self.model.days = days
            self.unfresh()

    @rule(more=st.integers(1, 60))
    def change_last_day(self, more: int) -> None:
        until = NOON.date() + timedelta(days=more)
        if self.ruled(valid_until=until.isoformat()):
            self.model.until = until
            self.unfresh()

    @rule(mode=st.sampled_from(PriceVisibility))
    def change_visibility(self, mode: PriceVisibility) -> None:
        if self.ruled(price_visibility=mode.value):
            if mode is not self.model.visibility:
                self.unfresh()
            self.model.visibility = mode

    @rule()
    def freeze(self) -> None:
        model = self.model
        there = [firm for firm in model.firms.values() if firm.state not in {PartState.NO, *OUT}]
        was_sending = model.sending
        done = self.tried(lambda now: begin_sending(bid=self.bid, by=self.lead, now=now))
        if done is None:
            all_fresh = all(firm.state is PartState.IN and firm.fresh for firm in there)
            assert was_sending or not all_fresh or model.until < self.now.date()
            return
        assert not was_sending
        assert all(firm.state is PartState.IN and self.agreed(firm) for firm in there)
        model.versions.append(RevisionState.FROZEN)
        self.reached["frozen with partners" if there else "frozen alone"] += 1
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")

    @precondition(lambda self: self.model.firms)
    @rule()
    def everybody_answers_and_it_leaves(self) -> None:
        """So that what leaves is often what several stand behind."""
        self.everybody_answers()
        self.freeze()

    @precondition(lambda self: self.model.sending)
    @rule()
    def cancel(self) -> None:
        revision = self.latest()
        assert self.tried(lambda now: cancel_sending(revision=revision, by=self.lead, now=now))
        self.model.supersede(RevisionState.ABANDONED)

    @precondition(lambda self: self.model.sending)
    @rule()
    def draw_and_send(self) -> None:
        revision, firms = self.latest(), self.model.firms.values()
        drawn(revision, now=self.now)
        assert self.tried(lambda now: finish_sending(revision=revision, by=self.system, now=now))
        stands = all(self.agreed(firm) for firm in firms if firm.state not in {PartState.NO, *OUT})
        state = RevisionState(RevisionStanding.objects.get(revision=revision).state)
        assert state is RevisionState.ABANDONED or stands
        self.model.supersede(state)
        self.reached[state.value] += 1

    @precondition(lambda self: RevisionState.SENT in self.model.versions)
    @rule()
    def withdraw(self) -> None:
        number = self.model.versions.index(RevisionState.SENT) + 1
        revision = Revision.objects.get(bid=self.bid, number=number)
        if self.tried(lambda now: withdraw_offer(revision=revision, by=self.lead, now=now)):
            self.model.versions[number - 1] = RevisionState.WITHDRAWN

    @precondition(lambda self: RevisionState.SENT in self.model.versions)
    @rule(more=st.integers(1, 30))
    def extend(self, more: int) -> None:
        before = Revision.objects.filter(bid=self.bid).count()
        until = self.model.until + timedelta(days=more)
        self.tried(lambda now: extend_validity(bid=self.bid, until=until, by=self.lead, now=now))
        self.bid.refresh_from_db()
        if self.bid.valid_until == until:
            self.model.until = until
            self.unfresh()
        self.model.versions += [RevisionState.FROZEN] * (Revision.objects.filter(bid=self.bid).count() - before)

    # What must hold, whatever was pressed.

    @invariant()
    def the_offer_is_what_the_model_says(self) -> None:
        if not hasattr(self, "model"):
            return
        model, bid = self.model, Bid.objects.get(pk=self.bid.pk)
        assert (bid.payment_days, bid.valid_until) == (model.days, model.until)
        assert bid.price_visibility == model.visibility.value
        assert LineItem.objects.get(part__bid=bid, code="A1").unit_price == model.own_price
        stored = dict(Part.objects.filter(bid=bid).exclude(role=Role.LEAD.value).values_list("key", "state"))
        assert stored == {key: firm.state.value for key, firm in model.firms.items()}
        assert (bid.state == BidState.SENDING.value) == model.sending

    @invariant()
    def versions_are_gapless_and_at_most_one_is_out(self) -> None:
        if not hasattr(self, "model"):
            return
        standings = RevisionStanding.objects.filter(bid=self.bid).order_by("revision__number")
        found = [(each.revision.number, RevisionState(each.state)) for each in standings.select_related("revision")]
        assert found == list(enumerate(self.model.versions, start=1))
        for state in (RevisionState.SENT, RevisionState.FROZEN):
            assert self.model.versions.count(state) <= 1

    @invariant()
    def stored_hashes_are_those_of_the_rows(self) -> None:
        if not hasattr(self, "model"):
            return
        for promised in promised_by(whole_bids().get(pk=self.bid.pk)).values():
            part = Part.objects.get(pk=promised.part.pk)
            stored = (bytes(part.content_hash or b""), bytes(part.frame_hash or b""))
            assert stored in {(promised.part_hash, promised.frame_hash), (b"", b"")}

    @invariant()
    def an_ok_that_counts_was_given_to_nothing_better(self) -> None:
        """The list's join and the board agree, and no firm is bound to worse than it has itself said yes to."""
        if not hasattr(self, "model"):
            return
        there = Part.objects.filter(bid=self.bid, state=PartState.IN.value).exclude(role=Role.LEAD.value)
        lacking = set(without_ok(there, now=self.now).values_list("key", flat=True))
        board = {ok.part.key: ok.is_ok for ok in ok_board(self.bid, now=self.now)}
        for part in there:
            assert board[part.key] == (part.key not in lacking)
            self.reached["ok counts" if board[part.key] else "ok is stale"] += 1
            if board[part.key]:
                assert self.agreed(self.model.firms[part.key])
                assert part.lines.get().unit_price == self.model.firms[part.key].price

    @invariant()
    def each_firm_sees_what_the_mode_says(self) -> None:
        if not hasattr(self, "model"):
            return
        for key, firm in self.model.firms.items():
            if firm.state is PartState.IN:
                eyes = eyes_of(invited(self.invitation(key)), self.bid_now())
                assert eyes.sees_price_of("KUV") == (self.model.visibility is PriceVisibility.ALL)
                assert eyes.sees_totals == (self.model.visibility is not PriceVisibility.OWN)
                assert eyes.sees_price_of(key)

    @invariant()
    def the_records_are_whole_and_the_stage_fits(self) -> None:
        if not hasattr(self, "model"):
            return
        assert list(verification.breaks(only=[self.bid.public_id])) == []
        stage = standing_of(with_stages(Bid.objects.filter(pk=self.bid.pk), now=self.now).get()).stage
        if self.model.sending:
            assert stage is OfferStage.SENDING
        elif RevisionState.SENT in self.model.versions:
            assert stage in {OfferStage.SENT, OfferStage.EXPIRED, OfferStage.CALL, OfferStage.PRICES}

    # How a person presses.

    def tried(self, act: Callable[[datetime], Any]) -> Any:
        """What came of pressing; None when it was refused."""
        self.now += timedelta(minutes=1)
        self.bid.refresh_from_db()
        try:
            return act(self.now)
        except Refusal:
            return None

    def pressed(self, act: Callable[[datetime], Any]) -> Any:
        """The same for what is refused while the offer is being sent, and changes it otherwise."""
        self.now += timedelta(minutes=1)
        self.bid.refresh_from_db()
        if self.model.sending:
            with pytest.raises(BeingSent):
                act(self.now)
            return None
        return act(self.now)

    def ruled(self, **said: str) -> Any:
        changes = read_offer_piece(said, only=RULES)
        return self.pressed(
            lambda now: change_rules(bid=self.bid, changes=changes, seen=self.bid.version, by=self.lead, now=now)
        )

    def turns(self, data: st.DataObject, state: PartState, act: Callable[[Part, Actor, datetime], Any]) -> None:
        """A partner leaves its yes, or never gave one."""
        key = self.one_of(data, PartState.ASKED, PartState.IN, PartState.CALL_ME, PartState.NO)
        if key is None:
            return
        part, by = self.part(key), invited(self.invitation(key))
        if self.pressed(lambda now: act(part, by, now)) is not None:
            self.model.firms[key] = Firm(state=state)

    def unfresh(self) -> None:
        for firm in self.model.firms.values():
            firm.fresh = False

    def agreed(self, firm: Firm) -> bool:
        """Whether the rules now are no worse than some the firm has itself said yes to."""
        return self.model.days <= firm.days and self.model.until <= firm.until

    def one_of(self, data: st.DataObject, *states: PartState) -> str | None:
        keys = [key for key, firm in self.model.firms.items() if firm.state in states]
        return data.draw(st.sampled_from(keys)) if keys else None

    def part(self, key: str) -> Part:
        return Part.objects.select_related("firm", "bid__lead").get(bid=self.bid, key=key)

    def invitation(self, key: str) -> Invitation:
        return Invitation.objects.standing().select_related("part__firm").get(bid=self.bid, part__key=key)

    def bid_now(self) -> Bid:
        return Bid.objects.select_related("lead").get(pk=self.bid.pk)

    def latest(self) -> Revision:
        return Revision.objects.filter(bid=self.bid).latest("number")


def live(lives: int, steps: int, *, phases: tuple[Phase, ...] = tuple(Phase), same: bool = False) -> None:
    """So many lives of so many steps; `same` ones each time, so that a build says the same of the same code."""
    OfferLife.reached.clear()
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        OfferLife,
        settings=settings(
            max_examples=lives,
            stateful_step_count=steps,
            phases=phases,
            report_multiple_bugs=False,
            deadline=None,
            derandomize=same,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.slow
@pytest.mark.django_db
def test_an_offer_lives_by_its_rules() -> None:
    live(20, 20, same=True)

    missing = {"frozen with partners", "sent", "ok counts"} - set(OfferLife.reached)
    assert not missing, f"no life came as far as {missing}: {OfferLife.reached}"


@pytest.mark.slow
@pytest.mark.django_db
def test_the_machine_notices_an_ok_that_is_carried_over_to_something_worse(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: without the rule that nothing may get worse, some life ends in a firm bound to what it never
    said yes to."""
    monkeypatch.setattr("bids.steps.settling.no_worse", lambda *_promises, **_rules: True)

    with pytest.raises(AssertionError, match="agreed"):
        live(60, 25, phases=(Phase.generate,))


@pytest.mark.soak
@pytest.mark.django_db
def test_many_offers_live_long_by_their_rules() -> None:
    live(300, 50)

    assert {"frozen with partners", "sent", "ok counts", "ok is stale"} <= set(OfferLife.reached)
