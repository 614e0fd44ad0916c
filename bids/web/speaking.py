"""The language of the page in the form sheets and formats want it."""

from django.utils.translation import get_language

from bids.vocabulary import Language


def page_language() -> Language:
    """The active language; Finnish where none is active."""
    code = (get_language() or "")[:2]
    return Language(code) if code in set(Language) else Language.FI
