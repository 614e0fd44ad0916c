"""Suggestions as the firm they are for, and those who made them, read them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from uuid import UUID

from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bids import formats
from bids.models import Part, Suggestion
from bids.steps.desk import Desk
from bids.steps.suggested import NEW_LINE, REMOVED, is_of_words
from bids.units import unit_name
from bids.vocabulary import Language, SuggestionState
from bids.web import edit_words as words
from bids.web.speaking import page_language
from kernel.clock import helsinki_day

LABELS: Final = {
    "text": _("What"),
    "pricing": _("How the price is promised"),
    "quantity": _("How many"),
    "unit": _("Unit"),
    "unit_price": _("Price of one, €"),
    "price_basis": _("The price is"),
    "discount_percent": _("Discount of this row, %"),
    "vat": _("VAT"),
    "vat_reason": _("Why no VAT is charged"),
    "supply": _("Kind of service, for the law's sake"),
    "delivered_on": _("Ready by"),
    "delivered_from": _("Begins"),
    "delivered_to": _("Ready by"),
    "optional": _("The client may choose it on top"),
    "replaces": _("In place of"),
    "group": _("Name of the group"),
    "default": _("Counts until the client chooses another"),
    "cap_quantity": _("At most how many"),
    "summary": _("What we do"),
    "included": _("Included in the price"),
    "excluded": _("Not included"),
    "assumptions": _("What the price rests on"),
}
ANSWERED: Final = {
    SuggestionState.TAKEN: _("%(firm)s took your suggestion on %(day)s: %(about)s."),
    SuggestionState.DECLINED: _("%(firm)s said no to your suggestion on %(day)s: %(about)s."),
}
LONGEST_NAME_OF_A_ROW: Final = 60

_LISTS: Final = {"pricing": words.PRICING, "price_basis": words.BASIS, "vat": words.NO_VAT, "supply": words.SUPPLY}
_USUAL: Final[Mapping[str, Any]] = {
    "pricing": "fixed",
    "unit": "erä",
    "price_basis": "net",
    "discount_percent": "0",
    "optional": False,
    "default": False,
}
"""What a package leaves out because it is so unless another is said."""


@dataclass(frozen=True, kw_only=True)
class ShownChange:
    """One thing suggested: what it is about, how it stands, how it would."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class ShownSuggestion:
    """A suggestion in words. `may_take` to whom it is made, `may_withdraw` to those who made it."""

    public_id: UUID
    version: int
    firm: str
    who: str
    about: str
    changes: tuple[ShownChange, ...]
    why: str
    may_take: bool
    may_withdraw: bool


def shown_suggestions(desk: Desk, rows: Iterable[Suggestion]) -> list[ShownSuggestion]:
    """Those that are this reader's to answer or to take back."""
    found = []
    parts = {part.pk: part for part in desk.parts}
    for row in rows:
        part = parts.get(row.part_id)
        if part is None:
            continue
        line_code = _line_code(row, part)
        may_take = (desk.words_right(part) if is_of_words(row, part) else desk.rows_right(part)) == "write"
        may_withdraw = desk.rows_right(part) == "suggest" and desk.actor.firm_id == row.made_by_firm_id
        if not may_take and not may_withdraw:
            continue
        found.append(
            ShownSuggestion(
                public_id=row.public_id,
                version=row.version,
                firm=str(part.card.get("name", part.key)),
                who=str(row.made_by or row.made_by_firm),
                about=_about(row, line_code),
                changes=tuple(changes_in_words(row.before, row.changes)),
                why=row.why,
                may_take=may_take,
                may_withdraw=may_withdraw,
            )
        )
    return found


def answered_suggestions(desk: Desk, rows: Iterable[Suggestion]) -> list[str]:
    """What became of suggestions the reader's own firm made, each in one sentence without its figures."""
    parts = {part.pk: part for part in desk.parts}
    return [
        str(ANSWERED[SuggestionState(row.state)])
        % {
            "firm": parts[row.part_id].card.get("name", parts[row.part_id].key),
            "about": _what_it_was_about(row, parts[row.part_id]),
            "day": formats.day(helsinki_day(row.closed_at), page_language()),
        }
        for row in rows
        if row.part_id in parts and row.closed_at is not None and desk.actor.firm_id == row.made_by_firm_id
    ]


def changes_in_words(before: Mapping[str, Any], changes: Mapping[str, Any]) -> Iterable[ShownChange]:
    """What a suggestion would change, thing by thing."""
    if changes.get(REMOVED):
        yield ShownChange(label=gettext("Taken away"), before=str(before.get("text", "")), after="")
        return
    new = changes.get(NEW_LINE)
    said: Mapping[str, Any] = new if isinstance(new, Mapping) else changes
    for key, value in said.items():
        was = before.get(key)
        was = _USUAL.get(key) if was is None and new is None else was
        shown, now = _in_words(key, was), _in_words(key, value)
        if shown != now:
            yield ShownChange(label=str(LABELS.get(key, key)), before=shown, after=now)


def _about(row: Suggestion, line_code: str) -> str:
    if NEW_LINE in row.changes:
        return gettext("a new row")
    return gettext("row %(code)s") % {"code": line_code} if line_code else gettext("texts")


def _line_code(row: Suggestion, part: Part) -> str:
    return next((line.code for line in part.lines.all() if line.public_id == row.target), "")


def _what_it_was_about(row: Suggestion, part: Part) -> str:
    """The same once it is answered: its row may be gone by now, and is named by its words then."""
    code = _line_code(row, part)
    if code or NEW_LINE in row.changes or is_of_words(row, part):
        return _about(row, code)
    return Truncator(str(row.before.get("text", ""))).chars(LONGEST_NAME_OF_A_ROW) or gettext("a row")


def _in_words(key: str, value: Any) -> str:  # noqa: PLR0911 - one for each kind of value
    language = page_language()
    if value is None or value in ("", []):
        return ""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, list):
        return "\n".join(map(str, value))
    listed = {str(code): str(said) for code, said in _LISTS.get(key, ())}
    if str(value) in listed:
        return listed[str(value)]
    if key == "unit":
        return unit_name(str(value), language)
    if key.startswith("delivered"):
        return formats.day(date.fromisoformat(str(value)), language)
    return _figure(key, str(value), language)


def _figure(key: str, value: str, language: Language) -> str:
    if key not in {"quantity", "unit_price", "cap_quantity", "discount_percent", "vat"}:
        return value
    try:
        number = Decimal(value)
    except InvalidOperation:
        return value
    if key in {"discount_percent", "vat"}:
        return formats.percent(number, language)
    return formats.unit_price(number, language) if key == "unit_price" else formats.quantity(number, language)
