"""What differs from what a firm said OK to, in the reader's words: the thing, how it was, how it is."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

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
    "text": gettext_lazy("text"),
    "quantity": gettext_lazy("quantity"),
    "unit": gettext_lazy("unit"),
    "unit_price": gettext_lazy("price"),
    "price_basis": gettext_lazy("price with or without VAT"),
    "discount_percent": gettext_lazy("discount"),
    "vat": gettext_lazy("VAT"),
    "pricing": gettext_lazy("kind of price"),
    "delivered": gettext_lazy("ready"),
    "optional": gettext_lazy("counts only if the client chooses it"),
    "replaces": gettext_lazy("offered in place of"),
    "group": gettext_lazy("one of these"),
    "default": gettext_lazy("preselected"),
    "cap_quantity": gettext_lazy("at most"),
    "supply": gettext_lazy("kind of service"),
}

_CARD = {
    "name": gettext_lazy("Firm's name"),
    "business_id": gettext_lazy("Business ID"),
    "legal_form": gettext_lazy("Legal form"),
    "municipality": gettext_lazy("Municipality"),
    "staff": gettext_lazy("Number of people"),
    "vat_liable": gettext_lazy("Charges VAT"),
    "invoiced_through": gettext_lazy("Invoices through"),
    "fields": gettext_lazy("Field of business"),
    "skills": gettext_lazy("Skills"),
    "colour": gettext_lazy("Colour"),
    "logo": gettext_lazy("Logo"),
    "contact": gettext_lazy("Contact person"),
}

_PART = {
    "summary": gettext_lazy("What we do"),
    "included": gettext_lazy("Included"),
    "excluded": gettext_lazy("Not included"),
    "assumptions": gettext_lazy("Assumption"),
    "references": gettext_lazy("Earlier work"),
    "endorsements": gettext_lazy("Recommendation"),
    "texts": gettext_lazy("Text"),
}

_RULES = {
    "binding": gettext_lazy("The offer binds"),
    "invoicing": gettext_lazy("Invoicing"),
    "liability": gettext_lazy("Who answers for what"),
    "payment_days": gettext_lazy("Time to pay"),
    "valid_until": gettext_lazy("Valid until"),
    "price_visibility": gettext_lazy("Who sees which prices"),
    "language": gettext_lazy("Language of the offer"),
    "general_terms": gettext_lazy("General terms"),
    "terms": gettext_lazy("Term"),
    "payment_plan": gettext_lazy("Payment plan"),
}

_CLIENT = {
    "name": gettext_lazy("Client"),
    "kind": gettext_lazy("Kind of client"),
    "business_id": gettext_lazy("Client's Business ID"),
    "vat_number": gettext_lazy("Client's VAT number"),
    "accepts": gettext_lazy("Who may accept for the client"),
}

_NEED = {
    "title": gettext_lazy("What the client needs"),
    "text": gettext_lazy("What the client needs"),
    "municipality": gettext_lazy("Place"),
    "delivery": gettext_lazy("Time of delivery"),
}

_OWN = {
    "net": gettext_lazy("Your share, without VAT"),
    "gross": gettext_lazy("Your share, with VAT"),
    "paid_by": gettext_lazy("Who pays you"),
}

_EVERYTHING = {
    "title": gettext_lazy("Title"),
    "reference": gettext_lazy("Reference"),
    "issued_on": gettext_lazy("Date of the offer"),
    "client": gettext_lazy("Client's details"),
    "need": gettext_lazy("What the client needs"),
    "notes": gettext_lazy("Note"),
    "sections": gettext_lazy("Common text"),
    "packages": gettext_lazy("Package"),
    "milestones": gettext_lazy("Schedule"),
    "discount": gettext_lazy("Discount on the whole"),
    "fee": gettext_lazy("Coordination fee"),
    "total": gettext_lazy("Total"),
}

_WORDS: dict[str, Mapping[str, str | Promise]] = {
    "invoicing": {
        Invoicing.EACH: gettext_lazy("each firm invoices its own share"),
        Invoicing.LEAD: gettext_lazy("the lead invoices everything"),
    },
    "liability": {
        Liability.SEVERAL: gettext_lazy("each firm answers for its own share"),
        Liability.JOINT: gettext_lazy("all firms answer for the whole together"),
        Liability.LEAD: gettext_lazy("the lead answers for the whole"),
    },
    "price_visibility": {
        PriceVisibility.ALL: gettext_lazy("every firm sees all prices"),
        PriceVisibility.OWN_AND_TOTAL: gettext_lazy("own prices and the total"),
        PriceVisibility.OWN: gettext_lazy("own prices only"),
    },
    "language": {
        Language.FI: gettext_lazy("Finnish"),
        Language.SV: gettext_lazy("Swedish"),
        Language.EN: gettext_lazy("English"),
    },
    "role": {
        Role.LEAD: gettext_lazy("leads the offer"),
        Role.MEMBER: gettext_lazy("offers together with the others"),
        Role.SUBCONTRACTOR: gettext_lazy("works for the lead"),
    },
    "paid_by": {CLIENT: gettext_lazy("the client"), "lead": gettext_lazy("the lead")},
    "price_basis": {PriceBasis.NET: gettext_lazy("without VAT"), PriceBasis.GROSS: gettext_lazy("with VAT")},
    "pricing": {
        LinePricing.FIXED: gettext_lazy("fixed price"),
        LinePricing.UNIT: gettext_lazy("by quantity"),
        LinePricing.ESTIMATE: gettext_lazy("estimate"),
        LinePricing.CAP: gettext_lazy("price cap"),
        LinePricing.RECURRING: gettext_lazy("recurring"),
    },
    "kind": {
        "business": gettext_lazy("company"),
        "public": gettext_lazy("public buyer"),
        "association": gettext_lazy("association"),
        "consumer": gettext_lazy("private person"),
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
            return _("The whole offer"), "whole"
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
        if rest[0] == "total" and rest[-1] in {"net", "gross"}:
            return self._said(*self._whole(("total", rest[-1])), found)
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
            case "whole" if "total" in value:
                return self._value("gross", (value["total"] or {}).get("gross"))
            case "whole":
                return _shortened(", ".join(str(firm["name"]) for firm in value["firms"].values()))
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
    return formats.price(Decimal(value), language)


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
