"""Filters of the offer pages."""

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import quote

from django import template
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from bids import formats
from bids.content import CLIENT, Choice, Line
from bids.models import Document
from bids.sheets.document_sentences import in_language
from bids.sheets.shape import Answer, Fact, Firm, GanttBar, OfferSheet
from bids.steps.desk import Desk, right_at
from bids.units import unit_name
from bids.vocabulary import Language, PlaceKind, Profile
from bids.web.choice import as_query
from bids.web.document_words import kind_name as name_of_kind
from bids.web.order_form import PROFILES
from bids.web.speaking import hour as hour_of
from bids.web.speaking import page_language
from kernel.clock import helsinki_day
from kernel.markdown import to_html, to_plain

register = template.Library()

BAR, GAP = 14, 8


@register.filter
def markdown(text: str) -> SafeString:
    """A text people wrote, as HTML that has been through the cleaner."""
    return mark_safe(to_html(text))  # noqa: S308 - to_html leaves only what its allow-list names


@register.filter
def plain(text: str) -> str:
    """A text people wrote, without its marks, for one line."""
    return to_plain(text)


@register.filter(name="in_language")
def language_of_a_file(code: str) -> str:
    """In which language a file is, in the page's own."""
    return in_language(Language(code))


@register.filter
def in_euros(written: str, sheet: OfferSheet) -> str:
    """A price that was written without its currency, as the sheet's language writes it with it."""
    return formats.in_euros(written, Language(sheet.language))


@register.filter
def answers_at(sheet: OfferSheet, place: str) -> list[tuple[int, Answer]]:
    """What the client was answered about this place, each with its number in the version."""
    return [(number, one) for number, one in _numbered(sheet) if one.place == place]


@register.filter
def answers_elsewhere(sheet: OfferSheet) -> list[tuple[int, Answer]]:
    """The answers about no place that the page shows: the whole, what is not chosen, what is in the offer no more."""
    shown = {
        *(f"{PlaceKind.SECTION}:{number}" for number in range(1, len(sheet.sections) + 1)),
        *(f"{PlaceKind.PART}:{one.key}" for one in sheet.firms if one.has_words),
        *(f"{PlaceKind.LINE}:{row.code}" for row in sheet.rows),
    }
    return [(number, one) for number, one in _numbered(sheet) if one.place not in shown]


def _numbered(sheet: OfferSheet) -> Iterator[tuple[int, Answer]]:
    return enumerate(sheet.answers, start=1)


@register.filter
def moment(instant: datetime) -> str:
    """A day and an hour in Helsinki, as the reader writes them."""
    day = formats.day(helsinki_day(instant), page_language())
    return _("%(day)s at %(time)s") % {"day": day, "time": hour_of(instant)}


@register.filter
def hour(instant: datetime) -> str:
    """A time of day in Helsinki, as the reader writes it."""
    return hour_of(instant)


@register.filter
def choice_query(choice: Choice) -> str:
    """A choice as the end of an address."""
    return as_query(choice)


@register.filter
def but_sums(facts: tuple[Fact, ...]) -> list[Fact]:
    """The short facts that are no sums: those stand beside the price."""
    return [fact for fact in facts if fact.key not in {"net", "vat", "gross"}]


@register.filter
def firm(sheet: OfferSheet, key: str) -> Firm:
    """The firm with this key."""
    return sheet.firm(key)


@register.filter
def colour_of_owner(sheet: OfferSheet, key: str) -> str:
    """The colour of a firm's thread; nothing for the client."""
    return "" if key in {"", CLIENT} else sheet.firm(key).thread.colour


@register.filter
def known_as(firm: Firm) -> str:
    """Fields and skills of a firm on one line, each once."""
    return ", ".join(dict.fromkeys((*firm.fields, *firm.skills)))


@register.filter
def kind_name(document: Document) -> str:
    """What a file is."""
    return name_of_kind(document)


@register.filter
def profile_name(document: Document) -> str:
    """How much of the offer a document prints."""
    return str(dict(PROFILES)[Profile(document.profile).value])


@register.filter
def per_mille(percent: float) -> str:
    """A place in the chart, which is a thousand wide."""
    return f"{percent * 10:.1f}"


@register.filter
def gantt_y(number: int) -> int:
    """Where a bar lies."""
    return number * (BAR + GAP) + GAP // 2


@register.filter
def gantt_height(bars: tuple[GanttBar, ...]) -> int:
    """How high the chart is."""
    return len(bars) * (BAR + GAP)


@register.simple_tag(takes_context=True)
def pen(context: Context, kind: str, key: str = "", says: str = "") -> SafeString:
    """The link that opens the form of a place, for whoever may write there; nothing on a page without a desk."""
    desk = context.get("desk")
    right = right_at(desk, kind, str(key)) if isinstance(desk, Desk) else ""
    if not right:
        return SafeString("")
    below = f"edit/{kind}/{quote(str(key))}/" if key else f"edit/{kind}/"
    address = f"{context.get('way_to_offer', '')}{below}"
    return format_html(
        '<a class="pen{}" href="{}" aria-label="{}"></a>',
        "" if right == "write" else " pen-suggest",
        address,
        _pen_words(kind, right, says or str(key)),
    )


def _pen_words(kind: str, right: str, about: str) -> str:
    if kind == "new-line":
        return _("Add a row") if right == "write" else _("Suggest a row")
    if kind == "new-section":
        return _("Add a text")
    if kind == "new-milestone":
        return _("Add a step")
    return f"{_('Edit') if right == 'write' else _('Suggest')}: {about}"


@register.simple_tag(takes_context=True)
def section_key(context: Context, place: int) -> str:
    """The id of the titled text at this place of the offer; nothing on a page without a desk."""
    desk = context.get("desk")
    return str(desk.sections[place].public_id) if isinstance(desk, Desk) else ""


@register.simple_tag(takes_context=True)
def rights_to(context: Context, key: str) -> dict[str, str]:
    """What may be done with the rows and the words of a firm's part."""
    desk = context.get("desk")
    if not isinstance(desk, Desk):
        return {"rows": "", "words": ""}
    part = next((part for part in desk.parts if part.key == key), None)
    return {"rows": desk.rows_right(part), "words": desk.words_right(part)} if part else {"rows": "", "words": ""}


@register.simple_tag(takes_context=True)
def waiting_rows(context: Context, firm: Firm) -> list[Line]:
    """The rows of a firm that do not count as the offer is chosen now, for whoever may write or suggest in them."""
    desk = context.get("desk")
    if not isinstance(desk, Desk) or not rights_to(context, firm.key)["rows"] or not desk.eyes.sees_price_of(firm.key):
        return []
    counted = {row.code for row in firm.rows}
    lines = next((part.lines for part in desk.offer.parts if part.key == firm.key), ())
    return [line for line in lines if line.code not in counted]


@register.simple_tag
def one_price(line: Line) -> str:
    """What one of a row costs, with its unit."""
    language = page_language()
    price = formats.unit_price(line.unit_price, language)
    return f"{formats.quantity(line.quantity, language)} {unit_name(line.unit, language, line.quantity)} × {price} €"
