"""A version as a reader sees it: the sheet its documents were drawn from, or the same in another language or choice."""

from dataclasses import replace
from typing import Any

from bids.choosing import can_be_chosen
from bids.content import NOTHING_CHOSEN, Choice
from bids.exports.frozen_offer import hash_of, thaw
from bids.exports.frozen_version import FrozenVersion, read_version, version_hash, version_tree
from bids.models import FrozenSheet, Revision
from bids.pricing import totals
from bids.sheets.clauses import clauses_in, clauses_in_all
from bids.sheets.offer import offer_sheet
from bids.sheets.shape import ClauseInAll, OfferSheet
from bids.visibility import CLIENTS_EYES
from bids.vocabulary import DocumentKind, Language


class VersionIsCorruptError(Exception):
    """The stored bytes of a version are not those that were frozen."""


def intact(revision: Revision, *, with_pictures: bool = False) -> FrozenVersion:
    """What was frozen. `VersionIsCorruptError` when the stored bytes are not those."""
    payload = bytes(revision.payload)
    if version_hash(payload) != bytes(revision.content_hash):
        raise VersionIsCorruptError(revision.public_id)
    return read_version(payload, with_pictures=with_pictures)


def version_sheet(
    revision: Revision,
    language: Language,
    choice: Choice = NOTHING_CHOSEN,
    *,
    read: FrozenVersion | None = None,
) -> OfferSheet:
    """The version in a language, for a choice. `VersionIsCorruptError` when what is stored is not what was frozen.

    As offered, it is what the documents were drawn from. In a language no document was drawn in, and for another
    choice, it is reckoned from what was frozen, and sentences with legal weight are in the words that were frozen.
    `read` is the version where it is at hand. `pricing.ChoiceRefused` for a choice that cannot be priced.
    """
    version = read or intact(revision)
    if choice == NOTHING_CHOSEN:
        for file in version.files:
            if file.kind == DocumentKind.OFFER_PDF and file.order.language == language:
                return _drawn_from(revision, file.sheet_sha256)
    sheet = offer_sheet(
        version.offer,
        choice,
        language=language,
        version=version.number,
        answers=version.answers,
        eyes=CLIENTS_EYES,
    )
    clauses = _in_frozen_words(sheet.clauses_in_all, version, version_tree(bytes(revision.payload)), choice)
    return replace(sheet, clauses=clauses_in(language, clauses), clauses_in_all=clauses)


def _in_frozen_words(
    said_now: tuple[ClauseInAll, ...], version: FrozenVersion, tree: dict[str, Any], choice: Choice
) -> tuple[ClauseInAll, ...]:
    """The sentences as they were frozen with the version.

    Of a choice that was not frozen by itself, those that say another thing than they say as offered (how many invoices,
    how much at most) are made anew.
    """
    as_offered = _sentences(tree["as_offered"])
    if choice == NOTHING_CHOSEN:
        return as_offered
    names = [*choice.lines] if choice.package is None else [f"package {choice.package}", *choice.lines]
    alone = [one for one in tree["choices"] if names == [one["choice"]]]
    if alone:
        return _sentences(alone[0])
    frozen = {one.key: one for one in as_offered}
    offer = version.offer
    has_choices = bool(offer.packages) or any(can_be_chosen(line) for line in offer.lines)
    plain = {one.key: one for one in clauses_in_all(offer, totals(offer), has_choices=has_choices)}
    return tuple(frozen.get(one.key, one) if one == plain.get(one.key) else one for one in said_now)


def _sentences(said: dict[str, Any]) -> tuple[ClauseInAll, ...]:
    return tuple(ClauseInAll(**one) for one in said["sentences"])


def _drawn_from(revision: Revision, sha256: str) -> OfferSheet:
    stored = FrozenSheet.objects.filter(bid=revision.bid_id, sha256=sha256).first()
    if stored is None or hash_of(bytes(stored.payload)) != sha256:
        raise VersionIsCorruptError(revision.public_id)
    return thaw(bytes(stored.payload)).sheet
