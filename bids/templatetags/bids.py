"""Filters of the offer pages."""

from django import template
from django.utils.safestring import SafeString, mark_safe

from bids.content import CLIENT, Choice
from bids.models import Document
from bids.sheets.shape import Fact, Firm, GanttBar, OfferSheet
from bids.vocabulary import Profile
from bids.web.choice import as_query
from bids.web.document_words import kind_name as name_of_kind
from bids.web.order_form import PROFILES
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
