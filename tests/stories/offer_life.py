"""An offer's whole life: what people may press, beside a pure model of what must have come of it."""

import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar

import pytest
from django.db import connection, transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bids.actions.answer_request import answer_request
from bids.actions.ask_firm import ask_firm
from bids.actions.ask_to_call import ask_to_call
from bids.actions.begin_sending import begin_sending
from bids.actions.cancel_sending import cancel_sending
from bids.actions.change_line import change_line
from bids.actions.change_rules import change_rules
from bids.actions.copy_offer import copy_offer
from bids.actions.decline_request import No, decline_request
from bids.actions.extend_validity import extend_validity
from bids.actions.finish_sending import finish_sending
from bids.actions.import_bid import import_bid
from bids.actions.leave_out_part import leave_out_part
from bids.actions.say_ok import say_ok
from bids.actions.set_always_ask import set_always_ask
from bids.actions.take_back_ok import take_back_ok
from bids.actions.take_over_part import take_over_part
from bids.actions.withdraw_offer import withdraw_offer
from bids.content import Period
from bids.models import Approval, Bid, Invitation, LineItem, Part, Revision, RevisionStanding
from bids.permissions import eyes_of
from bids.queries.oks import ok_board, promised_by
from bids.queries.stages import standing_of, with_stages, without_ok
from bids.steps.answers import AnsweredRow, FirmWords, PartAnswer
from bids.steps.asking import Asked
from bids.steps.offer_rows import RULES, read_offer_piece
from bids.steps.oks import SentWithIt
from bids.steps.proposed_lines import read_line_change
from bids.steps.settling import BeingSent
from bids.steps.starting import NewOffer
from bids.vocabulary import BidState, OfferStage, PartState, PriceVisibility, RevisionState, Role
from kernel import verification
from kernel.actor import Actor
from kernel.errors import Refusal
from tests.bids.requests import hashes, invited, the_offer
from tests.bids.sendings import drawn
from tests.world import NOON, a_person, acting

IDENTITIES = ("9000003-8", "9000004-6", "9000014-2")
LEAD = "KUV"
OUT = (PartState.TAKEN_OVER, PartState.LEFT_OUT)
"""Where a firm stands that is not asked for anything any more."""


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What a firm says yes to, as far as lives change it.

    `asks_always` is strict mode, in which `prices` (everybody's, as far as the firm sees them) bind it too. `at` is how
    many changes the offer had seen.
    """

    days: int
    until: date
    visibility: PriceVisibility
    asks_always: bool
    prices: dict[str, Decimal]
    at: int

    def carries(self, now: "Terms") -> bool:
        """Whether a yes to these may go on for what stands now."""
        if now.asks_always:
            return (
                (self.days, self.until, self.visibility, self.asks_always)
                == (now.days, now.until, now.visibility, True)
            ) and all(self.prices[key] == price for key, price in now.prices.items() if key in self.prices)
        return self.days >= now.days and self.until >= now.until and self.visibility is now.visibility

    def must_carry(self, now: "Terms") -> bool:
        """Whether a yes to these has to go on: what lives change beside prices binds nobody who is not always asked."""
        return self.carries(now) and (not now.asks_always or self.at == now.at)


@dataclass(frozen=True, kw_only=True)
class Firm:
    """What the model knows of one partner: where it stands, its price, and what it has itself last said yes to."""

    number: int
    state: PartState = PartState.ASKED
    price: Decimal = Decimal(0)
    asks_always: bool = False
    agreed: Terms | None = None


@dataclass
class Model:
    """What the offer must be like."""

    days: int
    until: date
    visibility: PriceVisibility = PriceVisibility.ALL
    asks_always: bool = False
    own_price: Decimal = Decimal(320)
    firms: dict[str, Firm] = field(default_factory=dict)
    versions: list[RevisionState] = field(default_factory=list)
    changes: int = 0

    def terms_of(self, key: str) -> Terms:
        """What this firm would say yes to now."""
        others = {each: firm.price for each, firm in self.firms.items() if firm.state is PartState.IN and each != key}
        prices = {LEAD: self.own_price} | others
        return Terms(
            days=self.days,
            until=self.until,
            visibility=self.visibility,
            asks_always=self.asks_always or self.firms[key].asks_always,
            prices=prices if self.visibility is PriceVisibility.ALL else {},
            at=self.changes,
        )

    def carries(self, key: str) -> bool:
        """Whether this firm's own last yes may count for what stands now."""
        agreed = self.firms[key].agreed
        return agreed is not None and agreed.carries(self.terms_of(key))

    def must_carry(self, key: str) -> bool:
        agreed = self.firms[key].agreed
        return agreed is not None and agreed.must_carry(self.terms_of(key))

    def there(self) -> list[str]:
        """Who is in the offer or asked into it."""
        return [key for key, firm in self.firms.items() if firm.state not in {PartState.NO, *OUT}]

    def turn(self, key: str, **said: Any) -> None:
        self.firms[key] = replace(self.firms[key], **said)

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


def all_of(bid: Bid) -> dict[str, Any]:
    """Every row of an offer, as stored."""
    return {
        "offer": Bid.objects.filter(pk=bid.pk).values().get(),
        **{
            model.__name__: list(model._default_manager.filter(**{of: bid}).order_by("pk").values())
            for model, of in (
                (Part, "bid"),
                (LineItem, "part__bid"),
                (Invitation, "bid"),
                (Approval, "part__bid"),
                (Revision, "bid"),
                (RevisionStanding, "bid"),
            )
        },
    }


class OfferLife(RuleBasedStateMachine):
    """Everybody presses what they like, in any order; whatever happens, the invariants hold."""

    reached: ClassVar[Counter[str]] = Counter()
    """How often a life came this far, so that no run of mere refusals passes for a proof."""

    is_looked_over = True
    """Whether the end of this life is looked over; by hand it is done beforehand."""

    @initialize(firms=st.integers(0, 2), are_in=st.booleans())
    def begin(self, firms: int = 0, are_in: bool = False) -> None:  # noqa: FBT001, FBT002 - drawn by name
        """Lives begin at different ages, so that short ones come far too."""
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.now: datetime = NOON
        self.system = Actor.system("tests")
        self.bid = import_bid(offer=the_offer(NOON.date()), by=self.system, now=self.now)
        self.lead = acting(a_person(at=self.bid.lead), self.bid.lead)
        self.model = Model(days=self.bid.payment_days, until=self.bid.valid_until)
        self.earlier: list[tuple[Bid, Any]] = []
        for _firm in range(firms):
            self.ask()
        if are_in:
            self.everybody_answers()

    def teardown(self) -> None:
        """A broken record stays broken, and so does an earlier offer that was touched: looked at once, at the end."""
        if not hasattr(self, "savepoint"):
            return
        try:
            if self.is_looked_over and sys.exception() is None:
                self.the_records_are_whole()
                self.what_was_copied_is_as_it_was()
        finally:
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)

    # What people press.

    @precondition(lambda self: len(self.model.firms) < len(IDENTITIES))
    @rule()
    def ask(self) -> None:
        number = min(set(range(len(IDENTITIES))) - {firm.number for firm in self.model.firms.values()})
        asked = Asked(name=f"Kumppani {number} Oy", what="Osuus", email=f"kumppani{number}@example.invalid")
        invitation = self.pressed(
            lambda now: ask_firm(bid=self.bid, asked=asked, by=self.lead, now=now, until=now + timedelta(days=9))
        )
        if invitation is not None:
            self.model.firms[invitation.part.key] = Firm(number=number)

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
        identity = IDENTITIES[self.model.firms[key].number]
        answer = PartAnswer(rows=(said,), firm=FirmWords(name=part.card["name"], business_id=identity))
        done = self.pressed(
            lambda now: answer_request(part=part, answer=answer, by=invited(invitation), now=now, **hashes(part))
        )
        if done is not None:
            self.model.turn(key, state=PartState.IN, price=Decimal(price))
            self.model.turn(key, agreed=self.model.terms_of(key))

    @rule(data=st.data())
    def say_ok_again(self, data: st.DataObject) -> None:
        key = self.one_of(data, PartState.IN)
        if key is not None:
            self.says_ok(key)

    def says_ok(self, key: str) -> None:
        part, by = self.part(key), invited(self.invitation(key))
        seen = {
            "seen_part_hash": bytes(part.content_hash or b"").hex(),
            "seen_frame_hash": bytes(part.frame_hash or b"").hex(),
        }
        if self.pressed(lambda now: say_ok(part=part, by=by, now=now, **seen), changes=False):
            self.model.turn(key, agreed=self.model.terms_of(key))

    @rule(data=st.data(), always=st.booleans())
    def firm_wants_to_be_asked_always(self, data: st.DataObject, always: bool) -> None:  # noqa: FBT001 - drawn by name
        key = self.one_of(data, PartState.IN)
        if key is not None:
            self.asks_always(key, always=always)

    def asks_always(self, key: str, *, always: bool) -> None:
        part, by = self.part(key), invited(self.invitation(key))
        if self.pressed(lambda now: set_always_ask(part=part, always=always, by=by, now=now), changes=False):
            self.model.turn(key, asks_always=always)

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
            self.model.turn(key, agreed=None, state=PartState(self.part(key).state))

    @rule(data=st.data())
    def take_over(self, data: st.DataObject) -> None:
        key = self.one_of(data, PartState.ASKED, PartState.CALL_ME, PartState.NO)
        if key is None:
            return
        part = self.part(key)
        price = None if part.lines.exists() else Decimal(200)
        if self.pressed(lambda now: take_over_part(part=part, by=self.lead, now=now, price=price)):
            self.model.turn(key, state=PartState.TAKEN_OVER, agreed=None)

    @rule(data=st.data())
    def leave_out(self, data: st.DataObject) -> None:
        key = self.one_of(data, PartState.ASKED, PartState.CALL_ME, PartState.NO, PartState.IN)
        if key is None:
            return
        part = self.part(key)
        if self.pressed(lambda now: leave_out_part(part=part, by=self.lead, now=now)):
            self.model.turn(key, state=PartState.LEFT_OUT, agreed=None)

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

    @rule(more=st.integers(1, 60))
    def change_last_day(self, more: int) -> None:
        until = NOON.date() + timedelta(days=more)
        if self.ruled(valid_until=until.isoformat()):
            self.model.until = until

    @rule(mode=st.sampled_from(PriceVisibility))
    def change_visibility(self, mode: PriceVisibility) -> None:
        if self.ruled(price_visibility=mode.value):
            self.model.visibility = mode

    @rule(always=st.booleans())
    def lead_has_everybody_asked_always(self, always: bool) -> None:  # noqa: FBT001 - drawn by name
        if self.ruled(always_ask=always):
            self.model.asks_always = always

    @rule()
    def freeze(self) -> None:
        model, there = self.model, self.model.there()
        was_sending, firms = model.sending, self.model.firms
        done = self.tried(lambda now: begin_sending(bid=self.bid, by=self.lead, now=now))
        if done is None:
            nothing_lacks = all(firms[key].state is PartState.IN and model.must_carry(key) for key in there)
            assert was_sending or not nothing_lacks or model.until < self.now.date()
            return
        assert not was_sending
        assert all(firms[key].state is PartState.IN and model.carries(key) for key in there)
        model.versions.append(RevisionState.FROZEN)
        self.reached["frozen with partners" if there else "frozen alone"] += 1
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")

    @precondition(lambda self: self.model.firms)
    @rule()
    def everybody_answers_and_it_leaves(self) -> None:
        """So that what leaves is often what several stand behind; where all is asked, each sees the others' answers."""
        self.everybody_answers()
        for key, firm in self.model.firms.items():
            if firm.state is PartState.IN:
                self.says_ok(key)
        self.freeze()

    @precondition(lambda self: self.model.there() and not self.earlier)
    @rule()
    def make_a_new_one_of_it(self) -> None:
        """From here on the new offer lives; the earlier one must stay as it is."""
        model = self.model
        again = {key: model.firms[key] for key in model.there()}
        self.now += timedelta(minutes=1)
        new = NewOffer(
            client_name="Päiväkoti Pikkutikka Oy",
            client_email="johtaja@example.invalid",
            title="Toinen kyltti",
            leaves_at=self.now + timedelta(days=2),
            delivery=Period(starts_on=NOON.date() + timedelta(days=50), ends_on=NOON.date() + timedelta(days=51)),
            firms=tuple(
                Asked(name=self.part(key).card["name"], what="Osuus", email=self.invitation(key).email) for key in again
            ),
        )
        self.earlier.append((self.bid, all_of(self.bid)))
        made = copy_offer(bid=self.bid, new=new, shares=tuple(again), by=self.lead, now=self.now).bid
        self.bid = made
        self.model = Model(
            days=new.rules.payment_days,
            until=new.valid_until,
            own_price=model.own_price,
            firms={
                key: Firm(number=firm.number, price=firm.price, asks_always=firm.asks_always)
                for key, firm in again.items()
            },
        )
        assert not Approval.objects.filter(part__bid=made).exists()
        assert made.copied_from_id == self.earlier[0][0].pk
        self.reached["made of an earlier one"] += 1

    @precondition(lambda self: self.model.sending)
    @rule()
    def cancel(self) -> None:
        revision = self.latest()
        assert self.tried(lambda now: cancel_sending(revision=revision, by=self.lead, now=now))
        self.model.supersede(RevisionState.ABANDONED)

    @precondition(lambda self: self.model.sending)
    @rule()
    def draw_and_send(self) -> None:
        revision, there = self.latest(), self.model.there()
        drawn(revision, now=self.now)
        assert self.tried(lambda now: finish_sending(revision=revision, by=self.system, now=now))
        stands = all(self.model.carries(key) for key in there)
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
            self.model.changes += 1
        self.model.versions += [RevisionState.FROZEN] * (Revision.objects.filter(bid=self.bid).count() - before)

    # What must hold, whatever was pressed.

    @invariant()
    def the_offer_is_what_the_model_says(self) -> None:
        if not hasattr(self, "model"):
            return
        model, bid = self.model, Bid.objects.get(pk=self.bid.pk)
        assert (bid.payment_days, bid.valid_until) == (model.days, model.until)
        assert (bid.price_visibility, bid.always_ask) == (model.visibility.value, model.asks_always)
        assert LineItem.objects.get(part__bid=bid, code="A1").unit_price == model.own_price
        stored = Part.objects.filter(bid=bid).exclude(role=Role.LEAD.value).values_list("key", "state", "always_ask")
        assert set(stored) == {(key, firm.state.value, firm.asks_always) for key, firm in model.firms.items()}
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
        for promised in promised_by(self.bid).values():
            part = promised.part
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
        for part in there.prefetch_related("lines"):
            assert board[part.key] == (part.key not in lacking)
            self.reached["ok counts" if board[part.key] else "ok is stale"] += 1
            if board[part.key]:
                assert self.model.carries(part.key)
                assert [line.unit_price for line in part.lines.all()] == [self.model.firms[part.key].price]
            elif self.model.must_carry(part.key):
                pytest.fail(f"{part.key} is asked for nothing that is not as it said yes to")

    @invariant()
    def each_firm_sees_what_the_mode_says(self) -> None:
        if not hasattr(self, "model"):
            return
        bid = self.bid_now()
        for key, firm in self.model.firms.items():
            if firm.state is PartState.IN:
                eyes = eyes_of(invited(self.invitation(key)), bid)
                assert eyes.sees_price_of(LEAD) == (self.model.visibility is PriceVisibility.ALL)
                assert eyes.sees_totals == (self.model.visibility is not PriceVisibility.OWN)
                assert eyes.sees_price_of(key)

    @invariant()
    def the_stage_fits(self) -> None:
        if not hasattr(self, "model"):
            return
        stage = standing_of(with_stages(Bid.objects.filter(pk=self.bid.pk), now=self.now).get()).stage
        if self.model.sending:
            assert stage is OfferStage.SENDING
        elif RevisionState.SENT in self.model.versions:
            assert stage in {OfferStage.SENT, OfferStage.EXPIRED, OfferStage.CALL, OfferStage.PRICES}

    def the_records_are_whole(self) -> None:
        assert list(verification.breaks(only=[self.bid.public_id])) == []

    def what_was_copied_is_as_it_was(self) -> None:
        for bid, before in self.earlier:
            assert all_of(bid) == before

    INVARIANTS: ClassVar = (
        the_offer_is_what_the_model_says,
        versions_are_gapless_and_at_most_one_is_out,
        stored_hashes_are_those_of_the_rows,
        an_ok_that_counts_was_given_to_nothing_better,
        each_firm_sees_what_the_mode_says,
        the_stage_fits,
        the_records_are_whole,
        what_was_copied_is_as_it_was,
    )

    # How a person presses.

    def tried(self, act: Callable[[datetime], Any]) -> Any:
        """What came of pressing; None when it was refused."""
        self.now += timedelta(minutes=1)
        self.bid.refresh_from_db()
        try:
            return act(self.now)
        except Refusal:
            return None

    def pressed(self, act: Callable[[datetime], Any], *, changes: bool = True) -> Any:
        """The same for what is refused while the offer is being sent, and otherwise done."""
        self.now += timedelta(minutes=1)
        self.bid.refresh_from_db()
        if self.model.sending:
            with pytest.raises(BeingSent):
                act(self.now)
            return None
        done = act(self.now)
        self.model.changes += changes
        return done

    def ruled(self, *, always_ask: bool | None = None, **said: str) -> Any:
        changes = read_offer_piece(said, only=RULES)
        return self.pressed(
            lambda now: change_rules(
                bid=self.bid, changes=changes, seen=self.bid.version, by=self.lead, now=now, always_ask=always_ask
            )
        )

    def turns(self, data: st.DataObject, state: PartState, act: Callable[[Part, Actor, datetime], Any]) -> None:
        """A partner leaves its yes, or never gave one."""
        key = self.one_of(data, PartState.ASKED, PartState.IN, PartState.CALL_ME, PartState.NO)
        if key is None:
            return
        part, by = self.part(key), invited(self.invitation(key))
        try:
            done = self.pressed(lambda now: act(part, by, now))
        except SentWithIt:
            # What the client holds stands on this firm's yes, and only as long as the firm has not left it.
            assert RevisionState.SENT in self.model.versions
            assert self.model.firms[key].state is PartState.IN
            self.reached["no after sending refused"] += 1
            return
        if done is not None:
            self.model.turn(key, state=state, agreed=None)

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
