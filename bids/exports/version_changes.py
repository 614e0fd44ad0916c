"""What changed from one stored version to the next, as far as a reader's eyes reach."""

from bids.exports.version_sheet import intact
from bids.models import Revision
from bids.sheets.version_diff import Changes, version_diff
from bids.visibility import Eyes
from bids.vocabulary import Language


def changes_between(earlier: Revision, later: Revision, eyes: Eyes, *, language: Language) -> tuple[Changes, ...]:
    """The changes these eyes may read. `VersionIsCorruptError` when one of the two is not what was frozen."""

    def shows(key: str) -> bool:
        return eyes.sees_price_of(key) if key else eyes.sees_every_price

    before, after = intact(earlier), intact(later)
    answers = (before.answers, after.answers)
    return version_diff(before.offer, after.offer, language=language, shows_prices=shows, answers=answers)
