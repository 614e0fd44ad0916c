"""The words a joint offer is described with, each a closed list."""

from enum import StrEnum


class Invoicing(StrEnum):
    """Who sells to the client: every firm its own part, or the lead all of it."""

    EACH = "each"
    LEAD = "lead"


class Liability(StrEnum):
    """Who answers to the client for what."""

    SEVERAL = "several"
    JOINT = "joint"
    LEAD = "lead"


class PriceVisibility(StrEnum):
    """Which client-facing prices the firms of an offer see of each other."""

    ALL = "all"
    OWN_AND_TOTAL = "own+total"
    OWN = "own"


class Role(StrEnum):
    """What a firm is in an offer."""

    LEAD = "lead"
    MEMBER = "member"
    SUBCONTRACTOR = "subcontractor"


class ClientKind(StrEnum):
    """What kind of buyer the client is."""

    BUSINESS = "business"
    PUBLIC = "public"
    ASSOCIATION = "association"
    CONSUMER = "consumer"


class LinePricing(StrEnum):
    """How a line's price is promised."""

    FIXED = "fixed"
    UNIT = "unit"
    ESTIMATE = "estimate"
    CAP = "cap"
    RECURRING = "recurring"


class PriceBasis(StrEnum):
    """Whether a unit price was typed without or with VAT."""

    NET = "net"
    GROSS = "gross"


class VatCategory(StrEnum):
    """The VAT category codes of EN 16931 that this product uses (UNCL5305)."""

    STANDARD = "S"
    ZERO = "Z"
    EXEMPT = "E"
    REVERSE = "AE"
    OUTSIDE = "O"


class Supply(StrEnum):
    """Kinds of supply that raise a legal question."""

    ACCOMMODATION = "accommodation"
    TRANSPORT = "transport"
    TRAVEL_OTHER = "travel_other"
    CONSTRUCTION = "construction"
    HEALTH = "health"


class Profile(StrEnum):
    """How much of the offer a document prints."""

    COMPACT = "compact"
    FULL = "full"


class Theme(StrEnum):
    """The looks a document can have; each is a folder of templates/documents."""

    SELKEA = "selkea"


class Language(StrEnum):
    """The languages of pages, letters and documents."""

    FI = "fi"
    SV = "sv"
    EN = "en"


class DocumentKind(StrEnum):
    """What a rendered file is."""

    OFFER_PDF = "offer_pdf"
    TWIN_JSON = "twin_json"
    TWIN_UBL = "twin_ubl"


class DocumentState(StrEnum):
    """How far a document has come."""

    QUEUED = "queued"
    RENDERING = "rendering"
    DONE = "done"
    FAILED = "failed"


class PartState(StrEnum):
    """Where a firm stands in an offer that is being written."""

    LISTED = "listed"
    ASKED = "asked"
    IN = "in"
    NO = "no"
    CALL_ME = "call_me"
    TAKEN_OVER = "taken_over"
    LEFT_OUT = "left_out"
    LEFT = "left"


class BidState(StrEnum):
    """The state of the working copy; what was sent has states of its own."""

    DRAFTING = "drafting"
    SENDING = "sending"
    CLOSED = "closed"
