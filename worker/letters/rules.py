"""The rules of the game in a letter: a line each, with what follows from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from bids.models import Group
from bids.sheets.rules_of_the_game import rules_of_the_game, visibility_sentence
from bids.visibility import mode_in_force
from bids.vocabulary import Invoicing, Language, Liability, PriceVisibility
from worker.letters import plain


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One thing and what is so about it."""

    label: str
    value: str


def rules_in_words(
    frame: Mapping[str, Any], *, lead: str, language: Language, tells_who_sees: bool = True
) -> tuple[Fact, ...]:
    """Those of the promise a firm's OK is bound to. `lead` is as the letter calls whoever leads."""
    lead = plain.line(lead)
    lines = [
        Fact(label=plain.line(rule.label), value=_sentences(rule.says, rule.follows))
        for rule in rules_of_the_game(frame, lead=lead, language=language)
    ]
    if tells_who_sees:
        seen = visibility_sentence(frame, lead=lead)
        lines.append(Fact(label=_("Who sees your price"), value=plain.line(seen)))
    return tuple(lines)


def rules_of_group(group: Group) -> tuple[Fact, ...]:
    """Those a group agrees on for all its offers."""
    days = _("%(days)s days")
    mode = mode_in_force(PriceVisibility(group.price_visibility), Liability(group.liability))
    return (
        Fact(label=_("Who invoices"), value=_sentences(_GROUP_INVOICING[Invoicing(group.invoicing)]())),
        Fact(label=_("Liability"), value=_sentences(_GROUP_LIABILITY[Liability(group.liability)]())),
        Fact(label=_("Payment"), value=days % {"days": group.payment_days}),
        Fact(label=_("An offer is valid"), value=days % {"days": group.valid_days}),
        Fact(label=_("Who sees your price"), value=_sentences(_GROUP_VISIBILITY[mode]())),
    )


_GROUP_INVOICING = {
    Invoicing.EACH: lambda: _("you invoice your own share yourself"),
    Invoicing.LEAD: lambda: _("the lead invoices the client, and you invoice the lead"),
}
_GROUP_LIABILITY = {
    Liability.SEVERAL: lambda: _("you answer for your own share only"),
    Liability.JOINT: lambda: _("all firms answer together for the whole, you too"),
    Liability.LEAD: lambda: _("the lead answers to the client for the whole, you answer to the lead for your share"),
}
_GROUP_VISIBILITY = {
    PriceVisibility.ALL: lambda: _("the firms in the offer, and the client"),
    PriceVisibility.OWN_AND_TOTAL: lambda: _("the lead and the client; the other firms see only the total"),
    PriceVisibility.OWN: lambda: _("the lead and the client; the other firms do not"),
}


def _sentences(*said: str) -> str:
    """Each as a sentence of its own, beginning large and ending with a full stop."""
    clean = [plain.line(each) for each in said if each]
    return " ".join(f"{each[:1].upper()}{each[1:]}{'' if each.endswith(('.', '!', '?')) else '.'}" for each in clean)
