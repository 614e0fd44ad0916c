"""The client's yes and no: clicked with a mailed code or written down by the lead, once, to exactly what was shown."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bids.actions.close_offer import close_offer
from bids.actions.extend_validity import extend_validity
from bids.actions.finish_sending import finish_sending
from bids.actions.make_client_link import make_client_link
from bids.actions.object_to_decision import object_to_decision
from bids.actions.revoke_client_link import revoke_client_link
from bids.actions.start_decision import start_decision
from bids.actions.withdraw_offer import NothingToWithdraw, withdraw_offer
from bids.choosing import can_be_chosen
from bids.content import Choice
from bids.exports.deciding import choice_in, priced, sums_of
from bids.exports.evidence import evidence_tree
from bids.exports.frozen_version import read_version, version_tree
from bids.models import (
    Bid,
    Decision,
    DecisionStanding,
    Document,
    Evidence,
    EvidenceIdentity,
    Letter,
    LineItem,
    OneTimeCode,
    Part,
)
from bids.pricing import totals
from bids.steps.deciding import (
    AcceptedAlready,
    ArrivedTooLate,
    DeclinedAlready,
    DoesNotBind,
    FormIsUsed,
    HasExpired,
    MayNotDecide,
    NewerVersion,
    WasWithdrawn,
)
from bids.steps.freezing import CannotBeSent
from bids.steps.objecting import NothingToObjectTo
from bids.steps.one_time_codes import TooManyCodes
from bids.steps.recording import RecordedFile
from bids.steps.sending import expire
from bids.steps.settling import OfferIsAccepted, OfferIsClosed, lock_bid
from bids.vocabulary import (
    CodeFor,
    DecisionKind,
    DecisionWay,
    Language,
    LetterKind,
    LinkScope,
    PartState,
    RevisionState,
)
from kernel import verification
from kernel.audit import commitment
from kernel.clock import end_of_day_in_helsinki
from kernel.errors import Malformed, NotPermitted, NotVisible
from kernel.models import AuditEvent, OutboxMessage
from tests.bids.decisions import (
    CODE,
    LATER,
    TIINA,
    VILLE,
    Offered,
    a_code,
    a_link,
    accepts,
    an_offered,
    declines,
    holder_of,
    no_with_code,
    records,
    two_readers,
    yes_with_code,
)
from tests.bids.offer_strategies import offers_and_choices
from tests.bids.sendings import SYSTEM, drawn, frozen, sent, state_of
from tests.kept import kept
from tests.world import NOON, a_firm, a_person, acting

pytestmark = pytest.mark.django_db

ABOUT_THE_ANSWER = {"decision_receipt", "decision_recorded", "decision_objected", "offer_accepted", "offer_declined"}


@kept
def offered() -> Offered:
    return an_offered()


def holds() -> None:
    """What the database checks at the end of a transaction holds now."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def written(*kinds: LetterKind) -> list[tuple[str, str]]:
    """The letters about an answer, as (kind, address)."""
    letters = Letter.objects.filter(kind__in=[kind.value for kind in kinds] or ABOUT_THE_ANSWER)
    return sorted(letters.values_list("kind", "to_email"))


def events(bid: Bid) -> list[str]:
    return list(AuditEvent.objects.filter(chain=bid.public_id).order_by("seq").values_list("type", flat=True))


def evidence_of(decision: Decision) -> dict[str, Any]:
    return evidence_tree(bytes(Evidence.objects.get(decision=decision).content))


# A yes


def test_a_yes_is_to_the_very_version_and_choice_with_all_that_proves_it(offered: Offered) -> None:
    decision = yes_with_code(offered, lines=["A7"])
    holds()

    assert state_of(offered.revision) == RevisionState.ACCEPTED
    assert bytes(decision.revision_hash) == bytes(offered.revision.content_hash)
    assert decision.chosen == {"lines": ["A7"], "package": ""}
    sums = totals(read_version(bytes(offered.revision.payload)).offer, Choice(lines=frozenset({"A7"})))
    assert (decision.net, decision.gross) == (sums.net, sums.gross)
    assert DecisionStanding.objects.get(decision=decision).state == "standing"
    assert events(offered.world.bid)[-1] == "offer.accepted"
    assert not list(verification.breaks())


def test_everybody_hears_of_a_yes_once(offered: Offered) -> None:
    yes_with_code(offered)

    lead = offered.world.lead_person.email
    assert written() == [
        ("decision_receipt", TIINA),
        ("offer_accepted", "1@partner.invalid"),
        ("offer_accepted", "2@partner.invalid"),
        ("offer_accepted", lead),
    ]
    waiting = OutboxMessage.objects.filter(topic="letter.written").values_list("payload__letter", flat=True)
    about = Letter.objects.filter(kind__in=ABOUT_THE_ANSWER).values_list("public_id", flat=True)
    assert {str(one) for one in about} <= set(waiting)


def test_a_partner_left_out_since_hears_of_the_yes_that_binds_it(offered: Offered) -> None:
    Part.objects.filter(bid=offered.world.bid, key="SEL").update(state=PartState.LEFT_OUT.value)

    yes_with_code(offered)

    assert ("offer_accepted", "1@partner.invalid") in written()


def test_the_evidence_says_all_that_was_there_and_no_person_in_the_clear(offered: Offered) -> None:
    decision = yes_with_code(offered, lines=["A5b"], now=LATER - timedelta(minutes=45))
    evidence = Evidence.objects.get(decision=decision)
    said = evidence_of(decision)

    assert bytes(evidence.content_hash) == sha256(bytes(evidence.content)).digest()
    assert set(said) == {
        "format",
        "decision",
        "kind",
        "method",
        "level",
        "version",
        "decided_at",
        "decided_at_in_helsinki",
        "written_at",
        "chosen",
        "counted",
        "sums",
        "consent",
        "reason",
        "proof",
        "link",
        "typed_name",
        "ip",
        "user_agent",
        "recorded",
        "letters",
    }
    assert said["level"] == "simple electronic signature"
    assert set(said["version"]) == {"bid", "offer", "number", "hash", "sent_at", "expires_at", "zone", "files"}
    assert said["version"]["hash"] == offered.seen
    files = Document.objects.filter(revision=offered.revision).order_by("pk")
    assert [(one["kind"], one["language"], one["sha256"]) for one in said["version"]["files"]] == [
        (one.kind, one.language, one.asset.sha256) for one in files if one.asset
    ]
    assert {one.kind for one in files} == {"offer_pdf", "twin_json", "twin_ubl"}
    assert said["decided_at"] == "2026-03-02T10:15:00.000000+00:00"
    assert said["decided_at_in_helsinki"] == "2026-03-02T12:15:00.000000+02:00"
    assert said["counted"] == [code for code in said["counted"] if code != "A5"]
    assert "A5b" in said["counted"]
    code = OneTimeCode.objects.get(used_at__isnull=False)
    assert said["proof"] == {
        "how": "mailed_code",
        "code": str(code.public_id),
        "mailed_at": "2026-03-02T10:00:00.000000+00:00",
        "used_at": "2026-03-02T10:15:00.000000+00:00",
    }
    assert (said["link"]["contact_email"], said["link"]["scope"]) == (TIINA, "accept")
    letters = {(one["kind"], one["state"], one["to_contact"]) for one in said["letters"]}
    assert letters == {("offer_to_client", "waiting", True), ("offer_to_client", "waiting", False)}
    assert b"Tiina Tikka" not in bytes(evidence.content).replace(b'"contact_name":"Tiina Tikka"', b"")
    assert b"192.0.2.7" not in bytes(evidence.content)


def test_the_evidence_holds_to_names_that_can_be_erased(offered: Offered) -> None:
    decision = yes_with_code(offered)
    said = evidence_of(decision)

    for name, value in {"name": "Tiina Tikka", "ip": "192.0.2.7", "user_agent": "Selain/1.0"}.items():
        kept = EvidenceIdentity.objects.get(evidence__decision=decision, name=name)
        assert kept.value == value
        field = "typed_name" if name == "name" else name
        assert said[field] == commitment(value, bytes(kept.salt)).hex()
    holds()
    EvidenceIdentity.objects.all().delete()
    assert evidence_of(decision) == said


@pytest.mark.parametrize("language", list(Language))
def test_what_is_agreed_to_is_the_sentence_frozen_with_the_version(offered: Offered, language: Language) -> None:
    said = evidence_of(yes_with_code(offered, language=language))["consent"]

    sentences = version_tree(bytes(offered.revision.payload))["as_offered"]["sentences"]
    (known,) = [one[language.value] for one in sentences if one["key"] == "acceptance_choices"]
    assert said == {
        "language": language.value,
        "text": known,
        "sha256": sha256(known.encode()).hexdigest(),
    }


@pytest.mark.parametrize(
    ("typed", "field"),
    [({"name": " "}, "name"), ({"name": "…"}, "name"), ({"name": "x" * 201}, "name"), ({"agreed": False}, "agreed")],
)
def test_a_yes_needs_a_name_and_a_tick(offered: Offered, typed: dict[str, Any], field: str) -> None:
    a_code(offered.link, offered.revision)
    with pytest.raises(Malformed) as refused:
        accepts(offered, **typed)
    assert set(refused.value.faults) == {field}
    assert OneTimeCode.objects.get().used_at is None


@pytest.mark.parametrize("lines", [["A99"], ["A1"], ["A7", "A7"]])
def test_only_what_the_version_offers_can_be_chosen(offered: Offered, lines: list[str]) -> None:
    a_code(offered.link, offered.revision)
    with pytest.raises(Malformed) as refused:
        accepts(offered, lines=lines)
    assert set(refused.value.faults) == {"choice"}
    assert not Decision.objects.exists()


def test_prices_changed_since_the_offer_went_out_change_nothing_of_the_yes(offered: Offered) -> None:
    before = totals(read_version(bytes(offered.revision.payload)).offer)
    offered.world.after(lambda: LineItem.objects.filter(bid=offered.world.bid).update(unit_price=Decimal(1)))

    assert yes_with_code(offered).net == before.net


# Codes


def test_a_code_goes_to_the_address_of_the_link_and_no_other(offered: Offered) -> None:
    nonce = uuid4()
    for again in (False, False, True):
        start_decision(
            link=offered.link,
            act=CodeFor.ACCEPT,
            seen=offered.seen,
            nonce=nonce,
            language=Language.SV,
            name="Tiina Tikka",
            again=again,
            by=offered.client,
            now=NOON,
        )

    letters = Letter.objects.filter(kind=LetterKind.DECISION_CODE.value)
    assert [(one.to_email, one.language) for one in letters] == [(TIINA, "sv")] * 2
    assert {one.facts["purpose"] for one in letters} == {f"accept:{offered.seen}"}
    assert not OneTimeCode.objects.exists()
    assert events(offered.world.bid).count("decision.code_asked") == 2


def start(offered: Offered, act: CodeFor = CodeFor.ACCEPT, **more: Any) -> None:
    said: dict[str, Any] = {"link": offered.link, "seen": offered.seen, "nonce": uuid4(), "now": NOON} | more
    start_decision(**({"name": "Tiina Tikka"} | said), act=act, language=Language.FI, by=holder_of(said["link"]))


def test_the_sixth_code_of_an_hour_is_refused(offered: Offered) -> None:
    for act in (CodeFor.ACCEPT, CodeFor.DECLINE, CodeFor.ACCEPT, CodeFor.DECLINE, CodeFor.ACCEPT):
        start(offered, act)
    with pytest.raises(TooManyCodes):
        start(offered)
    start(offered, now=NOON + timedelta(hours=1))


def test_a_wrong_code_decides_nothing_and_is_counted(offered: Offered) -> None:
    a_code(offered.link, offered.revision)

    assert accepts(offered, code="654321") is None
    assert OneTimeCode.objects.get().attempts == 1
    assert state_of(offered.revision) == RevisionState.SENT
    assert accepts(offered) is not None


def test_the_sixth_try_fails_even_with_the_right_code(offered: Offered) -> None:
    a_code(offered.link, offered.revision)
    for _try in range(5):
        assert accepts(offered, code="654321") is None
    assert accepts(offered) is None
    assert OneTimeCode.objects.get().attempts == 5


def test_a_code_is_good_for_half_an_hour_and_not_a_moment_longer(offered: Offered) -> None:
    a_code(offered.link, offered.revision)
    ends = NOON + timedelta(minutes=30)
    assert accepts(offered, now=ends) is None
    assert accepts(offered, now=ends - timedelta(microseconds=1)) is not None


def test_a_code_for_a_no_says_no_yes_and_the_other_way_round(offered: Offered) -> None:
    a_code(offered.link, offered.revision, CodeFor.DECLINE)
    assert accepts(offered) is None
    OneTimeCode.objects.all().delete()
    a_code(offered.link, offered.revision, CodeFor.ACCEPT)
    assert declines(offered) is None
    assert not Decision.objects.exists()


def test_a_code_of_one_version_fails_on_the_next(offered: Offered) -> None:
    a_code(offered.link, offered.revision)
    second = sent(offered.world, now=LATER - timedelta(minutes=50))
    newer = replace(offered, revision=second)

    assert accepts(newer, now=LATER - timedelta(minutes=45)) is None
    assert not Decision.objects.exists()


def test_a_code_of_another_link_fails(offered: Offered) -> None:
    a_code(a_link(offered.world), offered.revision)
    assert accepts(offered) is None


# Who may


@pytest.mark.parametrize("scope", [LinkScope.VIEW, LinkScope.ASK])
@pytest.mark.parametrize("says", [accepts, declines, start])
def test_a_link_that_only_shows_decides_nothing(
    offered: Offered, scope: LinkScope, says: Callable[..., Decision | None]
) -> None:
    link = a_link(offered.world, scope=scope)
    a_code(link, offered.revision)
    with pytest.raises(MayNotDecide) as refused:
        says(replace(offered, link=link))
    assert refused.value.status == 403
    assert not Decision.objects.exists()


def test_a_link_the_lead_copied_decides_nothing(offered: Offered) -> None:
    made = make_client_link(bid=offered.world.bid, name="Tiina Tikka", by=offered.world.lead, now=NOON)
    a_code(made.link, offered.revision)
    with pytest.raises(MayNotDecide):
        accepts(replace(offered, link=made.link))


def test_whom_the_version_does_not_name_as_accepting_decides_nothing(offered: Offered) -> None:
    link = a_link(offered.world, email=VILLE)
    a_code(link, offered.revision)
    with pytest.raises(MayNotDecide):
        accepts(replace(offered, link=link))


def test_a_revoked_link_opens_nothing(offered: Offered) -> None:
    a_code(offered.link, offered.revision)
    revoke_client_link(link=offered.link, by=offered.world.lead, now=NOON)
    with pytest.raises(NotVisible):
        accepts(offered)


def test_nobody_but_its_holder_uses_a_link(offered: Offered) -> None:
    a_code(offered.link, offered.revision)
    for other in (offered.world.lead, holder_of(a_link(offered.world)), offered.world.asked("SEL")):
        with pytest.raises(NotVisible):
            accepts(offered, by=other)


# Once


def test_the_same_form_gets_the_same_decision_and_nothing_happens_twice(offered: Offered) -> None:
    nonce = uuid4()
    first = yes_with_code(offered, nonce=nonce)
    letters, told = written(), events(offered.world.bid)

    again = accepts(offered, nonce=nonce, code="000000", name="Joku Muu", now=LATER)

    assert again == first
    assert (written(), events(offered.world.bid)) == (letters, told)
    assert Evidence.objects.count() == 1


def test_another_form_is_told_that_it_was_accepted(offered: Offered) -> None:
    yes_with_code(offered)
    a_code(offered.link, offered.revision)
    for says in (accepts, declines, start, records):
        with pytest.raises(AcceptedAlready) as refused:
            says(offered)
        assert refused.value.status == 409


def test_the_same_form_of_another_link_is_another_form(offered: Offered) -> None:
    nonce = uuid4()
    yes_with_code(offered, nonce=nonce)
    with pytest.raises(AcceptedAlready):
        accepts(replace(offered, link=a_link(offered.world)), nonce=nonce)


def test_a_form_that_has_answered_another_offer_answers_no_more(offered: Offered) -> None:
    nonce = uuid4()
    yes_with_code(offered, nonce=nonce)
    other = an_offered(replace(two_readers(), number="YT-2026-0555"))
    a_code(other.link, other.revision)
    with pytest.raises(FormIsUsed):
        accepts(other, nonce=nonce)


def test_what_was_declined_is_not_accepted(offered: Offered) -> None:
    no_with_code(offered)
    a_code(offered.link, offered.revision)
    with pytest.raises(DeclinedAlready):
        accepts(offered)


def test_what_was_withdrawn_is_not_accepted(offered: Offered) -> None:
    a_code(offered.link, offered.revision)
    withdraw_offer(revision=offered.revision, by=offered.world.lead, now=NOON)
    for says in (accepts, declines, records):
        with pytest.raises(WasWithdrawn):
            says(offered)


def test_another_version_than_was_seen_is_not_accepted(offered: Offered) -> None:
    a_code(offered.link, offered.revision)
    sent(offered.world, now=NOON + timedelta(minutes=1))
    for says in (accepts, declines, records):
        with pytest.raises(NewerVersion):
            says(offered, now=LATER - timedelta(minutes=45))


@pytest.mark.parametrize("seen", ["", "zz", "00" * 32])
def test_what_is_no_version_of_the_offer_is_not_accepted(offered: Offered, seen: str) -> None:
    with pytest.raises(NewerVersion):
        accepts(offered, seen=seen)


def test_a_version_of_another_offer_is_not_accepted(offered: Offered) -> None:
    other = an_offered(replace(two_readers(), number="YT-2026-0555"))
    a_code(offered.link, other.revision)
    with pytest.raises(NewerVersion):
        accepts(offered, seen=other.seen)


def test_what_does_not_bind_is_not_accepted_but_may_be_declined() -> None:
    offered = an_offered(replace(two_readers(), binding=False))
    a_code(offered.link, offered.revision)
    for says in (accepts, start, records):
        with pytest.raises(DoesNotBind):
            says(offered)
    no_with_code(offered)
    holds()


# The last moment


@pytest.mark.parametrize(
    ("day", "ends"),
    [
        # The day of 25 hours, the evening before the day of 23, and that day itself.
        ("2026-10-25", "2026-10-25T22:00:00+00:00"),
        ("2027-03-27", "2027-03-27T22:00:00+00:00"),
        ("2027-03-28", "2027-03-28T21:00:00+00:00"),
    ],
)
def test_the_last_microsecond_accepts_and_the_next_refuses(day: str, ends: str) -> None:
    last_day = datetime.fromisoformat(day).date()
    over = datetime.fromisoformat(ends)
    issued = last_day - timedelta(days=20)
    now = datetime(issued.year, issued.month, issued.day, 10, tzinfo=UTC)
    offer = replace(two_readers(), issued_on=issued, valid_until=last_day)
    offered = an_offered(offer, now=now)
    assert offered.revision.expires_at == over == end_of_day_in_helsinki(last_day)
    a_code(offered.link, offered.revision, now=over - timedelta(minutes=5))

    for says in (accepts, declines):
        with pytest.raises(HasExpired):
            says(offered, now=over)
    assert accepts(offered, now=over - timedelta(microseconds=1)) is not None
    holds()


# A no


def test_a_no_keeps_its_reason_and_everybody_hears_of_it(offered: Offered) -> None:
    decision = no_with_code(offered, reason="Liian kallis meille.\n")
    holds()

    assert (decision.reason, decision.chosen, decision.net) == ("Liian kallis meille.", None, None)
    assert state_of(offered.revision) == RevisionState.DECLINED
    assert evidence_of(decision)["reason"] == "Liian kallis meille."
    assert {kind for kind, _to in written()} == {"decision_receipt", "offer_declined"}
    assert len(written()) == 4


def test_after_a_no_another_version_may_go_out_and_be_accepted(offered: Offered) -> None:
    no_with_code(offered)
    second = sent(offered.world, now=NOON + timedelta(minutes=1))

    yes_with_code(replace(offered, revision=second), now=NOON + timedelta(minutes=2))
    holds()

    assert [state_of(offered.revision), state_of(second)] == [RevisionState.DECLINED, RevisionState.ACCEPTED]


# After a yes


def test_after_a_yes_nothing_in_the_offer_changes_and_nothing_is_sent(offered: Offered) -> None:
    yes_with_code(offered)
    bid = offered.world.bid
    with pytest.raises(OfferIsAccepted):
        lock_bid(bid)
    with pytest.raises(OfferIsAccepted):
        extend_validity(bid=bid, until=bid.valid_until + timedelta(days=9), by=offered.world.lead, now=LATER)
    with pytest.raises(CannotBeSent):
        frozen(offered.world, now=LATER)
    with pytest.raises(NothingToWithdraw):
        withdraw_offer(revision=offered.revision, by=offered.world.lead, now=LATER)
    assert close_offer(bid=bid, by=offered.world.lead, now=LATER).state == "closed"


def test_a_version_on_its_way_when_the_yes_comes_is_given_up(offered: Offered) -> None:
    second = frozen(offered.world, now=NOON + timedelta(minutes=1))
    drawn(second)
    yes_with_code(offered, now=NOON + timedelta(minutes=2))

    finish_sending(revision=second, by=SYSTEM, now=NOON + timedelta(minutes=3))

    assert [state_of(offered.revision), state_of(second)] == [RevisionState.ACCEPTED, RevisionState.ABANDONED]


# Written down by the lead


def test_a_recorded_yes_says_so_everywhere_and_is_never_shown_as_clicked(offered: Offered) -> None:
    decision = records(offered, lines=["A8"])
    holds()

    assert (decision.method, decision.way, decision.decided_at) == ("recorded", "slip", NOON)
    said = evidence_of(decision)
    assert (said["proof"], said["typed_name"], said["link"], said["consent"], said["level"]) == (None,) * 5
    assert said["recorded"] == {
        "way": "slip",
        "person": str(offered.world.lead_person.public_id),
        "firm": str(offered.world.bid.lead.public_id),
        "file": sha256(b"%PDF-1.7 a signed slip").hexdigest(),
    }
    assert written() == [
        ("decision_recorded", TIINA),
        ("offer_accepted", "1@partner.invalid"),
        ("offer_accepted", "2@partner.invalid"),
    ]
    assert events(offered.world.bid)[-1] == "offer.yes_recorded"


def test_a_recorded_yes_is_recorded_once(offered: Offered) -> None:
    nonce = uuid4()
    assert records(offered, nonce=nonce) == records(offered, nonce=nonce)
    assert len(written()) == 3


def test_a_yes_that_came_in_time_may_be_written_down_after_the_last_day(offered: Offered) -> None:
    ends = offered.revision.expires_at
    last = ends - timedelta(microseconds=1)
    close = ends + timedelta(days=2)

    records(offered, arrived_at=last, now=close)
    holds()

    assert state_of(offered.revision) == RevisionState.ACCEPTED


@pytest.mark.parametrize("kind", list(DecisionKind))
def test_so_it_is_once_the_row_says_expired(offered: Offered, kind: DecisionKind) -> None:
    ends = offered.revision.expires_at
    expire(offered.world.bid, by=offered.world.lead, now=ends)
    assert state_of(offered.revision) == RevisionState.EXPIRED

    records(offered, kind=kind, arrived_at=ends - timedelta(microseconds=1), now=ends + timedelta(days=2))
    holds()


def test_what_came_after_the_last_day_is_no_yes(offered: Offered) -> None:
    ends = offered.revision.expires_at
    with pytest.raises(ArrivedTooLate):
        records(offered, arrived_at=ends, now=ends + timedelta(days=1))


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"arrived_at": LATER + timedelta(seconds=1)}, "arrived_at"),
        ({"arrived_at": NOON - timedelta(seconds=1)}, "arrived_at"),
        ({"file": None}, "file"),
        ({"file": RecordedFile(data=b"MZ a program")}, "file"),
        ({"lines": ["A99"]}, "choice"),
    ],
)
def test_what_is_written_down_must_be_so(offered: Offered, typed: dict[str, Any], field: str) -> None:
    with pytest.raises(Malformed) as refused:
        records(offered, **typed)
    assert set(refused.value.faults) == {field}


def test_what_was_said_on_the_phone_needs_no_file_and_a_no_needs_none(offered: Offered) -> None:
    records(offered, way=DecisionWay.PHONE, file=None)
    other = an_offered(replace(two_readers(), number="YT-2026-0555"))
    records(other, kind=DecisionKind.DECLINE, way=DecisionWay.REPLY_MAIL, file=None, reason="Ei nyt")
    holds()


def test_nobody_records_but_who_may_send(offered: Offered) -> None:
    lead = offered.world.bid.lead
    partner = a_person(at=offered.world.firm("SEL"))
    for who in (
        acting(a_person(at=lead, role="viewer"), lead),
        acting(a_person(at=lead, role="producer"), lead),
        acting(partner, offered.world.firm("SEL")),
        acting(a_person(at=a_firm()), a_firm("Muu Oy")),
        offered.world.asked("SEL"),
        offered.client,
    ):
        with pytest.raises(NotPermitted):
            records(offered, by=who)
    assert not Decision.objects.exists()


def test_a_closed_offer_is_not_decided_about_any_more(offered: Offered) -> None:
    ends = offered.revision.expires_at
    close_offer(bid=offered.world.bid, by=offered.world.lead, now=ends)
    with pytest.raises(OfferIsClosed):
        records(offered, now=ends + timedelta(days=1))


# This is not so


def objects(offered: Offered, **more: Any) -> Decision | None:
    said: dict[str, Any] = {
        "link": offered.link,
        "seen": offered.seen,
        "words": "En ole hyväksynyt mitään.",
        "code": CODE,
        "now": LATER,
    } | more
    return object_to_decision(**said, by=holder_of(said["link"]))


def test_an_objection_annuls_nothing_and_is_told(offered: Offered) -> None:
    decision = records(offered)
    start(offered, CodeFor.OBJECT, now=LATER)
    a_code(offered.link, offered.revision, CodeFor.OBJECT, now=LATER)
    for _time in range(2):
        assert objects(offered) == decision
    holds()

    standing = DecisionStanding.objects.get(decision=decision)
    assert (standing.state, standing.objected_at, standing.objection) == (
        "standing",
        LATER,
        "En ole hyväksynyt mitään.",
    )
    assert state_of(offered.revision) == RevisionState.ACCEPTED
    assert len(written(LetterKind.DECISION_OBJECTED)) == 3
    assert events(offered.world.bid).count("decision.objected") == 1


def test_an_objection_needs_its_own_code_and_the_right_link(offered: Offered) -> None:
    records(offered)
    a_code(offered.link, offered.revision, CodeFor.ACCEPT, now=LATER)
    assert objects(offered) is None
    link = a_link(offered.world, scope=LinkScope.ASK)
    with pytest.raises(MayNotDecide):
        objects(offered, link=link)
    assert DecisionStanding.objects.get().objected_at is None


def test_what_the_client_clicked_is_not_objected_to(offered: Offered) -> None:
    with pytest.raises(NothingToObjectTo):
        objects(offered)
    yes_with_code(offered)
    with pytest.raises(NothingToObjectTo):
        objects(offered)


# Sums


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(said=offers_and_choices())
def test_what_is_kept_of_a_choice_reckons_to_the_same_sums(said: Any) -> None:
    """Every way to choose the same is kept the same, and what is kept gives back every sum."""
    offer, choice = said
    sums = totals(offer, choice)
    if sums.warnings:
        return
    chosen = priced(offer, sorted(choice.lines), choice.package).chosen

    again = totals(offer, choice_in(chosen.as_json))
    assert again == sums
    assert (chosen.net, chosen.gross) == (again.net, again.gross)
    kept = priced(offer, chosen.lines, chosen.package).chosen
    assert kept == chosen
    assert set(chosen.lines) <= {line.code for line in offer.lines if can_be_chosen(line)}


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.sets(st.sampled_from(["A5b", "A7", "A8"])))
def test_what_was_accepted_is_what_the_version_comes_to(offered: Offered, lines: set[str]) -> None:
    with transaction.atomic():
        decision = yes_with_code(offered, lines=sorted(lines))
        decision.refresh_from_db()
        sums = sums_of(decision)
        assert sums is not None
        assert (decision.net, decision.gross) == (sums.net, sums.gross)
        assert sums == totals(read_version(bytes(offered.revision.payload)).offer, Choice(lines=frozenset(lines)))
        transaction.set_rollback(True)
