"""The whole quotation: the lead as its seller, every firm at its lines, and the sums of the priced offer."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override
from lxml import etree

from bids import formats
from bids.content import Choice, JointOffer
from bids.exports.ubl.elements import CAC, CBC, CURRENCY, Element, amount, cac, cbc, period
from bids.exports.ubl.lines import QuotationLines
from bids.exports.ubl.parties import buyer, seller
from bids.exports.ubl.taxes import Adjusted, adjustments, tax_category, tax_total
from bids.pricing import Totals, totals
from bids.sheets.shape import OfferSheet
from bids.vocabulary import Language

QUOTATION = "urn:oasis:names:specification:ubl:schema:xsd:Quotation-2"
_NAMESPACES: dict[Any, str] = {None: QUOTATION, "cac": CAC, "cbc": CBC}


def quotation(offer: JointOffer, choice: Choice, sheet: OfferSheet) -> bytes:
    """The offer for a choice as a UBL 2.1 Quotation, with the language and the legal sentences of a sheet.

    UBL knows one seller, so the lead stands there; who really sells a line is its OriginatorParty, and the VAT
    subtotals are those of each seller. Options have no amount, so the amounts of the lines add up to the lines net.
    """
    language = Language(sheet.language)
    with override(language.value):
        root = _Quotation(offer, choice, sheet, language).root()
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


class _Quotation:
    def __init__(self, offer: JointOffer, choice: Choice, sheet: OfferSheet, language: Language) -> None:
        self._offer = offer
        self._sheet = sheet
        self._language = language
        self._sums: Totals = totals(offer, choice)
        self._adjusted = tuple(adjustments(offer, choice, self._sums))
        self._sellers = {part.key: part.firm.seller_name for part in offer.parts}
        self._lines = QuotationLines(offer, self._sums, language)

    def root(self) -> Element:
        offer = self._offer
        root = etree.Element(f"{{{QUOTATION}}}Quotation", nsmap=_NAMESPACES)
        children = (
            cbc("UBLVersionID", "2.1"),
            cbc("ID", offer.number),
            cbc("IssueDate", offer.issued_on.isoformat()),
            *self._notes(),
            cbc("PricingCurrencyCode", CURRENCY),
            cbc("LineCountNumeric", str(len(self._lines))),
            period("ValidityPeriod", offer.issued_on, offer.valid_until),
            *self._references(),
            cac("SellerSupplierParty", seller("Party", offer.lead.firm, self._language)),
            cac("BuyerCustomerParty", buyer(offer.client, self._language)),
            self._delivery(),
            cac("TransactionConditions", *self._conditions()),
            *self._allowances_and_charges(),
            tax_total(self._sums, self._sellers, self._language),
            self._monetary_total(),
            *self._lines.elements(),
        )
        root.extend([child for child in children if child is not None])
        return root

    def _notes(self) -> Iterator[Element | None]:
        own, read = self._offer.language.value, self._language.value
        yield cbc("Note", self._offer.title, languageID=own)
        for note in self._offer.notes:
            yield cbc("Note", note, languageID=own)
        for clause in self._sheet.clauses:
            # What the client would sign belongs on the slip alone.
            if not clause.key.startswith("acceptance"):
                yield cbc("Note", clause.text, languageID=read)
        for package in self._offer.packages:
            lines = ", ".join(package.lines)
            said = _("Package “%(name)s”: %(lines)s.") % {"name": package.name, "lines": lines or "–"}
            yield cbc("Note", said, languageID=read)

    def _references(self) -> Iterator[Element | None]:
        client = self._offer.client
        for reference, kind in ((self._offer.reference, "reference"), (client.order_reference, "order reference")):
            if reference:
                yield cac("AdditionalDocumentReference", cbc("ID", reference), cbc("DocumentType", kind))

    def _delivery(self) -> Element | None:
        delivery = self._offer.delivery
        if delivery is None:
            return None
        return cac("Delivery", period("PromisedDeliveryPeriod", delivery.starts_on, delivery.ends_on))

    def _conditions(self) -> Iterator[Element | None]:
        own, read = self._offer.language.value, self._language.value
        yield cbc("Description", self._offer.general_terms, languageID=own)
        for term in self._offer.terms:
            yield cbc("Description", f"{term.title}: {term.text}", languageID=own)
        for step in self._sums.instalments:
            gross, percent = formats.money(step.gross, self._language), formats.percent(step.percent, self._language)
            yield cbc("Description", f"{step.name}: {percent}, {gross}", languageID=read)

    def _allowances_and_charges(self) -> Iterator[Element | None]:
        for adjusted in self._adjusted:
            if adjusted.fee and self._offer.coordination_fee:
                yield self._adjustment("true", self._offer.coordination_fee.name, adjusted)
            if adjusted.discount and self._offer.discount:
                yield self._adjustment("false", self._offer.discount.name, adjusted)

    def _adjustment(self, is_charge: str, name: str, adjusted: Adjusted) -> Element | None:
        group = adjusted.group
        return cac(
            "AllowanceCharge",
            cbc("ChargeIndicator", is_charge),
            cbc("AllowanceChargeReason", name, languageID=self._offer.language.value),
            amount("Amount", adjusted.fee if is_charge == "true" else adjusted.discount),
            tax_category(
                "TaxCategory", group.category, group.rate, group.reasons, self._language, self._sellers[group.seller]
            ),
        )

    def _monetary_total(self) -> Element | None:
        sums = self._sums
        return cac(
            "QuotedMonetaryTotal",
            amount("LineExtensionAmount", sums.lines_net),
            amount("TaxExclusiveAmount", sums.net),
            amount("TaxInclusiveAmount", sums.gross),
            amount("AllowanceTotalAmount", sums.discount) if sums.discount else None,
            amount("ChargeTotalAmount", sums.fee) if sums.fee else None,
            amount("PayableAmount", sums.gross),
        )
