"""The same figures wherever an offer is read: page, client's page, PDF, command line, API, UBL and twin."""

import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain, combinations
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from bids import formats
from bids.actions.answer_legal_question import answer_legal_question
from bids.actions.import_bid import import_bid
from bids.actions.make_client_link import make_client_link
from bids.content import CLIENT, Choice, JointOffer
from bids.exports.bid_package import package_bytes, read_package
from bids.exports.frozen_offer import DocumentOrder, freeze, thaw
from bids.exports.twin import twin_bytes
from bids.exports.ubl import quotation
from bids.models import Bid, Part
from bids.pricing import Totals, totals, totals_as_json
from bids.queries.legal_answers import open_questions
from bids.sheets.offer import offer_sheet
from bids.vocabulary import Invoicing, Language, PartState, Profile, Theme
from kernel.actor import Actor
from kernel.clock import database_now
from tests.bids.ok_world import an_ok_world
from tests.bids.sendings import sent
from tests.world import a_person
from worker.documents.draw import draw_offer

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
OPTIONS = {"daycare": ["A5b", "A7", "A8"], "tourism": ["B4b"]}
SEEN_BY_CLIENT = ("lines_net", "fee", "discount", "net", "vat", "gross", "instalments", "caps_reached", "ceiling_gross")
UBL = {
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
}


def case(name: str) -> JointOffer:
    return read_package((EXAMPLES / f"{name}.json").read_bytes())


def every_choice() -> Iterator[Any]:
    for name, codes in OPTIONS.items():
        for chosen in chain.from_iterable(combinations(codes, n) for n in range(len(codes) + 1)):
            yield pytest.param(name, chosen, id=f"{name}-{'+'.join(chosen) or 'nothing'}")


def every_choice_both_ways() -> Iterator[Any]:
    for one in every_choice():
        for invoicing in Invoicing:
            if (one.values[0], invoicing) != ("tourism", Invoicing.LEAD):
                yield pytest.param(*one.values, invoicing, id=f"{one.id}-{invoicing}")


def every_document() -> Iterator[Any]:
    """Every choice in Finnish as the case is invoiced; the rest for nothing and for everything chosen."""
    for one in every_choice_both_ways():
        name, chosen, invoicing = one.values
        at_an_end = len(chosen) in {0, len(OPTIONS[name])}
        for language in Language:
            if at_an_end or (language is Language.FI and invoicing is Invoicing.EACH):
                yield pytest.param(*one.values, language, id=f"{one.id}-{language}")


def printed_figures(sums: Totals, language: Language) -> set[str]:
    amounts = {sums.net, sums.vat, sums.gross}
    for invoice in sums.settlement:
        if invoice.buyer == CLIENT:
            amounts |= {invoice.net, invoice.vat, invoice.gross}
    return {bare(formats.money(amount, language)) for amount in amounts}


def bare(text: str) -> str:
    return re.sub(r"[^\d.,]", "", text)


def figures_in(text: str) -> set[str]:
    """Every amount with two decimals that a text shows, without spaces and signs."""
    spaces = "\u00a0\u202f "
    found = re.findall(rf"\d{{1,3}}(?:[{spaces},]\d{{3}})*[.,]\d\d(?!\d)", text)
    return {bare(amount) for amount in found}


@pytest.fixture
def bids(db: None, system: Actor, now: datetime) -> dict[str, Bid]:  # noqa: ARG001 - a database
    return {name: import_bid(offer=case(name), by=system, now=now) for name in OPTIONS}


@pytest.fixture
def reader(bids: dict[str, Bid]) -> dict[str, Client]:
    def logged_in(bid: Bid) -> Client:
        client = Client()
        client.force_login(a_person(at=bid.lead))
        return client

    return {name: logged_in(bid) for name, bid in bids.items()}


@pytest.mark.parametrize(("name", "chosen", "invoicing"), list(every_choice_both_ways()))
def test_the_command_line_says_what_pricing_says(
    name: str, chosen: tuple[str, ...], invoicing: Invoicing, capsys: pytest.CaptureFixture[str]
) -> None:
    choose = list(chain.from_iterable(("--choose", code) for code in chosen))

    call_command("totals", str(EXAMPLES / f"{name}.json"), *choose, "--invoicing", invoicing.value, "--json")

    expected = totals_as_json(totals(case(name), Choice(lines=frozenset(chosen)), invoicing=invoicing))
    assert json.loads(capsys.readouterr().out) == expected


@pytest.mark.parametrize(("name", "chosen", "invoicing"), list(every_choice_both_ways()))
def test_the_api_says_what_pricing_says(
    name: str, chosen: tuple[str, ...], invoicing: Invoicing, bids: dict[str, Bid], reader: dict[str, Client]
) -> None:
    address = reverse("api:bid-totals", args=[bids[name].public_id])

    answer = reader[name].get(address, {"choose": list(chosen), "invoicing": invoicing.value})

    expected = totals_as_json(totals(case(name), Choice(lines=frozenset(chosen)), invoicing=invoicing))
    assert (answer.status_code, answer.json()) == (200, expected)


@pytest.mark.parametrize(("name", "chosen"), list(every_choice()))
def test_the_page_says_what_pricing_says(
    name: str, chosen: tuple[str, ...], bids: dict[str, Bid], reader: dict[str, Client]
) -> None:
    address = reverse("bids:offer", args=[bids[name].public_id])

    answer = reader[name].get(address, {"choose": list(chosen)} if chosen else {})

    shown = figures_in(re.sub(r"<[^>]+>", " ", answer.content.decode()).replace("&nbsp;", "\u00a0"))
    expected = printed_figures(totals(case(name), Choice(lines=frozenset(chosen))), Language.FI)
    assert expected - shown == set()


@pytest.fixture
def sent_case(db: None) -> Callable[[str], tuple[Client, str]]:  # noqa: ARG001 - a database
    """A case that went out to its client, who has opened the letter's link: their browser, and the page's address."""

    def sending(name: str) -> tuple[Client, str]:
        now = database_now()
        world = an_ok_world(replace(case(name), valid_until=(now + timedelta(days=30)).date()), said_ok=False, now=now)
        for question in open_questions(world.bid):
            answer_legal_question(bid=world.bid, question=question.code, answer="no", by=world.lead, now=now)
        Part.objects.filter(bid=world.bid).update(state=PartState.IN.value)
        for key in world.invitations:
            world.says_ok(key, now=now)
        sent(world, now=now)
        client = Client()
        link = client.get(f"/o/{make_client_link(bid=world.bid, by=world.lead, now=now).token}")
        return client, link.headers["Location"]

    return sending


@pytest.mark.parametrize("name", list(OPTIONS))
def test_the_clients_page_says_what_pricing_says(name: str, sent_case: Callable[[str], tuple[Client, str]]) -> None:
    client, address = sent_case(name)
    for case_name, chosen in (one.values for one in every_choice()):
        for language in Language if case_name == name else ():
            answer = client.get(address, {"choose": list(chosen), "language": language.value})

            shown = figures_in(re.sub(r"<[^>]+>", " ", answer.content.decode()))
            expected = printed_figures(totals(case(name), Choice(lines=frozenset(chosen))), language)
            assert (answer.status_code, expected - shown) == (200, set()), (chosen, language)


@pytest.mark.parametrize(("name", "chosen", "invoicing"), list(every_choice_both_ways()))
def test_the_quotation_and_the_twin_say_what_pricing_says(
    name: str, chosen: tuple[str, ...], invoicing: Invoicing
) -> None:
    offer = replace(case(name), invoicing=invoicing)
    choice = Choice(lines=frozenset(chosen))
    sums = totals(offer, choice)

    sheet = offer_sheet(offer, choice)
    tree = ET.fromstring(quotation(offer, choice, sheet))  # noqa: S314 - our own bytes
    total = tree.find("cac:QuotedMonetaryTotal", UBL)
    twin = json.loads(twin_bytes(offer, choice, sheet))

    assert total is not None
    assert [
        total.findtext(f"cbc:{field}", namespaces=UBL) for field in ("TaxExclusiveAmount", "TaxInclusiveAmount")
    ] == [str(sums.net), str(sums.gross)]
    assert tree.findtext("cac:TaxTotal/cbc:TaxAmount", namespaces=UBL) == str(sums.vat)
    said = totals_as_json(sums)
    assert {key: twin["totals"][key] for key in SEEN_BY_CLIENT} == {key: said[key] for key in SEEN_BY_CLIENT}


@pytest.mark.slow
@pytest.mark.requires_pdf
@pytest.mark.parametrize(("name", "chosen", "invoicing", "language"), list(every_document()))
def test_the_pdf_says_what_pricing_says(
    name: str, chosen: tuple[str, ...], invoicing: Invoicing, language: Language
) -> None:
    offer = replace(case(name), invoicing=invoicing)
    order = DocumentOrder(
        language=language, profile=Profile.COMPACT, theme=Theme.SELKEA, choice=Choice(lines=frozenset(chosen))
    )

    drawn = draw_offer(thaw(freeze(offer, order)), on_progress=lambda *_: None)

    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(drawn.pdf)).pages)
    assert printed_figures(totals(offer, order.choice), language) - figures_in(text) == set()


def test_a_package_that_went_through_the_rows_costs_the_same(bids: dict[str, Bid]) -> None:
    from_package = {name: totals(read_package(package_bytes(case(name)))) for name in bids}

    assert from_package == {name: totals(case(name)) for name in bids}
