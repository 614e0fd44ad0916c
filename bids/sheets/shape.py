"""What a reader of an offer is shown, as frozen primitives in one language.

Every amount, day and number stands both as it is printed (`text`) and as it is reckoned with (`value`: a decimal
string with a point, or an ISO day). Texts written by people stay Markdown; `language` beside a text says when it is
not the sheet's own. Nothing here needs the offer it was made from: a sheet can be stored as JSON and drawn years later.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Money:
    """An amount in euros: `value` "3484.03", `text` "3 484,03 €", `bare` "3 484,03" for columns headed with €.

    All three are empty where the amount is not the reader's to see.
    """

    value: str
    text: str
    bare: str

    @property
    def is_hidden(self) -> bool:
        """Whether the amount is not this reader's to see."""
        return self.value == ""


HIDDEN = Money(value="", text="", bare="")
"""An amount that this reader does not see."""


@dataclass(frozen=True, kw_only=True)
class Day:
    """A day: `value` is ISO, `text` as it is printed."""

    value: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Sums:
    """A sum without VAT, its VAT, and with VAT."""

    net: Money
    vat: Money
    gross: Money


HIDDEN_SUMS = Sums(net=HIDDEN, vat=HIDDEN, gross=HIDDEN)
"""Sums that this reader does not see."""


@dataclass(frozen=True, kw_only=True)
class Thread:
    """The mark of a firm: `colour` (#rrggbb) reads at 4.5:1 or better on white, `tint` is a pale ground of its hue."""

    key: str
    initials: str
    colour: str
    tint: str


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody to talk to; `phone_link` is the number for a tel: address."""

    name: str
    email: str = ""
    phone: str = ""
    phone_link: str = ""


@dataclass(frozen=True, kw_only=True)
class PriceRow:
    """One line that counts in the sum.

    `mark` says how the price is promised when it is not fixed ("arvio"), `promise` the whole of it ("arvio, kattohinta
    1 200,00 €"). `vat` is the short text of the VAT column, `vat_note` the key of the note that explains it or empty.
    """

    code: str
    text: str
    quantity: str
    unit: str
    unit_price: str
    discount: str
    net: Money
    gross: Money | None
    vat: str
    vat_category: str
    vat_rate: str
    pricing: str
    mark: str
    promise: str
    delivered: str
    is_chosen: bool
    stands_for: str


@dataclass(frozen=True, kw_only=True)
class VatRow:
    """One row of the VAT summary; `reason` says why no VAT is charged."""

    label: str
    category: str
    rate: str
    taxable: Money
    vat: Money
    reason: str


@dataclass(frozen=True, kw_only=True)
class Invoice:
    """One invoice the client will get. `ordinal` counts from 1; `firm` is the key of the firm it comes from."""

    ordinal: int
    firm: str
    seller_name: str
    seller_business_id: str
    sums: Sums
    vat_rows: tuple[VatRow, ...]
    carries_vat: bool


@dataclass(frozen=True, kw_only=True)
class Reference:
    """Earlier work a firm shows; `line` is client and year together."""

    title: str
    line: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Endorsement:
    """What another firm says of this one."""

    text: str
    by: str


@dataclass(frozen=True, kw_only=True)
class Firm:
    """A firm of the offer: its card, what it does, its price rows and its sums.

    `does` is one plain line for lists. `vat_status` is a sentence when the firm charges no VAT, else empty.
    `sums` is the firm's invoice to the client, None when the lead invoices for all; `net` is the firm's rows less its
    share of the discount. `seller_name` differs from `name` for a light entrepreneur.
    """

    key: str
    thread: Thread
    is_lead: bool
    role: str
    role_text: str
    name: str
    business_id: str
    legal_form: str
    municipality: str
    seller_name: str
    seller_business_id: str
    invoiced_through: str
    vat_status: str
    contact: Person | None
    logo: str
    staff: str
    fields: tuple[str, ...]
    skills: tuple[str, ...]
    does: str
    summary: str
    included: tuple[str, ...]
    excluded: tuple[str, ...]
    assumptions: tuple[str, ...]
    references: tuple[Reference, ...]
    endorsements: tuple[Endorsement, ...]
    rows: tuple[PriceRow, ...]
    row_notes: tuple[str, ...]
    lines_net: Money
    discount: Money | None
    net: Money
    sums: Sums | None
    invoice: int

    @property
    def has_words(self) -> bool:
        """Whether the firm has said what it does, in words of its own."""
        return bool(self.summary or self.included or self.excluded or self.assumptions)

    @property
    def hides_prices(self) -> bool:
        """Whether what the firm's rows cost is not this reader's to see."""
        return self.lines_net.is_hidden


@dataclass(frozen=True, kw_only=True)
class ChoiceRow:
    """Something the client may choose, with what it adds and the totals the offer then has.

    `kind` is option, alternative, group or package. `adds` is with VAT and signed, `adds_net` without. `instead_of`
    names the replaced line. For the choice in force `is_chosen` is true and `totals` are the offer's own.
    """

    code: str
    kind: str
    firm: str
    text: str
    detail: str
    description: str
    instead_of: str
    adds: Money
    adds_net: Money
    totals: Sums
    is_chosen: bool


@dataclass(frozen=True, kw_only=True)
class ChoiceGroup:
    """Lines of which exactly one counts."""

    name: str
    rows: tuple[ChoiceRow, ...]


@dataclass(frozen=True, kw_only=True)
class InstalmentShare:
    """A firm's invoice of one instalment."""

    firm: str
    gross: Money


@dataclass(frozen=True, kw_only=True)
class Instalment:
    """One step of the payment plan, the client's sum and each invoice of it."""

    name: str
    percent: str
    gross: Money
    shares: tuple[InstalmentShare, ...]


@dataclass(frozen=True, kw_only=True)
class Step:
    """A dated step of the schedule. `owner` is a firm's key or "client"; `after` names the steps it waits for."""

    id: str
    name: str
    starts_on: Day
    ends_on: Day
    days: str
    week: str
    owner: str
    owner_name: str
    after: tuple[str, ...]
    hands_over_to: str


@dataclass(frozen=True, kw_only=True)
class GanttBar:
    """One bar: `left` and `width` are percent of the chart's time."""

    id: str
    name: str
    owner: str
    left: float
    width: float
    days: str


@dataclass(frozen=True, kw_only=True)
class GanttTick:
    """The start of a week or a month: `left` in percent, and its label."""

    left: float
    label: str


@dataclass(frozen=True, kw_only=True)
class Gantt:
    """The schedule as bars over time; `description` tells the same in words."""

    bars: tuple[GanttBar, ...]
    ticks: tuple[GanttTick, ...]
    description: str


@dataclass(frozen=True, kw_only=True)
class Text:
    """A titled text in Markdown; `owner` is a firm's key or empty, `language` empty for the content's own."""

    title: str
    text: str
    owner: str = ""
    language: str = ""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A question of the client and its answer, in their words. `about` names what it is about, as it was when asked.

    `place` is the address of that in this offer (`line:A1`, `part:KUV`, `section:2`), empty for the whole and for what
    is in it no more. `version` is the one that was asked about, `day` that of the answer.
    """

    place: str
    about: str
    question: str
    answer: str
    day: Day
    version: int


@dataclass(frozen=True, kw_only=True)
class Clause:
    """A sentence with legal weight, resolved: `key` names it in the table it comes from."""

    key: str
    text: str


@dataclass(frozen=True, kw_only=True)
class ClauseInAll:
    """The same sentence in every language the offer may be read in."""

    key: str
    fi: str
    sv: str
    en: str


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A label and what it says: the short facts of the first page. `key` names it (net, vat, ready, valid, payment)."""

    key: str
    label: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Client:
    """Whom the offer is for, and who may say yes."""

    name: str
    kind: str
    business_id: str
    vat_number: str
    municipality: str
    contact: Person | None
    e_invoice: str
    order_reference: str
    deducts_vat: bool


@dataclass(frozen=True, kw_only=True)
class Need:
    """What the client wants, in the offer's words."""

    title: str
    text: str
    municipality: str


@dataclass(frozen=True, kw_only=True)
class Slip:
    """The acceptance slip: the sentence that is signed, and whom it is returned to."""

    sentence: str
    return_to: str
    by: Day


@dataclass(frozen=True, kw_only=True)
class OfferSheet:
    """A whole offer as one reader sees it, for one choice of the client.

    `language` is the sheet's, `content_language` that of the texts people wrote. `firms` and `invoices` stand in
    document order. `facts` are the short facts of the first page. `clauses` are the sentences with legal weight in the
    sheet's language, `clauses_in_all` the same in every language. What is not in the offer is None or empty, and is
    then not printed. `headline` says which total leads, "net" for a client who deducts VAT and else "gross". `version`
    counts what was sent to the client; a draft has none. `answers` are those the version carries.
    """

    number: str
    title: str
    document_name: str
    language: str
    content_language: str
    profile: str
    theme: str
    is_draft: bool
    binding: bool
    is_joint: bool
    headline: str
    reference: str
    issued_on: Day
    valid_until: Day
    delivery: str
    invoicing: str
    liability: str
    payment_days: int
    client: Client
    contact: Person | None
    lead_text: str
    facts: tuple[Fact, ...]
    firms: tuple[Firm, ...]
    totals: Sums
    lines_net: Money
    fee: Money | None
    fee_name: str
    discount: Money | None
    discount_name: str
    vat_rows: tuple[VatRow, ...]
    invoices: tuple[Invoice, ...]
    options: tuple[ChoiceRow, ...]
    groups: tuple[ChoiceGroup, ...]
    packages: tuple[ChoiceRow, ...]
    plan: tuple[Instalment, ...]
    ceiling: Money | None
    caps_reached: Sums | None
    need: Need | None
    sections: tuple[Text, ...]
    steps: tuple[Step, ...]
    gantt: Gantt | None
    terms: tuple[Text, ...]
    general_terms: str
    notes: tuple[str, ...]
    clauses: tuple[Clause, ...]
    clauses_in_all: tuple[ClauseInAll, ...]
    slip: Slip
    version: int | None = None
    answers: tuple[Answer, ...] = ()

    @property
    def hides_totals(self) -> bool:
        """Whether what the offer comes to is not this reader's to see."""
        return self.totals.gross.is_hidden

    @property
    def hides_prices(self) -> bool:
        """Whether any firm's prices are not this reader's to see."""
        return any(firm.hides_prices for firm in self.firms)

    @property
    def lead(self) -> Firm:
        """The firm that leads."""
        return next(firm for firm in self.firms if firm.is_lead)

    @property
    def rows(self) -> tuple[PriceRow, ...]:
        """Every counted price row in document order."""
        return tuple(row for firm in self.firms for row in firm.rows)

    @property
    def choices(self) -> tuple[ChoiceRow, ...]:
        """Everything the client may choose: packages, members of groups, alternatives and options."""
        return (*self.packages, *(row for group in self.groups for row in group.rows), *self.options)

    def firm(self, key: str) -> Firm:
        """The firm with this key; KeyError when there is none."""
        for firm in self.firms:
            if firm.key == key:
                return firm
        raise KeyError(key)

    @property
    def has_scope(self) -> bool:
        """Whether any firm has said what it does, in words of its own."""
        return any(each.has_words for each in self.firms)

    @property
    def terms_clauses(self) -> tuple[Clause, ...]:
        """The sentences that are terms: all but the one the client signs."""
        return tuple(clause for clause in self.clauses if not clause.key.startswith("acceptance"))

    def clause(self, key: str) -> str:
        """The sentence of this key, or an empty string when the offer has none."""
        return next((clause.text for clause in self.clauses if clause.key == key), "")
