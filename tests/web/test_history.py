"""What happened to an offer, in sentences, for those who may know, and whether it was written over."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bids.models import Bid, Document, Part
from bids.vocabulary import LetterKind, LetterState, PartState
from kernel import audit
from kernel.actor import Actor
from kernel.clock import database_now
from kernel.models import AuditEvent, AuditIdentity
from members.models import Person
from tests.api.asker import Asker, a_key, said
from tests.bids.cases import daycare
from tests.bids.offer_rows import a_letter, a_version, everybody_in
from tests.bids.ok_world import an_ok_world
from tests.bids.sendings import finished, frozen
from tests.web.conftest import logged_in
from tests.web.markup import text_of
from tests.world import a_person, acting


@pytest.fixture
def part(bid: Bid) -> Part:
    part: Part = bid.parts.select_related("firm").get(key="SEL")
    part.state = PartState.IN.value
    part.save()
    return part


@pytest.fixture
def sari(part: Part) -> Person:
    person = a_person(at=part.firm, email="sari@example.invalid", language="en")
    person.name = "Sari Selko"
    person.save()
    return person


@pytest.fixture
def pekka(bid: Bid) -> Actor:
    """Somebody at Painopiste, the other partner."""
    part = bid.parts.select_related("firm").get(key="PAI")
    Part.objects.filter(pk=part.pk).update(state=PartState.IN.value)
    return acting(a_person(at=part.firm, email="pekka@example.invalid"), part.firm)


@pytest.fixture
def told(bid: Bid, part: Part, maija: Person, sari: Person, pekka: Actor, now: datetime) -> None:
    """The offer is changed by its lead, a row by each partner, and one is asked."""
    lead, selko = acting(maija, bid.lead), acting(sari, part.firm)
    other = bid.parts.get(key="PAI")
    audit.record("rules.changed", on=bid, by=lead, at=now, fields=["payment_days"])
    audit.record("line.changed", on=bid, by=selko, at=now, line="B1", part=str(part.public_id))
    audit.record("line.changed", on=bid, by=pekka, at=now, line="C7", part=str(other.public_id))
    audit.record("suggestion.made", on=bid, by=lead, at=now, part=str(part.public_id), to="SEL")
    audit.record("price.told", on=bid, by=lead, at=now, part=str(other.public_id), amount="416.22", basis="net")


def shown(client: Client, bid: Bid) -> str:
    answer = client.get(reverse("bids:history", args=[bid.public_id]))
    assert answer.status_code == 200
    return text_of(answer.content.decode())


def test_the_offer_leads_to_what_happened(lead: Client, bid: Bid) -> None:
    page = lead.get(reverse("bids:offer", args=[bid.public_id])).content.decode()

    assert f'href="{reverse("bids:history", args=[bid.public_id])}"' in page


@pytest.mark.usefixtures("told")
def test_the_lead_reads_everything_in_sentences_the_latest_first(lead: Client, bid: Bid) -> None:
    page = shown(lead, bid)

    assert "Maija Kuvakulma, Kuvakulma Design Tmi changed the rules of the game." in page
    assert "Sari Selko, Selkopolku Tmi changed row B1." in page
    assert "suggested a change to Selkopolku Tmi." in page
    assert "wrote down €416.22, told on the phone by Painopiste Savo Oy." in page
    assert page.index("changed row C7") < page.index("changed row B1") < page.index("rules of the game")
    assert "2 March 2026" in page
    assert "12:00" in page


@pytest.mark.usefixtures("told")
def test_a_partner_reads_of_its_own_part_and_of_the_whole_and_of_no_other_firms(sari: Person, bid: Bid) -> None:
    page = shown(logged_in(sari), bid)

    assert "changed the rules of the game." in page
    assert "changed row B1." in page
    assert "suggested a change to Selkopolku Tmi." in page
    assert "C7" not in page
    assert "416.22" not in page
    assert "Letters" not in page


def test_nobody_reads_what_anothers_rows_cost(lead: Client, sari: Person, part: Part, bid: Bid, now: datetime) -> None:
    audit.record("cost.changed", on=bid, by=acting(sari, part.firm), at=now, part=str(part.public_id))

    assert "cost" not in shown(lead, bid).lower()
    with_own = AuditEvent.objects.filter(chain=bid.public_id).count()
    assert len(said(Asker(key=a_key(sari, part.firm)).get(f"bids/{bid.public_id}/history/"))["results"]) == with_own


def test_a_stranger_and_a_firm_that_said_no_find_nothing(stranger: Client, sari: Person, part: Part, bid: Bid) -> None:
    where = reverse("bids:history", args=[bid.public_id])
    assert stranger.get(where).status_code == 404
    part.state = PartState.NO.value
    part.save()

    assert logged_in(sari).get(where).status_code == 404


@pytest.mark.usefixtures("told")
def test_whoever_was_erased_is_somebody_at_the_firm(lead: Client, sari: Person, bid: Bid) -> None:
    sari.delete()

    page = shown(lead, bid)

    assert "Somebody at Selkopolku Tmi changed row B1." in page
    assert "Sari" not in page


def test_an_erased_personal_fact_is_somebody(lead: Client, bid: Bid, maija: Person, now: datetime) -> None:
    audit.record(
        "client.changed", on=bid, by=acting(maija, bid.lead), at=now, client=audit.Personal("Liisa"), fields=[]
    )
    AuditIdentity.objects.all().delete()

    assert "changed the client's details." in shown(lead, bid)


def test_the_page_says_that_nothing_was_changed_or_names_the_first_event_that_was(
    lead: Client, bid: Bid, maija: Person, now: datetime
) -> None:
    for _each in range(3):
        audit.record("rules.changed", on=bid, by=acting(maija, bid.lead), at=now, fields=[])
    assert "Nothing here has been changed afterwards." in shown(lead, bid)

    event = AuditEvent.objects.get(chain=bid.public_id, seq=2)
    event.facts = {"fields": ["invoicing"]}
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE kernel_auditevent DISABLE TRIGGER USER")
    AuditEvent.objects.filter(pk=event.pk).update(facts=event.facts, hash=audit.event_hash(event))
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE kernel_auditevent ENABLE TRIGGER USER")

    assert "Event 2 is not what was written down." in shown(lead, bid)


def test_versions_and_letters_stand_there_for_the_lead_and_what_was_sent_for_a_partner(
    lead: Client, bid: Bid, maija: Person, sari: Person, now: datetime
) -> None:
    everybody_in(bid, at=now)
    a_version(bid, at=now, person=maija)
    a_letter(bid, LetterKind.ASKED, state=LetterState.BOUNCED, at=now)

    page = shown(lead, bid)
    assert "Version 1 sent 2 March 2026, valid until" in page
    assert "Request · sari@example.invalid · did not arrive" in page
    theirs = shown(logged_in(sari), bid)
    assert "Version 1 sent 2 March 2026" in theirs
    assert "did not arrive" not in theirs


def test_many_events_are_read_in_as_many_queries_as_few(lead: Client, bid: Bid, maija: Person, now: datetime) -> None:
    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            shown(lead, bid)
        return len(asked)

    by = acting(maija, bid.lead)
    audit.record("client.changed", on=bid, by=by, at=now, client=audit.Personal("Liisa"), fields=[])
    few = questions()
    for _each in range(120):
        audit.record("client.changed", on=bid, by=by, at=now, client=audit.Personal("Liisa"), fields=[])

    assert questions() == few


@pytest.mark.usefixtures("told")
def test_a_program_reads_the_same_piece_by_piece(bid: Bid, maija: Person) -> None:
    asker = Asker(key=a_key(maija, bid.lead))

    first = said(asker.get(f"bids/{bid.public_id}/history/", page_size=2))
    assert (first["is_whole"], first["first_wrong"]) == (True, None)
    numbers = [each["number"] for each in first["results"]]
    rest = said(asker.get(first["next"].removeprefix("http://testserver")))
    assert numbers + [each["number"] for each in rest["results"]] == [6, 5, 4, 3]
    assert first["results"][1]["sentence"].endswith("suggested a change to Selkopolku Tmi.")
    assert first["results"][1]["who"] == "Maija Kuvakulma, Kuvakulma Design Tmi"


def test_a_program_reads_what_waits(bid: Bid, maija: Person) -> None:
    a_letter(bid, LetterKind.ASKED, state=LetterState.HELD, at=bid.created_at)

    found = said(Asker(key=a_key(maija, bid.lead)).get("my-work/"))

    assert found["news"] is None
    (waiting,) = found["waiting"]
    assert (waiting["kind"], waiting["bid"]) == ("letter", str(bid.public_id))
    assert waiting["sentence"] == "Nobody knows whether the letter to sari@example.invalid went."


def test_the_files_of_one_version_are_one_line_and_for_a_program_one_each() -> None:
    now = database_now()
    world = an_ok_world(replace(daycare(), valid_until=daycare().valid_until.replace(year=now.year + 1)), now=now)
    Person.objects.filter(pk=world.lead_person.pk).update(language="en")
    version = frozen(world, now=now)
    files = list(Document.objects.filter(revision=version).order_by("pk"))
    assert len(files) > 1
    client = logged_in(Person.objects.get(pk=world.lead_person.pk))

    finished(files[0], now=now)
    begun = shown(client, world.bid)
    for each in files[1:]:
        finished(each, now=now)
    whole = shown(client, world.bid)

    assert f"Documents of version 1: 1 of {len(files)} are ready." in begun
    assert whole.count("ocuments of version 1") == 1
    assert "The documents of version 1 are ready." in whole
    asker = Asker(key=a_key(world.lead_person, world.bid.lead))
    found = said(asker.get(f"bids/{world.bid.public_id}/history/", page_size=100))["results"]
    assert [each["type"] for each in found].count("document.finished") == len(files)


def test_of_very_many_letters_the_latest_are_shown(lead: Client, bid: Bid, now: datetime) -> None:
    for number in range(102):
        a_letter(bid, LetterKind.ASKED, state=LetterState.SENT, at=now, to=f"nro{number}@example.invalid")

    page = shown(lead, bid)

    assert "The latest 100 of 102 letters." in page
    assert page.count("@example.invalid") == 100


def test_an_old_letter_that_waits_for_somebody_is_shown_however_many_came_after(
    lead: Client, bid: Bid, now: datetime
) -> None:
    before = now - timedelta(days=1)
    a_letter(bid, LetterKind.ASKED, state=LetterState.BOUNCED, at=before, to="vanha@example.invalid")
    a_letter(bid, LetterKind.ASKED, state=LetterState.SENT, at=before, to="mennyt@example.invalid")
    for number in range(100):
        a_letter(bid, LetterKind.OFFER_SENT, state=LetterState.SENT, at=now, to=f"nro{number}@example.invalid")

    page = shown(lead, bid)

    assert "The latest 100 of 102 letters. Of the older ones those that wait for somebody." in page
    assert "vanha@example.invalid" in page
    assert "mennyt@example.invalid" not in page
