"""The dated and legal facts of the trade, packaged as CSV tables."""

import csv
from importlib.resources import files


def rows(table: str) -> tuple[dict[str, str], ...]:
    """The rows of `<table>.csv` in file order, each by its column's name; lines that open with `#` are comments."""
    text = files(__name__).joinpath(f"{table}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))
