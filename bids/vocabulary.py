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

    CHANGE_PDF = "change_pdf"
    OFFER_PDF = "offer_pdf"
    TWIN_JSON = "twin_json"
    TWIN_UBL = "twin_ubl"


PDFS = (DocumentKind.CHANGE_PDF, DocumentKind.OFFER_PDF)
"""The files that people read; the page about a change of what was agreed goes out with that change alone."""


class PaperKind(StrEnum):
    """What is drawn of a client's yes."""

    CERTIFICATE = "certificate"
    OWN_COPY = "own_copy"


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


IN_THE_OFFER = (PartState.LISTED, PartState.ASKED, PartState.IN, PartState.CALL_ME)
"""Where a firm may stand and still be named in the offer; a firm that said no, or was left out, is not."""


class BidState(StrEnum):
    """The state of the working copy; what was sent has states of its own."""

    DRAFTING = "drafting"
    SENDING = "sending"
    CLOSED = "closed"


class Answer(StrEnum):
    """What an asked firm said."""

    IN = "in"
    NO = "no"
    CALL_ME = "call_me"


class LinkWay(StrEnum):
    """How a private link reached somebody: in a letter, or copied by the asker into a message of their own."""

    MAILED = "mailed"
    COPIED = "copied"


class OkKind(StrEnum):
    """What an OK is about: the firm's own share, or what binds or pays the firm in the whole offer."""

    PART = "part"
    FRAME = "frame"


class OkMethod(StrEnum):
    """How an OK was given."""

    ANSWERED = "answered"
    TAPPED = "tapped"
    SENT = "sent"
    CARRIED_OVER = "carried_over"
    AGREED = "agreed"


class LeavingWhy(StrEnum):
    """Why a firm does not go on with what was agreed."""

    BANKRUPT = "bankrupt"
    ENDED = "ended"
    ILL = "ill"
    OTHER = "other"


class OkLack(StrEnum):
    """Why a firm's OK does not count."""

    NEVER_GIVEN = "never_given"
    CHANGED = "changed"
    TAKEN_BACK = "taken_back"
    DAY_PAST = "day_past"
    MAY_NO_LONGER = "may_no_longer"


class RevisionState(StrEnum):
    """What has become of a version of the offer."""

    FROZEN = "frozen"
    SENT = "sent"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    ABANDONED = "abandoned"


class SentHow(StrEnum):
    """How a version reached the client."""

    LETTER = "letter"
    OWN_MAIL = "own_mail"


class LinkScope(StrEnum):
    """What a client's link allows."""

    VIEW = "view"
    ASK = "ask"
    ACCEPT = "accept"


class DecisionKind(StrEnum):
    """What the client says to a version."""

    ACCEPT = "accept"
    DECLINE = "decline"


class DecisionMethod(StrEnum):
    """How a decision was made: clicked by the client and confirmed from its mailbox, or written down by the lead."""

    CLICKED = "clicked"
    RECORDED = "recorded"


class DecisionWay(StrEnum):
    """How a decision that the lead writes down came to it."""

    REPLY_MAIL = "reply_mail"
    SLIP = "slip"
    ORDER = "order"
    MINUTES = "minutes"
    PHONE = "phone"


class DecisionState(StrEnum):
    """Whether a decision counts."""

    STANDING = "standing"
    ANNULLED = "annulled"


class CodeFor(StrEnum):
    """What a code mailed to a client lets them do."""

    ACCEPT = "accept"
    DECLINE = "decline"
    OBJECT = "object"


class ConfirmedBy(StrEnum):
    """What of a letter a client confirmed an answer with: the code in it, or the button beside that."""

    CODE = "mailed_code"
    BUTTON = "mailed_button"


class PlaceKind(StrEnum):
    """What of a version a client asks about."""

    WHOLE = "whole"
    SECTION = "section"
    LINE = "line"
    PART = "part"


class QuestionState(StrEnum):
    """What became of a client's question."""

    OPEN = "open"
    DRAFTED = "drafted"
    RELEASED = "released"
    DROPPED = "dropped"


class WishKind(StrEnum):
    """What a client wishes to be otherwise."""

    WITHOUT_LINE = "without_line"
    LATER = "later"
    PRICE_WISH = "price_wish"
    OTHER = "other"


class ChangeRequestState(StrEnum):
    """What became of a client's wish."""

    OPEN = "open"
    ANSWERED = "answered"
    DECLINED = "declined"


class SuggestionState(StrEnum):
    """What became of a suggestion."""

    OPEN = "open"
    TAKEN = "taken"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class LetterState(StrEnum):
    """How far a letter has come. `held` waits for a person: it is not known whether it went."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    BOUNCED = "bounced"
    HELD = "held"
    CANCELLED = "cancelled"


class LetterKind(StrEnum):
    """What a letter is about; each has a folder of templates/letters."""

    ASKED = "asked"
    REMINDER = "reminder"
    LINK_RENEWED = "link_renewed"
    CODE = "code"
    PRICE_TOLD = "price_told"
    ASKED_AGAIN = "asked_again"
    CARRIED_OVER = "carried_over"
    CHANGES_TOLD = "changes_told"
    OK_GIVEN = "ok_given"
    ANSWERED = "answered"
    SUGGESTED = "suggested"
    LEFT_OUT = "left_out"
    OFFER_TO_CLIENT = "offer_to_client"
    OFFER_SENT = "offer_sent"
    OFFER_NOT_SENT = "offer_not_sent"
    OFFER_WITHDRAWN = "offer_withdrawn"
    OFFER_CLOSED = "offer_closed"
    VALIDITY_EXTENDED = "validity_extended"
    GROUP_ASKED = "group_asked"
    DECISION_CODE = "decision_code"
    DECISION_RECEIPT = "decision_receipt"
    DECISION_RECORDED = "decision_recorded"
    DECISION_OBJECTED = "decision_objected"
    DECISION_ANNULLED = "decision_annulled"
    OFFER_ACCEPTED = "offer_accepted"
    OFFER_DECLINED = "offer_declined"
    COUNTER_OFFER = "counter_offer"
    QUESTION_ASKED = "question_asked"
    ANSWER_DRAFTED = "answer_drafted"
    QUESTION_ANSWERED = "question_answered"
    CHANGES_ASKED = "changes_asked"
    CHANGES_ANSWERED = "changes_answered"
    FIRM_GONE = "firm_gone"
    CHANGE_CANCELLED = "change_cancelled"
    OWN_COPY = "own_copy"


WITH_A_VERSION = (LetterKind.OFFER_TO_CLIENT, LetterKind.VALIDITY_EXTENDED)
"""The letters with which the client gets a version of an offer."""


class ToldPriceState(StrEnum):
    """What became of a price that a partner told on the phone."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    WRONG = "wrong"
    WITHDRAWN = "withdrawn"


class OfferStage(StrEnum):
    """How far an offer has come, as a list of offers tells it: computed from all of its states, never stored."""

    DRAFT = "draft"
    PRICES = "prices"
    CALL = "call"
    OKS = "oks"
    READY = "ready"
    LAPSED = "lapsed"
    SENDING = "sending"
    SENT = "sent"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    DECLINED = "declined"
    ACCEPTED = "accepted"
    CHANGING = "changing"
    CLOSED = "closed"
