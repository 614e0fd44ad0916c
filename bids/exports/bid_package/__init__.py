"""The bid package: one JSON file that holds a joint offer, as `docs/bid-package.md` describes it."""

from bids.exports.bid_package.faults import Fault, PackageRefused
from bids.exports.bid_package.layout import FORMAT
from bids.exports.bid_package.moving import moved_by_weeks
from bids.exports.bid_package.reading import read_own_package, read_package
from bids.exports.bid_package.sentences import fault_line, fault_sentence
from bids.exports.bid_package.writing import package_bytes, write_package

__all__ = [
    "FORMAT",
    "Fault",
    "PackageRefused",
    "fault_line",
    "fault_sentence",
    "moved_by_weeks",
    "package_bytes",
    "read_own_package",
    "read_package",
    "write_package",
]
