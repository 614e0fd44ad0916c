"""The figures on the pages are those of the cases, the same in every language."""

import re
from decimal import Decimal

import pytest

from bids.vocabulary import Language, Profile
from tests.worker.drawn_offers import Document, amounts_in, drawn_example

pytestmark = pytest.mark.requires_pdf

DAYCARE = """2873.65 610.38 3484.03 2062.00 525.81 2587.81 480.00 331.65 84.57 416.22 2393.65 320.00 1482.00 260.00
    174.15 157.50 312.00 3796.03 3185.65 93.94 3577.97 2948.50 629.47 213.10 3697.13 3043.45 653.68"""
TOURISM = """3890.27 616.21 4506.48 1068.17 142.22 1210.39 1099.80 164.68 1264.48 952.30 205.36 1157.66 770.00 103.95
    873.95 1011.47 56.70 262.80 702.00 135.00 640.00 312.30 775.00 197.63 3058.57 412.91 5.67 3791.27 602.84 4394.11"""
NEVER = {"daycare": "732.78 3606.43 160.00 0.32", "tourism": "602.85 1011.46 3890.26"}


def figures(text: str) -> set[Decimal]:
    return {Decimal(figure) for figure in text.split()}


def money_of(document: Document) -> set[Decimal]:
    """Amounts on the pages, without days such as 11.9.2026 and the texts people wrote."""
    return amounts_in(re.sub(r"\d{1,2}\.\d{1,2}\.(\d{4})?", " ", document.text))


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize(("name", "expected"), [("daycare", DAYCARE), ("tourism", TOURISM)])
def test_every_figure_of_the_case_is_on_the_pages(name: str, expected: str, language: Language) -> None:
    found = money_of(drawn_example(name, language))

    assert figures(expected) - found == set()
    assert figures(NEVER[name]) & found == set()


@pytest.mark.parametrize("name", ["daycare", "tourism"])
def test_the_languages_differ_in_words_and_not_in_figures(name: str) -> None:
    finnish, swedish, english = (money_of(drawn_example(name, language)) for language in Language)

    assert finnish == swedish == english


def test_the_full_document_holds_the_figures_of_the_compact_one() -> None:
    compact, full = drawn_example("daycare"), drawn_example("daycare", profile=Profile.FULL)

    assert money_of(compact) <= money_of(full)


def test_a_price_is_printed_as_its_language_prints_it() -> None:
    assert "3 484,03 €" in drawn_example("daycare", Language.FI).text
    assert "3 484,03 €" in drawn_example("daycare", Language.SV).text
    assert "€3,484.03" in drawn_example("daycare", Language.EN).text
    assert "0,315" in drawn_example("daycare", Language.FI).text
    assert "0.315" in drawn_example("daycare", Language.EN).text


def test_no_rate_of_nought_is_made_of_a_seller_outside_vat() -> None:
    text = drawn_example("daycare").text

    assert "Ei arvonlisäverovelvollinen (AVL 3 §, vähäinen toiminta)" in text
    assert "alv 0 %" not in text
    assert not re.search(r"\b0 %", text)


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("name", ["daycare", "tourism"])
def test_a_short_document_has_two_to_four_pages(name: str, language: Language) -> None:
    assert 2 <= len(drawn_example(name, language).pages) <= 4


def test_the_first_page_says_all_a_client_decides_by() -> None:
    page = drawn_example("daycare").pages[0]

    for said in (
        "Infografiikka",
        "Päiväkoti Pikkutikka Oy",
        "YT-2026-0001",
        "1 (4)",
        "3 484,03 €",
        "2 873,65 €",
        "viikolla 17",
        "1.4.2026",
        "14 pv netto",
        "2 587,81 €",
        "480,00 €",
        "416,22 €",
        "lasku 3",
        "3 796,03 €",
        "3 577,97 €",
        "3 697,13 €",
        "Kukin yritys vastaa vain omasta osuudestaan",
        "saatte 3 laskua",
        "teitä palvelee Kaisa Kuvanto",
        "hyväksymme",
        "(sivu 4)",
    ):
        assert said in page, said


def test_the_other_way_of_invoicing_is_not_the_clients_business() -> None:
    assert "3 606,43" not in drawn_example("daycare").text
    assert "122,40" not in drawn_example("daycare").text


@pytest.mark.parametrize("language", list(Language))
def test_the_product_is_not_named_in_what_a_client_gets(language: Language) -> None:
    document = drawn_example("daycare", language)

    assert "punos" not in document.text.casefold()
    assert b"punos" not in document.pdf.lower()
