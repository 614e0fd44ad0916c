"""What was agreed, every firm's work, its invoices, their rows and the tables of them agree to the cent."""

import csv
from dataclasses import replace
from decimal import Decimal
from io import StringIO
from types import SimpleNamespace
from typing import Any, cast

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bids.choosing import as_agreed
from bids.content import CLIENT, Choice, JointOffer
from bids.exports.agreed import Agreed
from bids.exports.frozen_version import FrozenVersion
from bids.exports.invoice_rows import harmless, invoice_csv
from bids.exports.own_work import OwnWork, work_in
from bids.models import Decision
from bids.pricing import totals
from bids.sums import Totals
from bids.visibility import Eyes, Reader
from bids.vocabulary import Invoicing, Language, PriceVisibility, Role
from kernel.money import ZERO
from tests.bids.offer_strategies import offers_and_choices
from tests.bids.offers import a_line, a_part, an_offer

thorough = settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
NET, VAT, GROSS = -5, -3, -2
FORMULA = "=+-@\t\r\n＝＋－＠|%"


def agreed_to(offer: JointOffer, choice: Choice) -> Agreed:
    """A yes to this choice, as it is read from what was frozen."""
    version = cast("FrozenVersion", SimpleNamespace(offer=offer))
    left, sums = as_agreed(offer, choice), totals(offer, choice)
    return Agreed(decision=Decision(), version=version, choice=choice, offer=left, sums=sums)


def work_of(what: Agreed, key: str, mode: PriceVisibility = PriceVisibility.ALL) -> OwnWork:
    reader = Reader.LEAD if key == what.offer.lead.key else Reader.FIRM
    return work_in(what, key, eyes=Eyes(reader=reader, key=key, mode=mode), reported={}, marked={}, done={})


def table(file: bytes) -> list[list[str]]:
    text = file.decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.reader(StringIO(text[1:], newline=""), delimiter=";"))[1:]


def amount(cell: str) -> Decimal:
    return Decimal(cell.replace(",", "."))


def sums_of(rows: list[list[str]]) -> tuple[Decimal, ...]:
    return tuple(sum((amount(row[column]) for row in rows), ZERO) for column in (NET, VAT, GROSS))


def settled(sums: Totals, seller: str) -> list[tuple[Decimal, ...]]:
    return [(one.net, one.vat, one.gross) for one in sums.settlement if one.seller == seller]


@thorough
@given(offers_and_choices(), st.sampled_from(Invoicing), st.sampled_from(PriceVisibility), st.sampled_from(Language))
def test_everything_after_the_yes_agrees_with_what_was_agreed(
    offered: tuple[JointOffer, Choice], invoicing: Invoicing, mode: PriceVisibility, language: Language
) -> None:
    """Must-show: chosen options, totals, split, every firm's work, settlement, invoice rows and CSV, either way."""
    offer, choice = offered
    offer = replace(offer, invoicing=invoicing)
    what = agreed_to(offer, choice)
    sums = what.sums
    lead = work_of(what, offer.lead.key, mode)

    to_client = [one.due for one in lead.settlement if one.due.buyer == CLIENT]
    assert sum((due.net for due in to_client), ZERO) == sums.net
    assert sum((due.vat for due in to_client), ZERO) == sums.vat
    assert sum((due.gross for due in to_client), ZERO) == sums.gross
    assert sums_of(table(invoice_csv(lead, [one for one in lead.settlement if one.due.buyer == CLIENT], language))) == (
        sums.net,
        sums.vat,
        sums.gross,
    )
    for part in offer.parts:
        work = lead if part.role is Role.LEAD else work_of(what, part.key, mode)
        own = [(one.due.net, one.due.vat, one.due.gross) for one in work.invoices]
        total = tuple(sum(column, ZERO) for column in zip(*own, strict=True)) if own else (ZERO, ZERO, ZERO)
        expected = settled(sums, part.key)
        assert total == (expected[0] if expected else (ZERO, ZERO, ZERO))
        assert sums_of(table(invoice_csv(work, work.invoices, language))) == total
        assert [one.due for one in work.invoices] == [one.due for one in lead.settlement if one.due.seller == part.key]
        assert {line.code for line in work.part.lines} == set(sums.counted) & {line.code for line in part.lines}


@given(st.text(max_size=60))
def test_no_words_of_anybody_are_run_as_a_formula(words: str) -> None:
    cell = harmless(words)

    assert not cell.lstrip("'\" ").startswith(tuple(FORMULA)) or cell.startswith("'")
    assert "\n" not in cell
    assert "\r" not in cell
    assert "\t" not in cell
    assert cell.removeprefix("'").split() == words.split() or cell.split() == words.split()


def test_what_spreadsheets_are_known_to_run_is_made_harmless() -> None:
    for attack in (
        "=1+1",
        "+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        " =1",
        "'=1",
        '"=1',
        "＝1",
        "\n=1",
        "%0A=1",
    ):
        assert harmless(attack).startswith("'"), attack
    for plain in ("Esite A5", "2 x 3", "a=b", "C-osa", "50 %"):
        assert harmless(plain) == plain


def test_a_row_of_a_file_is_the_row_that_was_agreed_whatever_it_is_called() -> None:
    attacks = ['=HYPERLINK("http://x.invalid";"x")', 'Rivi; "lainaus"', "Kaksi\nriviä"]
    lines: list[Any] = [replace(a_line(f"A{number}", "10.00"), text=text) for number, text in enumerate(attacks, 1)]
    what = agreed_to(an_offer(a_part("AAA", *lines, lead=True)), Choice())
    rows = table(invoice_csv(work_of(what, "AAA"), work_of(what, "AAA").invoices, Language.FI))

    assert [row[-10] for row in rows] == ["'" + attacks[0], attacks[1], "Kaksi riviä"]
    assert [row[NET] for row in rows] == ["10,00"] * 3
