"""What a joint offer says, as frozen values: the one shape that packages, rows, sheets and sums share.

Nothing here knows Django, a database or a file. A package is read into a `JointOffer`, rows are gathered into one,
and every total, page, PDF and export is made from one, so that they cannot disagree.

Amounts are euros as `Decimal`, percentages are per hundred (25.5 means 25.5 %), days are `date`, texts are Markdown.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

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
    VatCategory,
)

CLIENT = "client"
"""The key that stands for the client where a firm's key could stand (milestones)."""


@dataclass(frozen=True, kw_only=True)
class Period:
    """A first and a last day, both included."""

    starts_on: date
    ends_on: date


@dataclass(frozen=True, kw_only=True)
class Contact:
    """A person to talk to. `role` is "accepts" for the client's person who may say yes."""

    name: str
    email: str = ""
    phone: str = ""
    role: str = ""


@dataclass(frozen=True, kw_only=True)
class ServiceCompany:
    """The invoicing service a light entrepreneur sells through; it is the seller."""

    name: str
    business_id: str
    vat_liable: bool = True


@dataclass(frozen=True, kw_only=True)
class FirmCard:
    """A firm as it presents itself in this offer. `logo` names a file of the offer, `colour` is `#rrggbb` or empty."""

    name: str
    business_id: str | None = None
    legal_form: str = ""
    municipality: str = ""
    staff: int | None = None
    vat_liable: bool = True
    invoiced_through: ServiceCompany | None = None
    fields: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    colour: str = ""
    logo: str = ""
    contact: Contact | None = None

    @property
    def seller_name(self) -> str:
        """The name an invoice of this firm comes from."""
        return self.invoiced_through.name if self.invoiced_through else self.name

    @property
    def seller_business_id(self) -> str | None:
        """The Business ID an invoice of this firm carries."""
        return self.invoiced_through.business_id if self.invoiced_through else self.business_id

    @property
    def charges_vat(self) -> bool:
        """Whether an invoice of this firm carries VAT at all (a service company sells by its own status)."""
        return self.invoiced_through.vat_liable if self.invoiced_through else self.vat_liable


@dataclass(frozen=True, kw_only=True)
class Reference:
    """Earlier work a firm shows."""

    title: str
    client: str = ""
    year: int | None = None
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class Endorsement:
    """Praise of a firm by another one."""

    text: str
    by: str = ""


@dataclass(frozen=True, kw_only=True)
class VatOfSupply:
    """The VAT that what is sold carries when somebody liable sells it. `rate` is None unless the category is S."""

    category: VatCategory
    rate: Decimal | None = None
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One row of one firm's part.

    Quantity has up to 3 decimals, unit price up to 4; `delivered` is None for the offer's own period.
    """

    code: str
    text: str
    quantity: Decimal
    unit_price: Decimal
    vat: VatOfSupply
    pricing: LinePricing = LinePricing.FIXED
    unit: str = "erä"
    price_basis: PriceBasis = PriceBasis.NET
    discount_percent: Decimal = Decimal(0)
    supply: Supply | None = None
    delivered: Period | None = None
    optional: bool = False
    replaces: str | None = None
    group: str | None = None
    default: bool = False
    cap_quantity: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class OfferPart:
    """One firm's share of the offer. `key` is the firm's initials, unique in the offer."""

    key: str
    role: Role
    firm: FirmCard
    lines: tuple[Line, ...] = ()
    summary: str = ""
    included: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()
    endorsements: tuple[Endorsement, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Adjustment:
    """A discount or a coordination fee: a percentage or an amount without VAT, never both."""

    name: str
    percent: Decimal | None = None
    amount: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class Instalment:
    """One step of the payment plan, as a percentage of the total with VAT."""

    name: str
    percent: Decimal


@dataclass(frozen=True, kw_only=True)
class Term:
    """One titled condition of the offer."""

    title: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Section:
    """One titled text of the proposal; `owner` is a firm's key or empty, `language` empty for the offer's own."""

    title: str
    text: str
    owner: str = ""
    language: str = ""


@dataclass(frozen=True, kw_only=True)
class ClientCard:
    """Whom the offer is for."""

    name: str
    kind: ClientKind = ClientKind.BUSINESS
    business_id: str | None = None
    vat_number: str | None = None
    municipality: str = ""
    deducts_vat: bool = True
    e_invoice: str | None = None
    order_reference: str | None = None
    contacts: tuple[Contact, ...] = ()


@dataclass(frozen=True, kw_only=True)
class NeedCard:
    """What the client wants, in the offer's words."""

    title: str = ""
    text: str = ""
    skills: tuple[str, ...] = ()
    municipality: str = ""


@dataclass(frozen=True, kw_only=True)
class MilestoneCard:
    """A dated step; `owner` is a firm's key or `CLIENT`, `needs` are ids of earlier steps."""

    id: str
    name: str
    starts_on: date
    ends_on: date
    owner: str
    needs: tuple[str, ...] = ()
    hands_over_to: str = ""


@dataclass(frozen=True, kw_only=True)
class NamedChoice:
    """What the client reads as a package: lines chosen on top of what counts anyway."""

    id: str
    name: str
    text: str = ""
    lines: tuple[str, ...] = ()
    default: bool = False


@dataclass(frozen=True, kw_only=True)
class OfferFile:
    """A picture the offer carries with it."""

    name: str
    media_type: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class JointOffer:
    """A whole joint offer: everything the client may come to see, and nothing else."""

    number: str
    title: str
    issued_on: date
    valid_until: date
    client: ClientCard
    parts: tuple[OfferPart, ...]
    language: Language = Language.FI
    binding: bool = True
    reference: str = ""
    delivery: Period | None = None
    invoicing: Invoicing = Invoicing.EACH
    liability: Liability = Liability.SEVERAL
    payment_days: int = 14
    price_visibility: PriceVisibility = PriceVisibility.ALL
    theme: Theme = Theme.SELKEA
    profile: Profile = Profile.COMPACT
    discount: Adjustment | None = None
    coordination_fee: Adjustment | None = None
    payment_plan: tuple[Instalment, ...] = ()
    terms: tuple[Term, ...] = ()
    general_terms: str = ""
    notes: tuple[str, ...] = ()
    need: NeedCard | None = None
    sections: tuple[Section, ...] = ()
    milestones: tuple[MilestoneCard, ...] = ()
    packages: tuple[NamedChoice, ...] = ()
    files: tuple[OfferFile, ...] = ()

    @property
    def lead(self) -> OfferPart:
        """The part of the firm that leads."""
        return next(part for part in self.parts if part.role == Role.LEAD)

    @property
    def lines(self) -> tuple[Line, ...]:
        """Every line of every part, in document order."""
        return tuple(line for part in self.parts for line in part.lines)

    def part_of(self, code: str) -> OfferPart:
        """The part a line belongs to; KeyError for an unknown code."""
        for part in self.parts:
            if any(line.code == code for line in part.lines):
                return part
        raise KeyError(code)

    def delivery_of(self, line: Line) -> Period | None:
        """When a line is delivered: its own period, or the offer's."""
        return line.delivered or self.delivery


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What the client has picked. `package` None means the one preselected in the offer; an empty string means none."""

    lines: frozenset[str] = frozenset()
    package: str | None = None


NOTHING_CHOSEN = Choice()


@dataclass(frozen=True, kw_only=True)
class FrozenAnswer:
    """A question of the client and what was answered. `place` is its address in that version, `about` its words.

    `firm` is the key of the firm that was asked; empty where a version was frozen before that was kept.
    """

    version: int
    place: str
    about: str
    question: str
    answer: str
    answered_at: datetime
    firm: str = ""
