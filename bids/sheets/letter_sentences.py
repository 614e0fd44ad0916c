"""How far a letter has come, in the reader's words; that it arrived is never claimed."""

import re
from datetime import datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _

from bids import formats
from bids.queries.letters import Delivery
from bids.vocabulary import Language, LetterKind, LetterState
from kernel.clock import HELSINKI

CANCELLED_BECAUSE: Final[dict[str, Promise]] = {
    "answered": gettext_lazy("not sent: they had answered already"),
    "withdrawn": gettext_lazy("not sent: it was taken back"),
    "closed": gettext_lazy("not sent: the offer is closed"),
    "accepted": gettext_lazy("not sent: the client has said yes"),
    "stopped": gettext_lazy("not sent: they want no reminders"),
    "asked anew": gettext_lazy("not sent: they were asked anew"),
    "too late": gettext_lazy("not sent: it would have come too late"),
}

NO_SUCH_ADDRESS: Final = re.compile(r"(?i)\b5\.1\.[0-3]\b|user unknown|no such (?:user|person|mailbox)|does not exist")
MAILBOX_FULL: Final = re.compile(r"(?i)\b5\.2\.2\b|mailbox (?:is )?full|over quota")
TAKEN_FOR_SPAM: Final = re.compile(r"(?i)\b5\.7\.\d+\b|spam|blocked|blacklist|policy")
NOT_WRITTEN: Final = "not-written"

ABOUT: Final[dict[LetterKind, Promise]] = {
    LetterKind.ASKED: gettext_lazy("Request"),
    LetterKind.REMINDER: gettext_lazy("Reminder"),
    LetterKind.LINK_RENEWED: gettext_lazy("New link"),
    LetterKind.CODE: gettext_lazy("Code"),
    LetterKind.PRICE_TOLD: gettext_lazy("Price told on the phone"),
    LetterKind.ASKED_AGAIN: gettext_lazy("Asked for an OK again"),
    LetterKind.CARRIED_OVER: gettext_lazy("A change that is not for the worse"),
    LetterKind.CHANGES_TOLD: gettext_lazy("What changed"),
    LetterKind.OK_GIVEN: gettext_lazy("Confirmation of an OK"),
    LetterKind.ANSWERED: gettext_lazy("An answer"),
    LetterKind.SUGGESTED: gettext_lazy("Suggestion"),
    LetterKind.LEFT_OUT: gettext_lazy("Not needed this time"),
    LetterKind.FIRM_GONE: gettext_lazy("The firm does not go on"),
    LetterKind.CHANGE_CANCELLED: gettext_lazy("The change is off"),
    LetterKind.OFFER_TO_CLIENT: gettext_lazy("Offer to the client"),
    LetterKind.OFFER_SENT: gettext_lazy("The offer went out"),
    LetterKind.OFFER_NOT_SENT: gettext_lazy("The offer did not go out"),
    LetterKind.OFFER_WITHDRAWN: gettext_lazy("The offer was withdrawn"),
    LetterKind.OFFER_CLOSED: gettext_lazy("The offer was closed"),
    LetterKind.VALIDITY_EXTENDED: gettext_lazy("More time to say yes"),
    LetterKind.GROUP_ASKED: gettext_lazy("Rules of the game to agree to"),
    LetterKind.DECISION_CODE: gettext_lazy("Code"),
    LetterKind.DECISION_RECEIPT: gettext_lazy("Confirmation of the client's answer"),
    LetterKind.DECISION_RECORDED: gettext_lazy("The client's answer as it was written down"),
    LetterKind.DECISION_OBJECTED: gettext_lazy("The client says that an answer is not theirs"),
    LetterKind.DECISION_ANNULLED: gettext_lazy("An answer written down wrongly was taken back"),
    LetterKind.OFFER_ACCEPTED: gettext_lazy("The client said yes"),
    LetterKind.OFFER_DECLINED: gettext_lazy("The client said no"),
    LetterKind.COUNTER_OFFER: gettext_lazy("The client made a new offer"),
    LetterKind.OWN_COPY: gettext_lazy("Our own copy of what was agreed"),
    LetterKind.QUESTION_ASKED: gettext_lazy("A question of the client"),
    LetterKind.ANSWER_DRAFTED: gettext_lazy("A drafted answer"),
    LetterKind.QUESTION_ANSWERED: gettext_lazy("Answer to a question"),
    LetterKind.CHANGES_ASKED: gettext_lazy("A wish of the client"),
    LetterKind.CHANGES_ANSWERED: gettext_lazy("Answer to a wish"),
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
        ) % {"name": delivery.to_name or delivery.to_email or delivery.firm}
    if delivery.state is LetterState.BOUNCED and not delivery.to_email:
        return _("Call %(name)s: their own address here did not take the letter.") % {"name": delivery.firm}
    if delivery.state is LetterState.BOUNCED:
        return _("Check the address %(email)s with %(name)s, then send again or call.") % {
            "email": delivery.to_email,
            "name": delivery.to_name or _("them"),
        }
    return ""


def _moment(instant: datetime, now: datetime | None) -> str:
    language = Language((get_language() or "fi")[:2])
    there = instant.astimezone(HELSINKI)
    clock = f"{there.hour}{':' if language is Language.EN else '.'}{there.minute:02}"
    if now is not None and there.date() == now.astimezone(HELSINKI).date():
        return clock
    return _("%(day)s at %(time)s") % {"day": formats.day(there.date(), language), "time": clock}
