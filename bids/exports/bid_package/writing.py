"""From a joint offer to its package file, always the same bytes for the same offer."""

import json
from typing import Any

from bids.content import JointOffer
from bids.exports.bid_package.layout import OFFER


def write_package(offer: JointOffer) -> dict[str, Any]:
    """The package of an offer: keys in the order of the documentation, those equal to their default left out.

    The VAT of a line is always written: what is promised must not follow from a table that changes.
    """
    package: dict[str, Any] = OFFER.write(offer)
    return package


def package_bytes(offer: JointOffer) -> bytes:
    """The package file of an offer: UTF-8, indented by two spaces, with a last line end."""
    return (json.dumps(write_package(offer), ensure_ascii=False, indent=2) + "\n").encode("utf-8")
