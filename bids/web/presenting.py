"""An offer as the pages show it: the sheet its documents are drawn from, and what only the lead sees beside it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from bids.cautions import Caution, CautionKind, cautions
from bids.content import Choice, JointOffer
from bids.sheets.caution_sentences import sentence
from bids.sheets.lead_notes import LeadNotes, lead_notes
from bids.sheets.offer import offer_sheet
from bids.sheets.shape import OfferSheet
from bids.visibility import Eyes, without_hidden
from bids.vocabulary import Language
from bids.web.choosable import Combination, PickList, combinations, pick_lists


@dataclass(frozen=True, kw_only=True)
class TotalRow:
    """One of the sums beside the offer: what it is, and how much. The main one is what this client compares."""

    name: str
    text: str
    is_main: bool = False


@dataclass(frozen=True, kw_only=True)
class Presented:
    """Everything a page says about an offer for one choice, in the page's language, as far as its reader's eyes reach.

    The lead's notes, and what stands in the way of sending, are for those who see what is the lead's.
    """

    eyes: Eyes
    sheet: OfferSheet
    lead_notes: LeadNotes | None
    pick_lists: tuple[PickList, ...]
    combinations: tuple[Combination, ...]
    stops: tuple[str, ...]
    questions: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def total_rows(self) -> tuple[TotalRow, ...]:
        """The whole offer with and without VAT, first as its client pays it."""
        return total_rows(self.sheet)

    @property
    def colours(self) -> list[str]:
        """The threads' colours in document order."""
        return [firm.thread.colour for firm in self.sheet.firms]


def total_rows(sheet: OfferSheet) -> tuple[TotalRow, ...]:
    """What an offer comes to with and without VAT, first as its client pays it."""
    vat = TotalRow(name=_("VAT"), text=sheet.totals.vat.text)
    if sheet.client.deducts_vat:
        main = TotalRow(name=_("In all, excl. VAT"), text=sheet.totals.net.text, is_main=True)
        return main, vat, TotalRow(name=_("incl. VAT"), text=sheet.totals.gross.text)
    main = TotalRow(name=_("In all, incl. VAT"), text=sheet.totals.gross.text, is_main=True)
    return main, TotalRow(name=_("excl. VAT"), text=sheet.totals.net.text), vat


def presented(offer: JointOffer, choice: Choice, language: Language, *, eyes: Eyes) -> Presented:
    """The offer for a choice. Raises `pricing.ChoiceRefused` for a choice that cannot be priced."""
    sheet = offer_sheet(offer, choice, language=language, eyes=eyes)
    left = without_hidden(offer, eyes)
    found = cautions(offer) if eyes.sees_lead_notes else ()

    def sentences(kind: CautionKind) -> tuple[str, ...]:
        return tuple(_sentence(caution) for caution in found if caution.kind is kind)

    return Presented(
        eyes=eyes,
        sheet=sheet,
        lead_notes=lead_notes(offer, choice, language=language) if eyes.sees_lead_notes else None,
        pick_lists=pick_lists(left, sheet, choice),
        combinations=combinations(left, choice, language) if eyes.sees_every_price else (),
        stops=sentences(CautionKind.STOP),
        questions=sentences(CautionKind.LEGAL_QUESTION),
        notes=sentences(CautionKind.NOTE),
    )


def _sentence(caution: Caution) -> str:
    return sentence(caution)
