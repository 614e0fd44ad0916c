"""What a reader has picked in an offer, out of an address and back into one."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from bids import choosing
from bids.content import NOTHING_CHOSEN, Choice
from bids.pricing import ChoiceFault, ChoiceRefused

CHOOSE, PACKAGE, PICKED, ANSWERED = "choose", "package", "pick-", "chosen"

SENTENCES: Final[Mapping[str, Any]] = {
    choosing.UNKNOWN_LINE: _("There is no line %(line)s in this offer."),
    choosing.LINE_CHOSEN_TWICE: _("Line %(line)s was picked twice."),
    choosing.LINE_ALWAYS_COUNTS: _("Line %(line)s is part of the offer anyway."),
    choosing.UNKNOWN_PACKAGE: _("There is no package %(package)s in this offer."),
    choosing.TWO_OF_ONE_GROUP: _("Pick only one of these: %(lines)s."),
    choosing.GROUP_WITHOUT_DEFAULT: _("Pick one of the group “%(group)s”."),
    choosing.TWO_REPLACE_ONE_LINE: _("These stand in place of the same line, so pick only one: %(lines)s."),
}


def choice_from(query: QueryDict) -> Choice:
    """The choice in an address or a form; an address that says nothing means what the offer preselects."""
    if not {CHOOSE, PACKAGE, ANSWERED} & query.keys():
        return NOTHING_CHOSEN
    picked = [query[key] for key in query if key.startswith(PICKED)]
    codes = frozenset(code for code in (*query.getlist(CHOOSE), *picked) if code)
    return Choice(lines=codes, package=query.get(PACKAGE))


def as_pairs(choice: Choice) -> list[tuple[str, str]]:
    """The choice as fields of a form, in an order that never changes."""
    if choice == NOTHING_CHOSEN:
        return []
    package = [] if choice.package is None else [(PACKAGE, choice.package)]
    return [(ANSWERED, "1"), *((CHOOSE, code) for code in sorted(choice.lines)), *package]


def as_query(choice: Choice) -> str:
    """The choice as the end of an address, with its question mark, or nothing."""
    pairs = as_pairs(choice)
    return f"?{urlencode(pairs)}" if pairs else ""


def fault_sentences(refused: ChoiceRefused) -> list[str]:
    """Why a choice cannot be priced, in the active language."""
    return [_sentence(fault) for fault in refused.faults]


def _sentence(fault: ChoiceFault) -> str:
    known = SENTENCES.get(fault.code)
    return str(known) % dict(fault.params) if known else str(_("This choice cannot be priced."))
