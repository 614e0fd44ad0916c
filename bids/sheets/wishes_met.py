"""What an offer as it is now does about a client's wish, beside the version that was wished about."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from bids import formats
from bids.choosing import counted_lines
from bids.content import NOTHING_CHOSEN, JointOffer
from bids.models import ChangeRequest
from bids.pricing import ChoiceRefused, priced_lines, totals
from bids.sheets.places import place_at
from bids.vat import NoRateKnown
from bids.vocabulary import Language, PlaceKind, PriceBasis, WishKind


def what_is_done(wish: ChangeRequest, then: JointOffer, now: JointOffer) -> str:
    """What the offer does about the wish, in one sentence of the active language; empty where it does nothing.

    `then` is the offer of the version that was wished about. What somebody wishes in words of their own only a person
    can see answered, so of that it is always empty.
    """
    try:
        match WishKind(wish.kind):
            case WishKind.WITHOUT_LINE:
                return _without(wish.line, then, now)
            case WishKind.LATER:
                return _later(then, now)
            case WishKind.PRICE_WISH:
                return _row_cheaper(wish.line, then, now) if wish.line else _cheaper(wish, then, now)
            case WishKind.OTHER:
                return ""
    except (ChoiceRefused, NoRateKnown):
        return ""


def _without(code: str, then: JointOffer, now: JointOffer) -> str:
    said = {"row": place_at(then, PlaceKind.LINE, code).words}
    if all(line.code != code for line in now.lines):
        return _("Row %(row)s is no longer in it.") % said
    if _counts(code, then) and not _counts(code, now):
        return _("Row %(row)s now counts only if the client chooses it.") % said
    return ""


def _later(then: JointOffer, now: JointOffer) -> str:
    by_days = {(after - before).days for before, after in _days(then, now)}
    if not by_days or max(by_days) <= 0:
        return ""
    if len(by_days) == 1:
        (days,) = by_days
        said = ngettext("Everything is %(days)s day later.", "Everything is %(days)s days later.", days)
        return said % {"days": days}
    return _("Some of the days are later, by %(days)s days at most.") % {"days": max(by_days)}


def _row_cheaper(code: str, then: JointOffer, now: JointOffer) -> str:
    gone = _without(code, then, now)
    if gone:
        return gone
    before, after = priced_lines(then).get(code), priced_lines(now).get(code)
    if before is None or after is None or after.net >= before.net:
        return ""
    return _("Row %(row)s was %(before)s and is now %(after)s (excl. VAT).") % {
        "row": place_at(then, PlaceKind.LINE, code).words,
        "before": _money(before.net),
        "after": _money(after.net),
    }


def _cheaper(wish: ChangeRequest, then: JointOffer, now: JointOffer) -> str:
    sums = totals(then), totals(now)
    is_net = wish.basis == PriceBasis.NET
    before, after = ((one.net if is_net else one.gross) for one in sums)
    if after >= before:
        return ""
    vat = _("excl. VAT") if is_net else _("incl. VAT")
    return _("The whole was %(before)s and is now %(after)s (%(vat)s).") % {
        "before": _money(before),
        "after": _money(after),
        "vat": vat,
    }


def _counts(code: str, offer: JointOffer) -> bool:
    return any(line.code == code for line in counted_lines(offer, NOTHING_CHOSEN))


def _days(then: JointOffer, now: JointOffer) -> Iterator[tuple[date, date]]:
    """Every day that both offers name for the same thing: when the work is, each step, each row."""
    if then.delivery and now.delivery:
        yield then.delivery.starts_on, now.delivery.starts_on
        yield then.delivery.ends_on, now.delivery.ends_on
    steps = {step.id: step for step in then.milestones}
    for step in now.milestones:
        if step.id in steps:
            yield steps[step.id].starts_on, step.starts_on
            yield steps[step.id].ends_on, step.ends_on
    rows = {line.code: line.delivered for line in then.lines}
    for line in now.lines:
        before = rows.get(line.code)
        if before and line.delivered:
            yield before.starts_on, line.delivered.starts_on
            yield before.ends_on, line.delivered.ends_on


def _money(value: Decimal) -> str:
    return formats.money(value, Language((get_language() or Language.FI)[:2]))
