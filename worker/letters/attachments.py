"""The files that go with an offer: the document, and the same offer as data."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from bids.exports.deciding import decision_about
from bids.exports.frozen_version import read_version
from bids.models import Asset, DecisionPaper, Document, Letter
from bids.permissions import may_hold_copy
from bids.queries.letter_people import is_for_the_client, part_of
from bids.queries.papers import certificate_paper
from bids.vocabulary import PDFS, ClientKind, DocumentKind, Language, LetterKind, PriceVisibility
from kernel import files

ENDINGS: Final = {
    DocumentKind.CHANGE_PDF: ("pdf", "application/pdf"),
    DocumentKind.OFFER_PDF: ("pdf", "application/pdf"),
    DocumentKind.TWIN_JSON: ("json", "application/json"),
    DocumentKind.TWIN_UBL: ("xml", "application/xml"),
}
WORDS: Final = {Language.FI: "Tarjous", Language.SV: "Offert", Language.EN: "Offer"}
CHANGE: Final = {Language.FI: "Muutos", Language.SV: "Andring", Language.EN: "Change"}
ABOUT_A_CHANGE: Final = frozenset({DocumentKind.CHANGE_PDF.value})
TO_A_PUBLIC_BUYER: Final = {Language.FI: "Tarjous", Language.SV: "Anbud", Language.EN: "Tender"}
LONGEST_NAME: Final = 60
WITH_THE_OFFER: Final = frozenset({LetterKind.OFFER_TO_CLIENT, LetterKind.VALIDITY_EXTENDED})
"""The letters that bring the client a version."""
WITH_THE_DOCUMENT: Final = frozenset({LetterKind.DECISION_RECEIPT, LetterKind.DECISION_RECORDED})
"""The letters that bring the client once more what it has answered."""


CERTIFICATE: Final = {Language.FI: "Hyväksymistodistus", Language.SV: "Godkännandebevis", Language.EN: "Certificate"}
OWN_COPY: Final = {Language.FI: "Oma kappale", Language.SV: "Eget exemplar", Language.EN: "Own copy"}


class DocumentMissing(Exception):
    """The version that is to be sent has no drawn document."""


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """One file as it stands in a letter."""

    name: str
    media_type: str
    data: bytes


def attachments_of(letter: Letter) -> tuple[Attachment, ...]:
    """The files of the version an offer's letter sends, its document alone with what was answered, else none.

    The bytes are those that were stored when the document was done: `FileIsCorruptError` if one has changed since,
    DocumentMissing without a document to read.
    """
    if letter.kind == LetterKind.OWN_COPY:
        return _own_copy(letter)
    wanted = list(PDFS) if letter.kind in WITH_THE_DOCUMENT else list(ENDINGS)
    brings = letter.kind in WITH_THE_OFFER | WITH_THE_DOCUMENT
    if not brings or not is_for_the_client(letter) or letter.revision is None:
        return ()
    found = Document.objects.done().filter(revision=letter.revision).select_related("asset", "bid")
    chosen = [document for kind in wanted if (document := _best(found, kind, letter.language)) is not None]
    if not chosen or chosen[0].kind not in PDFS:
        raise DocumentMissing(f"the version of letter {letter.public_id} has no document")
    buyer = read_version(bytes(letter.revision.payload)).offer.client.kind
    words = TO_A_PUBLIC_BUYER if buyer == ClientKind.PUBLIC else WORDS
    language = Language(letter.language)
    change = letter.revision.change
    brought = tuple(
        _attachment(document, f"{CHANGE[language]} {change}" if document.kind in ABOUT_A_CHANGE else words[language])
        for document in chosen
    )
    return (*brought, *_certificate(letter)) if letter.kind in WITH_THE_DOCUMENT else brought


def _certificate(letter: Letter) -> tuple[Attachment, ...]:
    """The certificate of the yes that counts, if it is drawn by now; else it is on the client's page."""
    decision = decision_about(letter.revision) if letter.revision is not None else None
    paper = certificate_paper(decision) if decision is not None else None
    if decision is None or paper is None or paper.asset is None:
        return ()
    name = f"{CERTIFICATE[Language(letter.language)]} {decision.bid.number}"
    return (_file(paper.asset, name, "pdf"),)


def is_still_theirs(letter: Letter) -> bool:
    """Whether whoever gets the letter may read every price of what comes with it, by now."""
    if letter.kind != LetterKind.OWN_COPY:
        return True
    paper = _copy_with(letter)
    return paper.part is not None and may_hold_copy(paper.part, letter.to_email, reach=PriceVisibility(paper.reach))


def _copy_with(letter: Letter) -> DecisionPaper:
    papers = DecisionPaper.objects.done().select_related("asset", "data", "decision__bid", "part__bid")
    paper = papers.filter(public_id=UUID(str(letter.facts.get("paper"))), part=part_of(letter)).first()
    if paper is None:
        raise DocumentMissing(f"the copy of letter {letter.public_id} is not there")
    return paper


def _own_copy(letter: Letter) -> tuple[Attachment, ...]:
    """The firm's own copy, as a PDF and as data, for whoever may read it."""
    paper = _copy_with(letter)
    if paper.asset is None or paper.data is None or not is_still_theirs(letter):
        return ()
    name = f"{OWN_COPY[Language(letter.language)]} {paper.decision.bid.number}"
    return (_file(paper.asset, name, "pdf"), _file(paper.data, name, "json"))


def _file(asset: Asset, name: str, ending: str) -> Attachment:
    return Attachment(name=f"{_storable(name)}.{ending}", media_type=asset.media_type, data=files.read(asset.sha256))


def _best(found: QuerySet[Document], kind: DocumentKind, language: str) -> Document | None:
    """The document in the reader's language, else in whichever language there is."""
    of_kind = list(found.filter(kind=kind.value).order_by("pk"))
    return next((each for each in of_kind if each.language == language), of_kind[0] if of_kind else None)


def _attachment(document: Document, word: str) -> Attachment:
    assert document.asset is not None  # noqa: S101 - a document that is done has its file
    ending, media_type = ENDINGS[DocumentKind(document.kind)]
    number = document.bid.number if document.bid else ""
    return Attachment(
        name=f"{_storable(f'{word} {number}')}.{ending}",
        media_type=media_type,
        data=files.read(document.asset.sha256),
    )


def _storable(name: str) -> str:
    """A name every system can store, in plain letters."""
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "-", letters).strip("-")[:LONGEST_NAME].strip("-") or "offer"
