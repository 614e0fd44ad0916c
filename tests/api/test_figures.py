"""Every figure the API gives is the one pricing gives: each choice, both ways of invoicing, both cases."""

from collections.abc import Iterator
from itertools import combinations

import pytest

from bids.actions.import_bid import import_bid
from bids.content import Choice, JointOffer
from bids.exports.bid_package import write_package
from bids.pricing import can_be_chosen, totals, totals_as_json
from bids.vocabulary import Invoicing
from kernel.actor import Actor
from kernel.clock import database_now
from tests.api.asker import Asker, a_key, said
from tests.api.description import agrees_with_description, operation
from tests.bids.cases import daycare, tourism
from tests.world import a_person

CASES = [daycare(), tourism()]
CHOICES = {"YT-2026-0001": 8, "YT-2026-0002": 2}
"""In how many ways each case can be chosen from."""


def picks(offer: JointOffer) -> Iterator[tuple[str, ...]]:
    """Every set of lines that can be chosen."""
    codes = [line.code for line in offer.lines if can_be_chosen(line)]
    for size in range(len(codes) + 1):
        yield from combinations(codes, size)


@pytest.mark.parametrize("offer", CASES, ids=["daycare", "tourism"])
@pytest.mark.parametrize("invoicing", Invoicing)
def test_of_a_bid_and_of_its_package(offer: JointOffer, invoicing: Invoicing, system: Actor) -> None:
    bid = import_bid(offer=offer, by=system, now=database_now())
    asker = Asker(key=a_key(a_person(at=bid.lead), bid.lead))
    package = write_package(offer)
    seen = 0

    for picked in picks(offer):
        of_bid = asker.get(f"bids/{bid.public_id}/totals/", choose=picked, invoicing=invoicing)
        of_package = asker.post(
            "packages/totals/", {"package": package, "choose": list(picked), "invoicing": invoicing.value}
        )
        expected = totals_as_json(totals(offer, Choice(lines=frozenset(picked)), invoicing=invoicing))
        assert said(of_bid) == said(of_package) == expected
        seen += 1

    assert seen == CHOICES[offer.number]


@pytest.mark.parametrize("offer", CASES, ids=["daycare", "tourism"])
def test_are_what_the_description_promises(offer: JointOffer, system: Actor) -> None:
    bid = import_bid(offer=offer, by=system, now=database_now())
    asker = Asker(key=a_key(a_person(at=bid.lead), bid.lead))

    for name in ("get_bid_totals", "get_bid_sheet", "get_bid_package", "get_bid"):
        reading = operation(name)
        answer = asker.get(reading.path.replace("{public_id}", str(bid.public_id)))
        agrees_with_description(said(answer), reading.said["responses"]["200"], "application/json")


def test_known_by_heart(system: Actor) -> None:
    bid = import_bid(offer=daycare(), by=system, now=database_now())
    asker = Asker(key=a_key(a_person(at=bid.lead), bid.lead))

    each = said(asker.get(f"bids/{bid.public_id}/totals/"))
    lead = said(asker.get(f"bids/{bid.public_id}/totals/", invoicing="lead"))

    assert (each["net"], each["vat"], each["gross"]) == ("2873.65", "610.38", "3484.03")
    assert (lead["net"], lead["vat"], lead["gross"]) == ("2873.65", "732.78", "3606.43")
