"""The elements a UBL document is made of."""

import re
from datetime import date
from decimal import Decimal

from lxml import etree
from lxml.etree import _Element as Element

__all__ = ["CAC", "CBC", "CURRENCY", "Element", "amount", "cac", "cbc", "period", "plain", "quantity"]

CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
CAC = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
CURRENCY = "EUR"

# What XML 1.0 cannot hold, not even escaped.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def cbc(name: str, text: str | None, **attributes: str) -> Element | None:
    """A basic element; None when there is nothing to say, for UBL has no empty ones."""
    said = _NOT_XML.sub("", text or "").strip()
    if not said:
        return None
    element = etree.Element(f"{{{CBC}}}{name}", {key: value for key, value in attributes.items() if value})
    element.text = said
    return element


def cac(name: str, *children: Element | None) -> Element | None:
    """An aggregate of what there is among the children; None when there is nothing."""
    present = [child for child in children if child is not None]
    if not present:
        return None
    element = etree.Element(f"{{{CAC}}}{name}")
    element.extend(present)
    return element


def amount(name: str, value: Decimal) -> Element | None:
    """An amount in euros."""
    return cbc(name, f"{value:f}", currencyID=CURRENCY)


def quantity(name: str, value: Decimal, unit_code: str) -> Element | None:
    """A quantity with its UNECE Recommendation 20 code."""
    return cbc(name, plain(value), unitCode=unit_code)


def period(name: str, first: date, last: date) -> Element | None:
    """A first and a last day."""
    return cac(name, cbc("StartDate", first.isoformat()), cbc("EndDate", last.isoformat()))


def plain(value: Decimal) -> str:
    """A number without an exponent and without zeros that say nothing."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
