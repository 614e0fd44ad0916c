"""What a client chooses in a version, with its sums."""

from collections.abc import Sequence

from bids.content import JointOffer
from bids.exports.deciding import priced
from bids.exports.evidence import Chosen
from bids.pricing import ChoiceRefused
from bids.sheets.choice_sentences import choice_sentence
from bids.steps.deciding import Held
from kernel.errors import Malformed


def chosen_in(held: Held, lines: Sequence[str], package: str | None) -> Chosen:
    """The choice and its sums, reckoned from what was frozen; `Malformed` for one the version does not allow."""
    return chosen_from(held.frozen.offer, lines, package)


def chosen_from(offer: JointOffer, lines: Sequence[str], package: str | None) -> Chosen:
    """The same for what a version said."""
    try:
        return priced(offer, lines, package).chosen
    except ChoiceRefused as refused:
        said = " ".join(choice_sentence(fault) for fault in refused.faults)
        raise Malformed(faults={"choice": said}) from refused
