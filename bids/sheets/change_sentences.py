"""What changed from one version to the next, told to the client: one plain sentence for each thing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from bids.sheets.version_diff import ADDED, CHANGED, Change, Changes

IN_ONE_SENTENCE: Final = 160
_BETWEEN: Final = " · "


@dataclass(frozen=True, kw_only=True)
class ToldChange:
    """A sentence; where what stood and what stands is too long for one, both are beside it."""

    sentence: str
    before: str = ""
    after: str = ""


def told_changes(changes: Iterable[Changes]) -> tuple[ToldChange, ...]:
    """Every change in the active language, in the order they were found."""
    return tuple(_told(change) for group in changes for change in group.changes)


def _told(change: Change) -> ToldChange:
    what = _subject(change)
    if change.kind == CHANGED:
        before, after = _what_differs(change.before, change.after)
        if len(before) + len(after) > IN_ONE_SENTENCE:
            return ToldChange(sentence=_("%(what)s: worded anew.") % {"what": what}, before=before, after=after)
        told = {"what": what, "before": before.rstrip("."), "after": after.rstrip(".")}
        return ToldChange(sentence=_("%(what)s: was %(before)s, is now %(after)s.") % told)
    said = _said_besides(what, change.after if change.kind == ADDED else change.before)
    if len(said) > IN_ONE_SENTENCE:
        whole = _("New: %(what)s.") if change.kind == ADDED else _("Taken out: %(what)s.")
        return ToldChange(
            sentence=whole % {"what": what},
            before="" if change.kind == ADDED else said,
            after=said if change.kind == ADDED else "",
        )
    named = f"{what}: {said}" if said else what
    return ToldChange(
        sentence=(_("New: %(what)s.") if change.kind == ADDED else _("Taken out: %(what)s.")) % {"what": named}
    )


def _subject(change: Change) -> str:
    """What it is about; of a price row its words without its code."""
    words = (change.after or change.before).split(_BETWEEN)[0]
    return words if words and change.what.endswith(f" {words}") else change.what


def _said_besides(what: str, said: str) -> str:
    return ", ".join(one for one in said.split(_BETWEEN) if one != what).rstrip(".")


def _what_differs(before: str, after: str) -> tuple[str, str]:
    """The two without the parts they share, where they are made of parts."""
    parts = before.split(_BETWEEN), after.split(_BETWEEN)
    if min(map(len, parts)) == 1:
        return before, after
    gone, come = (", ".join(_only(one, other)) for one, other in (parts, parts[::-1]))
    return (gone or _("nothing")), (come or _("nothing"))


def _only(one: Iterable[str], other: Iterable[str]) -> Iterator[str]:
    known = set(other)
    return (part for part in one if part not in known)
