"""Why a choice cannot be priced, in the reader's language."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from bids import choosing, pricing
from bids.pricing import ChoiceFault

_SENTENCES: Final[Mapping[str, str]] = {
    choosing.UNKNOWN_LINE: _("There is no line %(line)s in this offer."),
    choosing.LINE_CHOSEN_TWICE: _("Line %(line)s was picked twice."),
    choosing.LINE_ALWAYS_COUNTS: _("Line %(line)s is part of the offer anyway."),
    choosing.UNKNOWN_PACKAGE: _("There is no package %(package)s in this offer."),
    choosing.TWO_OF_ONE_GROUP: _("Pick only one of these: %(lines)s."),
    choosing.GROUP_WITHOUT_DEFAULT: _("Pick one of the group “%(group)s”."),
    choosing.TWO_REPLACE_ONE_LINE: _("These stand in place of the same line, so pick only one: %(lines)s."),
    pricing.DISCOUNT_ABOVE_LINES_NET: _("With this choice the discount would be more than the lines come to."),
    pricing.TRAVEL_MARGIN_SCHEME: _(
        "If the lead sells others' travel services, their VAT follows the margin scheme, which is not reckoned here. "
        "Let each firm invoice its own part."
    ),
    pricing.FEE_WITHOUT_DELIVERY: _("The coordination fee needs a delivery day: its VAT rate follows from it."),
}


def choice_sentence(fault: ChoiceFault) -> str:
    """One plain sentence for one fault; every code a choice can be refused with is known here."""
    return gettext(_SENTENCES[fault.code]) % fault.params
