"""What a person is in a firm is read anew each time, and once for a page that only shows."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse

from bids.queries.oks import MAY_GIVE_OKS, gives_oks
from kernel.actor import Actor
from members.models import Firm, Membership
from members.queries.roles import keep_in_mind, memberships_read_once, own_role_of
from members.vocabulary import MembershipRole
from members.web.middleware import MembershipsReadOnceMiddleware
from tests.world import a_firm, a_person, acting

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm() -> Firm:
    return a_firm()


@pytest.fixture
def owner(firm: Firm) -> Actor:
    return acting(a_person(at=firm), firm)


def becomes_a_viewer(owner: Actor) -> None:
    Membership.objects.filter(person_id=owner.id).update(role="viewer", may_approve=False)


def looked_at_twice(method: str, owner: Actor) -> list[MembershipRole | None]:
    """What the owner is for one request, before and after another takes the role away."""
    found: list[MembershipRole | None] = []

    def view(_request: HttpRequest) -> HttpResponse:
        found.append(own_role_of(owner))
        becomes_a_viewer(owner)
        found.append(own_role_of(owner))
        return HttpResponse()

    request = HttpRequest()
    request.method = method
    MembershipsReadOnceMiddleware(view)(request)
    return found


def test_what_changes_something_asks_anew_each_time(owner: Actor) -> None:
    assert looked_at_twice("POST", owner) == [MembershipRole.OWNER, MembershipRole.VIEWER]


def test_a_page_that_only_shows_asks_once_and_the_next_page_asks_again(
    owner: Actor, django_assert_num_queries: Callable[..., Any]
) -> None:
    assert looked_at_twice("GET", owner) == [MembershipRole.OWNER, MembershipRole.OWNER]
    with memberships_read_once(), django_assert_num_queries(1):
        assert [own_role_of(owner), own_role_of(owner)] == [MembershipRole.VIEWER] * 2
    with django_assert_num_queries(2):
        assert [own_role_of(owner), own_role_of(owner)] == [MembershipRole.VIEWER] * 2


def test_what_was_read_for_a_page_is_not_read_again_and_is_no_other_persons(
    firm: Firm, owner: Actor, django_assert_num_queries: Callable[..., Any]
) -> None:
    stranger = acting(a_person(email="stranger@example.invalid"), firm)
    with memberships_read_once():
        keep_in_mind(Membership.objects.filter(person_id=owner.id))
        with django_assert_num_queries(0):
            assert own_role_of(owner) is MembershipRole.OWNER
        with django_assert_num_queries(1):
            assert [own_role_of(stranger), own_role_of(stranger)] == [None, None]


def test_nothing_is_kept_of_a_page_that_failed(owner: Actor) -> None:
    def fails(_request: HttpRequest) -> HttpResponse:
        own_role_of(owner)
        raise LookupError

    request = HttpRequest()
    request.method = "GET"
    with pytest.raises(LookupError):
        MembershipsReadOnceMiddleware(fails)(request)
    becomes_a_viewer(owner)
    assert own_role_of(owner) is MembershipRole.VIEWER


def test_who_gives_a_firms_ok_is_the_same_at_hand_as_in_the_database(firm: Firm) -> None:
    for role in MembershipRole:
        for may in (False, True)[: 1 if role is MembershipRole.PRODUCER else 2]:
            person = a_person(at=firm, email=f"{role}-{may}@example.invalid", role=role.value)
            Membership.objects.filter(person=person).update(may_approve=may)
            held = Membership.objects.get(person=person)
            assert gives_oks(held) == Membership.objects.filter(MAY_GIVE_OKS, person=person).exists(), (role, may)
    assert not gives_oks(None)
