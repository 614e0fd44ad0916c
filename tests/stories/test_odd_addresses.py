"""Every address whose pieces are written by hand takes any piece for what it is: nothing that is there."""

from typing import Any, Final

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from tests.stories.joint_world import LEAD, PARTNER, JointWorld, a_joint_world
from tests.stories.routes import ROUTES, Route

pytestmark = pytest.mark.django_db

ODD_WORDS: Final = ("\0", "x" * 3000, "٣")
ODD_NUMBERS: Final = (0, 10**30)


def odd_fills(route: Route, world: JointWorld) -> list[dict[str, Any]]:
    """The route's own pieces with one of them made odd."""
    fill = next(iter(route.fill(world)), {})
    found = []
    for name, value in fill.items():
        if isinstance(value, str):
            found += [{**fill, name: odd} for odd in ODD_WORDS]
        elif isinstance(value, int):
            found += [{**fill, name: odd} for odd in ODD_NUMBERS]
    return found


def addresses(world: JointWorld) -> list[tuple[str, str]]:
    found = []
    for route in ROUTES.values():
        for fill in odd_fills(route, world):
            for method, _way in route.ways:
                try:
                    found.append((method, reverse(route.name, kwargs=fill)))
                except NoReverseMatch:
                    continue
    return found


@pytest.mark.parametrize("key", [LEAD, pytest.param(PARTNER, marks=pytest.mark.slow)])
def test_no_piece_of_an_address_is_a_fault_of_ours(key: str) -> None:
    world = a_joint_world(is_sent=True)
    client: Client = world.client(key)
    client.raise_request_exception = False
    asked = addresses(world)
    assert len(asked) > 50
    wrong = []
    for number, (method, address) in enumerate(asked):
        answer = getattr(client, method)(address, REMOTE_ADDR=f"10.0.{number // 250}.{number % 250}")
        if answer.status_code >= 500:
            wrong.append((method, address[:120], answer.status_code))
    assert wrong == []
