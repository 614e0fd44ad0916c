"""What a reader has picked in an offer, out of an address and back into one."""

from typing import Final
from urllib.parse import urlencode

from django.http import QueryDict

from bids.choosing import in_fewest_words, making_way
from bids.content import NOTHING_CHOSEN, Choice, JointOffer
from bids.pricing import ChoiceRefused
from bids.sheets.choice_sentences import choice_sentence

CHOOSE: Final = "choose"
PACKAGE: Final = "package"
PICKED: Final = "pick-"
ANSWERED: Final = "chosen"


def has_choice(query: QueryDict) -> bool:
    """Whether an address says what to choose."""
    return bool({CHOOSE, PACKAGE, ANSWERED} & query.keys())


def choice_from(query: QueryDict) -> Choice:
    """The choice in an address or a form; an address that says nothing means what the offer preselects."""
    if not has_choice(query):
        return NOTHING_CHOSEN
    picked = [code for key in query if key.startswith(PICKED) for code in query.getlist(key)]
    codes = frozenset(code for code in (*query.getlist(CHOOSE), *picked) if code)
    return Choice(lines=codes, package=query.get(PACKAGE))


def choice_in(query: QueryDict, offer: JointOffer) -> Choice:
    """The choice in an address or a form of this offer, in fewest words.

    A field of which exactly one is ticked always says something; where a package is taken that says otherwise, it goes.
    """
    ticked = {code for key in query if key.startswith(PICKED) for code in query.getlist(key)}
    choice = making_way(offer, choice_from(query), ticked - set(query.getlist(CHOOSE)))
    return in_fewest_words(offer, choice)


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
    return [choice_sentence(fault) for fault in refused.faults]
