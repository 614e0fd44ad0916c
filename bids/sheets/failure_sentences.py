"""Why a document could not be drawn, in the reader's language, with what to do about it."""

from typing import Final

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

_TOO_MUCH = _(
    "The offer takes more time or space to draw than a document may. Shorten the longest texts, then try again."
)
_OUR_FAULT = _("Drawing it broke off on our side. Try again; if it breaks off again, tell the keeper of this service.")

_SENTENCES: Final = {
    "too_long_cpu": _TOO_MUCH,
    "too_long_wall": _TOO_MUCH,
    "out_of_memory": _TOO_MUCH,
    "too_large": _TOO_MUCH,
    "too_deep": _("A text has lists within lists too deep to draw. Flatten them, then try again."),
    "too_many_pages": _(
        "The document would have too many pages. Choose the compact version, or shorten the longest texts."
    ),
    "too_many_pictures": _("The offer has more pictures than a document can hold. Leave some out, then try again."),
    "lost_picture": _("A picture of the offer cannot be drawn. Replace it, then try again."),
    "blocked_address": _("A text or a picture calls for something outside the offer. Take it out, then try again."),
    "stopped": _("The service was restarted while drawing. Try again."),
}


def failure_sentence(code: str) -> str:
    """The sentence for a failure code; one that is not known here is a fault of ours."""
    return gettext(_SENTENCES.get(code, _OUR_FAULT))
