"""After a change the asked firm sees what differs and says OK by one tap, or takes its OK back by one."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from bids.actions.answer_request import answer_request
from bids.actions.say_ok import say_ok
from bids.models import Approval, Bid, Draft, Letter, LineItem
from bids.queries.oks import ok_of
from bids.steps.answers import ANSWER_PLACE
from bids.steps.minting import mint
from bids.vocabulary import LetterKind
from kernel.clock import database_now
from tests.bids.ok_world import changed
from tests.bids.requests import Request, a_link, a_request, an_answer, hashes
from tests.kept import kept
from tests.web.test_answering import address, fields_of, opened, sent, text_of
from tests.web.test_greedy_scanner_invitations import ORIGINS, Scanner, standing
from worker.letters.composing import compose

pytestmark = pytest.mark.django_db


@kept
def asked() -> Request:
    return a_request(database_now())


@pytest.fixture
def pekka(asked: Request) -> Client:
    """The browser in which the price was typed."""
    client = opened(asked)
    assert sent(client, asked, price="450", business_id="9000004-6").status_code == 302
    return client


@pytest.fixture
def elsewhere(asked: Request) -> Client:
    """Another browser, which has only followed a link; the answer was given without it."""
    answer_request(part=asked.part, answer=an_answer(), **hashes(asked.part), by=asked.invited, now=database_now())
    return opened(asked)


def pays_later(asked: Request, days: int = 60) -> None:
    bids = Bid.objects.filter(pk=asked.bid.pk)
    changed(change=lambda: bids.update(payment_days=days), bid=asked.bid, by=asked.lead, now=database_now())


def is_ok(asked: Request) -> bool:
    return ok_of(asked.fresh().part, now=database_now()).is_ok


def ticked(page: Any, act: str) -> dict[str, str]:
    return {**fields_of(page.content.decode()), "act": act}


def test_what_changed_is_shown_and_one_tap_says_ok_to_it(pekka: Client, asked: Request) -> None:
    pays_later(asked)
    assert not is_ok(asked)
    page = pekka.get(address(asked))
    shown = text_of(page)
    assert "Time to pay: 14 days → 60 days" in shown
    assert "60 days from the invoice" in shown
    assert (
        shown.index("Time to pay: 14 days → 60 days")
        < shown.index("OK, this suits me")
        < shown.index("Change my answer")
    )

    assert pekka.post(address(asked), ticked(page, "ok")).status_code == 302

    assert is_ok(asked)
    assert "You are in at" in text_of(pekka.get(address(asked)))
    assert Letter.objects.filter(kind=LetterKind.OK_GIVEN.value, part=asked.part).count() == 2


def test_the_price_that_an_ok_is_for_is_less_its_discounts(pekka: Client, asked: Request) -> None:
    rows = LineItem.objects.filter(part=asked.part)
    changed(change=lambda: rows.update(discount_percent=10), bid=asked.bid, by=asked.lead, now=database_now())
    page = pekka.get(address(asked))
    assert "Your price €405.00 without VAT" in text_of(page)

    assert pekka.post(address(asked), ticked(page, "ok")).status_code == 302
    assert "You are in at €405.00 without VAT" in text_of(pekka.get(address(asked)))
    letter = Letter.objects.filter(kind=LetterKind.OK_GIVEN.value, part=asked.part).latest("pk")
    told = compose(letter, mint(letter, now=database_now()), now=database_now()).text
    assert "× 450.00\N{NO-BREAK SPACE}€ −10% (excl. VAT)" in told


def test_the_page_asks_for_an_ok_again_or_for_nothing_more(pekka: Client, asked: Request) -> None:
    def says(client: Client) -> tuple[bool, ...]:
        shown = text_of(client.get(address(asked)))
        return tuple(words in shown for words in ("asks for your price", "asks for your OK again", "Answer by"))

    assert says(pekka) == (False, False, False)

    pays_later(asked)
    assert says(pekka) == (False, True, False)


def test_what_was_being_typed_stays_when_ok_is_tapped(pekka: Client, asked: Request) -> None:
    pays_later(asked)
    typed = {**fields_of(pekka.get(address(asked)).content.decode()), "price": "555"}
    pekka.post(address(asked, "keep-answer"), typed)
    pekka.post(address(asked), ticked(pekka.get(address(asked)), "ok"))
    assert Draft.objects.get(place=ANSWER_PLACE, invitation=asked.invitation).words["price"] == "555"


def test_another_change_meanwhile_is_shown_before_the_ok_counts(pekka: Client, asked: Request) -> None:
    pays_later(asked)
    page = pekka.get(address(asked))
    pays_later(asked, 75)
    answer = pekka.post(address(asked), ticked(page, "ok"))
    assert answer.status_code == 409
    assert "Time to pay: 60 days → 75 days" in text_of(answer)
    assert not is_ok(asked)
    assert pekka.post(address(asked), ticked(answer, "ok")).status_code == 302
    assert is_ok(asked)


def test_who_has_only_followed_a_link_sets_a_tick_first(elsewhere: Client, asked: Request) -> None:
    pays_later(asked)
    page = elsewhere.get(address(asked))
    bare = elsewhere.post(address(asked), ticked(page, "ok"))
    assert bare.status_code == 422
    assert "Set this tick first." in text_of(bare)
    assert not is_ok(asked)
    assert elsewhere.post(address(asked), {**ticked(page, "ok"), "read": "1"}).status_code == 302
    assert is_ok(asked)


def test_one_tap_takes_the_ok_back_and_another_gives_it_again(pekka: Client, asked: Request) -> None:
    answer = pekka.post(address(asked), ticked(pekka.get(address(asked)), "take-back"))
    assert answer.status_code == 302
    assert asked.fresh().part.state == "asked"
    assert not Approval.objects.unrevoked().exists()
    page = pekka.get(address(asked))
    assert "Your earlier OK has been taken back, and Maija knows" in text_of(page)
    assert "take my ok back" not in text_of(page).casefold()

    assert sent(pekka, asked).status_code == 302
    assert is_ok(asked)


def test_taking_back_needs_a_tick_from_who_has_only_followed_a_link(elsewhere: Client, asked: Request) -> None:
    page = elsewhere.get(address(asked))
    assert elsewhere.post(address(asked), ticked(page, "take-back")).status_code == 422
    assert is_ok(asked)
    assert elsewhere.post(address(asked), {**ticked(page, "take-back"), "sure": "1"}).status_code == 302
    assert not is_ok(asked)


def test_a_program_that_presses_everything_says_no_ok_and_takes_none_back(asked: Request) -> None:
    answer_request(part=asked.part, answer=an_answer(), **hashes(asked.part), by=asked.invited, now=database_now())
    pays_later(asked)
    before = standing(asked)
    for fills in (False, True):
        Scanner(asked, a_link(asked.invitation, database_now()), ORIGINS[0]).run(fills=fills)
    assert standing(asked) == before
    assert not is_ok(asked)


def test_an_ok_that_was_good_until_a_day_says_so_when_it_is_asked_once_more(pekka: Client, asked: Request) -> None:
    pays_later(asked)
    now = database_now()
    yesterday = (now - timedelta(days=1)).date()
    say_ok(part=asked.fresh().part, **hashes(asked.part), by=asked.invited, now=now, good_until=yesterday)
    shown = text_of(pekka.get(address(asked)))
    assert "Your OK was good until" in shown
    assert "OK, this suits me" in shown
