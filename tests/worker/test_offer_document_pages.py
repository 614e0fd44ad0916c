"""Pages keep what belongs together, and lose nothing that was written."""

import re
from dataclasses import replace
from decimal import Decimal
from io import BytesIO

import pytest
from pypdf import PdfReader

from bids.content import Section
from bids.vocabulary import Language, Profile
from tests.bids.cases import daycare
from tests.worker.drawn_offers import Document, drawn, drawn_example, firms, of_parts, part, row

pytestmark = pytest.mark.requires_pdf

UNBROKEN = "x" * 200
COMPOUND = "lentokonesuihkuturbiinimoottoriapumekaanikkoaliupseerioppilas"


def page_of(document: Document, text: str) -> int:
    pages = [number for number, page in enumerate(document.pages) if text in page]
    assert len(pages) == 1, f"{text!r} stands on pages {pages}"
    return pages[0]


def test_the_head_of_a_table_stands_on_every_page_it_runs_over() -> None:
    document = drawn(firms(1, 60))

    with_rows = [page for page in document.pages if re.search(r"0\.\d+ Työvaihe", page)]
    assert len(with_rows) > 2
    assert all("Kuvaus" in page and "Määrä" in page for page in with_rows)


def test_a_row_is_never_split_over_two_pages() -> None:
    long = "alku{0} " + "pitkä selitys tästä työvaiheesta " * 12 + "loppu{0}"
    document = drawn(of_parts(part(0, [row(0, number, long.format(number)) for number in range(24)])))

    assert len(document.pages) > 3
    for number in range(24):
        assert page_of(document, f"alku{number} ") == page_of(document, f"loppu{number} ")


@pytest.mark.parametrize("lines", [27, 29, 31])
def test_the_sum_stands_with_the_last_rows_of_its_table(lines: int) -> None:
    document = drawn(firms(1, lines))

    assert page_of(document, f"0.{lines - 1} Työvaihe {lines - 1} ") == page_of(document, "Rivit yhteensä")
    assert page_of(document, "Rivit yhteensä") == page_of(document, "Lasku 1, sis. alv")


def test_a_string_without_spaces_loses_nothing_wherever_it_is_written() -> None:
    lead = replace(
        part(0, [row(0, 0, f"line{UNBROKEN}")], name=f"name{UNBROKEN}"),
        summary=f"summary{UNBROKEN}",
        included=(f"included{UNBROKEN}",),
    )
    offer = replace(
        of_parts(lead, part(1, [row(1, 0)])),
        title=f"title{UNBROKEN}",
        terms=(replace(daycare().terms[0], title=COMPOUND, text=f"term{UNBROKEN}"),),
        notes=(f"Note{UNBROKEN}",),
    )

    document = drawn(offer)

    for place in ("line", "name", "summary", "included", "title", "term", "Note"):
        assert f"{place}{UNBROKEN}" in document.run_together.replace("‐", ""), place
    assert_nothing_hangs_over(document)


def assert_nothing_hangs_over(document: Document) -> None:
    for page in PdfReader(BytesIO(document.pdf)).pages:
        places: list[float] = []

        def noted(_text: str, matrix: list[float], *_rest: object, places: list[float] = places) -> None:
            places.append(matrix[4])

        page.extract_text(visitor_operand_before=None, visitor_text=noted)
        assert all(0 <= place < float(page.mediabox.width) - 40 for place in places)


def test_a_long_compound_is_broken_between_its_syllables() -> None:
    document = drawn(replace(firms(1, 1), title=f"Kurssi: {COMPOUND}koulutus"))

    assert f"{COMPOUND}koulutus" in document.run_together.replace("‐", "")
    joints = re.findall(r"\w‐(\w\w)", document.run_together)
    assert joints
    assert all(re.fullmatch("[bcdfghjklmnpqrstvwxz][aeiouyåäö]", joint) for joint in joints)


def test_sums_in_the_thousands_of_millions_stand_whole_and_apart() -> None:
    dear = replace(row(0, 0), quantity=Decimal("12345.125"), unit_price=Decimal("1234567.1234"), unit="käsittelykerta")
    document = drawn(of_parts(part(0, [dear]), part(1, [row(1, 0)])))

    assert "12 345,125" in document.text
    assert "1 234 567,1234" in document.text
    assert document.sheet.totals.gross.text.replace("\u00a0", " ") in document.pages[0]
    assert_nothing_hangs_over(document)


def test_one_firm_named_by_one_letter_makes_an_offer() -> None:
    document = drawn(of_parts(part(0, [row(0, number) for number in range(3)], name="Å", key="Å")))

    assert "Å vastaa koko työstä." in document.text
    assert "Yhteistarjous" not in document.text
    assert len(document.pages) <= 3


def test_ten_firms_all_have_their_row_their_invoice_and_their_part() -> None:
    document = drawn(firms(10, 3))

    for place in range(10):
        assert f"Yritys {place + 1} Oy" in document.pages[0]
        assert f"lasku {place + 1}" in document.pages[0]
    assert "saatte 10 laskua" in document.text
    assert all("9000012-6" in page for page in document.pages)


@pytest.mark.slow
def test_three_hundred_lines_are_all_there() -> None:
    document = drawn(firms(2, 150))

    assert len(re.findall(r"Työvaihe \d+ 2 h", document.text)) == 300
    assert all(f"{number} ({len(document.pages)})" in page for number, page in enumerate(document.pages, 1))


@pytest.mark.parametrize(("language", "mark"), [("fi", "LUONNOS"), ("sv", "UTKAST"), ("en", "DRAFT")])
def test_a_draft_says_so_on_every_page(language: str, mark: str) -> None:
    document = drawn(firms(2, 8), Language(language), is_draft=True)

    assert len(document.pages) > 1
    assert all(mark in page for page in document.pages)


def test_what_is_no_draft_does_not_say_so() -> None:
    assert "LUONNOS" not in drawn_example("daycare").text


def test_every_page_says_which_of_how_many_it_is_and_who_the_sellers_are() -> None:
    document = drawn_example("daycare")

    for number, page in enumerate(document.pages, 1):
        assert f"{number} ({len(document.pages)})" in page
        for business_id in ("9000001-1", "9000003-8", "9000004-6"):
            assert business_id in page


@pytest.mark.slow
def test_a_long_offer_has_contents_with_the_right_pages() -> None:
    document = drawn_example("everything", profile=Profile.FULL)
    page = document.pages[page_of(document, "Sisällys")]

    listed = dict(re.findall(r"(Työn sisältö|Hinnat|Ehdot|Hyväksyminen)[. ]+(\d+)", page))
    assert list(listed) == ["Työn sisältö", "Hinnat", "Ehdot", "Hyväksyminen"]
    for title, number in listed.items():
        assert title in document.pages[int(number) - 1]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["daycare", "tourism", "everything"])
def test_no_heading_stands_alone_at_the_foot_of_a_page(name: str) -> None:
    document = drawn_example(name, profile=Profile.FULL)
    headings = [entry.title for entry in PdfReader(BytesIO(document.pdf)).outline if not isinstance(entry, list)]
    foot = document.sheet.firms[0].seller_name

    assert len(headings) == 1
    titles = ("Työn sisältö", "Aikataulu", "Hinnat", "Yhteensä ja laskut", "Ehdot", "Hyväksyminen", "Tekijät")
    for page in document.pages:
        body = page[: page.rindex(foot)].rstrip()
        assert not body.endswith(titles)


def test_a_text_in_another_language_is_marked_and_hyphenated_as_such() -> None:
    offer = replace(firms(1, 1), sections=(Section(title="På svenska", text="Vi gör allt.", language="sv"),))
    document = drawn(offer, Language.EN, Profile.FULL)

    assert "Vi gör allt." in document.text
    assert "På svenska" in document.text


def test_the_same_sheet_gives_the_same_bytes() -> None:
    assert drawn(firms(2, 2)).pdf == drawn(firms(2, 2)).pdf
