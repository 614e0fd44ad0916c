"""The sums of a joint offer worked out a second way, with whole cents and fractions, to hold the product's against."""

from collections import defaultdict
from datetime import date
from fractions import Fraction
from math import floor

from bids.choosing import counted_lines
from bids.content import Adjustment, Choice, JointOffer, Line, OfferPart
from bids.vocabulary import Invoicing, PriceBasis, Role

Group = tuple[str, Fraction]


def cents(euros: Fraction) -> int:
    return floor(euros * 100 + Fraction(1, 2))


def net_of(line: Line, part: OfferPart) -> int:
    reduced = Fraction(line.quantity) * Fraction(line.unit_price) * (100 - Fraction(line.discount_percent)) / 100
    typed = cents(reduced)
    if line.price_basis == PriceBasis.NET or not part.firm.charges_vat or line.vat.rate is None:
        return typed
    rate = Fraction(line.vat.rate)
    return typed - cents(Fraction(typed, 100) * rate / (100 + rate))


def split(whole: int, weights: dict[tuple[str, ...], int]) -> dict[tuple[str, ...], int]:
    total = sum(weights.values())
    exact = {
        key: Fraction(whole * weight, total) if total else Fraction(whole, len(weights))
        for key, weight in weights.items()
    }
    shares = {key: floor(share) for key, share in exact.items()}
    while sum(shares.values()) < whole:
        neediest = min(exact, key=lambda key: (shares[key] - exact[key], key))
        shares[neediest] += 1
    return shares


def adjusted(adjustment: Adjustment | None, base: int) -> int:
    if adjustment is None:
        return 0
    if adjustment.amount is not None:
        return cents(Fraction(adjustment.amount))
    assert adjustment.percent is not None
    return cents(Fraction(base, 100) * Fraction(adjustment.percent) / 100)


def group_of(line: Line, seller: OfferPart) -> Group:
    if not seller.firm.charges_vat:
        return ("O", Fraction(0))
    return (line.vat.category.value, Fraction(line.vat.rate or 0))


def general_rate(day: date) -> Fraction:
    return Fraction(51, 2) if day >= date(2024, 9, 1) else Fraction(24)


def invoices(offer: JointOffer, choice: Choice, invoicing: Invoicing) -> dict[tuple[str, str], tuple[int, int]]:
    """Net and VAT in cents of every invoice that is not empty, by who sends it and who gets it."""
    counted = {line.code for line in counted_lines(offer, choice)}
    rows = {part.key: [line for line in part.lines if line.code in counted] for part in offer.parts}
    nets = {part.key: sum(net_of(line, part) for line in rows[part.key]) for part in offer.parts}
    lead = next(part for part in offer.parts if part.role == Role.LEAD)
    fee = adjusted(offer.coordination_fee, sum(net for key, net in nets.items() if key != lead.key))
    discount = adjusted(offer.discount, sum(nets.values()))
    ties = {part.key: (part.firm.business_id or part.key, part.key) for part in offer.parts}
    shares = split(discount, {ties[key]: net for key, net in nets.items()})

    sold: dict[tuple[str, str], dict[Group, int]] = defaultdict(lambda: defaultdict(int))

    def sell(part: OfferPart, seller: OfferPart, buyer: str) -> None:
        by_group: dict[tuple[str, ...], int] = defaultdict(int)
        for line in rows[part.key]:
            by_group[group_of(line, seller)] += net_of(line, part)  # type: ignore[index]
        reductions = split(shares[ties[part.key]], dict(by_group)) if by_group else {}
        for group, net in by_group.items():
            sold[seller.key, buyer][group] += net - reductions[group]  # type: ignore[index]

    for part in offer.parts:
        if invoicing == Invoicing.EACH:
            sell(part, part, "client")
        else:
            sell(part, lead, "client")
            if part.key != lead.key:
                sell(part, part, lead.key)
    if fee:
        assert offer.delivery is not None
        rate = general_rate(offer.delivery.ends_on)
        sold[lead.key, "client"][("S", rate) if lead.firm.charges_vat else ("O", Fraction(0))] += fee

    sums = {}
    for route, groups in sold.items():
        net = sum(groups.values())
        vat = sum(cents(Fraction(taxable, 100) * rate / 100) for (_, rate), taxable in groups.items())
        if net + vat:
            sums[route] = (net, vat)
    return sums
