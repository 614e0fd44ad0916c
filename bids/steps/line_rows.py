"""Rows of an offer written from what they say."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Case, F, IntegerField, Model, QuerySet, Value, When

from bids.content import JointOffer, Line
from bids.models import Bid, LineItem, OptionGroup, PackageLine, Part
from bids.steps.codes import never_again
from bids.steps.proposed_lines import part_by_key

_ASIDE = 15_000
"""Far above every place, so that rows in a new order never meet on their way."""


def columns_of(line: Line, bid: Bid) -> dict[str, Any]:
    """The columns of a row that says this; its group is made if it is not there."""
    return {
        "text": line.text,
        "pricing": line.pricing.value,
        "quantity": line.quantity,
        "cap_quantity": line.cap_quantity,
        "unit": line.unit,
        "unit_price": line.unit_price,
        "price_basis": line.price_basis.value,
        "discount_percent": line.discount_percent,
        "vat_category": line.vat.category.value,
        "vat_rate": line.vat.rate,
        "vat_reason": line.vat.reason,
        "supply": line.supply.value if line.supply else "",
        "delivered_from": line.delivered.starts_on if line.delivered else None,
        "delivered_to": line.delivered.ends_on if line.delivered else None,
        "optional": line.optional,
        "replaces": LineItem.objects.get(bid=bid, code=line.replaces) if line.replaces else None,
        "group": OptionGroup.objects.get_or_create(bid=bid, name=line.group)[0] if line.group else None,
        "default": line.default,
    }


def write_defaults(before: JointOffer, after: JointOffer, key: str, *, bid: Bid, value: bool, but: str = "") -> None:
    """Preselect (or no longer preselect) the rows of a part that differ so; the row `but` is written by its own change.

    Two rows of a group are never preselected at once: those that give way are written before the changed row, those
    that take its place after it.
    """
    was = {line.code: line.default for line in part_by_key(before, key).lines}
    now = {line.code: line.default for line in part_by_key(after, key).lines}
    codes = {code for code, default in now.items() if default is value and was.get(code, value) is not value} - {but}
    if codes:
        LineItem.objects.filter(bid=bid, code__in=codes).update(default=value, version=F("version") + 1)


def take_away(rows: Iterable[LineItem], *, bid: Bid) -> None:
    """The rows are gone, from packages too, with the groups they leave empty; their codes are never given again."""
    named = list(rows)
    gone = LineItem.objects.filter(bid=bid, pk__in=[row.pk for row in named])
    PackageLine.objects.filter(line__in=named).delete()
    gone.update(replaces=None)
    gone.delete()
    for row in named:
        never_again(bid, row.code)
    forget_empty_groups(bid)


def forget_empty_groups(bid: Bid) -> None:
    """Take away the groups no row is in any more."""
    OptionGroup.objects.filter(bid=bid, lines__isnull=True).delete()


def next_position(rows: "QuerySet[Any]") -> int:
    """The place behind the last one."""
    last: int | None = rows.order_by("-position").values_list("position", flat=True).first()
    return 0 if last is None else last + 1


def put_in_order(rows: "QuerySet[Any]", order: Sequence[Model]) -> None:
    """Give the rows the places 0, 1, 2 … in this order; the rows are all of one offer or part."""
    rows.update(position=F("position") + _ASIDE)
    places = [When(pk=row.pk, then=Value(place)) for place, row in enumerate(order)]
    if places:
        rows.update(position=Case(*places, default=F("position"), output_field=IntegerField()))


def rows_of(part: Part) -> "QuerySet[LineItem]":
    """The rows of a part in their order."""
    return LineItem.objects.filter(part=part).order_by("position")
