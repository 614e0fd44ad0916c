"""Requests that are out: one more firm, a change, a taking back, a passing on, a copied link."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bids.actions.ask_firm import ask_firm
from bids.actions.change_request import RequestChange, change_request
from bids.actions.copy_link import TooManyLinks, copy_link
from bids.actions.forward_request import MOST_HANDS, TooManyHands, forward_request
from bids.actions.import_bid import import_bid
from bids.actions.start_offer import start_offer
from bids.actions.take_back_request import take_back_request
from bids.models import Bid, Draft, Invitation, InvitationLink, Letter, Part
from bids.steps.answers import NoLongerAsked
from bids.steps.asking import Asked
from bids.steps.requests import AnsweredAlready, TakenBack
from bids.steps.settling import BeingSent
from bids.vocabulary import Answer, BidState, LetterKind, LetterState, LinkWay, PartState
from kernel.actor import Actor, ActorKind
from kernel.errors import Malformed, NotPermitted, Stale
from kernel.models import AuditEvent
from kernel.tokens import token_hash
from tests.bids.cases import daycare
from tests.bids.starting import Lead, a_lead, painopiste, pikkutikka, selkopolku
from tests.world import a_person, acting

pytestmark = pytest.mark.django_db


@pytest.fixture
def maija() -> Lead:
    return a_lead()


@pytest.fixture
def bid(maija: Lead, now: datetime) -> Bid:
    return start_offer(new=pikkutikka(firms=(selkopolku(),)), by=maija.actor, now=now)


@pytest.fixture
def request_(bid: Bid) -> Invitation:
    return Invitation.objects.select_related("part").get(bid=bid)


def holder(invitation: Invitation) -> Actor:
    return Actor(
        kind=ActorKind.INVITED,
        label="Sari",
        id=invitation.pk,
        public_id=invitation.public_id,
        firm_id=invitation.part.firm_id,
        firm_public_id=invitation.part.firm.public_id,
    )


def letters(kind: LetterKind) -> list[str]:
    found = Letter.objects.filter(kind=kind.value).exclude(state=LetterState.CANCELLED.value)
    return list(found.order_by("pk").values_list("to_email", flat=True))


def a_link(invitation: Invitation, now: datetime, way: LinkWay = LinkWay.MAILED) -> InvitationLink:
    return InvitationLink.objects.create(
        invitation=invitation,
        way=way.value,
        token_hash=token_hash(f"{way}-{invitation.pk}"),
        made_at=now,
        expires_at=now + timedelta(days=3),
    )


def answered(invitation: Invitation, now: datetime) -> None:
    Invitation.objects.filter(pk=invitation.pk).update(answer=Answer.IN.value, answered_at=now)
    Part.objects.filter(pk=invitation.part_id).update(state=PartState.IN.value)


def types_of(bid: Bid) -> list[str]:
    return [event.type for event in AuditEvent.objects.about(bid.public_id)]


def test_one_more_firm_gets_one_letter(bid: Bid, maija: Lead, now: datetime) -> None:
    invitation = ask_firm(bid=bid, asked=painopiste(), by=maija.actor, now=now)
    assert letters(LetterKind.ASKED) == ["sari@selkopolku.invalid", "pekka@painopiste.invalid"]
    assert invitation.answer_until == bid.leaves_at
    assert (invitation.part.key, invitation.part.position) == ("PAI", 2)


@pytest.mark.parametrize(
    ("asked", "place"),
    [
        (selkopolku(), "name"),
        (selkopolku(name="Muu nimi"), "email"),
        (painopiste(name="Kuvakulma Design Tmi"), "name"),
        (painopiste(email="p@"), "email"),
    ],
)
def test_whoever_is_here_already_is_not_asked_twice(
    asked: object, place: str, bid: Bid, maija: Lead, now: datetime
) -> None:
    with pytest.raises(Malformed) as refused:
        ask_firm(bid=bid, asked=asked, by=maija.actor, now=now)  # type: ignore[arg-type]
    assert place in refused.value.faults
    assert bid.parts.count() == 2


def test_asking_after_the_time_is_up_gives_a_day(bid: Bid, maija: Lead) -> None:
    late = datetime(2026, 3, 10, 10, 0, tzinfo=UTC)
    invitation = ask_firm(bid=bid, asked=painopiste(), by=maija.actor, now=late)
    assert invitation.answer_until == datetime(2026, 3, 11, 16, 0, tzinfo=UTC)
    with pytest.raises(Malformed):
        ask_firm(bid=bid, asked=painopiste(name="C", email="c@x.invalid"), by=maija.actor, now=late, until=late)


def test_only_the_leads_owners_and_editors_ask(bid: Bid, maija: Lead, now: datetime) -> None:
    viewer = acting(a_person(at=maija.firm, role="viewer"), maija.firm)
    for by in (viewer, a_lead("Toinen Oy", business_id="9000019-3").actor, holder(bid.invitations.get())):
        with pytest.raises(NotPermitted):
            ask_firm(bid=bid, asked=painopiste(), by=by, now=now)


def test_nothing_changes_while_the_offer_is_being_sent(
    bid: Bid, request_: Invitation, maija: Lead, now: datetime
) -> None:
    Bid.objects.filter(pk=bid.pk).update(state=BidState.SENDING.value)
    change = RequestChange(what="muuta")
    for attempt in (
        lambda: ask_firm(bid=bid, asked=painopiste(), by=maija.actor, now=now),
        lambda: take_back_request(invitation=request_, by=maija.actor, now=now),
        lambda: change_request(invitation=request_, change=change, seen=1, by=maija.actor, now=now),
        lambda: forward_request(invitation=request_, name="", email="x@y.fi", by=holder(request_), now=now),
        lambda: copy_link(invitation=request_, by=maija.actor, now=now),
    ):
        with pytest.raises(BeingSent):
            attempt()


def test_a_request_taken_back_opens_nothing_and_reminds_of_nothing(
    bid: Bid, request_: Invitation, maija: Lead, now: datetime
) -> None:
    link = a_link(request_, now)
    take_back_request(invitation=request_, by=maija.actor, now=now)
    link.refresh_from_db()
    assert link.revoked_at == now
    assert bid.parts.get(key="SEL").state == PartState.LEFT_OUT.value
    assert not Letter.objects.filter(state=LetterState.WAITING.value).exists()
    assert types_of(bid)[-1] == "firm.request_taken_back"
    with pytest.raises(TakenBack):
        take_back_request(invitation=request_, by=maija.actor, now=now)


def test_whoever_was_written_to_is_told_that_the_request_is_taken_back(
    request_: Invitation, maija: Lead, now: datetime
) -> None:
    Letter.objects.filter(kind=LetterKind.ASKED.value).update(state=LetterState.SENT.value, sent_at=now)
    take_back_request(invitation=request_, by=maija.actor, now=now)
    assert letters(LetterKind.LEFT_OUT) == ["sari@selkopolku.invalid"]


def test_a_firm_that_was_left_out_can_be_asked_again_in_its_old_place(
    bid: Bid, request_: Invitation, maija: Lead, now: datetime
) -> None:
    take_back_request(invitation=request_, by=maija.actor, now=now)
    again = ask_firm(bid=bid, asked=selkopolku(what="Lyhyempi teksti"), by=maija.actor, now=now)
    part = bid.parts.get(key="SEL")
    assert (again.part, part.state, part.asked) == (part, PartState.ASKED.value, "Lyhyempi teksti")
    assert bid.parts.count() == 2
    assert Invitation.objects.standing().filter(part=part).count() == 1


def test_another_address_gets_a_letter_and_the_old_links_nothing(
    bid: Bid, request_: Invitation, maija: Lead, now: datetime
) -> None:
    link = a_link(request_, now)
    Draft.objects.create(invitation=request_, place="answer", words={"price": "450"}, saved_at=now)
    changed = change_request(
        invitation=request_, change=RequestChange(email="sari@uusi.invalid"), seen=1, by=maija.actor, now=now
    )
    link.refresh_from_db()
    assert (changed.version, changed.email, link.revoked_at) == (2, "sari@uusi.invalid", now)
    assert letters(LetterKind.ASKED) == ["sari@uusi.invalid"]
    assert not Draft.objects.exists()
    assert bid.parts.get(key="SEL").card["contact"]["email"] == "sari@uusi.invalid"


def test_what_is_asked_can_change_and_then_is_asked_anew(
    bid: Bid, request_: Invitation, maija: Lead, now: datetime
) -> None:
    answered(request_, now)
    link = a_link(request_, now)
    changed = change_request(
        invitation=request_, change=RequestChange(what="Kaksi tekstiä"), seen=1, by=maija.actor, now=now
    )
    link.refresh_from_db()
    assert (changed.answer, changed.version, link.revoked_at) == ("", 2, None)
    assert bid.parts.get(key="SEL").state == PartState.ASKED.value


def test_more_time_is_told_and_a_telephone_number_is_not(request_: Invitation, maija: Lead, now: datetime) -> None:
    later = now + timedelta(days=4)
    change_request(invitation=request_, change=RequestChange(phone="040 123 4567"), seen=1, by=maija.actor, now=now)
    assert letters(LetterKind.ASKED) == ["sari@selkopolku.invalid"]
    changed = change_request(invitation=request_, change=RequestChange(until=later), seen=2, by=maija.actor, now=now)
    assert (changed.answer_until, changed.phone) == (later, "040 123 4567")
    assert Letter.objects.filter(kind=LetterKind.ASKED.value).count() == 2


def test_a_change_that_changes_nothing_writes_to_nobody(request_: Invitation, maija: Lead, now: datetime) -> None:
    change_request(invitation=request_, change=RequestChange(), seen=1, by=maija.actor, now=now)
    request_.refresh_from_db()
    assert request_.version == 1
    assert Letter.objects.filter(kind=LetterKind.ASKED.value).count() == 1


def test_a_change_of_what_somebody_else_changed_is_refused(request_: Invitation, maija: Lead, now: datetime) -> None:
    change_request(invitation=request_, change=RequestChange(what="A"), seen=1, by=maija.actor, now=now)
    with pytest.raises(Stale):
        change_request(invitation=request_, change=RequestChange(what="B"), seen=1, by=maija.actor, now=now)


def test_an_ok_does_not_move_to_another_address(request_: Invitation, maija: Lead, now: datetime) -> None:
    answered(request_, now)
    with pytest.raises(AnsweredAlready):
        change_request(
            invitation=request_, change=RequestChange(email="muu@x.invalid"), seen=1, by=maija.actor, now=now
        )


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (RequestChange(email="ei-osoite"), "email"),
        (RequestChange(what=""), "what"),
        (RequestChange(name="Kuvakulma Design Tmi"), "name"),
        (RequestChange(until=datetime(2026, 3, 1, tzinfo=UTC)), "answer_until"),
    ],
)
def test_a_change_that_cannot_be_is_named(
    change: RequestChange, place: str, request_: Invitation, maija: Lead, now: datetime
) -> None:
    with pytest.raises(Malformed) as refused:
        change_request(invitation=request_, change=change, seen=1, by=maija.actor, now=now)
    assert list(refused.value.faults) == [place]


def test_a_colleague_gets_the_request_and_the_lead_is_told(
    bid: Bid, request_: Invitation, maija: Lead, now: datetime
) -> None:
    link = a_link(request_, now)
    passed = forward_request(
        invitation=request_, name="Timo", email="timo@selkopolku.invalid", by=holder(request_), now=now
    )
    request_.refresh_from_db()
    link.refresh_from_db()
    assert request_.withdrawn_at == link.revoked_at == now
    assert (passed.email, passed.answer_until, passed.asked_by) == (
        "timo@selkopolku.invalid",
        request_.answer_until,
        maija.person,
    )
    assert letters(LetterKind.ASKED) == ["timo@selkopolku.invalid"]
    assert letters(LetterKind.ANSWERED) == [maija.person.email]
    assert types_of(bid)[-1] == "firm.request_passed_on"
    assert bid.parts.get(key="SEL").state == PartState.ASKED.value


def test_nobody_passes_on_what_is_not_theirs(request_: Invitation, maija: Lead, now: datetime) -> None:
    stranger = replace(holder(request_), id=request_.pk + 1)
    for by in (maija.actor, stranger, a_lead("Toinen Oy", business_id="9000019-3").actor):
        with pytest.raises(NotPermitted):
            forward_request(invitation=request_, name="", email="x@y.invalid", by=by, now=now)


@pytest.mark.parametrize("state", [PartState.TAKEN_OVER, PartState.LEFT_OUT, PartState.LEFT])
def test_a_firm_that_is_out_passes_nothing_on(state: PartState, request_: Invitation, now: datetime) -> None:
    part = Part.objects.select_related("firm").get(pk=request_.part_id)
    Part.objects.filter(pk=part.pk).update(state=state.value)
    owner = acting(a_person(at=part.firm, email="owner@people.invalid"), part.firm)

    for by in (holder(request_), owner):
        with pytest.raises(NoLongerAsked):
            forward_request(invitation=request_, name="", email="x@y.invalid", by=by, now=now)

    assert list(Invitation.objects.filter(part=part)) == [request_]
    assert "x@y.invalid" not in letters(LetterKind.ASKED)


def test_a_request_is_not_a_way_to_write_to_everybody(request_: Invitation, now: datetime) -> None:
    held = request_
    for number in range(MOST_HANDS - 1):
        held = forward_request(invitation=held, name="", email=f"n{number}@x.invalid", by=holder(held), now=now)
    with pytest.raises(TooManyHands):
        forward_request(invitation=held, name="", email="last@x.invalid", by=holder(held), now=now)


def test_whoever_is_in_passes_nothing_on(request_: Invitation, now: datetime) -> None:
    answered(request_, now)
    with pytest.raises(AnsweredAlready):
        forward_request(invitation=request_, name="", email="x@y.invalid", by=holder(request_), now=now)


def test_a_copied_link_is_told_once_and_kept_as_a_hash(
    bid: Bid, request_: Invitation, maija: Lead, now: datetime
) -> None:
    copied = copy_link(invitation=request_, by=maija.actor, now=now)
    assert bytes(InvitationLink.objects.get().token_hash) == token_hash(copied.token)
    assert (copied.link.way, copied.link.bound_at) == (LinkWay.COPIED.value, None)
    assert copied.link.expires_at >= request_.answer_until
    assert copied.token not in repr(copied)
    assert copied.token not in str([event.facts for event in AuditEvent.objects.about(bid.public_id)])


def test_a_link_copied_again_takes_the_place_of_one_nobody_bound(
    request_: Invitation, maija: Lead, now: datetime
) -> None:
    mailed = a_link(request_, now)
    first = copy_link(invitation=request_, by=maija.actor, now=now)
    InvitationLink.objects.filter(pk=first.link.pk).update(bound_at=now)
    second = copy_link(invitation=request_, by=maija.actor, now=now)
    copy_link(invitation=request_, by=maija.actor, now=now)
    open_ = set(InvitationLink.objects.filter(revoked_at__isnull=True).values_list("pk", flat=True))
    assert {mailed.pk, first.link.pk} <= open_
    assert second.link.pk not in open_


def test_links_are_not_copied_without_end(request_: Invitation, maija: Lead, now: datetime) -> None:
    for _number in range(10):
        copy_link(invitation=request_, by=maija.actor, now=now)
    with pytest.raises(TooManyLinks):
        copy_link(invitation=request_, by=maija.actor, now=now)
    copy_link(invitation=request_, by=maija.actor, now=now + timedelta(days=1, seconds=1))


def test_nobody_else_copies_a_link(request_: Invitation, now: datetime) -> None:
    for by in (holder(request_), a_lead("Toinen Oy", business_id="9000019-3").actor):
        with pytest.raises(NotPermitted):
            copy_link(invitation=request_, by=by, now=now)


def test_a_firm_that_an_imported_offer_only_names_is_asked_for_the_share_it_has(system: Actor, now: datetime) -> None:
    offer = daycare()
    bid = import_bid(offer=replace(offer, valid_until=(now + timedelta(days=60)).date()), by=system, now=now)
    maija = acting(a_person(at=bid.lead), bid.lead)
    named = Part.objects.get(bid=bid, key="SEL")
    lines = list(named.lines.values_list("code", flat=True))
    contact = offer.parts[1].firm.contact
    assert contact

    asked = Asked(name=named.card["name"], email=contact.email, what="Selkokielinen teksti")
    ask_firm(bid=bid, asked=asked, by=maija, now=now)

    named.refresh_from_db()
    assert (named.state, named.asked) == (PartState.ASKED.value, "Selkokielinen teksti")
    assert list(named.lines.values_list("code", flat=True)) == lines
    assert Part.objects.filter(bid=bid).count() == len(offer.parts)
    assert Invitation.objects.get(bid=bid).part == named
