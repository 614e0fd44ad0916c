"""The client chooses on the proposal's page: whatever is asked, the figures are those of the frozen version."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from html.parser import HTMLParser
from itertools import combinations
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from django.core import signing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bids import formats, tables
from bids.actions.make_client_link import make_client_link
from bids.actions.withdraw_offer import withdraw_offer
from bids.content import CLIENT, Choice, JointOffer, NamedChoice, OfferPart
from bids.exports.frozen_version import read_version
from bids.models import Bid, ClientLink, LineItem, Revision
from bids.pricing import ChoiceRefused, Totals, totals
from bids.vocabulary import Language
from bids.web.choice import as_pairs
from kernel.clock import database_now
from kernel.tokens import new_token
from tests.bids.cases import daycare
from tests.bids.offers import a_line
from tests.bids.ok_world import OkWorld, an_ok_world
from tests.bids.sendings import sent
from tests.kept import kept
from tests.stories.test_same_figures import bare, figures_in, printed_figures
from tests.web.conftest import RowCounts
from tests.web.test_client_page import opened, text_of
from tests.web.test_sending_pages import this_year

CODES = ("A7", "A8", "A5b", "A6b", "A6c", "G2", "G3")
PACKAGES = ("iso", "pieni", "")


def with_everything_to_choose() -> JointOffer:
    """The daycare's offer, with a group of three, two in place of one line, and two packages."""
    offer = this_year(daycare())

    def more(part: OfferPart) -> OfferPart:
        extra = {
            "KUV": (
                replace(a_line("G1", "100.00", group="luonnokset", default=True), text="Yksi luonnos"),
                replace(a_line("G2", "180.00", group="luonnokset"), text="Kaksi luonnosta"),
                replace(a_line("G3", "250.00", group="luonnokset"), text="Kolme luonnosta"),
            ),
            "PAI": (
                replace(a_line("A6b", "210.00", replaces="A6"), text="Esite A4"),
                replace(a_line("A6c", "320.00", replaces="A6"), text="Vihko A5"),
            ),
        }.get(part.key, ())
        return replace(part, lines=(*part.lines, *extra))

    return replace(
        offer,
        parts=tuple(map(more, offer.parts)),
        packages=(
            NamedChoice(id="iso", name="Iso paketti", text="Kaikki mukaan", lines=("A7", "A8", "G2", "A6b")),
            NamedChoice(id="pieni", name="Pieni paketti", lines=("A8",)),
        ),
    )


@kept
def world() -> OkWorld:
    world = an_ok_world(with_everything_to_choose(), now=database_now())
    sent(world, now=database_now())
    return world


@pytest.fixture
def reader(world: OkWorld) -> Client:
    """Whoever has opened the letter's link."""
    client = Client(headers={"accept-language": "fi"})
    client.get(f"/o/{make_client_link(bid=world.bid, by=world.lead, now=database_now()).token}")
    return client


def address() -> str:
    return reverse("bids:client-offer", args=[ClientLink.objects.order_by("pk").first().public_id])  # type: ignore[union-attr]


def offered() -> JointOffer:
    return read_version(bytes(Revision.objects.latest("number").payload)).offer


def every_choice(offer: JointOffer) -> Iterator[tuple[Choice, Totals | None]]:
    """Each thing alone, every two of them, and each package with each of them; None where it cannot be priced."""
    picked = [frozenset(codes) for size in (0, 1, 2) for codes in combinations(CODES, size)]
    asked = [Choice(lines=codes) for codes in picked]
    asked += [Choice(lines=codes, package=package) for package in PACKAGES for codes in picked if len(codes) < 2]
    for choice in asked:
        try:
            yield choice, totals(offer, choice)
        except ChoiceRefused:
            yield choice, None


def piece(page: str, name: str) -> str:
    """What stands in the element of this id, as far as the next one of its kind ends."""
    kind = re.search(rf'<(\w+)[^>]*\bid="{name}"', page)
    assert kind, name
    begins = page.index(kind[0])
    return re.sub(r"<[^>]+>", " ", page[begins : page.index(f"</{kind[1]}>", begins)])


def main_total(page: str, name: str) -> str:
    found = re.search(r"\d[\d\s\u00a0\u202f]*,\d\d", piece(page, name))
    assert found, name
    return bare(found[0])


def test_every_choice_costs_what_pricing_says_wherever_the_page_says_it(reader: Client) -> None:
    offer, refused = offered(), set()
    for choice, expected in every_choice(offer):
        answer = reader.get(f"{address()}?{urlencode(as_pairs(choice))}")
        page = answer.content.decode()
        sums = expected or totals(offer)
        gross = bare(formats.money(sums.gross, Language.FI))
        refused |= {(choice.lines, choice.package)} if expected is None else set()

        assert answer.status_code == (200 if expected else 422), choice
        assert main_total(page, "totals") == main_total(page, "at-hand") == gross, choice
        shown = figures_in(piece(page, "paper")) | figures_in(piece(page, "totals"))
        assert printed_figures(sums, Language.FI) <= shown | figures_in(piece(page, "rest")), choice
        assert gross in figures_in(piece(page, "rest")), choice
        for invoice in (one for one in sums.settlement if one.buyer == CLIENT):
            assert bare(formats.money(invoice.gross, Language.FI)) in figures_in(piece(page, "totals")), choice
    rivals = [("A6b A6c", None), ("G2 G3", None), ("A6c", "iso"), ("G3", "iso")]
    assert refused == {(frozenset(codes.split()), package) for codes, package in rivals}


class Ticked(HTMLParser):
    """What a browser would send of the form of choices."""

    def __init__(self) -> None:
        super().__init__()
        self.sends: list[tuple[str, str]] = []
        self.names: dict[str, list[str]] = {}
        self.fixed: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag != "input" or not said.get("name"):
            return
        name, value = said["name"] or "", said["value"] or ""
        self.names.setdefault(name, []).append(value)
        if "disabled" in said:
            self.fixed.add(value)
        elif said.get("type") == "hidden" or "checked" in said:
            self.sends.append((name, value))


def form_of(answer: Any) -> Ticked:
    page = answer.content.decode()
    begins = page.index('id="picks"')
    form = Ticked()
    form.feed(page[begins : page.find("</form>", begins)] if "</form>" in page[begins:] else page[begins:])
    return form


def test_what_the_form_sends_is_what_is_shown(reader: Client) -> None:
    """Without scripts the form is sent as it stands: it may not choose anything else by that."""
    offer = offered()
    for choice, expected in every_choice(offer):
        if expected is None:
            continue
        form = form_of(reader.get(f"{address()}?{urlencode(as_pairs(choice))}"))
        again = reader.get(f"{address()}?{urlencode(form.sends)}")

        assert again.status_code == 200, (choice, form.sends)
        assert main_total(again.content.decode(), "totals") == bare(formats.money(expected.gross, Language.FI)), choice


def test_a_package_goes_before_what_was_ticked_in_its_groups(reader: Client) -> None:
    sends = [pair for pair in form_of(reader.get(address())).sends if pair[0] != "package"]
    answer = reader.get(f"{address()}?{urlencode([*sends, ('package', 'iso')])}")
    form = form_of(answer)

    expected = totals(offered(), Choice(package="iso"))
    assert main_total(answer.content.decode(), "totals") == bare(formats.money(expected.gross, Language.FI))
    assert {"A7", "A8", "G1", "G2", "G3", "A6b", "A6c"} <= form.fixed
    assert "A5b" not in form.fixed


def test_every_thing_that_can_be_chosen_is_a_field(reader: Client) -> None:
    names = form_of(reader.get(address())).names

    assert set(names["package"]) == {"iso", "pieni", ""}
    assert set(names["choose"]) == {"A7", "A8", "A5b"}
    assert {tuple(values) for name, values in names.items() if name.startswith("pick-")} == {
        ("G1", "G2", "G3"),
        ("", "A6b", "A6c"),
    }


def test_a_firm_that_deducts_vat_reads_its_prices_without() -> None:
    offer = this_year(daycare())
    world = an_ok_world(replace(offer, client=replace(offer.client, deducts_vat=True)), now=database_now())
    sent(world, now=database_now())
    client = Client(headers={"accept-language": "fi"})
    opened(client, make_client_link(bid=world.bid, by=world.lead, now=database_now()).token)

    plain, chosen = (client.get(f"{address()}{query}").content.decode() for query in ("", "?choose=A8"))

    assert main_total(plain, "totals") == bare("2873,65")
    assert main_total(chosen, "totals") == main_total(chosen, "at-hand") == bare("3043,45")
    picks = plain[plain.index('id="picks"') : plain.index("</form>")]
    assert "169,80" in picks
    assert "213,10" not in picks
    assert "Lisähinnat ilman arvonlisäveroa." in plain


TAMPERED = [
    "choose=A99",
    "choose=A1",
    "choose=A7&choose=A99",
    "choose=%00",
    "choose=%F0%9F%92%A9%FF",
    f"choose={'A' * 4000}",
    "chosen=1&" + "&".join(f"choose=Z{number}" for number in range(300)),
    "package=huge",
    "package=iso&choose=G3",
    "choose=G2&choose=G3",
    "choose=A6b&choose=A6c",
    "choose=%3Cscript%3Ealert(1)%3C/script%3E",
    "chosen=1&pick-group-0=A1",
    "chosen=1&pick-nothing=Soittakaa+0800",
]


@pytest.mark.parametrize("query", TAMPERED)
@pytest.mark.parametrize("language", list(Language))
def test_a_choice_that_is_not_there_is_answered_by_one_plain_sentence(
    language: Language, query: str, reader: Client
) -> None:
    answer = reader.get(f"{address()}?language={language}&{query}")
    page, plain = answer.content.decode(), reader.get(f"{address()}?language={language}").content.decode()

    assert answer.status_code == 422
    assert page.count('role="alert"') == 1
    assert figures_in(piece(page, "totals")) == figures_in(piece(plain, "totals"))
    for typed in ("A99", "Z299", "AAAA", "alert(1)", "0800", "huge"):
        assert typed not in page
    assert form_of(answer).sends == form_of(reader.get(f"{address()}?language={language}")).sends


@pytest.mark.parametrize(
    "query",
    [
        "language=xx",
        "language=",
        "version=",
        "version=abc",
        "version=-1",
        "version=0",
        "version=1",
        "version=99",
        "version=99999999999999999999999",
        "version=%D9%A1",
        "chosen=1",
        "choose=",
        "package=",
        "package=&package=",
        "pick-group-0=G2",
        "nothing=at-all",
    ],
)
def test_what_says_nothing_changes_nothing(query: str, reader: Client) -> None:
    answer = reader.get(f"{address()}?{query}")

    assert answer.status_code == 200
    assert main_total(answer.content.decode(), "totals") == main_total(reader.get(address()).content.decode(), "totals")
    assert 'role="alert"' not in answer.content.decode()


TONGUE = re.compile(r'href="([^"]+)"\s+lang="(\w\w)"')


def tongues(answer: Any) -> dict[str, str]:
    page = answer.content.decode()
    begins = page.index('id="tongues"')
    found = TONGUE.findall(page[begins : page.index("</nav>", begins)])
    return {code: way.replace("&amp;", "&") for way, code in found}


def test_another_language_keeps_what_is_chosen(reader: Client) -> None:
    ways = tongues(reader.get(f"{address()}?choose=A7&choose=A5b"))

    assert set(ways) == {"fi", "sv", "en"}
    for code, way in ways.items():
        answer = reader.get(way)
        page = answer.content.decode()
        assert f'<html lang="{code}"' in page
        assert bare(formats.money(totals(offered(), Choice(lines=frozenset({"A7", "A5b"}))).gross, Language(code))) in (
            figures_in(piece(page, "totals"))
        )
        assert ("choose", "A5b") in form_of(answer).sends
        assert ("language", code) in form_of(answer).sends


def test_it_opens_in_the_language_it_was_sent_in(reader: Client, world: OkWorld) -> None:
    Bid.objects.filter(pk=world.bid.pk).update(language="sv")

    assert '<html lang="fi"' in reader.get(address(), headers={"accept-language": "en"}).content.decode()


SCRIPT = {"HX-Request": "true"}


def test_a_script_gets_what_a_choice_changes_and_an_address_in_fewest_words(reader: Client) -> None:
    sends = form_of(reader.get(f"{address()}?language=sv")).sends
    answer = reader.get(f"{address()}?{urlencode([*sends, ('choose', 'A7')])}", headers=SCRIPT)
    page = answer.content.decode()

    assert answer.status_code == 200
    assert "<html" not in page
    assert {"paper", "picks", "totals", "rest", "at-hand", "standing", "tongues", "told"} <= set(
        re.findall(r'\bid="([a-z-]+)"', page)
    )
    where, query = answer.headers["HX-Replace-Url"].split("?")
    assert where == address()
    assert sorted(parse_qsl(query)) == [("choose", "A7"), ("chosen", "1"), ("language", "sv"), ("version", "1")]
    whole = reader.get(answer.headers["HX-Replace-Url"]).content.decode()
    assert figures_in(piece(whole, "totals")) == figures_in(piece(page, "totals"))
    assert main_total(page, "told") == main_total(page, "totals")
    for name in ("Cache-Control", "Referrer-Policy", "X-Robots-Tag"):
        assert answer.headers[name] == reader.get(address()).headers[name]


def test_a_script_is_told_of_a_choice_that_is_not_there(reader: Client) -> None:
    answer = reader.get(f"{address()}?choose=A99", headers=SCRIPT)

    assert answer.status_code == 422
    assert answer.headers["HX-Replace-Url"] == address()
    assert 'role="alert"' in answer.content.decode()


def test_a_script_opens_the_whole_page_where_there_is_nothing_to_choose_any_more(
    reader: Client, world: OkWorld
) -> None:
    withdraw_offer(revision=Revision.objects.get(), by=world.lead, now=database_now())

    answer = reader.get(f"{address()}?choose=A7&version=1", headers=SCRIPT)

    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["HX-Redirect"].split("?")[0] == address()
    gone = Client().get(f"{address()}?choose=A7", headers=SCRIPT)
    assert (gone.status_code, gone.headers["HX-Redirect"]) == (404, address())


def a_second_version(world: OkWorld) -> None:
    Bid.objects.filter(pk=world.bid.pk).update(title="Uusi nimi")
    LineItem.objects.filter(bid=world.bid, code="A4").update(unit_price=Decimal(52))
    world.after(lambda: None, now=database_now())
    for key in world.invitations:
        world.says_ok(key, now=database_now())
    sent(world, now=database_now())


def test_who_had_an_earlier_version_open_is_told_and_keeps_what_was_chosen(reader: Client, world: OkWorld) -> None:
    a_second_version(world)

    by_script = reader.get(f"{address()}?chosen=1&choose=A7&version=1", headers=SCRIPT)
    assert by_script.status_code == 204
    answer = reader.get(by_script.headers["HX-Redirect"])
    page = answer.content.decode()

    assert answer.status_code == 200
    assert "Teillä oli auki versio 1. Se ei ole enää voimassa." in text_of(answer)
    assert ("version", "2") in form_of(answer).sends
    expected = totals(offered(), Choice(lines=frozenset({"A7"})))
    assert main_total(page, "totals") == bare(formats.money(expected.gross, Language.FI))
    assert "Teillä oli auki" not in text_of(reader.get(address()))


def test_what_is_new_is_folded_into_sentences_and_of_what_was_sent_alone(reader: Client, world: OkWorld) -> None:
    assert "what-is-new" not in text_of(reader.get(address()))
    a_second_version(world)
    LineItem.objects.filter(bid=world.bid, code="A4").update(text="Keskeneräinen", unit_price=Decimal(99))

    shown = text_of(reader.get(address()))

    assert "Tämä on versio 2. Se korvaa version 1, joka ei ole enää voimassa." in shown
    assert "<details" in shown
    assert "<details open" not in shown
    assert "Selkokielinen toimitustyö: ennen à 48,00 € ilman alv, nyt à 52,00 € ilman alv." in shown
    assert "Uusi nimi" in shown
    assert "Keskeneräinen" not in shown
    assert "Vad som har ändrats" in text_of(reader.get(address(), {"language": "sv"}))


def test_an_earlier_version_that_is_damaged_does_not_hide_the_one_that_holds(reader: Client, world: OkWorld) -> None:
    a_second_version(world)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE bids_revision DISABLE TRIGGER USER")
        cursor.execute("UPDATE bids_revision SET payload = payload || '\\x20' WHERE number = 1")

    answer = reader.get(address())

    assert answer.status_code == 200
    assert "Se korvaa version 1" in text_of(answer)
    assert "changes-told" not in text_of(answer)


def test_the_sentences_of_a_choice_are_those_that_were_frozen(reader: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the tables say later: alone, together, in another language, the words stand as they were sent."""
    asked = [f"{address()}?language=en{more}" for more in ("", "&choose=A7", "&choose=A7&choose=A8", "&package=pieni")]
    before = [piece(reader.get(each).content.decode(), "terms") for each in asked]
    told = tables.rows
    monkeypatch.setattr(
        "bids.sheets.clauses.tables.rows",
        lambda name: [{**row, **{one.value: f"{row[one.value]} Later." for one in Language}} for row in told(name)],
    )

    assert [piece(reader.get(each).content.decode(), "terms") for each in asked] == before
    assert "Later." not in "".join(before)


def test_choosing_asks_the_database_no_more_than_reading(reader: Client, world: OkWorld) -> None:
    def asked(query: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as questions:
            assert reader.get(f"{address()}{query}").status_code == 200
        return len(questions)

    assert asked("") <= 8
    assert asked("?choose=A7&package=pieni") <= asked("")
    a_second_version(world)
    assert asked("?choose=A7&choose=A8&choose=A5b") <= 8


def test_choosing_changes_nothing(reader: Client, rows: RowCounts) -> None:
    before, links = rows(), list(ClientLink.objects.order_by("pk").values())
    for query in ("?choose=A7", "?package=iso", "?choose=A99", "?language=sv&version=1"):
        for headers in ({}, SCRIPT):
            reader.get(f"{address()}{query}", headers=headers)
            reader.head(f"{address()}{query}", headers=headers)
    assert reader.post(f"{address()}?choose=A7", {"choose": "A7"}).status_code == 405

    assert (rows(), list(ClientLink.objects.order_by("pk").values())) == (before, links)


def test_a_page_that_has_closed_by_itself_says_the_same_as_one_that_never_was(
    reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = signing.time.time()
    monkeypatch.setattr(signing.time, "time", lambda: now + timedelta(hours=2, seconds=1).total_seconds())

    closed, never = (
        reader.get(f"{address()}?choose=A7"),
        Client(headers={"accept-language": "fi"}).get(f"/o/{new_token()}"),
    )

    assert (closed.status_code, never.status_code) == (404, 404)
    bodies = [re.sub(r'nonce="[^"]*"', "", text_of(each)) for each in (closed, never)]
    assert bodies[0] == bodies[1]
    assert "Avatkaa viestissä oleva linkki uudelleen" in bodies[0]
    assert '<html lang="sv"' in reader.get(f"{address()}?language=sv").content.decode()


def test_an_expired_offer_says_so_with_whom_to_call_and_no_way_to_say_yes() -> None:
    past = database_now() - timedelta(days=30)
    offer = replace(daycare(), issued_on=past.date(), valid_until=(past + timedelta(days=29)).date())
    world = an_ok_world(offer, now=past)
    sent(world, now=past)
    client = Client(headers={"accept-language": "fi"})
    shown = text_of(opened(client, make_client_link(bid=world.bid, by=world.lead, now=database_now()).token))

    standing = shown[shown.index('id="standing"') : shown.index('class="offer proposal"')]
    assert formats.day(offer.valid_until, Language.FI) in standing
    assert 'href="tel:' in standing
    assert 'href="mailto:kaisa@example.invalid"' in standing
    assert 'id="say-yes"' not in shown


def test_one_contact_is_named_and_no_other_firms_numbers(reader: Client) -> None:
    shown = reader.get(address()).content.decode()

    assert set(re.findall(r'href="mailto:([^"]+)"', shown)) == {"kaisa@example.invalid"}
    assert "selma@example.invalid" not in shown
    assert "pekka@example.invalid" not in shown
    assert "päivän loppuun, Suomen aikaa" in " ".join(shown.split())


def test_no_button_is_there_that_does_nothing(reader: Client) -> None:
    shown = reader.get(address()).content.decode()

    assert len(re.findall(r"<button", shown)) == 1
    assert 'method="post"' not in shown
