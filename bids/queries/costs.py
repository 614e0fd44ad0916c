"""What rows cost the firm that sells them: for that firm alone, and the only module that knows where it is kept."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from bids.models import LineItem, Part
from bids.models.line_cost import LineCost
from kernel.errors import Stale


@dataclass(frozen=True, kw_only=True)
class OwnCost:
    """A firm's own figure and words for one row: euros without VAT for the whole row. `version` guards its changes."""

    code: str
    cost: Decimal | None
    note: str
    version: int


def own_costs(part: Part, *, firm_id: int) -> dict[str, OwnCost]:
    """The costs of a part by line code, if it is this firm's own part; for anybody else there are none."""
    if part.firm_id != firm_id:
        return {}
    rows = LineCost.objects.filter(part=part, firm_id=firm_id).select_related("line")
    return {
        row.line.code: OwnCost(code=row.line.code, cost=row.cost, note=row.note, version=row.version) for row in rows
    }


def write_cost(line: LineItem, *, cost: Decimal | None, note: str, seen: int) -> int:
    """Store what a row costs its firm and return the new version; `Stale` if it changed since `seen` was read.

    `seen` is 0 where nothing was stored. The caller holds the row's lock.
    """
    standing = LineCost.objects.filter(line=line)
    if seen:
        return standing.update_version(seen=seen, cost=cost, note=note)
    if standing.exists():
        raise Stale
    return LineCost.objects.create(
        line=line, part_id=line.part_id, firm_id=line.part.firm_id, cost=cost, note=note
    ).version


def forget_costs_of(lines: Iterable[LineItem]) -> None:
    """Forget what these rows cost: they go to another firm, which must not learn it."""
    LineCost.objects.filter(line__in=list(lines)).delete()


def forget_costs(part: Part) -> None:
    """Forget every cost of a part: its rows go to another firm, which must not learn them."""
    LineCost.objects.filter(part=part).delete()
