"""One offer, the firm that leads it, a firm that takes part in it, and somebody who has nothing to do with it."""

import pytest

from bids.actions.import_bid import import_bid
from bids.models import Bid, Part
from bids.vocabulary import PartState
from kernel.actor import Actor
from kernel.clock import database_now
from members.models import Person
from tests.api.asker import Asker, a_key
from tests.bids.cases import daycare
from tests.kept import kept
from tests.world import a_firm, a_person


@pytest.fixture(autouse=True)
def _database(db: None) -> None:
    """Whoever asks the API asks the database."""


@kept
def bid() -> Bid:
    """The daycare's offer."""
    return import_bid(offer=daycare(), by=Actor.system("tests"), now=database_now())


@pytest.fixture
def maija(bid: Bid) -> Person:
    """Who leads it."""
    return a_person(at=bid.lead, email="maija@example.invalid")


@pytest.fixture
def lead(bid: Bid, maija: Person) -> Asker:
    return Asker(key=a_key(maija, bid.lead))


@pytest.fixture
def part(bid: Bid) -> Part:
    """A firm that has been asked into it and takes part."""
    part: Part = bid.parts.select_related("firm").get(key="PAI")
    part.state = PartState.IN.value
    part.save()
    return part


@pytest.fixture
def partner(part: Part) -> Asker:
    return Asker(key=a_key(a_person(at=part.firm), part.firm))


@pytest.fixture
def stranger() -> Asker:
    firm = a_firm("Sivullinen Oy", business_id="9000019-3")
    return Asker(key=a_key(a_person(at=firm), firm))


@pytest.fixture
def nobody() -> Asker:
    return Asker()
