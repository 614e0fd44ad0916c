"""An offer as it was at one moment, for one choice and one reader's language: the bytes documents are drawn from."""

import hashlib
import json
from dataclasses import dataclass, replace
from typing import Any

import rfc8785

from bids.content import NOTHING_CHOSEN, Choice, FrozenAnswer, JointOffer
from bids.exports.bid_package import read_own_package, write_package
from bids.pricing import TRAVEL_MARGIN_SCHEME, ChoiceFault, ChoiceRefused, totals
from bids.sheets.change import ChangeSheet
from bids.sheets.clauses import clauses_in, said_of_a_change
from bids.sheets.frozen import change_as_json, change_from_json, sheet_as_json, sheet_from_json
from bids.sheets.offer import offer_sheet
from bids.sheets.shape import OfferSheet
from bids.vocabulary import Language, Profile, Theme

FORMAT = "punos.frozen-offer/1"

MADE_UP = "9"
"""How the seven digits of Business IDs begin that are never issued; seven-digit ones reach only three million."""


@dataclass(frozen=True, kw_only=True)
class DocumentOrder:
    """What a document is to show, in which language, how much of it and in what look."""

    language: Language
    profile: Profile
    theme: Theme
    choice: Choice = NOTHING_CHOSEN


@dataclass(frozen=True, kw_only=True)
class FrozenOffer:
    """The offer, the choice and the sheet that were frozen together."""

    offer: JointOffer
    order: DocumentOrder
    sheet: OfferSheet
    change: ChangeSheet | None = None


def freeze(
    offer: JointOffer,
    order: DocumentOrder,
    *,
    version: int | None = None,
    answers: tuple[FrozenAnswer, ...] = (),
    change: ChangeSheet | None = None,
) -> bytes:
    """Canonical bytes (RFC 8785): the same offer and order always give the same ones.

    What is sent names its version, prints what the client was answered, and carries no draft mark. A version that
    changes what was agreed holds that `change` in words too, from which its one page is drawn.
    Raises `bids.pricing.ChoiceRefused` when the choice is not one the offer allows, or when the lead would sell others'
    travel services: no document states as a fact a sum whose VAT is not reckoned.
    """
    if TRAVEL_MARGIN_SCHEME in totals(offer, order.choice).warnings:
        raise ChoiceRefused([ChoiceFault(code=TRAVEL_MARGIN_SCHEME)])
    sheet = offer_sheet(
        offer,
        order.choice,
        language=order.language,
        profile=order.profile,
        is_draft=version is None and carries_draft_mark(offer),
        version=version,
        answers=answers,
    )
    if change is not None:
        clauses = said_of_a_change(sheet.clauses_in_all, offer, change.number)
        said = clauses_in(order.language, clauses)
        accepts = next((one.text for one in said if one.key == "acceptance_change"), sheet.slip.sentence)
        slip = replace(sheet.slip, sentence=accepts)
        sheet = replace(sheet, clauses_in_all=clauses, clauses=said, slip=slip)
    frozen: dict[str, Any] = {
        "format": FORMAT,
        "offer": write_package(offer),
        "choice": {"lines": sorted(order.choice.lines), "package": order.choice.package},
        "language": order.language.value,
        "profile": order.profile.value,
        "theme": order.theme.value,
        "sheet": sheet_as_json(sheet),
    }
    if change is not None:
        frozen["change"] = change_as_json(change)
    return rfc8785.dumps(frozen)


def thaw(payload: bytes) -> FrozenOffer:
    """What was frozen, unchanged; the sheet is the stored one, not one made anew."""
    frozen: dict[str, Any] = json.loads(payload)
    if frozen.get("format") != FORMAT:
        raise ValueError(f"not a frozen offer: {frozen.get('format')!r}")
    choice = Choice(lines=frozenset(frozen["choice"]["lines"]), package=frozen["choice"]["package"])
    return FrozenOffer(
        offer=read_own_package(rfc8785.dumps(frozen["offer"])),
        order=DocumentOrder(
            language=Language(frozen["language"]),
            profile=Profile(frozen["profile"]),
            theme=Theme(frozen["theme"]),
            choice=choice,
        ),
        sheet=sheet_from_json(frozen["sheet"]),
        change=change_from_json(frozen["change"]) if "change" in frozen else None,
    )


def hash_of(payload: bytes) -> str:
    """The hex sha256 a frozen offer is known by."""
    return hashlib.sha256(payload).hexdigest()


def carries_draft_mark(offer: JointOffer) -> bool:
    """Whether the document must say that it is a draft: unless every seller is a made-up firm of the test range.

    What is sent names its version instead.
    """
    return not all((part.firm.seller_business_id or "").startswith(MADE_UP) for part in offer.parts)
