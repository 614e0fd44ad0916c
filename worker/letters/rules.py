"""An offer's rules of the game in a few plain lines, for a firm that is asked to join."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from django.utils.translation import gettext as _

from bids import formats
from bids.models import Bid, Group
from bids.vocabulary import Invoicing, Language, Liability, PriceVisibility
from worker.letters import plain


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One thing and what is so about it."""

    label: str
    value: str


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What the rules of the game say; None for what a letter says elsewhere."""

    invoicing: Invoicing
    liability: Liability
    payment_days: int
    valid_until: date | None = None
    valid_days: int | None = None
    price_visibility: PriceVisibility | None = None

    @classmethod
    def of(cls, bid: Bid) -> Self:
        """Those of an offer as it stands."""
        return cls(
            invoicing=Invoicing(bid.invoicing),
            liability=Liability(bid.liability),
            payment_days=bid.payment_days,
            valid_until=bid.valid_until,
            price_visibility=PriceVisibility(bid.price_visibility),
        )

    @classmethod
    def of_promise(cls, rules: Mapping[str, Any]) -> Self:
        """Those an OK was given to."""
        return cls(
            invoicing=Invoicing(rules["invoicing"]),
            liability=Liability(rules["liability"]),
            payment_days=rules["payment_days"],
            valid_until=date.fromisoformat(rules["valid_until"]),
            price_visibility=PriceVisibility(rules["price_visibility"]),
        )

    @classmethod
    def of_group(cls, group: Group) -> Self:
        """Those a group agrees on for all its offers."""
        return cls(
            invoicing=Invoicing(group.invoicing),
            liability=Liability(group.liability),
            payment_days=group.payment_days,
            valid_days=group.valid_days,
            price_visibility=PriceVisibility(group.price_visibility),
        )


def rules_in_words(rules: Rules, *, lead: str, client: str, language: Language) -> tuple[Fact, ...]:
    """A line each. `lead` is whoever leads and `client` the client, as the letter calls them."""
    names = {"lead": plain.line(lead), "client": plain.line(client)}
    lines = [
        Fact(label=_("Invoicing"), value=_invoicing(rules.invoicing) % names),
        Fact(label=_("Liability"), value=_liability(rules.liability) % names),
        Fact(label=_("Payment"), value=_("%(days)s days") % {"days": rules.payment_days}),
    ]
    if rules.valid_until is not None:
        lines.append(Fact(label=_("Valid until"), value=formats.day(rules.valid_until, language)))
    if rules.valid_days is not None:
        lines.append(Fact(label=_("An offer is valid"), value=_("%(days)s days") % {"days": rules.valid_days}))
    lines.append(
        Fact(label=_("If somebody drops out"), value=_("%(lead)s agrees with the client on what to do") % names)
    )
    if rules.price_visibility is not None:
        lines.append(Fact(label=_("Who sees your price"), value=_visibility(rules.price_visibility) % names))
    return tuple(lines)


def _invoicing(invoicing: Invoicing) -> str:
    if invoicing is Invoicing.EACH:
        return _("you invoice your own share yourself")
    return _("%(lead)s invoices the client, and you invoice %(lead)s")


def _liability(liability: Liability) -> str:
    match liability:
        case Liability.SEVERAL:
            return _("you answer for your own share only")
        case Liability.JOINT:
            return _("all firms answer together for the whole, you too")
        case Liability.LEAD:
            return _("%(lead)s answers to the client for the whole, you answer to %(lead)s for your share")


def _visibility(visibility: PriceVisibility) -> str:
    match visibility:
        case PriceVisibility.ALL:
            return _("the firms in the offer, and the client")
        case PriceVisibility.OWN_AND_TOTAL:
            return _("%(lead)s and the client; the other firms see only the total")
        case PriceVisibility.OWN:
            return _("%(lead)s and the client; the other firms do not")
