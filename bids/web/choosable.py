"""What can be picked in an offer, as fields of a form; and what every pick comes to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Final

from bids import formats
from bids.content import Choice, JointOffer, Line, NamedChoice
from bids.pricing import ChoiceRefused, Totals, totals
from bids.sheets.shape import OfferSheet
from bids.vocabulary import Language
from bids.web.choice import CHOOSE, PACKAGE, PICKED

TOLD_AT_MOST: Final = 16
"""So many combinations are listed one by one; of more, each pick alone is told."""


@dataclass(frozen=True, kw_only=True)
class Pick:
    """One thing to tick.

    `adds` is signed and with VAT, `adds_net` the same without; both are empty where it is not known in the present
    choice. `instead_of` is the line whose place it takes, `contents` name what a package holds. What is fixed is ticked
    or not as the package in force wants it.
    """

    field_id: str
    value: str
    text: str
    detail: str
    adds: str
    colour: str
    firm: str
    is_ticked: bool
    is_fixed: bool = False
    adds_net: str = ""
    instead_of: str = ""
    contents: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PickList:
    """Things to tick under one heading. `name` is the field's; of a `one_of` exactly one is ticked."""

    kind: str
    name: str
    heading: str
    one_of: bool
    picks: tuple[Pick, ...]


@dataclass(frozen=True, kw_only=True)
class Combination:
    """One way to choose, and what it comes to."""

    names: tuple[str, ...]
    choice: Choice
    net: str
    vat: str
    gross: str
    is_current: bool


class _Form:
    def __init__(self, offer: JointOffer, sheet: OfferSheet, choice: Choice) -> None:
        self.offer, self.sheet, self.choice = offer, sheet, choice
        self.rows = {row.code: row for row in sheet.choices}
        self.counted = {row.code for row in sheet.rows}
        self.texts = {line.code: line.text for line in offer.lines}
        standing = [
            one for one in offer.packages if one.id == choice.package or (choice.package is None and one.default)
        ]
        self.package = standing[0] if standing else None
        self.packaged = frozenset(self.package.lines) if self.package else frozenset()

    def pick(self, line: Line, *, field: str, fixed: bool = False) -> Pick:
        row, part = self.rows.get(line.code), self.offer.part_of(line.code)
        is_ticked = line.code in self.counted
        return Pick(
            field_id=f"{field}-{line.code}",
            value=line.code,
            text=line.text,
            detail=row.detail if row else "",
            adds=row.adds.text if row and not is_ticked else "",
            colour=self.sheet.firm(part.key).thread.colour,
            firm=part.firm.name,
            is_ticked=is_ticked,
            is_fixed=fixed,
            adds_net=row.adds_net.text if row and not is_ticked else "",
            instead_of=self.texts.get(line.replaces or "", ""),
        )


def pick_lists(offer: JointOffer, sheet: OfferSheet, choice: Choice) -> tuple[PickList, ...]:
    """Every field of the form with which a reader chooses, for the choice in force."""
    form = _Form(offer, sheet, choice)
    return (*_packages(form), *_groups(form), *_alternatives(form), *_options(form))


def _packages(form: _Form) -> Iterator[PickList]:
    if not form.offer.packages:
        return
    picks = [_package(form, number, package) for number, package in enumerate(form.offer.packages)]
    none = Pick(
        field_id="package-none",
        value="",
        text="",
        detail="",
        adds="",
        colour="",
        firm="",
        is_ticked=form.package is None,
    )
    yield PickList(kind="package", name=PACKAGE, heading="", one_of=True, picks=(*picks, none))


def _package(form: _Form, number: int, package: NamedChoice) -> Pick:
    is_ticked = package == form.package
    row = None if is_ticked else form.rows.get(package.id)
    return Pick(
        field_id=f"package-{number}",
        value=package.id,
        text=package.name,
        detail=package.text,
        adds=row.adds.text if row else "",
        colour="",
        firm="",
        is_ticked=is_ticked,
        adds_net=row.adds_net.text if row else "",
        contents=tuple(form.texts[code] for code in package.lines if code in form.texts),
    )


def _groups(form: _Form) -> Iterator[PickList]:
    names = dict.fromkeys(line.group for line in form.offer.lines if line.group)
    for number, name in enumerate(names):
        field = f"{PICKED}group-{number}"
        lines = [line for line in form.offer.lines if line.group == name]
        fixed = any(line.code in form.packaged for line in lines)
        members = [form.pick(line, field=field, fixed=fixed) for line in lines]
        yield PickList(kind="group", name=field, heading=str(name), one_of=True, picks=tuple(members))


def _alternatives(form: _Form) -> Iterator[PickList]:
    """Lines that stand in place of another: a tick where there is one, a choice between all where there are several."""
    by_code = {line.code: line for line in form.offer.lines}
    replaced = dict.fromkeys(line.replaces for line in form.offer.lines if line.replaces)
    for number, code in enumerate(replaced):
        instead = [line for line in form.offer.lines if line.replaces == code]
        if len(instead) == 1 or code not in by_code:
            continue
        field = f"{PICKED}instead-{number}"
        fixed = any(line.code in form.packaged for line in instead)
        kept = form.pick(by_code[code], field=field, fixed=fixed)
        as_it_is = replace(kept, value="", is_ticked=all(line.code not in form.counted for line in instead))
        picks = (as_it_is, *(form.pick(line, field=field, fixed=fixed) for line in instead))
        yield PickList(kind="alternative", name=field, heading=by_code[code].text, one_of=True, picks=picks)


def _options(form: _Form) -> Iterator[PickList]:
    several = {
        line.replaces for line in form.offer.lines if sum(one.replaces == line.replaces for one in form.offer.lines) > 1
    }
    lines = [
        line
        for line in form.offer.lines
        if line.group is None and (line.optional or (line.replaces and line.replaces not in several))
    ]
    if lines:
        picks = tuple(form.pick(line, field=CHOOSE, fixed=line.code in form.packaged) for line in lines)
        yield PickList(kind="option", name=CHOOSE, heading="", one_of=False, picks=picks)


def combinations(offer: JointOffer, choice: Choice, language: Language) -> tuple[Combination, ...]:
    """Every way to choose with its sums, the plain offer first; none at all when there are more than can be read."""
    ways = _ways(offer)
    size = 1
    for way in ways:
        size *= len(way)
    if size == 1 or size > TOLD_AT_MOST:
        return ()
    now = _totals(offer, choice)
    told: dict[tuple[str, ...], Combination] = {}
    for picks in product(*ways):
        combined = _combined(picks, has_packages=bool(offer.packages))
        sums = _totals(offer, combined)
        if sums is not None and sums.counted not in told:
            told[sums.counted] = _combination(offer, picks, combined, sums, now, language)
    return tuple(told.values())


_Way = tuple[str, str, str]
"""What a pick is (line or package), its code, and the name it is told by; the code is empty for none."""


def _ways(offer: JointOffer) -> list[list[_Way]]:
    none: _Way = ("", "", "")
    ways: list[list[_Way]] = []
    if offer.packages:
        ways.append([none, *(("package", one.id, one.name) for one in offer.packages)])
    for name in dict.fromkeys(line.group for line in offer.lines if line.group):
        members = [line for line in offer.lines if line.group == name]
        first = sorted(members, key=lambda line: not line.default)
        ways.append([("line", line.code, "" if line.default else line.text) for line in first])
    ways += [
        [none, *(("line", line.code, line.text) for line in offer.lines if line.replaces == code)]
        for code in dict.fromkeys(line.replaces for line in offer.lines if line.replaces)
    ]
    ways += [
        [none, ("line", line.code, line.text)]
        for line in offer.lines
        if line.optional and not line.replaces and not line.group
    ]
    return ways


def _combined(picks: Sequence[_Way], *, has_packages: bool) -> Choice:
    lines = frozenset(code for kind, code, _name in picks if kind == "line")
    package = next((code for kind, code, _name in picks if kind == "package"), "" if has_packages else None)
    return Choice(lines=lines, package=package)


def _totals(offer: JointOffer, choice: Choice) -> Totals | None:
    try:
        return totals(offer, choice)
    except ChoiceRefused:
        return None


def _combination(
    offer: JointOffer, picks: Sequence[_Way], choice: Choice, sums: Totals, now: Totals | None, language: Language
) -> Combination:
    defaults = {line.code for line in offer.lines if line.default}
    return Combination(
        names=tuple(name for _kind, _code, name in picks if name),
        choice=Choice(lines=choice.lines - defaults, package=choice.package),
        net=formats.money(sums.net, language),
        vat=formats.money(sums.vat, language),
        gross=formats.money(sums.gross, language),
        is_current=now is not None and sums.counted == now.counted,
    )
