"""Which VAT rate is in force when, and what stands where no VAT is charged."""

from datetime import date
from decimal import Decimal

import pytest

from bids.content import Period
from bids.vat import (
    NoRateKnown,
    check_rate,
    general_rate,
    is_in_force,
    rates_on,
    vat_as_sold,
    vat_rates,
    vat_wording,
)
from bids.vocabulary import Language, VatCategory
from tests.bids.offers import exempt, standard

D = Decimal


def period(first: str, last: str) -> Period:
    return Period(starts_on=date.fromisoformat(first), ends_on=date.fromisoformat(last))


@pytest.mark.parametrize(
    ("day", "rate"),
    [
        (date(2013, 1, 1), "24"),
        (date(2024, 8, 31), "24"),
        (date(2024, 9, 1), "25.5"),
        (date(2025, 12, 31), "25.5"),
        (date(2040, 1, 1), "25.5"),
    ],
)
def test_the_general_rate_follows_the_day(day: date, rate: str) -> None:
    assert general_rate(day) == D(rate)


def test_a_day_before_the_table_has_no_rate() -> None:
    with pytest.raises(NoRateKnown):
        general_rate(date(2012, 12, 31))
    assert rates_on(date(2012, 12, 31)) == ()


@pytest.mark.parametrize(
    ("day", "rates"),
    [
        (date(2024, 8, 31), ["24", "14", "10"]),
        (date(2025, 12, 31), ["25.5", "14", "10"]),
        (date(2026, 1, 1), ["25.5", "13.5", "10"]),
    ],
)
def test_the_rates_of_a_day_stand_highest_first(day: date, rates: list[str]) -> None:
    assert rates_on(day) == tuple(map(D, rates))


@pytest.mark.parametrize(
    ("rate", "day", "expected"),
    [
        ("14", date(2025, 12, 31), True),
        ("14", date(2026, 1, 1), False),
        ("13.5", date(2025, 12, 31), False),
        ("13.5", date(2026, 1, 1), True),
        ("13.50", date(2026, 1, 1), True),
        ("24", date(2024, 9, 1), False),
        ("0", date(2026, 1, 1), False),
    ],
)
def test_a_rate_is_in_force_on_its_own_days_only(rate: str, day: date, *, expected: bool) -> None:
    assert is_in_force(D(rate), day) is expected


@pytest.mark.parametrize(
    ("rate", "first", "last", "code", "changes_on"),
    [
        ("13.5", "2026-01-01", "2026-06-30", None, None),
        ("25.5", "2025-06-01", "2026-06-30", None, None),
        ("10", "2024-06-01", "2026-06-30", None, None),
        ("14", "2025-12-31", "2025-12-31", None, None),
        ("14", "2026-01-01", "2026-01-31", "rate_not_in_force", None),
        ("13.5", "2025-11-01", "2025-12-31", "rate_not_in_force", None),
        ("14", "2025-12-01", "2026-01-31", "split_the_line", date(2026, 1, 1)),
        ("13.5", "2025-12-31", "2026-01-01", "split_the_line", date(2026, 1, 1)),
        ("25.5", "2024-08-31", "2024-09-01", "split_the_line", date(2024, 9, 1)),
        ("24", "2024-08-31", "2024-09-01", "split_the_line", date(2024, 9, 1)),
        ("24", "2026-03-09", "2026-04-26", "rate_not_in_force", None),
        ("22", "2026-03-09", "2026-04-26", "rate_not_in_force", None),
    ],
)
def test_a_rate_must_hold_on_every_day_of_the_delivery(
    rate: str, first: str, last: str, code: str | None, changes_on: date | None
) -> None:
    fault = check_rate(D(rate), period(first, last))

    assert (fault and fault.code) == code
    assert (fault and fault.changes_on) == changes_on


def test_a_fault_names_the_rates_of_the_last_day() -> None:
    fault = check_rate(D("14"), period("2025-12-01", "2026-01-31"))

    assert fault is not None
    assert fault.rates_on_last_day == (D("25.5"), D("13.5"), D("10"))


def test_every_kind_of_rate_has_one_rate_a_day_and_every_row_a_source() -> None:
    for rate in vat_rates():
        others = [other for other in vat_rates() if other.kind == rate.kind and other is not rate]
        assert not any(other.is_in_force_on(rate.starts_on) for other in others)
        assert rate.source
        assert rate.covers


def test_a_seller_outside_vat_charges_none_whatever_it_sells() -> None:
    for supply in (standard("25.5"), exempt()):
        sold = vat_as_sold(supply, charges_vat=False)
        assert (sold.category, sold.rate, sold.reason) == (VatCategory.OUTSIDE, None, "AVL 3 §")
        assert vat_as_sold(supply, charges_vat=True) == supply


@pytest.mark.parametrize(
    ("category", "reason", "fi", "sv", "en"),
    [
        (
            VatCategory.OUTSIDE,
            "AVL 3 §",
            "Ei arvonlisäverovelvollinen (AVL 3 §, vähäinen toiminta)",
            "Inte momsskyldig (MomsL 3 §, verksamhet i liten skala)",
            "Not VAT-registered (Finnish VAT Act, section 3, small-scale business)",
        ),
        (
            VatCategory.REVERSE,
            "AVL 8 c §",
            "Käännetty verovelvollisuus (AVL 8 c §)",
            "Omvänd skattskyldighet (MomsL 8 c §)",
            "Reverse charge, construction services (Finnish VAT Act, section 8 c)",
        ),
        (
            VatCategory.EXEMPT,
            "AVL 41 §",
            "Arvonlisäveroton myynti (AVL 41 §)",
            "Momsfri försäljning (MomsL 41 §)",
            "Exempt from VAT (Finnish VAT Act, section 41)",
        ),
        (
            VatCategory.ZERO,
            "AVL 71 §",
            "Nollaverokannan alainen myynti (AVL 71 §)",
            "Försäljning med nollskattesats (MomsL 71 §)",
            "Zero-rated supply (Finnish VAT Act, section 71)",
        ),
        (VatCategory.EXEMPT, "", "Arvonlisäveroton myynti", "Momsfri försäljning", "Exempt from VAT"),
        (VatCategory.STANDARD, "", "", "", ""),
    ],
)
def test_where_no_vat_is_charged_the_offer_says_why(
    category: VatCategory, reason: str, fi: str, sv: str, en: str
) -> None:
    assert [vat_wording(category, reason, language) for language in Language] == [fi, sv, en]


@pytest.mark.parametrize("category", [VatCategory.EXEMPT, VatCategory.REVERSE, VatCategory.ZERO])
@pytest.mark.parametrize("reason", ["AVL 34 §", "AVL 8 c §", "AVL 65 §", "AVL 72 a §", "AVL 99 b §"])
def test_every_wording_names_its_section(category: VatCategory, reason: str) -> None:
    section = reason.removeprefix("AVL ").removesuffix(" §")

    for language in Language:
        assert section in vat_wording(category, reason, language)
