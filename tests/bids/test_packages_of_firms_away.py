"""What a package holds of a firm that is out of the offer while the packages are changed."""

from collections.abc import Sequence
from typing import Any

import pytest

from bids.actions.change_packages import change_packages
from bids.actions.leave_out_part import leave_out_part
from bids.models import Bid, LineItem, OptionGroup, Package, PackageLine, Part
from bids.queries.content_of import content_of
from bids.steps.offer_rows import PACKAGES, read_offer_piece
from bids.vocabulary import PartState
from tests.bids.cases import daycare
from tests.bids.ok_world import NOON, OkWorld, an_ok_world
from tests.kept import kept

pytestmark = pytest.mark.django_db


@kept
def world() -> OkWorld:
    """The lead's A7 and A3 and the printer's A8 and A6 are in packages, and the printer is out of the offer."""
    world = an_ok_world(daycare())
    LineItem.objects.filter(bid=world.bid, code__in=["A3", "A6", "A7", "A8"]).update(optional=True)
    a_package(world, "laaja", ["A8", "A7", "A6"])
    a_package(world, "tarrat", ["A8"], default=True)
    leave_out_part(part=world.part("PAI"), by=world.lead, now=NOON)
    assert packages_of(world) == [("laaja", ("A7",))]
    return world


def a_package(world: OkWorld, identifier: str, codes: Sequence[str], *, default: bool = False) -> None:
    place = Package.objects.filter(bid=world.bid).count()
    package = Package.objects.create(
        bid=world.bid, position=place, identifier=identifier, name=identifier.title(), default=default
    )
    for position, code in enumerate(codes):
        PackageLine.objects.create(package=package, line=world.line(code), position=position)


def packages_of(world: OkWorld) -> list[tuple[str, tuple[str, ...]]]:
    return [(each.id, each.lines) for each in content_of(world.bid).packages]


def change(world: OkWorld, *packages: dict[str, Any]) -> None:
    piece = read_offer_piece({"packages": list(packages)}, only=PACKAGES)
    seen = Bid.objects.get(pk=world.bid.pk).version
    change_packages(bid=world.bid, changes=piece, seen=seen, by=world.lead, now=NOON)


def back_in(world: OkWorld) -> None:
    Part.objects.filter(bid=world.bid, key="PAI").update(state=PartState.IN.value)


def test_a_firm_that_comes_back_finds_its_rows_where_they_were(world: OkWorld) -> None:
    change(world, {"id": "laaja", "name": "Kaikki", "lines": ["A3", "A7"]})
    assert packages_of(world) == [("laaja", ("A3", "A7"))]

    back_in(world)

    assert packages_of(world) == [("laaja", ("A8", "A3", "A7", "A6")), ("tarrat", ("A8",))]
    laaja, tarrat = content_of(world.bid).packages
    assert (laaja.name, tarrat.default) == ("Kaikki", True)


def test_a_package_that_is_taken_away_stays_away(world: OkWorld) -> None:
    change(world, {"id": "uusi", "name": "Uusi", "lines": ["A3"], "default": True})
    back_in(world)

    assert packages_of(world) == [("uusi", ("A3",)), ("tarrat", ("A8",))]
    assert [each.default for each in content_of(world.bid).packages] == [True, False]


def test_a_new_package_under_the_name_of_one_nobody_sees_holds_only_what_was_put_in_it(world: OkWorld) -> None:
    change(world, {"id": "tarrat", "name": "Tarrat", "lines": ["A3"]})
    back_in(world)

    assert packages_of(world) == [("tarrat", ("A3",))]


def test_no_row_comes_back_beside_one_it_excludes(world: OkWorld) -> None:
    group = OptionGroup.objects.create(bid=world.bid, name="koko")
    LineItem.objects.filter(bid=world.bid, code__in=["A3", "A8"]).update(group=group, optional=False)
    LineItem.objects.filter(bid=world.bid, code="A3").update(default=True)

    change(world, {"id": "laaja", "name": "Laaja", "lines": ["A7", "A3"]})
    back_in(world)

    assert packages_of(world)[0] == ("laaja", ("A7", "A6", "A3"))
