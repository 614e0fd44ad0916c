"""What is typed on the answer screen: kept as it came, and read into an answer or a sentence beside each fault."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final
from uuid import UUID

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bids import formats, vat
from bids.content import FirmCard, Line, OfferPart, Period, ServiceCompany, VatOfSupply
from bids.models import LineItem, Milestone, Part
from bids.queries.answer_screen import AskedFor
from bids.steps.answers import ONE_LOT, AnsweredRow, AnsweredStep, FirmWords, PartAnswer
from bids.steps.proposed_lines import part_by_key
from bids.typed import NotReadable, days, number
from bids.units import known_units
from bids.vocabulary import Language, PriceBasis, VatCategory
from kernel.business_id import BusinessIdNotValid, normalised
from kernel.money import round_half_up
from kernel.text import clean_line, clean_text
from members.web.firm import WHAT_IS_WRONG

MOST_ROWS: Final = 40
MOST_STEPS: Final = 20
LONGEST_TEXT: Final = 4000
LONGEST_LINE: Final = 500
LONGEST_NAME: Final = 200
MOST_ITEMS: Final = 50

NOT_KEPT: Final = frozenset(
    {"csrfmiddlewaretoken", "act", "seen", "seen_part", "seen_frame", "leave_empty", "picture", "total"}
)
"""Fields that are no part of what somebody types."""

TRAP: Final = "leave_empty"
"""A field nobody sees: whoever fills it in is a program."""

SENTENCES: Final[dict[str, Promise]] = {
    "not_a_number": gettext_lazy("Write the price in digits, like 450 or 1 200,50."),
    "two_readings": gettext_lazy("Is that thousands or decimals? Write 1200 or 1,20."),
    "negative": gettext_lazy("A price is never below zero."),
    "too_large": gettext_lazy("That is more than a price here can be. Check the digits."),
    "too_fine": gettext_lazy("Too many decimals."),
    "not_a_day": gettext_lazy("Write a day like 24.4.2026, or a week like “week 17”."),
    "no_such_day": gettext_lazy("There is no such day in the calendar."),
    "past": gettext_lazy("That day has passed already."),
    "too_far": gettext_lazy("That is too far ahead. Check the year."),
}
EXEMPT: Final = "E"
UNIT_PRICE_STEP: Final = Decimal("0.0001")
"""As finely as a unit price is told."""


@dataclass
class RowWords:
    """One row as it is typed. `fixed_basis` is set where the row keeps its own way of counting VAT."""

    number: int
    row: str = ""
    text: str = ""
    quantity: str = "1"
    unit: str = ONE_LOT
    price: str = ""
    vat: str = ""
    optional: bool = False
    fixed_basis: str = ""
    faults: dict[str, str] = field(default_factory=dict)

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed in it."""
        return not (self.row or self.text.strip() or self.price.strip())

    @property
    def shown(self) -> int:
        """Its number for people."""
        return self.number + 1


@dataclass
class StepWords:
    """One dated step as it is typed."""

    number: int
    step: str = ""
    name: str = ""
    days: str = ""
    faults: dict[str, str] = field(default_factory=dict)

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed in it."""
        return not (self.step or self.name.strip() or self.days.strip())


class AnswerForm:
    """Words by field name, and after `read` the answer they make or the faults beside them."""

    def __init__(
        self,
        words: Mapping[str, str],
        *,
        part: Part,
        screen: AskedFor,
        today: date,
        language: Language,
        is_proven: bool,
    ) -> None:
        self.words = dict(words)
        self.part, self.screen, self.today, self.language = part, screen, today, language
        self.is_proven = is_proven
        self.faults: dict[str, str] = {}
        self.said: OfferPart = part_by_key(screen.offer, screen.key)
        self.card: FirmCard = self.said.firm
        self.rows = _rows(self.words)
        self.steps = _steps(self.words)

    def word(self, name: str) -> str:
        """What stands in a field."""
        return self.words.get(name, "")

    @property
    def is_list(self) -> bool:
        """Whether the rows are typed one by one."""
        return self.words.get("list") == "1"

    @property
    def knows_seller(self) -> bool:
        """Whether it is known who sells, so that nobody need type it."""
        return self.card.seller_business_id is not None

    @property
    def wants_total(self) -> bool:
        """Whether the sum must be typed: prices that stand there already are confirmed by nobody's mere press."""
        return self.is_list and not self.is_proven and bool(self.said.lines)

    @property
    def last_price(self) -> str:
        """The price that stands there, where it is to be typed anew."""
        if self.is_list or not self.said.lines or self.words.get("price"):
            return ""
        return formats.money(round_half_up(_price_each(self.said.lines[0])), self.language)

    @property
    def unfolds_seller(self) -> bool:
        """Whether the part about who sells holds anything, or something wrong."""
        named = ("service_name", "service_id", "outside_vat", "name", "vat")
        said = self.word("service_name") or self.word("outside_vat")
        return bool(said) or any(self.faults.get(name) for name in named)

    @property
    def unfolds_more(self) -> bool:
        """Whether the longer part is to be open."""
        named = ("summary", "included", "excluded", "assumptions", "picture", "picture_ticket")
        return (
            self.words.get("more") == "1"
            or any(self.word(name) or name in self.faults for name in named)
            or any(not step.is_blank for step in self.steps)
        )

    @property
    def units(self) -> list[str]:
        """The units to choose from, with those in use that the list does not know."""
        known = list(known_units())
        return known + sorted({row.unit for row in self.rows} - set(known) - {""})

    @property
    def rates(self) -> list[tuple[str, str]]:
        """The VAT to choose from."""
        day = self.screen.offer.delivery.ends_on if self.screen.offer.delivery else self.today
        rates = [(f"{rate:f}", formats.percent(rate, self.language)) for rate in vat.rates_on(day)]
        return [("", _("usual")), *rates, (EXEMPT, _("exempt"))]

    @property
    def fault_sentences(self) -> list[str]:
        """Every sentence there is, for the top of the page."""
        rows = [sentence for row in self.rows for sentence in row.faults.values()]
        return [*self.faults.values(), *rows, *(sentence for step in self.steps for sentence in step.faults.values())]

    def add_row(self) -> None:
        """One more row to type in."""
        if not self.is_list:
            self._spread()
        if len(self.rows) < MOST_ROWS:
            self.rows.append(RowWords(number=len(self.rows)))

    def drop_row(self, number: int) -> None:
        """One row less; a row that is written already is taken away when the answer is sent."""
        gone = next((row for row in self.rows if row.number == number), None)
        if gone is not None and gone.row:
            self.words["removed"] = " ".join([*self.word("removed").split(), gone.row])
        self.rows = [row for row in self.rows if row.number != number]
        for place, row in enumerate(self.rows):
            row.number = place

    def add_step(self) -> None:
        """One more dated step to type in."""
        self.words["more"] = "1"
        if len(self.steps) < MOST_STEPS:
            self.steps.append(StepWords(number=len(self.steps)))

    def drop_step(self, number: int) -> None:
        """One step less."""
        self.words["more"] = "1"
        gone = next((step for step in self.steps if step.number == number), None)
        if gone is not None and gone.step:
            self.words["removed_steps"] = " ".join([*self.word("removed_steps").split(), gone.step])
        self.steps = [step for step in self.steps if step.number != number]
        for place, step in enumerate(self.steps):
            step.number = place

    def kept_words(self) -> dict[str, str]:
        """Everything typed, for the draft."""
        loose = {
            name: value
            for name, value in self.words.items()
            if name not in NOT_KEPT and not name.startswith(("row-", "step-"))
        }
        return loose | _words_of_rows(self.rows) | _words_of_steps(self.steps)

    def read(self) -> PartAnswer | None:
        """The answer; None when something is to be corrected, each with its sentence in `faults` or beside its row."""
        ready = self._ready()
        rows = self._read_rows()
        firm = self._firm()
        texts = self._texts()
        steps = self._read_steps()
        if self.fault_sentences:
            return None
        return PartAnswer(
            rows=rows,
            ready=ready,
            removed=_ids(self.word("removed")),
            steps=steps,
            removed_steps=_ids(self.word("removed_steps")),
            firm=firm,
            **texts,
        )

    def take_faults(self, faults: Mapping[str, Any]) -> None:
        """Put sentences of an action beside the fields they are about."""
        for path, sentence in faults.items():
            self.faults[path if path in _FIELDS else "price" if not self.is_list else "rows"] = str(sentence)

    def _spread(self) -> None:
        """From the one price to a list of rows."""
        self.words["list"] = "1"
        standing = self.said.lines[0] if self.said.lines else None
        self.rows = [
            RowWords(
                number=0,
                row=self.word("row"),
                text=self.word("what"),
                price=self.word("price"),
                unit=standing.unit if standing else ONE_LOT,
                vat=self.word("vat"),
            )
        ]

    def _read_rows(self) -> tuple[AnsweredRow, ...]:
        if not self.is_list:
            return self._one_row()
        typed = [row for row in self.rows if not row.is_blank]
        if not typed:
            self.faults["rows"] = _("Write at least one row with its price.")
            return ()
        read = [row for row in (self._row(words) for words in typed) if row is not None]
        if len(read) == len(typed):
            self._check_sum(read)
        return tuple(read)

    def _one_row(self) -> tuple[AnsweredRow, ...]:
        text = clean_text(self.word("what")).strip()
        if not text:
            self.faults["what"] = _("Say in a few words what you do.")
        elif len(text) > LONGEST_TEXT:
            self.faults["what"] = _("At most %(most)s characters.") % {"most": LONGEST_TEXT}
        price = self._price(self.word("price"), self.faults, "price")
        if price is not None and price == 0:
            self.faults["price"] = _("Write a price above zero, or choose one of the other answers.")
        supply = self._vat(self.word("vat"), self.faults)
        if price is None or self.faults:
            return ()
        row = _id(self.word("row"))
        standing = next((line for line in self.said.lines), None) if row else None
        return (
            AnsweredRow(
                text=text,
                unit_price=price,
                row=row,
                unit=standing.unit if standing else ONE_LOT,
                price_basis=self._basis(),
                vat=supply,
            ),
        )

    def _row(self, words: RowWords) -> AnsweredRow | None:
        text = clean_text(words.text).strip()
        if not text:
            words.faults["text"] = _("What is this row?")
        elif len(text) > LONGEST_TEXT:
            words.faults["text"] = _("At most %(most)s characters.") % {"most": LONGEST_TEXT}
        quantity = self._quantity(words)
        price = self._price(words.price, words.faults, "price")
        supply = self._vat(words.vat, words.faults)
        unit = clean_line(words.unit) or ONE_LOT
        if words.faults or price is None or quantity is None:
            return None
        return AnsweredRow(
            text=text,
            unit_price=price,
            row=_id(words.row),
            quantity=quantity,
            unit=unit[:40],
            price_basis=PriceBasis(words.fixed_basis) if words.fixed_basis in set(PriceBasis) else self._basis(),
            optional=words.optional,
            vat=supply,
        )

    def _quantity(self, words: RowWords) -> Decimal | None:
        try:
            quantity = number(words.quantity, decimals=3)
        except NotReadable as why:
            words.faults["quantity"] = (
                _("How many?") if why.code == "empty" else _("Write the quantity in digits, like 15 or 2,5.")
            )
            return None
        if quantity == 0:
            words.faults["quantity"] = _("A quantity is more than nothing.")
            return None
        return quantity

    def _price(self, typed: str, faults: dict[str, str], name: str) -> Decimal | None:
        try:
            return number(typed, decimals=4 if self.is_list else 2)
        except NotReadable as why:
            faults[name] = _("Write your price.") if why.code == "empty" else str(SENTENCES[why.code])
            return None

    def _vat(self, typed: str, faults: dict[str, str]) -> VatOfSupply | None:
        """The VAT chosen; None for the usual one."""
        if not typed:
            return None
        if typed == EXEMPT:
            return VatOfSupply(category=VatCategory.EXEMPT)
        if typed not in {value for value, _name in self.rates}:
            faults["vat"] = _("Choose the VAT from the list.")
            return None
        return VatOfSupply(category=VatCategory.STANDARD, rate=Decimal(typed))

    def _basis(self) -> PriceBasis:
        return PriceBasis.GROSS if self.word("basis") == PriceBasis.GROSS.value else PriceBasis.NET

    def _check_sum(self, rows: list[AnsweredRow]) -> None:
        counted = [row for row in rows if not row.optional]
        total = sum((round_half_up(row.quantity * row.unit_price) for row in counted), Decimal(0))
        if not any(row.unit_price for row in rows):
            self.faults["rows"] = _("Write a price above zero, or choose one of the other answers.")
        elif self.wants_total and not self._is_total(total):
            shown = formats.money(round_half_up(total), self.language)
            self.faults["total"] = _("Your rows come to %(sum)s. Write that sum here, or correct the rows.") % {
                "sum": shown
            }

    def _is_total(self, total: Decimal) -> bool:
        try:
            return number(self.word("total")) == round_half_up(total)
        except NotReadable:
            return False

    def _ready(self) -> Period | None:
        if not self.word("ready").strip():
            return None
        try:
            return days(self.word("ready"), today=self.today)
        except NotReadable as why:
            self.faults["ready"] = str(SENTENCES[why.code])
            return None

    def _firm(self) -> FirmWords | None:
        if self.word("as_firm"):
            return None
        through = self._service()
        business_id = self._business_id("business_id")
        name = clean_line(self.word("name")) or self.card.name
        if len(name) > LONGEST_NAME:
            self.faults["name"] = _("At most %(most)s characters.") % {"most": LONGEST_NAME}
        if (
            not business_id
            and through is None
            and not {"business_id", "service_id", "service_name"} & self.faults.keys()
        ):
            self.faults["business_id"] = _(
                "Write your Business ID. If you have none, open “I invoice through a service company” below."
            )
        return FirmWords(
            name=name,
            business_id=business_id or None,
            invoiced_through=through,
            vat_liable=not self.word("outside_vat"),
        )

    def _service(self) -> ServiceCompany | None:
        name = clean_line(self.word("service_name"))
        if not name and not self.word("service_id").strip():
            return None
        if not name:
            self.faults["service_name"] = _("Which service company is it?")
        elif len(name) > LONGEST_NAME:
            self.faults["service_name"] = _("At most %(most)s characters.") % {"most": LONGEST_NAME}
        its_id = self._business_id("service_id")
        if not its_id and "service_id" not in self.faults:
            self.faults["service_id"] = _("The invoices need the service company's Business ID.")
        return ServiceCompany(name=name, business_id=its_id, vat_liable=self.word("service_vat") != "0")

    def _business_id(self, name: str) -> str:
        typed = self.word(name).strip()
        if not typed:
            return ""
        try:
            return normalised(typed)
        except BusinessIdNotValid as fault:
            sentence = _("This is a VAT number; the Business ID in it is %(id)s.") % {"id": fault.suggestion}
            self.faults[name] = sentence if fault.suggestion else str(WHAT_IS_WRONG[fault.reason])
            return ""

    def _texts(self) -> dict[str, Any]:
        said: dict[str, Any] = {}
        if "summary" in self.words:
            said["summary"] = clean_text(self.word("summary")).strip()
            if len(said["summary"]) > LONGEST_TEXT:
                self.faults["summary"] = _("At most %(most)s characters.") % {"most": LONGEST_TEXT}
        for name in ("included", "excluded", "assumptions"):
            if name in self.words:
                items = [line.strip(" -•*\t") for line in clean_text(self.word(name)).split("\n")]
                said[name] = tuple(item for item in items if item)
                if any(len(item) > LONGEST_LINE for item in said[name]) or len(said[name]) > MOST_ITEMS:
                    self.faults[name] = _("One short line for each thing, at most %(most)s of them.") % {
                        "most": MOST_ITEMS
                    }
        return said

    def _read_steps(self) -> tuple[AnsweredStep, ...] | None:
        if not self.steps and not self.word("removed_steps"):
            return None
        read = []
        for words in self.steps:
            if words.is_blank:
                continue
            name = clean_line(words.name)
            if not name or len(name) > LONGEST_LINE:
                words.faults["name"] = _("What happens then?")
            try:
                period = days(words.days, today=self.today)
            except NotReadable as why:
                empty = _("When is it?")
                words.faults["days"] = empty if why.code == "empty" else str(SENTENCES[why.code])
                continue
            read.append(AnsweredStep(name=name, days=period, step=_id(words.step)))
        return tuple(read)


_FIELDS: Final = frozenset(
    {
        "price",
        "what",
        "ready",
        "business_id",
        "service_name",
        "service_id",
        "name",
        "vat",
        "total",
        "picture",
        "summary",
    }
)


def words_from(posted: QueryDict) -> dict[str, str]:
    """The words of a form, one for each name."""
    return {name: str(value) for name, value in posted.items() if len(name) <= LONGEST_NAME}


def first_words(screen: AskedFor, part: Part, *, today: date, language: Language, is_proven: bool) -> dict[str, str]:
    """What stands in the fields before anything is typed: what the part says now, but prices only for a person."""
    said = part_by_key(screen.offer, screen.key)
    ready = _common_days(said.lines) or screen.offer.delivery
    words = {
        "basis": _common_basis(said.lines),
        "ready": _shown_days(ready, language) if ready and ready.ends_on >= today else "",
        "business_id": said.firm.business_id or "",
        "name": said.firm.name,
        "summary": said.summary,
        "included": "\n".join(said.included),
        "excluded": "\n".join(said.excluded),
        "assumptions": "\n".join(said.assumptions),
        "outside_vat": "" if said.firm.vat_liable else "1",
    }
    if said.firm.invoiced_through:
        through = said.firm.invoiced_through
        words |= {
            "service_name": through.name,
            "service_id": through.business_id,
            "service_vat": "1" if through.vat_liable else "0",
        }
    ids = {code: str(row) for code, row in LineItem.objects.filter(part=part).values_list("code", "public_id")}
    if len(said.lines) > 1 or any(line.quantity != 1 for line in said.lines):
        words["list"] = "1"
        rows = [_row_words(place, line, ids, words["basis"], language) for place, line in enumerate(said.lines)]
        words |= _words_of_rows(rows)
    else:
        line = said.lines[0] if said.lines else None
        words["what"] = line.text if line else part.asked
        words["row"] = ids.get(line.code, "") if line else ""
        words["price"] = _shown_price(round_half_up(_price_each(line)), language) if line and is_proven else ""
        words["vat"] = _vat_word(line) if line else ""
    own = Milestone.objects.filter(owner=part).order_by("position")
    steps = [
        StepWords(
            number=place,
            step=str(row.public_id),
            name=row.name,
            days=_shown_days(Period(starts_on=row.starts_on, ends_on=row.ends_on), language),
        )
        for place, row in enumerate(own)
    ]
    return words | _words_of_steps(steps)


def _row_words(place: int, line: Line, ids: Mapping[str, str], basis: str, language: Language) -> RowWords:
    return RowWords(
        number=place,
        row=ids.get(line.code, ""),
        text=line.text,
        quantity=formats.quantity(line.quantity, Language.FI),
        unit=line.unit,
        price=_shown_price(_price_each(line), language),
        vat=_vat_word(line),
        optional=line.optional,
        fixed_basis=line.price_basis.value if line.price_basis.value != basis else "",
    )


def _price_each(line: Line) -> Decimal:
    """The price of one after the row's own discount: an answer says what the firm gets, and knows no discounts."""
    return (line.unit_price * (100 - line.discount_percent) / 100).quantize(UNIT_PRICE_STEP, ROUND_HALF_UP)


def _common_basis(lines: tuple[Line, ...]) -> str:
    return (lines[0].price_basis if lines else PriceBasis.NET).value


def _common_days(lines: tuple[Line, ...]) -> Period | None:
    found = {line.delivered for line in lines if line.delivered}
    return found.pop() if len(found) == 1 else None


def _shown_price(price: Decimal, language: Language) -> str:
    return formats.unit_price(price, Language.FI if language is Language.EN else language)


def _shown_days(period: Period | None, language: Language) -> str:
    if period is None:
        return ""
    if formats.is_whole_week(period.starts_on, period.ends_on):
        return formats.week(period.starts_on, language).replace(formats.NBSP, " ")
    return f"{period.ends_on.day}.{period.ends_on.month}.{period.ends_on.year}"


def _vat_word(line: Line) -> str:
    if line.vat.category == VatCategory.STANDARD and line.vat.rate is not None:
        return f"{line.vat.rate:f}"
    return EXEMPT if line.vat.category == VatCategory.EXEMPT else ""


def _rows(words: Mapping[str, str]) -> list[RowWords]:
    numbers = _numbers(words, "row-")[:MOST_ROWS]
    return [
        RowWords(
            number=place,
            row=words.get(f"row-{each}-id", ""),
            text=words.get(f"row-{each}-text", ""),
            quantity=words.get(f"row-{each}-quantity", "1"),
            unit=words.get(f"row-{each}-unit", ONE_LOT),
            price=words.get(f"row-{each}-price", ""),
            vat=words.get(f"row-{each}-vat", ""),
            optional=bool(words.get(f"row-{each}-optional")),
            fixed_basis=words.get(f"row-{each}-basis", ""),
        )
        for place, each in enumerate(numbers)
    ]


def _steps(words: Mapping[str, str]) -> list[StepWords]:
    return [
        StepWords(
            number=place,
            step=words.get(f"step-{each}-id", ""),
            name=words.get(f"step-{each}-name", ""),
            days=words.get(f"step-{each}-days", ""),
        )
        for place, each in enumerate(_numbers(words, "step-")[:MOST_STEPS])
    ]


def _numbers(words: Mapping[str, str], prefix: str) -> list[int]:
    """The numbers of the rows or steps that were sent, in order."""
    found = {name.removeprefix(prefix).split("-", 1)[0] for name in words if name.startswith(prefix)}
    return sorted(
        int(each) for each in found if each.isascii() and each.isdecimal() and len(each) <= len(str(MOST_ROWS))
    )


def _words_of_rows(rows: list[RowWords]) -> dict[str, str]:
    words: dict[str, str] = {}
    for place, row in enumerate(rows):
        words |= {
            f"row-{place}-id": row.row,
            f"row-{place}-text": row.text,
            f"row-{place}-quantity": row.quantity,
            f"row-{place}-unit": row.unit,
            f"row-{place}-price": row.price,
            f"row-{place}-vat": row.vat,
            f"row-{place}-optional": "1" if row.optional else "",
            f"row-{place}-basis": row.fixed_basis,
        }
    return words


def _words_of_steps(steps: list[StepWords]) -> dict[str, str]:
    words: dict[str, str] = {}
    for place, step in enumerate(steps):
        words |= {f"step-{place}-id": step.step, f"step-{place}-name": step.name, f"step-{place}-days": step.days}
    return words


def _id(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def _ids(text: str) -> frozenset[UUID]:
    return frozenset(each for each in map(_id, text.split()) if each is not None)
