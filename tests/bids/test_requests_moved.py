"""Requests that go to another address, or to a firm that is out: who is written to, and who is not."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from bids.actions.ask_to_call import ask_to_call
from bids.actions.change_request import RequestChange, change_request
from bids.actions.decline_request import No, decline_request
from bids.actions.leave_out_part import leave_out_part
from bids.actions.take_over_part import take_over_part
from bids.models import Invitation, Letter
from bids.queries.letter_truth import why_not_any_more
from bids.steps.requests import TakenBack
from bids.vocabulary import LetterKind, LetterState, PartState
from tests.bids.requests import Request, a_request
from tests.kept import kept
from tests.world import NOON

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(minutes=1)
LATER_STILL = NOON + timedelta(minutes=2)


@kept
def asked() -> Request:
    return a_request(NOON)


def calls(asked: Request) -> Any:
    return ask_to_call(part=asked.part, phone="040 123 4567", when="", by=asked.invited, now=LATER)


def says_no(asked: Request) -> Any:
    return decline_request(part=asked.part, no=No(why="Ei ehdi."), by=asked.invited, now=LATER)


@pytest.mark.parametrize("answer", [calls, says_no])
def test_at_another_address_somebody_else_is_asked_and_their_letter_goes(
    answer: Callable[[Request], Any], asked: Request
) -> None:
    answer(asked)
    asked.fresh()

    change_request(
        invitation=asked.invitation,
        change=RequestChange(email="timo@example.invalid"),
        seen=asked.invitation.version,
        by=asked.lead,
        now=LATER_STILL,
    )

    letter = Letter.objects.get(kind=LetterKind.ASKED.value, to_email="timo@example.invalid")
    assert (letter.state, why_not_any_more(letter, now=LATER_STILL)) == (LetterState.WAITING.value, "")
    asked.fresh()
    assert (asked.part.state, asked.invitation.answer) == (PartState.ASKED.value, "")


def leaves_out(asked: Request) -> Any:
    return leave_out_part(part=asked.part, by=asked.lead, now=LATER)


def takes_over(asked: Request) -> Any:
    return take_over_part(part=asked.part, by=asked.lead, now=LATER, price=Decimal(450))


@pytest.mark.parametrize("out", [leaves_out, takes_over])
@pytest.mark.parametrize(
    "change",
    [
        RequestChange(until=NOON + timedelta(days=3)),
        RequestChange(email="timo@example.invalid"),
        RequestChange(what="Jotain muuta"),
    ],
)
def test_a_firm_that_is_out_is_asked_for_nothing_by_changing_its_old_request(
    change: RequestChange, out: Callable[[Request], Any], asked: Request
) -> None:
    out(asked)
    letters = Letter.objects.exclude(state=LetterState.CANCELLED.value).count()
    asked.fresh()

    with pytest.raises(TakenBack):
        change_request(
            invitation=asked.invitation, change=change, seen=asked.invitation.version, by=asked.lead, now=LATER_STILL
        )

    assert Letter.objects.exclude(state=LetterState.CANCELLED.value).count() == letters
    assert Invitation.objects.get().email == "pekka@example.invalid"
