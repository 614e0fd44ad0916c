"""Promise an asked firm's reminders: few, by day, and none once they have answered or said stop."""

from datetime import datetime, time, timedelta
from typing import Final

from bids.models import Invitation, Letter
from bids.steps.letters import Recipient, write_letter
from bids.vocabulary import LetterKind
from kernel.clock import HELSINKI

AT_MOST: Final = 2
MORNING, EVENING = time(8), time(20)
APART: Final = timedelta(hours=4)
BEFORE_THE_END: Final = timedelta(hours=1)


def promise_reminders(invitation: Invitation, now: datetime) -> tuple[Letter, ...]:
    """Letters a third and two thirds into the time there is to answer; asked once more, new ones.

    Where there is no address, or no time by day with some hours between, there are fewer, or none.
    """
    to = Recipient(name=invitation.name, email=invitation.email, language=invitation.language)
    letters = [
        write_letter(
            LetterKind.REMINDER,
            to,
            about=invitation,
            key=f"{invitation.public_id}:{invitation.version}:{due.astimezone(HELSINKI):%Y-%m-%d-%H}",
            now=now,
            due=due,
            asked_for_the=invitation.version,
        )
        for due in reminder_times(now, invitation.answer_until)
    ]
    return tuple(letter for letter in letters if letter is not None)


def reminder_times(asked_at: datetime, answer_until: datetime) -> tuple[datetime, ...]:
    """When to remind: at most twice, between eight and twenty in Helsinki, hours apart from all else."""
    times: list[datetime] = []
    for third in range(1, AT_MOST + 1):
        due = by_day(asked_at + (answer_until - asked_at) * third / (AT_MOST + 1))
        earliest = (times[-1] if times else asked_at) + APART
        if earliest <= due <= answer_until - BEFORE_THE_END:
            times.append(due)
    return tuple(times)


def by_day(instant: datetime) -> datetime:
    """The instant itself when it lies in the Helsinki day, else the next morning at eight."""
    there = instant.astimezone(HELSINKI)
    if there.time() < MORNING:
        morning = there.date()
    elif there.time() >= EVENING:
        morning = there.date() + timedelta(days=1)
    else:
        return instant
    return datetime.combine(morning, MORNING, tzinfo=HELSINKI).astimezone(instant.tzinfo)
