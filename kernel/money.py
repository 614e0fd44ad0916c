"""Euros as exact decimals: rounding to the cent and splitting without losing one."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from decimal import (
    ROUND_HALF_UP,
    Context,
    Decimal,
    DivisionByZero,
    FloatOperation,
    Inexact,
    InvalidOperation,
    Overflow,
    localcontext,
)
from fractions import Fraction
from math import lcm
from typing import TypeVar

CENT = Decimal("0.01")
ZERO = Decimal("0.00")

Amount = Decimal | Fraction | int
Key = TypeVar("Key")

_DIGITS = 400
_WIDE = Context(prec=_DIGITS, rounding=ROUND_HALF_UP, traps=[InvalidOperation])
_EXACT = Context(prec=_DIGITS, traps=[DivisionByZero, FloatOperation, Inexact, InvalidOperation, Overflow])


def exact() -> AbstractContextManager[Context]:
    """A decimal context in which arithmetic is exact or raises `decimal.Inexact`, whatever the caller's precision."""
    return localcontext(_EXACT)


def round_half_up(amount: Amount) -> Decimal:
    """The amount in euros with two decimals, halves away from zero (rule R3).

    Never depends on the caller's decimal context. TypeError for a float or a bool, ValueError for an infinity or NaN.
    """
    _refuse_inexact_types(amount)
    if isinstance(amount, Fraction):
        cents = (200 * abs(amount.numerator) + amount.denominator) // (2 * amount.denominator)
        return _euros(cents if amount >= 0 else -cents)
    decimal = Decimal(amount)
    if not decimal.is_finite():
        raise ValueError(f"{decimal} is no amount of money.")
    # A rounded "-0.004" is plain zero: no document prints a negative nothing.
    return decimal.quantize(CENT, rounding=ROUND_HALF_UP, context=_WIDE) or ZERO


def share_by_largest_remainder(amount: Decimal, weights: Mapping[Key, Amount]) -> dict[Key, Decimal]:
    """The amount split in proportion to the weights, in whole cents that sum to the amount (rule R5).

    Every share is rounded down, and the cents left over go one each to the largest remainders; ties go to the lowest
    key, so keys must be sortable and the order of the mapping never matters. When all weights are zero the shares are
    equal. A negative amount is split as its opposite would be. TypeError for a float, ValueError for an amount that is
    not whole cents, a negative weight, or nobody to share an amount that is not zero.
    """
    cents = _whole_cents(amount)
    proportions = _proportions(weights)
    if not proportions:
        if cents:
            raise ValueError("There is nobody to share the amount.")
        return {}
    total = sum(proportions.values())
    floors: dict[Key, int] = {}
    remainders: dict[Key, int] = {}
    for key, proportion in proportions.items():
        floors[key], remainders[key] = divmod(abs(cents) * proportion, total)
    left_over = abs(cents) - sum(floors.values())
    for key in sorted(remainders, key=lambda key: (-remainders[key], key))[:left_over]:
        floors[key] += 1
    return {key: _euros(share if cents >= 0 else -share) for key, share in floors.items()}


def _euros(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2, context=_WIDE)


def _whole_cents(amount: Decimal) -> int:
    _refuse_inexact_types(amount)
    numerator, denominator = Decimal(amount).as_integer_ratio()
    cents, rest = divmod(100 * numerator, denominator)
    if rest:
        raise ValueError(f"{amount} is not whole cents.")
    return cents


def _proportions(weights: Mapping[Key, Amount]) -> dict[Key, int]:
    for weight in weights.values():
        _refuse_inexact_types(weight)
        if weight < 0:
            raise ValueError(f"{weight} is a negative weight.")
    if not any(weights.values()):
        return dict.fromkeys(weights, 1)
    ratios = {key: weight.as_integer_ratio() for key, weight in weights.items()}
    scale = lcm(*(denominator for _, denominator in ratios.values()))
    return {key: numerator * (scale // denominator) for key, (numerator, denominator) in ratios.items()}


def _refuse_inexact_types(amount: object) -> None:
    if isinstance(amount, bool) or not isinstance(amount, Decimal | Fraction | int):
        raise TypeError(f"Money is a Decimal, a Fraction or an int, never a {type(amount).__name__}.")
