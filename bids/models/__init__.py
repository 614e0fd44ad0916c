"""One noun a file: what a joint offer is made of, who is asked and says OK, and what is drawn and sent.

`LineCost` is left out: only `bids.queries.costs` reads and writes it.
"""

import bids.models.line_cost  # noqa: F401 - the model must be known, though nobody takes it from here
from bids.models.approval import Approval, ApprovalRevocation
from bids.models.asset import Asset
from bids.models.bid import Bid
from bids.models.bid_file import BidFile
from bids.models.change_request import ChangeRequest
from bids.models.client import Client, ClientContact
from bids.models.client_link import ClientLink
from bids.models.decision import CounterOffer, Decision, DecisionStanding, Evidence, EvidenceIdentity
from bids.models.decision_paper import DecisionPaper
from bids.models.document import Document
from bids.models.draft import Draft
from bids.models.frozen_sheet import FrozenSheet
from bids.models.group import Group, GroupMember, GroupYes
from bids.models.held_answer import HeldAnswer
from bids.models.instalment import PlannedInstalment
from bids.models.invitation import Invitation, InvitationLink
from bids.models.legal_answer import LegalAnswer
from bids.models.letter import Letter
from bids.models.line_item import LineItem
from bids.models.meeting import Meeting
from bids.models.milestone import Milestone, MilestoneNeed
from bids.models.need import Need
from bids.models.one_time_code import OneTimeCode
from bids.models.option_group import OptionGroup
from bids.models.own_work import ActualQuantity, InvoiceMark, PartDone
from bids.models.package import Package, PackageLine
from bids.models.part import Part
from bids.models.question import Question
from bids.models.revision import Revision, RevisionPart, RevisionStanding
from bids.models.section import Section
from bids.models.suggestion import Suggestion
from bids.models.term import Term
from bids.models.told_price import ToldPrice

__all__ = [
    "ActualQuantity",
    "Approval",
    "ApprovalRevocation",
    "Asset",
    "Bid",
    "BidFile",
    "ChangeRequest",
    "Client",
    "ClientContact",
    "ClientLink",
    "CounterOffer",
    "Decision",
    "DecisionPaper",
    "DecisionStanding",
    "Document",
    "Draft",
    "Evidence",
    "EvidenceIdentity",
    "FrozenSheet",
    "Group",
    "GroupMember",
    "GroupYes",
    "HeldAnswer",
    "Invitation",
    "InvitationLink",
    "InvoiceMark",
    "LegalAnswer",
    "Letter",
    "LineItem",
    "Meeting",
    "Milestone",
    "MilestoneNeed",
    "Need",
    "OneTimeCode",
    "OptionGroup",
    "Package",
    "PackageLine",
    "Part",
    "PartDone",
    "PlannedInstalment",
    "Question",
    "Revision",
    "RevisionPart",
    "RevisionStanding",
    "Section",
    "Suggestion",
    "Term",
    "ToldPrice",
]
