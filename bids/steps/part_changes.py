"""Changes of a firm's rows and texts, made by the firm itself or taken from a suggestion."""

from dataclasses import fields, replace
from typing import Any
from uuid import UUID, uuid4

from bids.content import Line
from bids.exports.bid_package.pieces import Piece
from bids.models import LineItem, Part
from bids.steps.codes import fresh_code
from bids.steps.editing import Held, StandsForAnother, keep_rules, place_of_line, place_of_part
from bids.steps.line_rows import columns_of, forget_empty_groups, next_position, take_away, write_defaults
from bids.steps.proposed_lines import (
    changed_line,
    new_line,
    one_default_each,
    part_by_key,
    with_line,
    without_line,
)
from kernel.actor import Actor


def add_row(held: Held, part: Part, line: Piece, *, by: Actor, public_id: UUID | None = None) -> LineItem:
    """One more row of the part, the last one, under a fresh code."""
    code = fresh_code(held.bid)
    proposed = with_line(held.before, part.key, new_line(line, held.before, part.key, code=code))
    proposed = one_default_each(proposed, part.key, newest=code if line.get("default") else "")
    keep_rules(held, proposed, by=by, at=place_of_line(proposed, code))
    write_defaults(held.before, proposed, part.key, bid=held.bid, value=False, but=code)
    said = next(each for each in part_by_key(proposed, part.key).lines if each.code == code)
    return LineItem.objects.create(
        public_id=public_id or uuid4(),
        bid=held.bid,
        part=part,
        position=next_position(part.lines.all()),
        code=code,
        **columns_of(said, held.bid),
    )


def line_said(held: Held, code: str) -> Line:
    """What a row said before the change."""
    return next(line for line in held.before.lines if line.code == code)


def change_row(held: Held, part: Part, row: LineItem, changes: Piece, *, by: Actor) -> list[str]:
    """The row with what the piece says of it; the names of what is not as it was, none when nothing changed."""
    was = line_said(held, row.code)
    proposed = with_line(held.before, part.key, changed_line(was, changes, held.before, part.key))
    proposed = one_default_each(proposed, part.key, newest=row.code if changes.get("default") else "")
    said = next(each for each in part_by_key(proposed, part.key).lines if each.code == row.code)
    changed = [field.name for field in fields(was) if getattr(was, field.name) != getattr(said, field.name)]
    if not changed:
        return []
    keep_rules(held, proposed, by=by, at=place_of_line(proposed, row.code))
    write_defaults(held.before, proposed, part.key, bid=held.bid, value=False, but=row.code)
    LineItem.objects.filter(pk=row.pk).update_version(seen=row.version, **columns_of(said, held.bid))
    write_defaults(held.before, proposed, part.key, bid=held.bid, value=True, but=row.code)
    forget_empty_groups(held.bid)
    return changed


def remove_row(held: Held, part: Part, row: LineItem, *, by: Actor) -> None:
    """The part without the row, and no package with it; `StandsForAnother` while another is offered in its place."""
    if other := row.replaced_by.order_by("position").first():
        raise StandsForAnother(params={"other": other.code})
    proposed = one_default_each(without_line(held.before, row.code), part.key)
    keep_rules(held, proposed, by=by)
    take_away([row], bid=held.bid)
    write_defaults(held.before, proposed, part.key, bid=held.bid, value=True)


def write_texts(held: Held, part: Part, changes: Piece, *, by: Actor) -> list[str]:
    """The part's texts with what the piece says; the names of what is not as it was, none when nothing changed."""
    was = part_by_key(held.before, part.key)
    said = replace(was, **changes.values)
    changed = [name for name in changes.values if getattr(was, name) != getattr(said, name)]
    if not changed:
        return []
    parts = tuple(said if each.key == part.key else each for each in held.before.parts)
    proposed = replace(held.before, parts=parts)
    keep_rules(held, proposed, by=by, at=place_of_part(proposed, part.key))
    columns: dict[str, Any] = {name: _column(value) for name, value in changes.values.items()}
    Part.objects.filter(pk=part.pk).update_version(seen=part.version, **columns)
    return changed


def _column(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
