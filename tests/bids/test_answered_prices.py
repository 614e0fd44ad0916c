"""The price a firm types or picks is the price it gets, whatever stood in the row before."""

from datetime import timedelta
from decimal import Decimal

import pytest

from bids.actions.answer_request import answer_request
from bids.actions.confirm_told_price import Picked, confirm_told_price
from bids.actions.tell_price import tell_price
from bids.models import LineItem
from bids.pricing import totals
from bids.queries.answer_screen import asked_for
from bids.queries.content_of import content_of
from bids.queries.oks import ok_of
from bids.steps.answers import AnsweredRow
from bids.steps.settling import settle
from bids.vocabulary import Language, LinePricing, PriceBasis
from bids.web.answer_form import first_words
from tests.bids.requests import SIGN, Request, a_request, an_answer, hashes
from tests.kept import kept
from tests.world import NOON

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(minutes=1)
LATER_STILL = NOON + timedelta(minutes=2)


@kept
def asked() -> Request:
    """The firm is in with one row."""
    asked = a_request(NOON)
    answer_request(part=asked.part, answer=an_answer(), **hashes(asked.part), by=asked.invited, now=NOON)
    return asked.fresh()


def stands(asked: Request, **columns: object) -> LineItem:
    """The firm's row has these columns, as from an offer brought in or one of last year."""
    LineItem.objects.filter(part=asked.part).update(**columns)
    settle(asked.bid, by=asked.lead, now=LATER)
    asked.fresh()
    return LineItem.objects.get(part=asked.part)


def picks(asked: Request, amount: str) -> LineItem:
    told = tell_price(part=asked.part, amount=Decimal(amount), price_basis=PriceBasis.NET, by=asked.lead, now=LATER)
    seen = hashes(asked.part)
    picked = confirm_told_price(
        told=told, amount=Decimal(amount), **seen, has_code=False, by=asked.invited, now=LATER_STILL
    )
    assert picked is Picked.CONFIRMED
    return LineItem.objects.get(part=asked.part)


def net_of(asked: Request) -> Decimal:
    sums = totals(content_of(asked.bid))
    return next(part.net for part in sums.parts if part.firm == asked.part.key)


def test_a_price_picked_is_not_lessened_by_a_discount_nobody_was_shown(asked: Request) -> None:
    stands(asked, discount_percent=Decimal(10))

    picks(asked, "500")

    assert net_of(asked) == Decimal("500.00")
    asked.fresh()
    assert ok_of(asked.part, now=LATER_STILL).is_ok


def test_a_price_picked_for_a_row_the_client_chooses_leaves_it_to_the_client(asked: Request) -> None:
    stands(asked, optional=True)

    assert picks(asked, "500").optional
    assert net_of(asked) == Decimal("0.00")


def test_a_price_picked_for_hours_with_a_ceiling_is_one_price_for_all_of_it(asked: Request) -> None:
    stands(
        asked, pricing=LinePricing.CAP.value, quantity=Decimal(10), cap_quantity=Decimal(12), unit="h", unit_price="45"
    )

    row = picks(asked, "500")

    assert (row.quantity, row.unit, row.pricing, row.cap_quantity) == (Decimal(1), "erä", LinePricing.FIXED.value, None)
    assert totals(content_of(asked.bid)).ceiling_gross is None


def test_a_price_typed_anew_is_what_the_firm_gets(asked: Request) -> None:
    row = stands(asked, discount_percent=Decimal(10), optional=True)
    said = AnsweredRow(text=SIGN, unit_price=Decimal(480), row=row.public_id, optional=False)

    answer_request(
        part=asked.part, answer=an_answer(rows=(said,)), **hashes(asked.part), by=asked.invited, now=LATER_STILL
    )

    assert net_of(asked) == Decimal("480.00")


def test_an_answer_that_does_not_say_who_chooses_leaves_that_as_it_is(asked: Request) -> None:
    row = stands(asked, optional=True)
    said = AnsweredRow(text=SIGN, unit_price=Decimal(480), row=row.public_id)

    answer_request(
        part=asked.part, answer=an_answer(rows=(said,)), **hashes(asked.part), by=asked.invited, now=LATER_STILL
    )

    assert LineItem.objects.get(part=asked.part).optional


@pytest.mark.parametrize(
    ("columns", "name", "shown"),
    [
        ({"unit_price": "65", "discount_percent": Decimal(5), "quantity": 24, "unit": "h"}, "row-0-price", "61,75"),
        ({"unit_price": "1.2345", "discount_percent": Decimal(10), "quantity": 24}, "row-0-price", "1,1111"),
        ({"unit_price": "12.3456"}, "price", "12,35"),
    ],
)
def test_the_screen_shows_the_price_after_the_rows_own_discount(
    columns: dict[str, object], name: str, shown: str, asked: Request
) -> None:
    stands(asked, **columns)

    words = first_words(asked_for(asked.part), asked.part, today=NOON.date(), language=Language.FI, is_proven=True)

    assert words[name] == shown
