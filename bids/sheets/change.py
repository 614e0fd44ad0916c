"""A change of what was agreed in words: what is added, struck, moved and otherwise, per firm, and what it comes to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import override

from bids import formats
from bids.changing import ADDED, CHANGED, MOVED, STRUCK, Amounts, LineChange, amounts_of, line_changes
from bids.content import JointOffer, Line
from bids.pricing import totals
from bids.sheets.version_diff import Change, Changes, Shows, version_diff
from bids.units import unit_name
from bids.vocabulary import Language, LeavingWhy
from kernel.markdown import to_plain


@dataclass(frozen=True, kw_only=True)
class AgreedStep:
    """One offer that was agreed, as a chain needs it: the change it came by (0 at first), and what it says."""

    number: int
    offer: JointOffer


@dataclass(frozen=True, kw_only=True)
class ChainRow:
    """One row of original + changes = now; the amounts are signed where it is a change."""

    name: str
    net: str
    vat: str
    gross: str
    is_sum: bool = False


@dataclass(frozen=True, kw_only=True)
class RowChange:
    """One row of the work that came, went or is otherwise, in words. `kind` names how."""

    kind: str
    name: str
    what: str
    said: str
    amount: str = ""


@dataclass(frozen=True, kw_only=True)
class FirmChange:
    """What changes in one firm's part, and by how much."""

    key: str
    name: str
    gone: str
    rows: tuple[RowChange, ...]
    net: str
    was: str
    now: str


@dataclass(frozen=True, kw_only=True)
class ChangeSheet:
    """Everything one page about a change says. `others` are the changes that are no rows."""

    number: int
    reason: str
    chain: tuple[ChainRow, ...]
    firms: tuple[FirmChange, ...]
    others: tuple[Changes, ...]


def change_sheet(
    chain: Sequence[AgreedStep],
    proposed: JointOffer | None,
    *,
    reason: str = "",
    language: Language,
    shows: Shows = lambda _key: True,
) -> ChangeSheet:
    """The chain of what was agreed, and the change proposed to it; without one, the last one that was agreed.

    Whoever does not see every price (`shows` of the empty key) gets no sums of the whole.
    """
    steps = [*chain]
    if proposed is not None:
        steps.append(AgreedStep(number=chain[-1].number + 1, offer=proposed))
    before, after = (steps[-2], steps[-1]) if len(steps) > 1 else (steps[-1], steps[-1])
    with override(language.value):
        return ChangeSheet(
            number=after.number,
            reason=reason,
            chain=tuple(_chain(steps, language)) if shows("") else (),
            firms=tuple(_firms(before.offer, after.offer, language, shows)),
            others=tuple(_others(before.offer, after.offer, language, shows)),
        )


def _chain(steps: Sequence[AgreedStep], language: Language) -> list[ChainRow]:
    sums = [amounts_of(totals(step.offer)) for step in steps]
    rows = [_row(_("Agreed at first"), sums[0], formats.money, language)]
    for step, earlier, later in zip(steps[1:], sums[:-1], sums[1:], strict=True):
        name = _("Change %(number)s") % {"number": step.number}
        rows.append(_row(name, later.minus(earlier), formats.signed_money, language))
    if len(steps) > 1:
        rows.append(_row(_("Now in all"), sums[-1], formats.money, language, is_sum=True))
    return rows


def _row(
    name: str, sums: Amounts, money: Callable[[Decimal, Language], str], language: Language, *, is_sum: bool = False
) -> ChainRow:
    return ChainRow(
        name=name,
        net=money(sums.net, language),
        vat=money(sums.vat, language),
        gross=money(sums.gross, language),
        is_sum=is_sum,
    )


def _firms(before: JointOffer, after: JointOffer, language: Language, shows: Shows) -> list[FirmChange]:
    names = {part.key: part.firm.name for offer in (before, after) for part in offer.parts}
    then, now = amounts_of(totals(before)), amounts_of(totals(after))
    found = line_changes(before, after)
    order = dict.fromkeys((*(part.key for part in after.parts), *(part.key for part in before.parts)))
    told = []
    for key in order:
        rows = tuple(_rows_of(key, found, names, language, shows))
        was, is_now = then.of("part", key), now.of("part", key)
        if not rows and was == is_now:
            continue
        sees = shows(key)
        told.append(
            FirmChange(
                key=key,
                name=names[key],
                gone=_("is not in it any more") if key not in {part.key for part in after.parts} else "",
                rows=rows,
                net=formats.signed_money(is_now - was, language) if sees else "",
                was=formats.money(was, language) if sees else "",
                now=formats.money(is_now, language) if sees else "",
            )
        )
    return told


def _rows_of(
    key: str, found: Sequence[LineChange], names: dict[str, str], language: Language, shows: Shows
) -> list[RowChange]:
    rows = []
    for each in found:
        line = (each.after or each.before or ("", None))[1]
        if line is None:
            continue
        gave, takes = each.before[0] if each.before else "", each.after[0] if each.after else ""
        if key not in {gave, takes}:
            continue
        name, said = _NAMED[each.kind](), _said(line, language, shows(takes or gave))
        if each.kind == MOVED:
            other = names[gave if key == takes else takes]
            way = _("taken over from %(firm)s") if key == takes else _("goes to %(firm)s")
            name = way % {"firm": other}
        if each.kind == CHANGED and each.before:
            was = _said(each.before[1], language, shows(gave))
            said = f"{was} → {said}" if was != said else said
        rows.append(RowChange(kind=each.kind, name=name, what=f"{each.code} {_plain(line)}", said=said))
    return rows


_NAMED: dict[str, Callable[[], str]] = {
    ADDED: lambda: _("added"),
    STRUCK: lambda: _("struck"),
    MOVED: lambda: _("moved"),
    CHANGED: lambda: _("changed"),
}


def _plain(line: Line) -> str:
    return " ".join(to_plain(line.text).split())


def _said(line: Line, language: Language, sees: bool) -> str:  # noqa: FBT001 - whether the price is told
    unit = unit_name(line.unit, language, line.quantity)
    said = [f"{formats.quantity(line.quantity, language)} {unit}"]
    if sees:
        said.append(f"à {formats.price(line.unit_price, language)}")
        if line.discount_percent:
            said.append(f"−{formats.percent(line.discount_percent, language)}")
    if line.delivered:
        said.append(formats.days(line.delivered.starts_on, line.delivered.ends_on, language))
    return " · ".join(said)


def _others(before: JointOffer, after: JointOffer, language: Language, shows: Shows) -> list[Changes]:
    """What is changed besides rows and their sums; until when it is valid is said elsewhere."""
    told = (_("Price in all"), _("Rows"))
    last_day = _("Valid until")
    left = []
    for group in version_diff(before, after, language=language, shows_prices=shows):
        changes: tuple[Change, ...] = tuple(
            one for one in group.changes if one.what != last_day and (one.before or one.after)
        )
        if group.heading not in told and changes:
            left.append(Changes(heading=group.heading, changes=changes))
    return left


def leaving_words(why: LeavingWhy) -> str:
    """Why a firm does not go on, in words."""
    return {
        LeavingWhy.BANKRUPT: _("the firm is bankrupt"),
        LeavingWhy.ENDED: _("the firm has ended its business"),
        LeavingWhy.ILL: _("illness"),
        LeavingWhy.OTHER: _("another reason"),
    }[why]
