"""What waits for somebody, by when, and what went well, in words."""

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext as _

from bids import formats
from bids.queries.waiting import News, NewsKind, Waiting, WaitKind
from bids.sheets.offer_state import last_day
from bids.vocabulary import Language, LetterState
from kernel.clock import HELSINKI, helsinki_day


def what_waits(waiting: Waiting) -> str:
    """One short sentence: who wants what."""
    return _SENTENCES[waiting.kind](waiting)


def what_to_do(waiting: Waiting) -> str:
    """The words of the link that leads to it."""
    return {
        WaitKind.REQUEST: _("Answer"),
        WaitKind.OK_AGAIN: _("See what changed"),
        WaitKind.TOLD_PRICE: _("Confirm the price"),
        WaitKind.SUGGESTION: _("See the suggestion"),
        WaitKind.QUESTION: _("Write the answer"),
        WaitKind.DRAFT: _("Look it through and release it"),
        WaitKind.WISH: _("Look at the wish"),
        WaitKind.OBJECTION: _("Clear it up"),
        WaitKind.COUNTER_OFFER: _("Answer with a new version"),
        WaitKind.CHANGE_NO: _("Decide what now"),
        WaitKind.CHANGE_EXPIRED: _("Decide what now"),
        WaitKind.NO: _("Decide what now"),
        WaitKind.CALL: _("Type the price told"),
        WaitKind.SILENT: _("Remind, call or do without"),
        WaitKind.LETTER: _("See the letter"),
        WaitKind.PAPER: _("See the answer"),
        WaitKind.READY: _("Look through and send"),
        WaitKind.VALIDITY: _("Give more time"),
        WaitKind.MORE_TIME: _("Look through and send"),
        WaitKind.MEETING: _("Open the note"),
    }[waiting.kind]


def when(until: datetime | None, now: datetime, language: Language) -> str:
    """By when, seen from now: today with its hour, tomorrow, a day, or late; empty where nobody has said."""
    if until is None:
        return ""
    day, today = last_day(until), helsinki_day(now)
    if until <= now:
        return _("late since %(day)s") % {"day": formats.day(day, language)}
    at_midnight = helsinki_day(until) != day
    if day == today:
        return _("today") if at_midnight else _("today at %(time)s") % {"time": hour(until, language)}
    if day.toordinal() == today.toordinal() + 1:
        return _("tomorrow")
    return _("by %(day)s") % {"day": formats.day(day, language)}


def glad_of(news: News, language: Language) -> str:
    """The line of good news."""
    match news.kind:
        case NewsKind.ACCEPTED:
            return _("%(client)s said yes to %(title)s.") % {"title": news.title, "client": news.client}
        case NewsKind.SENT:
            return _("%(title)s went to %(client)s on %(day)s.") % {
                "title": news.title,
                "client": news.client,
                "day": formats.day(helsinki_day(news.at), language),
            }
        case NewsKind.EVERYBODY:
            return _("Everybody is in: %(firms)s join you in %(title)s.") % {
                "firms": and_joined(news.firms),
                "title": news.title,
            }


def and_joined(names: tuple[str, ...]) -> str:
    """Names as one says them: a, b and c."""
    if len(names) < 2:  # noqa: PLR2004 - one name needs no and
        return "".join(names)
    return _("%(several)s and %(last)s") % {"several": ", ".join(names[:-1]), "last": names[-1]}


def _who(waiting: Waiting) -> str:
    return ", ".join(name for name in (waiting.person, waiting.firm) if name)


def _letter(waiting: Waiting) -> str:
    if waiting.text == LetterState.BOUNCED.value:
        return _("The letter to %(who)s came back.") % {"who": waiting.person or waiting.firm}
    return _("Nobody knows whether the letter to %(who)s went.") % {"who": waiting.person or waiting.firm}


_SENTENCES: dict[WaitKind, Callable[[Waiting], str]] = {
    WaitKind.REQUEST: lambda one: _("%(who)s asks for your price.") % {"who": _who(one)},
    WaitKind.OK_AGAIN: lambda one: _("Something changed for you: %(who)s needs your OK again.") % {"who": _who(one)},
    WaitKind.TOLD_PRICE: lambda one: _("%(who)s wrote down the price you told. Is it right?") % {"who": _who(one)},
    WaitKind.SUGGESTION: lambda one: _("%(who)s suggests a change to your part.") % {"who": _who(one)},
    WaitKind.QUESTION: lambda one: _("%(who)s asks about the offer.") % {"who": one.firm},
    WaitKind.DRAFT: lambda one: _("%(who)s has drafted an answer to the client.") % {"who": one.firm},
    WaitKind.WISH: lambda one: _("%(who)s wishes for a change.") % {"who": one.firm},
    WaitKind.OBJECTION: lambda one: _("%(who)s says that the answer written down is not so.") % {"who": one.firm},
    WaitKind.COUNTER_OFFER: lambda one: _("%(who)s made a new offer in answer to yours.") % {"who": one.firm},
    WaitKind.CHANGE_NO: lambda one: (
        _("%(who)s said no to change %(number)s. What was agreed stands.") % {"who": one.firm, "number": one.text}
    ),
    WaitKind.CHANGE_EXPIRED: lambda one: (
        _("%(who)s has not answered change %(number)s in time. What was agreed stands.")
        % {"who": one.firm, "number": one.text}
    ),
    WaitKind.NO: lambda one: _("%(who)s cannot join this time.") % {"who": one.firm},
    WaitKind.CALL: lambda one: _("%(who)s asks you to call.") % {"who": _who(one)},
    WaitKind.SILENT: lambda one: _("%(who)s has not answered.") % {"who": one.firm},
    WaitKind.LETTER: _letter,
    WaitKind.PAPER: lambda _one: _(
        "A paper of the client's yes could not be drawn. It is tried again by itself; if this stays, tell support."
    ),
    WaitKind.READY: lambda _one: _("Everybody is in: the offer can go out."),
    WaitKind.VALIDITY: lambda _one: _("The client has few days left to say yes."),
    WaitKind.MORE_TIME: lambda _one: _("Every firm has said OK to more time: send it to the client."),
    WaitKind.MEETING: lambda one: one.text,
}


def hour(instant: datetime, language: Language) -> str:
    """The time of day in Helsinki, as one writes it: 7.59, in English 07:59."""
    here = instant.astimezone(HELSINKI)
    return f"{here:%H:%M}" if language == Language.EN else f"{here.hour}.{here:%M}"
