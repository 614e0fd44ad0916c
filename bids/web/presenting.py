"""An offer as the pages show it: the sheet its documents are drawn from, and what only the lead sees beside it."""

from dataclasses import dataclass

from bids.cautions import Caution, CautionKind, cautions
from bids.content import Choice, JointOffer
from bids.sheets.caution_sentences import sentence
from bids.sheets.lead_notes import LeadNotes, lead_notes
from bids.sheets.offer import offer_sheet
from bids.sheets.shape import OfferSheet
from bids.vocabulary import Language
from bids.web.choosable import Combination, PickList, combinations, pick_lists


@dataclass(frozen=True, kw_only=True)
class Presented:
    """Everything a page says about an offer for one choice, in the page's language."""

    sheet: OfferSheet
    lead_notes: LeadNotes
    pick_lists: tuple[PickList, ...]
    combinations: tuple[Combination, ...]
    stops: tuple[str, ...]
    questions: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def colours(self) -> list[str]:
        """The threads' colours in document order."""
        return [firm.thread.colour for firm in self.sheet.firms]


def presented(offer: JointOffer, choice: Choice, language: Language) -> Presented:
    """The offer for a choice. Raises `pricing.ChoiceRefused` for a choice that cannot be priced."""
    sheet = offer_sheet(offer, choice, language=language)
    found = cautions(offer)

    def sentences(kind: CautionKind) -> tuple[str, ...]:
        return tuple(_sentence(caution) for caution in found if caution.kind is kind)

    return Presented(
        sheet=sheet,
        lead_notes=lead_notes(offer, choice, language=language),
        pick_lists=pick_lists(offer, sheet, choice),
        combinations=combinations(offer, choice, language),
        stops=sentences(CautionKind.STOP),
        questions=sentences(CautionKind.LEGAL_QUESTION),
        notes=sentences(CautionKind.NOTE),
    )


def _sentence(caution: Caution) -> str:
    return sentence(caution)
