"""The lead changes what was agreed on its page, and the client reads the change on one page and says yes to it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from bids import formats
from bids.models import Bid, Decision, LineItem
from bids.vocabulary import Language
from kernel.clock import database_now, helsinki_day
from members.models import Person
from members.vocabulary import MembershipRole
from tests.bids.changes import holds
from tests.bids.decisions import Offered, an_offered, records, two_readers
from tests.bids.sendings import sent
from tests.web.test_client_decision import Reader
from tests.world import a_person

pytestmark = pytest.mark.django_db


class Lead:
    """A person of the lead with a browser, at the page of what was agreed."""

    def __init__(self, offered: Offered) -> None:
        person = offered.world.lead_person
        Person.objects.filter(pk=person.pk).update(language="en")
        self.bid = offered.world.bid
        self.browser = Client()
        self.browser.force_login(person)
        self.where = reverse("bids:change-agreed", args=[self.bid.public_id])

    def sees(self, name: str = "change-agreed") -> str:
        return self.browser.get(reverse(f"bids:{name}", args=[self.bid.public_id])).content.decode()

    def sum_of_the_page(self) -> str:
        return self.sees("offer").split('class="totals-main"')[1].split("</div>")[0]

    def does(self, deed: str, **fields: Any) -> int:
        return self.browser.post(self.where, {"deed": deed} | fields).status_code


def an_open_offer() -> Offered:
    now = database_now()
    offer = replace(two_readers(), issued_on=now.date(), valid_until=(now + timedelta(days=30)).date())
    return an_offered(offer, now=now - timedelta(minutes=2))


def test_a_change_from_the_leads_button_to_the_clients_yes() -> None:
    offered = an_open_offer()
    world, lead = offered.world, Lead(offered)
    assert "not said yes yet" in lead.sees()
    assert lead.does("begin") == 409
    records(offered, now=database_now(), arrived_at=database_now() - timedelta(minutes=1), lines=["A8"])
    agreed = formats.money(Decision.objects.get(bid=world.bid).gross or 0, Language.EN)
    assert "Change what was agreed" in lead.sees("offer")
    assert agreed in lead.sum_of_the_page(), "the option that was chosen is in it"
    assert agreed in lead.browser.get(reverse("bids:my-offers")).content.decode()
    assert "Agreed with the client" not in lead.sees("offer")
    assert "Agreed at first" in lead.sees()
    assert lead.does("begin", until="heinäkuu") == 422
    assert lead.does("begin", until="1.1.1998") == 422
    ends = helsinki_day(database_now()) + timedelta(days=20)
    assert lead.does("begin", reason="Konkurssi", until=f"{ends.day}.{ends.month}.{ends.year}") == 302
    assert Bid.objects.get(pk=world.bid.pk).valid_until == ends
    assert "Nothing is changed yet" in lead.sees()
    assert lead.does("reassign", to="strike") == 422
    assert lead.does("reassign", line=["A1"]) == 422
    assert lead.does("reassign", line=["A3"], to="strike") == 302
    assert agreed not in lead.sum_of_the_page()
    assert agreed in lead.sees("offer").split("Agreed with the client")[1][:200]
    assert agreed in lead.browser.get(reverse("bids:my-offers")).content.decode(), "nothing else is agreed yet"
    pai = world.part("PAI")
    gone = {"part": str(pai.public_id), "seen": str(pai.version), "row-A5": "done", "row-A6": "take"}
    today = helsinki_day(database_now())
    since = {"why": "bankrupt", "on": f"{today.day}.{today.month}.{today.year}"}
    assert lead.does("gone", **gone, **since) == 422, "nobody has said what becomes of A8"
    gone["row-A8"] = "go"
    assert lead.does("gone", **gone | since | {"seen": str(pai.version + 1)}) == 412
    assert LineItem.objects.filter(part=pai).count() == 3
    assert lead.does("gone", **gone) == 422
    for wrong in ("1.1.1", "24.4.1998", "kesällä", "31.12.2099"):
        assert lead.does("gone", **gone | since | {"on": wrong}) == 422, wrong
    assert lead.does("gone", **gone, **since) == 302
    assert list(LineItem.objects.filter(part=pai).values_list("code", flat=True)) == ["A5"]
    page = lead.sees()
    assert 'value="A5"' not in page, "what it has done is struck by nobody"
    assert lead.does("reassign", line=["A5"], to="strike") == 409
    since_when = f"does not go on since {formats.day(today, Language.EN)}:"
    for said in ("Taken over from Painopiste Savo Oy", "A8 Ikkunatarra", since_when, "102.50"):
        assert said in page, said
    assert "Send the change to the client" in page

    revision = sent(world, now=database_now())
    assert lead.does("cancel") == 409
    assert "can still say yes to this change" in lead.sees()
    the_client_says_yes(replace(offered, revision=revision))
    assert holds(world.bid).revision == revision
    assert "Begin a change" in lead.sees()
    assert Bid.objects.get(pk=world.bid.pk).changing == 0
    nobody_else_changes_it(offered)


def the_client_says_yes(change: Offered) -> None:
    reader = Reader(change)
    page = reader.sees("offer")
    for said in (
        "Change 1 to what we agreed",
        "Konkurssi",
        "Agreed at first",
        "Now in all",
        "A3 ",
        "until you say yes",
    ):
        assert said in page, said
    assert "which no longer holds" not in page
    assert "We accept change 1" in reader.sees("accept")
    assert reader.accepts().status_code == 303
    assert "Change 1 has been accepted" in reader.sees("offer")


def nobody_else_changes_it(offered: Offered) -> None:
    where = reverse("bids:change-agreed", args=[offered.world.bid.public_id])
    viewer = a_person(at=offered.world.bid.lead, email="katsoja@example.invalid", role=MembershipRole.VIEWER.value)
    partner = a_person(at=offered.world.firm("SEL"), email="selko@example.invalid")
    for person, answer in ((viewer, 403), (partner, 404)):
        browser = Client()
        browser.force_login(person)
        assert browser.get(where).status_code == answer
        assert browser.post(where, {"deed": "begin"}).status_code == answer
