"""What the lead and the partners read once the client has answered, and what the lead does about it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from bids.models import DecisionStanding
from bids.vocabulary import RevisionState
from kernel.clock import database_now
from members.models import Person
from tests.bids.decisions import Offered, an_offered, records, two_readers
from tests.bids.sendings import state_of
from tests.bids.test_deciding import holds
from tests.web.test_client_decision import text
from tests.world import a_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def offered() -> Offered:
    now = database_now()
    offer = replace(two_readers(), issued_on=now.date(), valid_until=(now + timedelta(days=30)).date())
    return an_offered(offer, now=now - timedelta(minutes=30))


def browser(person: Any) -> Client:
    Person.objects.filter(pk=person.pk).update(language="en")
    browser = Client()
    browser.force_login(person)
    return browser


def page(who: Client, offered: Offered, name: str = "offer") -> str:
    answer = who.get(reverse(f"bids:{name}", args=[offered.world.bid.public_id]))
    assert answer.status_code == 200
    return answer.content.decode()


def at(minutes: int) -> Any:
    return database_now() - timedelta(minutes=minutes)


def test_the_lead_takes_back_what_was_recorded_by_saying_what_was_wrong(offered: Offered) -> None:
    lead = browser(offered.world.lead_person)
    here = reverse("bids:annul-decision", args=[offered.world.bid.public_id])
    assert lead.get(here).status_code == 302
    made = records(offered, arrived_at=at(20), now=at(10))
    holds()
    assert escape("It was written down that the client said yes to version 1") in lead.get(here).content.decode()

    form = {"decision": str(made.public_id)}
    empty = lead.post(here, form | {"reason": " "})
    assert (empty.status_code, "Say what was wrong" in text(empty)) == (422, True)
    for _time in range(2):
        done = lead.post(here, form | {"reason": "Väärä tarjous"}, follow=True)
        assert "Taken back. The client and every firm hear of it." in text(done)
    assert state_of(offered.revision) == RevisionState.SENT
    assert DecisionStanding.objects.get().reason == "Väärä tarjous"

    strangers = {
        browser(a_person(at=offered.world.bid.lead, role="viewer")): 403,
        browser(a_person(at=offered.world.firm("SEL"))): 404,
    }
    for who, status in strangers.items():
        assert who.post(here, form).status_code == status
    assert Client().post(here, form).status_code == 302
