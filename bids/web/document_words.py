"""What is happening to a document, in words."""

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bids.models import Document
from bids.vocabulary import DocumentKind, DocumentState

STEPS: Final = {
    "reading": _("Reading the offer"),
    "styling": _("Setting typefaces and colours"),
    "arranging": _("Putting everything in order"),
    "laying_out": _("Laying out the pages"),
    "drawing": _("Drawing the pages"),
    "finishing": _("Checking the file"),
}
"""The renderer's own steps, in the order they happen."""

FAILURES: Final = {
    "too_long_cpu": _("The document took too long to draw. Shorten its texts or take out lines."),
    "too_long_wall": _("The document took too long to draw. Try again in a moment."),
    "out_of_memory": _("The document is too heavy to draw. Use smaller pictures or fewer lines."),
    "too_many_pages": _("The document would have too many pages. Shorten its texts."),
    "too_many_pictures": _("The document has too many pictures. Take some out."),
    "too_large": _("The finished file would be too large. Use smaller pictures."),
    "too_deep": _("A text has lists within lists within lists. Make it simpler."),
    "blocked_address": _("A text or a picture points outside the offer. Documents hold only what is in the offer."),
    "embedded_file": _("A picture carries another file inside it. Use another picture."),
    "missing_alt": _("A picture has no description. Add one."),
    "lost_picture": _("A picture could not be drawn. Bring it in again as PNG or JPEG."),
    "crashed": _("Something broke while the document was drawn."),
    "stopped": _("The drawing was stopped before it was ready."),
}
OTHER_FAILURE: Final = _("The document could not be drawn.")

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
    sentence, within = str(STEPS[document.progress_step]), 0.0
    if document.progress_done and document.progress_total:
        page = {"page": document.progress_done, "pages": document.progress_total}
        sentence = gettext("Laying out page %(page)s of %(pages)s") % page
        within = min(1.0, document.progress_done / document.progress_total)
    elif document.progress_done:
        sentence = gettext("Laying out page %(page)s") % {"page": document.progress_done}
    return Progress(step=at + 1, steps=len(names), sentence=sentence, percent=round(100 * (at + within) / len(names)))


def failure_sentence(document: Document) -> str:
    """Why a document was not drawn."""
    return str(FAILURES.get(document.failure_code, OTHER_FAILURE))


def seconds_until_next_look(waited: float) -> int:
    """1 s at first, then 2 s, then 3 s."""
    return 1 if waited < _FEW else 2 if waited < _SOME else 3


def kind_name(document: Document) -> str:
    """What the file is."""
    return {
        DocumentKind.OFFER_PDF: "PDF",
        DocumentKind.TWIN_JSON: gettext("Offer as data (JSON)"),
        DocumentKind.TWIN_UBL: gettext("Offer as data (UBL)"),
    }[DocumentKind(document.kind)]
