"""The PDF of an offer can be read aloud, navigated and searched."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from typing import Any

import pikepdf
import pytest
from PIL import Image

from bids.content import OfferFile
from bids.vocabulary import Language, Profile
from tests.worker.drawn_offers import drawn, drawn_example, firms

pytestmark = pytest.mark.requires_pdf

OUR_FAMILIES = ("Inter", "Newsreader")


def opened(language: Language = Language.FI, profile: Profile = Profile.COMPACT) -> pikepdf.Pdf:
    return pikepdf.open(BytesIO(drawn_example("daycare", language, profile).pdf))


def elements(node: Any) -> Iterator[Any]:
    for child in kids(node):
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            yield child
            yield from elements(child)


def kids(node: Any) -> list[Any]:
    held = node.get("/K")
    if held is None:
        return []
    return list(held) if isinstance(held, pikepdf.Array) else [held]


@pytest.mark.parametrize("language", list(Language))
def test_the_document_is_tagged_and_says_its_language_and_title(language: Language) -> None:
    with opened(language) as pdf:
        assert str(pdf.Root.Lang) == language.value
        assert bool(pdf.Root.MarkInfo.Marked)
        assert "/StructTreeRoot" in pdf.Root
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
        assert str(pdf.docinfo["/Title"]).endswith(
            "YT-2026-0001: Infografiikka palveluseteleistä ja päivähoitomaksuista"
        )
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"


def test_headings_go_down_one_level_at_a_time() -> None:
    with opened(profile=Profile.FULL) as pdf:
        levels = [int(str(one.S)[2]) for one in elements(pdf.Root.StructTreeRoot) if re.fullmatch(r"/H\d", str(one.S))]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_every_cell_names_the_heads_it_stands_under() -> None:
    with opened() as pdf:
        cells = list(elements(pdf.Root.StructTreeRoot))
        heads = {str(one.ID) for one in cells if str(one.S) == "/TH"}
        named = [[str(head) for head in one.A.Headers] for one in cells if str(one.S) == "/TD"]

    assert all(named)
    assert {head for each in named for head in each} == heads


def test_lists_tables_and_links_are_told_as_such() -> None:
    with opened() as pdf:
        kinds = Counter(str(one.S) for one in elements(pdf.Root.StructTreeRoot))

    assert kinds["/Table"] >= 6
    assert kinds["/L"] >= 4
    assert kinds["/Link"] >= 4


def test_the_drawing_in_the_margin_is_not_read_aloud() -> None:
    with opened() as pdf:
        assert not [one for one in elements(pdf.Root.StructTreeRoot) if str(one.S) == "/Figure"]


def test_a_logo_is_described() -> None:
    picture = BytesIO()
    Image.new("RGB", (40, 20), "#1d5c63").save(picture, "PNG")
    logo = OfferFile(name="logo-f0", media_type="image/png", data=picture.getvalue())
    offer = firms(2, 1)
    lead = replace(offer.lead, firm=replace(offer.lead.firm, logo="logo-f0"))

    document = drawn(replace(offer, parts=(lead, offer.parts[1]), files=(logo,)))

    with pikepdf.open(BytesIO(document.pdf)) as pdf:
        figures = [one for one in elements(pdf.Root.StructTreeRoot) if str(one.S) == "/Figure"]
        assert [str(one.Alt) for one in figures] == ["Yrityksen Yritys 1 Oy logo"]


@pytest.mark.parametrize("profile", list(Profile))
def test_only_our_typefaces_are_used_and_all_are_embedded_with_their_characters(profile: Profile) -> None:
    with opened(profile=profile) as pdf:
        fonts = {font.objgen: font for page in pdf.pages for font in page.Resources.get("/Font", {}).values()}
        assert fonts
        for font in fonts.values():
            assert "/ToUnicode" in font
            descendant = font.DescendantFonts[0]
            descriptor = descendant.FontDescriptor
            name = str(descriptor.FontName).partition("+")[2].replace("-", " ")
            assert name.startswith(OUR_FAMILIES), name
            assert "/FontFile2" in descriptor or "/FontFile3" in descriptor


def test_the_outline_leads_to_the_chapters() -> None:
    with opened() as pdf, pdf.open_outline() as outline:
        chapters = [item.title for root in outline.root for item in root.children]

    assert chapters == [
        "Kuka tekee mitä",
        "Voitte valita lisäksi",
        "Kuka vastaa",
        "Näin hyväksytte",
        "Työn sisältö",
        "Aikataulu",
        "Hinnat",
        "Yhteensä ja laskut",
        "Ehdot",
        "Hyväksyminen",
    ]


def test_addresses_and_numbers_can_be_followed() -> None:
    with opened() as pdf:
        addresses = {
            str(annotation.A.URI)
            for page in pdf.pages
            for annotation in page.get("/Annots", [])
            if "/A" in annotation and "/URI" in annotation.A
        }

    assert "mailto:kaisa.kuvanto@example.invalid" in addresses
    assert "tel:0400000000" in addresses
    assert all(address.startswith(("mailto:", "tel:")) for address in addresses)


def test_nothing_is_attached() -> None:
    with opened() as pdf:
        assert len(pdf.attachments) == 0
        assert "/AF" not in pdf.Root
