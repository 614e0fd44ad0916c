"""What the asked firm finds on its page while a version stands with the client on its OK."""

from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from bids.models import Bid, Part
from bids.vocabulary import PartState
from kernel.clock import database_now
from tests.bids.cases import daycare
from tests.bids.ok_world import OkWorld, an_ok_world
from tests.bids.requests import a_link
from tests.bids.sendings import sent
from tests.kept import kept
from tests.web.test_answering import fields_of, text_of


@kept
def world() -> OkWorld:
    now = database_now()
    world = an_ok_world(replace(daycare(), valid_until=daycare().valid_until.replace(year=now.year + 1)), now=now)
    sent(world, now=now)
    return world


@pytest.fixture
def sari(world: OkWorld) -> Client:
    client = Client(headers={"accept-language": "en"})
    assert client.get(f"/i/{a_link(world.invitations['SEL'], database_now())}").status_code == 303
    return client


def address(world: OkWorld) -> str:
    return reverse("bids:asked", args=[world.invitations["SEL"].public_id])


def test_nobody_is_offered_a_no_that_would_be_refused_but_told_to_call(sari: Client, world: OkWorld) -> None:
    answer = sari.get(address(world))

    page = answer.content.decode()
    assert 'value="no"' not in page
    assert 'value="call"' not in page
    assert 'value="take-back"' not in page
    assert "The client has the offer with your OK until" in text_of(answer)
    assert "call Maija at once" in text_of(answer)


def test_a_no_from_a_page_left_open_is_refused_in_a_sentence(sari: Client, world: OkWorld) -> None:
    kept = fields_of(sari.get(address(world)).content.decode())

    answer = sari.post(address(world), {**kept, "act": "no", "why": "time"})

    assert answer.status_code == 409
    assert "The offer has been sent with your OK. If you cannot keep to it, call" in text_of(answer)
    assert Part.objects.get(pk=world.part("SEL").pk).state == PartState.IN.value


def test_after_a_no_to_the_next_version_the_page_says_that_this_one_still_binds(sari: Client, world: OkWorld) -> None:
    world.after(lambda: Bid.objects.filter(pk=world.bid.pk).update(payment_days=60), now=database_now())
    kept = fields_of(sari.get(address(world)).content.decode())

    assert sari.post(address(world), {**kept, "act": "no", "why": "time"}).status_code == 302

    assert "The client has the offer with your OK until" in text_of(sari.get(address(world)))
