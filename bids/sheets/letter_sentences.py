"""Letters in words: what one is about and how far it has come."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as say

from bids import formats
from bids.queries.letters import Delivery
from bids.vocabulary import Language, LetterKind, LetterState
from kernel.clock import helsinki_day

ABOUT: dict[LetterKind, Promise] = {
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
    """How far a letter has come."""
    match letter.state:
        case LetterState.WAITING:
            return _("goes out %(day)s") % {"day": formats.day(helsinki_day(letter.due_at), language)}
        case LetterState.SENDING:
            return _("is going out")
        case LetterState.SENT:
            return _("sent %(day)s") % {"day": formats.day(helsinki_day(letter.at or letter.due_at), language)}
        case LetterState.BOUNCED:
            return _("came back")
        case LetterState.HELD:
            return _("nobody knows whether it went")
        case LetterState.CANCELLED:
            return _("not needed any more")
