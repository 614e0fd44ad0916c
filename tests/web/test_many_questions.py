"""How many questions the pages of an offer ask of the database: few, and as many of a long offer as of a short one."""

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from bids.actions.make_suggestion import make_suggestion
from bids.models import Bid, LegalAnswer
from kernel.clock import database_now
from tests.bids.cases import daycare
from tests.bids.editors import someone_at
from tests.bids.ok_world import OkWorld, an_ok_world
from tests.bids.sendings import sent
from tests.kept import kept
from tests.web.conftest import logged_in

MOST = {"offer": 36, "send": 35, "requests": 23, "versions": 10, "words": 18}
"""By the page's name, a few more than it asks: what makes a page ask much more has been loaded a second time."""


@kept
def world() -> OkWorld:
    """An offer a client holds, with a firm asked again, an open suggestion and an answered legal question."""
    now = database_now()
    world = an_ok_world(replace(daycare(), valid_until=daycare().valid_until.replace(year=now.year + 1)), now=now)
    sent(world, now=now)
    part = world.bid.parts.get(key="SEL")
    make_suggestion(part=part, changes={"summary": "Toisin"}, by=world.lead, now=now)
    LegalAnswer.objects.create(
        lead=world.bid.lead,
        question="competitors",
        firms=" ".join(sorted(str(one) for one in world.bid.parts.values_list("firm__public_id", flat=True))),
        answer="maybe",
        answered_at=now,
    )
    Bid.objects.filter(pk=world.bid.pk).update(title="Uusi otsikko")
    world.after(lambda: None, now=now)
    return world


@pytest.mark.parametrize("name", MOST)
def test_a_page_of_an_offer_asks_few_questions(name: str, world: OkWorld, django_assert_max_num_queries: Any) -> None:
    client: Client = logged_in(world.lead_person)
    with django_assert_max_num_queries(MOST[name]):
        assert client.get(reverse(f"bids:{name}", args=[world.bid.public_id])).status_code == 200


def test_a_partner_reads_the_offer_with_few_questions(world: OkWorld, django_assert_max_num_queries: Any) -> None:
    client = logged_in(someone_at(world.bid.parts.get(key="SEL").firm, "selma@example.invalid"))
    with django_assert_max_num_queries(27):
        assert client.get(reverse("bids:offer", args=[world.bid.public_id])).status_code == 200
