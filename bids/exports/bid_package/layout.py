"""Every key of a bid package: what it holds, what it means and what holds when it is left out."""

from decimal import Decimal
from enum import StrEnum
from typing import Any

from bids.content import (
    Adjustment,
    ClientCard,
    Contact,
    Endorsement,
    FirmCard,
    Instalment,
    JointOffer,
    Line,
    MilestoneCard,
    NamedChoice,
    NeedCard,
    OfferFile,
    OfferPart,
    Period,
    Reference,
    Section,
    ServiceCompany,
    Term,
    VatOfSupply,
)
from bids.exports.bid_package.kinds import (
    COLOUR,
    EMAIL,
    FILE_NAME,
    MUNICIPALITY,
    PERCENT,
    Base64,
    BusinessId,
    Constant,
    Day,
    Flag,
    ListOf,
    Number,
    Text,
    VatNumber,
    Whole,
    Word,
    name_of,
)
from bids.exports.bid_package.shapes import Key, MapOf, Shape
from bids.exports.bid_package.vat_word import VAT_WORDS, VatWord
from bids.vocabulary import (
    ClientKind,
    Invoicing,
    Language,
    Liability,
    LinePricing,
    PriceBasis,
    PriceVisibility,
    Profile,
    Role,
    Supply,
    Theme,
)

FORMAT = "punos.bid-package/1"

MOST_FIRMS = 20
MOST_LINES = 400
MOST_FILES = 20
LARGEST_FILE_KILOBYTES = 200
ALL_FILES_KILOBYTES = 2000


class FileType(StrEnum):
    """The media types a picture of the package may have."""

    PNG = "image/png"
    JPEG = "image/jpeg"
    WEBP = "image/webp"
    SVG = "image/svg+xml"


_NAME = Text(most=200, one_line=True, least=1)
_TITLE = Text(most=500, one_line=True, least=1)
_SHORT = Text(most=200, one_line=True)
_PROSE = Text()
_PROSE_NEEDED = Text(least=1)
_QUANTITY = Number(decimals=3, most=Decimal("999999999.999"), above_least=True)
_CODE = name_of(12)
_ID = name_of(40)
_FIRM_KEY = name_of(12)
_WORDS = ListOf(_NAME, most=100)
_SENTENCES = ListOf(_PROSE_NEEDED, most=100)


PERIOD = Shape(
    "period",
    Period,
    (
        Key("from", Day(), "The first day.", attribute="starts_on"),
        Key("to", Day(), "The last day, included.", attribute="ends_on"),
    ),
)

CONTACT = Shape(
    "contact",
    Contact,
    (
        Key("name", _NAME, "The person's name."),
        Key("email", EMAIL, "E-mail address.", ""),
        Key("phone", Text(most=40, one_line=True), "Telephone number as it is to be printed.", ""),
        Key(
            "role",
            Text(most=100, one_line=True),
            'What the person does; "accepts" for the client\'s person who may say yes.',
            "",
        ),
    ),
)

CLIENT = Shape(
    "client",
    ClientCard,
    (
        Key("name", _NAME, "The client's name."),
        Key("kind", Word(ClientKind), "What kind of buyer the client is.", ClientKind.BUSINESS),
        Key("business_id", BusinessId(), "The client's Business ID.", None),
        Key("vat_number", VatNumber(), "The client's VAT number, needed for reverse charge.", None),
        Key("municipality", MUNICIPALITY, "The client's municipality, Statistics Finland's three digits.", ""),
        Key(
            "deducts_vat",
            Flag(),
            "Whether the client gets the VAT back, and so compares prices without it.",
            default=True,
        ),
        Key("e_invoice", _SHORT, "The client's e-invoice address.", None),
        Key("order_reference", _SHORT, "The reference the client wants on invoices.", None),
        Key("contacts", ListOf(CONTACT, most=20), "The client's people.", ()),
    ),
)

NEED = Shape(
    "need",
    NeedCard,
    (
        Key("title", Text(most=500, one_line=True), "What is needed, in one line.", ""),
        Key("text", _PROSE, "The need as the firms understand it.", ""),
        Key("skills", _WORDS, "The skills it takes.", ()),
        Key("municipality", MUNICIPALITY, "Where the work is done.", ""),
    ),
)

SECTION = Shape(
    "section",
    Section,
    (
        Key("title", _TITLE, "The heading."),
        Key("text", _PROSE_NEEDED, "The text."),
        Key("owner", _FIRM_KEY, "Key of the firm that wrote it; left out for a joint text.", ""),
        Key("language", Word(Language, empty=True), "The text's language where it is not the offer's.", ""),
    ),
)

SERVICE_COMPANY = Shape(
    "service_company",
    ServiceCompany,
    (
        Key("name", _NAME, "The invoicing service's name."),
        Key("business_id", BusinessId(), "The invoicing service's Business ID."),
        Key("vat_liable", Flag(), "Whether the invoicing service charges VAT.", default=True),
    ),
)

FIRM = Shape(
    "firm",
    FirmCard,
    (
        Key("name", _NAME, "The firm's name."),
        Key(
            "business_id",
            BusinessId(),
            "The firm's Business ID; null for a light entrepreneur, or while it is not known.",
            None,
        ),
        Key("legal_form", Text(most=40, one_line=True), "tmi, oy, ky, ay, osk, ry …", ""),
        Key("municipality", MUNICIPALITY, "The firm's municipality, Statistics Finland's three digits.", ""),
        Key("staff", Whole(least=0, most=30_000), "How many people work in the firm.", None),
        Key("vat_liable", Flag(), "Whether the firm is liable to VAT; a firm that is not charges none.", default=True),
        Key(
            "invoiced_through",
            SERVICE_COMPANY,
            "The service a light entrepreneur invoices through; it is the seller.",
            None,
        ),
        Key("fields", _WORDS, "The firm's fields of business.", ()),
        Key("skills", _WORDS, "What the firm can do.", ()),
        Key("colour", COLOUR, "The colour of the firm's thread, #rrggbb.", ""),
        Key("logo", FILE_NAME, "Name of the logo among the package's files.", ""),
        Key("contact", CONTACT, "Whom to talk to in the firm.", None),
    ),
)

REFERENCE = Shape(
    "reference",
    Reference,
    (
        Key("title", _TITLE, "The earlier work."),
        Key("client", _SHORT, "For whom it was done.", ""),
        Key("year", Whole(least=1900, most=2100), "When it was done.", None),
        Key("text", _PROSE, "More about it.", ""),
    ),
)

ENDORSEMENT = Shape(
    "endorsement",
    Endorsement,
    (
        Key("text", _PROSE_NEEDED, "The praise."),
        Key("by", _SHORT, "Who gives it.", ""),
    ),
)


def _vat_word(line: Line) -> Any:
    if line.vat.category in VAT_WORDS:
        return line.vat.category
    if line.vat.rate is None:
        raise ValueError(
            f"Line {line.code} says neither a rate nor why there is none; outside VAT is a firm, never a line."
        )
    return line.vat.rate


def _single_day(line: Line) -> Any:
    return line.delivered.ends_on if line.delivered and line.delivered.starts_on == line.delivered.ends_on else None


def _day_of_several(attribute: str) -> Any:
    def taken(line: Line) -> Any:
        return getattr(line.delivered, attribute) if line.delivered and _single_day(line) is None else None

    return taken


def _line(**values: Any) -> Line:
    vat, reason = values.pop("vat"), values.pop("vat_reason")
    on, starts_on, ends_on = (values.pop(f"delivered_{end}") for end in ("on", "from", "to"))
    rate = vat if isinstance(vat, Decimal) else None
    return Line(
        vat=VatOfSupply(category=VatWord.category_of(vat), rate=rate, reason=reason),
        delivered=Period(starts_on=on or starts_on, ends_on=on or ends_on) if on or starts_on else None,
        **values,
    )


LINE = Shape(
    "line",
    _line,
    (
        Key("code", _CODE, "The line's code, unique in the whole offer."),
        Key("text", _PROSE_NEEDED, "What is sold."),
        Key("pricing", Word(LinePricing), "How the price is promised.", LinePricing.FIXED),
        Key(
            "quantity",
            _QUANTITY,
            "How much of it; for a recurring line the number of periods.",
        ),
        Key("unit", Text(most=40, one_line=True, least=1), "What the quantity counts.", "erä"),
        Key("unit_price", Number(decimals=4, shown=2), "The price of one unit in euros."),
        Key(
            "price_basis",
            Word(PriceBasis),
            "Whether the unit price is without (net) or with VAT (gross).",
            PriceBasis.NET,
        ),
        Key("discount_percent", PERCENT, "The line's own discount.", Decimal(0)),
        Key(
            "vat",
            VatWord(),
            "The VAT of the supply: a rate, zero, exempt or reverse.",
            take=_vat_word,
            default=VatWord.GENERAL,
        ),
        Key(
            "vat_reason",
            _SHORT,
            "Why no VAT is charged; with zero, exempt and reverse.",
            "",
            take=lambda line: line.vat.reason,
        ),
        Key("supply", Word(Supply), "The kind of supply, where it raises a legal question.", None),
        Key("delivered_on", Day(), "The day of delivery, where it is not the offer's.", None, take=_single_day),
        Key(
            "delivered_from",
            Day(),
            "The first day of delivery, with delivered_to.",
            None,
            take=_day_of_several("starts_on"),
        ),
        Key(
            "delivered_to",
            Day(),
            "The last day of delivery, with delivered_from.",
            None,
            take=_day_of_several("ends_on"),
        ),
        Key("optional", Flag(), "Counts only when the client chooses it.", default=False),
        Key("replaces", _CODE, "Code of the line that this one takes out when chosen.", None),
        Key("group", _ID, "Name of a group of lines of which exactly one counts.", None),
        Key("default", Flag(), "The line of the group that counts until another is chosen.", default=False),
        Key(
            "cap_quantity",
            _QUANTITY,
            "The quantity the price is capped at; with pricing cap.",
            None,
        ),
    ),
)

PART = Shape(
    "part",
    OfferPart,
    (
        Key("key", _FIRM_KEY, "The firm's initials, unique in the offer; used wherever a firm is named."),
        Key("role", Word(Role), "What the firm is in the offer; exactly one leads."),
        Key("firm", FIRM, "The firm as it presents itself."),
        Key("summary", _PROSE, "What the firm does in this offer.", ""),
        Key("included", _SENTENCES, "What the firm's price includes.", ()),
        Key("excluded", _SENTENCES, "What it does not include.", ()),
        Key("assumptions", _SENTENCES, "What the price rests on.", ()),
        Key("references", ListOf(REFERENCE, most=50), "Earlier work.", ()),
        Key("endorsements", ListOf(ENDORSEMENT, most=50), "What others say of the firm.", ()),
        Key("lines", ListOf(LINE, most=MOST_LINES), "The priced lines.", ()),
    ),
)

ADJUSTMENT = Shape(
    "adjustment",
    Adjustment,
    (
        Key("name", _NAME, "What it is called in the offer."),
        Key("percent", PERCENT, "As a percentage; not together with amount.", None),
        Key("amount", Number(decimals=2, shown=2), "In euros without VAT; not together with percent.", None),
    ),
)

INSTALMENT = Shape(
    "instalment",
    Instalment,
    (
        Key("name", _NAME, "When it is paid."),
        Key("percent", PERCENT, "Its share of the total with VAT."),
    ),
)

TERM = Shape(
    "term",
    Term,
    (
        Key("title", _TITLE, "The heading."),
        Key("text", _PROSE_NEEDED, "The condition."),
    ),
)

MILESTONE = Shape(
    "milestone",
    MilestoneCard,
    (
        Key("id", _ID, "Its name in needs, unique in the offer."),
        Key("name", _TITLE, "What is reached."),
        Key("starts_on", Day(), "Its first day."),
        Key("ends_on", Day(), "Its last day."),
        Key("owner", _FIRM_KEY, "Key of the firm that does it, or client."),
        Key("needs", ListOf(_ID, most=100), "Ids of the milestones it waits for.", ()),
        Key("hands_over_to", _FIRM_KEY, "Key of the firm that goes on from it, or client.", ""),
    ),
)

PACKAGE = Shape(
    "package",
    NamedChoice,
    (
        Key("id", _ID, "Its name in commands and links, unique in the offer."),
        Key("name", _NAME, "What the client reads."),
        Key("text", _PROSE, "What one gets.", ""),
        Key("lines", ListOf(_CODE, most=MOST_LINES), "Codes of the lines chosen on top of what counts anyway.", ()),
        Key("default", Flag(), "Whether it is the one chosen beforehand.", default=False),
    ),
)


def _file(*, media_type: FileType, **values: Any) -> OfferFile:
    return OfferFile(media_type=str(media_type), **values)


FILE = Shape(
    "file",
    _file,
    (
        Key("type", Word(FileType), "The picture's media type.", attribute="media_type"),
        Key("base64", Base64(most=LARGEST_FILE_KILOBYTES * 1000), "The file's bytes in Base64.", attribute="data"),
    ),
)


def _offer(**values: Any) -> JointOffer:
    del values["format"]
    return JointOffer(**values)


OFFER = Shape(
    "offer",
    _offer,
    (
        Key("format", Constant(FORMAT), "The name of this format.", take=lambda _: FORMAT),
        Key("number", Text(most=40, one_line=True, least=1), "The offer's number."),
        Key("title", _TITLE, "What the offer is called."),
        Key("language", Word(Language), "The language of the promise.", Language.FI),
        Key("issued_on", Day(), "The day of the offer."),
        Key("valid_until", Day(), "The last day the client may say yes, to its end in Helsinki."),
        Key("binding", Flag(), "Whether the offer binds the firms.", default=True),
        Key("reference", Text(most=500, one_line=True), "What the offer answers to.", ""),
        Key("delivery", PERIOD, "When everything is delivered, unless a line says otherwise.", None),
        Key("invoicing", Word(Invoicing), "Whether each firm invoices its own part, or the lead all.", Invoicing.EACH),
        Key("liability", Word(Liability), "Who answers to the client for what.", Liability.SEVERAL),
        Key("payment_days", Whole(least=0, most=365), "Days net.", 14),
        Key(
            "price_visibility", Word(PriceVisibility), "Which prices the firms see of each other.", PriceVisibility.ALL
        ),
        Key("theme", Word(Theme), "The look of the document.", Theme.SELKEA),
        Key("profile", Word(Profile), "How much the document prints.", Profile.COMPACT),
        Key("discount", ADJUSTMENT, "A discount on the whole offer.", None),
        Key(
            "coordination_fee", ADJUSTMENT, "The lead's fee, as a percentage of the partners' lines or an amount.", None
        ),
        Key(
            "payment_plan", ListOf(INSTALMENT, most=24), "Instalments of the total with VAT, together 100 percent.", ()
        ),
        Key("terms", ListOf(TERM, most=100), "Conditions of the offer.", ()),
        Key("general_terms", Text(most=500, one_line=True), "General terms the offer refers to.", ""),
        Key("notes", _SENTENCES, "Short remarks the document prints.", ()),
        Key("client", CLIENT, "Whom the offer is for."),
        Key("need", NEED, "What the client wants.", None),
        Key("sections", ListOf(SECTION, most=100), "Prose of the offer.", ()),
        Key("parts", ListOf(PART, most=MOST_FIRMS, least=1), "The firms, each with its share."),
        Key("milestones", ListOf(MILESTONE, most=200), "The schedule.", ()),
        Key("packages", ListOf(PACKAGE, most=50), "Named choices for the client.", ()),
        Key("files", MapOf(FILE_NAME, FILE, most=MOST_FILES), "Pictures, by name.", ()),
    ),
)
