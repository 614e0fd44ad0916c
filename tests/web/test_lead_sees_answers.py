"""What the lead and the asked firm read after an answer that needs a telephone, a second thought or another firm."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from bids import formats
from bids.actions.answer_request import answer_request
from bids.actions.decline_request import No, decline_request
from bids.actions.make_suggestion import make_suggestion
from bids.actions.stop_reminders import stop_reminders
from bids.actions.take_back_ok import take_back_ok
from bids.actions.tell_price import tell_price
from bids.models import LineItem
from bids.queries.waiting import WaitKind, waiting_for
from bids.vocabulary import Language, PriceBasis
from kernel.clock import database_now, helsinki_day
from tests.bids.requests import Request, a_request, an_answer, hashes
from tests.kept import kept
from tests.web.conftest import logged_in
from tests.web.test_answering import address, opened, sent, text_of


@kept
def asked() -> Request:
    return a_request(database_now())


@pytest.fixture
def desk(asked: Request) -> Client:
    return logged_in(asked.maija)


def read(desk: Client, asked: Request) -> str:
    return text_of(desk.get(reverse("bids:requests", args=[asked.bid.public_id])))


@pytest.mark.parametrize(("chosen", "days"), [("today", 0), ("tomorrow", 1)])
def test_when_to_call_names_the_day_it_means(chosen: str, days: int, desk: Client, asked: Request) -> None:
    before = helsinki_day(database_now())
    sent(opened(asked), asked, "call", phone="0401234567", when=chosen, call_note="after four")
    after = helsinki_day(database_now())

    page = read(desk, asked)
    days_meant = {formats.day(day + timedelta(days=days), Language.FI) for day in (before, after)}
    assert any(f"({day}): after four" in page for day in days_meant), page


def test_the_number_to_call_can_be_read_and_not_only_pressed(desk: Client, asked: Request) -> None:
    sent(opened(asked), asked, "call", phone="0401234567", when="now")
    assert "Call 040 123 4567" in read(desk, asked)


def test_whoever_was_called_and_said_a_price_is_not_called_again(asked: Request) -> None:
    sent(opened(asked), asked, "call", phone="0401234567", when="now")
    assert [each.kind for each in waiting_for(asked.lead, database_now())] == [WaitKind.CALL]

    part = asked.fresh().part
    tell_price(part=part, amount=Decimal(450), price_basis=PriceBasis.NET, by=asked.lead, now=database_now())

    assert [each.kind for each in waiting_for(asked.lead, database_now())] == []


def test_an_ok_taken_back_is_not_told_as_a_request_that_was_only_opened(desk: Client, asked: Request) -> None:
    answer_request(part=asked.part, answer=an_answer(), **hashes(asked.part), by=asked.invited, now=database_now())
    take_back_ok(part=asked.fresh().part, by=asked.invited, now=database_now())

    page = read(desk, asked)
    assert "their earlier OK counts no more, waits for a new one" in page
    assert "has opened the request" not in page
    assert "wants no reminders" not in page


def test_who_wants_no_reminders_is_told_where_the_reminder_would_be(desk: Client, asked: Request) -> None:
    stop_reminders(invitation=asked.invitation, by=asked.invited, now=database_now())

    page = read(desk, asked)
    assert "wants no reminders" in page
    assert "Remind Painopiste" not in page


def test_whom_a_firm_suggests_stands_there_with_the_reason_as_one(desk: Client, asked: Request) -> None:
    no = No(why="no time", ask_name="Timo", ask_email="timo@example.invalid", ask_why="he did it last summer")
    decline_request(part=asked.part, no=no, by=asked.invited, now=database_now())

    assert "Suggests Timo <timo@example.invalid>. Because: he did it last summer" in read(desk, asked)


def test_a_missing_business_id_is_asked_for_where_it_can_be_seen(asked: Request) -> None:
    answer = an_answer(firm=None)
    answer_request(part=asked.part, answer=answer, **hashes(asked.part), by=asked.invited, now=database_now())

    page = opened(asked).get(address(asked)).content.decode()
    assert "Write it below." in page
    assert '<details class="unfold" open> <summary>Change my answer' in " ".join(page.split())


def test_one_more_row_is_added_where_the_rows_are(asked: Request) -> None:
    page = sent(opened(asked), asked, "add-row", price="100").content.decode()
    assert page.count('value="add-row"') == 1
    assert page.index('name="row-1-text"') < page.index('value="add-row"') < page.index('name="ready"')


def test_a_suggestion_is_told_of_at_the_top_of_the_answer(asked: Request) -> None:
    answer_request(part=asked.part, answer=an_answer(), **hashes(asked.part), by=asked.invited, now=database_now())
    before = opened(asked).get(address(asked)).content.decode()
    line = LineItem.objects.get(part=asked.part)
    changes = {"unit_price": "400"}
    make_suggestion(part=asked.fresh().part, line=line, changes=changes, by=asked.lead, now=database_now())

    page = opened(asked).get(address(asked)).content.decode()
    assert 'href="#suggested-title"' not in before
    assert page.index('href="#suggested-title"') < page.index("<form class=") < page.index('id="suggested-title"')
