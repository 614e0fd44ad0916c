"""What municipalities are called, and which region each lies in, from a table that an operator may replace.

Codes are those of Statistics Finland: three digits for a municipality, two for a region. The table names the
municipalities the product was first made for and larger towns; a code it does not know has no name, and nothing is
made up for it.
"""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_TABLE = Path(__file__).parent / "tables" / "municipalities.csv"


@dataclass(frozen=True)
class Municipality:
    """A municipality with its names; English texts use the Finnish one."""

    code: str
    fi: str
    sv: str
    region: str


@cache
def municipalities() -> dict[str, Municipality]:
    """Every municipality of the table by its code."""
    with _TABLE.open(encoding="utf-8", newline="") as table:
        return {row["code"]: Municipality(**row) for row in csv.DictReader(table)}


def municipality_name(code: str, language: str) -> str:
    """The name of a municipality in a language (fi, sv, en), or an empty string for an unknown code."""
    municipality = municipalities().get(code)
    if municipality is None:
        return ""
    return municipality.sv if language == "sv" else municipality.fi


def region_of(code: str) -> str:
    """The code of the region a municipality lies in, or an empty string for an unknown code."""
    municipality = municipalities().get(code)
    return municipality.region if municipality else ""
