"""The words of the closed lists, as the pages say them."""

from typing import Final

from django.utils.translation import gettext_lazy as _

INVOICING: Final = [("each", _("Each firm invoices its own part")), ("lead", _("The lead invoices everything"))]
LIABILITY: Final = [
    ("several", _("Each answers for its own part")),
    ("joint", _("All answer for everything together")),
    ("lead", _("The lead answers for everything")),
]
VISIBILITY: Final = [
    ("all", _("All see the prices the client sees")),
    ("own+total", _("Each sees its own prices and the total")),
    ("own", _("Each sees its own prices only")),
]
ANSWERING_SEES_TOTAL: Final = _("Where all firms answer for everything together, each sees the total too.")
PRICING: Final = [
    ("fixed", _("Fixed price")),
    ("unit", _("By the unit, as delivered")),
    ("estimate", _("Estimate")),
    ("cap", _("Estimate with a ceiling")),
    ("recurring", _("Recurring, for a fixed term")),
]
BASIS: Final = [("net", _("excl. VAT")), ("gross", _("incl. VAT"))]
COUNTS: Final = [
    ("always", _("Always counts")),
    ("option", _("The client may choose it on top")),
    ("instead", _("The client may choose it in place of another row")),
    ("group", _("One of a group, of which exactly one counts")),
]
SUPPLY: Final = [
    ("", _("Nothing of these")),
    ("accommodation", _("Accommodation")),
    ("transport", _("Transport of people")),
    ("travel_other", _("Other travel service")),
    ("construction", _("Construction work")),
    ("health", _("Health or social care")),
]
NO_VAT: Final = [
    ("zero", _("0 % (zero rate)")),
    ("exempt", _("Exempt from VAT")),
    ("reverse", _("Reverse charge: the buyer pays the VAT")),
]
CLIENT_KIND: Final = [
    ("business", _("A firm")),
    ("public", _("A public body")),
    ("association", _("An association")),
    ("consumer", _("A private person")),
]
ADJUSTED_BY: Final = [("none", _("None")), ("percent", _("Percent")), ("amount", _("Euros, excl. VAT"))]
