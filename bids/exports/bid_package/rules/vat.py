"""The VAT of each line: a rate in force when it is delivered, or the reason why none is charged."""

from decimal import Decimal

from bids import vat
from bids.exports.bid_package.faults import Findings
from bids.exports.bid_package.rules.days import delivery_of
from bids.exports.bid_package.rules.tree import lines_of
from bids.exports.bid_package.shapes import Node
from bids.exports.bid_package.vat_word import VatWord
from bids.vocabulary import VatCategory


def rates_are_in_force(offer: Node, findings: Findings) -> None:
    """A rate holds on every day of delivery; a rate left out becomes the general rate of the last one."""
    for line in lines_of(offer):
        period = delivery_of(line, offer)
        said = line.get("vat")
        if period is None or said is None or isinstance(said, VatCategory):
            continue
        rate = said if isinstance(said, Decimal) else vat.general_rate(period.ends_on)
        line.values["vat"] = rate
        fault = vat.check_rate(rate, period)
        if fault is None:
            continue
        findings.add(
            line.at("vat"),
            f"vat_{fault.code}",
            rate=_plain(rate),
            day=period.ends_on.isoformat(),
            rates=", ".join(_plain(known) for known in fault.rates_on_last_day),
            changes=(fault.changes_on or period.ends_on).isoformat(),
        )


def reasons_stand_where_no_vat_is_charged(offer: Node, findings: Findings) -> None:
    """zero, exempt and reverse give their reason; a rate gives none."""
    for line in lines_of(offer):
        said, reason = line.get("vat"), line.get("vat_reason")
        if said is None or reason is None:
            continue
        if isinstance(said, VatCategory) and not reason:
            findings.add(line.at("vat_reason"), "vat_reason_missing", value=str(VatWord().write(said)))
        elif not isinstance(said, VatCategory) and reason:
            findings.add(line.at("vat_reason"), "vat_reason_unneeded", value=reason)


def _plain(rate: Decimal) -> str:
    return str(VatWord().write(rate))
