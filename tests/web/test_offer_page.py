"""The offer's page: every figure of the worked case, whatever is chosen, with and without scripts."""

import re
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bids.actions.import_bid import import_bid
from bids.actions.paste_lines import paste_lines
from bids.content import Choice
from bids.exports.bid_package import read_package
from bids.models import Bid, Document
from bids.pricing import totals
from bids.steps.proposed_lines import read_line
from bids.vocabulary import Invoicing, Language
from bids.web.choosable import combinations
from kernel.actor import Actor
from members.models import Person
from tests.bids.cases import daycare, tourism
from tests.web.conftest import logged_in
from tests.world import a_person

CHOICES = {
    (): ("2873.65", "610.38", "3484.03"),
    ("A5b",): ("2948.50", "629.47", "3577.97"),
    ("A7",): ("3185.65", "610.38", "3796.03"),
    ("A8",): ("3043.45", "653.68", "3697.13"),
    ("A7", "A8"): ("3355.45", "653.68", "4009.13"),
    ("A5b", "A7"): ("3260.50", "629.47", "3889.97"),
    ("A5b", "A8"): ("3118.30", "672.77", "3791.07"),
    ("A5b", "A7", "A8"): ("3430.30", "672.77", "4103.07"),
}


def finnish(figure: str) -> str:
    whole, _point, cents = figure.partition(".")
    return f"{int(whole):,}".replace(",", "\u00a0") + f",{cents}\u00a0€"


@pytest.fixture
def in_finnish(maija: Person) -> Client:
    Person.objects.filter(pk=maija.pk).update(language="fi")
    return logged_in(maija)


def page_of(client: Client, bid: Bid, chosen: tuple[str, ...] = (), **headers: str) -> str:
    query = [("chosen", "1"), *(("choose", code) for code in chosen)]
    answer = client.get(reverse("bids:offer", args=[bid.public_id]), query, headers=headers)
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.mark.parametrize("chosen", CHOICES)
def test_every_choice_shows_its_sums(chosen: tuple[str, ...], in_finnish: Client, bid: Bid) -> None:
    page = page_of(in_finnish, bid, chosen)

    side = page[page.index('id="totals"') :].split("</section>")[0]
    for figure in CHOICES[chosen]:
        assert finnish(figure) in side


@pytest.mark.parametrize("chosen", CHOICES)
def test_the_part_that_scripts_ask_for_says_the_same(chosen: tuple[str, ...], in_finnish: Client, bid: Bid) -> None:
    whole = page_of(in_finnish, bid, chosen)
    part = page_of(in_finnish, bid, chosen, **{"HX-Request": "true"})

    assert "<html" not in part
    figures = re.compile(r"\d[\d\u00a0]*,\d\d\u00a0€")
    start = part.index('id="paper"')
    assert figures.findall(part[start : part.index("</article>")]) == figures.findall(
        whole[whole.index('id="paper"') : whole.index("</article>")]
    )
    for name in ("totals", "order-choice", "further", "words", "board", "rules"):
        assert re.search(rf'id="{name}"[^>]*hx-swap-oob="true"', part)


def further(client: Client, bid: Bid, name: str, **headers: str) -> str:
    """What unfolds on the offer's page, and has an address of its own."""
    answer = client.get(reverse(f"bids:{name}", args=[bid.public_id]), headers=headers)
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.mark.parametrize("name", ["all-choices", "invoicing", "words"])
def test_what_unfolds_is_a_page_of_its_own_and_a_part_for_scripts(name: str, lead: Client, bid: Bid) -> None:
    address = reverse(f"bids:{name}", args=[bid.public_id])
    assert address in page_of(lead, bid)
    assert "<html" in further(lead, bid, name)
    assert "<html" not in further(lead, bid, name, **{"HX-Request": "true"})


def test_all_eight_choices_stand_in_one_table(in_finnish: Client, bid: Bid) -> None:
    page = further(in_finnish, bid, "all-choices")
    table = page[page.index('id="all-choices"') :].split("</section>")[0]

    assert table.count("<tr") == 9
    for figures in CHOICES.values():
        assert all(finnish(figure) in table for figure in figures)


def test_the_other_way_of_invoicing_stands_beside_in_words(in_finnish: Client, bid: Bid) -> None:
    page = further(in_finnish, bid, "invoicing")
    words = page[page.index('id="invoicing"') :].split("</section>")[0]

    assert finnish("3606.43") in words
    assert "122,40" in words
    assert "Jos Kuvakulma Design Tmi laskuttaisi kaiken" in words


def test_the_other_ways_sum_is_nowhere_else(in_finnish: Client, bid: Bid) -> None:
    page = page_of(in_finnish, bid)

    assert finnish("3606.43") not in page
    assert "732,78" not in page


def test_an_exact_unit_price_is_not_cut(in_finnish: Client, bid: Bid) -> None:
    page = page_of(in_finnish, bid)

    assert "0,315" in page
    assert "0,32 " not in page


def test_a_choice_that_cannot_be_priced_says_why_and_shows_the_plain_offer(lead: Client, bid: Bid) -> None:
    answer = lead.get(reverse("bids:offer", args=[bid.public_id]), {"choose": "A99"})

    assert answer.status_code == 422
    assert "There is no line A99 in this offer." in answer.content.decode()
    assert "€3,484.03" in answer.content.decode()


def test_an_always_counted_line_cannot_be_chosen(lead: Client, bid: Bid) -> None:
    answer = lead.get(reverse("bids:offer", args=[bid.public_id]), {"choose": "A1"})

    assert answer.status_code == 422
    assert "A1" in answer.content.decode()


def test_the_page_speaks_three_languages_and_marks_the_texts_own(bid: Bid, maija: Person) -> None:
    titles = {}
    for language in ("fi", "sv", "en"):
        Person.objects.filter(pk=maija.pk).update(language=language)
        page = page_of(logged_in(maija), bid)
        titles[language] = re.search(r'<h1 id="offer-title"[^>]*>', page)
        assert f'<html lang="{language}"' in page
    assert "lang" not in str(titles["fi"])
    assert 'lang="fi"' in str(titles["sv"])
    assert 'lang="fi"' in str(titles["en"])


def test_every_way_to_choose_is_told_once_with_its_own_sum() -> None:
    offer = daycare()
    told = combinations(offer, Choice(), Language.FI)

    assert len(told) == 8
    assert {one.gross for one in told} == {finnish(gross) for _net, _vat, gross in CHOICES.values()}
    assert [one.is_current for one in told].count(True) == 1
    for one in told:
        assert one.gross == finnish(str(totals(offer, one.choice).gross))


def test_more_ways_than_can_be_read_are_not_listed_one_by_one(system: Actor, now: datetime) -> None:
    offer = daycare()
    part = offer.parts[0]
    extra = tuple(
        replace(part.lines[0], code=f"X{n}", text=f"Lisä {n}", optional=True, unit_price=Decimal(10)) for n in range(3)
    )
    offer = replace(offer, parts=(replace(part, lines=(*part.lines, *extra)), *offer.parts[1:]))
    assert combinations(offer, Choice(), Language.FI) == ()
    bid = import_bid(offer=offer, by=system, now=now)

    page = further(logged_in(a_person(at=bid.lead, language="fi")), bid, "all-choices")

    table = page[page.index('id="all-choices"') :].split("</section>")[0]
    assert table.count("<tr") == 1 + 6
    assert "Lisä 2" in table


def test_tourism_tells_that_the_leads_sum_cannot_be_told(system: Actor, now: datetime) -> None:
    bid = import_bid(offer=tourism(), by=system, now=now)

    lead = logged_in(a_person(at=bid.lead, language="en"))

    assert "This sum cannot be told" in further(lead, bid, "invoicing")
    assert "To find out:" in page_of(lead, bid)


def test_the_lead_that_invoices_all_sees_who_invoices_it(system: Actor, now: datetime) -> None:
    bid = import_bid(offer=replace(daycare(), invoicing=Invoicing.LEAD), by=system, now=now)

    page = further(logged_in(a_person(at=bid.lead, language="fi")), bid, "invoicing")

    words = page[page.index('id="invoicing"') :].split("</section>")[0]
    assert finnish("3606.43") in words
    assert finnish("480.00") in words


def test_the_pdf_is_ordered_with_the_choices_on_the_page(lead: Client, bid: Bid) -> None:
    page = page_of(lead, bid, ("A7", "A8"))
    hidden = page[page.index('id="order-choice"') :].split("</div>")[0]
    fields = re.findall(r'name="([^"]+)" value="([^"]*)"', hidden)

    answer = lead.post(
        reverse("bids:order-document", args=[bid.public_id]),
        {
            "language": "sv",
            "profile": "full",
            "chosen": "1",
            "choose": [value for name, value in fields if name == "choose"],
        },
    )

    document = Document.objects.get()
    assert answer.headers["Location"] == reverse("bids:document", args=[document.public_id])
    assert document.chosen == {"lines": ["A7", "A8"], "package": None}
    assert (document.language, document.profile) == ("sv", "full")
    assert document.requested_by is not None


@pytest.mark.parametrize(
    "wrong",
    [
        {"language": "de", "profile": "compact"},
        {"language": "fi", "profile": "huge"},
        {"language": "fi", "profile": "compact", "kind": "exe"},
        {"language": "fi", "profile": "compact", "choose": "A99"},
        {},
    ],
)
def test_an_order_that_makes_no_sense_is_refused_and_orders_nothing(
    wrong: dict[str, str], lead: Client, bid: Bid
) -> None:
    answer = lead.post(reverse("bids:order-document", args=[bid.public_id]), wrong)

    assert answer.status_code == 422
    assert not Document.objects.exists()


def test_the_list_asks_as_many_questions_for_ten_offers_as_for_one(lead: Client, system: Actor, now: datetime) -> None:
    where = reverse("bids:my-offers")
    lead.get(where)

    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert lead.get(where).status_code == 200
        return len(asked)

    with_one = questions()
    for number in range(2, 11):
        import_bid(offer=replace(daycare(), number=f"YT-2026-{number:04d}"), by=system, now=now)

    assert questions() == with_one
    assert with_one <= 24


def test_a_card_says_number_client_sum_and_days(in_finnish: Client) -> None:
    page = in_finnish.get(reverse("bids:my-offers")).content.decode()

    for said in ("YT-2026-0001", "Päiväkoti Pikkutikka Oy", finnish("3484.03"), "1.4.2026", "KUV", "SEL", "PAI"):
        assert said in page


def test_a_page_with_many_rows_asks_no_more_than_one_with_few(lead: Client, bid: Bid, now: datetime) -> None:
    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            page_of(lead, bid)
        return len(asked)

    page_of(lead, bid)
    before = questions()
    rows = [read_line({"text": f"Rivi {number}", "quantity": "1", "unit_price": "1.00"}) for number in range(60)]
    paste_lines(part=bid.parts.get(key="KUV"), lines=rows, by=Actor.system("tests"), now=now)
    assert questions() == before


def test_the_package_goes_out_as_it_came_in(lead: Client, bid: Bid) -> None:
    answer = lead.get(reverse("bids:package", args=[bid.public_id]))

    assert answer.headers["Content-Type"] == "application/json"
    assert 'filename="YT-2026-0001-' in answer.headers["Content-Disposition"]
    assert read_package(answer.content) == daycare()
