"""Rows copied from a spreadsheet, read into what each says, with what is wrong in it; nothing is guessed silently.

Cells are parted by tabs, or by semicolons where there is no tab. Without a heading the columns are told apart by what
stands in them.
"""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from io import StringIO

from bids import typed
from bids.units import known_units
from bids.vocabulary import Language

MOST_ROWS = 400

_HEADINGS: dict[str, frozenset[str]] = {
    name: frozenset(words.split())
    for name, words in {
        "text": """kuvaus teksti nimike selite tuote palvelu työ rivi sisältö mitä otsikko beskrivning text benämning
            produkt tjänst arbete rad innehåll description item what product service work line title""",
        "quantity": "määrä lkm antal mängd quantity qty count",
        "unit": "yksikkö yks enhet unit",
        "unit_price": """hinta á-hinta a-hinta à-hinta yksikköhinta ahinta kappalehinta tuntihinta pris á-pris à-pris
            a-pris enhetspris styckpris price unitprice rate""",
        "vat": "alv alv% alv-% alvkanta verokanta moms moms% vat vat%",
        "discount_percent": "alennus ale ale% alennus% rabatt rabatt% discount discount%",
        "": "koodi nro nr n:o # yhteensä summa loppusumma rivisumma kod totalt code no total sum amount linetotal",
    }.items()
}
_TOTALS = (
    "yhteensä",
    "summa",
    "loppusumma",
    "välisumma",
    "totalt",
    "summa totalt",
    "total",
    "subtotal",
    "sum",
    "alv",
    "moms",
    "vat",
)
_GROSS = re.compile(r"(sis\.?|sisältää|ml\.?|inkl\.?|incl\.?|inc\.?)\s*(alv|moms|vat)|verollinen", re.IGNORECASE)
_WITH_UNIT = re.compile(r"^\s*([-+]?[0-9][0-9\s.,'’\u00a0\u202f]*?)\s*([^\W\d_][^\d]{0,20}?)\.?\s*$")
_PER_UNIT = re.compile(r"^(.*?)(?:€|eur)?\s*/\s*([^\W\d_]+)\.?\s*$", re.IGNORECASE)
_PERCENT = re.compile(r"^\s*(?:alv|moms|vat)?\s*([0-9]+(?:[.,][0-9]+)?)\s*%?\s*$", re.IGNORECASE)
_EUROS = re.compile(r"€|\beur", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class PastedRow:
    """One row: its number in what was pasted, its line as it came, what it says, and its faults by field.

    A fault is a code: `missing_text`, `missing_price`, or one of `bids.typed.NotReadable`; `vat_unknown`.
    """

    number: int
    source: str
    said: dict[str, str] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Pasted:
    """What was read: the rows, the columns as they were understood, the heading's line and those passed over."""

    rows: tuple[PastedRow, ...] = ()
    columns: tuple[str, ...] = ()
    heading: str = ""
    passed_over: tuple[str, ...] = ()
    is_gross: bool = False
    is_too_long: bool = False


def read_rows(text: str) -> Pasted:
    """The rows in a pasted text; empty lines and sums at the end are passed over."""
    records = _records(text)
    if not records:
        return Pasted()
    heading = _heading(records[0][1])
    body = records[1:] if heading else records
    columns = heading or _guessed([cells for _source, cells in body])
    rows, passed = [], []
    for number, (source, cells) in enumerate(body, 1):
        if _is_sum(cells, columns):
            passed.append(source)
        else:
            rows.append(_row(number, source, cells, columns))
    is_gross = bool(heading) and any(_GROSS.search(cell) for cell in records[0][1])
    return Pasted(
        rows=tuple(rows[:MOST_ROWS]),
        columns=tuple(columns),
        heading=records[0][0] if heading else "",
        passed_over=tuple(passed),
        is_gross=is_gross,
        is_too_long=len(rows) > MOST_ROWS,
    )


def _records(text: str) -> list[tuple[str, list[str]]]:
    """Each line with its cells; a cell in quotation marks may hold line breaks."""
    sign = "\t" if "\t" in text else ";"
    found = []
    for cells in csv.reader(StringIO(text.replace("\0", "")), delimiter=sign):
        bare = [cell.strip() for cell in cells]
        if any(bare):
            found.append((sign.join(_quoted(cell, sign) for cell in cells), bare))
    return found


def _quoted(cell: str, sign: str) -> str:
    if any(mark in cell for mark in ('"', "\n", sign)):
        return '"' + cell.replace('"', '""') + '"'
    return cell


def _heading(cells: Sequence[str]) -> list[str]:
    """What each column is, if this is a line of headings; nothing otherwise."""
    names = [_column(cell) for cell in cells]
    known = [name for name in names if name is not None]
    if "text" not in known or not {"unit_price", "quantity"} & set(known):
        return []
    seen: set[str] = set()
    columns = []
    for name in names:
        fresh = name if name and name not in seen else ""
        seen.add(fresh)
        columns.append(fresh)
    return columns


def _column(cell: str) -> str | None:
    bare = re.sub(r"\(.*?\)|€|eur\b|,", " ", cell.casefold())
    bare = _GROSS.sub(" ", re.sub(r"\b(ilman|alv|moms|vat|exkl?|excl?)\b\.?(?=\s*\S*(0|alv|moms|vat))", " ", bare))
    words = [word.strip(".:") for word in bare.split()]
    joined = "".join(words)
    whole = next((name for name, known in _HEADINGS.items() if joined in known), None)
    if whole is not None or not words:
        return whole
    return next((name for name, known in _HEADINGS.items() if words[0] in known), None)


def _guessed(rows: Sequence[Sequence[str]]) -> list[str]:
    """What each column is by what stands in it: words first, then a quantity, its unit, a price, a VAT rate."""
    width = max((len(cells) for cells in rows), default=0)
    numeric = [_mostly(rows, at, _is_figure) for at in range(width)]
    columns = [""] * width
    text_at = next((at for at in range(width) if not numeric[at] and _mostly(rows, at, bool)), 0)
    columns[text_at] = "text"
    figures = [at for at in range(text_at + 1, width) if numeric[at]]
    percent = next((at for at in figures if _mostly(rows, at, lambda cell: "%" in cell)), None)
    if percent is not None:
        columns[percent] = "vat"
        figures.remove(percent)
    if len(figures) == 1:
        columns[figures[0]] = "unit_price"
    elif figures:
        columns[figures[0]], columns[figures[1]] = "quantity", "unit_price"
    units = {name.casefold() for unit in known_units().values() for name in _names(unit.unit)}
    for at in range(text_at + 1, width):
        if not columns[at] and _mostly(rows, at, lambda cell: cell.casefold().strip(".") in units):
            columns[at] = "unit"
            break
    return columns


def _mostly(rows: Sequence[Sequence[str]], at: int, holds: object) -> bool:
    cells = [cells[at] for cells in rows if at < len(cells) and cells[at]]
    return bool(cells) and sum(bool(holds(cell)) for cell in cells) * 2 > len(cells)  # type: ignore[operator]


def _is_figure(cell: str) -> bool:
    bare = _PER_UNIT.sub(r"\1", cell)
    match = _WITH_UNIT.match(bare)
    value, code = _number(match[1] if match else bare.replace("%", ""), 4)
    return value is not None or code in {"two_readings", "negative", "too_fine", "too_large"}


def _is_sum(cells: Sequence[str], columns: Sequence[str]) -> bool:
    """Whether a line only adds up the others: it is called so, and says no quantity."""
    said = dict(zip(columns, cells, strict=False))
    words = next((cell for cell in cells if cell), "").casefold().strip(" :")
    named = any(words == name or words.startswith((f"{name} ", f"{name}:")) for name in _TOTALS)
    return named and not said.get("quantity") and not said.get("unit")


def _row(number: int, source: str, cells: Sequence[str], columns: Sequence[str]) -> PastedRow:
    cell = {name: value for name, value in zip(columns, cells, strict=False) if name}
    said: dict[str, str] = {"text": cell.get("text", ""), "quantity": "1"}
    faults: dict[str, str] = {}
    if not said["text"]:
        faults["text"] = "missing_text"
    unit = cell.get("unit", "")
    if cell.get("quantity"):
        match = _WITH_UNIT.match(cell["quantity"])
        figure = match[1] if match else cell["quantity"]
        unit = unit or (match[2] if match else "")
        _take(said, faults, "quantity", figure, 3)
    price = cell.get("unit_price", "")
    if match := _PER_UNIT.match(price):
        price, unit = match[1], unit or match[2]
    if price:
        _take(said, faults, "unit_price", price, 4)
    else:
        faults["unit_price"] = "missing_price"
    if unit:
        said["unit"] = _unit(unit)
    for name, code in (("vat", "vat_unknown"), ("discount_percent", "not_a_number")):
        if cell.get(name):
            match = _PERCENT.match(cell[name])
            if match:
                said[name] = _percent(match[1])
            else:
                faults[name] = code
    return PastedRow(number=number, source=source, said=said, faults=faults)


def _take(said: dict[str, str], faults: dict[str, str], name: str, cell: str, decimals: int) -> None:
    value, code = _number(cell, decimals)
    if value is None:
        faults[name] = code
        return
    said[name] = f"{value:f}"


def _number(cell: str, decimals: int) -> tuple[Decimal | None, str]:
    try:
        return typed.number(cell, decimals=decimals), ""
    except typed.NotReadable as fault:
        return None, fault.code


def _percent(figure: str) -> str:
    number = f"{Decimal(figure.replace(',', '.')):f}"
    return number.rstrip("0").rstrip(".") if "." in number else number


def _unit(word: str) -> str:
    bare = word.strip(" .").casefold()
    for unit in known_units().values():
        if bare in {name.casefold() for name in _names(unit.unit)}:
            return unit.unit
    return word.strip()


def _names(word: str) -> set[str]:
    unit = known_units()[word]
    more = {"h": {"t", "tunti", "tuntia", "tim", "hour", "hours"}, "kpl": {"kappale", "kappaletta", "st", "pcs"}}
    return {
        word,
        *(unit.one[each] for each in Language),
        *(unit.many[each] for each in Language),
        *more.get(word, set()),
    }
