"""The page of a firm's work in words: what it does, when, what it invoices whom, and how the whole stands."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from bids import formats
from bids.content import CLIENT, Contact, Line, MilestoneCard
from bids.exports.invoice_rows import Facts, facts_of, row_text, row_unit, rows_to_copy, vat_rate_of
from bids.exports.own_calendar import name_of
from bids.exports.own_work import DoneBefore, Marked, OwnWork, part_of
from bids.promises import frame_promise, without_total
from bids.reference_number import in_fives, international, reference_for
from bids.settlement import BY_ACTUAL, InvoiceRow, Use, billable, cap_of, use_of
from bids.sheets.rules_of_the_game import Rule, rules_of_the_game
from bids.units import unit_name
from bids.vat import vat_wording
from bids.vocabulary import Invoicing, Language, LinePricing, PriceBasis
from bids.web.edit_fields import day_as_typed, number_as_typed
from kernel.clock import helsinki_day

_SAID_ALREADY = frozenset({"validity", "payment_plan"})
"""Rules that stand elsewhere on the page, or are over once the client has said yes."""


@dataclass(frozen=True, kw_only=True)
class Places:
    """Addresses around one page: its own, where one goes back, and where one proves who one is, if one has to.

    `traps` says that programs that follow mailed links come here too.
    """

    here: str
    back: str
    prove: str = ""
    traps: bool = False


@dataclass(frozen=True, kw_only=True)
class WorkRow:
    """One own row that counts."""

    code: str
    text: str
    amount: str
    price: str
    net: str
    vat: str
    when: str


@dataclass(frozen=True, kw_only=True)
class DayRow:
    """One dated thing: when, what, and with whom."""

    when: str
    what: str
    with_whom: str = ""
    is_mine: bool = True


@dataclass(frozen=True, kw_only=True)
class BilledRow:
    """One row of an invoice as printed."""

    text: str
    amount: str
    net: str
    rate: str
    vat: str
    gross: str


@dataclass(frozen=True, kw_only=True)
class InvoiceCard:
    """One invoice: what it is, what it comes to, whether it has been sent, and its rows to copy."""

    number: int
    of: int
    seller: str
    seller_key: str
    name: str
    facts: Facts
    net: str
    vat: str
    gross: str
    is_credit: bool
    when: str
    rows: tuple[BilledRow, ...]
    notes: tuple[str, ...]
    to_copy: str
    marked_on: str
    marked_by_number: str
    reference: str
    due_on: str
    marked_gross: str
    left: str
    pays_back: str
    is_due: bool
    is_estimated: bool
    has_vat: bool

    @property
    def number_text(self) -> str:
        """The number as a form names it."""
        return str(self.number)


@dataclass(frozen=True, kw_only=True)
class HoursRow:
    """One row that is invoiced by what it turns out to be."""

    code: str
    firm: str
    text: str
    unit: str
    estimate: str
    cap: str
    actual: str
    typed: str
    sequence: int
    use: str
    sentence: str
    in_short: str


@dataclass(frozen=True, kw_only=True)
class FirmStanding:
    """One firm as the lead sees it: whether it is done and has invoiced. One that is gone is not waited for."""

    key: str
    name: str
    does_nothing: bool
    is_gone: bool
    is_out: bool
    done_on: str
    done_before: str
    invoices: tuple[InvoiceCard, ...]
    hours: tuple[HoursRow, ...]

    @property
    def has_invoiced(self) -> bool:
        """Whether every invoice of the firm has been sent, for what it comes to now."""
        return not any(one.is_due for one in self.invoices)

    @property
    def is_waited_for(self) -> bool:
        """Whether it has still something to do or to invoice."""
        return not self.is_gone and not ((self.done_on or self.does_nothing) and self.has_invoiced)


def page_of_work(work: OwnWork, language: Language, *, today: date) -> dict[str, Any]:
    """Everything the page says, in the active language."""
    offer = work.offer
    cards = tuple(_card(work, one, language) for one in work.invoices if one.due.rows or one.mark)
    own_done, own_before = work.done.get(work.key), work.done_before.get(work.key)
    page = {
        "work": work,
        "title": offer.title,
        "number": offer.number,
        "client": offer.client.name,
        "firm": work.part.firm.name,
        "is_lead": work.leads,
        "agreed_on": formats.day(helsinki_day(work.agreed.decision.decided_at), language),
        "version": work.agreed.revision.number,
        "change": work.agreed.revision.change,
        "rows": tuple(_row(work, line, language) for line in work.part.lines),
        "row_notes": _vat_notes(work, language),
        "days": _day_rows(work, language),
        "invoices": cards,
        "sells_to": name_of(work, work.sells_to),
        "sells_to_client": work.sells_to == CLIENT,
        "payment": _("%(days)s days net") % {"days": offer.payment_days},
        "hours": tuple(_hours(work, line, language) for line in work.by_actual),
        "client_people": _people(offer.client.contacts) if work.seen.eyes.sees_client_contact else (),
        "lead_people": _people((card,)) if (card := offer.lead.firm.contact) and not work.leads else (),
        "lead_name": offer.lead.firm.name,
        "rules": _rules(work, language),
        "done_on": formats.day(helsinki_day(own_done.done_at), language) if own_done else "",
        "is_out": work.key in work.out,
        "done_before": _said_before(own_before, language),
        "today_typed": day_as_typed(today, language),
    }
    if work.reads_all:
        firms = _firms(work, language)
        page |= {
            "firms": firms,
            "all_done": not any(one.is_waited_for for one in firms),
            "total": formats.money(work.agreed.sums.gross, language),
        }
    return page


def _row(work: OwnWork, line: Line, language: Language) -> WorkRow:
    priced = work.priced[line.code]
    count = formats.quantity(line.quantity, language)
    price = formats.price(line.unit_price, language)
    if line.price_basis == PriceBasis.GROSS:
        price = _("%(price)s incl. VAT") % {"price": price}
    if line.discount_percent:
        price = f"{price}, {formats.MINUS}{formats.percent(line.discount_percent, language)}"
    period = line.delivered
    return WorkRow(
        code=line.code,
        text=line.text,
        amount=f"{count}{formats.NBSP}{unit_name(line.unit, language, line.quantity)}",
        price=price,
        net=formats.money(priced.net, language),
        vat=_rate(priced.category.value, priced.rate, language),
        when=formats.days(period.starts_on, period.ends_on, language) if period else "",
    )


def _rate(category: str, rate: Decimal | None, language: Language) -> str:
    if category == "S" and rate is not None:
        return formats.percent(rate, language)
    named = {"O": _("no VAT"), "E": _("exempt"), "AE": _("reverse charge")}
    return named.get(category, formats.percent(Decimal(0), language))


def _vat_notes(work: OwnWork, language: Language) -> tuple[str, ...]:
    priced = (work.priced[line.code] for line in work.part.lines)
    return tuple(dict.fromkeys(note for one in priced if (note := vat_wording(one.category, one.reason, language))))


def _day_rows(work: OwnWork, language: Language) -> tuple[DayRow, ...]:
    """Deliveries, own steps and what others hand over, the earliest first."""
    found: list[tuple[date, DayRow]] = []
    whole = len(work.deliveries) == 1
    for period, lines in work.deliveries:
        what = _("Delivery") if whole else f"{_('Delivery')}: {', '.join(line.code for line in lines)}"
        when = formats.days(period.starts_on, period.ends_on, language)
        found.append((period.starts_on, DayRow(when=when, what=what)))
    for step in work.own_steps:
        taker = name_of(work, step.hands_over_to) if step.hands_over_to else ""
        with_whom = _("You hand it over to %(taker)s") % {"taker": taker} if taker else ""
        found.append((step.starts_on, DayRow(when=_when(step, language), what=step.name, with_whom=with_whom)))
    for step in work.received_steps:
        giver = _("%(giver)s hands it over to you") % {"giver": name_of(work, step.owner)}
        row = DayRow(when=_when(step, language), what=step.name, with_whom=giver, is_mine=False)
        found.append((step.starts_on, row))
    return tuple(row for _day, row in sorted(found, key=lambda one: one[0]))


def _when(step: MilestoneCard, language: Language) -> str:
    return formats.days(step.starts_on, step.ends_on, language)


def _card(work: OwnWork, one: Marked, language: Language) -> InvoiceCard:
    due, mark = one.due, one.mark
    offer = work.offer
    base = reference_for(mark.invoice_number) if mark is not None else None
    due_on = one.due_on(offer.payment_days)
    sells_all = due.buyer == CLIENT and offer.invoicing == Invoicing.LEAD
    sold = offer.lines if sells_all else part_of(offer, due.seller).lines
    return InvoiceCard(
        number=due.number,
        of=due.of,
        seller=part_of(offer, due.seller).firm.name,
        seller_key=due.seller,
        name=due.name,
        facts=facts_of(offer, due, language),
        net=formats.money(due.net, language),
        vat=formats.money(due.vat, language),
        gross=formats.money(due.gross, language),
        is_credit=due.is_credit,
        when=formats.day(one.day, language) if one.day is not None else "",
        rows=tuple(_billed(row, work, language) for row in due.rows),
        notes=tuple(
            dict.fromkeys(note for row in due.rows if (note := vat_wording(row.category, row.reason, language)))
        ),
        to_copy=rows_to_copy(work, due, language),
        marked_on=formats.day(mark.invoiced_on, language) if mark is not None else "",
        marked_by_number=mark.invoice_number if mark is not None else "",
        reference=f"{in_fives(base)} ({international(base)})" if base else "",
        due_on=formats.day(due_on, language) if due_on is not None else "",
        marked_gross=formats.money(mark.gross, language) if mark is not None else "",
        left=formats.signed_money(one.left, language) if one.is_other_than_marked else "",
        pays_back=formats.money(-one.left, language) if one.is_other_than_marked and one.left < 0 else "",
        is_due=bool(one.left),
        is_estimated=due.is_last and any(line.pricing in BY_ACTUAL and line.code not in work.reported for line in sold),
        has_vat=bool(due.vat),
    )


def _billed(row: InvoiceRow, work: OwnWork, language: Language) -> BilledRow:
    count = formats.quantity(row.quantity, language)
    price = formats.money(row.unit_price, language) if row.unit_price < 0 else formats.price(row.unit_price, language)
    amount = f"{count}{formats.NBSP}{row_unit(row, language)} × {price}"
    if row.discount_percent:
        amount = f"{amount} {formats.MINUS}{formats.percent(row.discount_percent, language)}"
    return BilledRow(
        text=row_text(row, work.offer, language),
        amount=amount,
        net=formats.money(row.net, language),
        rate=vat_rate_of(row, language),
        vat=formats.money(row.vat, language),
        gross=formats.money(row.gross, language),
    )


def _hours(work: OwnWork, line: Line, language: Language) -> HoursRow:
    known = work.reported.get(line.code)
    capped = line.pricing == LinePricing.CAP
    most = cap_of(line) if capped else line.quantity

    def counted(value: Decimal) -> str:
        return f"{formats.quantity(value, language)}{formats.NBSP}{unit_name(line.unit, language, value)}"

    return HoursRow(
        code=line.code,
        firm=work.offer.part_of(line.code).key,
        text=line.text,
        unit=unit_name(line.unit, language, Decimal(2)),
        estimate=counted(line.quantity),
        cap=counted(most) if capped else "",
        actual=counted(known.quantity) if known else "",
        typed=number_as_typed(known.quantity, language) if known else "",
        sequence=known.sequence if known else 0,
        use=use_of(line, known.quantity).value if known else "",
        sentence=_use_sentence(line, known.quantity, counted) if known else "",
        in_short=_in_short(use_of(line, known.quantity)) if known else "",
    )


def _in_short(use: Use) -> str:
    return {
        Use.OVER_CAP: _("over the cap"),
        Use.NEAR_CAP: _("near the cap"),
        Use.OVER_ESTIMATE: _("more than the estimate"),
    }.get(use, "")


def _use_sentence(line: Line, actual: Decimal, counted: Any) -> str:
    match use_of(line, actual):
        case Use.OVER_CAP:
            over = actual - cap_of(line)
            said = _(
                "The cap is reached: %(billed)s is invoiced, %(over)s is not. Agree on more with the client first."
            )
            return said % {"billed": counted(billable(line, actual)), "over": counted(over)}
        case Use.NEAR_CAP:
            left = cap_of(line) - actual
            said = _("%(left)s is left to the cap. If it will not do, say so now: nothing above the cap is invoiced.")
            return said % {"left": counted(left)}
        case Use.OVER_ESTIMATE:
            said = _("More than the estimate: %(actual)s is invoiced. Tell the client before it grows further.")
            return said % {"actual": counted(actual)}
        case Use.WITHIN:
            return ""


def _people(contacts: Iterable[Contact]) -> tuple[dict[str, str], ...]:
    return tuple(
        {
            "name": one.name,
            "email": one.email,
            "phone": formats.phone(one.phone) if one.phone else "",
            "phone_link": formats.phone_link(one.phone) if one.phone else "",
        }
        for one in contacts
    )


def _rules(work: OwnWork, language: Language) -> tuple[Rule, ...]:
    """The rules of the game as they were agreed, but for what is over or stands above."""
    if work.key in work.out:
        return ()
    within = tuple(part for part in work.offer.parts if part.key not in work.out)
    frame = frame_promise(replace(work.offer, parts=within), work.key)
    rules = rules_of_the_game(
        without_total(frame), lead=work.offer.lead.firm.name, language=language, is_lead=work.leads
    )
    return tuple(rule for rule in rules if rule.key not in _SAID_ALREADY)


def _said_before(word: DoneBefore | None, language: Language) -> str:
    """When the part was said to be done, where a change has brought more since; else empty."""
    if word is None:
        return ""
    day = formats.day(helsinki_day(word.said.done_at), language)
    return _("done %(day)s, before change %(number)s") % {"day": day, "number": word.change}


def _firms(work: OwnWork, language: Language) -> tuple[FirmStanding, ...]:
    cards: dict[str, list[InvoiceCard]] = {}
    change = work.agreed.version.change
    gone = change.gone if change else ()
    for one in work.settlement:
        cards.setdefault(one.due.seller, []).append(_card(work, one, language))
    return tuple(
        FirmStanding(
            key=part.key,
            name=part.firm.name,
            does_nothing=not part.lines,
            is_gone=part.key in gone,
            is_out=part.key in work.out,
            done_on=formats.day(helsinki_day(work.done[part.key].done_at), language) if part.key in work.done else "",
            done_before=_said_before(work.done_before.get(part.key), language),
            invoices=tuple(cards.get(part.key, ())),
            hours=tuple(
                _hours(work, line, language)
                for line in part.lines
                if line.pricing in BY_ACTUAL and line.code in work.reported
            ),
        )
        for part in work.offer.parts
        if part.lines or part.key in cards
    )
