"""The language of the page in the form sheets and formats want it, and the hour as a page in it says it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import get_language, override

from bids import formats
from bids.vocabulary import Language
from kernel.clock import HELSINKI


def page_language() -> Language:
    """The active language; Finnish where none is active."""
    code = (get_language() or "")[:2]
    return Language(code) if code in set(Language) else Language.FI


@contextmanager
def spoken(request: HttpRequest, language: Language) -> Iterator[None]:
    """Speak this language; the request remembers it for the page that says that something broke."""
    request.spoken_in = language.value  # type: ignore[attr-defined]
    with override(language.value):
        yield


def hour(instant: datetime) -> str:
    """The time of day in Helsinki, as the reader writes it."""
    return formats.clock(instant.astimezone(HELSINKI).time(), page_language())
