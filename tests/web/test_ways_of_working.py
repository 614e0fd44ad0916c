"""Every page and answer about an offer stands, whichever way its firms work together and whoever of them is out."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from bids.actions.leave_out_part import leave_out_part
from bids.content import Adjustment, Instalment, JointOffer, MilestoneCard, NamedChoice
from bids.content import Section as Text
from bids.models import Part
from bids.vocabulary import Invoicing, Liability, PartState, PriceVisibility
from tests.bids.cases import daycare
from tests.bids.ok_world import OkWorld, an_ok_world
from tests.bids.sendings import sent
from tests.world import NOON, a_person

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def rich(offer: JointOffer) -> JointOffer:
    """The offer with a text and a step of every firm, a package, a plan, a fee and a discount."""
    day = offer.delivery.ends_on if offer.delivery else offer.issued_on
    return replace(
        offer,
        sections=tuple(Text(title=f"Teksti {part.key}", text="…", owner=part.key) for part in offer.parts),
        milestones=tuple(
            MilestoneCard(id=f"m{place}", name=part.key, starts_on=day, ends_on=day, owner=part.key)
            for place, part in enumerate(offer.parts)
        ),
        packages=(NamedChoice(id="laaja", name="Laaja", lines=("A7",)),),
        payment_plan=(Instalment(name="aluksi", percent=Decimal(40)), Instalment(name="lopuksi", percent=Decimal(60))),
        coordination_fee=Adjustment(name="koordinointi", percent=Decimal(5)),
        discount=Adjustment(name="alennus", percent=Decimal(3)),
    )


def sent_to_the_client(world: OkWorld) -> None:
    sent(world)


def without_one(world: OkWorld) -> None:
    leave_out_part(part=world.part("SEL"), by=world.lead, now=NOON)
    world.says_ok("PAI")
    sent(world)


def nobody_has_answered(world: OkWorld) -> None:
    Part.objects.filter(bid=world.bid).exclude(role="lead").update(state=PartState.ASKED.value)


WAYS: dict[str, tuple[JointOffer, Callable[[OkWorld], None]]] = {
    "the lead invoices": (replace(rich(daycare()), invoicing=Invoicing.LEAD), sent_to_the_client),
    "all answer for all": (
        replace(rich(daycare()), liability=Liability.JOINT, price_visibility=PriceVisibility.OWN),
        sent_to_the_client,
    ),
    "one left out": (rich(daycare()), without_one),
    "nobody answered": (replace(rich(daycare()), invoicing=Invoicing.LEAD), nobody_has_answered),
}
FAILURES = 500
KNOWN = {"key": "PAI", "number": 1, "code": "A8", "part": "PAI", "kind": "rules"}


def addresses(world: OkWorld) -> Iterator[str]:
    """Every address below an offer, in the pages and in the API, for what the offer has."""
    for route in routes(get_resolver().url_patterns):
        if route.startswith(("offers/<uuid:public_id>/", "api/v1/bids/<uuid:public_id>/")):
            address = route.replace("<uuid:public_id>", str(world.bid.public_id))
            for name, value in KNOWN.items():
                for kind in ("str", "int", "slug"):
                    address = address.replace(f"<{kind}:{name}>", str(value))
            if "<" not in address:
                yield f"/{address}"


def routes(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    for each in patterns:
        route = f"{before}{each.pattern}"
        if isinstance(each, URLResolver):
            yield from routes(each.url_patterns, route)
        else:
            yield route


@pytest.mark.parametrize("way", WAYS)
def test_nothing_about_an_offer_fails(way: str) -> None:
    offer, happens = WAYS[way]
    world = an_ok_world(offer)
    happens(world)
    found = sorted(set(addresses(world)))
    assert {f"/offers/{world.bid.public_id}/", f"/api/v1/bids/{world.bid.public_id}/contents/"} <= set(found)

    for reader in (world.lead_person, a_person(at=world.firm("PAI")), a_person(at=world.firm("SEL"))):
        client = Client(raise_request_exception=False)
        client.force_login(reader, backend="django.contrib.auth.backends.ModelBackend")
        statuses = {address: client.get(address).status_code for address in found}
        failed = {address: status for address, status in statuses.items() if status >= FAILURES}
        assert not failed
