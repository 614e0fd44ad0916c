"""The units lines are counted in: their names in three languages and their codes in data exchange."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from bids import tables
from bids.vocabulary import Language

ONE = "C62"
"""UNECE Recommendation 20: a count of something that has no unit of its own."""


@dataclass(frozen=True, kw_only=True)
class Unit:
    """A known unit. `one` and `many` are its names after the number 1 and after any other, by language."""

    unit: str
    code: str
    one: dict[Language, str]
    many: dict[Language, str]


@cache
def known_units() -> dict[str, Unit]:
    """Every known unit by the word lines hold, in the order in which a list offers them."""
    return {
        row["unit"]: Unit(
            unit=row["unit"],
            code=row["code"],
            one={language: row[f"{language}_one"] for language in Language},
            many={language: row[f"{language}_many"] for language in Language},
        )
        for row in tables.rows("units")
    }


def unit_code(unit: str) -> str:
    """The UNECE Recommendation 20 code of a unit; an unknown one counts as "one" (C62)."""
    known = known_units().get(unit)
    return known.code if known else ONE


def unit_name(unit: str, language: Language, quantity: Decimal = Decimal(1)) -> str:
    """The unit as it is printed after the quantity; an unknown one stands as it was typed."""
    known = known_units().get(unit)
    if known is None:
        return unit
    return (known.one if quantity == 1 else known.many)[language]
