"""Cautions as sentences in the reader's language."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _

from bids import cautions, formats, vat
from bids.cautions import Caution, Param
from bids.pricing import TRAVEL_MARGIN_SCHEME
from bids.vocabulary import Language

_SENTENCES = {
    cautions.SELLER_WITHOUT_BUSINESS_ID: gettext_lazy(
        "%(firm)s has neither a Business ID nor an invoicing service, so it cannot sell its part."
    ),
    cautions.MORE_THAN_TEN_FIRMS: gettext_lazy("At most ten firms can send an offer together. This one has %(count)s."),
    vat.RATE_NOT_IN_FORCE: gettext_lazy("Line %(line)s: VAT %(rate)s is not in force on %(day)s. Choose another rate."),
    vat.SPLIT_THE_LINE: gettext_lazy(
        "Line %(line)s: the VAT rate changes on %(day)s, in the middle of the delivery. Split the line in two there."
    ),
    cautions.TRAVEL_PACKAGE: gettext_lazy(
        "The offer holds different travel services and a night away. Might it be a travel package, and is the security "
        "it may need in order?"
    ),
    cautions.COMPETITORS: gettext_lazy(
        "%(firms)s have a field of business in common: %(fields)s. Could one of them do the whole work alone?"
    ),
    cautions.CONSTRUCTION_REVERSE_CHARGE: gettext_lazy(
        "Construction work (%(lines)s): does the client itself sell construction services more than occasionally? Then "
        "the client pays the VAT (VAT Act, section 8 c)."
    ),
    cautions.CONSTRUCTION_REVERSE_CHARGE_TO_LEAD: gettext_lazy(
        "Construction work (%(lines)s): does %(firm)s itself sell construction services more than occasionally? Then "
        "it pays the VAT of what it buys from its partners (VAT Act, section 8 c)."
    ),
    cautions.HEALTH_RESOLD: gettext_lazy(
        "The lead sells on another firm's health care (%(lines)s). Has it been checked whether that stays exempt from "
        "VAT?"
    ),
    cautions.PUBLIC_PAYMENT_DAYS: gettext_lazy(
        "By law a public buyer pays within 30 days, and this offer gives %(days)s. Is there a ground for the longer "
        "time?"
    ),
    cautions.LONG_PAYMENT_DAYS: gettext_lazy(
        "Between businesses, %(days)s days to pay holds only if it is expressly agreed, because it is over 30."
    ),
    TRAVEL_MARGIN_SCHEME: gettext_lazy(
        "The lead sells other firms' travel services in its own name (%(lines)s), and then the margin scheme for "
        "travel applies (VAT Act, section 80). The VAT shown is not worked out by that scheme."
    ),
    cautions.REVERSE_CHARGE_WITHOUT_VAT_NUMBER: gettext_lazy(
        "The client's VAT number is missing. An invoice with reverse charge (%(lines)s) must carry it."
    ),
    cautions.EACH_INVOICES_LEAD_ANSWERS: gettext_lazy(
        "Each firm invoices its own part, yet the lead answers for the whole. Usually whoever answers also invoices."
    ),
    cautions.LEAD_INVOICES_EACH_ANSWERS: gettext_lazy(
        "The lead invoices the whole, yet each firm answers only for its own part. Usually whoever invoices also "
        "answers."
    ),
    cautions.LEAD_OUTSIDE_VAT: gettext_lazy(
        "%(firm)s is not VAT-liable, so it cannot deduct the VAT on its partners' invoices."
    ),
    cautions.CONTRACTORS_OBLIGATIONS: gettext_lazy(
        "%(firm)s does work for %(amount)s without VAT, which is over 9,000 euros. The lead needs its "
        "contractor's-obligations papers."
    ),
    cautions.MILESTONE_BEFORE_VALIDITY_ENDS: gettext_lazy(
        "%(milestone)s begins on %(starts_on)s, while the offer can still be accepted. Say in the offer that the dates "
        "hold if the order comes by %(order_by)s."
    ),
    cautions.NOT_A_MICRO_ENTERPRISE: gettext_lazy(
        "%(firm)s has %(staff)s people. A micro-enterprise has fewer than ten."
    ),
    cautions.NOBODY_ACCEPTS: gettext_lazy("No contact of the client is marked as the one who accepts."),
    cautions.CONSUMER_CLIENT: gettext_lazy("The client is a consumer, so prices must be shown with VAT."),
}


def sentence(caution: Caution) -> str:
    """The caution as one or two plain sentences in the active language. KeyError for a code without one."""
    language = Language((get_language() or Language.EN)[:2])
    return str(_SENTENCES[caution.code]) % {
        name: _said(name, value, language) for name, value in caution.params.items()
    }


def proposed_note(caution: Caution, language: Language) -> str | None:
    """The sentence that a caution proposes for the offer itself, in the offer's language; None for most cautions."""
    order_by = caution.params.get("order_by")
    if not isinstance(order_by, date):
        return None
    with override(language):
        return _("The dates hold if the order comes by %(order_by)s.") % {"order_by": formats.day(order_by, language)}


def _said(name: str, value: Param, language: Language) -> str:
    if isinstance(value, Decimal):
        write: Callable[[Decimal, Language], str] = formats.percent if name == "rate" else formats.money
        return write(value, language)
    if isinstance(value, date):
        return formats.day(value, language)
    if isinstance(value, tuple):
        return ", ".join(value)
    return str(value)
