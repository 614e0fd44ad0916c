"""The schedule of an offer: its dated steps, and a chart of them when there are enough to need one."""

from datetime import date, timedelta

from django.utils.translation import gettext as _

from bids import formats
from bids.content import CLIENT, JointOffer, MilestoneCard
from bids.sheets import amounts
from bids.sheets.shape import Gantt, GanttBar, GanttTick, Step
from bids.vocabulary import Language

BARS_FROM = 5
"""From this many steps on a chart says more than the list alone."""

_WEEKS_AT_MOST = 14
_A_WEEK = timedelta(days=7)
_DECEMBER = 12


def steps(offer: JointOffer, language: Language) -> tuple[Step, ...]:
    """Every dated step in the order of its first day."""
    names = {part.key: part.firm.name for part in offer.parts} | {CLIENT: offer.client.name}
    by_id = {milestone.id: milestone for milestone in offer.milestones}
    return tuple(
        Step(
            id=milestone.id,
            name=milestone.name,
            starts_on=amounts.day(milestone.starts_on, language),
            ends_on=amounts.day(milestone.ends_on, language),
            days=formats.days(milestone.starts_on, milestone.ends_on, language),
            week=_week(milestone, language),
            owner=milestone.owner,
            owner_name=names.get(milestone.owner, ""),
            after=tuple(by_id[needed].name for needed in milestone.needs if needed in by_id),
            hands_over_to=names.get(milestone.hands_over_to, ""),
        )
        for milestone in _in_order(offer)
    )


def gantt(offer: JointOffer, language: Language) -> Gantt | None:
    """The chart, in percent of the time from the first week or month to the last; None for a short schedule."""
    milestones = _in_order(offer)
    if len(milestones) < BARS_FROM:
        return None
    first = min(milestone.starts_on for milestone in milestones)
    last = max(milestone.ends_on for milestone in milestones)
    by_weeks = (last - first) <= _WEEKS_AT_MOST * _A_WEEK
    start = first - timedelta(days=first.weekday()) if by_weeks else first.replace(day=1)
    end = last + timedelta(days=7 - last.weekday()) if by_weeks else _next_month(last)
    whole = (end - start).days

    def at(day: date) -> float:
        return round(100 * (day - start).days / whole, 3)

    bars = tuple(
        GanttBar(
            id=milestone.id,
            name=milestone.name,
            owner=milestone.owner,
            left=at(milestone.starts_on),
            width=round(at(milestone.ends_on + timedelta(days=1)) - at(milestone.starts_on), 3),
            days=formats.days(milestone.starts_on, milestone.ends_on, language),
        )
        for milestone in milestones
    )
    ticks = []
    day = start
    while day < end:
        label = formats.week(day, language) if by_weeks else f"{day.month}/{day.year}"
        ticks.append(GanttTick(left=at(day), label=label))
        day = day + _A_WEEK if by_weeks else _next_month(day)
    described = "; ".join(f"{bar.name} {bar.days}" for bar in bars)
    return Gantt(bars=bars, ticks=tuple(ticks), description=_("Schedule as a chart: %(steps)s") % {"steps": described})


def _in_order(offer: JointOffer) -> list[MilestoneCard]:
    return sorted(offer.milestones, key=lambda milestone: (milestone.starts_on, milestone.ends_on))


def _week(milestone: MilestoneCard, language: Language) -> str:
    if formats.is_whole_week(milestone.starts_on, milestone.ends_on):
        return formats.week(milestone.starts_on, language)
    return ""


def _next_month(day: date) -> date:
    return date(day.year + day.month // _DECEMBER, day.month % _DECEMBER + 1, 1)
