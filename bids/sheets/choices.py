"""What the client may choose in an offer, each with the amount it adds and the totals the offer then has."""

from dataclasses import replace
from decimal import Decimal
from typing import TypedDict

from django.utils.translation import gettext as _

from bids import formats
from bids.content import Choice, Line, NamedChoice
from bids.pricing import ChoiceRefused, Totals, totals
from bids.sheets.amounts import signed, sums
from bids.sheets.shape import HIDDEN, HIDDEN_SUMS, ChoiceGroup, ChoiceRow, Money, Sums
from bids.sums import Sum
from bids.units import unit_name
from bids.visibility import Eyes, Seen
from bids.vocabulary import Language
from kernel.money import ZERO

OPTION, ALTERNATIVE, GROUP, PACKAGE = "option", "alternative", "group", "package"

_SINGLE = frozenset({"erä"})


class _Amounts(TypedDict):
    adds: Money
    adds_net: Money
    totals: Sums


class Choices:
    """The rows of everything that can be chosen in an offer, from one choice, as far as its reader's eyes reach."""

    def __init__(self, seen: Seen, language: Language) -> None:
        self._eyes = seen.eyes
        self._offer = seen.offer
        self._choice = seen.choice
        self._now = seen.shape
        self._language = language
        self._counted = frozenset(seen.shape.counted)
        self._by_code = {line.code: line for line in seen.offer.lines}

    def options(self) -> tuple[ChoiceRow, ...]:
        """Optional lines and lines that replace another, in document order."""
        rows = [self._line(line) for line in self._offer.lines if line.optional or line.replaces is not None]
        return tuple(row for row in rows if row is not None)

    def groups(self) -> tuple[ChoiceGroup, ...]:
        """Lines of which exactly one counts, by their group."""
        members: dict[str, list[ChoiceRow]] = {}
        for line in self._offer.lines:
            if line.group is not None and (row := self._line(line)) is not None:
                members.setdefault(line.group, []).append(row)
        return tuple(ChoiceGroup(name=name, rows=tuple(rows)) for name, rows in members.items())

    def packages(self) -> tuple[ChoiceRow, ...]:
        """The named packages, each in place of the one that is in force."""
        rows = [self._package(package) for package in self._offer.packages]
        return tuple(row for row in rows if row is not None)

    def _line(self, line: Line) -> ChoiceRow | None:
        is_chosen = line.code in self._counted
        then = self._now if is_chosen else self._totals_with(line)
        if then is None:
            return None
        kind = GROUP if line.group is not None else ALTERNATIVE if line.replaces is not None else OPTION
        return self._row(
            code=line.code,
            kind=kind,
            firm=self._offer.part_of(line.code).key,
            text=line.text,
            detail=counted_as(line, self._language),
            description="",
            instead_of=self._instead_of(line),
            then=then,
            is_chosen=is_chosen,
        )

    def _package(self, package: NamedChoice) -> ChoiceRow | None:
        in_force = self._package_in_force()
        is_chosen = package.id == in_force
        then = self._now if is_chosen else self._totals_of(replace(self._choice, package=package.id))
        if then is None:
            return None
        texts = [self._by_code[code].text for code in package.lines if code in self._by_code]
        return self._row(
            code=package.id,
            kind=PACKAGE,
            firm="",
            text=package.name,
            detail=", ".join(texts),
            description=package.text,
            instead_of="",
            then=then,
            is_chosen=is_chosen,
        )

    def _package_in_force(self) -> str:
        if self._choice.package is not None:
            return self._choice.package
        return next((package.id for package in self._offer.packages if package.default), "")

    def _row(  # noqa: PLR0913
        self,
        *,
        code: str,
        kind: str,
        firm: str,
        text: str,
        detail: str,
        description: str,
        instead_of: str,
        then: Totals,
        is_chosen: bool,
    ) -> ChoiceRow:
        return ChoiceRow(
            code=code,
            kind=kind,
            firm=firm,
            text=text,
            detail=detail,
            description=description,
            instead_of=instead_of,
            is_chosen=is_chosen,
            **self._amounts(then),
        )

    def _amounts(self, then: Totals) -> _Amounts:
        """What choosing adds, and what the offer then comes to.

        Who does not see every price is told what it adds to their own firm's rows, before a discount of the whole,
        where it moves no row of anybody else.
        """
        if self._eyes.sees_every_price:
            return {
                "adds": signed(then.gross - self._now.gross, self._language),
                "adds_net": signed(then.net - self._now.net, self._language),
                "totals": sums(then.net, then.vat, then.gross, self._language),
            }
        moved = self._counted ^ frozenset(then.counted)
        if not all(self._eyes.sees_price_of(self._offer.part_of(code).key) for code in moved):
            return {"adds": HIDDEN, "adds_net": HIDDEN, "totals": HIDDEN_SUMS}
        before, after = (_own_share(sums, self._eyes) for sums in (self._now, then))
        return {
            "adds": signed(after.gross - before.gross, self._language),
            "adds_net": signed(after.net - before.net, self._language),
            "totals": HIDDEN_SUMS,
        }

    def _instead_of(self, line: Line) -> str:
        if line.replaces is None or line.replaces not in self._by_code:
            return ""
        replaced = self._by_code[line.replaces]
        return _("instead of row %(code)s, %(text)s") % {"code": replaced.code, "text": replaced.text}

    def _totals_with(self, line: Line) -> Totals | None:
        """The totals with the line chosen on top, its rivals given up; None when a package holds on to a rival."""
        rivals = {
            other.code
            for other in self._offer.lines
            if other.code != line.code
            and (
                (line.replaces is not None and other.replaces == line.replaces)
                or (line.group is not None and other.group == line.group)
            )
        }
        return self._totals_of(replace(self._choice, lines=(self._choice.lines - rivals) | {line.code}))

    def _totals_of(self, choice: Choice) -> Totals | None:
        try:
            return totals(self._offer, choice)
        except ChoiceRefused:
            return None


def _own_share(totals: Totals, eyes: Eyes) -> Sum:
    """What the reader's own firm invoices, by itself or through the lead; nothing where that is nothing."""
    own = [one for one in totals.settlement if eyes.sees_settlement_of(one.seller)]
    return Sum(
        net=sum((one.net for one in own), ZERO),
        vat=sum((one.vat for one in own), ZERO),
        gross=sum((one.gross for one in own), ZERO),
    )


def counted_as(line: Line, language: Language) -> str:
    """A line's quantity with its unit, or nothing for a single lump: "10 kpl"."""
    if line.unit in _SINGLE and line.quantity == Decimal(1):
        return ""
    quantity = formats.quantity(line.quantity, language)
    return f"{quantity}{formats.NBSP}{unit_name(line.unit, language, line.quantity)}"
