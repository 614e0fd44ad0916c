"""An offer whose lead invoices all of it is frozen, sent and told of like any other."""

from dataclasses import replace

import pytest

from bids.exports.frozen_version import version_tree
from bids.exports.version_faults import version_faults
from bids.exports.version_sheet import version_sheet
from bids.models import Letter, Revision
from bids.pricing import totals
from bids.queries.content_of import content_of
from bids.steps.minting import mint
from bids.vocabulary import Invoicing, Language, LetterKind, Liability
from tests.bids.cases import daycare
from tests.bids.ok_world import OkWorld, an_ok_world
from tests.bids.sendings import sent
from tests.world import NOON
from worker.letters.composing import compose

pytestmark = pytest.mark.django_db


@pytest.fixture(params=[Liability.LEAD, Liability.SEVERAL])
def world(request: pytest.FixtureRequest) -> OkWorld:
    return an_ok_world(replace(daycare(), invoicing=Invoicing.LEAD, liability=request.param))


@pytest.fixture
def revision(world: OkWorld) -> Revision:
    return sent(world)


def test_the_version_holds_the_sums_with_the_one_invoice(world: OkWorld, revision: Revision) -> None:
    sums = totals(content_of(world.bid))

    frozen = version_tree(bytes(revision.payload))["as_offered"]["sums"]

    assert (frozen["net"], frozen["gross"]) == (f"{sums.net:f}", f"{sums.gross:f}")
    assert [(each["firm"], each["vat"], each["gross"]) for each in frozen["parts"]] == [
        ("KUV", None, None),
        ("SEL", None, None),
        ("PAI", None, None),
    ]
    assert [(each["from"], each["gross"]) for each in frozen["invoices"]] == [("KUV", f"{sums.gross:f}")]
    assert list(version_faults()) == []


@pytest.mark.parametrize("language", list(Language))
def test_it_is_shown_in_every_language(language: Language, revision: Revision) -> None:
    assert version_sheet(revision, language).version == 1


@pytest.mark.usefixtures("revision")
def test_every_letter_about_it_can_be_written() -> None:
    letters = list(Letter.objects.exclude(kind=LetterKind.REMINDER.value).select_related("bid", "part", "revision"))
    assert {LetterKind.OFFER_TO_CLIENT.value, LetterKind.OFFER_SENT.value} <= {letter.kind for letter in letters}

    for letter in letters:
        assert compose(letter, mint(letter, now=NOON), now=NOON).text
