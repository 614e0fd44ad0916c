"""What a client wishes, in the reader's words."""

from typing import Final

from django.utils.text import Truncator
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from bids import formats
from bids.content import JointOffer
from bids.models import ChangeRequest
from bids.sheets.places import place_at
from bids.vocabulary import Language, PlaceKind, PriceBasis, WishKind

LONGEST_BESIDE: Final = 120
"""So much of what a client wrote with a wish stands beside it on one line."""


def wish_words(wish: ChangeRequest, offer: JointOffer) -> str:
    """The wish as one sentence without what the client wrote besides; `offer` is that of its version.

    Of a wish in the client's own words it is only said that it is one.
    """
    row = place_at(offer, PlaceKind.LINE, wish.line).words if wish.line else ""
    match WishKind(wish.kind):
        case WishKind.WITHOUT_LINE:
            return _("Without row %(row)s") % {"row": row}
        case WishKind.LATER:
            weeks = wish.weeks or 0
            return ngettext("%(weeks)s week later", "%(weeks)s weeks later", weeks) % {"weeks": weeks}
        case WishKind.PRICE_WISH:
            return _price_words(wish, row)
        case WishKind.OTHER:
            return _("Otherwise")


def wish_line(wish: ChangeRequest, offer: JointOffer) -> str:
    """The wish on one line, with what was written besides."""
    said, text = wish_words(wish, offer), " ".join(wish.text.split())
    return f"{said}: {Truncator(text).chars(LONGEST_BESIDE)}" if text else said


def _price_words(wish: ChangeRequest, row: str) -> str:
    language = Language((get_language() or Language.FI)[:2])
    price = formats.money(wish.amount, language) if wish.amount is not None else ""
    vat = _("excl. VAT") if wish.basis == PriceBasis.NET else _("incl. VAT")
    if row:
        return _("Row %(row)s for %(price)s (%(vat)s)") % {"row": row, "price": price, "vat": vat}
    return _("The whole for %(price)s (%(vat)s)") % {"price": price, "vat": vat}
