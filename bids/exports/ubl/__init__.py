"""An offer as a UBL 2.1 Quotation, the XML that buyers' systems read."""

from bids.exports.ubl.quotation import quotation

__all__ = ["quotation"]
