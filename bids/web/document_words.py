"""What is happening to a document, in words."""

from dataclasses import dataclass

from django.utils.translation import gettext

from bids.models import Document
from bids.sheets.document_sentences import STEPS, step_sentence
from bids.vocabulary import DocumentKind, DocumentState

_FEW, _SOME = 5, 15
"""Seconds since it was asked for: how long the page waits before it looks again grows with them."""


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a document is: its step of how many, and that step in words."""

    step: int
    steps: int
    sentence: str
    percent: int


def progress_of(document: Document) -> Progress:
    """The step the renderer has told; a document that waits stands before the first."""
    names = list(STEPS)
    if document.state == DocumentState.QUEUED or document.progress_step not in names:
        waiting = document.state == DocumentState.QUEUED
        sentence = gettext("Waiting for its turn") if waiting else gettext("Beginning")
        return Progress(step=0, steps=len(names), sentence=sentence, percent=0)
    at = names.index(document.progress_step)
    sentence, within = step_sentence(document.progress_step), 0.0
    if document.progress_done and document.progress_total:
        page = {"page": document.progress_done, "pages": document.progress_total}
        sentence = gettext("Laying out the pages again: %(page)s of %(pages)s") % page
        # Pages are laid out until their numbers stand, nobody knows how many times: the share may not grow with each.
        within = 0.5
    elif document.progress_done:
        sentence = gettext("Laying out page %(page)s") % {"page": document.progress_done}
    return Progress(step=at + 1, steps=len(names), sentence=sentence, percent=round(100 * (at + within) / len(names)))


def seconds_until_next_look(waited: float) -> int:
    """1 s at first, then 2 s, then 3 s."""
    return 1 if waited < _FEW else 2 if waited < _SOME else 3


def kind_name(document: Document, *, is_anbud: bool = False) -> str:
    """What the file is; what a public buyer gets is a tender."""
    return {
        DocumentKind.CHANGE_PDF: gettext("The change on one page (PDF)"),
        DocumentKind.OFFER_PDF: "PDF",
        DocumentKind.TWIN_JSON: gettext("Tender as data (JSON)") if is_anbud else gettext("Offer as data (JSON)"),
        DocumentKind.TWIN_UBL: gettext("Tender as data (UBL)") if is_anbud else gettext("Offer as data (UBL)"),
    }[DocumentKind(document.kind)]
