"""The rules of the game as a firm reads them before it says yes: plain lines, each with what follows from it.

They are drawn from the very promise that the firm's OK is bound to (`bids.promises.frame_promise`), and from nothing
else, so that nothing stands on the screen that is not in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from bids import formats
from bids.vocabulary import Invoicing, Language, Liability, PriceVisibility
from kernel.money import round_half_up


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule: what it is about, what is so, and what follows from it for this firm."""

    key: str
    label: str
    says: str
    follows: str = ""


def rules_of_the_game(
    frame: Mapping[str, Any], *, lead: str, language: Language, is_lead: bool = False
) -> tuple[Rule, ...]:
    """The five lines every firm sees, and one more for each thing that is agreed besides.

    `lead` is the person or firm that leads, as the reader knows them.
    """
    rules = frame["rules"]
    names = {"lead": lead}
    invoicing, liability = Invoicing(rules["invoicing"]), Liability(rules["liability"])
    lines = [
        _invoicing(invoicing, names, is_lead=is_lead),
        _liability(liability, names, is_lead=is_lead, whole=_whole(frame, language)),
        _payment(rules, invoicing, names, is_lead=is_lead),
        _validity(rules, names, language),
        _dropping_out(liability, names, is_lead=is_lead),
    ]
    return (*lines, *_besides(rules, language))


def visibility_sentence(frame: Mapping[str, Any], *, lead: str) -> str:
    """Who gets to see this firm's price."""
    names = {"lead": lead}
    match PriceVisibility(frame["rules"]["price_visibility"]):
        case PriceVisibility.ALL:
            return _("The client and the firms of this offer see your price.") % names
        case PriceVisibility.OWN_AND_TOTAL if frame["rules"]["liability"] == Liability.JOINT.value:
            said = _("The client and %(lead)s see your price; the others see the total, for which all answer.")
            return said % names
        case PriceVisibility.OWN_AND_TOTAL:
            return _("The client and %(lead)s see your price; the other firms see only the total.") % names
        case PriceVisibility.OWN:
            return _("The client and %(lead)s see your price; the other firms do not.") % names


def settlement_sentence(frame: Mapping[str, Any], *, lead: str, client: str, language: Language) -> str:
    """What the firm invoices, and whom, while the client chooses nothing more; empty while nothing is priced."""
    own = frame.get("own")
    if not own or not Decimal(own["net"]):
        return ""
    net = round_half_up(Decimal(own["net"]))
    gross = round_half_up(Decimal(own["gross"])) if own["gross"] is not None else net
    named = {
        "payer": client if own["paid_by"] == "client" else lead,
        "net": formats.money(net, language),
        "gross": formats.money(gross, language),
    }
    if net == gross:
        return _("You invoice %(payer)s %(net)s, without VAT.") % named
    return _("You invoice %(payer)s %(net)s and VAT, together %(gross)s.") % named


def _invoicing(invoicing: Invoicing, names: dict[str, str], *, is_lead: bool) -> Rule:
    if invoicing is Invoicing.EACH:
        says, follows = _("you invoice your own share"), _("Your invoice goes straight to the client.")
    elif is_lead:
        says, follows = _("you invoice everything"), _("The others invoice you; the client gets one invoice.")
    else:
        says = _("you invoice %(lead)s")
        follows = _("%(lead)s invoices the client for everything and sells your work on.")
    return Rule(key="invoicing", label=_("Invoicing"), says=says % names, follows=follows % names)


def _liability(liability: Liability, names: dict[str, str], *, is_lead: bool, whole: str) -> Rule:
    match liability:
        case Liability.SEVERAL:
            says, follows = _("you answer for your own share only"), ""
        case Liability.JOINT:
            says = _("all firms answer together for everything")
            follows = _("The client may demand the whole work of you too, others' shares included.")
            if whole:
                follows += " " + _("The client pays %(whole)s for the whole.") % {"whole": whole}
        case Liability.LEAD if is_lead:
            says, follows = _("you answer to the client for everything"), _("The others answer to you.")
        case Liability.LEAD:
            says = _("you answer to %(lead)s for your own share")
            follows = _("%(lead)s answers to the client for everything.")
    return Rule(key="liability", label=_("Liability"), says=says % names, follows=follows % names)


def _whole(frame: Mapping[str, Any], language: Language) -> str:
    """What the client pays for everything; empty where the promise does not say, or nothing is priced yet."""
    total = frame.get("whole", {}).get("total")
    gross = round_half_up(Decimal(total["gross"])) if total else Decimal(0)
    return formats.money(gross, language) if gross else ""


def _payment(rules: Mapping[str, Any], invoicing: Invoicing, names: dict[str, str], *, is_lead: bool) -> Rule:
    says = _("%(days)s days from the invoice") % {"days": rules["payment_days"]}
    if invoicing is Invoicing.EACH or is_lead:
        follows = _("The client pays you.")
    else:
        follows = _("%(lead)s pays you, whether or not the client has paid.")
    return Rule(key="payment", label=_("Payment term"), says=says, follows=follows % names)


def _validity(rules: Mapping[str, Any], names: dict[str, str], language: Language) -> Rule:
    day = formats.day(date.fromisoformat(rules["valid_until"]), language)
    says = _("until %(day)s") % {"day": day}
    if rules["binding"]:
        follows = _("Once the offer is sent you keep your price until then, if the client says yes.")
    else:
        follows = _("The offer does not bind: prices are agreed anew when the client says yes.")
    return Rule(key="validity", label=_("Offer valid"), says=says, follows=follows % names)


def _dropping_out(liability: Liability, names: dict[str, str], *, is_lead: bool) -> Rule:
    if is_lead:
        says, follows = _("you find a way with the client"), ""
    else:
        says, follows = _("%(lead)s finds a way with the client"), _("Your own share stays as it is.")
    if liability is Liability.JOINT:
        follows = _("The others, you too, see to it that the work is done.")
    return Rule(key="dropping_out", label=_("If somebody cannot"), says=says % names, follows=follows % names)


def _besides(rules: Mapping[str, Any], language: Language) -> list[Rule]:
    lines = []
    if rules["payment_plan"]:
        steps = ", ".join(
            f"{step['name']} {formats.percent(Decimal(step['percent']), language)}" for step in rules["payment_plan"]
        )
        lines.append(Rule(key="payment_plan", label=_("Paid in steps"), says=steps))
    if rules["general_terms"]:
        lines.append(Rule(key="general_terms", label=_("General terms"), says=rules["general_terms"]))
    lines += [
        Rule(key=f"term-{number}", label=term["title"], says=term["text"]) for number, term in enumerate(rules["terms"])
    ]
    return lines
