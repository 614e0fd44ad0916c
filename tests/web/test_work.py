"""My work and my offers: what waits, what there is, and finding one of them."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bids.actions.import_bid import import_bid
from bids.models import Bid, Meeting, Part, Suggestion, ToldPrice
from bids.queries.waiting import WaitKind
from bids.steps.settling import settle
from bids.vocabulary import Answer, LetterKind, LetterState, RevisionState
from kernel.actor import Actor
from kernel.clock import database_now
from members.models import Person
from tests.bids.cases import daycare
from tests.bids.offer_rows import WEEK, a_letter, a_version, answer, ask, everybody_in
from tests.web.conftest import logged_in
from tests.web.markup import text_of
from tests.world import a_person

WORK, OFFERS = "bids:work", "bids:my-offers"


@pytest.fixture
def sari(bid: Bid) -> Client:
    """Somebody at Selkopolku, a partner."""
    firm = bid.parts.get(key="SEL").firm
    return logged_in(a_person(at=firm, email="sari@example.invalid", language="en"))


def all_but_sent(bid: Bid) -> None:
    """Everybody has answered, and the last day is still to come."""
    now = database_now()
    everybody_in(bid, at=now)
    Bid.objects.filter(pk=bid.pk).update(valid_until=now.date() + WEEK)


def shown(client: Client, name: str = WORK, **asked: str) -> str:
    answer = client.get(reverse(name), asked)
    assert answer.status_code == 200
    return text_of(answer.content.decode())


def test_whoever_logs_in_lands_on_their_work(lead: Client) -> None:
    assert lead.get(reverse("front")).headers["Location"] == reverse(WORK)


def test_the_page_says_what_waits_and_leads_there(lead: Client, bid: Bid) -> None:
    all_but_sent(bid)

    answer = lead.get(reverse(WORK))

    page = text_of(answer.content.decode())
    assert "Everybody is in: the offer can go out." in page
    assert "ready to send" in page
    assert f'href="{reverse("bids:send", args=[bid.public_id])}"' in answer.content.decode()


def test_a_request_waits_for_the_partner_who_sees_nobodys_sum(sari: Client, bid: Bid) -> None:
    invitation = ask(bid.parts.get(key="SEL"), at=database_now())

    answer = sari.get(reverse(WORK))

    page = text_of(answer.content.decode())
    assert "Kuvakulma Design Tmi asks for your price." in page
    assert "led by Kuvakulma Design Tmi" in page
    assert "asks for your price" in page
    assert "3,484.03" not in page
    assert reverse("bids:asked", args=[invitation.public_id]) in answer.content.decode()


def test_a_person_without_a_firm_is_shown_the_request_sent_to_their_address(bid: Bid) -> None:
    pekka = logged_in(a_person(email="pekka@example.invalid", language="en"))
    ask(bid.parts.get(key="PAI"), at=database_now(), email="Pekka@example.invalid")

    assert "asks for your price" in shown(pekka)


def test_a_firm_that_came_after_the_yes_has_no_agreed_work_yet(bid: Bid, maija: Person) -> None:
    pekka, now = logged_in(a_person(email="pekka@example.invalid", language="en")), database_now()
    a_version(bid, at=now, person=maija, state=RevisionState.ACCEPTED)
    answer(ask(bid.parts.get(key="PAI"), at=now, email="pekka@example.invalid"), Answer.IN, at=now)

    assert "What the client has said yes to" not in text_of(pekka.get(reverse(WORK)).content.decode())


def test_the_good_news_is_that_it_went_out(lead: Client, maija: Person, bid: Bid) -> None:
    everybody_in(bid, at=database_now())
    a_version(bid, at=database_now(), person=maija)

    page = shown(lead)

    assert f"{bid.title} went to {bid.client.name} on" in page
    assert "valid until" in page


def test_every_kind_that_waits_leads_to_a_page(
    lead: Client, sari: Client, maija: Person, bid: Bid, system: Actor
) -> None:
    """Whatever waits, its link opens something for whom it waits for."""
    now = database_now()
    selko, paino = bid.parts.get(key="SEL"), bid.parts.get(key="PAI")
    all_but_sent(bid)
    bid.refresh_from_db()
    Bid.objects.filter(pk=bid.pk).update(payment_days=60)
    settle(bid, by=system, now=now)
    ToldPrice.objects.create(part=selko, amount=Decimal(480), shown=[Decimal(480)] * 3, told_at=now)
    Suggestion.objects.create(
        bid=bid, part=selko, target=selko.public_id, changes={}, made_by=maija, made_by_firm=bid.lead, made_at=now
    )
    answer(paino.invitations.get(), Answer.CALL_ME, at=now)
    a_letter(bid, LetterKind.ASKED, state=LetterState.BOUNCED, at=now)
    Meeting.objects.create(
        firm=bid.lead,
        met_on=now.date(),
        client_name="Lautamiehet Oy",
        wants="Opasteet",
        next_step="Soita",
        noted_at=now,
    )

    seen = set()
    for reader in (lead, sari):
        for row in reader.get(reverse(WORK)).context["rows"]:
            seen.add(row.waiting.kind)
            assert reader.get(row.address).status_code == 200, row.waiting.kind
    assert seen == {
        WaitKind.OK_AGAIN,
        WaitKind.TOLD_PRICE,
        WaitKind.SUGGESTION,
        WaitKind.CALL,
        WaitKind.LETTER,
        WaitKind.MEETING,
    }


def test_a_letter_that_came_back_is_named(lead: Client, bid: Bid) -> None:
    a_letter(bid, LetterKind.ASKED, state=LetterState.BOUNCED, at=database_now())

    assert "The letter to sari@example.invalid came back." in shown(lead)


def test_the_page_asks_as_many_questions_for_ten_offers_as_for_one(lead: Client, bid: Bid, system: Actor) -> None:
    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            shown(lead)
        return len(asked)

    everybody_in(bid, at=database_now())
    with_one = questions()
    for number in range(2, 11):
        everybody_in(
            import_bid(offer=replace(daycare(), number=f"YT-2026-{number:04d}"), by=system, now=database_now()),
            at=database_now(),
        )

    assert questions() == with_one <= 45


@pytest.fixture
def offers(bid: Bid, system: Actor, now: datetime) -> dict[str, Bid]:
    """The daycare's offer, and an older one for a sawmill."""
    case = daycare()
    sawmill = replace(
        case,
        number="YT-2025-0007",
        title="Opasteet sahan pihalle",
        issued_on=case.issued_on.replace(year=2025),
        client=replace(case.client, name="Lautamiehet Oy", business_id=None),
        parts=(case.parts[0], case.parts[2]),
        milestones=(),
    )
    return {"daycare": bid, "sawmill": import_bid(offer=sawmill, by=system, now=now)}


def titles(reader: Client, /, **asked: str) -> set[str]:
    answer = reader.get(reverse(OFFERS), asked)
    assert answer.status_code == 200
    return {card.title for card in answer.context["cards"]}


def test_an_offer_is_found_by_what_one_remembers(lead: Client, offers: dict[str, Bid]) -> None:
    day, saw = offers["daycare"].title, offers["sawmill"].title
    selkopolku = Part.objects.get(bid=offers["daycare"], key="SEL").firm

    assert titles(lead) == {day, saw}
    assert titles(lead, q="opasteet") == titles(lead, q="lautamiehet") == titles(lead, q="YT-2025") == {saw}
    assert titles(lead, q="selkopolku infografiikka") == {day}
    assert titles(lead, q="selkopolku lautamiehet") == set()
    assert titles(lead, year="2025") == {saw}
    assert titles(lead, client=str(offers["sawmill"].client.public_id)) == {saw}
    assert titles(lead, firm=str(selkopolku.public_id)) == {day}
    assert titles(lead, place="leads") == {day, saw}
    assert titles(lead, place="takes_part") == set()


def test_an_offer_is_found_by_how_far_it_has_come(lead: Client, offers: dict[str, Bid]) -> None:
    all_but_sent(offers["daycare"])

    assert titles(lead, state="ready") == {offers["daycare"].title}
    assert titles(lead, state="draft") == {offers["sawmill"].title}


def test_a_partner_finds_what_it_takes_part_in_and_nothing_else(sari: Client, offers: dict[str, Bid]) -> None:
    assert titles(sari) == set()
    ask(offers["daycare"].parts.get(key="SEL"), at=database_now())

    assert titles(sari) == titles(sari, place="takes_part") == {offers["daycare"].title}
    assert titles(sari, q="lautamiehet") == titles(sari, place="leads") == set()


@pytest.mark.parametrize(
    "nonsense",
    [
        {"state": "accepted' OR 1=1"},
        {"year": "MMXXVI"},
        {"client": "00000000-0000-4000-8000-000000000000"},
        {"firm": "x" * 4000},
        {"place": "everywhere"},
        {"lead__password": "x"},
        {"q": "x" * 101},
        {"page": "-1"},
    ],
)
def test_what_the_search_does_not_know_it_passes_over(
    nonsense: dict[str, str], lead: Client, offers: dict[str, Bid]
) -> None:
    assert titles(lead, **nonsense) == {bid.title for bid in offers.values()}


def test_a_search_that_finds_nothing_says_what_to_do(lead: Client, offers: dict[str, Bid]) -> None:
    assert offers
    nothing = shown(lead, OFFERS, q="kukkakauppa")
    assert "No offer like that" in nothing
    assert "Try fewer words" in nothing
    assert "Search the words alone" not in nothing

    other_year = lead.get(reverse(OFFERS), {"q": "opasteet", "year": str(offers["daycare"].issued_on.year)})
    assert 'href="?q=opasteet"' in other_year.content.decode()
    assert titles(lead, q="opasteet") == {offers["sawmill"].title}


def test_a_search_goes_on_over_the_pages(lead: Client, bid: Bid, system: Actor, now: datetime) -> None:
    for number in range(2, 27):
        import_bid(offer=replace(daycare(), number=f"YT-2026-{number:04d}"), by=system, now=now)

    page = lead.get(reverse(OFFERS), {"q": "infografiikka", "state": "draft", "evil": "x"}).content.decode()

    assert '?q=infografiikka&amp;state=draft&amp;page=2"' in page
    assert bid.title in titles(lead, q="infografiikka", page="2")
