"""Sending: what stops it, what is frozen, what goes out, and what becomes of it."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import translation

from bids.actions.answer_legal_question import NotAskedNow, answer_legal_question
from bids.actions.begin_sending import begin_sending
from bids.actions.cancel_sending import cancel_sending
from bids.actions.close_offer import StillWithTheClient, close_offer
from bids.actions.extend_validity import extend_validity
from bids.actions.fail_document import fail_document
from bids.actions.finish_sending import finish_sending
from bids.actions.move_schedule import move_schedule
from bids.actions.say_ok import say_ok
from bids.actions.send_from_own_mail import NoLongerHolds, NotDrawnYet, send_from_own_mail
from bids.actions.send_letter_again import send_letter_again
from bids.actions.withdraw_offer import NothingToWithdraw, withdraw_offer
from bids.content import Period
from bids.exports.frozen_version import PREFIX, read_version, version_tree
from bids.exports.version_sheet import VersionIsCorruptError, version_sheet
from bids.lifecycle import revision_state_at
from bids.models import (
    Approval,
    Bid,
    Client,
    ClientContact,
    Document,
    FrozenSheet,
    Letter,
    LineItem,
    Milestone,
    Part,
    Revision,
    RevisionPart,
    RevisionStanding,
)
from bids.pricing import totals
from bids.queries import send_checks as checks
from bids.queries.content_of import content_of
from bids.queries.costs import write_cost
from bids.queries.send_checks import send_checks
from bids.sheets.send_sentences import check_sentence, reason_sentence
from bids.steps.freezing import CannotBeSent, DoesNotAddUp
from bids.steps.oks import revoke_oks
from bids.steps.sending import posting_of
from bids.steps.settling import BeingSent, lock_bid
from bids.vocabulary import (
    DocumentKind,
    Invoicing,
    Language,
    LetterKind,
    LetterState,
    OkMethod,
    PartState,
    RevisionState,
    SentHow,
)
from kernel import verification
from kernel.clock import end_of_day_in_helsinki
from kernel.errors import Malformed, NotPermitted, Stale
from kernel.files import path_of
from kernel.models import AuditEvent, OutboxMessage
from tests.bids.cases import daycare, tourism
from tests.bids.offers import a_line, a_part, an_offer
from tests.bids.ok_world import OkWorld, an_ok_world
from tests.bids.sendings import SYSTEM, bid_state, drawn, finished, frozen, sent, state_of
from tests.kept import kept
from tests.world import NOON, a_person, acting

pytestmark = pytest.mark.django_db
AsAppRole = Callable[[], AbstractContextManager[None]]

LATER = NOON + timedelta(hours=1)
CLIENTS_COPY = {DocumentKind.OFFER_PDF.value, DocumentKind.TWIN_JSON.value, DocumentKind.TWIN_UBL.value}


@kept
def world() -> OkWorld:
    return an_ok_world(daycare())


def alone(**said: object) -> OkWorld:
    """An offer of one firm, which needs nobody's OK but its own."""
    client = daycare().client
    lead = a_part("KUV", a_line("A1", "100.00"), lead=True, business_id="9000001-1")
    return an_ok_world(an_offer(lead, **{"client": client, **said}))


def stops_of(world: OkWorld, *, now: datetime = NOON, how: SentHow = SentHow.LETTER) -> set[str]:
    return {each.code for each in send_checks(world.bid, now=now, how=how).stops}


def notes_of(world: OkWorld) -> set[str]:
    return {each.code for each in send_checks(world.bid, now=NOON).notes}


# What stops it


def test_nothing_stops_an_offer_that_every_firm_has_said_ok_to(world: OkWorld) -> None:
    assert send_checks(world.bid, now=NOON).may_go


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (PartState.ASKED, checks.NOT_ANSWERED),
        (PartState.CALL_ME, checks.WANTS_A_CALL),
        (PartState.LISTED, checks.OK_MISSING),
    ],
)
def test_a_firm_that_has_not_said_ok_stops_it(state: PartState, code: str) -> None:
    world = an_ok_world(daycare(), said_ok=False)
    Part.objects.filter(bid=world.bid).exclude(key="KUV").update(state=state.value)

    found = send_checks(world.bid, now=NOON).stops

    assert [(each.code, each.firm) for each in found] == [(code, "SEL"), (code, "PAI")]
    assert "Selkopolku Tmi" in check_sentence(found[0])
    with pytest.raises(CannotBeSent, match="Selkopolku"):
        frozen(world)


def test_a_firm_whose_price_was_changed_since_its_ok_stops_it(world: OkWorld) -> None:
    world.after(lambda: LineItem.objects.filter(bid=world.bid, code="A4").update(unit_price=Decimal(40)))

    assert checks.ASKED_AGAIN in stops_of(world)


def test_an_offer_that_does_not_bind_needs_no_partners_ok() -> None:
    world = an_ok_world(replace(daycare(), binding=False), said_ok=False)

    assert stops_of(world) == set()
    assert state_of(sent(world)) == RevisionState.SENT


def test_a_firm_that_is_left_out_stops_nothing() -> None:
    world = an_ok_world(daycare(), said_ok=False)
    world.after(lambda: Part.objects.filter(bid=world.bid).exclude(key="KUV").update(state=PartState.LEFT_OUT.value))

    assert stops_of(world) == set()
    assert RevisionPart.objects.filter(revision=sent(world)).count() == 1


def test_nobody_to_send_to_stops_a_letter_but_not_ones_own_mail(world: OkWorld) -> None:
    ClientContact.objects.filter(client=world.bid.client_id).update(email="")

    assert stops_of(world) == {checks.NO_RECIPIENT}
    assert stops_of(world, how=SentHow.OWN_MAIL) == set()


def test_a_last_day_that_has_passed_stops_it(world: OkWorld) -> None:
    over = end_of_day_in_helsinki(world.bid.valid_until)

    assert checks.VALIDITY_PAST not in stops_of(world, now=over - timedelta(microseconds=1))
    assert checks.VALIDITY_PAST in stops_of(world, now=over)


def test_a_rate_that_is_not_in_force_stops_it() -> None:
    """Also on a row that says no day: it is sold at the rates of today."""
    old = a_line("A1", "100.00")
    old = replace(old, vat=replace(old.vat, rate=Decimal(24)))
    lead = a_part("KUV", old, lead=True, business_id="9000001-1")
    assert "rate_not_in_force" in stops_of(an_ok_world(an_offer(lead, client=daycare().client)))
    undated = an_offer(lead, client=daycare().client, delivery=None, number="YT-2026-0200")
    assert "rate_not_in_force" in stops_of(an_ok_world(undated))


def test_a_seller_without_a_business_id_stops_it() -> None:
    lead = a_part("KUV", a_line("A1", "100.00"), lead=True)
    assert "seller_without_business_id" in stops_of(an_ok_world(an_offer(lead, client=daycare().client)))


def with_card(world: OkWorld, key: str, **values: object) -> None:
    """The firm's card with values that no form takes, and its OK to it."""
    card = Part.objects.get(bid=world.bid, key=key).card | values
    world.after(lambda: Part.objects.filter(bid=world.bid, key=key).update(card=card))
    if key != "KUV":
        world.says_ok(key)


@pytest.mark.parametrize(
    "values",
    [
        {"business_id": "9000001-2"},
        {"invoiced_through": {"name": "Laskupalvelu Oy", "business_id": "9000001-2", "vat_liable": True}},
    ],
    ids=["its own", "its service's"],
)
def test_a_firms_business_id_that_cannot_be_stops_it_by_name(values: dict[str, object], world: OkWorld) -> None:
    with_card(world, "SEL", **values)

    found = send_checks(world.bid, now=NOON).stops
    assert [(each.code, each.firm) for each in found] == [(checks.FIRMS_ID_WRONG, "SEL")]
    with pytest.raises(CannotBeSent, match="Selkopolku Tmi: 9000001-2"):
        frozen(world)
    assert not Revision.objects.filter(bid=world.bid).exists()


def test_a_clients_business_id_that_cannot_be_stops_it(world: OkWorld) -> None:
    world.after(lambda: Client.objects.filter(pk=world.bid.client_id).update(business_id="9000001-2"))
    for key in ("SEL", "PAI"):
        world.says_ok(key)

    assert stops_of(world) == {checks.CLIENTS_ID_WRONG}
    with pytest.raises(CannotBeSent, match="9000001-2"):
        frozen(world)


def test_whatever_else_could_not_be_read_again_is_not_sent_and_named(world: OkWorld) -> None:
    with_card(world, "SEL", legal_form="x" * 50)

    assert stops_of(world) == set()
    with pytest.raises(CannotBeSent, match="Selkopolku Tmi: ") as refused:
        frozen(world)
    assert [each.code for each in refused.value.checks.stops] == [checks.BREAKS_A_RULE]
    assert not Revision.objects.filter(bid=world.bid).exists()
    assert bid_state(world.bid) == "drafting"


def test_travel_services_that_the_lead_sells_on_stop_it() -> None:
    world = an_ok_world(replace(tourism(), invoicing=Invoicing.LEAD))

    assert "travel_margin_scheme" in stops_of(world)


def test_an_offer_without_a_priced_row_stops_it() -> None:
    lead = a_part("KUV", lead=True, business_id="9000001-1")
    assert checks.NOTHING_PRICED in stops_of(an_ok_world(an_offer(lead, client=daycare().client)))


def test_a_discount_above_the_price_stops_it() -> None:
    world = alone()
    Bid.objects.filter(pk=world.bid.pk).update(discount_name="Alennus", discount_amount=Decimal(1000))
    assert checks.NOT_PRICEABLE in stops_of(world)


def test_a_legal_question_is_answered_once_for_these_firms() -> None:
    world = an_ok_world(tourism())
    (question,) = send_checks(world.bid, now=NOON).questions
    with pytest.raises(CannotBeSent):
        frozen(world)

    answer_legal_question(bid=world.bid, question=question.code, answer="no", by=world.lead, now=NOON)

    assert send_checks(world.bid, now=NOON).may_go
    again = an_ok_world(replace(tourism(), number="YT-2026-0999"))
    assert send_checks(again.bid, now=NOON).questions == ()


def test_a_question_that_is_not_raised_or_an_answer_nobody_knows_is_refused(world: OkWorld) -> None:
    with pytest.raises(NotAskedNow):
        answer_legal_question(bid=world.bid, question="travel_package", answer="no", by=world.lead, now=NOON)
    asked = an_ok_world(tourism())
    with pytest.raises(Malformed):
        answer_legal_question(bid=asked.bid, question="travel_package", answer="perhaps", by=asked.lead, now=NOON)


def test_what_one_should_know_stops_nothing() -> None:
    offer = daycare()
    lead, *others = offer.parts
    offer = replace(
        offer,
        milestones=(),
        delivery=Period(starts_on=date(2026, 3, 9), ends_on=date(2026, 4, 26)),
        parts=(replace(lead, summary="Kuva: ![](kuva)", excluded=("Asennustyöt paikan päällä",)), *others),
    )
    world = an_ok_world(offer)

    assert {checks.PICTURE_WITHOUT_WORDS, checks.DELIVERY_BEFORE_VALIDITY_ENDS, checks.GAP} <= notes_of(world)
    assert send_checks(world.bid, now=NOON).may_go
    assert all(check_sentence(each) for each in send_checks(world.bid, now=NOON).notes)


def test_what_one_firm_leaves_out_and_another_includes_is_no_gap() -> None:
    offer = daycare()
    lead, second, *others = offer.parts
    parts = (replace(lead, excluded=("Kuljetus",)), replace(second, included=("Kuljetukset päiväkotiin",)), *others)
    assert checks.GAP not in notes_of(an_ok_world(replace(offer, parts=parts)))


def test_a_firm_whose_own_last_day_comes_first_is_noted(world: OkWorld) -> None:
    world.after(lambda: Bid.objects.filter(pk=world.bid.pk).update(payment_days=60))
    valid_until = Bid.objects.get(pk=world.bid.pk).valid_until

    def says_ok(good_until: date) -> list[str]:
        part = world.part("SEL")
        hashes = [bytes(each or b"").hex() for each in (part.content_hash, part.frame_hash)]
        say_ok(
            part=part, seen_part_hash=hashes[0], seen_frame_hash=hashes[1], by=world.asked("SEL"), now=NOON,
            good_until=good_until,
        )  # fmt: skip
        found = [each for each in send_checks(world.bid, now=NOON).notes if each.code == checks.OK_ENDS_BEFORE_VALIDITY]
        return [check_sentence(each) for each in found]

    with translation.override("en"):
        assert says_ok(valid_until) == []
        world.after(lambda: Bid.objects.filter(pk=world.bid.pk).update(payment_days=61))
        (note,) = says_ok(valid_until - timedelta(days=1))

    assert note.startswith("Selkopolku Tmi's OK is good until")


def test_a_firm_in_another_living_offer_of_the_same_lead_to_the_same_client_is_told(world: OkWorld) -> None:
    an_ok_world(replace(daycare(), number="YT-2026-0777"))

    (rival,) = [each for each in send_checks(world.bid, now=NOON).notes if each.code == checks.RIVAL_OFFER]
    assert rival.params["number"] == "YT-2026-0777"


def test_an_offer_of_another_lead_to_the_same_client_is_not_told(world: OkWorld) -> None:
    """That a partner stands in somebody else's offer too is that somebody's own affair."""
    lead, second, third = daycare().parts
    other = replace(lead.firm, name="Kilpailija Oy", business_id="9000008-9")
    an_ok_world(replace(daycare(), number="X-1", parts=(replace(lead, firm=other), second, third)))

    assert checks.RIVAL_OFFER not in notes_of(world)


# What is frozen


def test_a_version_holds_what_the_client_may_see(world: OkWorld) -> None:
    revision = frozen(world, greeting="Hei!", languages=[Language.SV])
    tree = version_tree(bytes(revision.payload))

    assert bytes(revision.payload).startswith(PREFIX)
    assert tree["as_offered"]["sums"]["net"] == f"{totals(content_of(world.bid)).net:f}"
    assert {one["choice"] for one in tree["choices"]} == {"A5b", "A7", "A8"}
    assert all(one["fi"] and one["sv"] and one["en"] for one in tree["as_offered"]["sentences"])
    assert tree["posting"]["greeting"] == "Hei!"
    assert [(one["kind"], one["language"]) for one in tree["files"]] == [
        ("offer_pdf", "fi"),
        ("twin_json", "fi"),
        ("twin_ubl", "fi"),
        ("offer_pdf", "sv"),
    ]
    assert "price_visibility" not in tree["offer"]
    assert read_version(bytes(revision.payload)).offer == replace(content_of(world.bid), files=())


def test_what_rows_cost_their_firm_is_in_no_version(world: OkWorld) -> None:
    for code in ("A1", "A4"):
        line = world.line(code)
        write_cost(line, cost=Decimal("123456.78"), note="salainen muistiinpano", seen=0)
    revision = sent(world)

    everything = bytes(revision.payload) + b"".join(bytes(one.payload) for one in FrozenSheet.objects.all())
    assert b"123456.78" not in everything
    assert b"salainen" not in everything


def test_two_versions_of_the_same_content_do_not_share_a_hash(world: OkWorld) -> None:
    first, second = sent(world), sent(world)

    assert bytes(first.content_hash) != bytes(second.content_hash)
    assert bytes(second.prev_hash) == bytes(first.content_hash)


def test_sending_is_the_leads_ok(world: OkWorld) -> None:
    revision = frozen(world)

    own = Approval.objects.filter(part=world.part("KUV"), method=OkMethod.SENT.value)
    named = RevisionPart.objects.get(revision=revision, part=world.part("KUV"))
    assert {bytes(each.hash) for each in own} == {bytes(named.part_hash), bytes(named.frame_hash)}
    assert {each.person for each in own} == {world.lead_person}


def test_the_documents_say_their_version_and_carry_no_draft_mark(world: OkWorld) -> None:
    for number in (1, 2):
        revision = sent(world, languages=[Language.EN])
        for document in Document.objects.filter(revision=revision).select_related("sheet"):
            sheet = json.loads(bytes(document.sheet.payload))["sheet"]
            assert (sheet["version"], sheet["is_draft"]) == (number, False)


def test_while_it_is_being_sent_nobody_changes_it(world: OkWorld) -> None:
    frozen(world)

    assert bid_state(world.bid) == "sending"
    with pytest.raises(BeingSent), transaction.atomic():
        lock_bid(world.bid)
    with pytest.raises(BeingSent):
        frozen(world)


def test_a_stored_hash_that_is_not_that_of_the_rows_is_refused_loudly(
    world: OkWorld, caplog: pytest.LogCaptureFixture
) -> None:
    Part.objects.filter(bid=world.bid, key="SEL").update(content_hash=b"\1" * 32)

    with pytest.raises(DoesNotAddUp):
        frozen(world)
    assert "SEL" in caplog.text
    assert not Revision.objects.exists()


def test_a_change_of_rows_past_every_action_is_refused_loudly(world: OkWorld) -> None:
    LineItem.objects.filter(bid=world.bid, code="A4").update(unit_price=Decimal(1))

    with pytest.raises(DoesNotAddUp):
        frozen(world)


def test_what_the_lead_has_not_seen_is_not_sent(world: OkWorld) -> None:
    seen = Bid.objects.get(pk=world.bid.pk).changed_at
    world.after(lambda: Bid.objects.filter(pk=world.bid.pk).update(title="Uusi"), now=LATER)

    with pytest.raises(Stale):
        frozen(world, seen_at=seen)
    frozen(world, seen_at=Bid.objects.get(pk=world.bid.pk).changed_at)


def test_only_who_gives_the_leads_ok_sends(world: OkWorld) -> None:
    partner = a_person(at=world.firm("SEL"))
    viewer = a_person(at=world.bid.lead, role="viewer")
    producer = a_person(at=world.bid.lead, role="producer")
    for by in (acting(partner, world.firm("SEL")), acting(viewer, world.bid.lead), acting(producer, world.bid.lead)):
        with pytest.raises(NotPermitted):
            begin_sending(bid=world.bid, by=by, now=NOON)
    with pytest.raises(NotPermitted):
        begin_sending(bid=world.bid, by=SYSTEM, now=NOON)


def test_whoever_is_chosen_gets_it_each_address_once(world: OkWorld) -> None:
    first = ClientContact.objects.filter(client=world.bid.client_id).exclude(email="").first()
    assert first is not None
    other = ClientContact.objects.create(
        client=world.bid.client, position=90, name="Toinen", email=first.email.upper(), role=""
    )

    revision = sent(world, to=[first.public_id, other.public_id])

    letters = Letter.objects.filter(kind=LetterKind.OFFER_TO_CLIENT.value, revision=revision)
    assert [each.to_email for each in letters] == [first.email]
    with pytest.raises(Malformed):
        frozen(world, to=[])


# What goes out


def test_a_drawn_version_is_sent_with_its_letters(world: OkWorld) -> None:
    revision = sent(world, greeting="Terve!")

    standing = RevisionStanding.objects.get(revision=revision)
    assert (standing.state, standing.sent_how, standing.sent_at) == ("sent", "letter", NOON)
    assert bid_state(world.bid) == "drafting"
    assert {one.kind for one in Document.objects.filter(revision=revision)} == CLIENTS_COPY
    to_client = Letter.objects.get(kind=LetterKind.OFFER_TO_CLIENT.value)
    assert (to_client.revision, to_client.facts) == (revision, {"message": "Terve!"})
    told = Letter.objects.filter(kind=LetterKind.OFFER_SENT.value)
    assert {each.facts["part"] for each in told} == {str(world.part(key).public_id) for key in ("SEL", "PAI")}


def test_while_a_document_is_missing_nothing_goes(world: OkWorld) -> None:
    revision = frozen(world)
    first, *_rest = Document.objects.filter(revision=revision).order_by("pk")
    finished(first)

    finish_sending(revision=revision, by=SYSTEM, now=NOON)

    assert state_of(revision) == RevisionState.FROZEN
    assert OutboxMessage.objects.filter(topic="revision.drawn").count() == 1


def test_finishing_twice_sends_once(world: OkWorld) -> None:
    revision = sent(world)
    before = Letter.objects.count(), AuditEvent.objects.count()

    finish_sending(revision=revision, by=SYSTEM, now=LATER)

    assert (Letter.objects.count(), AuditEvent.objects.count()) == before


def test_the_next_version_takes_the_place_of_the_last(world: OkWorld) -> None:
    first = sent(world)
    second = frozen(world, now=LATER)
    assert state_of(first) == RevisionState.SENT

    drawn(second, now=LATER)
    finish_sending(revision=second, by=SYSTEM, now=LATER)

    assert (state_of(first), state_of(second)) == (RevisionState.SUPERSEDED, RevisionState.SENT)


def test_numbers_have_no_gaps_those_given_up_included(world: OkWorld) -> None:
    cancelled = frozen(world)
    cancel_sending(revision=cancelled, by=world.lead, now=NOON)
    numbers = [cancelled.number, sent(world).number, sent(world).number]

    assert numbers == [1, 2, 3]
    assert state_of(cancelled) == RevisionState.ABANDONED


def test_cancelling_what_has_gone_changes_nothing(world: OkWorld) -> None:
    revision = sent(world)

    cancel_sending(revision=revision, by=world.lead, now=LATER)

    assert state_of(revision) == RevisionState.SENT


def given_up(world: OkWorld, revision: Revision, *, now: datetime = NOON) -> str:
    finish_sending(revision=revision, by=SYSTEM, now=now)
    standing = RevisionStanding.objects.get(revision=revision)
    assert standing.state == RevisionState.ABANDONED.value
    assert bid_state(world.bid) == "drafting"
    letter = Letter.objects.get(kind=LetterKind.OFFER_NOT_SENT.value)
    assert letter.to_email == world.lead_person.email
    assert letter.facts["reason"]
    assert not Letter.objects.filter(kind=LetterKind.OFFER_TO_CLIENT.value).exists()
    return standing.reason


def test_an_ok_taken_back_meanwhile_gives_it_up(world: OkWorld) -> None:
    revision = frozen(world)
    drawn(revision)
    revoke_oks(world.part("SEL"), by=world.asked("SEL"), now=NOON)

    assert given_up(world, revision) == "ok_taken_back:Selkopolku Tmi"
    assert "Selkopolku Tmi" in reason_sentence("ok_taken_back:Selkopolku Tmi")


def test_a_damaged_file_gives_it_up(world: OkWorld) -> None:
    revision = frozen(world)
    drawn(revision)
    asset = Document.objects.filter(revision=revision).latest("pk").asset
    assert asset is not None
    path_of(asset.sha256).write_bytes(b"%PDF something else")

    assert given_up(world, revision) == "file_damaged"


def test_a_last_day_that_passes_meanwhile_gives_it_up(world: OkWorld) -> None:
    revision = frozen(world)
    drawn(revision)

    assert given_up(world, revision, now=revision.expires_at) == "validity_over"


def test_rows_changed_past_the_lock_meanwhile_give_it_up(world: OkWorld) -> None:
    revision = frozen(world)
    drawn(revision)
    LineItem.objects.filter(bid=world.bid, code="A4").update(unit_price=Decimal(1))

    assert given_up(world, revision) == "changed_meanwhile"


def test_a_document_that_cannot_be_drawn_gives_it_up(world: OkWorld) -> None:
    revision = frozen(world)
    document = Document.objects.filter(revision=revision).first()
    assert document is not None

    fail_document(document=document, code="too_many_pages", detail="", by=SYSTEM, now=NOON)

    standing = RevisionStanding.objects.get(revision=revision)
    assert (standing.state, standing.reason) == ("abandoned", "document_failed:too_many_pages")
    assert bid_state(world.bid) == "drafting"
    assert Letter.objects.filter(kind=LetterKind.OFFER_NOT_SENT.value).count() == 1


def test_every_reason_has_a_sentence_of_its_own() -> None:
    codes = ["changed_meanwhile", "cancelled", "file_damaged", "content_damaged", "validity_over", "stopped"]
    said = {reason_sentence(code) for code in codes} | {reason_sentence("document_failed:too_many_pages")}
    assert len(said) == len(codes) + 1
    assert reason_sentence("of another age") not in said


# From one's own mail


def test_what_goes_by_ones_own_mail_waits_for_the_lead_to_say_so(world: OkWorld) -> None:
    revision = frozen(world, how=SentHow.OWN_MAIL)
    with pytest.raises(NotDrawnYet):
        send_from_own_mail(revision=revision, by=world.lead, now=NOON)
    drawn(revision)
    finish_sending(revision=revision, by=SYSTEM, now=NOON)
    assert state_of(revision) == RevisionState.FROZEN

    send_from_own_mail(revision=revision, by=world.lead, now=LATER)
    send_from_own_mail(revision=revision, by=world.lead, now=LATER + timedelta(hours=1))

    standing = RevisionStanding.objects.get(revision=revision)
    assert (standing.state, standing.sent_how, standing.sent_at) == ("sent", "own_mail", LATER)
    assert not Letter.objects.filter(kind=LetterKind.OFFER_TO_CLIENT.value).exists()
    assert Letter.objects.filter(kind=LetterKind.OFFER_SENT.value).count() == 2


def test_what_no_longer_holds_is_not_marked_as_sent(world: OkWorld) -> None:
    revision = frozen(world, how=SentHow.OWN_MAIL)
    drawn(revision)
    finish_sending(revision=revision, by=SYSTEM, now=NOON)
    revoke_oks(world.part("PAI"), by=world.asked("PAI"), now=NOON)

    with pytest.raises(NoLongerHolds, match="Painopiste Savo Oy"):
        send_from_own_mail(revision=revision, by=world.lead, now=LATER)
    assert state_of(revision) == RevisionState.FROZEN


# What becomes of it


def test_withdrawing_tells_client_and_partners(world: OkWorld) -> None:
    revision = sent(world)

    withdraw_offer(revision=revision, reason="Paperi loppui", by=world.lead, now=LATER)
    withdraw_offer(revision=revision, by=world.lead, now=LATER)

    assert state_of(revision) == RevisionState.WITHDRAWN
    letters = Letter.objects.filter(kind=LetterKind.OFFER_WITHDRAWN.value)
    assert sorted("part" in each.facts for each in letters) == [False, True, True]


def test_what_the_client_no_longer_has_is_not_withdrawn(world: OkWorld) -> None:
    first = sent(world)
    second = sent(world, now=LATER)
    for revision, now in ((first, LATER), (second, second.expires_at)):
        with pytest.raises(NothingToWithdraw):
            withdraw_offer(revision=revision, by=world.lead, now=now)


def test_more_time_goes_out_at_once_where_nobody_else_is_bound() -> None:
    world = alone()
    first = sent(world, greeting="Terve!")
    until = world.bid.valid_until + timedelta(days=14)

    second = extend_validity(bid=world.bid, until=until, by=world.lead, now=LATER)

    assert second is not None
    drawn(second, now=LATER)
    finish_sending(revision=second, by=SYSTEM, now=LATER)
    assert (state_of(first), state_of(second)) == (RevisionState.SUPERSEDED, RevisionState.SENT)
    assert second.expires_at == end_of_day_in_helsinki(until)
    assert Letter.objects.filter(kind=LetterKind.VALIDITY_EXTENDED.value, revision=second).count() == 1
    assert not Letter.objects.filter(kind=LetterKind.OFFER_TO_CLIENT.value, revision=second).exists()


def test_more_time_asks_the_partners_first(world: OkWorld) -> None:
    first = sent(world)
    until = world.bid.valid_until + timedelta(days=14)

    assert extend_validity(bid=world.bid, until=until, by=world.lead, now=LATER) is None

    assert world.stale(LATER) == {("SEL", "frame"), ("PAI", "frame")}
    assert state_of(first) == RevisionState.SENT
    for key in ("SEL", "PAI"):
        world.says_ok(key, now=LATER)
    sent(world, now=LATER)
    assert Letter.objects.filter(kind=LetterKind.VALIDITY_EXTENDED.value).exists()


def test_more_time_sends_no_change_that_the_lead_has_not_sent() -> None:
    world = alone()
    sent(world)
    world.after(lambda: LineItem.objects.filter(bid=world.bid).update(unit_price=Decimal(200)), now=LATER)

    until = world.bid.valid_until + timedelta(days=7)
    assert extend_validity(bid=world.bid, until=until, by=world.lead, now=LATER) is None
    assert Revision.objects.count() == 1


def test_less_time_is_no_more_time(world: OkWorld) -> None:
    for until in (world.bid.valid_until, NOON.date() - timedelta(days=1)):
        with pytest.raises(Malformed):
            extend_validity(bid=world.bid, until=until, by=world.lead, now=NOON)


def test_the_whole_schedule_moves(world: OkWorld) -> None:
    LineItem.objects.filter(bid=world.bid, code="A4").update(
        delivered_from=date(2026, 3, 16), delivered_to=date(2026, 3, 20)
    )
    world.after(lambda: None)
    before = {step.identifier: step.starts_on for step in Milestone.objects.filter(bid=world.bid)}

    move_schedule(bid=world.bid, days=7, by=world.lead, now=LATER)

    bid = Bid.objects.get(pk=world.bid.pk)
    assert bid.delivery_from == world.bid.delivery_from + timedelta(days=7)
    assert bid.valid_until == world.bid.valid_until
    after = {step.identifier: step.starts_on for step in Milestone.objects.filter(bid=world.bid)}
    assert after == {name: day + timedelta(days=7) for name, day in before.items()}
    assert world.line("A4").delivered_from == date(2026, 3, 23)
    assert ("SEL", "part") in world.stale(LATER)


@pytest.mark.parametrize("days", [0, 731, -10_000_000])
def test_a_schedule_moves_by_some_days(world: OkWorld, days: int) -> None:
    with pytest.raises(Malformed):
        move_schedule(bid=world.bid, days=days, by=world.lead, now=NOON)


def test_an_offer_the_client_can_still_accept_is_not_closed(world: OkWorld) -> None:
    revision = sent(world)
    with pytest.raises(StillWithTheClient):
        close_offer(bid=world.bid, by=world.lead, now=LATER)

    close_offer(bid=world.bid, by=world.lead, now=revision.expires_at)

    assert bid_state(world.bid) == "closed"
    assert state_of(revision) == RevisionState.EXPIRED
    assert checks.CLOSED in stops_of(world)


# Time


@pytest.mark.parametrize(
    ("through", "ends"),
    [
        (date(2026, 10, 25), datetime(2026, 10, 25, 22, tzinfo=UTC)),
        (date(2027, 3, 27), datetime(2027, 3, 27, 22, tzinfo=UTC)),
        (date(2027, 3, 28), datetime(2027, 3, 28, 21, tzinfo=UTC)),
    ],
)
def test_the_last_instant_is_fixed_at_freezing(through: date, ends: datetime) -> None:
    world = alone(valid_until=through)
    before = ends - timedelta(microseconds=1)
    revision = frozen(world, now=before)
    assert (revision.expires_at, revision.expires_zone) == (ends, "Europe/Helsinki")
    assert read_version(bytes(revision.payload)).expires_at == ends
    drawn(revision, now=before)
    finish_sending(revision=revision, by=SYSTEM, now=before)
    standing = RevisionState(RevisionStanding.objects.get(revision=revision).state)

    assert revision_state_at(standing, ends, now=before) == RevisionState.SENT
    assert revision_state_at(standing, ends, now=ends) == RevisionState.EXPIRED


def test_at_its_last_instant_it_is_too_late_to_freeze() -> None:
    world = alone()
    ends = end_of_day_in_helsinki(world.bid.valid_until)
    with pytest.raises(CannotBeSent):
        frozen(world, now=ends)
    frozen(world, now=ends - timedelta(microseconds=1))


# What the database holds by itself


FROZEN_TABLES = ("bids_revision", "bids_revisionpart", "bids_approval", "bids_frozensheet", "kernel_auditevent")


@pytest.mark.parametrize("table", FROZEN_TABLES)
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_the_application_cannot_rewrite_what_was_sent(
    world: OkWorld, as_app_role: AsAppRole, table: str, statement: str
) -> None:
    sent(world)
    with pytest.raises(DatabaseError), transaction.atomic(), as_app_role(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))


@pytest.mark.parametrize("statement", ["DELETE FROM bids_revisionstanding", "TRUNCATE bids_revisionstanding"])
def test_what_became_of_a_version_is_never_forgotten(world: OkWorld, as_app_role: AsAppRole, statement: str) -> None:
    sent(world)
    with pytest.raises(DatabaseError), transaction.atomic(), as_app_role(), connection.cursor() as cursor:
        cursor.execute(statement)


def moved(revision: Revision, **columns: object) -> None:
    with transaction.atomic():
        RevisionStanding.objects.filter(revision=revision).update(**columns)


@pytest.mark.parametrize("state", [state for state in RevisionState if state not in {"sent", "abandoned", "frozen"}])
def test_a_frozen_version_becomes_only_what_it_may(world: OkWorld, state: RevisionState) -> None:
    revision = frozen(world)
    with pytest.raises(DatabaseError, match="does not become"):
        moved(revision, state=state.value)


def test_nothing_is_sent_without_its_documents(world: OkWorld) -> None:
    revision = frozen(world)
    with pytest.raises(DatabaseError, match="lacks a document"):
        moved(revision, state="sent", sent_at=NOON, sent_how="letter")


def test_nothing_is_sent_without_the_oks_it_stands_on(world: OkWorld) -> None:
    revision = frozen(world)
    drawn(revision)
    revoke_oks(world.part("SEL"), by=world.asked("SEL"), now=NOON)
    with pytest.raises(DatabaseError, match="no longer has the OK of SEL"):
        moved(revision, state="sent", sent_at=NOON, sent_how="letter")


def test_nothing_is_sent_after_its_last_day(world: OkWorld) -> None:
    revision = frozen(world)
    drawn(revision)
    with pytest.raises(DatabaseError, match="while it is valid"):
        moved(revision, state="sent", sent_at=revision.expires_at, sent_how="letter", changed_at=revision.expires_at)


def test_a_version_keeps_when_it_was_sent_and_when_it_ends(world: OkWorld) -> None:
    revision = sent(world)
    for columns in (
        {"sent_at": LATER},
        {"expires_at": LATER},
        {"changed_at": NOON - timedelta(days=1)},
        {"state": "expired"},
        {"state": "frozen"},
    ):
        with pytest.raises(DatabaseError):
            moved(revision, **columns)


def test_a_version_names_parts_of_its_own_offer_and_none_later(world: OkWorld) -> None:
    other = an_ok_world(replace(daycare(), number="YT-2026-0888"))
    revision = frozen(world)
    for part in (other.part("SEL"), world.part("SEL")):
        with pytest.raises(DatabaseError), transaction.atomic():
            RevisionPart.objects.create(
                revision=revision, part=part, firm=part.firm, part_hash=b"1" * 32, frame_hash=b"1" * 32
            )


def given_to(bid: Bid | None, document: Document) -> None:
    Document.objects.filter(pk=document.pk).update(bid=bid)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_document_belongs_to_the_offer_of_its_version(world: OkWorld) -> None:
    other = an_ok_world(replace(daycare(), number="YT-2026-0888"))
    document = Document.objects.filter(revision=frozen(world)).first()
    assert document is not None
    for bid in (other.bid, None):
        with pytest.raises(DatabaseError), transaction.atomic():
            given_to(bid, document)


# Reading it back


def test_the_clients_sheet_is_the_one_the_pdf_was_drawn_from(world: OkWorld) -> None:
    revision = sent(world)
    LineItem.objects.filter(bid=world.bid).update(text="muutettu")

    sheet = version_sheet(revision, Language.FI)

    assert "muutettu" not in repr(sheet)
    assert sheet.version == 1
    assert version_sheet(revision, Language.SV).language == "sv"
    in_swedish = {clause.key: clause.text for clause in version_sheet(revision, Language.SV).clauses}
    stored = version_tree(bytes(revision.payload))["as_offered"]["sentences"]
    assert in_swedish == {one["key"]: one["sv"] for one in stored}


def test_a_version_that_was_altered_is_not_shown(world: OkWorld) -> None:
    revision = sent(world)
    revision.payload = bytes(revision.payload).replace(b"Kuvakulma", b"Kuvakulmb", 1)

    with pytest.raises(VersionIsCorruptError):
        version_sheet(revision, Language.FI)


def test_the_trail_tells_it_all_and_holds(world: OkWorld) -> None:
    revision = sent(world)
    withdraw_offer(revision=revision, by=world.lead, now=LATER)

    types = list(AuditEvent.objects.filter(chain=world.bid.public_id).order_by("seq").values_list("type", flat=True))
    assert [each for each in types if each.startswith("offer.")] == ["offer.frozen", "offer.sent", "offer.withdrawn"]
    facts = AuditEvent.objects.get(type="offer.sent").facts
    assert facts["hash"] == bytes(revision.content_hash).hex()
    assert set(facts["files"].values()) == {
        document.asset.sha256 for document in Document.objects.filter(revision=revision).select_related("asset")
    }
    assert "tiina@example.invalid" not in json.dumps(facts)
    assert list(verification.breaks()) == []


def test_what_follows_an_offer_goes_where_its_letter_went_in_the_end(world: OkWorld) -> None:
    revision = sent(world)
    letter = Letter.objects.filter(revision=revision, kind=LetterKind.OFFER_TO_CLIENT.value).order_by("pk")[0]
    Letter.objects.filter(pk=letter.pk).update(state=LetterState.BOUNCED.value)
    send_letter_again(letter=letter, to_email="oikea@example.invalid", by=world.lead, now=LATER)
    Letter.objects.filter(pk=letter.pk).update(state=LetterState.SENT.value, sent_at=LATER)

    assert "oikea@example.invalid" in [one.email for one in posting_of(revision).to]
    withdraw_offer(revision=revision, by=world.lead, now=LATER)

    told = Letter.objects.filter(revision=revision, kind=LetterKind.OFFER_WITHDRAWN.value).exclude(
        facts__has_key="part"
    )
    assert "oikea@example.invalid" in told.values_list("to_email", flat=True)
    assert letter.to_email not in told.values_list("to_email", flat=True)
