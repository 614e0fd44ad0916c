"""What is written before it is drawn: safe, in order, and each text in its language."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise

import pytest

from bids.content import Adjustment, FrozenAnswer, NeedCard, OfferFile, Section
from bids.sheets.offer import offer_sheet
from bids.vocabulary import ClientKind, Invoicing, Language, Profile
from tests.bids.cases import daycare, tourism
from tests.worker.drawn_offers import example, firms
from worker.documents.braid import HEIGHT, SWEEP, WIDTH, braid, ways
from worker.documents.compose import ComposedDocument, compose, render_job, template_version

COLOURS = ("#1d5c63", "#b4532a", "#5b3a8c", "#2f6f3e", "#a3305c", "#1f5fa8", "#7a5a12", "#4a4f5c", "#8a2f2f", "#0f6f86")


def composed(name: str, language: Language = Language.FI, profile: Profile = Profile.COMPACT) -> ComposedDocument:
    return compose(offer_sheet(example(name), language=language, profile=profile))


@pytest.mark.parametrize("name", ["daycare", "tourism", "everything", "minimal"])
@pytest.mark.parametrize("profile", list(Profile))
def test_headings_never_skip_a_level(name: str, profile: Profile) -> None:
    levels = [int(level) for level in re.findall(r"<h(\d)", composed(name, profile=profile).html)]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_markup_in_what_people_write_is_shown_and_not_obeyed() -> None:
    hostile = "<script>alert(1)</script><img src=http://example.invalid/x>"
    offer = daycare()
    lead = replace(
        offer.lead,
        summary=hostile,
        included=(hostile,),
        firm=replace(offer.lead.firm, name=hostile),
        lines=(replace(offer.lead.lines[0], text=hostile, unit="<b>"), *offer.lead.lines[1:]),
    )
    made = compose(offer_sheet(replace(offer, title=hostile, reference=hostile, parts=(lead, *offer.parts[1:]))))

    assert "<script" not in made.html
    assert "<img" not in made.html
    assert "&lt;script&gt;" in made.html


def test_a_number_with_quotes_cannot_leave_the_stylesheet() -> None:
    sheet = offer_sheet(replace(daycare(), number='"} body { color: red } /*'), is_draft=True)

    assert all("color: red" not in stylesheet for stylesheet in compose(sheet).stylesheets)


def test_a_text_in_another_language_than_the_page_says_so() -> None:
    offer = replace(
        daycare(), sections=(Section(title="På svenska", text="Vi gör allt.", language="sv"),), profile=Profile.FULL
    )
    english = compose(offer_sheet(offer, language=Language.EN)).html

    assert '<html lang="en">' in english
    assert re.search(r'<div class="prose" lang="sv">\s*<p>Vi gör allt.</p>', english)
    assert '<h1 lang="fi">' in english
    assert "<h1>" in compose(offer_sheet(offer)).html


def test_every_language_of_the_chrome_is_its_own() -> None:
    heads = {
        language: re.findall(r"<h2[^>]*>([^<]+)</h2>", composed("daycare", language).html) for language in Language
    }

    assert heads[Language.FI] != heads[Language.SV] != heads[Language.EN]
    assert heads[Language.FI][-4:] == ["Hinnat", "Yhteensä ja laskut", "Ehdot", "Hyväksyminen"]
    assert heads[Language.SV][-4:] == ["Priser", "Totalt och fakturor", "Villkor", "Godkännande"]
    assert heads[Language.EN][-4:] == ["Prices", "Totals and invoices", "Terms", "Acceptance"]


def test_what_is_not_in_the_offer_is_not_printed() -> None:
    html = compose(offer_sheet(replace(firms(1, 1), reference="", terms=()))).html

    for heading in ("Aikataulu", "Voitte valita", "Tekijä", "Maksuerät", "Viite:", "Sisällys"):
        assert heading not in html


def test_the_full_profile_adds_the_need_the_texts_and_the_makers() -> None:
    compact, full = composed("daycare").html, composed("daycare", profile=Profile.FULL).html

    for heading in ("Tarpeenne, niin kuin sen ymmärrämme", "Ratkaisumme", "Tekijät"):
        assert heading not in compact
        assert heading in full


def test_a_need_that_only_repeats_the_title_has_no_chapter() -> None:
    offer = replace(daycare(), profile=Profile.FULL)
    heading = "Tarpeenne, niin kuin sen ymmärrämme"

    for said, is_told in (("", False), (offer.title, False), ("Selkeämpi palveluseteli", True)):
        told = replace(offer, need=NeedCard(title=said, text=""))
        assert (heading in compose(offer_sheet(told)).html) is is_told


@pytest.mark.parametrize("binding", [True, False])
def test_a_public_buyer_reads_of_an_anbud_alone(*, binding: bool) -> None:
    buyer = replace(daycare().client, kind=ClientKind.PUBLIC)
    offer = replace(daycare(), client=buyer, binding=binding, need=None, terms=(), sections=(), profile=Profile.FULL)

    html = compose(offer_sheet(offer, language=Language.SV)).html

    assert "anbud" in html
    assert "offert" not in html.casefold().replace(offer.title.casefold(), "")


def test_only_raster_logos_that_the_offer_carries_are_drawn() -> None:
    offer = daycare()
    named = replace(offer, parts=(replace(offer.lead, firm=replace(offer.lead.firm, logo="logo")), *offer.parts[1:]))
    sheet = offer_sheet(named)
    png = OfferFile(name="logo", media_type="image/png", data=b"png")
    svg = OfferFile(name="logo", media_type="image/svg+xml", data=b"<svg/>")

    assert "punos:logo" not in compose(sheet).html
    assert "punos:logo" not in compose(sheet, files={"logo": svg}).html
    assert "punos:logo" in compose(sheet, files={"logo": png}).html


def test_the_same_sheet_gives_the_same_job_and_another_one_does_not() -> None:
    sheet = offer_sheet(daycare())

    assert render_job(sheet).key == render_job(sheet).key
    assert render_job(sheet).identifier != render_job(offer_sheet(tourism())).identifier
    assert len(render_job(sheet).identifier) == 16
    assert render_job(sheet).made_at == "2026-03-02T00:00:00Z"
    assert re.fullmatch("[0-9a-f]{64}", template_version("selkea"))


def test_a_contents_list_is_for_long_offers_only() -> None:
    assert "Sisällys" not in composed("daycare", profile=Profile.FULL).html
    assert "Sisällys" in composed("everything", profile=Profile.FULL).html
    assert "Sisällys" not in composed("everything").html


def test_when_the_lead_sells_everything_the_first_page_shares_out_the_price_without_vat() -> None:
    offer = replace(
        daycare(),
        invoicing=Invoicing.LEAD,
        coordination_fee=Adjustment(name="koordinointi", percent=Decimal(8)),
    )
    html = compose(offer_sheet(offer)).html

    sums = re.findall(r'<p class="sum"><strong>([^<]+)</strong><br>([^<]+)</p>', html)
    assert [(amount.replace("\u00a0", " "), what) for amount, what in sums] == [
        ("2 062,00 €", "ilman alv"),
        ("480,00 €", "ilman alv"),
        ("331,65 €", "ilman alv"),
    ]
    assert "Koordinointi" in html
    assert "lasku 1" not in html


def test_an_offer_that_does_not_bind_says_so_first_and_asks_for_no_order() -> None:
    html = compose(offer_sheet(replace(daycare(), binding=False))).html

    assert "alustava, ei sido" in html
    assert "Ilman rastia tilaus" not in html
    assert ">Hyväksyminen<" not in html
    assert "alustava, ei sido" not in compose(offer_sheet(daycare())).html


@pytest.mark.parametrize("language", list(Language))
def test_the_liability_sentence_names_chapters_that_are_there(language: Language) -> None:
    sheet = offer_sheet(daycare(), language=language)
    headings = re.findall(r"<h2[^>]*>([^<]+)</h2>", compose(sheet).html)

    named = re.findall("[”“]([^”“]+)”", sheet.clause("liability_several"))
    assert len(named) == 2
    assert set(named) <= set(headings)


@pytest.mark.parametrize("count", range(1, 11))
def test_every_thread_of_the_braid_hangs_where_its_row_takes_it_up(count: int) -> None:
    colours = COLOURS[:count]
    ends = ends_at(braid(colours, 16), HEIGHT)
    taken = {colour: ends_at(ways(colours, place - 1, 16)[1], HEIGHT) for place, colour in enumerate(colours) if place}

    assert set(ends) == set(colours)
    for colour, lanes in taken.items():
        assert lanes[colour] == pytest.approx(ends[colour], abs=0.01)


@pytest.mark.parametrize("count", range(1, 11))
def test_every_row_leads_its_own_thread_to_its_mark(count: int) -> None:
    for place, colour in enumerate(COLOURS[:count]):
        down, up = ways(COLOURS[:count], place, 16)

        assert re.search(rf'C[^"]* {WIDTH:.2f} 16\.00" fill="none" stroke="{colour}"', down)
        assert all(later in down or later in up for later in COLOURS[place + 1 : count])
        assert not any(earlier in down + up for earlier in COLOURS[:place])


def ends_at(svg: str, height: float) -> dict[str, float]:
    """Where each colour's last drawn path stands when it nears the lower edge."""
    found = {}
    for line, colour in re.findall(r'd="M([^"]*)" fill="none" stroke="(#[0-9a-f]{6})"', svg):
        if colour != "#ffffff":
            reaches = [float(y) for y in re.findall(r"[\d.]+ (-?[\d.]+)", line)] + [
                float(y) for y in re.findall(r"V(-?[\d.]+)", line)
            ]
            if max(reaches) >= height - SWEEP:
                found[colour] = float(line.split()[0])
    return found


def test_answers_have_a_section_of_their_own_where_there_are_any_and_the_latest_of_very_many_are_printed() -> None:
    def answered(number: int, *, longer_by: int = 0) -> FrozenAnswer:
        return FrozenAnswer(
            version=1,
            place="line:A4",
            about="A4 Selkokielinen toimitustyö",
            question=f"Onko <b>{number}</b>?",
            answer=f"Kyllä {number}." + "x" * longer_by,
            answered_at=datetime(2026, 3, 4, 22, 30, tzinfo=UTC),
            firm="SEL",
        )

    headings = {
        Language.FI: "Kysymykset ja vastaukset",
        Language.SV: "Frågor och svar",
        Language.EN: "Questions and answers",
    }
    for language, heading in headings.items():
        said = compose(offer_sheet(daycare(), language=language, version=2, answers=(answered(1), answered(2)))).html
        assert said.count(heading) == 1
        assert said.index('id="totals"') < said.index("Onko &lt;b&gt;1&lt;/b&gt;?") < said.index("Onko &lt;b&gt;2")
        assert said.index("Kyllä 2.") < said.index('id="terms"')
        assert heading not in compose(offer_sheet(daycare(), language=language, version=2)).html
    assert (
        "Rivi A4 Selkokielinen toimitustyö · 5.3.2026"
        in compose(offer_sheet(daycare(), version=2, answers=(answered(1),))).html
    ), "the day is Finland's"

    many = compose(offer_sheet(daycare(), version=2, answers=tuple(answered(n, longer_by=3900) for n in range(9)))).html
    assert [number for number in range(9) if f"Kyllä {number}." in many] == list(range(2, 9))
    assert "2 aiempaa vastausta on verkkosivulla ja datatiedostossa" in many
