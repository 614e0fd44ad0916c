"""Which lines of a joint offer count, given what the client has picked."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bids.content import NOTHING_CHOSEN, Choice, JointOffer, Line

UNKNOWN_LINE = "unknown_line"
LINE_CHOSEN_TWICE = "line_chosen_twice"
LINE_ALWAYS_COUNTS = "line_always_counts"
UNKNOWN_PACKAGE = "unknown_package"
TWO_OF_ONE_GROUP = "two_of_one_group"
GROUP_WITHOUT_DEFAULT = "group_without_default"
TWO_REPLACE_ONE_LINE = "two_replace_one_line"


@dataclass(frozen=True, kw_only=True)
class ChoiceFault:
    """One reason why a choice cannot be priced: a code of this package's modules and what a sentence about it names."""

    code: str
    params: Mapping[str, str] = field(default_factory=dict)


class ChoiceRefused(ValueError):
    """A choice that cannot be priced; `faults` holds every reason, in an order that never changes."""

    def __init__(self, faults: Sequence[ChoiceFault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{fault.code} {dict(fault.params)}" for fault in self.faults))


def can_be_chosen(line: Line) -> bool:
    """Whether the line counts only when chosen, or is one of a group."""
    return line.optional or line.replaces is not None or line.group is not None


def choice_of(codes: Iterable[str], package: str | None = None) -> Choice:
    """The choice of these lines on top of a package. ChoiceRefused when a code is named twice."""
    named = Counter(codes)
    twice = sorted(code for code, times in named.items() if times > 1)
    if twice:
        raise ChoiceRefused([ChoiceFault(code=LINE_CHOSEN_TWICE, params={"line": code}) for code in twice])
    return Choice(lines=frozenset(named), package=package)


def counted_lines(offer: JointOffer, choice: Choice = NOTHING_CHOSEN) -> tuple[Line, ...]:
    """The lines that count for a choice, in document order; ChoiceRefused with every fault of the choice.

    A line counts unless it waits to be chosen. A chosen line takes out the one it replaces, whoever's that is. Of a
    group exactly one line counts: the chosen one, else the default. The preselected package applies unless the choice
    names another one or, with an empty string, none.
    """
    lines = offer.lines
    by_code = {line.code: line for line in lines}
    packaged, faults = _packaged(offer, choice)
    picked = choice.lines | packaged
    faults += [ChoiceFault(code=UNKNOWN_LINE, params={"line": code}) for code in sorted(picked - by_code.keys())]
    chosen = [line for line in lines if line.code in picked]
    always = sorted(line.code for line in chosen if not can_be_chosen(line))
    faults += [ChoiceFault(code=LINE_ALWAYS_COUNTS, params={"line": code}) for code in always]
    replacing = _by(chosen, "replaces")
    faults += _too_many(replacing, TWO_REPLACE_ONE_LINE, "line")
    of_group = {**_by([line for line in lines if line.default], "group"), **_by(chosen, "group")}
    faults += _too_many(of_group, TWO_OF_ONE_GROUP, "group")
    faults += [
        ChoiceFault(code=GROUP_WITHOUT_DEFAULT, params={"group": group})
        for group in sorted(_by(lines, "group").keys() - of_group.keys())
    ]
    if faults:
        raise ChoiceRefused(faults)
    standing = {member.code for members in of_group.values() for member in members}
    return tuple(
        line
        for line in lines
        if line.code not in replacing
        and (line.code in standing if line.group is not None else line.code in picked or not can_be_chosen(line))
    )


def as_agreed(offer: JointOffer, choice: Choice) -> JointOffer:
    """The offer with nothing left to choose: every line that counts for the choice, and no other, stands as fixed.

    Its sums are those of the offer for the choice (a fee without a delivery of the whole offer takes its VAT rate from
    the last day of what is left). ChoiceRefused as `counted_lines`.
    """
    counted = {line.code for line in counted_lines(offer, choice)}
    parts = tuple(
        replace(part, lines=tuple(_fixed(line) for line in part.lines if line.code in counted)) for part in offer.parts
    )
    return replace(offer, parts=parts, packages=())


def making_way(offer: JointOffer, choice: Choice, giving_in: Iterable[str]) -> Choice:
    """The choice without those of the named lines that rival a line of its package.

    Whoever takes a package while something else of the same group is ticked means the package.
    """
    packaged, _faults = _packaged(offer, choice)
    held = [line for line in offer.lines if line.code in packaged]
    groups = {line.group for line in held if line.group}
    replaced = {line.replaces for line in held if line.replaces}
    given_in = {
        line.code
        for line in offer.lines
        if line.code in set(giving_in) - packaged and (line.group in groups or line.replaces in replaced)
    }
    return replace(choice, lines=choice.lines - given_in)


def in_fewest_words(offer: JointOffer, choice: Choice) -> Choice:
    """The same choice, naming only what the offer does not preselect; `NOTHING_CHOSEN` for the offer as it stands."""
    packaged, _faults = _packaged(offer, choice)
    named = Counter(line.group for line in offer.lines if line.group and line.code in choice.lines | packaged)
    meant = {line.code for line in offer.lines if line.default and line.group and named[line.group] == 1}
    preselected = next((package.id for package in offer.packages if package.default), "")
    package = None if choice.package == preselected else choice.package
    return Choice(lines=choice.lines - packaged - meant, package=package)


def _fixed(line: Line) -> Line:
    return replace(line, optional=False, replaces=None, group=None, default=False)


def _packaged(offer: JointOffer, choice: Choice) -> tuple[frozenset[str], list[ChoiceFault]]:
    if choice.package is None:
        chosen = [package for package in offer.packages if package.default]
    else:
        chosen = [package for package in offer.packages if package.id == choice.package]
        if choice.package and not chosen:
            return frozenset(), [ChoiceFault(code=UNKNOWN_PACKAGE, params={"package": choice.package})]
    return frozenset(code for package in chosen for code in package.lines), []


def _by(lines: Iterable[Line], attribute: str) -> dict[str, list[Line]]:
    gathered: dict[str, list[Line]] = {}
    for line in lines:
        key = getattr(line, attribute)
        if key is not None:
            gathered.setdefault(key, []).append(line)
    return gathered


def _too_many(gathered: Mapping[str, Sequence[Line]], code: str, named: str) -> list[ChoiceFault]:
    return [
        ChoiceFault(code=code, params={named: key, "lines": ", ".join(sorted(line.code for line in lines))})
        for key, lines in sorted(gathered.items())
        if len(lines) > 1
    ]
