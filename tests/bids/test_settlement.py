"""Who invoices whom: the rows of every invoice sum to what was agreed, to the cent, in both ways of invoicing."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bids.choosing import as_agreed, counted_lines
from bids.content import CLIENT, Adjustment, Choice, Instalment, JointOffer, Line
from bids.pricing import totals
from bids.settlement import (
    BY_ACTUAL,
    DueInvoice,
    InvoiceRow,
    RowKind,
    Use,
    billable,
    cap_of,
    due_invoices,
    invoice_day,
    use_of,
)
from bids.sums import Totals
from bids.vocabulary import Invoicing, LinePricing, VatCategory
from kernel.money import ZERO, round_half_up
from tests.bids.cases import daycare, tourism
from tests.bids.offer_strategies import offers_and_choices, quantities
from tests.bids.offers import D, a_line, a_part, an_offer

thorough = settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def discounts_in(sums: Totals) -> dict[str, Decimal]:
    return {part.firm: part.discount for part in sums.parts}


def due_in(offer: JointOffer, sums: Totals, actual: dict[str, Decimal] | None = None) -> tuple[DueInvoice, ...]:
    return due_invoices(offer, sums.settlement, discounts_in(sums), actual or {})


def by_group(rows: Iterable[InvoiceRow]) -> dict[tuple[VatCategory, Decimal | None], tuple[Decimal, Decimal]]:
    found: dict[tuple[VatCategory, Decimal | None], tuple[Decimal, Decimal]] = {}
    for row in rows:
        net, vat = found.get((row.category, row.rate), (ZERO, ZERO))
        found[row.category, row.rate] = (net + row.net, vat + row.vat)
    return found


@thorough
@given(offers_and_choices(), st.sampled_from(Invoicing))
def test_all_that_is_invoiced_is_what_was_agreed(offered: tuple[JointOffer, Choice], invoicing: Invoicing) -> None:
    """Totals, split, invoices, their rows and their VAT agree to the cent, whoever sells."""
    offer, choice = offered
    offer = replace(offer, invoicing=invoicing)
    sums = totals(offer, choice)
    left = as_agreed(offer, choice)
    due = due_in(left, sums)

    for invoice in sums.settlement:
        own = [one for one in due if (one.seller, one.buyer) == (invoice.seller, invoice.buyer)]
        rows = [row for one in own for row in one.rows]
        assert sum((one.net for one in own), ZERO) == invoice.net
        assert sum((one.vat for one in own), ZERO) == invoice.vat
        assert sum((one.gross for one in own), ZERO) == invoice.gross
        agreed = {(group.category, group.rate): (group.taxable, group.vat) for group in invoice.vat_groups}
        found = by_group(rows)
        assert {key: found.get(key, (ZERO, ZERO)) for key in agreed} == agreed
        assert set(found) <= set(agreed)
        assert [one.number for one in own] == list(range(1, own[0].of + 1))
        steps = {one.name: one.by_seller for one in sums.instalments}
        if len(steps) == len(own) > 1 and invoice.buyer == CLIENT:
            assert [one.gross for one in own] == [one.by_seller[invoice.seller] for one in sums.instalments]
    for row in (row for one in due for row in one.rows):
        left_of_it = row.quantity * row.unit_price * (100 - row.discount_percent) / 100
        assert round_half_up(left_of_it) == row.net
        assert row.gross == row.net + row.vat
    to_client = [one for one in due if one.buyer == CLIENT]
    assert sum((one.net for one in to_client), ZERO) == sums.net
    assert sum((one.vat for one in to_client), ZERO) == sums.vat
    assert sum((one.gross for one in to_client), ZERO) == sums.gross
    if not offer.payment_plan:
        codes = [row.code for one in to_client for row in one.rows if row.kind is RowKind.LINE]
        sold = {line.code for line in counted_lines(offer, choice)}
        assert len(codes) == len(set(codes))
        assert set(codes) <= sold


@thorough
@given(st.data())
def test_actual_quantities_move_only_the_invoices_that_hold_them_and_never_above_a_cap(data: st.DataObject) -> None:
    offer, choice = data.draw(offers_and_choices())
    left = as_agreed(offer, choice)
    sums = totals(offer, choice)
    by_actual = [line for line in left.lines if line.pricing in BY_ACTUAL]
    actual = {line.code: data.draw(quantities) for line in by_actual if data.draw(st.booleans())}
    before, after = due_in(left, sums), due_in(left, sums, actual)

    assert [(one.seller, one.buyer, one.number) for one in after] == [
        (one.seller, one.buyer, one.number) for one in before
    ]
    touched = {left.part_of(code).key for code in actual}
    for was, now in zip(before, after, strict=True):
        sells = {part.key for part in left.parts} if offer.invoicing is Invoicing.LEAD else {now.seller}
        if now.seller != left.lead.key:
            sells = {now.seller}
        if not sells & touched:
            assert now == was
        if not now.is_last:
            assert now.gross == was.gross
        for row in (row for row in now.rows if row.kind is RowKind.LINE and not row.counted_as):
            line = next(line for line in left.lines if line.code == row.code)
            assert row.quantity == billable(line, actual.get(line.code))
            if line.pricing is LinePricing.CAP:
                assert row.quantity <= cap_of(line)


@pytest.mark.parametrize("offer", [daycare(), tourism()], ids=["daycare", "tourism"])
def test_the_worked_cases_are_invoiced_as_they_say(offer: JointOffer) -> None:
    sums = totals(offer)
    due = due_in(as_agreed(offer, Choice()), sums)

    assert [(one.seller, one.net, one.vat, one.gross) for one in due] == [
        (one.seller, one.net, one.vat, one.gross) for one in sums.settlement
    ]
    if offer.number == "YT-2026-0001":
        told = {one.seller: f"{one.gross:f}" for one in due}
        assert told == {"KUV": "2587.81", "SEL": "480.00", "PAI": "416.22"}
        rows = {row.code: row for one in due for row in one.rows}
        assert (rows["A6"].unit_price, rows["A6"].net) == (D("0.315"), D("157.50"))
        assert (rows["A4"].category, rows["A4"].rate, rows["A4"].reason) == (VatCategory.OUTSIDE, None, "AVL 3 §")


def hourly(code: str, price: str, quantity: str, pricing: LinePricing, cap: str | None = None) -> Line:
    return replace(
        a_line(code, price, quantity=quantity, unit="h"), pricing=pricing, cap_quantity=None if cap is None else D(cap)
    )


def an_hourly_offer(**said: object) -> JointOffer:
    return an_offer(
        a_part("AAA", a_line("A1", "100.00"), lead=True),
        a_part(
            "BBB",
            hourly("B1", "50.00", "10", LinePricing.CAP, cap="12"),
            hourly("B2", "40.00", "5", LinePricing.ESTIMATE),
            hourly("B3", "30.00", "2", LinePricing.FIXED),
        ),
        **said,
    )


def nets(offer: JointOffer, actual: dict[str, Decimal]) -> list[tuple[str, int, Decimal]]:
    return [(one.seller, one.number, one.net) for one in due_in(offer, totals(offer), actual)]


def test_what_is_over_a_cap_is_not_invoiced_and_an_estimate_is_invoiced_as_it_turned_out() -> None:
    offer = an_hourly_offer()

    assert nets(offer, {}) == [("AAA", 1, D("100.00")), ("BBB", 1, D("760.00"))]
    assert nets(offer, {"B1": D("14"), "B2": D("7"), "B3": D("9")})[1] == ("BBB", 1, D("940.00"))
    assert nets(offer, {"B1": D("8.5"), "B2": D("0")})[1] == ("BBB", 1, D("485.00"))


def test_a_percentage_of_discount_follows_the_hours_and_an_amount_does_not() -> None:
    actual = {"B1": D("12")}
    percent = an_hourly_offer(discount=Adjustment(name="ale", percent=D("10")))
    amount = an_hourly_offer(discount=Adjustment(name="ale", amount=D("86.00")))

    assert nets(percent, {})[1][2] == nets(amount, {})[1][2] == D("684.00")
    assert nets(percent, actual)[1][2] == D("774.00")
    assert nets(amount, actual)[1][2] == D("784.00")


def test_the_last_step_of_a_plan_settles_the_hours_and_may_pay_back() -> None:
    offer = an_hourly_offer(
        payment_plan=(Instalment(name="alku", percent=D(80)), Instalment(name="loppu", percent=D(20)))
    )
    agreed = due_in(offer, totals(offer))[2:]
    more = due_in(offer, totals(offer), {"B2": D("6")})[2:]
    less = due_in(offer, totals(offer), {"B1": D("0"), "B2": D("0")})[2:]

    assert [one.gross for one in agreed] == [D("763.04"), D("190.76")]
    assert [one.gross for one in more] == [D("763.04"), D("240.96")]
    assert [one.net for one in more] == [D("608.00"), D("192.00")]
    assert less[0].gross == D("763.04")
    assert sum((one.net for one in less), ZERO) == D("60.00")
    assert less[1].is_credit
    assert not agreed[1].is_credit


def test_how_a_quantity_stands_to_its_cap_is_said_in_time() -> None:
    capped = hourly("B1", "50.00", "10", LinePricing.CAP, cap="12")
    open_one = hourly("B2", "40.00", "5", LinePricing.ESTIMATE)

    said = [use_of(capped, D(each)) for each in ("10", "10.5", "10.8", "12", "12.001")]
    assert said == [Use.WITHIN, Use.OVER_ESTIMATE, Use.NEAR_CAP, Use.NEAR_CAP, Use.OVER_CAP]
    assert [use_of(open_one, D(each)) for each in ("5", "5.001")] == [Use.WITHIN, Use.OVER_ESTIMATE]


def test_an_invoice_is_written_when_what_it_sells_is_delivered() -> None:
    offer = as_agreed(tourism(), Choice())
    days = {one.seller: invoice_day(offer, one) for one in due_in(offer, totals(offer))}

    assert offer.delivery is not None
    assert set(days.values()) == {offer.delivery.ends_on}
    bare = replace(offer, delivery=None, milestones=())
    assert {invoice_day(bare, one) for one in due_in(bare, totals(bare))} == {None}
