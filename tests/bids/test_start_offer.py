"""Starting a joint offer: rows, requests and letters at once, each exactly once."""

from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from bids.actions.start_offer import start_offer
from bids.content import Period
from bids.models import Bid, Client, Invitation, Letter, Meeting, Part
from bids.queries.asked_before import KeyUsed
from bids.queries.partners import earlier_partners
from bids.steps import request_quota
from bids.steps.asking import MOST_PARTNERS
from bids.steps.request_quota import TooManyOffers, TooManyRequests, TooManyToOne
from bids.steps.starting import MeetingHasOffer, NewOffer, NoFirmYet, Rules
from bids.vocabulary import ClientKind, Invoicing, LetterKind, PartState, Role
from kernel.errors import Malformed, NotPermitted, NotVisible
from kernel.models import AuditEvent
from members.models import Firm, Membership, Person
from tests.bids.starting import TOMORROW_AT_SIX, Lead, a_lead, painopiste, pikkutikka, selkopolku
from tests.world import a_firm, a_person, acting

pytestmark = pytest.mark.django_db


@pytest.fixture
def maija() -> Lead:
    return a_lead()


def asked_letters(bid: Bid) -> list[str]:
    return sorted(Letter.objects.filter(bid=bid, kind=LetterKind.ASKED.value).values_list("to_email", flat=True))


def faults_of(new: NewOffer, by: Lead, now: datetime) -> dict[str, Any]:
    with pytest.raises(Malformed) as refused:
        start_offer(new=new, by=by.actor, now=now)
    assert not Bid.objects.exists()
    assert not Letter.objects.exists()
    return refused.value.faults


def test_one_start_makes_the_whole_offer(maija: Lead, now: datetime) -> None:
    bid = start_offer(new=pikkutikka(), by=maija.actor, now=now)
    assert (bid.lead, bid.number, bid.title) == (maija.firm, "YT-2026-0001", pikkutikka().title)
    assert bid.need is not None
    assert bid.need.title == bid.title
    assert (bid.issued_on, bid.valid_until) == (date(2026, 3, 3), date(2026, 4, 2))
    assert (bid.delivery_from, bid.delivery_to) == (date(2026, 4, 20), date(2026, 4, 24))
    assert bid.leaves_at == TOMORROW_AT_SIX
    contact = bid.client.contacts.get()
    assert (contact.email, contact.role) == ("johtaja@pikkutikka.invalid", "accepts")
    parts = list(bid.parts.order_by("position"))
    assert [(part.key, part.role, part.state) for part in parts] == [
        ("KUV", Role.LEAD, PartState.IN),
        ("SEL", Role.MEMBER, PartState.ASKED),
        ("PAI", Role.MEMBER, PartState.ASKED),
    ]
    assert parts[0].card["business_id"] == "9000001-2"
    assert parts[0].card["contact"]["email"] == maija.person.email
    assert parts[1].asked == "Selkokielinen teksti, noin 10 tuntia"
    assert all(part.content_hash and part.frame_hash for part in parts)


def test_nobody_is_asked_about_the_defaults(maija: Lead, now: datetime) -> None:
    bid = start_offer(new=pikkutikka(), by=maija.actor, now=now)
    said = (bid.language, bid.theme, bid.profile, bid.invoicing, bid.liability, bid.payment_days, bid.price_visibility)
    assert said == ("fi", "selkea", "compact", "each", "several", 14, "all")
    assert not bid.always_ask


def test_each_firm_gets_one_letter_and_nobody_else_any(maija: Lead, now: datetime) -> None:
    bid = start_offer(new=pikkutikka(), by=maija.actor, now=now)
    assert asked_letters(bid) == ["pekka@painopiste.invalid", "sari@selkopolku.invalid"]
    assert set(Letter.objects.values_list("kind", flat=True)) <= {LetterKind.ASKED.value, LetterKind.REMINDER.value}
    invitation = Invitation.objects.get(part__key="SEL")
    assert (invitation.answer_until, invitation.asked_by) == (TOMORROW_AT_SIX, maija.person)


def test_who_is_asked_becomes_neither_a_person_nor_a_member(maija: Lead, now: datetime) -> None:
    people, places = Person.objects.count(), Membership.objects.count()
    bid = start_offer(new=pikkutikka(), by=maija.actor, now=now)
    assert (Person.objects.count(), Membership.objects.count()) == (people, places)
    stubs = Firm.objects.filter(parts__bid=bid).exclude(pk=maija.firm.pk)
    assert {(firm.name, firm.business_id) for firm in stubs} == {("Selkopolku Tmi", None), ("Painopiste Savo Oy", None)}


def test_without_firms_the_offer_just_begins(maija: Lead, now: datetime) -> None:
    bid = start_offer(new=pikkutikka(firms=()), by=maija.actor, now=now)
    assert [part.role for part in bid.parts.all()] == [Role.LEAD]
    assert not Letter.objects.exists()


def test_a_firm_without_an_address_is_in_the_offer_and_gets_no_letter(maija: Lead, now: datetime) -> None:
    bid = start_offer(new=pikkutikka(firms=(selkopolku(email="", phone="040 123 4567"),)), by=maija.actor, now=now)
    invitation = Invitation.objects.get(bid=bid)
    assert (invitation.email, invitation.phone) == ("", "040 123 4567")
    assert not Letter.objects.exists()


def test_starting_twice_under_one_key_starts_once(maija: Lead, now: datetime) -> None:
    key = uuid4()
    first = start_offer(new=pikkutikka(), by=maija.actor, now=now, public_id=key)
    again = start_offer(new=pikkutikka(), by=maija.actor, now=now + timedelta(seconds=3), public_id=key)
    assert again == first
    assert first.public_id == key
    assert Bid.objects.count() == 1
    assert len(asked_letters(first)) == 2


def test_a_key_is_good_for_one_offer_only(maija: Lead, now: datetime) -> None:
    key = uuid4()
    start_offer(new=pikkutikka(), by=maija.actor, now=now, public_id=key)
    with pytest.raises(KeyUsed):
        start_offer(new=pikkutikka(title="Aivan muuta"), by=maija.actor, now=now, public_id=key)
    other = a_lead("Muu Oy", business_id="9000019-3")
    with pytest.raises(KeyUsed):
        start_offer(new=pikkutikka(), by=other.actor, now=now, public_id=key)


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_start_one_offer(now: datetime) -> None:
    maija, key, start, made = a_lead(), uuid4(), Barrier(2), []

    def press() -> None:
        start.wait()
        try:
            made.append(start_offer(new=pikkutikka(), by=maija.actor, now=now, public_id=key).pk)
        finally:
            connection.close()

    pressing = [Thread(target=press) for _press in range(2)]
    for thread in pressing:
        thread.start()
    for thread in pressing:
        thread.join()
    assert len(made) == 2
    assert len(set(made)) == 1
    assert len(asked_letters(Bid.objects.get())) == 2


def test_whoever_has_no_firm_is_told_to_add_it(now: datetime) -> None:
    with pytest.raises(NoFirmYet):
        start_offer(new=pikkutikka(), by=acting(a_person()), now=now)


@pytest.mark.parametrize("role", ["viewer", "producer"])
def test_only_owners_and_editors_send_requests(role: str, now: datetime) -> None:
    with pytest.raises(NotPermitted):
        start_offer(new=pikkutikka(), by=a_lead(role=role).actor, now=now)


def test_a_stranger_to_the_firm_starts_nothing_for_it(maija: Lead, now: datetime) -> None:
    with pytest.raises(NotPermitted):
        start_offer(new=pikkutikka(), by=acting(a_person(), maija.firm), now=now)


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ({"client_name": "  "}, "client_name"),
        ({"client_name": "x" * 201}, "client_name"),
        ({"client_email": "johtaja.pikkutikka.invalid"}, "client_email"),
        ({"title": ""}, "title"),
        ({"title": "x" * 501}, "title"),
        ({"leaves_at": datetime(2026, 3, 2, 10, 0, tzinfo=UTC)}, "leaves_at"),
        ({"leaves_at": datetime(2027, 6, 1, 10, 0, tzinfo=UTC)}, "leaves_at"),
        ({"rules": Rules(payment_days=400)}, "payment_days"),
        ({"rules": Rules(valid_days=0)}, "valid_days"),
    ],
)
def test_what_is_wrong_is_said_where_it_stands(said: dict[str, Any], place: str, maija: Lead, now: datetime) -> None:
    assert list(faults_of(pikkutikka(**said), maija, now)) == [place]


@pytest.mark.parametrize("ready", [date(2026, 3, 1), date(2026, 3, 2), date(2199, 1, 1)])
def test_the_work_is_ready_after_the_offer_leaves_and_in_this_life(ready: date, maija: Lead, now: datetime) -> None:
    new = pikkutikka(delivery=Period(starts_on=ready, ends_on=ready))
    assert list(faults_of(new, maija, now)) == ["ready"]


@pytest.mark.parametrize(
    ("row", "place"),
    [
        (selkopolku(email="sari-at-selkopolku"), "firms[0].email"),
        (selkopolku(email="sari@selkopolku.invalid\nBcc: kaikki@example.invalid"), "firms[0].email"),
        (selkopolku(phone="soita joskus"), "firms[0].phone"),
        (selkopolku(name=" "), "firms[0].name"),
        (selkopolku(what="\n\n"), "firms[0].what"),
        (selkopolku(what="x" * 4001), "firms[0].what"),
        (selkopolku(name="kuvakulma design TMI"), "firms[0].name"),
    ],
)
def test_a_row_that_cannot_be_asked_is_named(row: Any, place: str, maija: Lead, now: datetime) -> None:
    assert list(faults_of(pikkutikka(firms=(row,)), maija, now)) == [place]


def test_ones_own_address_is_no_partners(maija: Lead, now: datetime) -> None:
    row = selkopolku(email=maija.person.email.upper())
    assert list(faults_of(pikkutikka(firms=(row,)), maija, now)) == ["firms[0].email"]


def test_the_same_firm_or_address_twice_is_refused(maija: Lead, now: datetime) -> None:
    twice = (selkopolku(), painopiste(), selkopolku(name="SELKOPOLKU TMI", email="Sari@selkopolku.invalid"))
    assert set(faults_of(pikkutikka(firms=twice), maija, now)) == {"firms[2].name", "firms[2].email"}


def test_there_is_a_limit_to_how_many_are_asked(maija: Lead, now: datetime) -> None:
    many = tuple(selkopolku(name=f"Firma {n} Oy", email=f"f{n}@example.invalid") for n in range(25))
    assert list(faults_of(pikkutikka(firms=many), maija, now)) == ["firms"]
    fitting = pikkutikka(firms=many[:MOST_PARTNERS])
    bid = start_offer(new=fitting, by=maija.actor, now=now)
    keys = list(bid.parts.values_list("key", flat=True))
    assert len(set(keys)) == MOST_PARTNERS + 1


def test_hostile_words_are_kept_as_words(maija: Lead, now: datetime) -> None:
    nasty = '<script>alert(1)</script>\u202e{{ 7*7 }} "; DROP TABLE'
    bid = start_offer(
        new=pikkutikka(client_name=nasty, title=nasty, firms=(selkopolku(name=nasty),)), by=maija.actor, now=now
    )
    assert bid.client.name == nasty.replace("\u202e", "")
    part = bid.parts.get(role=Role.MEMBER.value)
    assert part.card["name"] == nasty.replace("\u202e", "")
    assert part.key.isalnum()


def test_a_firm_asked_again_at_the_same_address_is_the_same_firm(maija: Lead, now: datetime) -> None:
    first = start_offer(new=pikkutikka(), by=maija.actor, now=now)
    again = start_offer(new=pikkutikka(title="Toinen", firms=(selkopolku(),)), by=maija.actor, now=now)
    assert again.number == "YT-2026-0002"
    assert again.parts.get(key="SEL").firm == first.parts.get(key="SEL").firm


def test_what_a_firm_has_said_of_itself_comes_along(maija: Lead, now: datetime) -> None:
    first = start_offer(new=pikkutikka(), by=maija.actor, now=now)
    part = first.parts.get(key="SEL")
    known = a_firm("Selkopolku", business_id="9000014-2")
    part.firm, part.card = known, {**part.card, "business_id": "9000014-2", "name": "Selkopolku"}
    part.save()
    again = start_offer(
        new=pikkutikka(title="Toinen", firms=(selkopolku(name="Sarin selko"),)),
        by=maija.actor,
        now=now + timedelta(days=1, hours=-1),
    )
    asked = again.parts.get(role=Role.MEMBER.value)
    assert (asked.firm, asked.card["business_id"], asked.card["name"]) == (known, "9000014-2", "Selkopolku")


def test_nobody_learns_whom_somebody_else_knows(maija: Lead, now: datetime) -> None:
    start_offer(new=pikkutikka(), by=maija.actor, now=now)
    known = a_firm("Tunnettu Oy", business_id="9000014-2")
    a_person(at=known, email="sari@selkopolku.invalid")
    other = a_lead("Toinen vetäjä Oy", business_id="9000019-3")
    bid = start_offer(new=pikkutikka(), by=other.actor, now=now)
    part = bid.parts.get(key="SEL")
    assert part.card["name"] == "Selkopolku Tmi"
    assert part.card["business_id"] is None
    assert part.firm.business_id is None
    assert part.firm not in set(Firm.objects.filter(parts__bid__lead=maija.firm))
    assert {each.name for each in earlier_partners(other.firm)} == {"Selkopolku Tmi", "Painopiste Savo Oy"}
    assert earlier_partners(known) == ()


def test_earlier_partners_come_with_their_addresses(maija: Lead, now: datetime) -> None:
    start_offer(new=pikkutikka(), by=maija.actor, now=now)
    found = {each.name: each for each in earlier_partners(maija.firm)}
    assert found["Selkopolku Tmi"].email == "sari@selkopolku.invalid"
    assert found["Painopiste Savo Oy"].asked == painopiste().what


def test_the_same_client_is_one_row_in_the_leads_book(maija: Lead, now: datetime) -> None:
    start_offer(new=pikkutikka(), by=maija.actor, now=now)
    start_offer(new=pikkutikka(title="Toinen"), by=maija.actor, now=now)
    assert Client.objects.count() == 1
    start_offer(new=pikkutikka(client_email="muu@pikkutikka.invalid"), by=maija.actor, now=now)
    assert Client.objects.count() == 2


def test_a_consumer_deducts_no_vat(maija: Lead, now: datetime) -> None:
    bid = start_offer(new=pikkutikka(client_kind=ClientKind.CONSUMER), by=maija.actor, now=now)
    assert not bid.client.deducts_vat


def test_rules_that_are_typed_are_the_offers(maija: Lead, now: datetime) -> None:
    rules = Rules(invoicing=Invoicing.LEAD, payment_days=30, valid_days=14, always_ask=True)
    bid = start_offer(new=pikkutikka(rules=rules), by=maija.actor, now=now)
    assert (bid.invoicing, bid.payment_days, bid.always_ask) == ("lead", 30, True)
    assert bid.valid_until == date(2026, 3, 17)


def test_what_happened_is_written_down_without_names(maija: Lead, now: datetime) -> None:
    bid = start_offer(new=pikkutikka(), by=maija.actor, now=now)
    events = list(AuditEvent.objects.about(bid.public_id))
    assert [event.type for event in events[:3]] == ["offer.started", "firm.asked", "firm.asked"]
    said = str([event.facts for event in events])
    assert "sari" not in said
    assert "Pikkutikka" not in said


def test_a_note_becomes_one_offer(maija: Lead, now: datetime) -> None:
    meeting = Meeting.objects.create(
        firm=maija.firm, met_on=now.date(), client_name="Pikkutikka", wants="Kuva", noted_at=now
    )
    bid = start_offer(new=pikkutikka(meeting=meeting.public_id), by=maija.actor, now=now)
    meeting.refresh_from_db()
    assert meeting.bid == bid
    with pytest.raises(MeetingHasOffer):
        start_offer(new=pikkutikka(meeting=meeting.public_id), by=maija.actor, now=now)
    other = a_lead("Toinen vetäjä Oy", business_id="9000019-3")
    with pytest.raises(NotVisible):
        start_offer(new=pikkutikka(meeting=meeting.public_id), by=other.actor, now=now)
    assert Bid.objects.count() == 1


def test_requests_of_a_day_are_counted(maija: Lead, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_quota, "MOST_A_DAY", 3)
    start_offer(new=pikkutikka(), by=maija.actor, now=now)
    with pytest.raises(TooManyRequests):
        start_offer(new=pikkutikka(title="Toinen"), by=maija.actor, now=now)
    assert Bid.objects.count() == 1
    start_offer(
        new=pikkutikka(title="Huomenna", leaves_at=now + timedelta(days=3)), by=maija.actor, now=now + timedelta(days=1)
    )


def test_one_person_has_one_days_requests_whichever_firm_they_act_for(
    maija: Lead, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_quota, "MOST_A_DAY", 3)
    start_offer(new=pikkutikka(), by=maija.actor, now=now)
    second = a_firm("Toinen oma Oy", business_id="9000019-3")
    Membership.objects.create(person=maija.person, firm=second, role="owner", may_approve=True, since_at=now)
    with pytest.raises(TooManyRequests):
        start_offer(new=pikkutikka(), by=acting(maija.person, second), now=now)


def test_nobody_is_written_to_all_day_long(maija: Lead, now: datetime) -> None:
    for number in range(request_quota.MOST_TO_ONE):
        start_offer(new=pikkutikka(title=f"{number}", firms=(selkopolku(),)), by=maija.actor, now=now)
    with pytest.raises(TooManyToOne):
        start_offer(new=pikkutikka(title="liikaa", firms=(selkopolku(),)), by=maija.actor, now=now)
    start_offer(new=pikkutikka(title="muualle", firms=(painopiste(),)), by=maija.actor, now=now)


def test_offers_of_a_day_are_counted(maija: Lead, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_quota, "MOST_OFFERS_A_DAY", 1)
    start_offer(new=pikkutikka(firms=()), by=maija.actor, now=now)
    with pytest.raises(TooManyOffers):
        start_offer(new=pikkutikka(firms=()), by=maija.actor, now=now)


@pytest.mark.django_db(transaction=True)
def test_the_last_request_of_a_day_goes_out_once(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_quota, "MOST_A_DAY", 5)
    maija, start, outcomes = a_lead(), Barrier(8), []

    def press(number: int) -> None:
        start.wait()
        try:
            start_offer(
                new=pikkutikka(title=f"{number}", firms=(painopiste(email=f"p{number}@example.invalid"),)),
                by=maija.actor,
                now=now,
            )
            outcomes.append("asked")
        except TooManyRequests:
            outcomes.append("refused")
        finally:
            connection.close()

    pressing = [Thread(target=press, args=(number,)) for number in range(8)]
    for thread in pressing:
        thread.start()
    for thread in pressing:
        thread.join()
    assert sorted(outcomes) == ["asked"] * 5 + ["refused"] * 3
    assert Letter.objects.filter(kind=LetterKind.ASKED.value).count() == 5
    assert Part.objects.filter(role=Role.MEMBER.value).count() == 5
