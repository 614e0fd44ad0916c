"""Who gets what of every address: roles, things and verbs, in every state a firm can be in."""

import re
from copy import deepcopy
from http import HTTPStatus
from itertools import product
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from bids.models import Part
from bids.vocabulary import PartState, PriceVisibility
from kernel.models import AuditEvent
from tests.kept import kept
from tests.stories.joint_world import LEAD, OUTSIDER, PARTNER, ROLES, JointWorld, a_joint_world
from tests.stories.routes import DRAFT, NOT_MAIL, READERS, ROUTES, Route, Way, every_name, is_elsewhere
from tests.web.conftest import logged_in
from tests.world import a_person

pytestmark = pytest.mark.django_db

WAYS = [(route, method, way) for route in ROUTES.values() for method, way in route.ways]
GONE = [PartState.LISTED, PartState.NO, PartState.TAKEN_OVER, PartState.LEFT_OUT, PartState.LEFT]
FEW = (
    (LEAD, "owner"),
    (LEAD, "viewer"),
    (PARTNER, "owner"),
    (PARTNER, "producer"),
    (OUTSIDER, "owner"),
    ("", "nobody"),
)
MANY = tuple(reader for reader in READERS if reader not in FEW)
LOGIN = "/account/login/"
_ADDRESSES = (f"10.{high}.{middle}.{low}" for high, middle, low in product(range(256), repeat=3))


@pytest.fixture(autouse=True)
def _counters_of_its_own(settings: Settings) -> None:
    settings.CACHES = {"default": {**settings.CACHES["default"], "KEY_PREFIX": uuid4().hex}}


@kept
def world() -> JointWorld:
    """One world for every address: whatever asking for one of them does is undone."""
    return a_joint_world(PriceVisibility.ALL, is_sent=True)


@pytest.fixture
def readers(world: JointWorld) -> dict[tuple[str, str], Client]:
    """Everybody who might ask, each at their own browser."""
    known = {(key, role): world.client(key, role) for key in (LEAD, PARTNER, OUTSIDER) for role in ROLES}
    staff = a_person(email="staff@punos.invalid", language="en")
    staff.is_staff = True
    staff.save()
    invited, client = Client(headers={"accept-language": "en"}), Client(headers={"accept-language": "en"})
    invited.get(reverse("bids:invitation-link", args=[world.things[f"invitation-token-{PARTNER}"]]))
    client.get(reverse("bids:client-link", args=[world.things["client-token"]]))
    for each in (*known.values(), invited, client, world.nobody()):
        each.raise_request_exception = False
    others = {("", "nobody"): world.nobody(), ("", "staff"): logged_in(staff), ("", "invited"): invited}
    return {**known, **others, ("", "client"): client}


def asked(client: Client, route: Route, method: str, way: Way, world: JointWorld, fill: dict[str, Any]) -> HttpResponse:
    """The answer, with everything the asking did undone."""
    address = reverse(route.name, kwargs=fill)
    # Nobody is out of tries because others who ask from here have used them up.
    said: dict[str, Any] = {"headers": way.headers(world) if way.headers else {}, "REMOTE_ADDR": next(_ADDRESSES)}
    if method != "get":
        said["data"] = way.body(world) if way.body else {}
        if route.name.startswith("api:"):
            said["content_type"] = "application/json"
    cookies = deepcopy(client.cookies)
    with transaction.atomic():
        answer: HttpResponse = getattr(client, method)(address, **said)
        answer.events = AuditEvent.objects.count()  # type: ignore[attr-defined]
        transaction.set_rollback(True)
    client.cookies = cookies
    return answer


def right_in(answer: HttpResponse) -> str:
    """The letter of an answer."""
    location = answer.headers.get("Location", "")
    if answer.status_code == 401 or location.startswith(LOGIN):
        return "d"
    return {403: "n", 404: "-", 405: "no such method", 500: "a fault of ours", 429: "too often"}.get(
        answer.status_code, "y"
    )


@pytest.mark.parametrize("asking", [FEW, pytest.param(MANY, marks=pytest.mark.slow)], ids=["few", "many"])
def test_everybody_gets_what_is_theirs_and_no_more(
    asking: tuple[tuple[str, str], ...], world: JointWorld, readers: dict[tuple[str, str], Client]
) -> None:
    before = AuditEvent.objects.count()
    wrong: dict[str, Any] = {}
    for route, method, way in WAYS:
        fill = next(iter(route.fill(world)))
        for reader in asking:
            answer = asked(readers[reader], route, method, way, world, fill)
            found, right = right_in(answer), way.right_of(reader)
            if found != right.replace("r", "y"):
                wrong[f"{method} {route.name} as {'-'.join(reader)}"] = f"{found} ({answer.status_code}), not {right}"
            if right != "y" and not way.notes_refusals and answer.events != before:  # type: ignore[attr-defined]
                wrong[f"{method} {route.name} as {'-'.join(reader)} "] = "refused, and yet something happened"

    assert wrong == {}


@pytest.mark.slow
def test_a_firm_that_takes_no_part_gets_nothing(world: JointWorld, readers: dict[tuple[str, str], Client]) -> None:
    """In each of these states the partner's people are as the outsider's are."""
    part = Part.objects.filter(bid=world.bid, key=PARTNER)
    wrong: dict[str, Any] = {}
    for state in GONE:
        with transaction.atomic():
            part.update(state=state.value)
            for route, method, way in WAYS:
                if route.outlives:
                    continue
                fill = next(iter(route.fill(world)))
                role = ROLES[len(route.name) % len(ROLES)]
                found = right_in(asked(readers[PARTNER, role], route, method, way, world, fill))
                if found != way.right_of((OUTSIDER, role)):
                    wrong[f"{method} {route.name} as {role} of a firm that is {state}"] = found
            transaction.set_rollback(True)

    assert wrong == {}


def test_what_changes_something_leaves_an_event(world: JointWorld, readers: dict[tuple[str, str], Client]) -> None:
    before = AuditEvent.objects.count()
    wrong: dict[str, Any] = {}
    for route, method, way in WAYS:
        fill = next(iter(route.fill(world)))
        answer = asked(readers[way.by], route, method, way, world, fill)
        left = answer.events - before  # type: ignore[attr-defined]
        if method == "get" or way.leaves in {DRAFT, NOT_MAIL}:
            if left:
                wrong[f"{method} {route.name}"] = "left an event, though it is said to leave none"
        elif way.leaves == "event" and (answer.status_code >= HTTPStatus.BAD_REQUEST or not left):
            said = " ".join(re.sub(r"<[^>]*>", " ", answer.content.decode(errors="replace")).split())
            wrong[f"{method} {route.name}"] = (answer.status_code, left, said[-600:])

    assert wrong == {}


def test_every_address_has_a_rule() -> None:
    names = set(every_name())

    assert {name for name in names if name not in ROUTES and not is_elsewhere(name)} == set()
    assert set(ROUTES) - names == set()


def test_the_matrix_is_large() -> None:
    assert len(WAYS) * (len(READERS) + len(GONE)) >= 2000
