"""A firm's days after the client's yes, as a calendar file: its steps, hand-overs, deliveries and days to invoice."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import override

from bids import formats
from bids.calendar_file import DayEvent, calendar_file
from bids.content import CLIENT, MilestoneCard
from bids.exports.own_work import OwnWork
from bids.vocabulary import Language
from kernel.markdown import to_plain


def own_calendar(work: OwnWork, language: Language) -> bytes:
    """The days as a file: the same bytes as long as the same is agreed. A later version raises every event's sequence.

    The name of the offer stands in every event, so that it is known among others; no sum does.
    """
    revision = work.agreed.revision
    with override(language.value):
        events = tuple(_events(work))
    return calendar_file(
        events,
        about=work.agreed.decision.bid.public_id,
        title=f"{work.offer.title} ({work.offer.number})",
        as_of=revision.frozen_at,
        sequence=revision.number,
    )


def _events(work: OwnWork) -> Iterator[DayEvent]:
    title = work.offer.title
    for step in work.own_steps:
        yield _step(work, step, f"{step.name} – {title}", f"step/{step.id}", first=True)
    for step in work.given:
        said = _("Hand over to %(taker)s: %(step)s") % {"taker": name_of(work, step.hands_over_to), "step": step.name}
        yield _step(work, step, f"{said} – {title}", f"gives/{step.id}")
    for step in work.received_steps:
        said = _("%(giver)s hands over to you: %(step)s") % {"giver": name_of(work, step.owner), "step": step.name}
        yield _step(work, step, f"{said} – {title}", f"gets/{step.id}")
    for period, lines in work.deliveries:
        rows = "\n".join(" ".join(to_plain(line.text).split()) for line in lines)
        yield DayEvent(
            name=f"{work.key}/delivery/{min(line.code for line in lines)}",
            title=f"{_('Delivery')} – {title}",
            starts_on=period.starts_on,
            ends_on=period.ends_on,
            description=rows,
        )
    for one in work.invoices:
        if one.day is not None and one.mark is None and one.due.gross:
            to = name_of(work, one.due.buyer)
            days = _("%(days)s days net") % {"days": work.offer.payment_days}
            yield DayEvent(
                name=f"{work.key}/invoice/{one.due.number}",
                title=f"{_('Invoice %(buyer)s') % {'buyer': to}} – {title}",
                starts_on=one.day,
                ends_on=one.day,
                description=days,
            )


def name_of(work: OwnWork, key: str) -> str:
    """The name of a firm of the offer, or the client's."""
    if key == CLIENT:
        return work.offer.client.name
    return next((part.firm.name for part in work.offer.parts if part.key == key), formats.EN_DASH)


def _step(work: OwnWork, step: MilestoneCard, title: str, name: str, *, first: bool = False) -> DayEvent:
    """A step on all of its days, or a hand-over on its last one."""
    return DayEvent(
        name=f"{work.key}/{name}",
        title=title,
        starts_on=step.starts_on if first else step.ends_on,
        ends_on=step.ends_on,
    )
