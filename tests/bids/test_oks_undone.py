"""“This was not me”, a wrong press after a right one, a withdrawal: what each undoes, and what it leaves alone."""

from datetime import timedelta
from decimal import Decimal

import pytest

from bids.actions.close_offer import close_offer
from bids.actions.confirm_told_price import Picked, confirm_told_price
from bids.actions.deny_answer import deny_answer
from bids.actions.finish_sending import finish_sending
from bids.actions.say_ok import say_ok
from bids.actions.tell_price import tell_price
from bids.actions.withdraw_offer import withdraw_offer
from bids.models import Bid, Letter, RevisionStanding, ToldPrice
from bids.queries.letter_truth import why_not_any_more
from bids.queries.oks import ok_of
from bids.steps.settling import OfferIsClosed, settle
from bids.vocabulary import LetterKind, LetterState, PriceBasis
from tests.bids.cases import daycare
from tests.bids.ok_world import OkWorld, an_ok_world
from tests.bids.requests import Request, a_request, hashes
from tests.bids.sendings import SYSTEM, drawn, frozen, sent
from tests.kept import kept
from tests.world import NOON

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(minutes=1)
LATER_STILL = NOON + timedelta(minutes=2)


@kept
def world() -> OkWorld:
    return an_ok_world(daycare())


# "This was not me"


def test_an_ok_that_was_not_the_firms_can_be_denied_while_the_offer_is_being_sent(world: OkWorld) -> None:
    revision = frozen(world)
    drawn(revision)

    deny_answer(part=world.part("SEL"), by=world.asked("SEL"), now=LATER)
    finish_sending(revision=revision, by=SYSTEM, now=LATER_STILL)

    standing = RevisionStanding.objects.get(revision=revision)
    assert (standing.state, standing.reason) == ("abandoned", "ok_taken_back:Selkopolku Tmi")
    assert not Letter.objects.filter(kind=LetterKind.OFFER_TO_CLIENT.value).exists()


def test_in_a_closed_offer_there_is_nothing_left_to_deny(world: OkWorld) -> None:
    close_offer(bid=world.bid, by=world.lead, now=NOON)

    with pytest.raises(OfferIsClosed):
        deny_answer(part=world.part("SEL"), by=world.asked("SEL"), now=LATER)


# A told price


def picked(asked: Request) -> ToldPrice:
    """The firm has picked the right one of three amounts."""
    told = tell_price(part=asked.part, amount=Decimal(500), price_basis=PriceBasis.NET, by=asked.lead, now=NOON)
    assert press(asked, told, told.amount) is Picked.CONFIRMED
    return told


def press(asked: Request, told: ToldPrice, amount: Decimal) -> Picked:
    return confirm_told_price(
        told=told, amount=amount, **hashes(asked.part), has_code=False, by=asked.invited, now=LATER
    )


def test_a_wrong_press_after_the_right_one_undoes_that() -> None:
    asked = a_request(NOON)
    told = picked(asked)

    assert press(asked, told, next(each for each in told.shown if each != told.amount)) is Picked.NEEDS_CODE
    assert not ok_of(asked.fresh().part, now=LATER).is_ok


def test_a_wrong_press_leaves_an_ok_alone_that_was_given_since() -> None:
    asked = a_request(NOON)
    told = picked(asked)
    Bid.objects.filter(pk=asked.bid.pk).update(payment_days=60)
    settle(asked.bid, by=asked.lead, now=LATER)
    say_ok(part=asked.fresh().part, **hashes(asked.part), by=asked.invited, now=LATER_STILL)

    assert press(asked, told, next(each for each in told.shown if each != told.amount)) is Picked.GONE
    assert ok_of(asked.fresh().part, now=LATER_STILL).is_ok


# A withdrawal


@pytest.mark.parametrize(
    ("offers_letter", "why"),
    [
        (LetterState.WAITING, "withdrawn"),
        (LetterState.CANCELLED, "withdrawn"),
        (LetterState.SENT, ""),
        (LetterState.HELD, ""),
        (LetterState.BOUNCED, ""),
    ],
)
def test_a_client_that_was_never_sent_the_offer_does_not_hear_that_it_is_withdrawn(
    offers_letter: LetterState, why: str, world: OkWorld
) -> None:
    revision = sent(world)
    offered = Letter.objects.filter(kind=LetterKind.OFFER_TO_CLIENT.value)
    offered.update(state=offers_letter.value, sent_at=NOON)

    withdraw_offer(revision=revision, by=world.lead, now=LATER)

    letters = Letter.objects.filter(kind=LetterKind.OFFER_WITHDRAWN.value)
    clients = letters.filter(to_email__in=offered.values("to_email"))
    assert clients.exists()
    assert {why_not_any_more(each, now=LATER) for each in clients} == {why}
    assert {why_not_any_more(each, now=LATER) for each in letters.exclude(pk__in=clients)} == {""}
