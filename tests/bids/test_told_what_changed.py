"""The letter about a change says what changed, as far as its reader sees; the letter about a closed offer goes once."""

import re
from datetime import timedelta

import pytest

from bids.actions.close_offer import close_offer
from bids.content import ClientCard, Contact
from bids.models import Bid, Letter, LineItem, Part, RevisionStanding
from bids.steps.minting import mint
from bids.vocabulary import LetterKind, LetterState, PartState, PriceVisibility, RevisionState
from tests.bids.offers import a_line, a_part, an_offer
from tests.bids.ok_world import OkWorld, an_ok_world
from tests.bids.sendings import sent
from tests.bids.unchecked import nobody_decided
from tests.world import NOON
from worker.letters.composing import compose

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(minutes=1)


def a_world(mode: PriceVisibility = PriceVisibility.ALL) -> OkWorld:
    """A leads; B and C take part and have said OK."""
    return an_ok_world(
        an_offer(
            a_part("AAA", a_line("A1", "1000"), lead=True, business_id="9000003-8"),
            a_part("BBB", a_line("B1", "400"), business_id="9000004-6"),
            a_part("CCC", a_line("C1", "700"), business_id="9000005-4"),
            price_visibility=mode,
            client=ClientCard(name="Asiakas Oy", contacts=(Contact(name="Aino", email="aino@client.invalid"),)),
        )
    )


def other_price(world: OkWorld, code: str, price: str, key: str, minutes: int = 0) -> None:
    rows = LineItem.objects.filter(bid=world.bid, code=code)
    by = world.lead if key == "AAA" else world.asked(key)
    world.after(lambda: rows.update(unit_price=price), by=by, now=NOON + timedelta(minutes=minutes))


def told(world: OkWorld, key: str) -> Letter:
    """The one letter about changes that waits for this firm."""
    waiting = Letter.objects.filter(part=world.part(key), state=LetterState.WAITING.value)
    return waiting.get(kind=LetterKind.CHANGES_TOLD.value)


def words(letter: Letter, language: str = "en") -> str:
    letter.language = language
    said = compose(letter, mint(letter, now=LATER), now=LATER)
    return " ".join(said.text.split())


def test_the_letter_says_what_changed_and_how() -> None:
    world = a_world()
    other_price(world, "A1", "1100", "AAA")
    said = words(told(world, "BBB"))
    assert "What has changed" in said
    assert "1,000.00" in said or "1 000" in said.replace("\u00a0", " ")
    assert "1,100.00" in said or "1 100" in said.replace("\u00a0", " ")


def test_many_changes_in_a_row_are_told_from_where_they_began() -> None:
    world = a_world()
    other_price(world, "A1", "1100", "AAA")
    other_price(world, "A1", "1200", "AAA", minutes=1)
    said = words(told(world, "BBB")).replace("\u00a0", " ").replace(",", " ")
    assert "1 000" in said
    assert "1 200" in said
    assert "1 100" not in said


@pytest.mark.parametrize("mode", [PriceVisibility.OWN, PriceVisibility.OWN_AND_TOTAL])
def test_a_price_the_reader_does_not_see_is_in_no_letter(mode: PriceVisibility) -> None:
    world = a_world(mode)
    titles = Bid.objects.filter(pk=world.bid.pk)
    rows = LineItem.objects.filter(bid=world.bid, code="A1")

    def change() -> None:
        rows.update(unit_price="1100")
        titles.update(title="Toinen nimi")

    world.after(change)
    letter = told(world, "BBB")
    said = words(letter)
    assert "Toinen nimi" in said
    shown = re.sub(r"[\s,]", "", said)
    assert not [figure for figure in ("1000", "1100", "700") if figure in shown]
    assert "1000" not in str(letter.facts["was"])


def test_nothing_is_told_of_once_something_else_stands() -> None:
    world = a_world()
    other_price(world, "A1", "1100", "AAA")
    letter = told(world, "BBB")
    other_price(world, "A1", "1200", "AAA", minutes=1)
    said = words(letter)
    assert "What has changed" not in said
    assert "Something in the offer has changed" in said


def test_closing_writes_to_each_firm_once_and_never_to_who_has_not_heard() -> None:
    world = a_world()
    Part.objects.filter(bid=world.bid, key="CCC").update(state=PartState.ASKED.value)
    for _time in range(2):
        close_offer(bid=Bid.objects.get(pk=world.bid.pk), by=world.lead, now=LATER)
    letters = Letter.objects.filter(kind=LetterKind.OFFER_CLOSED.value)
    assert sorted(letter.part.key for letter in letters if letter.part) == ["BBB", "CCC"]
    assert {letter.facts["was_sent"] for letter in letters} == {0}
    said = words(letters[0])
    assert "It was not sent to the client." in said
    assert "Nothing in it binds you" in said


def test_a_firm_whose_request_never_left_hears_nothing_of_the_closing() -> None:
    world = an_ok_world(
        an_offer(
            a_part("AAA", a_line("A1", "1000"), lead=True, business_id="9000003-8"),
            a_part("BBB", a_line("B1", "400"), business_id="9000004-6"),
        ),
        said_ok=False,
    )
    Part.objects.filter(bid=world.bid, key="BBB").update(state=PartState.ASKED.value)
    close_offer(bid=Bid.objects.get(pk=world.bid.pk), by=world.lead, now=LATER)
    assert not Letter.objects.filter(kind=LetterKind.OFFER_CLOSED.value).exists()


@pytest.mark.parametrize(
    ("state", "fact"), [(RevisionState.WITHDRAWN, "was_sent"), (RevisionState.ACCEPTED, "was_accepted")]
)
def test_after_a_yes_of_the_client_an_offer_is_closed_as_completed(state: RevisionState, fact: str) -> None:
    world = a_world()
    revision = sent(world)
    with nobody_decided():
        RevisionStanding.objects.filter(revision=revision).update(state=state.value)
    close_offer(bid=Bid.objects.get(pk=world.bid.pk), by=world.lead, now=LATER)
    written = Letter.objects.filter(kind=LetterKind.OFFER_CLOSED.value)
    assert written.count() == 2
    assert all(letter.facts[fact] == 1 for letter in written)
    said = words(written[0])
    is_completed = fact == "was_accepted"
    assert ("has closed the offer as completed" in said) is is_completed
    assert ("What was agreed stands" in said) is is_completed
    assert ("Nothing in it binds you" in said) is not is_completed
