"""The words in which somebody says why."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from kernel.errors import Malformed
from kernel.text import clean_text

LONGEST_REASON: Final = 2000


def typed_reason(reason: str) -> str:
    """The words as they are kept; `Malformed` when they are too long."""
    typed = clean_text(reason).strip()
    if len(typed) > LONGEST_REASON:
        raise Malformed(faults={"reason": _("At most 2,000 characters.")})
    return typed
