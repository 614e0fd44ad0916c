"""Which VAT rate is in force on which day, and what an offer says where no VAT is charged."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from bids import tables
from bids.content import Period, VatOfSupply
from bids.vocabulary import Language, VatCategory

RATE_NOT_IN_FORCE = "rate_not_in_force"
SPLIT_THE_LINE = "split_the_line"

SMALL_BUSINESS = VatOfSupply(category=VatCategory.OUTSIDE, reason="AVL 3 §")
"""The VAT of everything a firm sells that is not liable to VAT."""

_SECTION = re.compile(r"AVL (\d+(?: [a-z])?) §")


class NoRateKnown(LookupError):
    """The table of VAT rates says nothing about a day."""


@dataclass(frozen=True, kw_only=True)
class VatRate:
    """A rate per hundred and the days of supply it is in force on; no last day means until further notice."""

    kind: str
    rate: Decimal
    starts_on: date
    ends_on: date | None
    covers: str
    source: str

    def is_in_force_on(self, day: date) -> bool:
        """Whether a supply on this day carries this rate."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


@dataclass(frozen=True, kw_only=True)
class RateFault:
    """Why a rate does not fit a period: `RATE_NOT_IN_FORCE` on its last day, or `SPLIT_THE_LINE` at `changes_on`."""

    code: str
    rate: Decimal
    period: Period
    rates_on_last_day: tuple[Decimal, ...]
    changes_on: date | None = None


@cache
def vat_rates() -> tuple[VatRate, ...]:
    """Every rate of the packaged table, in its order."""
    return tuple(
        VatRate(
            kind=row["kind"],
            rate=Decimal(row["rate"]),
            starts_on=date.fromisoformat(row["from"]),
            ends_on=date.fromisoformat(row["to"]) if row["to"] else None,
            covers=row["covers"],
            source=row["source"],
        )
        for row in tables.rows("vat_rates")
    )


def rates_on(day: date) -> tuple[Decimal, ...]:
    """The rates in force on a day, highest first; empty before the table begins."""
    return tuple(sorted({rate.rate for rate in vat_rates() if rate.is_in_force_on(day)}, reverse=True))


def general_rate(day: date) -> Decimal:
    """The general rate on a day (AVL 84 §). NoRateKnown before the table begins."""
    for rate in vat_rates():
        if rate.kind == "general" and rate.is_in_force_on(day):
            return rate.rate
    raise NoRateKnown(f"No general VAT rate is known for {day}.")


def is_in_force(rate: Decimal, day: date) -> bool:
    """Whether a rate is in force on a day of supply."""
    return rate in rates_on(day)


def check_rate(rate: Decimal, period: Period) -> RateFault | None:
    """What is wrong with a rate for a supply in this period; None when the rate is in force on every day of it.

    A period in which the rate comes into force or ends holds two rates: its line must be split on the day of change.
    """
    changes = _changes_within(rate, period)
    if not changes and is_in_force(rate, period.ends_on):
        return None
    return RateFault(
        code=SPLIT_THE_LINE if changes else RATE_NOT_IN_FORCE,
        rate=rate,
        period=period,
        rates_on_last_day=rates_on(period.ends_on),
        changes_on=changes[0] if changes else None,
    )


def vat_as_sold(supply: VatOfSupply, *, charges_vat: bool) -> VatOfSupply:
    """The VAT of a supply once its seller is known: a seller outside VAT charges none (AVL 3 §)."""
    return supply if charges_vat else SMALL_BUSINESS


def vat_wording(category: VatCategory, reason: str, language: Language) -> str:
    """What an offer prints for a category that carries no VAT, with its legal reason; empty for the category S."""
    wordings = _wordings()
    if (category, reason) in wordings:
        return wordings[category, reason][language]
    if (category, "") not in wordings:
        return ""
    sentence = wordings[category, ""][language]
    return f"{sentence} ({_cited(reason, language)})" if reason and category != VatCategory.OUTSIDE else sentence


@cache
def _wordings() -> dict[tuple[VatCategory, str], dict[Language, str]]:
    return {
        (VatCategory(row["category"]), row["reason"]): {language: row[language] for language in Language}
        for row in tables.rows("vat_wordings")
    }


def _cited(reason: str, language: Language) -> str:
    if language == Language.SV:
        return _SECTION.sub(r"MomsL \1 §", reason)
    if language == Language.EN:
        return _SECTION.sub(r"Finnish VAT Act, section \1", reason)
    return reason


def _changes_within(rate: Decimal, period: Period) -> list[date]:
    """The days of the period, after its first, on which the rate comes into force or is no longer in force."""
    starts = [known.starts_on for known in vat_rates()]
    ends = [known.ends_on for known in vat_rates() if known.ends_on]
    days = {*starts, *(date.fromordinal(day.toordinal() + 1) for day in ends)}
    return sorted(
        day
        for day in days
        if period.starts_on < day <= period.ends_on
        and is_in_force(rate, day) != is_in_force(rate, date.fromordinal(day.toordinal() - 1))
    )


def rate_of_same_kind(rate: Decimal, *, then: date, now: date) -> Decimal | None:
    """The rate that on one day is what `rate` was on an earlier one: general, reduced or low; None if it was none.

    What the kinds cover changes too, so that whoever sells looks once more at a line whose rate was replaced.
    """
    kinds = {known.kind for known in vat_rates() if known.rate == rate and known.is_in_force_on(then)}
    kinds = kinds or {known.kind for known in vat_rates() if known.rate == rate}
    found = [known.rate for known in vat_rates() if known.kind in kinds and known.is_in_force_on(now)]
    return found[0] if len(found) == 1 else None
