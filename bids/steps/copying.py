"""What of an earlier offer goes into a new one: moved in time, without the firms left behind, at today's VAT rates."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from bids.content import JointOffer, Line, MilestoneCard, NamedChoice, Period
from bids.exports.bid_package import moved_by_weeks
from bids.steps.starting import NewOffer
from bids.vat import is_in_force, rate_of_same_kind
from bids.vocabulary import Role, VatCategory

DAYS = 7


@dataclass(frozen=True, kw_only=True)
class RateReplaced:
    """A line whose VAT rate is no longer in force when it is delivered; `new` is None when no rate took its place."""

    code: str
    old: Decimal
    new: Decimal | None


def moved(earlier: JointOffer, new: NewOffer) -> JointOffer:
    """The earlier offer with every day in it moved by whole weeks: to the new delivery, or else to the new sending."""
    if new.delivery is not None and earlier.delivery is not None:
        ahead = (new.delivery.ends_on - earlier.delivery.ends_on).days
    else:
        ahead = (new.leaves_on - earlier.issued_on).days
    # Rounded to whole weeks: what was on a Tuesday stays on a Tuesday.
    return moved_by_weeks(earlier, round(ahead / DAYS))


def moved_delivery(earlier: JointOffer, *, leaves_on: date) -> Period | None:
    """When the work would be ready if it took as long after the new sending as it took after the earlier one."""
    if earlier.delivery is None:
        return None
    ahead = timedelta(weeks=-(-(leaves_on - earlier.issued_on).days // DAYS))
    return Period(starts_on=earlier.delivery.starts_on + ahead, ends_on=earlier.delivery.ends_on + ahead)


def without_others(offer: JointOffer, keys: Collection[str]) -> JointOffer:
    """The offer with the lead and these firms; what hung on the others' rows is unhooked, and their words go."""
    parts = tuple(part for part in offer.parts if part.role is Role.LEAD or part.key in keys)
    named = {part.key for part in parts}
    gone_firms = {part.key for part in offer.parts} - named
    codes = {line.code for part in parts for line in part.lines}
    steps = {step.id for step in offer.milestones if step.owner not in gone_firms}
    kept = replace(
        offer,
        parts=tuple(replace(part, lines=tuple(_unhooked(line, codes) for line in part.lines)) for part in parts),
        sections=tuple(section for section in offer.sections if section.owner not in gone_firms),
        milestones=tuple(_step(step, steps, gone_firms) for step in offer.milestones if step.id in steps),
        packages=tuple(found for package in offer.packages if (found := _package(package, codes)) is not None),
    )
    return _with_defaults(kept)


def at_rates_in_force(offer: JointOffer, earlier: JointOffer) -> tuple[JointOffer, tuple[RateReplaced, ...]]:
    """The offer with every rate that is over replaced by what took its place, and which those were."""
    before = {line.code: _supplied_on(earlier, line) for line in earlier.lines}
    replaced: list[RateReplaced] = []
    parts = []
    for part in offer.parts:
        lines = []
        for line in part.lines:
            fault = _rate_over(offer, line, then=before.get(line.code, earlier.issued_on))
            if fault is not None:
                replaced.append(fault)
            lines.append(replace(line, vat=replace(line.vat, rate=fault.new)) if fault and fault.new else line)
        parts.append(replace(part, lines=tuple(lines)))
    return replace(offer, parts=tuple(parts)), tuple(replaced)


def _supplied_on(offer: JointOffer, line: Line) -> date:
    period = offer.delivery_of(line)
    return period.ends_on if period else offer.issued_on


def _rate_over(offer: JointOffer, line: Line, *, then: date) -> RateReplaced | None:
    if line.vat.category is not VatCategory.STANDARD or line.vat.rate is None:
        return None
    day = _supplied_on(offer, line)
    if is_in_force(line.vat.rate, day):
        return None
    new = rate_of_same_kind(line.vat.rate, then=then, now=day)
    return RateReplaced(code=line.code, old=line.vat.rate, new=new)


def _unhooked(line: Line, codes: Collection[str]) -> Line:
    """A line whose original is gone is something the client may add, never something already counted."""
    if line.replaces is None or line.replaces in codes:
        return line
    return replace(line, replaces=None, optional=True)


def _step(step: MilestoneCard, steps: Collection[str], gone: Collection[str]) -> MilestoneCard:
    return replace(
        step,
        needs=tuple(each for each in step.needs if each in steps),
        hands_over_to="" if step.hands_over_to in gone else step.hands_over_to,
    )


def _package(package: NamedChoice, codes: Collection[str]) -> NamedChoice | None:
    lines = tuple(code for code in package.lines if code in codes)
    return replace(package, lines=lines) if lines or not package.lines else None


def _with_defaults(offer: JointOffer) -> JointOffer:
    """A choice of one among several lines keeps one that counts; of a single line left nothing is to be chosen."""
    groups: dict[str, list[Line]] = {}
    for line in offer.lines:
        if line.group:
            groups.setdefault(line.group, []).append(line)
    changed: dict[str, Line] = {}
    for lines in groups.values():
        if len(lines) == 1:
            changed[lines[0].code] = replace(lines[0], group=None, default=False)
        elif not any(line.default for line in lines):
            changed[lines[0].code] = replace(lines[0], default=True)
    return replace(
        offer,
        parts=tuple(
            replace(part, lines=tuple(changed.get(line.code, line) for line in part.lines)) for part in offer.parts
        ),
    )
