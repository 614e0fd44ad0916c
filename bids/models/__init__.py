"""One noun a file: what a joint offer is made of, and what is drawn from it."""

from bids.models.asset import Asset
from bids.models.bid import Bid
from bids.models.bid_file import BidFile
from bids.models.client import Client, ClientContact
from bids.models.document import Document
from bids.models.frozen_sheet import FrozenSheet
from bids.models.instalment import PlannedInstalment
from bids.models.line_item import LineItem
from bids.models.milestone import Milestone, MilestoneNeed
from bids.models.need import Need
from bids.models.option_group import OptionGroup
from bids.models.package import Package, PackageLine
from bids.models.part import Part
from bids.models.section import Section
from bids.models.term import Term

__all__ = [
    "Asset",
    "Bid",
    "BidFile",
    "Client",
    "ClientContact",
    "Document",
    "FrozenSheet",
    "LineItem",
    "Milestone",
    "MilestoneNeed",
    "Need",
    "OptionGroup",
    "Package",
    "PackageLine",
    "Part",
    "PlannedInstalment",
    "Section",
    "Term",
]
