"""Add the rows of a spreadsheet to a firm's part."""

from collections.abc import Sequence
from datetime import datetime

from bids.exports.bid_package.pieces import Piece
from bids.models import LineItem, Part
from bids.permissions import may_write_part
from bids.steps.codes import fresh_codes
from bids.steps.editing import finish, hold, keep_rules, part_to_write, place_of_part
from bids.steps.line_rows import columns_of, next_position
from bids.steps.proposed_lines import new_line, one_default_each, part_by_key, with_line
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import require


@action
def paste_lines(*, part: Part, lines: Sequence[Piece], by: Actor, now: datetime) -> list[LineItem]:
    """The part has these rows behind its others, all of them or none; asking twice adds them twice."""
    held = hold(part.bid)
    part = part_to_write(part)
    require(may_write_part(by, part))
    proposed, codes = held.before, fresh_codes(held.bid, len(lines))
    for code, line in zip(codes, lines, strict=True):
        proposed = with_line(proposed, part.key, new_line(line, proposed, part.key, code=code))
    proposed = one_default_each(proposed, part.key)
    keep_rules(held, proposed, by=by, at=place_of_part(proposed, part.key))
    first = next_position(part.lines.all())
    said = [each for each in part_by_key(proposed, part.key).lines if each.code in codes]
    rows = LineItem.objects.bulk_create(
        LineItem(bid=held.bid, part=part, position=first + place, code=each.code, **columns_of(each, held.bid))
        for place, each in enumerate(said)
    )
    audit.record("lines.pasted", on=held.bid, by=by, at=now, lines=codes, part=str(part.public_id))
    finish(held, by=by, now=now)
    return rows
