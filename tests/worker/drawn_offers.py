"""Offers drawn once for all tests that look at them, and what can be read on their pages."""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from io import BytesIO
from pathlib import Path

from pypdf import PdfReader

from bids.content import Contact, FirmCard, JointOffer, Line, OfferPart
from bids.exports.bid_package import read_package
from bids.sheets.offer import OfferSheet, offer_sheet
from bids.vocabulary import Language, Profile, Role
from tests.bids.cases import daycare, line
from worker.documents.compose import render_job
from worker.documents.renderer import draw

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
TEST_IDS = (
    "9000001-1",
    "9000003-8",
    "9000004-6",
    "9000005-4",
    "9000006-2",
    "9000007-0",
    "9000008-9",
    "9000009-7",
    "9000011-8",
    "9000012-6",
)


@dataclass(frozen=True)
class Document:
    """A drawn offer with its sheet and the text of each page, spaces of all kinds made plain."""

    sheet: OfferSheet
    pdf: bytes
    pages: tuple[str, ...]

    @property
    def text(self) -> str:
        return " ".join(self.pages)

    @property
    def run_together(self) -> str:
        return re.sub(r"\s", "", self.text)


def example(name: str) -> JointOffer:
    return read_package((EXAMPLES / f"{name}.json").read_bytes())


def drawn(
    offer: JointOffer,
    language: Language = Language.FI,
    profile: Profile = Profile.COMPACT,
    *,
    is_draft: bool = False,
) -> Document:
    sheet = offer_sheet(offer, language=language, profile=profile, is_draft=is_draft)
    pdf = draw(render_job(sheet, files={file.name: file for file in offer.files})).pdf
    texts = (page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    return Document(sheet, pdf, tuple(re.sub(r"\s+", " ", text) for text in texts))


@cache
def drawn_example(name: str, language: Language = Language.FI, profile: Profile = Profile.COMPACT) -> Document:
    return drawn(example(name), language, profile)


def firms(count: int, lines_each: int) -> JointOffer:
    return of_parts(*(part(place, [row(place, number) for number in range(lines_each)]) for place in range(count)))


def of_parts(*parts: OfferPart) -> JointOffer:
    return replace(daycare(), title="Yhteinen tarjous", parts=parts, milestones=(), notes=())


def part(place: int, lines: list[Line], *, name: str = "", key: str = "") -> OfferPart:
    return OfferPart(
        key=key or f"F{place}",
        role=Role.MEMBER if place else Role.LEAD,
        firm=FirmCard(
            name=name or f"Yritys {place + 1} Oy",
            business_id=TEST_IDS[place],
            municipality="491",
            contact=Contact(name="Maija Malli", email="maija@example.invalid", phone="0400000000"),
        ),
        summary=f"Teemme osan {place + 1}.",
        lines=tuple(lines),
    )


def row(place: int, number: int, text: str = "") -> Line:
    return line(f"{place}.{number}", text or f"Työvaihe {number}", "2", "h", "65")


def amounts_in(text: str) -> set[Decimal]:
    """Every amount with two decimals on the page, however its language writes it."""
    found = re.findall(r"(?<![\d.,])(?:\d{1,3}(?:[ ,]\d{3})+|\d+)[.,]\d{2}(?![\d.,]*\d)", text)
    return {Decimal(re.sub(r"[ ,.]", "", amount)).scaleb(-2) for amount in found}
