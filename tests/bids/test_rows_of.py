"""Rows are the mirror of what an offer says, whatever it says."""

from contextlib import suppress
from datetime import datetime

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings

from bids.actions.import_bid import import_bid
from bids.content import JointOffer
from bids.exports.bid_package import package_bytes, read_package
from bids.queries.content_of import content_of
from kernel.actor import Actor
from tests.bids.offer_strategies import joint_offers
from tests.world import NOON

SYSTEM = Actor.system("tests")


class Undone(Exception):
    """Thrown to leave a savepoint without keeping anything."""


def gathered_again(offer: JointOffer, *, now: datetime) -> JointOffer:
    found: list[JointOffer] = []
    with suppress(Undone), transaction.atomic():
        found.append(content_of(import_bid(offer=offer, by=SYSTEM, now=now)))
        raise Undone
    return found[0]


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(offer=joint_offers())
def test_any_offer_comes_back_from_its_rows_and_from_its_package(offer: JointOffer) -> None:
    gathered = gathered_again(offer, now=NOON)

    assert gathered == offer
    assert package_bytes(gathered) == package_bytes(offer)
    assert read_package(package_bytes(gathered)) == offer
