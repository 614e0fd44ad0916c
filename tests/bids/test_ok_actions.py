"""A firm says OK again, takes it back; the lead takes a share over, leaves a firm out, answers what the law asks."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from bids.actions.answer_legal_question import NotAskedNow, answer_legal_question
from bids.actions.leave_out_part import leave_out_part
from bids.actions.say_ok import LeadSaysItBySending, NotAnswered, say_ok
from bids.actions.set_always_ask import set_always_ask
from bids.actions.take_back_ok import NothingToTakeBack, take_back_ok
from bids.actions.take_over_part import take_over_part
from bids.cautions import COMPETITORS
from bids.models import Approval, Bid, Invitation, Letter, LineItem, Milestone, OptionGroup, Package, PackageLine, Part
from bids.models import Section as SectionRow
from bids.models.line_cost import LineCost
from bids.pricing import totals
from bids.queries.content_of import content_of
from bids.queries.costs import own_costs, write_cost
from bids.queries.legal_answers import open_questions, questions
from bids.queries.oks import ok_of
from bids.steps.leaving import LeadStays, NotAsThingsStand
from bids.steps.oks import OkOfSomethingElse
from bids.steps.settling import BeingSent
from bids.vocabulary import LetterKind, OkLack, OkMethod, PartState, PriceVisibility
from kernel.errors import Malformed, NotPermitted, Stale
from kernel.models import AuditEvent
from members.models import Membership
from tests.bids.cases import daycare
from tests.bids.ok_world import OkWorld, an_ok_world
from tests.kept import kept
from tests.world import NOON, a_person, acting

pytestmark = pytest.mark.django_db


@kept
def world() -> OkWorld:
    return an_ok_world(daycare())


@kept
def unanswered() -> OkWorld:
    world = an_ok_world(daycare(), said_ok=False)
    Part.objects.filter(bid=world.bid, key__in=["SEL", "PAI"]).update(state=PartState.ASKED.value)
    return world


def longer_to_pay(world: OkWorld) -> None:
    world.after(lambda: Bid.objects.filter(pk=world.bid.pk).update(payment_days=21))


def events(world: OkWorld) -> list[str]:
    return list(AuditEvent.objects.filter(chain=world.bid.public_id).order_by("seq").values_list("type", flat=True))


class TestSayOk:
    def test_only_the_half_that_is_missing_is_given_anew(self, world: OkWorld) -> None:
        longer_to_pay(world)
        seen = world.board()["SEL"]

        ok = say_ok(
            part=world.part("SEL"),
            seen_part_hash=seen.part_hash,
            seen_frame_hash=seen.frame_hash,
            by=world.asked("SEL"),
            now=NOON,
        )

        assert ok.is_ok
        assert world.stale() == {("PAI", "frame")}
        tapped = Approval.objects.filter(method=OkMethod.TAPPED.value)
        assert [(each.kind, each.invitation_id) for each in tapped] == [("frame", world.invitations["SEL"].pk)]
        assert Letter.objects.filter(kind=LetterKind.OK_GIVEN.value, part__key="SEL").count() == 2

    def test_pressing_twice_writes_nothing_twice(self, world: OkWorld) -> None:
        longer_to_pay(world)
        seen = world.board()["SEL"]
        for _ in range(2):
            say_ok(
                part=world.part("SEL"),
                seen_part_hash=seen.part_hash,
                seen_frame_hash=seen.frame_hash,
                by=world.asked("SEL"),
                now=NOON,
            )

        assert Approval.objects.filter(method=OkMethod.TAPPED.value).count() == 1

    def test_an_ok_to_what_was_there_before_is_refused_and_writes_nothing(self, world: OkWorld) -> None:
        seen = world.board()["SEL"]
        longer_to_pay(world)

        with pytest.raises(OkOfSomethingElse):
            say_ok(
                part=world.part("SEL"),
                seen_part_hash=seen.part_hash,
                seen_frame_hash=seen.frame_hash,
                by=world.asked("SEL"),
                now=NOON,
            )
        assert ("SEL", "frame") in world.stale()

    def test_nobody_says_ok_for_another_firm(self, world: OkWorld) -> None:
        longer_to_pay(world)
        seen = world.board()["SEL"]
        for actor in (world.lead, world.asked("PAI")):
            with pytest.raises(NotPermitted):
                say_ok(
                    part=world.part("SEL"),
                    seen_part_hash=seen.part_hash,
                    seen_frame_hash=seen.frame_hash,
                    by=actor,
                    now=NOON,
                )

    def test_the_lead_says_it_by_sending_alone(self, world: OkWorld) -> None:
        seen = world.board()["KUV"]

        with pytest.raises(LeadSaysItBySending):
            say_ok(
                part=world.part("KUV"),
                seen_part_hash=seen.part_hash,
                seen_frame_hash=seen.frame_hash,
                by=world.lead,
                now=NOON,
            )

    @pytest.mark.parametrize(
        ("role", "may_approve", "may"),
        [("owner", True, True), ("editor", True, True), ("editor", False, False), ("viewer", False, False),
         ("producer", False, False)],
    )  # fmt: skip
    def test_of_a_firms_people_those_who_may_approve_say_ok(
        self,
        world: OkWorld,
        role: str,
        may_approve: bool,  # noqa: FBT001 - a table
        may: bool,  # noqa: FBT001 - a table
    ) -> None:
        firm = world.firm("SEL")
        person = a_person(at=firm, role=role)
        Membership.objects.filter(person=person).update(may_approve=may_approve)
        longer_to_pay(world)
        seen = world.board()["SEL"]
        said = {
            "part": world.part("SEL"),
            "seen_part_hash": seen.part_hash,
            "seen_frame_hash": seen.frame_hash,
            "by": acting(person, firm),
            "now": NOON,
        }

        if may:
            assert say_ok(**said).is_ok
            Membership.objects.filter(person=person).delete()
            assert world.board()["SEL"].frame.lack == OkLack.MAY_NO_LONGER
        else:
            with pytest.raises(NotPermitted):
                say_ok(**said)

    def test_a_firm_that_has_not_answered_answers_first(self, unanswered: OkWorld) -> None:
        seen = unanswered.board()["SEL"]

        with pytest.raises(NotAnswered):
            say_ok(
                part=unanswered.part("SEL"),
                seen_part_hash=seen.part_hash,
                seen_frame_hash=seen.frame_hash,
                by=unanswered.asked("SEL"),
                now=NOON,
            )

    def test_an_ok_with_a_last_day_of_its_own_counts_through_that_day(self, world: OkWorld) -> None:
        longer_to_pay(world)
        seen = world.board()["SEL"]
        say_ok(
            part=world.part("SEL"),
            seen_part_hash=seen.part_hash,
            seen_frame_hash=seen.frame_hash,
            by=world.asked("SEL"),
            now=NOON,
            good_until=date(2026, 3, 10),
        )

        last = NOON.replace(day=10, hour=21, minute=59)
        assert world.board(last)["SEL"].is_ok
        after = world.board(last + timedelta(minutes=1))["SEL"]
        assert (after.part_ok, after.frame.lack) == (True, OkLack.DAY_PAST)

    def test_it_is_refused_while_the_offer_is_being_sent(self, world: OkWorld) -> None:
        longer_to_pay(world)
        seen = world.board()["SEL"]
        Bid.objects.filter(pk=world.bid.pk).update(state="sending")

        with pytest.raises(BeingSent):
            say_ok(
                part=world.part("SEL"),
                seen_part_hash=seen.part_hash,
                seen_frame_hash=seen.frame_hash,
                by=world.asked("SEL"),
                now=NOON,
            )


class TestTakeBackOk:
    def test_nothing_is_promised_any_more_and_the_lead_hears_of_it(self, world: OkWorld) -> None:
        take_back_ok(part=world.part("SEL"), by=world.asked("SEL"), now=NOON)

        ok = world.board()["SEL"]
        assert (ok.own.lack, ok.frame.lack) == (OkLack.TAKEN_BACK, OkLack.TAKEN_BACK)
        assert (ok.part.state, ok.stops_sending) == (PartState.ASKED, True)
        assert Letter.objects.filter(kind=LetterKind.ANSWERED.value, to_email=world.lead_person.email).exists()
        assert not Letter.objects.filter(kind=LetterKind.ASKED_AGAIN.value).exists()
        assert "ok.taken_back" in events(world)

    def test_carried_over_oks_are_taken_back_with_the_one_they_carry(self, world: OkWorld) -> None:
        world.after(lambda: Bid.objects.filter(pk=world.bid.pk).update(payment_days=7))
        take_back_ok(part=world.part("SEL"), by=world.asked("SEL"), now=NOON)

        assert not Approval.objects.filter(part__key="SEL", revocation__isnull=True).exists()
        world.after(lambda: Bid.objects.filter(pk=world.bid.pk).update(payment_days=5))
        assert world.board()["SEL"].frame.lack == OkLack.TAKEN_BACK

    def test_taking_back_twice_is_refused(self, world: OkWorld) -> None:
        take_back_ok(part=world.part("SEL"), by=world.asked("SEL"), now=NOON)
        with pytest.raises(NothingToTakeBack):
            take_back_ok(part=world.part("SEL"), by=world.asked("SEL"), now=NOON)

    def test_the_lead_takes_no_firms_ok_back(self, world: OkWorld) -> None:
        with pytest.raises(NotPermitted):
            take_back_ok(part=world.part("SEL"), by=world.lead, now=NOON)


class TestTakeOver:
    def test_the_rows_are_the_leads_and_the_firm_leaves_the_document(self, unanswered: OkWorld) -> None:
        world = unanswered
        write_cost(world.line("A4"), cost=Decimal("100.00"), note="oma", seen=None)
        SectionRow.objects.create(bid=world.bid, position=0, title="Selko", text="Sanamme", owner=world.part("SEL"))

        take_over_part(part=world.part("SEL"), by=world.lead, now=NOON)

        offer = content_of(world.bid)
        assert [line.code for line in offer.lead.lines] == ["A1", "A2", "A3", "A4", "A7"]
        assert "Selkopolku" not in str(offer)
        assert [step.owner for step in offer.milestones if step.name == "selkotarkistus"] == ["KUV"]
        assert offer.sections == ()
        # The lead is liable to VAT, so what it sells carries it.
        assert (totals(offer).net, totals(offer).vat) == (Decimal("2873.65"), Decimal("732.78"))
        assert not LineCost.objects.exists()
        assert own_costs(world.part("KUV"), firm_id=world.bid.lead_id) == {}
        assert world.part("SEL").state == PartState.TAKEN_OVER
        assert "part.taken_over" in events(world)

    def test_what_nobody_priced_becomes_one_row_at_the_leads_price(self, unanswered: OkWorld) -> None:
        world = unanswered
        LineItem.objects.filter(part=world.part("SEL")).delete()
        Part.objects.filter(pk=world.part("SEL").pk).update(asked="Selkokielinen toimitustyö")

        with pytest.raises(Malformed):
            take_over_part(part=world.part("SEL"), by=world.lead, now=NOON)
        take_over_part(part=world.part("SEL"), by=world.lead, now=NOON, price=Decimal("450.00"))

        last = content_of(world.bid).lead.lines[-1]
        assert (last.text, last.unit_price) == ("Selkokielinen toimitustyö", Decimal(450))

    def test_what_a_firm_has_priced_itself_is_not_the_leads_to_sell(self, world: OkWorld) -> None:
        with pytest.raises(NotAsThingsStand):
            take_over_part(part=world.part("SEL"), by=world.lead, now=NOON)

    def test_the_share_of_a_firm_that_said_no_can_be_taken_over(self, unanswered: OkWorld) -> None:
        world = unanswered
        Part.objects.filter(bid=world.bid, key="SEL").update(state=PartState.NO.value)

        take_over_part(part=world.part("SEL"), by=world.lead, now=NOON)

        assert "A4" in [line.code for line in content_of(world.bid).lead.lines]

    def test_a_partner_takes_nothing_over(self, unanswered: OkWorld) -> None:
        with pytest.raises(NotPermitted):
            take_over_part(part=unanswered.part("SEL"), by=unanswered.asked("PAI"), now=NOON)

    def test_the_lead_is_not_taken_over_from_itself(self, unanswered: OkWorld) -> None:
        with pytest.raises(LeadStays):
            take_over_part(part=unanswered.part("KUV"), by=unanswered.lead, now=NOON)

    def test_of_two_who_saw_the_same_the_second_is_refused(self, unanswered: OkWorld) -> None:
        world = unanswered
        seen = world.part("SEL").version
        leave_out_part(part=world.part("SEL"), by=world.lead, now=NOON, seen=seen)
        with pytest.raises(Stale):
            take_over_part(part=world.part("SEL"), by=world.lead, now=NOON, seen=seen)


class TestLeaveOut:
    def test_the_offer_goes_on_without_the_firm_and_it_hears_of_it(self, world: OkWorld) -> None:
        leave_out_part(part=world.part("SEL"), by=world.lead, now=NOON)

        offer = content_of(world.bid)
        assert [part.key for part in offer.parts] == ["KUV", "PAI"]
        assert totals(offer).net == Decimal("2393.65")
        assert [step.name for step in offer.milestones] == ["työpaja", "luonnos", "hyväksyntä", "painosta"]
        assert [step.needs for step in offer.milestones] == [(), ("m1",), (), ("m4",)]
        letter = Letter.objects.get(kind=LetterKind.LEFT_OUT.value)
        assert letter.to_email == world.invitations["SEL"].email
        assert LineItem.objects.filter(part__key="SEL").count() == 2

    def test_a_firm_that_never_heard_of_the_offer_is_not_written_to(self) -> None:
        world = an_ok_world(daycare(), said_ok=False)

        leave_out_part(part=world.part("SEL"), by=world.lead, now=NOON)

        assert not Letter.objects.filter(kind=LetterKind.LEFT_OUT.value).exists()

    def test_nothing_speaks_of_a_row_that_is_gone(self, world: OkWorld) -> None:
        pai, kuv = world.part("PAI"), world.part("KUV")
        group = OptionGroup.objects.create(bid=world.bid, name="koko")
        LineItem.objects.filter(bid=world.bid, code="A6").update(group=group, default=True)
        LineItem.objects.filter(bid=world.bid, code="A3").update(group=group)
        LineItem.objects.filter(bid=world.bid, code="A2").update(replaces=world.line("A5"))
        package = Package.objects.create(bid=world.bid, position=0, identifier="p1", name="Laaja")
        only = Package.objects.create(bid=world.bid, position=1, identifier="p2", name="Tarrat")
        PackageLine.objects.create(package=package, line=world.line("A7"), position=0)
        PackageLine.objects.create(package=package, line=world.line("A8"), position=1)
        PackageLine.objects.create(package=only, line=world.line("A8"), position=0)
        Milestone.objects.filter(bid=world.bid, identifier="m2").update(hands_over_to=pai)
        SectionRow.objects.create(bid=world.bid, position=0, title="Paino", text="Sanamme", owner=pai)
        SectionRow.objects.create(bid=world.bid, position=1, title="Me", text="Sanamme", owner=kuv)

        leave_out_part(part=world.part("PAI"), by=world.lead, now=NOON)

        offer = content_of(world.bid)
        lines = {line.code: line for line in offer.lines}
        assert (lines["A2"].replaces, lines["A2"].optional) == (None, True)
        assert lines["A3"].default
        assert [(each.id, each.lines) for each in offer.packages] == [("p1", ("A7",))]
        assert [section.title for section in offer.sections] == ["Me"]
        assert {step.hands_over_to for step in offer.milestones} == {""}
        assert totals(offer).net == Decimal("1060.00")


class TestAlwaysAsk:
    def test_a_firm_that_wants_to_be_asked_always_is_asked_about_what_it_would_be_told(self, world: OkWorld) -> None:
        set_always_ask(part=world.part("PAI"), always=True, by=world.asked("PAI"), now=NOON)
        assert world.stale() == {("PAI", "frame")}
        world.says_ok("PAI")

        settled = world.after(lambda: Bid.objects.filter(pk=world.bid.pk).update(title="Toinen nimi"))

        assert [part.key for part in settled.asked] == ["PAI"]
        assert [part.key for part in settled.told] == ["SEL"]

    def test_the_lead_does_not_wish_it_for_another(self, world: OkWorld) -> None:
        with pytest.raises(NotPermitted):
            set_always_ask(part=world.part("PAI"), always=True, by=world.lead, now=NOON)


class TestLegalQuestions:
    @pytest.fixture
    def rivals(self, world: OkWorld) -> OkWorld:
        for key in ("SEL", "PAI"):
            part = world.part(key)
            Part.objects.filter(pk=part.pk).update(card=part.card | {"fields": ["painotuotteet"]})
        world.after(lambda: None)
        for key in ("SEL", "PAI"):
            world.says_ok(key)
        return world

    @pytest.mark.parametrize("answer", ["yes", "maybe"])
    def test_firms_that_may_compete_see_their_own_prices_only_and_are_always_asked(
        self, rivals: OkWorld, answer: str
    ) -> None:
        assert [question.code for question in open_questions(rivals.bid)] == [COMPETITORS]

        answer_legal_question(bid=rivals.bid, question=COMPETITORS, answer=answer, by=rivals.lead, now=NOON)

        assert open_questions(rivals.bid) == ()
        assert content_of(rivals.bid).price_visibility == PriceVisibility.OWN
        assert rivals.stale() == {("SEL", "frame"), ("PAI", "frame")}
        for key in ("SEL", "PAI"):
            rivals.says_ok(key)
        settled = rivals.after(lambda: Bid.objects.filter(pk=rivals.bid.pk).update(payment_days=7))
        assert settled.carried == ()
        assert len(settled.asked) == 2

    def test_no_hides_nothing_and_asks_nobody(self, rivals: OkWorld) -> None:
        answer_legal_question(bid=rivals.bid, question=COMPETITORS, answer="no", by=rivals.lead, now=NOON)

        assert content_of(rivals.bid).price_visibility == PriceVisibility.ALL
        assert rivals.stale() == set()

    def test_prices_stay_hidden_whatever_the_rules_say_later(self, rivals: OkWorld) -> None:
        answer_legal_question(bid=rivals.bid, question=COMPETITORS, answer="yes", by=rivals.lead, now=NOON)

        rivals.after(lambda: Bid.objects.filter(pk=rivals.bid.pk).update(price_visibility="all"))

        assert content_of(rivals.bid).price_visibility == PriceVisibility.OWN

    def test_it_is_answered_once_for_the_same_firms_and_work(self, rivals: OkWorld) -> None:
        first = answer_legal_question(bid=rivals.bid, question=COMPETITORS, answer="no", by=rivals.lead, now=NOON)
        (question,) = questions(rivals.bid)
        assert question.answer == first

        part = rivals.part("KUV")
        Part.objects.filter(pk=part.pk).update(card=part.card | {"fields": ["painotuotteet"]})
        assert [each.code for each in open_questions(rivals.bid)] == [COMPETITORS]

    def test_a_question_that_is_not_due_is_not_answered(self, world: OkWorld) -> None:
        with pytest.raises(NotAskedNow):
            answer_legal_question(bid=world.bid, question=COMPETITORS, answer="no", by=world.lead, now=NOON)

    def test_a_partner_answers_no_question_of_law(self, rivals: OkWorld) -> None:
        with pytest.raises(NotPermitted):
            answer_legal_question(bid=rivals.bid, question=COMPETITORS, answer="no", by=rivals.asked("SEL"), now=NOON)


def test_an_ok_given_by_a_request_counts_no_more_once_the_request_is_taken_back(world: OkWorld) -> None:
    Invitation.objects.filter(pk=world.invitations["SEL"].pk).update(withdrawn_at=NOON)

    assert ok_of(world.part("SEL"), now=NOON).own.lack == OkLack.MAY_NO_LONGER
