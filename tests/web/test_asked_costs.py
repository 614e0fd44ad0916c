"""An asked firm keeps its own costs at its request's address; nobody else ever gets there."""

import pytest
from django.test import Client

from bids.queries.costs import own_costs
from kernel.clock import database_now
from tests.bids.requests import Request, a_request
from tests.kept import kept
from tests.web.conftest import logged_in
from tests.web.test_answering import address, opened, sent, text_of

pytestmark = pytest.mark.django_db


@kept
def asked() -> Request:
    return a_request(database_now())


@pytest.fixture
def pekka(asked: Request) -> Client:
    client = opened(asked)
    sent(client, asked, price="450", business_id="9000004-6")
    return client


def row_of(asked: Request) -> dict[str, str]:
    return {"line": asked.part.lines.get().code, "cost": "120,50", "note": "alumiini", "seen": "0"}


def test_a_cost_is_written_and_its_margin_shown_to_whoever_answered(pekka: Client, asked: Request) -> None:
    assert address(asked, "asked-costs") in pekka.get(address(asked)).content.decode()
    assert pekka.post(address(asked, "asked-costs"), row_of(asked)).status_code == 302
    page = pekka.get(address(asked, "asked-costs"))
    assert 'value="120.50"' in page.content.decode()
    assert "329.50" in text_of(page)
    assert own_costs(asked.part, firm_id=asked.part.firm_id)["A2"].note == "alumiini"


def test_who_has_only_followed_a_link_learns_no_cost_and_writes_none(pekka: Client, asked: Request) -> None:
    pekka.post(address(asked, "asked-costs"), row_of(asked))
    other = opened(asked)
    for answer in (other.get(address(asked, "asked-costs")), other.post(address(asked, "asked-costs"), row_of(asked))):
        assert (answer.status_code, answer.headers["Location"]) == (302, address(asked))
    assert address(asked, "asked-costs") not in other.get(address(asked)).content.decode()


def test_the_lead_and_strangers_find_nothing(pekka: Client, asked: Request) -> None:
    pekka.post(address(asked, "asked-costs"), row_of(asked))
    for client in (logged_in(asked.maija), Client()):
        assert client.get(address(asked, "asked-costs")).status_code == 404
        assert client.post(address(asked, "asked-costs"), row_of(asked)).status_code == 404


def test_another_firms_row_is_not_there(pekka: Client, asked: Request) -> None:
    assert pekka.post(address(asked, "asked-costs"), row_of(asked) | {"line": "A1"}).status_code == 404
