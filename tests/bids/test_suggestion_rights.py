"""Who answers a suggestion: of a firm's words all who write for it, of its rows and prices not its producers."""

from typing import Any

import pytest

from bids.actions.decline_suggestion import decline_suggestion
from bids.actions.make_suggestion import make_suggestion
from bids.actions.take_suggestion import take_suggestion
from bids.models import LineItem, Suggestion
from bids.vocabulary import SuggestionState
from kernel.actor import Actor
from kernel.errors import NotPermitted
from tests.bids.cases import daycare
from tests.bids.ok_world import OkWorld, an_ok_world
from tests.kept import kept
from tests.world import NOON, a_person, acting

pytestmark = pytest.mark.django_db

NEW_ROW = {"new_line": {"text": "Kuljetus", "quantity": "1", "unit_price": "40.00"}}


@kept
def world() -> OkWorld:
    return an_ok_world(daycare())


@pytest.fixture
def producer(world: OkWorld) -> Actor:
    firm = world.firm("SEL")
    return acting(a_person(at=firm, role="producer", email="producer@people.invalid"), firm)


@pytest.fixture
def editor(world: OkWorld) -> Actor:
    firm = world.firm("SEL")
    return acting(a_person(at=firm, role="editor", email="editor@people.invalid"), firm)


def suggested(world: OkWorld, changes: dict[str, Any], code: str = "") -> Suggestion:
    line = world.line(code) if code else None
    return make_suggestion(part=world.part("SEL"), line=line, changes=changes, why="", by=world.lead, now=NOON)


def test_of_its_firms_words_a_producer_takes_and_declines_suggestions(world: OkWorld, producer: Actor) -> None:
    one = suggested(world, {"summary": "Toisin."})
    taken = take_suggestion(suggestion=one, seen=one.version, by=producer, now=NOON)
    other = suggested(world, {"included": ["Kuljetus"]})
    declined = decline_suggestion(suggestion=other, seen=other.version, by=producer, now=NOON)

    assert (taken.state, declined.state) == (SuggestionState.TAKEN.value, SuggestionState.DECLINED.value)
    assert world.part("SEL").summary == "Toisin."


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"unit_price": "5.00"}, "A4"), ({"removed": True}, "A4"), (NEW_ROW, "")],
    ids=["price", "removal", "new row"],
)
def test_of_its_rows_a_producer_answers_none(
    changes: dict[str, Any], code: str, world: OkWorld, producer: Actor, editor: Actor
) -> None:
    one = suggested(world, changes, code)

    for answer in (take_suggestion, decline_suggestion):
        with pytest.raises(NotPermitted):
            answer(suggestion=one, seen=one.version, by=producer, now=NOON)

    one.refresh_from_db()
    assert one.state == SuggestionState.OPEN.value
    assert decline_suggestion(suggestion=one, seen=one.version, by=editor, now=NOON).state == "declined"


def test_a_suggestion_about_a_row_that_is_gone_is_still_one_about_rows(
    world: OkWorld, producer: Actor, editor: Actor
) -> None:
    one = suggested(world, {"unit_price": "5.00"}, "A4")
    LineItem.objects.filter(bid=world.bid, code="A4").delete()

    with pytest.raises(NotPermitted):
        decline_suggestion(suggestion=one, seen=one.version, by=producer, now=NOON)
    assert decline_suggestion(suggestion=one, seen=one.version, by=editor, now=NOON).state == "declined"
