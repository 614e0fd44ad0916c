"""What the lead should know or answer before a joint offer is sent: notes, legal questions and stops, as data.

A note is read, a legal question is answered, a stop is mended first. Nothing here decides a question of law, and
nothing reads a clock: what depends on today is checked where the offer is sent. Sentences: `sheets.caution_sentences`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from bids import vat
from bids.content import JointOffer, Line, OfferPart, Period
from bids.pricing import TRAVEL, TRAVEL_MARGIN_SCHEME, ChoiceRefused, totals
from bids.vocabulary import ClientKind, Invoicing, Liability, Role, Supply, VatCategory

SELLER_WITHOUT_BUSINESS_ID = "seller_without_business_id"
MORE_THAN_TEN_FIRMS = "more_than_ten_firms"
TRAVEL_PACKAGE = "travel_package"
COMPETITORS = "competitors"
CONSTRUCTION_REVERSE_CHARGE = "construction_reverse_charge"
CONSTRUCTION_REVERSE_CHARGE_TO_LEAD = "construction_reverse_charge_to_lead"
REVERSE_CHARGE_WITHOUT_VAT_NUMBER = "reverse_charge_without_vat_number"
HEALTH_RESOLD = "health_resold"
PUBLIC_PAYMENT_DAYS = "public_payment_days"
LONG_PAYMENT_DAYS = "long_payment_days"
EACH_INVOICES_LEAD_ANSWERS = "each_invoices_lead_answers"
LEAD_INVOICES_EACH_ANSWERS = "lead_invoices_each_answers"
LEAD_OUTSIDE_VAT = "lead_outside_vat"
CONTRACTORS_OBLIGATIONS = "contractors_obligations"
MILESTONE_BEFORE_VALIDITY_ENDS = "milestone_before_validity_ends"
NOT_A_MICRO_ENTERPRISE = "not_a_micro_enterprise"
NOBODY_ACCEPTS = "nobody_accepts"
CONSUMER_CLIENT = "consumer_client"

MOST_FIRMS = 10
MICRO_STAFF_LIMIT = 10
"""A micro-enterprise has fewer people than this (Recommendation 2003/361)."""
STATUTORY_PAYMENT_DAYS = 30
"""The most a public buyer may take, and what businesses may go beyond only by express agreement (Act 30/2013)."""
CONTRACTORS_LIMIT = Decimal("9000.00")
"""A subcontract above this, without VAT, calls for the contractor's-obligations papers (Act 1233/2006)."""

_SATURDAY = 5


class CautionKind(StrEnum):
    """What a caution asks of the lead."""

    NOTE = "note"
    LEGAL_QUESTION = "legal_question"
    STOP = "stop"


Param = str | int | Decimal | date | tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Caution:
    """One thing to know, answer or mend. `path` is the place in the bid package; `params` are what a sentence names."""

    kind: CautionKind
    code: str
    params: Mapping[str, Param] = field(default_factory=dict)
    path: str = ""


def cautions(offer: JointOffer) -> tuple[Caution, ...]:
    """Every caution of an offer, stops first, then legal questions, then notes; lines not yet chosen are included."""
    found = [
        *_sellers_without_business_id(offer),
        *_firm_count(offer),
        *_rates(offer),
        *_travel_package(offer),
        *_competitors(offer),
        *_construction(offer),
        *_health_resold(offer),
        *_payment_days(offer),
        *_travel_margin_scheme(offer),
        *_reverse_charge_number(offer),
        *_invoicing_and_liability(offer),
        *_lead_outside_vat(offer),
        *_contractors_obligations(offer),
        *_milestones(offer),
        *_staff(offer),
        *_client(offer),
    ]
    order = [CautionKind.STOP, CautionKind.LEGAL_QUESTION, CautionKind.NOTE]
    return tuple(sorted(found, key=lambda caution: order.index(caution.kind)))


def _stop(code: str, path: str, **params: Param) -> Caution:
    return Caution(kind=CautionKind.STOP, code=code, params=params, path=path)


def _question(code: str, path: str, **params: Param) -> Caution:
    return Caution(kind=CautionKind.LEGAL_QUESTION, code=code, params=params, path=path)


def _note(code: str, path: str, **params: Param) -> Caution:
    return Caution(kind=CautionKind.NOTE, code=code, params=params, path=path)


@dataclass(frozen=True, kw_only=True)
class _Row:
    """A line with its owner and its place in the package."""

    line: Line
    part: OfferPart
    path: str

    @property
    def is_partners(self) -> bool:
        return self.part.role != Role.LEAD


def _rows(offer: JointOffer) -> Iterator[_Row]:
    for number, part in enumerate(offer.parts):
        for place, line in enumerate(part.lines):
            yield _Row(line=line, part=part, path=f"parts[{number}].lines[{place}]")


def _rows_of(offer: JointOffer, supplies: Iterable[Supply]) -> list[_Row]:
    wanted = frozenset(supplies)
    return [row for row in _rows(offer) if row.line.supply in wanted]


def _codes(rows: Iterable[_Row]) -> tuple[str, ...]:
    return tuple(row.line.code for row in rows)


def _sells_all(offer: JointOffer) -> bool:
    return offer.invoicing == Invoicing.LEAD


def _sellers_without_business_id(offer: JointOffer) -> Iterator[Caution]:
    for number, part in enumerate(offer.parts):
        sells = bool(part.lines) or (
            part.role == Role.LEAD and (_sells_all(offer) or offer.coordination_fee is not None)
        )
        if sells and part.firm.seller_business_id is None:
            yield _stop(SELLER_WITHOUT_BUSINESS_ID, f"parts[{number}].firm.business_id", firm=part.firm.name)


def _firm_count(offer: JointOffer) -> Iterator[Caution]:
    if len(offer.parts) > MOST_FIRMS:
        yield _stop(MORE_THAN_TEN_FIRMS, "parts", count=len(offer.parts))


def _rates(offer: JointOffer) -> Iterator[Caution]:
    for row in _rows(offer):
        period = offer.delivery_of(row.line)
        fault = vat.check_rate(row.line.vat.rate, period) if row.line.vat.rate is not None and period else None
        if fault is not None:
            day = fault.changes_on or fault.period.ends_on
            yield _stop(fault.code, f"{row.path}.vat", line=row.line.code, rate=fault.rate, day=day)


def _travel_package(offer: JointOffer) -> Iterator[Caution]:
    """Two kinds of travel service with an overnight: an overnight stay, or a journey that lasts over a night."""
    rows = _rows_of(offer, TRAVEL)
    kinds = {row.line.supply for row in rows}
    overnight = Supply.ACCOMMODATION in kinds or any(_lasts_over_a_night(offer.delivery_of(row.line)) for row in rows)
    if len(kinds) > 1 and overnight:
        yield _question(TRAVEL_PACKAGE, rows[0].path, lines=_codes(rows))


def _lasts_over_a_night(period: Period | None) -> bool:
    return period is not None and period.ends_on > period.starts_on


def _competitors(offer: JointOffer) -> Iterator[Caution]:
    firms_by_field: dict[str, list[str]] = {}
    for part in offer.parts:
        for business in sorted({business.casefold() for business in part.firm.fields}):
            firms_by_field.setdefault(business, []).append(part.firm.name)
    shared = {business: firms for business, firms in sorted(firms_by_field.items()) if len(firms) > 1}
    if shared:
        sharing = {name for firms in shared.values() for name in firms}
        firms = tuple(part.firm.name for part in offer.parts if part.firm.name in sharing)
        yield _question(COMPETITORS, "parts", firms=firms, fields=tuple(shared))


def _construction(offer: JointOffer) -> Iterator[Caution]:
    """Whether the buyer sells construction itself; where the lead sells all, both it and the client are buyers."""
    rows = _rows_of(offer, [Supply.CONSTRUCTION])
    taxed = [row for row in rows if row.line.vat.category == VatCategory.STANDARD]
    if taxed and offer.client.kind != ClientKind.CONSUMER:
        yield _question(CONSTRUCTION_REVERSE_CHARGE, taxed[0].path, lines=_codes(taxed))
    to_lead = [row for row in rows if row.is_partners and _sells_all(offer)]
    if to_lead:
        lead = offer.lead.firm.name
        yield _question(CONSTRUCTION_REVERSE_CHARGE_TO_LEAD, to_lead[0].path, lines=_codes(to_lead), firm=lead)


def _health_resold(offer: JointOffer) -> Iterator[Caution]:
    rows = [row for row in _rows_of(offer, [Supply.HEALTH]) if row.is_partners]
    if rows and _sells_all(offer):
        yield _question(HEALTH_RESOLD, rows[0].path, lines=_codes(rows))


def _payment_days(offer: JointOffer) -> Iterator[Caution]:
    if offer.payment_days <= STATUTORY_PAYMENT_DAYS:
        return
    if offer.client.kind == ClientKind.PUBLIC:
        yield _question(PUBLIC_PAYMENT_DAYS, "payment_days", days=offer.payment_days)
    elif offer.client.kind == ClientKind.BUSINESS:
        yield _note(LONG_PAYMENT_DAYS, "payment_days", days=offer.payment_days)


def _travel_margin_scheme(offer: JointOffer) -> Iterator[Caution]:
    rows = [row for row in _rows_of(offer, TRAVEL) if row.is_partners]
    if rows and _sells_all(offer):
        yield _note(TRAVEL_MARGIN_SCHEME, "invoicing", lines=_codes(rows))


def _reverse_charge_number(offer: JointOffer) -> Iterator[Caution]:
    rows = [row for row in _rows(offer) if row.line.vat.category == VatCategory.REVERSE]
    if rows and not offer.client.vat_number:
        yield _note(REVERSE_CHARGE_WITHOUT_VAT_NUMBER, "client.vat_number", lines=_codes(rows))


def _invoicing_and_liability(offer: JointOffer) -> Iterator[Caution]:
    if offer.invoicing == Invoicing.EACH and offer.liability == Liability.LEAD:
        yield _note(EACH_INVOICES_LEAD_ANSWERS, "liability")
    if offer.invoicing == Invoicing.LEAD and offer.liability == Liability.SEVERAL:
        yield _note(LEAD_INVOICES_EACH_ANSWERS, "liability")


def _lead_outside_vat(offer: JointOffer) -> Iterator[Caution]:
    partners_charge = any(part.firm.charges_vat for part in offer.parts if part.role != Role.LEAD and part.lines)
    if _sells_all(offer) and not offer.lead.firm.charges_vat and partners_charge:
        yield _note(LEAD_OUTSIDE_VAT, "invoicing", firm=offer.lead.firm.name)


def _contractors_obligations(offer: JointOffer) -> Iterator[Caution]:
    """Partners whose invoice to the lead, as the offer stands before the client chooses, is above the limit."""
    if not _sells_all(offer):
        return
    try:
        parts = totals(offer).parts
    except (ChoiceRefused, vat.NoRateKnown):
        # An offer that has no total yet has no subcontract price either; its own fault is shown where it was typed.
        return
    for number, (part, sums) in enumerate(zip(offer.parts, parts, strict=True)):
        if part.role != Role.LEAD and sums.net > CONTRACTORS_LIMIT:
            yield _note(CONTRACTORS_OBLIGATIONS, f"parts[{number}]", firm=part.firm.name, amount=sums.net)


def _milestones(offer: JointOffer) -> Iterator[Caution]:
    """The earliest step that begins while the offer may still be accepted, with the day an order must come by."""
    early = [
        (milestone.starts_on, number, milestone.name)
        for number, milestone in enumerate(offer.milestones)
        if milestone.starts_on <= offer.valid_until
    ]
    if early:
        starts_on, number, name = min(early)
        order_by = max(_working_day_before(starts_on), offer.issued_on)
        path = f"milestones[{number}]"
        yield _note(MILESTONE_BEFORE_VALIDITY_ENDS, path, milestone=name, starts_on=starts_on, order_by=order_by)


def _working_day_before(day: date) -> date:
    before = day - timedelta(days=1)
    while before.weekday() >= _SATURDAY:
        before -= timedelta(days=1)
    return before


def _staff(offer: JointOffer) -> Iterator[Caution]:
    for number, part in enumerate(offer.parts):
        if part.firm.staff is not None and part.firm.staff >= MICRO_STAFF_LIMIT:
            yield _note(
                NOT_A_MICRO_ENTERPRISE, f"parts[{number}].firm.staff", firm=part.firm.name, staff=part.firm.staff
            )


def _client(offer: JointOffer) -> Iterator[Caution]:
    if not any(contact.role == "accepts" for contact in offer.client.contacts):
        yield _note(NOBODY_ACCEPTS, "client.contacts")
    if offer.client.kind == ClientKind.CONSUMER:
        yield _note(CONSUMER_CLIENT, "client.kind")
