"""An offer that leaves on another day than was planned bears the day it leaves, on every paper the client gets."""

from datetime import timedelta

import pytest

from bids.exports.frozen_version import version_tree
from bids.exports.version_faults import version_faults
from bids.exports.version_sheet import version_sheet
from bids.models import Letter
from bids.vocabulary import Language, LetterKind
from kernel.clock import helsinki_day
from tests.bids.cases import daycare
from tests.bids.sendings import a_ready_offer, sent
from tests.world import NOON

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("days", [-4, 0, 3])
def test_a_version_is_dated_the_day_it_leaves(days: int) -> None:
    world, leaves = a_ready_offer(daycare()), NOON + timedelta(days=days)

    revision = sent(world, now=leaves)

    day = helsinki_day(leaves)
    assert version_tree(bytes(revision.payload))["offer"]["issued_on"] == day.isoformat()
    assert version_sheet(revision, Language.FI).issued_on.value == day.isoformat()
    assert list(version_faults()) == []


def test_no_partner_is_told_that_the_day_became_another() -> None:
    world = a_ready_offer(daycare())

    sent(world, now=NOON + timedelta(days=3))

    assert not Letter.objects.filter(kind=LetterKind.CHANGES_TOLD.value).exists()
