"""Amounts and days as a sheet holds them: as reckoned and as printed."""

from datetime import date
from decimal import Decimal

from bids import formats
from bids.sheets.shape import Day, Money, Sums
from bids.vocabulary import Language


def money(value: Decimal, language: Language) -> Money:
    """An amount as printed."""
    return Money(value=f"{value:f}", text=formats.money(value, language), bare=formats.amount(value, language))


def signed(value: Decimal, language: Language) -> Money:
    """A change of an amount, printed with its sign."""
    bare = formats.amount(value, language)
    return Money(
        value=f"{value:f}", text=formats.signed_money(value, language), bare=f"+{bare}" if value >= 0 else bare
    )


def sums(net: Decimal, vat: Decimal, gross: Decimal, language: Language) -> Sums:
    """A sum without VAT, its VAT, and with VAT."""
    return Sums(net=money(net, language), vat=money(vat, language), gross=money(gross, language))


def day(value: date, language: Language) -> Day:
    """A day as printed."""
    return Day(value=value.isoformat(), text=formats.day(value, language))
