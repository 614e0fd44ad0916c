"""The sentences of an offer that have legal weight, resolved in every language it may be read in."""

from bids import formats, tables
from bids.content import JointOffer
from bids.pricing import Totals
from bids.sheets.shape import Clause, ClauseInAll
from bids.vocabulary import ClientKind, Invoicing, Language, Liability, LinePricing, PriceBasis

_OFFERT = {
    "the_offer": "Offerten",
    "offer_def": "offerten",
    "this_offer": "denna offert",
    "a_binding_offer": "en bindande offert",
    "t": "",
}
_ANBUD = {
    "the_offer": "Anbudet",
    "offer_def": "anbudet",
    "this_offer": "detta anbud",
    "a_binding_offer": "ett bindande anbud",
    "t": "t",
}


def clauses_in_all(offer: JointOffer, totals: Totals, *, has_choices: bool) -> tuple[ClauseInAll, ...]:
    """Every sentence the offer needs, in the order it is read, in all languages."""
    keys = _keys(offer, totals, has_choices=has_choices)
    wordings = {row["key"]: row for row in tables.rows("legal_sentences")}
    resolved = []
    for key, extra in keys:
        said = {
            language.value: wordings[key][language.value].format(**_words(offer, totals, language), **extra)
            for language in Language
        }
        resolved.append(ClauseInAll(key=key, **said))
    return tuple(resolved)


def said_of_a_change(clauses: tuple[ClauseInAll, ...], offer: JointOffer, number: int) -> tuple[ClauseInAll, ...]:
    """The sentences of a version that proposes a change of what was agreed: what is accepted is the change.

    With something left to choose in it the sentence about choices stands, for it says what a tick means.
    """
    if not number:
        return clauses
    wording = next(row for row in tables.rows("legal_sentences") if row["key"] == "acceptance_change")
    said = {one.value: wording[one.value].format(change=number, number=offer.number) for one in Language}
    accepts = ClauseInAll(key="acceptance_change", **said)
    return tuple(accepts if clause.key == "acceptance" else clause for clause in clauses)


def clauses_in(language: Language, clauses: tuple[ClauseInAll, ...]) -> tuple[Clause, ...]:
    """The sentences of one language."""
    return tuple(Clause(key=clause.key, text=str(getattr(clause, language.value))) for clause in clauses)


def _words(offer: JointOffer, totals: Totals, language: Language) -> dict[str, str]:
    return {
        **(_ANBUD if offer.client.kind == ClientKind.PUBLIC else _OFFERT),
        "lead": offer.lead.firm.name,
        "count": str(_invoices(totals)),
        "day": formats.day(offer.valid_until, language),
        "days": str(offer.payment_days),
        "terms": offer.general_terms,
        "number": offer.number,
        "gross": formats.money(totals.ceiling_gross, language) if totals.ceiling_gross is not None else "",
    }


def _keys(offer: JointOffer, totals: Totals, *, has_choices: bool) -> list[tuple[str, dict[str, str]]]:
    alone = len(offer.parts) == 1
    counted = [line for line in offer.lines if line.code in set(totals.counted)]
    promises = {line.pricing for line in counted}
    consumer = offer.client.kind == ClientKind.CONSUMER
    wanted = [
        ("price_basis_consumer" if consumer else "price_basis", True),
        ("gross_rows", any(line.price_basis == PriceBasis.GROSS for line in counted)),
        ("rounding", True),
        ("fixed", True),
        ("estimate", LinePricing.ESTIMATE in promises),
        ("cap", LinePricing.CAP in promises),
        ("ceiling", totals.ceiling_gross is not None),
        ("recurring", LinePricing.RECURRING in promises),
        (_invoicing_key(offer, totals), True),
        ("liability_single" if alone else f"liability_{_liability(offer)}", True),
        ("no_company", not alone),
        ("mandate", not alone),
        ("substitution", not alone),
        ("validity" if offer.binding else "validity_open", True),
        ("payment", True),
        ("general_terms", bool(offer.general_terms)),
        (f"language_{offer.language.value}", True),
        (_acceptance_key(offer, has_choices=has_choices), True),
    ]
    keys: list[tuple[str, dict[str, str]]] = [(key, {}) for key, is_wanted in wanted if is_wanted]
    for part in offer.parts:
        if through := part.firm.invoiced_through:
            extra = {"firm": part.firm.name, "seller": through.name, "business_id": through.business_id}
            keys.append(("invoiced_through", extra))
    return keys


def _invoicing_key(offer: JointOffer, totals: Totals) -> str:
    if offer.invoicing == Invoicing.LEAD:
        return "invoicing_lead" if len(offer.parts) > 1 else "invoicing_single"
    # What the client only may choose is invoiced by its own firm too.
    if not any(part.lines for part in offer.parts if part != offer.lead):
        return "invoicing_single"
    if offer.payment_plan:
        return "invoicing_each_plan"
    return "invoicing_each_one" if _invoices(totals) == 1 else "invoicing_each"


def _invoices(totals: Totals) -> int:
    return sum(invoice.buyer == "client" for invoice in totals.settlement)


def _liability(offer: JointOffer) -> str:
    return Liability(offer.liability).value


def _acceptance_key(offer: JointOffer, *, has_choices: bool) -> str:
    if not offer.binding:
        return "acceptance_open"
    return "acceptance_choices" if has_choices else "acceptance"
