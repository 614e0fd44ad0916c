"""What a client was answered, as a stored version carries it, as far as a reader's eyes reach."""

from bids.exports.version_sheet import intact
from bids.models import Revision
from bids.sheets.offer import answer_row
from bids.sheets.shape import Answer
from bids.visibility import Eyes
from bids.vocabulary import Language


def answers_carried(revision: Revision, eyes: Eyes, *, language: Language) -> tuple[Answer, ...]:
    """The answers, in the order they were given; somebody may name a price in one, so others' are for who may read it.

    `VersionIsCorruptError` when the version is not what was frozen.
    """
    frozen = intact(revision)
    seen = (one for one in frozen.answers if eyes.sees_price_of(one.firm))
    return tuple(answer_row(one, frozen.offer, language) for one in seen)
