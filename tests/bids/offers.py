"""Small joint offers for tests, built from what a test cares about."""

from datetime import date
from decimal import Decimal
from typing import Any

from bids.content import ClientCard, FirmCard, JointOffer, Line, OfferPart, Period, VatOfSupply
from bids.vocabulary import Role, VatCategory

D = Decimal

SPRING_2026 = Period(starts_on=date(2026, 3, 9), ends_on=date(2026, 4, 26))


def standard(rate: str = "25.5") -> VatOfSupply:
    return VatOfSupply(category=VatCategory.STANDARD, rate=D(rate))


def exempt(reason: str = "AVL 34 §") -> VatOfSupply:
    return VatOfSupply(category=VatCategory.EXEMPT, reason=reason)


def a_line(code: str, price: str, *, quantity: str = "1", vat: VatOfSupply | None = None, **said: Any) -> Line:
    return Line(
        code=code,
        text=f"Rivi {code}",
        quantity=D(quantity),
        unit_price=D(price),
        vat=standard() if vat is None else vat,
        **said,
    )


def a_part(key: str, *lines: Line, lead: bool = False, business_id: str | None = None, **firm: Any) -> OfferPart:
    return OfferPart(
        key=key,
        role=Role.LEAD if lead else Role.MEMBER,
        firm=FirmCard(name=f"Yritys {key}", business_id=business_id, **firm),
        lines=lines,
    )


def an_offer(*parts: OfferPart, **said: Any) -> JointOffer:
    return JointOffer(
        **{
            "number": "YT-2026-0100",
            "title": "Yhteistarjous",
            "issued_on": date(2026, 3, 2),
            "valid_until": date(2026, 4, 1),
            "client": ClientCard(name="Asiakas Oy"),
            "delivery": SPRING_2026,
            "parts": parts,
            **said,
        }
    )
