"""A version as a reader sees it: the sheet its documents were drawn from, or the same in another language."""

from dataclasses import replace

from bids.exports.frozen_offer import hash_of, thaw
from bids.exports.frozen_version import read_version, version_hash, version_tree
from bids.models import FrozenSheet, Revision
from bids.sheets.clauses import clauses_in
from bids.sheets.offer import offer_sheet
from bids.sheets.shape import ClauseInAll, OfferSheet
from bids.visibility import CLIENTS_EYES
from bids.vocabulary import DocumentKind, Language


class VersionIsCorruptError(Exception):
    """The stored bytes of a version are not those that were frozen."""


def version_sheet(revision: Revision, language: Language) -> OfferSheet:
    """The version in a language. `VersionIsCorruptError` when what is stored is not what was frozen.

    In a language no document was drawn in, the sentences with legal weight are those that were frozen with the version.
    """
    payload = bytes(revision.payload)
    if version_hash(payload) != bytes(revision.content_hash):
        raise VersionIsCorruptError(revision.public_id)
    version = read_version(payload)
    for file in version.files:
        if file.kind == DocumentKind.OFFER_PDF and file.order.language == language:
            return _drawn_from(revision, file.sheet_sha256)
    sheet = offer_sheet(version.offer, language=language, version=version.number, eyes=CLIENTS_EYES)
    frozen = tuple(ClauseInAll(**one) for one in version_tree(payload)["as_offered"]["sentences"])
    return replace(sheet, clauses=clauses_in(language, frozen), clauses_in_all=frozen)


def _drawn_from(revision: Revision, sha256: str) -> OfferSheet:
    stored = FrozenSheet.objects.filter(bid=revision.bid_id, sha256=sha256).first()
    if stored is None or hash_of(bytes(stored.payload)) != sha256:
        raise VersionIsCorruptError(revision.public_id)
    return thaw(bytes(stored.payload)).sheet
