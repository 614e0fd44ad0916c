"""What the client's page says of a version for a choice: the sheet, what can be chosen, what it costs, what is new."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from bids import choosing, formats
from bids.content import NOTHING_CHOSEN, Choice
from bids.exports.change_chain import change_of_version
from bids.exports.frozen_version import FrozenVersion, version_tree
from bids.exports.version_changes import changes_between
from bids.exports.version_sheet import VersionIsCorruptError, version_sheet
from bids.models import Document, Revision
from bids.pricing import ChoiceRefused
from bids.queries.versions import Version, sent_before
from bids.sheets.change import ChangeSheet
from bids.sheets.change_sentences import ToldChange, told_changes
from bids.sheets.choice_sentences import choice_sentence
from bids.sheets.shape import OfferSheet
from bids.visibility import CLIENTS_EYES
from bids.vocabulary import PDFS, ClientKind, DocumentKind, Language, RevisionState
from bids.web.choice import as_pairs, choice_in
from bids.web.choosable import PickList, pick_lists
from bids.web.document_words import kind_name
from bids.web.presenting import TotalRow, total_rows

logger = logging.getLogger(__name__)

LANGUAGE: Final = "language"
VERSION: Final = "version"
FEW_PICKS: Final = 6
NAMES: Final = {Language.FI: "Suomeksi", Language.SV: "På svenska", Language.EN: "In English"}
_OF_A_PDF: Final = {Language.FI: "suomi", Language.SV: "svenska", Language.EN: "English"}
_NOT_TOGETHER: Final = frozenset({choosing.TWO_OF_ONE_GROUP, choosing.TWO_REPLACE_ONE_LINE})
_NOT_THERE: Final = frozenset(
    {
        choosing.UNKNOWN_LINE,
        choosing.LINE_CHOSEN_TWICE,
        choosing.LINE_ALWAYS_COUNTS,
        choosing.UNKNOWN_PACKAGE,
        choosing.GROUP_WITHOUT_DEFAULT,
    }
)


@dataclass(frozen=True, kw_only=True)
class Tongue:
    """A language the page can be read in, and the way to it that keeps what is chosen."""

    code: str
    name: str
    address: str
    is_current: bool


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """Everything the page says, in its language.

    `pairs` are the fields that carry language and version through the form; `query` is the end of the address of what
    is shown. `was_offered` is the total as offered where something else is chosen, else empty. `refusal` says why what
    the address asks for is not shown. `other` is the number of the version the reader had open, where it is not this
    one. `replaces` is that of the one the client got before this, `changes` what is new since; None where the earlier
    one cannot be read.
    """

    version: Version
    language: Language
    sheet: OfferSheet
    choice: Choice
    pick_lists: tuple[PickList, ...]
    was_offered: str
    refusal: str
    other: int | None
    replaces: int | None
    changes: tuple[ToldChange, ...] | None
    change: ChangeSheet | None
    is_anbud: bool
    pairs: tuple[tuple[str, str], ...]

    @property
    def is_shown(self) -> bool:
        """Whether the client may still read it."""
        return is_shown(self.version)

    @property
    def is_open(self) -> bool:
        """Whether the client can still say yes."""
        return self.version.state == RevisionState.SENT

    @property
    def is_of_another(self) -> bool:
        """Whether its reader had another version open."""
        return self.other is not None

    @property
    def query(self) -> str:
        """The end of the address of what is shown, with its question mark, or nothing."""
        return self._query(self.pairs)

    @property
    def query_of_another(self) -> str:
        """The same, for who had another version open."""
        if self.other is None:
            return self.query
        asked = [pair for pair in self.pairs if pair[0] == LANGUAGE]
        return f"?{urlencode([*asked, (VERSION, str(self.other)), *as_pairs(self.choice)])}"

    def _query(self, pairs: tuple[tuple[str, str], ...]) -> str:
        chosen = as_pairs(self.choice)
        said = [*(pair for pair in pairs if chosen or pair[0] == LANGUAGE), *chosen]
        return f"?{urlencode(said)}" if said else ""

    @property
    def plain_query(self) -> str:
        """The end of the address of the offer as it was sent, in the language that was asked for."""
        return f"?{urlencode([pair for pair in self.pairs if pair[0] == LANGUAGE])}"

    @property
    def tongues(self) -> Iterator[Tongue]:
        """Every language, with the way to what is shown in it."""
        others = tuple(pair for pair in self.pairs if pair[0] != LANGUAGE)
        for one, name in NAMES.items():
            yield Tongue(
                code=one.value,
                name=name,
                address=self._query(((LANGUAGE, one.value), *others)),
                is_current=one == self.language,
            )

    @property
    def colours(self) -> list[str]:
        """The threads' colours in document order."""
        return [firm.thread.colour for firm in self.sheet.firms]

    @property
    def total_rows(self) -> tuple[TotalRow, ...]:
        """What it comes to, first as this client pays it."""
        return total_rows(self.sheet)

    @property
    def has_many_picks(self) -> bool:
        """Whether there is so much to choose that the total goes out of sight meanwhile."""
        return sum(len(one.picks) for one in self.pick_lists) > FEW_PICKS

    @property
    def pdfs(self) -> list[tuple[Document, str]]:
        """Its documents for readers, each with the name of its language where there are several."""
        pdfs = self.version.pdfs
        has_many = len({one.language for one in pdfs}) > 1
        return [(one, ", ".join(self._names_of(one, has_many=has_many))) for one in pdfs]

    def _names_of(self, document: Document, *, has_many: bool) -> Iterator[str]:
        if self.version.revision.change:
            yield _("the change") if document.kind == DocumentKind.CHANGE_PDF else _("all of it as it is then")
        if has_many:
            yield _OF_A_PDF[Language(document.language)]

    @property
    def data_files(self) -> list[tuple[Document, str]]:
        """Its documents for programs."""
        return [(one, kind_name(one, is_anbud=self.is_anbud)) for one in self.version.documents if one.kind not in PDFS]

    @property
    def who_answers(self) -> list[str]:
        """Who answers for what and who invoices, in the sentences of the terms."""
        wanted = ("liability", "invoicing", "invoiced_through")
        return [one.text for start in wanted for one in self.sheet.clauses if one.key.startswith(start)]


def proposal(version: Version, read: FrozenVersion, query: QueryDict, language: Language) -> Proposal:
    """What the page says. `VersionIsCorruptError` when what is stored is not what was sent."""
    choice, refusal = choice_in(query, read.offer), ""
    try:
        sheet = version_sheet(version.revision, language, choice, read=read)
    except ChoiceRefused as refused:
        choice, refusal = NOTHING_CHOSEN, _why_not(refused)
        sheet = version_sheet(version.revision, language, read=read)
    earlier = sent_before(version)
    asked = asked_in(query)
    return Proposal(
        version=version,
        language=language,
        sheet=sheet,
        choice=choice,
        pick_lists=pick_lists(read.offer, sheet, choice),
        was_offered="" if choice == NOTHING_CHOSEN else _as_offered(version, sheet, language),
        refusal=refusal,
        other=_other(query, version.number),
        replaces=earlier.number if earlier else None,
        changes=_changes(earlier, version, language) if earlier else None,
        change=change_of_version(version.revision, language=language),
        is_anbud=read.offer.client.kind == ClientKind.PUBLIC,
        pairs=(*([(LANGUAGE, asked.value)] if asked else []), (VERSION, str(version.number))),
    )


def is_shown(version: Version) -> bool:
    """Whether the client may still read it: what was withdrawn is only told of."""
    return version.state != RevisionState.WITHDRAWN


def asked_language(request: HttpRequest) -> Language | None:
    """The language the address asks for, if it is one of ours."""
    return asked_in(request.GET)


def asked_in(query: QueryDict) -> Language | None:
    """The same of an address that is taken apart."""
    asked = query.get(LANGUAGE, "")
    return Language(asked) if asked in set(Language) else None


def _as_offered(version: Version, sheet: OfferSheet, language: Language) -> str:
    sums = version_tree(bytes(version.revision.payload))["as_offered"]["sums"]
    return formats.money(Decimal(sums[sheet.headline]), language)


def _other(query: QueryDict, number: int) -> int | None:
    """The number of an earlier version that the address was made in."""
    asked = query.get(VERSION, "")
    if not (asked.isascii() and asked.isdigit() and len(asked) < len("10000")):
        return None
    return int(asked) if 0 < int(asked) < number else None


def _changes(earlier: Revision, version: Version, language: Language) -> tuple[ToldChange, ...] | None:
    try:
        return told_changes(changes_between(earlier, version.revision, CLIENTS_EYES, language=language))
    except VersionIsCorruptError:
        logger.exception("version %s, which stood before %s, is not what it was", earlier.number, version.number)
        return None


def _why_not(refused: ChoiceRefused) -> str:
    """One plain sentence, in which nothing is repeated that an address says."""
    codes = {fault.code for fault in refused.faults}
    if codes <= _NOT_TOGETHER:
        return _("These choices do not go together, so this is the offer as it was sent. Choose again below.")
    if codes <= _NOT_TOGETHER | _NOT_THERE:
        return _("The address asks for something that cannot be chosen here, so this is the offer as it was sent.")
    return choice_sentence(refused.faults[0])
