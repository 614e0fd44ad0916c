"""A firm keeps its own copy of its part, with no figure of another firm in it."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from bids.actions.leave_out_part import leave_out_part
from bids.vocabulary import PriceVisibility
from kernel.clock import database_now
from tests.bids.requests import Request, a_request
from tests.kept import kept
from tests.stories.joint_world import LEAD, OTHER, PARTNER, JointWorld, a_joint_world
from tests.web.test_answering import address, opened, sent, text_of

pytestmark = pytest.mark.django_db


@kept
def asked() -> Request:
    return a_request(database_now())


def data_of(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    said: dict[str, Any] = json.loads(answer.content)
    return said


def test_whoever_answered_keeps_the_part_as_a_page_and_as_data(asked: Request) -> None:
    pekka = opened(asked)
    assert pekka.get(address(asked, "asked-own-part")).headers["Location"] == address(asked)
    sent(pekka, asked, price="450", business_id="9000004-6")
    assert address(asked, "asked-own-part") in pekka.get(address(asked)).content.decode()

    shown = text_of(pekka.get(address(asked, "asked-own-part")))
    for words in ("Painopiste Savo Oy", "450.00", "Päiväkoti Pikkutikka Oy", "Kuvakulma Design Tmi", "our own share"):
        assert words in shown, words

    data = data_of(pekka.get(address(asked, "asked-own-part") + "?as=data"))
    assert data["format"] == "punos.own-part/1"
    assert [line["unit_price"] for line in data["part"]["lines"]] == ["450.00"]
    assert data["sums"]["net"] == "450.00"
    assert [(ok["about"], ok["counts"]) for ok in data["oks"]] == [("part", True), ("frame", True)]


def test_there_is_no_copy_for_strangers_nor_once_the_firm_is_out(asked: Request) -> None:
    pekka = opened(asked)
    sent(pekka, asked, price="450", business_id="9000004-6")
    assert Client().get(address(asked, "asked-own-part")).status_code == 404
    leave_out_part(part=asked.fresh().part, by=asked.lead, now=database_now())
    assert pekka.get(address(asked, "asked-own-part")).headers["Location"] == address(asked)


def copies(world: JointWorld, key: str) -> tuple[str, dict[str, Any], dict[str, Any]]:
    client = world.client(key)
    page = reverse("bids:own-part", args=[world.bid.public_id])
    from_api = client.get(reverse("api:bid-own-part", args=[world.bid.public_id]))
    assert from_api.status_code == 200
    return text_of(client.get(page)), data_of(client.get(f"{page}?as=data")), from_api.json()


@pytest.mark.parametrize("mode", list(PriceVisibility))
def test_a_copy_holds_ones_own_figures_and_the_total_only_where_it_is_seen(mode: PriceVisibility) -> None:
    world = a_joint_world(mode)
    page, data, from_api = copies(world, PARTNER)

    assert {line["unit_price"] for line in data["part"]["lines"]} == {"400.00", "50.00"}
    assert data["sums"]["net"] == "4000.00"
    assert (data["total"]["net"] is None) is (mode is PriceVisibility.OWN)
    assert ("The whole offer:" in page) is (mode is not PriceVisibility.OWN)
    assert {invoice["from"] for invoice in data["invoices"]} == {PARTNER}
    for text in (page, json.dumps(data), json.dumps(from_api)):
        for hidden in ("2100", "2,100", "700.00", f"note-of-{PARTNER}", f"note-of-{OTHER}"):
            assert hidden not in text, hidden
    assert from_api["part"] == data["part"]


def test_the_lead_has_its_own_copy_too() -> None:
    _page, data, _from_api = copies(a_joint_world(PriceVisibility.OWN), LEAD)
    assert data["part"]["key"] == LEAD
    assert data["total"]["net"] is not None
