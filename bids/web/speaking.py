"""The language of the page in the form sheets and formats want it, and the hour as a page in it says it."""

from datetime import datetime

from django.utils.translation import get_language

from bids import formats
from bids.vocabulary import Language
from kernel.clock import HELSINKI


def page_language() -> Language:
    """The active language; Finnish where none is active."""
    code = (get_language() or "")[:2]
    return Language(code) if code in set(Language) else Language.FI


def hour(instant: datetime) -> str:
    """The time of day in Helsinki, as the reader writes it."""
    return formats.clock(instant.astimezone(HELSINKI).time(), page_language())
