"""Who answers for the whole knows what it comes to, whichever mode of price visibility was chosen."""

from dataclasses import replace
from itertools import product

import pytest
from django.test import Client
from django.utils import translation

from bids.content import JointOffer
from bids.models import Bid, Group, LegalAnswer, Part
from bids.permissions import eyes_of
from bids.promises import frame_promise
from bids.queries.answer_screen import asked_for
from bids.queries.oks import said
from bids.sheets.rules_of_the_game import rules_of_the_game, visibility_sentence
from bids.visibility import mode_in_force
from bids.vocabulary import Invoicing, Language, Liability, PartState, PriceVisibility
from bids.web.rules_meaning import sentences_about
from tests.bids.cases import daycare
from tests.bids.ok_world import OkWorld, an_ok_world
from tests.kept import kept
from tests.web.conftest import logged_in
from tests.world import NOON, a_person, acting
from worker.letters.rules import rules_of_group

OWN, WITH_TOTAL, ALL = PriceVisibility.OWN, PriceVisibility.OWN_AND_TOTAL, PriceVisibility.ALL
TOTAL = "€3,484.03"


def joint(mode: PriceVisibility = OWN) -> JointOffer:
    return replace(daycare(), liability=Liability.JOINT, price_visibility=mode)


@kept
def world() -> OkWorld:
    return an_ok_world(joint())


def test_only_joint_liability_lifts_a_mode_and_only_the_one_that_hides_the_total() -> None:
    lifted = {
        (mode, liability)
        for mode, liability in product(PriceVisibility, Liability)
        if mode_in_force(mode, liability) != mode
    }

    assert lifted == {(OWN, Liability.JOINT)}
    assert mode_in_force(OWN, Liability.JOINT) is WITH_TOTAL


def liability_of(offer: JointOffer, key: str) -> str:
    with translation.override("en"):
        rules = rules_of_the_game(frame_promise(offer, key), lead="Kaisa", language=Language.EN)
    return next(rule.follows for rule in rules if rule.key == "liability").replace("\u00a0", " ")


def test_the_rules_of_the_game_tell_what_one_answers_for() -> None:
    assert liability_of(joint(), "SEL").endswith(f"The client pays {TOTAL} for the whole.")
    for liability, invoicing in product((Liability.SEVERAL, Liability.LEAD), Invoicing):
        for mode in PriceVisibility:
            offer = replace(daycare(), liability=liability, invoicing=invoicing, price_visibility=mode)
            assert "for the whole." not in liability_of(offer, "SEL")


def test_who_sees_ones_price_is_told_as_it_is() -> None:
    with translation.override("en"):
        told = {mode: visibility_sentence(frame_promise(joint(mode), "SEL"), lead="Kaisa") for mode in PriceVisibility}
        several = visibility_sentence(frame_promise(replace(daycare(), price_visibility=OWN), "SEL"), lead="Kaisa")

    assert told[OWN] == told[WITH_TOTAL]
    assert told[OWN].endswith("the others see the total, for which all answer.")
    assert told[ALL] == "The client and the firms of this offer see your price."
    assert several.endswith("the other firms do not.")


def test_the_lead_is_told_so_when_choosing() -> None:
    lifted = "As every firm answers for the whole, every firm sees the total too."
    with translation.override("en"):
        said_of_joint = sentences_about(daycare(), joint())
        assert lifted in said_of_joint
        assert "The others' prices together can be reckoned: the total less one's own." in said_of_joint
        for offer in (joint(WITH_TOTAL), joint(ALL), replace(daycare(), price_visibility=OWN)):
            assert lifted not in sentences_about(daycare(), offer)


def test_a_groups_rules_are_told_as_they_would_hold() -> None:
    group = Group(
        invoicing="each", liability="joint", price_visibility="own", payment_days=14, valid_days=30, name="Porukka"
    )
    with translation.override("en"):
        told = {fact.label: fact.value for fact in rules_of_group(group)}

    assert told["Who sees your price"] == "The lead and the client; the other firms see only the total."


@pytest.mark.django_db
def test_a_partners_eyes_see_the_total_while_it_takes_part(world: OkWorld) -> None:
    firm = world.firm("SEL")
    partner = acting(a_person(at=firm, email="sari@people.invalid"), firm)

    eyes = eyes_of(partner, world.bid)
    assert (eyes.mode, eyes.sees_totals, eyes.sees_price_of("PAI")) == (WITH_TOTAL, True, False)

    assert not eyes_of(world.asked("PAI"), _out(world, "PAI")).sees_totals


@pytest.mark.django_db
def test_competitors_who_answer_together_know_the_sum_and_no_price(world: OkWorld) -> None:
    firms = " ".join(sorted(str(world.firm(key).public_id) for key in ("SEL", "PAI")))
    LegalAnswer.objects.create(
        lead=world.bid.lead, question="competitors", firms=firms, answer="yes", answered_at=NOON, kind_of_work=""
    )

    eyes = eyes_of(world.asked("SEL"), Bid.objects.get(pk=world.bid.pk))
    assert (eyes.mode, eyes.sees_price_of("PAI")) == (WITH_TOTAL, False)


@pytest.mark.django_db
def test_a_firm_that_is_out_reads_no_total_where_it_was_asked(world: OkWorld) -> None:
    assert "total" in said(asked_for(world.part("PAI")).promised.frame_bytes)["whole"]

    _out(world, "PAI")

    frame = said(asked_for(world.part("PAI")).promised.frame_bytes)
    assert set(frame["whole"]) == {"firms"}
    assert "everything" not in frame


@pytest.mark.django_db
def test_a_program_is_told_what_was_chosen_and_what_holds(world: OkWorld) -> None:
    lead: Client = logged_in(world.lead_person)

    told = lead.get(f"/api/v1/bids/{world.bid.public_id}/").json()

    assert (told["price_visibility"], told["price_visibility_in_force"]) == ("own", "own+total")


@pytest.mark.django_db
def test_choosing_between_two_modes_that_hold_alike_asks_nobody(world: OkWorld) -> None:
    assert world.stale() == set()

    settled = world.after(lambda: Bid.objects.filter(pk=world.bid.pk).update(price_visibility=WITH_TOTAL.value))

    assert world.stale() == set()
    assert list(settled.asked) == []


@pytest.mark.django_db
def test_leaving_joint_liability_takes_the_total_away_and_asks_everybody(world: OkWorld) -> None:
    world.after(lambda: Bid.objects.filter(pk=world.bid.pk).update(liability=Liability.LEAD.value))

    assert world.stale() == {("SEL", "frame"), ("PAI", "frame")}
    assert set(said(asked_for(world.part("SEL")).promised.frame_bytes)["whole"]) == {"firms"}


def _out(world: OkWorld, key: str) -> Bid:
    Part.objects.filter(bid=world.bid, key=key).update(state=PartState.LEFT_OUT.value)
    return Bid.objects.get(pk=world.bid.pk)
