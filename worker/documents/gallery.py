"""Every example in every language and profile, as PDF, as pictures of its pages, and as one contact sheet each."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
from PIL import Image

from bids.content import JointOffer
from bids.exports.bid_package import read_package
from bids.sheets.offer import offer_sheet
from bids.vocabulary import Language, Profile
from worker.documents.compose import render_job
from worker.documents.draw import RENDERER

_DOTS_PER_POINT = 1.5
_PAGES_IN_A_ROW = 4
_GAP = 12
_GROUND = "#8b949e"


@dataclass(frozen=True, kw_only=True)
class Hung:
    """One document of the gallery."""

    name: str
    pages: int
    pdf: Path
    contact_sheet: Path


def hang(packages: Iterable[Path], folder: Path, told: Callable[[Hung], None]) -> tuple[Hung, ...]:
    """Draw every package in both profiles and all languages into the folder; an earlier run is replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    hung = []
    for package in packages:
        offer = read_package(package.read_bytes())
        for profile in Profile:
            for language in Language:
                one = _hang_one(offer, f"{package.stem}-{profile}-{language}", profile, language, folder)
                told(one)
                hung.append(one)
    return tuple(hung)


def _hang_one(offer: JointOffer, name: str, profile: Profile, language: Language, folder: Path) -> Hung:
    sheet = offer_sheet(offer, language=language, profile=profile)
    rendered = RENDERER.draw(render_job(sheet, files={file.name: file for file in offer.files}))
    pdf = folder / f"{name}.pdf"
    pdf.write_bytes(rendered.pdf)
    for old in folder.glob(f"{name}-p*.png"):
        old.unlink()
    pages = pages_as_pictures(rendered.pdf)
    for number, page in enumerate(pages, 1):
        page.save(folder / f"{name}-p{number:02}.png")
    sheet_path = folder / f"{name}.png"
    contact_sheet(pages).save(sheet_path)
    return Hung(name=name, pages=rendered.pages, pdf=pdf, contact_sheet=sheet_path)


def pages_as_pictures(pdf: bytes, dots_per_point: float = _DOTS_PER_POINT) -> list[Image.Image]:
    """Every page of a PDF as a picture."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.render(scale=dots_per_point).to_pil() for page in document]
    finally:
        document.close()


def contact_sheet(pages: list[Image.Image]) -> Image.Image:
    """All pages side by side, four to a row."""
    width, height = pages[0].size
    columns = min(len(pages), _PAGES_IN_A_ROW)
    rows = -(-len(pages) // columns)
    sheet = Image.new("RGB", (columns * (width + _GAP) + _GAP, rows * (height + _GAP) + _GAP), _GROUND)
    for index, page in enumerate(pages):
        row, column = divmod(index, columns)
        sheet.paste(page, (_GAP + column * (width + _GAP), _GAP + row * (height + _GAP)))
    return sheet
