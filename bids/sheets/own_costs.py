"""What a firm's own part costs it and leaves it, for that firm's eyes alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import override

from bids import formats
from bids.content import NOTHING_CHOSEN, Choice, JointOffer, Line
from bids.pricing import priced_lines
from bids.queries.costs import OwnCost
from bids.sheets import amounts
from bids.sheets.choices import counted_as
from bids.sheets.shape import Money
from bids.visibility import Eyes, seen
from bids.vocabulary import Language
from kernel.errors import NotVisible
from kernel.money import ZERO, round_half_up


@dataclass(frozen=True, kw_only=True)
class Margin:
    """What is left of a price after its cost: in euros, and as a share of the price where there is a price."""

    money: Money
    percent: str
    is_loss: bool


@dataclass(frozen=True, kw_only=True)
class CostRow:
    """One row of the firm's own part. `counts` says whether it counts in the offer as it stands.

    `cost` (as printed, and as `amount`) and `margin` are None until a cost is written down; `version` is 0 until
    anything is.
    """

    code: str
    text: str
    quantity: str
    counts: bool
    net: Money
    cost: Money | None
    amount: Decimal | None
    note: str
    margin: Margin | None
    version: int


@dataclass(frozen=True, kw_only=True)
class OwnCosts:
    """The firm's rows with their costs, and what the whole part leaves.

    `net` is what the firm gets for the rows that count, less its share of a discount where that is known to it. `cost`
    adds up what is written down of them, and `margin` is told once that is all: `missing` counts the rows without.
    """

    key: str
    rows: tuple[CostRow, ...]
    net: Money
    cost: Money
    margin: Margin | None
    missing: int


def own_costs_sheet(
    offer: JointOffer,
    costs: Mapping[str, OwnCost],
    *,
    eyes: Eyes,
    language: Language,
    choice: Choice = NOTHING_CHOSEN,
) -> OwnCosts:
    """The costs of the reader's own part beside its prices; `NotVisible` for eyes that see no costs.

    Raises `pricing.ChoiceRefused` for a choice that cannot be priced.
    """
    part = next((part for part in offer.parts if eyes.sees_costs_of(part.key)), None)
    if part is None:
        raise NotVisible
    reads = seen(offer, eyes, choice)
    share = reads.sums.part_of(part.key)
    counted = frozenset(reads.shape.counted)
    nets = {code: line.net for code, line in priced_lines(reads.offer).items()}
    with override(language.value):
        rows = tuple(_row(line, nets[line.code], line.code in counted, costs, language) for line in part.lines)
    net = ZERO if share is None else share.lines_net if share.net is None else share.net
    known = [costs[line.code].cost for line in part.lines if line.code in counted and line.code in costs]
    cost = sum((one for one in known if one is not None), ZERO)
    missing = _missing(part.lines, counted, costs)
    return OwnCosts(
        key=part.key,
        rows=rows,
        net=amounts.money(net, language),
        cost=amounts.money(cost, language),
        margin=None if missing else margin(net, cost, language),
        missing=missing,
    )


def margin(net: Decimal, cost: Decimal, language: Language) -> Margin:
    """What is left of a price after its cost."""
    left = net - cost
    tenth_of_a_percent = round_half_up(Fraction(left * 10) / Fraction(net)) * 10 if net else None
    percent = "" if tenth_of_a_percent is None else formats.percent(tenth_of_a_percent, language)
    return Margin(money=amounts.money(left, language), percent=percent, is_loss=left < 0)


def _missing(lines: Iterable[Line], counted: frozenset[str], costs: Mapping[str, OwnCost]) -> int:
    return sum(line.code in counted and (line.code not in costs or costs[line.code].cost is None) for line in lines)


def _row(line: Line, net: Decimal, counts: bool, costs: Mapping[str, OwnCost], language: Language) -> CostRow:  # noqa: FBT001 - one row of one table
    own = costs.get(line.code)
    cost = own.cost if own else None
    return CostRow(
        code=line.code,
        text=line.text,
        quantity=counted_as(line, language),
        counts=counts,
        net=amounts.money(net, language),
        cost=None if cost is None else amounts.money(cost, language),
        amount=cost,
        note=own.note if own else "",
        margin=None if cost is None else margin(net, cost, language),
        version=own.version if own else 0,
    )
