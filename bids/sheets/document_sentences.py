"""What is being done to a document, or why it could not be drawn, in the reader's language."""

from typing import Final

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from bids.vocabulary import Language

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
_OTHER: Final = _("The document could not be drawn.")


IN_LANGUAGE: Final = {Language.FI: _("in Finnish"), Language.SV: _("in Swedish"), Language.EN: _("in English")}


def in_language(language: Language) -> str:
    """In which language a file is, in the active one."""
    return gettext(IN_LANGUAGE[language])


def step_sentence(step: str) -> str:
    """What the renderer does in this step, in the active language; empty for one that is not known."""
    return gettext(STEPS[step]) if step in STEPS else ""


def failure_sentence(code: str) -> str:
    """The sentence for a failure code, in the active language; any code may come."""
    return gettext(FAILURES.get(code, _OTHER))
