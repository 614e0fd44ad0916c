"""What happened, one plain sentence an event, in the reader's language."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from bids import formats
from bids.queries.history import Told
from bids.sheets.letter_sentences import about
from bids.sheets.send_sentences import reason_sentence
from bids.vocabulary import Language, LetterKind
from kernel.clock import HELSINKI


@dataclass(frozen=True, kw_only=True)
class Happening:
    """One event whose ids have become names.

    `who` is a person and their firm in words. `facts` are those of the event: where one held the id of a firm, a part,
    a person or an invitation, it holds that one's name now; an erased personal fact is None.
    """

    type: str
    who: str
    facts: Mapping[str, object] = field(default_factory=dict)


Sentence = str | Promise | Callable[[Happening], str]

SENTENCES: dict[str, Sentence] = {
    # What a pattern may name: %(who)s and every fact of the event by its own name (see `Happening`).
    "bid.imported": gettext_lazy("%(who)s brought the offer in as number %(number)s."),
    "line.added": gettext_lazy("%(who)s added row %(line)s."),
    "line.changed": gettext_lazy("%(who)s changed row %(line)s."),
    "line.removed": gettext_lazy("%(who)s took away row %(line)s."),
    "line.moved": gettext_lazy("%(who)s put row %(line)s in another place."),
    "lines.pasted": gettext_lazy("%(who)s added rows %(lines)s from a table."),
    "part.texts_written": gettext_lazy("%(who)s wrote what the firm does."),
    "section.written": gettext_lazy("%(who)s wrote a new text."),
    "section.changed": gettext_lazy("%(who)s changed a text."),
    "section.moved": gettext_lazy("%(who)s put a text in another place."),
    "section.removed": gettext_lazy("%(who)s took away a text."),
    "milestone.set": gettext_lazy("%(who)s set a step of the schedule."),
    "milestone.removed": gettext_lazy("%(who)s took away a step of the schedule."),
    "offer.changed": gettext_lazy("%(who)s changed the offer's own facts."),
    "client.changed": gettext_lazy("%(who)s changed the client's details."),
    "rules.changed": gettext_lazy("%(who)s changed the rules of the game."),
    "terms.changed": gettext_lazy("%(who)s changed the terms."),
    "discount.set": gettext_lazy("%(who)s changed the discount."),
    "fee.set": gettext_lazy("%(who)s changed the coordination fee."),
    "payment_plan.set": gettext_lazy("%(who)s changed the payment plan."),
    "packages.changed": gettext_lazy("%(who)s changed the packages."),
    "suggestion.made": gettext_lazy("%(who)s suggested a change to %(part)s."),
    "suggestion.taken": gettext_lazy("%(who)s took a suggested change."),
    "suggestion.declined": gettext_lazy("%(who)s declined a suggested change."),
    "suggestion.withdrawn": gettext_lazy("%(who)s took back a suggestion."),
    "question.asked": gettext_lazy("%(who)s, at the client, asked about the share of %(part)s."),
    "question.dropped": gettext_lazy("%(who)s settled a question of the client otherwise."),
    "answer.drafted": gettext_lazy("%(who)s drafted an answer to the client."),
    "answer.released": gettext_lazy("%(who)s answered a question of the client."),
    "changes.asked": gettext_lazy("%(who)s, at the client, wished for a change."),
    "changes.answered": gettext_lazy("Version %(version)s answered a wish of the client."),
    "changes.declined": gettext_lazy("%(who)s declined a wish of the client."),
    "part.answered": gettext_lazy("%(firm)s is in."),
    "part.declined": gettext_lazy("%(firm)s has no time."),
    "part.call_asked": gettext_lazy("%(firm)s asks to be called."),
    "part.denied": gettext_lazy("%(part)s says that the answer was not theirs. They are asked again."),
    "part.handed_over": gettext_lazy("%(part)s: the firm's own people are asked to confirm."),
    "price.told": gettext_lazy("%(who)s wrote down %(amount)s, told on the phone by %(part)s."),
    "price.picked_wrong": gettext_lazy("%(part)s picked another price than was written down."),
    "firm.request_opened": gettext_lazy("%(part)s opened the request."),
    "firm.link_renewed": gettext_lazy("%(part)s was mailed a new link."),
    "firm.code_asked": gettext_lazy("%(part)s was mailed a code."),
    "firm.link_bound": gettext_lazy("%(part)s opened its link with a code mailed to %(email)s."),
    "offer.frozen": gettext_lazy("%(who)s pressed Send: version %(version)s is frozen as it is."),
    "offer.sent": gettext_lazy("Version %(version)s was sent to the client."),
    "offer.not_sent": lambda happening: _not_sent(happening),  # noqa: PLW0108 - it is defined below
    "offer.withdrawn": gettext_lazy("%(who)s withdrew version %(version)s from the client."),
    "offer.expired": gettext_lazy("Version %(version)s was no longer valid."),
    "offer.accepted": lambda one: _answered(
        _("The client accepted version %(version)s."), _("The client accepted change %(change)s."), one
    ),
    "offer.declined": lambda one: _answered(
        _("The client declined version %(version)s."), _("The client declined change %(change)s."), one
    ),
    "offer.yes_recorded": lambda one: _answered(
        _("%(who)s wrote down that the client has accepted version %(version)s."),
        _("%(who)s wrote down that the client has accepted change %(change)s."),
        one,
    ),
    "offer.no_recorded": lambda one: _answered(
        _("%(who)s wrote down that the client has declined version %(version)s."),
        _("%(who)s wrote down that the client has declined change %(change)s."),
        one,
    ),
    "decision.code_asked": gettext_lazy("Somebody at the client's was mailed a code to answer version %(version)s."),
    "decision.refused": gettext_lazy("Somebody tried to decide with a link that only shows the offer."),
    "decision.objected": gettext_lazy("The client says that the answer to version %(version)s is not theirs."),
    "decision.annulled": gettext_lazy("%(who)s took back the answer written down to version %(version)s."),
    "decision.reason_told": gettext_lazy("%(who)s let the firms read why the client said no."),
    "counter_offer.made": gettext_lazy("The client made a new offer in answer to version %(version)s."),
    "counter_offer.recorded": gettext_lazy("%(who)s wrote down the client's new offer."),
    "change.begun": gettext_lazy("%(who)s began to change what was agreed: change %(number)s."),
    "change.cancelled": gettext_lazy("%(who)s gave change %(number)s up. What was agreed stands."),
    "lines.reassigned": gettext_lazy("%(who)s let %(part)s do rows of what was agreed."),
    "lines.struck": gettext_lazy("%(who)s struck rows of what was agreed."),
    "firm.gone": gettext_lazy("%(who)s wrote down that %(part)s does not go on."),
    "offer.closed": gettext_lazy("%(who)s closed the offer."),
    "invoice.marked": gettext_lazy("%(who)s marked invoice %(number)s of %(part)s as sent."),
    "invoice.unmarked": gettext_lazy("%(who)s took away the mark that invoice %(number)s of %(part)s was sent."),
    "quantity.reported": gettext_lazy("%(who)s wrote down how much row %(line)s has been."),
    "part.done": gettext_lazy("%(part)s is done with its part."),
    "part.not_done": gettext_lazy("%(part)s is not done with its part after all."),
    "validity.extended": gettext_lazy("%(who)s gave more time: valid until %(until)s."),
    "schedule.moved": gettext_lazy("%(who)s moved the schedule by %(days)s days."),
    "client_link.made": gettext_lazy("%(who)s made a link to show the offer."),
    "client_link.revoked": gettext_lazy("%(who)s revoked a link to the offer."),
    "ok.given": gettext_lazy("%(part)s said OK."),
    "ok.carried_over": gettext_lazy("The OK of %(part)s goes on: what changed is no worse for it."),
    "ok.taken_back": gettext_lazy("%(part)s took its OK back."),
    "ok.denied": gettext_lazy("%(part)s says that an OK in its name was not its own."),
    "part.left_out": gettext_lazy("%(who)s left %(part)s out of the offer."),
    "part.taken_over": gettext_lazy("%(who)s took over the share of %(part)s."),
    "part.always_ask_set": gettext_lazy("%(part)s changed whether it is asked about every change."),
    "prices.hidden": gettext_lazy("Each firm sees only its own prices now, because some of them may compete."),
    "legal_question.answered": gettext_lazy("%(who)s answered a legal question: %(answer)s."),
    "document.requested": gettext_lazy("%(who)s had a document made."),
    "document.finished": lambda happening: _document_ready(happening),  # noqa: PLW0108 - likewise
    "document.failed": gettext_lazy("The document could not be made."),
    "firm.asked": gettext_lazy("%(who)s asked %(firm)s to join, and to answer by %(until)s."),
    "firm.link_copied": gettext_lazy("%(who)s copied a link for %(part)s."),
    "firm.reminded": gettext_lazy("%(who)s reminded %(part)s."),
    "firm.request_changed": gettext_lazy("%(who)s changed what was asked of %(part)s."),
    "firm.request_passed_on": gettext_lazy("%(part)s passed the request on to %(name)s."),
    "firm.request_taken_back": gettext_lazy("%(who)s took back the request to %(part)s."),
    "reminders.stopped": gettext_lazy("%(part)s wants no more reminders."),
    "letter.sent": lambda one: _letter(_("A letter went to %(to)s: %(about)s."), one),
    "letter.arrived": lambda one: _letter(_("A letter reached %(to)s: %(about)s."), one),
    "letter.bounced": lambda one: _letter(_("A letter to %(to)s came back: %(about)s."), one),
    "letter.held": lambda one: _letter(_("Nobody knows whether a letter to %(to)s went: %(about)s."), one),
    "letter.handled": lambda one: _letter(_("%(who)s saw to a letter to %(to)s otherwise: %(about)s."), one),
    "letter.sent_again": lambda one: _letter(_("%(who)s had a letter to %(to)s sent again: %(about)s."), one),
    "offer.started": gettext_lazy("%(who)s started the offer."),
    "offer.copied": gettext_lazy("%(who)s made this offer of an earlier one."),
    "meeting.became_offer": gettext_lazy("%(who)s made an offer of the note."),
    "meeting.noted": gettext_lazy("%(who)s wrote a note of meeting a client."),
    "meeting.changed": gettext_lazy("%(who)s changed the note."),
    "meeting.removed": gettext_lazy("%(who)s removed the note."),
    "group.made": gettext_lazy("%(who)s made a group."),
    "group.changed": gettext_lazy("%(who)s changed the group."),
    "group.agreed": gettext_lazy("%(who)s agreed to the group's rules of the game."),
    "group.left": gettext_lazy("%(who)s left the group."),
    "answer.person_erased": gettext_lazy("The name of whoever answered for the client was erased."),
    "certificate.drawn": gettext_lazy("The certificate of the client's yes was drawn."),
    "own_copy.drawn": gettext_lazy("A firm's own copy of what was agreed was drawn."),
    "paper.failed": gettext_lazy("Something of the client's yes could not be drawn."),
    "cost.changed": gettext_lazy("%(who)s wrote down what a row costs."),
    "firm.created": gettext_lazy("%(who)s added the firm."),
    "firm.changed": gettext_lazy("%(who)s changed the firm's card."),
    "firm.claimed": gettext_lazy("%(who)s took the firm into use."),
    "membership.created": gettext_lazy("%(who)s gave the firm a member."),
    "api_token.created": gettext_lazy("%(who)s made a key for a program."),
    "api_token.revoked": gettext_lazy("%(who)s withdrew a program's key."),
    "person.language_changed": gettext_lazy("%(who)s chose another language."),
    "person.details_changed": gettext_lazy("%(who)s changed their own details."),
}


def _letter(pattern: str, happening: Happening) -> str:
    """What a letter was about, by its kind."""
    kind = happening.facts.get("kind")
    known = about(LetterKind(kind)) if isinstance(kind, str) and kind in set(LetterKind) else formats.EN_DASH
    return pattern % {**_Words(happening), "about": known, "to": in_words("to", happening.facts.get("to"), _spoken())}


def _answered(offer: str, change: str, happening: Happening) -> str:
    """What the client answered: to a version, or to a change of what was agreed."""
    return (change if "change" in happening.facts else offer) % _Words(happening)


def _spoken() -> Language:
    return Language(get_language() or Language.FI)


AMOUNTS = frozenset({"amount", "net", "gross", "total", "price", "sum"})
"""Facts that are euros, and are written so."""


def sentence(happening: Happening) -> str:
    """The event in words; an event of an unknown kind says only that something was done, never nothing."""
    said = SENTENCES.get(happening.type)
    if callable(said) and not isinstance(said, Promise):
        return said(happening)
    pattern = str(said) if said is not None else _("%(who)s did something that this version has no words for.")
    return pattern % _Words(happening)


def _document_ready(happening: Happening) -> str:
    facts = happening.facts
    if "version" not in facts:
        return _("The document is ready.")
    if facts["made"] == facts["all"]:
        return _("The documents of version %(version)s are ready.") % facts
    return _("Documents of version %(version)s: %(made)s of %(all)s are ready.") % facts


def _not_sent(happening: Happening) -> str:
    reason = str(happening.facts.get("reason", ""))
    if "firm" in happening.facts:
        reason = f"{reason}:{happening.facts['firm'] or formats.EN_DASH}"
    why = reason_sentence(reason)
    return _("Version %(version)s was not sent. %(why)s") % {"version": happening.facts.get("version"), "why": why}


class _Words(dict[str, str]):
    """The words a pattern may name; a fact the event does not have is a dash, so that no page ever fails for it."""

    def __init__(self, happening: Happening) -> None:
        language = _spoken()
        super().__init__({name: in_words(name, fact, language) for name, fact in happening.facts.items()})
        self["who"] = happening.who

    def __missing__(self, name: str) -> str:
        return formats.EN_DASH


def in_words(name: str, fact: object, language: Language) -> str:  # noqa: PLR0911 - one for each kind of fact
    """A fact as a reader sees it: euros, days and lists written out, an erased name as somebody."""
    match fact:
        case None:
            return _("somebody")
        case bool():
            return _("yes") if fact else _("no")
        case list() | tuple():
            return ", ".join(in_words(name, each, language) for each in fact)
        case "yes" | "no" | "maybe":
            return {"yes": _("yes"), "no": _("no"), "maybe": _("perhaps")}[fact]
        case str() if name in AMOUNTS:
            return _money(fact, language)
        case str():
            return _day(fact, language)
        case _:
            return str(fact)


def _money(fact: str, language: Language) -> str:
    try:
        return formats.money(Decimal(fact), language)
    except (InvalidOperation, ValueError):
        return fact


def _day(fact: str, language: Language) -> str:
    try:
        if "T" in fact:
            return formats.day(datetime.fromisoformat(fact).astimezone(HELSINKI).date(), language)
        return formats.day(date.fromisoformat(fact), language) if fact.count("-") == len("--") else fact
    except ValueError:
        return fact


def sentence_of(event: Told) -> str:
    """An event of an offer in words."""
    return sentence(Happening(type=event.type, who=doer_of(event), facts=event.facts))


def doer_of(event: Told) -> str:
    """Who did it: a person and their firm, somebody at the firm once the person is erased, or the program."""
    if event.is_system:
        return _("The program")
    if event.person and event.firm and event.person != event.firm:
        return f"{event.person}, {event.firm}"
    if event.firm and not event.person:
        return _("Somebody at %(firm)s") % {"firm": event.firm}
    return event.person or _("Somebody")
