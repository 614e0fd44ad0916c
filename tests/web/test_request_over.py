"""What became of a request is told to whoever held it, and to nobody else."""

from datetime import timedelta

import pytest
from django.test import Client

from bids.actions.ask_firm import ask_firm
from bids.actions.close_offer import close_offer
from bids.actions.leave_out_part import leave_out_part
from bids.actions.take_back_request import take_back_request
from bids.models import Bid, InvitationLink
from bids.steps.asking import Asked
from bids.vocabulary import LinkWay
from kernel.clock import database_now
from tests.bids.requests import SIGN, Request, a_link, a_request
from tests.kept import kept
from tests.web.conftest import logged_in
from tests.web.test_answering import address, opened, sent, text_of
from tests.world import a_person

pytestmark = pytest.mark.django_db


@kept
def asked() -> Request:
    return a_request(database_now())


def took_back(asked: Request) -> None:
    take_back_request(invitation=asked.fresh().invitation, by=asked.lead, now=database_now())


def test_whoever_holds_the_link_or_the_session_reads_that_the_request_was_taken_back(asked: Request) -> None:
    token = a_link(asked.invitation, database_now())
    session, fresh = opened(asked), Client(headers={"accept-language": "en"})
    sent(session, asked, price="45", act="add-row")
    took_back(asked)

    followed = fresh.get(f"/i/{token}", follow=True)
    for answer in (session.get(address(asked)), followed, fresh.get(address(asked, "not-me"))):
        assert answer.status_code == 410
        shown = text_of(answer)
        assert "Maija Kuvakulma took this request back on" in shown
        assert "You have promised nothing in it." in shown
        assert "040 000 0000" in shown
        assert asked.bid.title in shown
        assert SIGN not in shown


def test_whoever_logs_in_with_the_asked_address_reads_it_too(asked: Request) -> None:
    took_back(asked)
    pekka = logged_in(a_person(email="pekka@example.invalid", language="en"))
    assert "took this request back" in text_of(pekka.get(address(asked)))


def test_strangers_and_links_that_were_shut_before_learn_nothing(asked: Request) -> None:
    now = database_now()
    shut, over, copied = (a_link(asked.invitation, now) for _link in range(3))
    links = list(InvitationLink.objects.filter(invitation=asked.invitation).order_by("pk"))
    InvitationLink.objects.filter(pk=links[0].pk).update(revoked_at=now - timedelta(minutes=1))
    InvitationLink.objects.filter(pk=links[1].pk).update(expires_at=now - timedelta(minutes=1))
    InvitationLink.objects.filter(pk=links[2].pk).update(way=LinkWay.COPIED.value)
    took_back(asked)
    for token in (shut, over, copied):
        client = Client(headers={"accept-language": "en"})
        for answer in (client.get(f"/i/{token}"), client.get(address(asked))):
            assert answer.status_code == 404
            assert asked.bid.title not in text_of(answer)


def test_whoever_is_asked_anew_is_led_to_the_newer_letter(asked: Request) -> None:
    client = opened(asked)
    took_back(asked)
    again = Asked(name="Painopiste Savo Oy", what=SIGN, email="pekka@example.invalid", contact="Pekka")
    now = database_now()
    newer = ask_firm(bid=asked.bid, asked=again, by=asked.lead, now=now, until=now + timedelta(days=2))
    page = client.get(address(asked))
    assert "A newer request has taken its place" in text_of(page)
    assert f"/asked/{newer.public_id}/renew/" in page.content.decode()


def test_a_firm_that_is_left_out_reads_so_and_whom_to_call(asked: Request) -> None:
    client = opened(asked)
    sent(client, asked, price="450", business_id="9000004-6")
    leave_out_part(part=asked.fresh().part, by=asked.lead, now=database_now())
    shown = text_of(client.get(address(asked)))
    assert "Maija has left this work out of the offer. Nothing is asked of you any more." in shown
    assert "If you wonder about anything, ask Maija Kuvakulma:" in shown
    assert "What you typed: 450" in shown
    assert "asks for your price" not in shown
    assert "Take my OK back" not in shown


def test_a_closed_offer_says_so_in_place_of_the_form(asked: Request) -> None:
    client = opened(asked)
    sent(client, asked, price="450", business_id="9000004-6")
    close_offer(bid=Bid.objects.get(pk=asked.bid.pk), by=asked.lead, now=database_now())
    page = client.get(address(asked))
    assert page.status_code == 200
    assert "The offer was closed on" in text_of(page)
    assert 'name="act"' not in page.content.decode()
