"""What differs from what a firm said OK to, in the reader's words: the thing, how it was, how it is."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as say

from bids import formats
from bids.content import CLIENT
from bids.promises import Difference
from bids.vocabulary import Invoicing, Language, Liability, LinePricing, PriceBasis, PriceVisibility, Role, VatCategory

LONGEST = 200
"""Of a longer text only its beginning is shown beside the other."""


@dataclass(frozen=True, kw_only=True)
class DifferenceInWords:
    """One difference as it is read. An empty `before` is something new, an empty `after` something gone."""

    what: str
    before: str
    after: str

    def __str__(self) -> str:
        said = {"what": self.what, "before": self.before, "after": self.after}
        if self.before and self.after:
            return _("%(what)s: %(before)s → %(after)s") % said
        if self.after:
            return _("%(what)s, new: %(after)s") % said
        if self.before:
            return _("%(what)s, no longer: %(before)s") % said
        return self.what


def in_words(found: Iterable[Difference], *, firms: Mapping[str, str] | None = None) -> tuple[DifferenceInWords, ...]:
    """Every difference in words, each said once; `firms` are the names of the offer's firms by their keys."""
    reader = _Reader(language=Language(get_language() or Language.FI), firms=dict(firms or {}))
    said = (reader.difference(each) for each in found)
    return tuple(dict.fromkeys(each for each in said if each is not None))


_LINE = {
    "text": say("text"),
    "quantity": say("quantity"),
    "unit": say("unit"),
    "unit_price": say("price"),
    "price_basis": say("price with or without VAT"),
    "discount_percent": say("discount"),
    "vat": say("VAT"),
    "pricing": say("kind of price"),
    "delivered": say("ready"),
    "optional": say("counts only if the client chooses it"),
    "replaces": say("offered in place of"),
    "group": say("one of these"),
    "default": say("preselected"),
    "cap_quantity": say("at most"),
    "supply": say("kind of service"),
}

_CARD = {
    "name": say("Firm's name"),
    "business_id": say("Business ID"),
    "legal_form": say("Legal form"),
    "municipality": say("Municipality"),
    "staff": say("Number of people"),
    "vat_liable": say("Charges VAT"),
    "invoiced_through": say("Invoices through"),
    "fields": say("Field of business"),
    "skills": say("Skills"),
    "colour": say("Colour"),
    "logo": say("Logo"),
    "contact": say("Contact person"),
}

_PART = {
    "summary": say("What we do"),
    "included": say("Included"),
    "excluded": say("Not included"),
    "assumptions": say("Assumption"),
    "references": say("Earlier work"),
    "endorsements": say("Recommendation"),
    "texts": say("Text"),
}

_RULES = {
    "binding": say("The offer binds"),
    "invoicing": say("Invoicing"),
    "liability": say("Who answers for what"),
    "payment_days": say("Time to pay"),
    "valid_until": say("Valid until"),
    "price_visibility": say("Who sees which prices"),
    "language": say("Language of the offer"),
    "general_terms": say("General terms"),
    "terms": say("Term"),
    "payment_plan": say("Payment plan"),
}

_CLIENT = {
    "name": say("Client"),
    "kind": say("Kind of client"),
    "business_id": say("Client's Business ID"),
    "vat_number": say("Client's VAT number"),
    "accepts": say("Who may accept for the client"),
}

_NEED = {
    "title": say("What the client needs"),
    "text": say("What the client needs"),
    "municipality": say("Place"),
    "delivery": say("Time of delivery"),
}

_OWN = {
    "net": say("Your share, without VAT"),
    "gross": say("Your share, with VAT"),
    "paid_by": say("Who pays you"),
}

_EVERYTHING = {
    "title": say("Title"),
    "reference": say("Reference"),
    "issued_on": say("Date of the offer"),
    "client": say("Client's details"),
    "need": say("What the client needs"),
    "notes": say("Note"),
    "sections": say("Common text"),
    "packages": say("Package"),
    "milestones": say("Schedule"),
    "discount": say("Discount on the whole"),
    "fee": say("Coordination fee"),
    "total": say("Total"),
}

_WORDS: dict[str, Mapping[str, str | Promise]] = {
    "invoicing": {
        Invoicing.EACH: say("each firm invoices its own share"),
        Invoicing.LEAD: say("the lead invoices everything"),
    },
    "liability": {
        Liability.SEVERAL: say("each firm answers for its own share"),
        Liability.JOINT: say("all firms answer for the whole together"),
        Liability.LEAD: say("the lead answers for the whole"),
    },
    "price_visibility": {
        PriceVisibility.ALL: say("every firm sees all prices"),
        PriceVisibility.OWN_AND_TOTAL: say("own prices and the total"),
        PriceVisibility.OWN: say("own prices only"),
    },
    "language": {Language.FI: say("Finnish"), Language.SV: say("Swedish"), Language.EN: say("English")},
    "role": {
        Role.LEAD: say("leads the offer"),
        Role.MEMBER: say("offers together with the others"),
        Role.SUBCONTRACTOR: say("works for the lead"),
    },
    "paid_by": {CLIENT: say("the client"), "lead": say("the lead")},
    "price_basis": {PriceBasis.NET: say("without VAT"), PriceBasis.GROSS: say("with VAT")},
    "pricing": {
        LinePricing.FIXED: say("fixed price"),
        LinePricing.UNIT: say("by quantity"),
        LinePricing.ESTIMATE: say("estimate"),
        LinePricing.CAP: say("price cap"),
        LinePricing.RECURRING: say("recurring"),
    },
    "kind": {
        "business": say("company"),
        "public": say("public buyer"),
        "association": say("association"),
        "consumer": say("private person"),
    },
}

_NESTED: dict[str, Mapping[str, str | Promise]] = {
    "firm": _CARD,
    "rules": _RULES,
    "client": _CLIENT,
    "need": _NEED,
    "own": _OWN,
}


@dataclass(frozen=True, kw_only=True)
class _Reader:
    language: Language
    firms: Mapping[str, str]

    def difference(self, found: Difference) -> DifferenceInWords | None:
        """The difference in words; None for one that another difference says better."""
        path = found.path
        if path[0] == "everything":
            return self._everything(found)
        what, name = self._what(path)
        return self._said(what, name, found)

    def _said(self, what: str, name: str, found: Difference) -> DifferenceInWords:
        return DifferenceInWords(
            what=what, before=self._value(name, found.before), after=self._value(name, found.after)
        )

    def _what(self, path: tuple[str, ...]) -> tuple[str, str]:  # noqa: PLR0911 - one for each kind of place
        """The thing a path leads to, and the name of the last key that says what kind of value it has."""
        first, rest = path[0], path[1:]
        match first:
            case "lines":
                return self._line(rest)
            case "milestones":
                return self._milestone(rest)
            case "hand_overs":
                return _("Hand-over"), first
            case "role":
                return _("Your place in the offer"), first
            case "whole":
                return self._whole(rest)
            case _ if first in _PART:
                return str(_PART[first]), first
            case _ if first in _NESTED and rest:
                return str(_NESTED[first].get(rest[0], rest[0])), rest[-1]
            case "own":
                return _("Your share"), first
            case _:
                return first, path[-1]

    def _line(self, rest: tuple[str, ...]) -> tuple[str, str]:
        what = _("Row %(code)s") % {"code": rest[0]}
        if len(rest) == 1:
            return what, "line"
        field = rest[1]
        name = "vat_rate" if rest[1:3] == ("vat", "rate") else rest[-1]
        return f"{what}, {_LINE.get(field, field)}", name

    def _milestone(self, rest: tuple[str, ...]) -> tuple[str, str]:
        if len(rest) == 1:
            return _("Step of the schedule"), "milestone"
        labels = {"name": _("Step of the schedule"), "starts_on": _("A step begins"), "ends_on": _("A step ends")}
        return labels.get(rest[1], _("Step of the schedule")), rest[1]

    def _whole(self, rest: tuple[str, ...]) -> tuple[str, str]:
        if not rest:
            return _("The whole, for which you answer too"), "whole"
        if rest[0] == "firms":
            return _("Firms of the offer"), "firms" if len(rest) > 1 and len(rest) == len(("firms", "KEY")) else "name"
        return (_("Total with VAT") if rest[-1] == "gross" else _("Total without VAT")), rest[-1]

    def _everything(self, found: Difference) -> DifferenceInWords | None:
        rest = found.path[1:]
        if not rest:
            # Only that everything is asked about from now on, or no longer, is new: nothing in it is.
            what = _("You are asked about every change from now on") if found.after else ""
            return DifferenceInWords(what=what, before="", after="") if what else None
        if rest[0] == "firms":
            return self._others(rest[1:], found)
        what = str(_EVERYTHING.get(rest[0], rest[0]))
        return self._said(what, rest[-1], found)

    def _others(self, rest: tuple[str, ...], found: Difference) -> DifferenceInWords:
        firm = self.firms.get(rest[0], rest[0])
        if len(rest) == 1:
            return self._said(_("Firm of the offer"), "firms", found)
        what, name = self._what(rest[1:])
        return self._said(f"{firm}: {what}", name, found)

    def _value(self, name: str, value: object) -> str:  # noqa: PLR0911 - one for each kind of value
        match value:
            case None | "":
                return ""
            case bool():
                return _("yes") if value else _("no")
            case dict():
                return self._whole_value(name, value)
            case list():
                return self._list(name, value)
            case int() if name == "payment_days":
                return ngettext("%(n)s day", "%(n)s days", value) % {"n": value}
            case str() if name in _WORDS:
                return str(_WORDS[name].get(value, value))
            case str() if name in _FORMATS:
                return _FORMATS[name](value, self.language)
            case _:
                return _shortened(str(value))

    def _list(self, name: str, value: list[Any]) -> str:
        if name == "delivery":
            first, last = (date.fromisoformat(str(day)) for day in value)
            return formats.days(first, last, self.language)
        return _shortened(", ".join(self._value(name, each) for each in value))

    def _whole_value(self, name: str, value: Mapping[str, Any]) -> str:  # noqa: PLR0911 - one for each kind of thing
        match name:
            case "line":
                return _("%(text)s, %(quantity)s × %(price)s") % {
                    "text": _shortened(str(value["text"])),
                    "quantity": self._value("quantity", value["quantity"]),
                    "price": self._value("unit_price", value["unit_price"]),
                }
            case "vat":
                return self._vat(value)
            case "own":
                return self._value("net", value["net"])
            case "delivered":
                return self._list("delivery", [value["starts_on"], value["ends_on"]])
            case "hand_overs":
                return self._hand_over(value)
            case "milestone":
                days = self._list("delivery", [value["starts_on"], value["ends_on"]])
                return f"{value['name']}, {days}"
            case "whole":
                return self._value("gross", (value.get("total") or {}).get("gross"))
            case _:
                words = (value.get(each) for each in ("title", "name", "text", "email", "percent", "amount"))
                return _shortened(" – ".join(str(word) for word in words if word))

    def _hand_over(self, value: Mapping[str, Any]) -> str:
        return _("%(what)s from %(giver)s to %(taker)s by %(day)s") % {
            "what": value["what"],
            "giver": self._firm(str(value["from"])),
            "taker": self._firm(str(value["to"])),
            "day": self._value("by", value["by"]),
        }

    def _firm(self, key: str) -> str:
        return _("the client") if key == CLIENT else self.firms.get(key, key)

    def _vat(self, value: Mapping[str, Any]) -> str:
        if value.get("category") == VatCategory.STANDARD:
            return self._value("vat_rate", value.get("rate"))
        return str(value.get("reason") or value.get("category") or "")


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"


def _money(value: str, language: Language) -> str:
    return formats.money(Decimal(value).quantize(Decimal("0.01")), language)


def _price(value: str, language: Language) -> str:
    return f"{formats.unit_price(Decimal(value), language)}{formats.NBSP}€"


def _day(value: str, language: Language) -> str:
    return formats.day(date.fromisoformat(value), language)


def _if_it_can(written: Callable[[str, Language], str]) -> Callable[[str, Language], str]:
    """A value that is not what its name says is shown as it is: an old OK may hold what is written otherwise now."""

    def tried(value: str, language: Language) -> str:
        try:
            return written(value, language)
        except (InvalidOperation, ValueError):
            return value

    return tried


_FORMATS: dict[str, Callable[[str, Language], str]] = {
    name: _if_it_can(written)
    for names, written in (
        (("net", "gross", "amount"), _money),
        (("unit_price",), _price),
        (("quantity", "cap_quantity"), lambda value, language: formats.quantity(Decimal(value), language)),
        (
            ("discount_percent", "percent", "vat_rate", "rate"),
            lambda value, language: formats.percent(Decimal(value), language),
        ),
        (("valid_until", "starts_on", "ends_on", "issued_on", "by"), _day),
    )
    for name in names
}
