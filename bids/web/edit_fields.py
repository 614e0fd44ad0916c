"""Fields of the forms an offer is written with: what people type, in the words of a bid package."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bids import typed, units
from bids.vocabulary import Language
from kernel.text import clean_text
from members.web.details import CleanLineField

NUMBER_SENTENCES: Final = {
    "not_a_number": _("This is not understood as a number. Write it like 1200 or 24,90."),
    "two_readings": _("Is this thousands or decimals? Write it with a decimal comma, like 1200 or 1,2."),
    "negative": _("This must not be negative."),
    "too_large": _("This is too large."),
    "too_fine": _("This has too many decimals."),
}
DAY_SENTENCES: Final = {
    "not_a_day": _("This is not understood as a day. Write it like 24.4.2026, or a week like “week 17”."),
    "no_such_day": _("There is no such day. Look at the calendar."),
    "past": _("That day lies before the offer itself."),
    "too_far": _("That is more than five years away."),
}

_BULLET = re.compile(r"^[ \t]*(?:[•·▪◦‣●○■□►❖]|[oO](?=\t)|[–—-](?=[ \t]))[ \t]*")
_NUMBERED = re.compile(r"^[ \t]*([0-9]{1,3})[.)][ \t]+")


def from_word(text: str) -> str:
    """Text pasted from a word processor: paragraphs stay, its bullets and numbers become those of our lists."""
    lines = [_NUMBERED.sub(r"\1. ", _BULLET.sub("- ", line)).rstrip() for line in clean_text(text).split("\n")]
    return "\n".join(lines).strip("\n")


def items_in(text: str) -> list[str]:
    """The items somebody typed one a line; where empty lines part them, an item may have several lines."""
    clean = clean_text(text).strip()
    parted = re.split(r"\n[ \t]*\n", clean) if re.search(r"\n[ \t]*\n", clean) else clean.split("\n")
    bare = (_BULLET.sub("", item.strip()).strip() for item in parted)
    return [item for item in bare if item]


def items_as_typed(items: Iterable[str]) -> str:
    """Items as one would type them: one a line, parted by empty lines where one has several."""
    kept = list(items)
    return ("\n\n" if any("\n" in item for item in kept) else "\n").join(kept)


def number_as_typed(value: Decimal | None, language: Language, *, decimals: int = 0) -> str:
    """A number as one would type it: no grouping, the decimal sign of the language."""
    if value is None:
        return ""
    whole, _point, fraction = f"{value:f}".partition(".")
    fraction = fraction.rstrip("0").ljust(decimals, "0")
    sign = "." if language is Language.EN and len(fraction) != 3 else ","  # noqa: PLR2004 - a point before three digits has two readings
    return f"{whole}{sign}{fraction}" if fraction else whole


def day_as_typed(day: date | None, language: Language) -> str:
    """A day as one would type it."""
    if day is None:
        return ""
    return day.isoformat() if language is Language.EN else f"{day.day}.{day.month}.{day.year}"


class TypedNumber(forms.CharField):
    """A number as people type it; cleaned, it is written as in a package, or None."""

    def __init__(self, *, decimals: int = 2, **kwargs: Any) -> None:
        self.decimals = decimals
        attrs = {"inputmode": "decimal", "autocomplete": "off"}
        super().__init__(**{"widget": forms.TextInput(attrs=attrs), "max_length": 40, **kwargs})

    def clean(self, value: Any) -> Any:
        """The number with a decimal point, None where nothing was typed and nothing need be."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return f"{typed.number(text, decimals=self.decimals):f}"
        except typed.NotReadable as fault:
            raise ValidationError(NUMBER_SENTENCES[fault.code]) from None


class TypedPercent(TypedNumber):
    """A percentage, with or without its sign."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"decimals": 3, **kwargs})

    def clean(self, value: Any) -> Any:
        """The number of the percentage."""
        return super().clean(str(value or "").replace("%", "").replace("prosenttia", "").strip())


class TypedDays(forms.CharField):
    """A day or a week as people type it; `first_day` is set by the form, and no day before it is taken."""

    first_day = date.min

    def __init__(self, *, last: bool = False, **kwargs: Any) -> None:
        self.last = last
        super().__init__(**{"max_length": 40, "widget": forms.TextInput(attrs={"autocomplete": "off"}), **kwargs})

    def clean(self, value: Any) -> Any:
        """The first or the last day of what was typed, in ISO form; None for nothing."""
        text = super().clean(value)
        if not text:
            return None
        try:
            found = typed.days(text, today=self.first_day)
        except typed.NotReadable as fault:
            raise ValidationError(DAY_SENTENCES[fault.code]) from None
        return (found.ends_on if self.last else found.starts_on).isoformat()


class TypedUnit(CleanLineField):
    """What a quantity counts: a known unit by its name in any language, or any other word."""

    def clean(self, value: Any) -> str:
        """The word lines hold."""
        text = super().clean(value)
        for word, unit in units.known_units().items():
            names = {word, *unit.one.values(), *unit.many.values()}
            if text.casefold() in {name.casefold() for name in names}:
                return word
        return text


class Prose(forms.CharField):
    """Text of several paragraphs, as it came from a keyboard or a word processor."""

    def __init__(self, *, rows: int = 5, **kwargs: Any) -> None:
        super().__init__(**{"strip": False, "widget": forms.Textarea(attrs={"rows": rows}), **kwargs})

    def clean(self, value: Any) -> str:
        """The text in Markdown."""
        return from_word(str(super().clean(value) or ""))


class Items(forms.CharField):
    """Short sentences, one a line."""

    def __init__(self, *, rows: int = 4, **kwargs: Any) -> None:
        help_text = _("One a line.")
        widget = forms.Textarea(attrs={"rows": rows})
        super().__init__(**{"required": False, "strip": False, "widget": widget, "help_text": help_text, **kwargs})

    def clean(self, value: Any) -> Any:
        """A list of texts."""
        return items_in(str(super().clean(value) or ""))


class Picked(forms.ChoiceField):
    """One of a list, shown as a row of words to press."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"widget": forms.RadioSelect, **kwargs})
