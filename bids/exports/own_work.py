"""One firm's work after the client's yes: what it does, when, and what it invoices whom, as far as its reader may see.

Everything is of the version that was agreed, never of rows that may have changed since.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from types import MappingProxyType

from bids.changing import sells_more
from bids.content import CLIENT, JointOffer, Line, MilestoneCard, OfferPart, Period
from bids.exports.agreed import Agreed, agreed, every_agreed
from bids.exports.version_sheet import intact
from bids.models import Bid, InvoiceMark, PartDone
from bids.pricing import priced_lines
from bids.queries.own_work import Reported, done_in, invoices_marked, marked_in, reported_in
from bids.settlement import BY_ACTUAL, DueInvoice, due_invoices, invoice_day, last_day_of
from bids.sums import PricedLine
from bids.visibility import Eyes, Seen, seen
from bids.vocabulary import Invoicing
from kernel.errors import NotVisible
from kernel.money import ZERO


@dataclass(frozen=True, kw_only=True)
class Marked:
    """One invoice, and its seller's word that it has been sent, where there is one."""

    due: DueInvoice
    mark: InvoiceMark | None
    day: date | None

    @property
    def is_other_than_marked(self) -> bool:
        """Whether it has come to another sum since it was sent."""
        return self.mark is not None and (self.mark.net, self.mark.vat) != (self.due.net, self.due.vat)

    @property
    def left(self) -> Decimal:
        """What its seller has still to invoice, with VAT; below zero it pays back."""
        return self.due.gross - (self.mark.gross if self.mark is not None else ZERO)

    def due_on(self, payment_days: int) -> date | None:
        """The last day to pay it, once it has been sent."""
        return None if self.mark is None else self.mark.invoiced_on + timedelta(days=payment_days)


@dataclass(frozen=True, kw_only=True)
class DoneBefore:
    """A firm's word that its part was done, said before the change of this number brought it more."""

    said: PartDone
    change: int


@dataclass(frozen=True, kw_only=True)
class OwnWork:
    """What was agreed, for one firm and these eyes. `offer` holds no figure that they may not read.

    `invoices` are the firm's own; `settlement` every firm's, for those who read what the lead reads, else empty. `done`
    are the parts that are done as they are agreed now, `done_before` those that were before a change brought them more.
    `out` are firms that a change has put out since they invoiced: of their parts in `offer` nothing is left.
    """

    key: str
    agreed: Agreed
    seen: Seen
    offer: JointOffer
    invoices: tuple[Marked, ...]
    received: tuple[Marked, ...]
    settlement: tuple[Marked, ...]
    reported: Mapping[str, Reported]
    done: Mapping[str, PartDone]
    done_before: Mapping[str, DoneBefore]
    out: frozenset[str]

    @property
    def part(self) -> OfferPart:
        """The firm's own part as it was agreed."""
        return part_of(self.offer, self.key)

    @property
    def leads(self) -> bool:
        """Whether it is the lead's."""
        return self.offer.lead.key == self.key

    @property
    def reads_all(self) -> bool:
        """Whether its reader sees who of the others invoices what, and who is done."""
        return self.seen.eyes.sees_lead_notes

    @property
    def by_actual(self) -> tuple[Line, ...]:
        """Own rows that are invoiced by what they turn out to be."""
        return tuple(line for line in self.part.lines if line.pricing in BY_ACTUAL)

    @property
    def priced(self) -> dict[str, PricedLine]:
        """Rows by code, priced as their seller sells them."""
        return priced_lines(self.offer)

    @property
    def sells_to(self) -> str:
        """Whom the firm invoices: the client, or the firm that leads."""
        sells_all = self.offer.invoicing == Invoicing.LEAD
        return self.offer.lead.key if sells_all and not self.leads else CLIENT

    @property
    def own_steps(self) -> tuple[MilestoneCard, ...]:
        """The firm's own dated steps, in their order."""
        return tuple(step for step in _in_order(self.offer) if step.owner == self.key)

    @property
    def given(self) -> tuple[MilestoneCard, ...]:
        """Own steps that are handed over to somebody."""
        return tuple(step for step in self.own_steps if step.hands_over_to)

    @property
    def received_steps(self) -> tuple[MilestoneCard, ...]:
        """Steps of others that are handed over to the firm."""
        return tuple(step for step in _in_order(self.offer) if step.hands_over_to == self.key)

    @property
    def deliveries(self) -> tuple[tuple[Period, tuple[Line, ...]], ...]:
        """When own rows are delivered, each period with its rows, the earliest first."""
        found: dict[Period, list[Line]] = {}
        for line in self.part.lines:
            period = self.offer.delivery_of(line)
            if period is not None:
                found.setdefault(period, []).append(line)
        return tuple((period, tuple(found[period])) for period in sorted(found, key=_days))

    @property
    def last_day(self) -> date | None:
        """The last day on which the firm delivers."""
        return last_day_of(self.offer, self.key)


def own_work(bid: Bid, key: str, *, eyes: Eyes) -> OwnWork:
    """The firm's work as it was agreed; `NotVisible` before the yes, for a firm not in it, and for other eyes."""
    what = agreed(bid)
    if what is None:
        raise NotVisible
    reads_all = eyes.sees_every_price and (eyes.sees_lead_notes or key == what.offer.lead.key)
    reported = reported_in(bid, None if reads_all else (key,))
    done = done_in(bid)
    before = _done_before(bid, what, done)
    out = _out(bid, what, None if reads_all else key)
    return work_in(
        what, key, eyes=eyes, reported=reported, marked=marked_in(bid), done=done, done_before=before, out=out
    )


def _out(bid: Bid, what: Agreed, key: str | None) -> tuple[OfferPart, ...]:
    """Bare parts of the firms, or of this one, that have invoiced and that a change has put out of what is agreed."""
    found: dict[str, OfferPart] = {}
    within = [part.key for part in what.offer.parts]
    for mark in invoices_marked(bid).exclude(part__key__in=within).order_by("marked_at"):
        firm = mark.part.key
        # Who has paid back and taken its mark away reads that; nobody else has to see it any more.
        if firm == key or (key is None and mark.undone_at is None):
            was = part_of(intact(mark.revision).offer, firm)
            found[firm] = OfferPart(key=firm, role=was.role, firm=was.firm)
    return tuple(found.values())


def _done_before(bid: Bid, what: Agreed, done: Mapping[str, PartDone]) -> dict[str, DoneBefore]:
    """The words that a part is done which a later change has overtaken: it has the firm sell more than it did then."""
    if not what.revision.change or not done:
        return {}
    chain = every_agreed(bid)
    found = {}
    for key, said in done.items():
        known = sum(each.decision.written_at <= said.done_at for each in chain) or 1
        then = chain[known - 1].offer
        if sells_more(then, what.offer, key):
            change = next(each.revision.change for each in chain[known:] if sells_more(then, each.offer, key))
            found[key] = DoneBefore(said=said, change=change)
    return found


def work_in(
    what: Agreed,
    key: str,
    *,
    eyes: Eyes,
    reported: Mapping[tuple[str, str], Reported],
    marked: Mapping[tuple[str, int], InvoiceMark],
    done: Mapping[str, PartDone],
    done_before: Mapping[str, DoneBefore] = MappingProxyType({}),
    out: tuple[OfferPart, ...] = (),
) -> OwnWork:
    """The firm's work in what was agreed, with what has been said of it; `NotVisible` for a firm that is not in it.

    Of the reports only those of whoever does the row now count. `out` are bare parts of firms that are in it no more.
    """
    offer = replace(what.offer, parts=(*what.offer.parts, *out))
    if eyes.key != key or all(part.key != key for part in offer.parts):
        raise NotVisible
    known = _seen(what, offer, eyes)
    if not eyes.sees_every_price:
        offer = known.offer
    # What a discount is called, and its percentage, is no more than a firm's own share of it tells.
    billed = replace(offer, discount=what.offer.discount)
    doers = {(part.key, line.code) for part in what.offer.parts for line in part.lines}
    counts = {code: one for (doer, code), one in reported.items() if (doer, code) in doers}
    settled = _due(billed, known, counts, () if eyes.sees_lead_notes else (key,))
    settled += _paid_back(offer, settled, marked, {part.key for part in offer.parts} if eyes.sees_lead_notes else {key})
    told = {part.key for part in offer.parts} if eyes.sees_lead_notes else {key}
    rows = tuple(
        Marked(due=due, mark=marked.get((due.seller, due.number)), day=invoice_day(offer, due)) for due in settled
    )
    return OwnWork(
        key=key,
        agreed=what,
        seen=known,
        offer=offer,
        invoices=tuple(row for row in rows if row.due.seller == key),
        received=tuple(row for row in rows if row.due.buyer == key),
        settlement=rows if eyes.sees_lead_notes else (),
        reported=counts,
        done={own: row for own, row in done.items() if own in told and own not in done_before},
        out=frozenset(part.key for part in out),
        done_before={own: row for own, row in done_before.items() if own in told},
    )


def part_of(offer: JointOffer, key: str) -> OfferPart:
    """The part of a key."""
    return next(part for part in offer.parts if part.key == key)


def _seen(what: Agreed, offer: JointOffer, eyes: Eyes) -> Seen:
    """The sums of what was agreed, as `offer` says it; for eyes that see not every price, as if it had been offered so.

    What a firm gets for what the client chose is its own to know, and there is nothing left to compare it with.
    """
    if eyes.sees_every_price:
        return seen(what.version.offer, eyes, what.choice)
    return seen(offer, eyes)


def _due(
    offer: JointOffer, known: Seen, reported: Mapping[str, Reported], only: tuple[str, ...]
) -> tuple[DueInvoice, ...]:
    settlement = [one for one in known.sums.settlement if not only or one.seller in only]
    discounts = {part.firm: part.discount for part in known.sums.parts if part.discount is not None}
    actual = {code: one.quantity for code, one in reported.items()}
    return due_invoices(offer, settlement, discounts, actual)


def _paid_back(
    offer: JointOffer, due: tuple[DueInvoice, ...], marked: Mapping[tuple[str, int], InvoiceMark], sellers: set[str]
) -> tuple[DueInvoice, ...]:
    """Invoices that were sent for what is agreed no longer: nothing stands in them, and their sellers pay them back."""
    known = {(one.seller, one.number) for one in due}
    lead = offer.lead.key
    return tuple(
        DueInvoice(
            seller=seller,
            buyer=lead if offer.invoicing == Invoicing.LEAD and seller != lead else CLIENT,
            number=number,
            of=max(number, len(offer.payment_plan)),
            rows=(),
        )
        for seller, number in sorted(marked)
        if seller in sellers and (seller, number) not in known
    )


def _in_order(offer: JointOffer) -> list[MilestoneCard]:
    return sorted(offer.milestones, key=lambda step: (step.starts_on, step.ends_on, step.id))


def _days(period: Period) -> tuple[date, date]:
    return (period.starts_on, period.ends_on)
