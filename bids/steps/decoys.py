"""Amounts that could have been told as well, so that choosing the right one shows that somebody knows it."""

import secrets
from decimal import Decimal
from typing import Final

from kernel.money import round_half_up

SHOWN: Final = 3
_STEPS: Final = (Decimal("0.82"), Decimal("0.88"), Decimal("0.93"), Decimal("1.08"), Decimal("1.15"), Decimal("1.23"))
_ROUND: Final = tuple(Decimal(step) for step in ("100", "50", "10", "5", "1", "0.1", "0.01"))


def amounts_with(told: Decimal) -> list[Decimal]:
    """Three different amounts as round as the told one, which is among them in a random place but never the first.

    A program that presses the first thing it finds thereby never presses the right one.
    """
    grain = next(step for step in _ROUND if told % step == 0)
    if told < grain * 10:
        grain = next((step for step in _ROUND if step * 10 <= told), _ROUND[-1])
    near = {_like(told * factor, grain) for factor in _STEPS}
    near |= {told + grain, told + 2 * grain, told + 3 * grain}
    others = sorted(amount for amount in near if amount > 0 and amount != told)
    first, second = secrets.SystemRandom().sample(others, 2)
    return [first, told, second] if secrets.randbelow(2) else [first, second, told]


def _like(amount: Decimal, grain: Decimal) -> Decimal:
    return round_half_up((amount / grain).to_integral_value() * grain)
