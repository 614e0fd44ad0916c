"""How far a letter has come, in the reader's words; that it arrived is never claimed."""

import re
from datetime import datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as say

from bids import formats
from bids.queries.letters import Delivery
from bids.vocabulary import Language, LetterKind, LetterState
from kernel.clock import HELSINKI

CANCELLED_BECAUSE: Final[dict[str, Promise]] = {
    "answered": say("not sent: they had answered already"),
    "withdrawn": say("not sent: it was taken back"),
    "closed": say("not sent: the offer is closed"),
    "stopped": say("not sent: they want no reminders"),
    "asked anew": say("not sent: they were asked anew"),
    "too late": say("not sent: it would have come too late"),
}

NO_SUCH_ADDRESS: Final = re.compile(r"(?i)\b5\.1\.[0-3]\b|user unknown|no such (?:user|person|mailbox)|does not exist")
MAILBOX_FULL: Final = re.compile(r"(?i)\b5\.2\.2\b|mailbox (?:is )?full|over quota")
TAKEN_FOR_SPAM: Final = re.compile(r"(?i)\b5\.7\.\d+\b|spam|blocked|blacklist|policy")
NOT_WRITTEN: Final = "not-written"

ABOUT: Final[dict[LetterKind, Promise]] = {
    LetterKind.ASKED: say("Request"),
    LetterKind.REMINDER: say("Reminder"),
    LetterKind.LINK_RENEWED: say("New link"),
    LetterKind.CODE: say("Code"),
    LetterKind.PRICE_TOLD: say("Price told on the phone"),
    LetterKind.ASKED_AGAIN: say("Asked for an OK again"),
    LetterKind.CARRIED_OVER: say("A change that is not for the worse"),
    LetterKind.CHANGES_TOLD: say("What changed"),
    LetterKind.OK_GIVEN: say("Confirmation of an OK"),
    LetterKind.ANSWERED: say("Answer"),
    LetterKind.SUGGESTED: say("Suggestion"),
    LetterKind.LEFT_OUT: say("Not needed this time"),
    LetterKind.OFFER_TO_CLIENT: say("Offer to the client"),
    LetterKind.OFFER_SENT: say("The offer went out"),
    LetterKind.OFFER_NOT_SENT: say("The offer did not go out"),
    LetterKind.OFFER_WITHDRAWN: say("The offer was withdrawn"),
    LetterKind.VALIDITY_EXTENDED: say("More time to say yes"),
    LetterKind.GROUP_ASKED: say("Rules of the game to agree to"),
}


def about(kind: LetterKind) -> str:
    """What a letter of this kind is about, as a list says it."""
    return str(ABOUT[kind])


def how_far(letter: Delivery, language: Language) -> str:
    """How far the letter has come, with its day, in a language."""
    with override(language.value):
        return delivery_sentence(letter)


def delivery_sentence(delivery: Delivery, *, now: datetime | None = None) -> str:
    """How far the letter has come: a few words that begin in lower case, to stand after a name or in a list.

    Of what happens on the day of `now` only the time of day is said.
    """
    match delivery.state:
        case LetterState.WAITING if delivery.due_at > (now or delivery.written_at):
            return _("goes %(when)s") % {"when": _moment(delivery.due_at, now)}
        case LetterState.WAITING | LetterState.SENDING:
            return _("on its way out")
        case LetterState.SENT:
            return _("sent %(when)s") % {"when": _moment(delivery.at or delivery.written_at, now)}
        case LetterState.BOUNCED:
            return _("did not arrive: %(why)s") % {"why": failure_sentence(delivery.failure)}
        case LetterState.HELD:
            return _("unclear whether it went")
        case LetterState.CANCELLED:
            return str(CANCELLED_BECAUSE.get(delivery.failure) or _("not sent"))


def failure_sentence(failure: str) -> str:
    """Why a letter did not arrive: in plain words where we know what the server means, else in the server's own."""
    if not failure or failure == NOT_WRITTEN:
        return _("it could not be sent")
    if NO_SUCH_ADDRESS.search(failure):
        return _("there is no such address")
    if MAILBOX_FULL.search(failure):
        return _("their mailbox is full")
    if TAKEN_FOR_SPAM.search(failure):
        return _("their mail server refused it")
    return _("their mail server says “%(said)s”") % {"said": failure}


def advice(delivery: Delivery) -> str:
    """What a person may do about the letter; empty when nothing is to be done."""
    if delivery.state is LetterState.HELD:
        return _(
            "Ask %(name)s whether it came. If not, send it again; if it came twice, mail programs show it once."
        ) % {"name": delivery.to_name or delivery.to_email}
    if delivery.state is LetterState.BOUNCED:
        return _("Check the address %(email)s with %(name)s, then send again or call.") % {
            "email": delivery.to_email,
            "name": delivery.to_name or _("them"),
        }
    return ""


def is_bad_news(delivery: Delivery) -> bool:
    """Whether the sentence should catch the eye."""
    return delivery.waits_for_a_person


def _moment(instant: datetime, now: datetime | None) -> str:
    language = Language((get_language() or "fi")[:2])
    there = instant.astimezone(HELSINKI)
    clock = f"{there.hour}{':' if language is Language.EN else '.'}{there.minute:02}"
    if now is not None and there.date() == now.astimezone(HELSINKI).date():
        return clock
    return _("%(day)s at %(time)s") % {"day": formats.day(there.date(), language), "time": clock}
