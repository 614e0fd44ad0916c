"""Moving an offer's schedule, making another of it and closing it, from its own page."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from bids.models import Bid, Milestone
from bids.queries.content_of import content_of
from bids.vocabulary import BidState
from kernel.clock import database_now
from tests.bids.cases import daycare
from tests.bids.editors import someone_at
from tests.bids.ok_world import an_ok_world
from tests.bids.sendings import sent
from tests.web.conftest import logged_in


def page(client: Client, bid: Bid) -> str:
    return client.get(reverse("bids:offer", args=[bid.public_id])).content.decode()


def move(client: Client, bid: Bid, days: str, **more: object) -> Any:
    return client.post(reverse("bids:move-schedule", args=[bid.public_id]), {"days": days, **more})


def test_the_page_says_what_each_does_before_it_is_done(lead: Client, bid: Bid) -> None:
    said = page(lead, bid)

    for address in ("move-schedule", "close-offer"):
        assert f'action="{reverse(f"bids:{address}", args=[bid.public_id])}"' in said
    assert "Until when the offer is valid stays" in said
    assert "cannot be opened again" in said
    assert f"{reverse('bids:new-offer')}?copy={bid.public_id}" in said
    assert f"{reverse('bids:new-group')}?from={bid.public_id}" in said


def test_both_links_lead_to_a_page_filled_in(lead: Client, bid: Bid) -> None:
    copied = lead.get(f"{reverse('bids:new-offer')}?copy={bid.public_id}").content.decode()
    group = lead.get(f"{reverse('bids:new-group')}?from={bid.public_id}").content.decode()

    for part in content_of(bid).parts[1:]:
        assert part.firm.name in copied
        assert part.firm.name in group


@pytest.mark.parametrize(("typed", "days"), [("7", 7), ("-3", -3), ("\N{MINUS SIGN}3", -3), (" 14 ", 14)])
def test_every_day_moves_by_what_was_typed(typed: str, days: int, lead: Client, bid: Bid) -> None:
    before, delivery = list(Milestone.objects.filter(bid=bid).order_by("pk")), bid.delivery_from

    answer = move(lead, bid, typed, seen=bid.version)

    assert answer.headers["Location"] == reverse("bids:offer", args=[bid.public_id])
    after = list(Milestone.objects.filter(bid=bid).order_by("pk"))
    assert [row.starts_on for row in after] == [row.starts_on + timedelta(days=days) for row in before]
    bid.refresh_from_db()
    assert bid.delivery_from == (delivery + timedelta(days=days) if delivery else None)


@pytest.mark.parametrize("typed", ["", "0", "viikko", "9999", "1.5", "7" * 30])
def test_what_is_no_number_of_days_is_said_beside_it_and_kept(typed: str, lead: Client, bid: Bid) -> None:
    before = content_of(bid)

    answer = move(lead, bid, typed, seen=bid.version)

    assert answer.status_code == 422
    said = answer.content.decode()
    assert 'id="days-fault"' in said
    assert f'value="{typed[:20]}"' in said
    assert content_of(bid) == before


def test_pressing_twice_moves_once(lead: Client, bid: Bid) -> None:
    first = move(lead, bid, "7", seen=bid.version)
    moved = content_of(bid)
    second = move(lead, bid, "7", seen=bid.version)

    assert (first.status_code, second.status_code) == (302, 412)
    assert 'value="7"' in second.content.decode()
    assert content_of(bid) == moved


def test_an_offer_is_closed_and_then_only_read(lead: Client, bid: Bid) -> None:
    assert lead.post(reverse("bids:close-offer", args=[bid.public_id])).status_code == 302

    assert Bid.objects.get(pk=bid.pk).state == BidState.CLOSED.value
    said = page(lead, bid)
    for address in ("move-schedule", "close-offer"):
        assert reverse(f"bids:{address}", args=[bid.public_id]) not in said
    assert f"?copy={bid.public_id}" in said


def test_a_closed_offer_has_no_form_to_send_it_but_the_way_on(lead: Client, bid: Bid) -> None:
    address = reverse("bids:send", args=[bid.public_id])
    assert 'id="send-form"' in lead.get(address).content.decode()
    lead.post(reverse("bids:close-offer", args=[bid.public_id]))

    shown, pressed = lead.get(address), lead.post(address, {"greeting": "Hei"})

    assert (shown.status_code, pressed.status_code) == (200, 409)
    for answer in (shown, pressed):
        said = answer.content.decode()
        assert 'id="send-form"' not in said
        assert 'id="closed"' in said
        assert f"?copy={bid.public_id}" in said
    assert f'href="{address}"' not in page(lead, bid)


def test_what_the_client_can_still_accept_is_withdrawn_first() -> None:
    now = database_now()
    world = an_ok_world(replace(daycare(), valid_until=daycare().valid_until.replace(year=now.year + 1)), now=now)
    sent(world, now=now)
    client = logged_in(world.lead_person)

    said = page(client, world.bid)
    answer = client.post(reverse("bids:close-offer", args=[world.bid.public_id]), follow=True)

    assert reverse("bids:close-offer", args=[world.bid.public_id]) not in said
    assert "Peru se ensin" in said
    assert "Peru se ensin" in answer.content.decode()
    assert Bid.objects.get(pk=world.bid.pk).state == BidState.DRAFTING.value


def test_others_find_none_of_it(bid: Bid) -> None:
    part = bid.parts.get(key="SEL")
    type(part).objects.filter(pk=part.pk).update(state="in")
    partner = logged_in(someone_at(part.firm, "selma@example.invalid"))

    said = page(partner, bid)

    for address in ("move-schedule", "close-offer"):
        assert reverse(f"bids:{address}", args=[bid.public_id]) not in said
    assert "?copy=" not in said
    assert move(partner, bid, "7").status_code == 404
