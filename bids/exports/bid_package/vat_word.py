"""The VAT of a supply as a package says it: a rate, or one word for each way of charging none."""

from typing import Any, Final

from bids.exports.bid_package.document import JsonNumber
from bids.exports.bid_package.faults import Findings
from bids.exports.bid_package.kinds import PERCENT, Kind, Schema, bad, nearest
from bids.vocabulary import VatCategory

VAT_WORDS: Final = {VatCategory.ZERO: "zero", VatCategory.EXEMPT: "exempt", VatCategory.REVERSE: "reverse"}
_CATEGORIES = {word: category for category, word in VAT_WORDS.items()}
_SELLER_OUTSIDE = frozenset({"o", "none", "no", "outside", "ei", "-"})
_KNOWN = ", ".join(_CATEGORIES)


class VatWord(Kind):
    """Read as a `Decimal` rate or a `VatCategory`."""

    GENERAL: Final = "general"
    """The default in the tree until the day of delivery is known: the general rate of that day."""

    @staticmethod
    def category_of(value: Any) -> VatCategory:
        """The category a read value means."""
        return value if isinstance(value, VatCategory) else VatCategory.STANDARD

    def read(self, raw: Any, path: str, findings: Findings) -> Any:
        """The rate or the category."""
        if not isinstance(raw, str):
            return (
                PERCENT.read(raw, path, findings) if isinstance(raw, JsonNumber) else bad(findings, path, "not_a_text")
            )
        word = raw.strip()
        if raw in _CATEGORIES:
            return _CATEGORIES[raw]
        if word.lower() in _SELLER_OUTSIDE:
            return bad(findings, path, "vat_of_seller", {"value": raw})
        if word[:1].isalpha():
            meant = nearest(word, list(_CATEGORIES))
            code = "word_meant" if meant else "vat_unknown"
            return bad(findings, path, code, {"value": raw, "meant": meant, "known": _KNOWN})
        rate = PERCENT.read(raw, path, findings)
        return bad(findings, path, "vat_zero_rate", {"value": raw}) if rate == 0 else rate

    def write(self, value: Any) -> Any:
        """The word or the rate; nothing for the default, which depends on the day."""
        if value == self.GENERAL:
            return None
        return VAT_WORDS[value] if value in VAT_WORDS else PERCENT.write(value)

    def schema(self) -> Schema:
        """A rate or a word."""
        return {"anyOf": [PERCENT.schema(), {"enum": list(_CATEGORIES)}]}
