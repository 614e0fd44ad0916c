"""What changed rules of the game would mean: in words, in euros, and for whom."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from bids import formats
from bids.content import JointOffer
from bids.pricing import ChoiceRefused, totals
from bids.queries.consequences import Consequence, ForFirm, what_would_happen
from bids.steps.desk import Desk
from bids.vat import NoRateKnown
from bids.visibility import mode_in_force
from bids.vocabulary import Invoicing, Liability, PriceVisibility
from bids.web.speaking import page_language

TWO_FIRMS = 2


@dataclass(frozen=True, kw_only=True)
class Meaning:
    """Sentences about the rules, what each firm has to do about them, and whether there is anything to say."""

    sentences: tuple[str, ...]
    asked: tuple[str, ...]
    kept: tuple[str, ...]
    not_yet: tuple[str, ...]


def meaning_of_rules(desk: Desk, after: JointOffer, *, always_ask: bool, now: datetime) -> Meaning:
    """What the offer's rules would mean if they were saved as typed."""
    found = what_would_happen(desk.bid, desk.offer, after, now=now, always_ask=always_ask)
    return Meaning(
        sentences=tuple(sentences_about(desk.offer, after)),
        asked=_names(found, Consequence.ASKED),
        kept=_names(found, Consequence.KEPT),
        not_yet=_names(found, Consequence.NOT_YET),
    )


def sentences_about(before: JointOffer, after: JointOffer) -> list[str]:
    """What the rules mean, in plain sentences: who invoices with the euros of it, who answers, who sees."""
    said = [_invoicing(before, after), _liability(after)]
    mode = mode_in_force(after.price_visibility, after.liability)
    if mode != after.price_visibility:
        said.append(gettext("As every firm answers for the whole, every firm sees the total too."))
    if mode == PriceVisibility.OWN_AND_TOTAL and len(after.parts) == TWO_FIRMS:
        said.append(gettext("With two firms, each can reckon the other's price: the total less its own."))
    elif mode == PriceVisibility.OWN_AND_TOTAL:
        said.append(gettext("The others' prices together can be reckoned: the total less one's own."))
    elif mode == PriceVisibility.OWN and after.discount is not None:
        said.append(
            gettext("A discount is shared by everybody's prices, so a firm's own share tells something of the others'.")
        )
    return [sentence for sentence in said if sentence]


def _invoicing(before: JointOffer, after: JointOffer) -> str:
    try:
        then, now = totals(before), totals(after)
    except (ChoiceRefused, NoRateKnown):
        return ""
    language = page_language()
    count = sum(invoice.buyer == "client" for invoice in now.settlement)
    words = ""
    if count:
        words = ngettext(
            "The client gets one invoice, %(gross)s in all.",
            "The client gets %(count)s invoices, %(gross)s in all.",
            count,
        ) % {"count": count, "gross": formats.money(now.gross, language)}
    if after.invoicing == Invoicing.LEAD and len(after.parts) > 1:
        words = (
            gettext("%(lead)s invoices everything and pays the partners by their invoices.")
            % {"lead": after.lead.firm.name}
            + f" {words}"
        ).strip()
    if now.gross != then.gross:
        more = formats.signed_money(now.gross - then.gross, language)
        words += " " + gettext("That is %(difference)s compared with now, VAT included.") % {"difference": more}
    return words


_ANSWERS = {
    Liability.SEVERAL: _("Each firm answers to the client for its own part only."),
    Liability.JOINT: _("Every firm answers to the client for the whole, also for what another leaves undone."),
    Liability.LEAD: _("The lead answers to the client for everything."),
}


def _liability(after: JointOffer) -> str:
    return str(_ANSWERS[after.liability])


def _names(found: tuple[ForFirm, ...], what: Consequence) -> tuple[str, ...]:
    return tuple(each.name for each in found if each.what is what)
