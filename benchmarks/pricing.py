"""How long the pricing of a joint offer takes as it grows from 10 to 10 000 lines: `python benchmarks/pricing.py`."""

import math
import sys
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bids.cautions import cautions
from bids.content import (
    Adjustment,
    Choice,
    ClientCard,
    FirmCard,
    Instalment,
    JointOffer,
    Line,
    OfferPart,
    Period,
    VatOfSupply,
)
from bids.pricing import choice_of, priced_lines, totals, totals_as_json
from bids.vocabulary import LinePricing, PriceBasis, Role, VatCategory

SIZES = (10, 30, 100, 300, 1_000, 3_000, 10_000)
FIRMS = 8
TARGET = 1.1
SECONDS_A_SIZE = 0.8
ROUNDS = 5
LARGE = 4
"""How many of the largest sizes show the growth without the cost that every offer has."""

RATES = [VatOfSupply(category=VatCategory.STANDARD, rate=Decimal(rate)) for rate in ("25.5", "13.5", "10")]
EXEMPT = VatOfSupply(category=VatCategory.EXEMPT, reason="AVL 34 §")
KINDS = [LinePricing.FIXED, LinePricing.UNIT, LinePricing.CAP, LinePricing.RECURRING]


def line(number: int) -> Line:
    """One line in ten is an option, one replaces its neighbour, and three of a group share one place."""
    kind = KINDS[number % len(KINDS)]
    of_ten = number % 10
    return Line(
        code=f"R{number}",
        text=f"Rivi {number}",
        quantity=Decimal(1 + number % 23),
        unit_price=Decimal(1_000 + 37 * number % 90_000).scaleb(-2),
        vat=EXEMPT if of_ten == 4 else RATES[number % len(RATES)],
        pricing=kind,
        price_basis=PriceBasis.GROSS if of_ten == 6 else PriceBasis.NET,
        discount_percent=Decimal(number % 4 * 5),
        optional=of_ten == 1,
        replaces=f"R{number - 1}" if of_ten == 3 else None,
        group=f"g{number // 10}" if of_ten in (7, 8, 9) else None,
        default=of_ten == 7,
        cap_quantity=Decimal(30) if kind == LinePricing.CAP else None,
    )


def offer_of(size: int) -> JointOffer:
    """An offer of this many lines by eight firms, with a fee, a discount and a plan."""
    lines = [line(number) for number in range(size)]
    parts = tuple(
        OfferPart(
            key=f"Y{firm}",
            role=Role.LEAD if firm == 0 else Role.MEMBER,
            firm=FirmCard(name=f"Yritys {firm}", vat_liable=firm != 3),
            lines=tuple(lines[firm::FIRMS]),
        )
        for firm in range(FIRMS)
    )
    day = Period(starts_on=date(2026, 9, 11), ends_on=date(2026, 9, 12))
    return JointOffer(
        number="YT-2026-0100",
        title="Mittaus",
        issued_on=date(2026, 3, 2),
        valid_until=date(2026, 4, 1),
        client=ClientCard(name="Asiakas Oy"),
        parts=parts,
        delivery=day,
        coordination_fee=Adjustment(name="koordinointi", percent=Decimal(8)),
        discount=Adjustment(name="alennus", percent=Decimal("3.333")),
        payment_plan=(Instalment(name="alussa", percent=Decimal(40)), Instalment(name="lopussa", percent=Decimal(60))),
    )


def choice_for(size: int) -> Choice:
    """Every second option, replacement and group taken."""
    return choice_of(f"R{number}" for number in range(size) if number % 20 in (1, 3, 8))


def cpu_seconds(work: Callable[[], object]) -> float:
    """The least CPU time of one call over several rounds; short calls are repeated within a round."""
    started = time.process_time()
    work()
    calls = max(1, math.ceil(SECONDS_A_SIZE / ROUNDS / max(time.process_time() - started, 1e-6)))
    rounds = []
    for _ in range(ROUNDS):
        started = time.process_time()
        for _ in range(calls):
            work()
        rounds.append((time.process_time() - started) / calls)
    return min(rounds)


def growth(sizes: tuple[int, ...], seconds: list[float]) -> float:
    """The exponent of the growth: the slope of the least-squares line through the logarithms."""
    xs, ys = [math.log(size) for size in sizes], [math.log(second) for second in seconds]
    mean_x, mean_y = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True)) / sum((x - mean_x) ** 2 for x in xs)


def main() -> int:
    """Measure, print, and say by the exit status whether the growth keeps to its target."""
    measured: dict[str, list[float]] = {"totals": [], "as JSON": [], "priced lines": [], "cautions": []}
    print("CPU milliseconds, best of", ROUNDS)
    print(f"{'lines':>7}", *(f"{name:>14}" for name in measured))
    for size in SIZES:
        offer, choice = offer_of(size), choice_for(size)
        result = totals(offer, choice)
        measured["totals"].append(cpu_seconds(partial(totals, offer, choice)))
        measured["as JSON"].append(cpu_seconds(partial(totals_as_json, result)))
        measured["priced lines"].append(cpu_seconds(partial(priced_lines, offer)))
        measured["cautions"].append(cpu_seconds(partial(cautions, offer)))
        print(f"{size:>7}", *(f"{seconds[-1] * 1000:>14.3f}" for seconds in measured.values()))
    exponents = {name: growth(SIZES, seconds) for name, seconds in measured.items()}
    print(f"{'growth':>7}", *(f"{exponent:>14.3f}" for exponent in exponents.values()), f"  target ≤ {TARGET}")
    large = [growth(SIZES[-LARGE:], seconds[-LARGE:]) for seconds in measured.values()]
    print(f"{'large':>7}", *(f"{exponent:>14.3f}" for exponent in large), f"  from {SIZES[-LARGE]} lines")
    return 0 if max(exponents.values()) <= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
