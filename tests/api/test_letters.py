"""What became of letters, and what a person decides about them, by the API."""

from datetime import timedelta

import pytest
from django.db import transaction

from bids.models import Bid, Invitation, Letter, Part
from bids.steps.letters import Recipient, write_letter
from bids.vocabulary import Answer, LetterKind, LetterState, PartState, Role
from kernel.clock import database_now
from members.models import Membership, Person
from tests.api.asker import Asker, a_key
from tests.api.test_problems import is_a_problem
from tests.world import NOON, a_firm, a_person

SARI = "sari@example.invalid"


@pytest.fixture
def invitation(bid: Bid) -> Invitation:
    part = bid.parts.exclude(role=Role.LEAD.value).order_by("position")[0]
    Part.objects.filter(pk=part.pk).update(state=PartState.ASKED.value)
    now = database_now()
    return Invitation.objects.create(
        bid=bid, part=part, name="Sari", email=SARI, asked_at=now, answer_until=now + timedelta(days=7)
    )


@pytest.fixture
def letter(invitation: Invitation) -> Letter:
    to = Recipient(name="Sari", email=SARI, language="fi")
    with transaction.atomic():
        written = write_letter(LetterKind.ASKED, to, about=invitation, key="1", now=database_now())
    assert written is not None
    return written


def state(letter: Letter, state: LetterState, failure: str = "") -> None:
    Letter.objects.filter(pk=letter.pk).update(
        state=state.value, failure=failure, sent_at=database_now() if state is LetterState.SENT else None
    )


def test_the_lead_sees_what_became_of_every_letter(lead: Asker, bid: Bid, letter: Letter) -> None:
    state(letter, LetterState.BOUNCED, "550 5.1.1 no such user")

    (shown,) = lead.get(f"bids/{bid.public_id}/letters/").json()["results"]

    assert shown["id"] == str(letter.public_id)
    assert (shown["kind"], shown["state"], shown["to_email"]) == ("asked", "bounced", SARI)
    assert shown["says"] == "did not arrive: there is no such address"
    assert shown["part"] == letter.part.key
    assert "facts" not in shown


def test_nobody_else_sees_them(part: Part, bid: Bid, letter: Letter) -> None:
    partner = a_person(at=part.firm, email="partner@example.invalid")
    stranger = a_firm("Sivullinen Oy", business_id="9000008-9")
    other = a_person(at=stranger, email="other@example.invalid")

    assert Asker(key=a_key(partner, part.firm)).get(f"bids/{bid.public_id}/letters/").status_code in {403, 404}
    for asker in (Asker(key=a_key(partner, part.firm)), Asker(key=a_key(other, stranger))):
        for address in (f"letters/{letter.public_id}/send-again/", f"letters/{letter.public_id}/arrived/"):
            assert asker.post(address, {}).status_code == 404
    assert Asker(key=a_key(other, stranger)).get(f"bids/{bid.public_id}/letters/").status_code == 404


def test_a_held_letter_is_sent_again_once(lead: Asker, letter: Letter) -> None:
    state(letter, LetterState.HELD)

    for _press in range(2):
        answer = lead.post(f"letters/{letter.public_id}/send-again/", {})
        assert (answer.status_code, answer.json()["state"]) == (200, "waiting")
    state(letter, LetterState.SENT)
    refused = lead.post(f"letters/{letter.public_id}/send-again/", {})
    is_a_problem(refused, 409, "letter-has-gone")


def test_a_held_letter_counts_as_sent_when_a_person_says_so(lead: Asker, letter: Letter) -> None:
    state(letter, LetterState.HELD)

    assert lead.post(f"letters/{letter.public_id}/arrived/", {}).json()["state"] == "sent"


def test_a_request_with_something_in_it_is_refused(lead: Asker, letter: Letter) -> None:
    state(letter, LetterState.HELD)

    refused = lead.post(f"letters/{letter.public_id}/arrived/", {"state": "sent"})

    assert refused.status_code in {400, 422}
    letter.refresh_from_db()
    assert letter.state == LetterState.HELD


def test_a_firm_is_reminded_once_a_day(lead: Asker, invitation: Invitation) -> None:
    first = lead.post(f"requests/{invitation.public_id}/remind/", {})
    second = lead.post(f"requests/{invitation.public_id}/remind/", {})

    assert (first.status_code, first.json()["kind"]) == (201, "reminder")
    is_a_problem(second, 429, "reminded-today")


def test_who_has_answered_is_not_reminded(lead: Asker, invitation: Invitation) -> None:
    Invitation.objects.filter(pk=invitation.pk).update(answer=Answer.NO.value, answered_at=database_now())

    refused = lead.post(f"requests/{invitation.public_id}/remind/", {})

    is_a_problem(refused, 409, "nothing-to-remind-of")


def test_whoever_was_asked_stops_reminders_and_a_stranger_does_not(invitation: Invitation) -> None:
    own = a_firm("Selkopolku Tmi")
    sari = a_person(at=own, email=SARI)
    stranger = a_firm("Sivullinen Oy", business_id="9000008-9")
    other = a_person(at=stranger, email="other@example.invalid")

    assert (
        Asker(key=a_key(other, stranger)).post(f"requests/{invitation.public_id}/stop-reminders/", {}).status_code
        == 404
    )
    for _press in range(2):
        assert (
            Asker(key=a_key(sari, own)).post(f"requests/{invitation.public_id}/stop-reminders/", {}).status_code == 204
        )
    invitation.refresh_from_db()
    assert invitation.reminders_stopped_at is not None


def test_a_viewer_of_the_lead_reminds_nobody(bid: Bid, invitation: Invitation) -> None:
    viewer = Person.objects.create_user("viewer@example.invalid")
    Membership.objects.create(person=viewer, firm=bid.lead, role="viewer", since_at=NOON)

    assert Asker(key=a_key(viewer, bid.lead)).post(f"requests/{invitation.public_id}/remind/", {}).status_code == 403


def test_a_letter_to_the_client_that_came_back_goes_to_another_address(lead: Asker, letter: Letter) -> None:
    address = f"letters/{letter.public_id}/send-again/"
    state(letter, LetterState.BOUNCED, "550 5.1.1 no such user")
    is_a_problem(lead.post(address, {"to_email": "tiina@example.invalid"}), 422, "malformed")

    Letter.objects.filter(pk=letter.pk).update(kind=LetterKind.OFFER_TO_CLIENT.value, invitation=None, part=None)
    is_a_problem(lead.post(address, {"to_email": "tiina"}), 422, "malformed")
    answer = lead.post(address, {"to_email": "tiina@example.invalid"})

    assert (answer.status_code, answer.json()["to_email"]) == (200, "tiina@example.invalid")
    assert answer.json()["state"] == "waiting"
