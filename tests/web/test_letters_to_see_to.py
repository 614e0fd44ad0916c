"""Letters that did not surely arrive: shown where the lead looks, with what to do, and done with one press."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from bids.actions.make_group import make_group
from bids.models import Bid, Group, Invitation, Letter, Part
from bids.steps.groups import GroupFirm, GroupSaid
from bids.steps.letters import Recipient, write_letter
from bids.vocabulary import LetterKind, LetterState, PartState
from kernel.clock import database_now
from kernel.models import AuditEvent
from members.models import Membership, Person
from members.vocabulary import MembershipRole
from tests.bids.editors import someone_at
from tests.web.conftest import logged_in
from tests.world import acting

SARI = "sari@example.invalid"


@pytest.fixture
def invitation(bid: Bid) -> Invitation:
    part = bid.parts.get(key="SEL")
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


def became(letter: Letter, state: LetterState, failure: str = "") -> Letter:
    Letter.objects.filter(pk=letter.pk).update(state=state.value, failure=failure)
    letter.refresh_from_db()
    return letter


def page(client: Client, bid: Bid, name: str) -> str:
    answer = client.get(reverse(f"bids:{name}", args=[bid.public_id]))
    assert answer.status_code == 200
    return answer.content.decode()


def press(client: Client, letter: Letter, act: str, **more: str) -> tuple[int, str]:
    answer = client.post(reverse("bids:see-to-letter", args=[letter.public_id]), {"act": act, **more})
    letter.refresh_from_db()
    return answer.status_code, answer.headers.get("Location", "")


@pytest.mark.parametrize("name", ["offer", "requests", "send"])
def test_the_lead_is_told_where_it_looks_and_what_to_do(name: str, lead: Client, bid: Bid, letter: Letter) -> None:
    assert "Letters that wait for you" not in page(lead, bid, name)
    became(letter, LetterState.BOUNCED, "550 5.1.1 no such user")

    said = page(lead, bid, name)

    assert "Letters that wait for you" in said
    assert "Did not arrive: there is no such address." in said
    assert f"Check the address {SARI} with Sari" in said
    assert reverse("bids:change-request", args=[letter.invitation.public_id]) in said  # type: ignore[union-attr]
    assert 'value="arrived"' not in said


def test_my_work_leads_to_the_letter(lead: Client, bid: Bid, letter: Letter) -> None:
    became(letter, LetterState.HELD)

    work = lead.get(reverse("bids:work")).content.decode()

    assert f"{reverse('bids:requests', args=[bid.public_id])}#letters" in work
    assert 'id="letters"' in page(lead, bid, "requests")
    assert 'value="arrived"' in page(lead, bid, "requests")


@pytest.mark.parametrize(
    ("act", "state", "event"),
    [
        ("again", LetterState.WAITING, "letter.sent_again"),
        ("arrived", LetterState.SENT, "letter.arrived"),
        ("handled", LetterState.HELD, "letter.handled"),
    ],
)
def test_one_press_settles_it_and_pressing_twice_settles_it_once(
    act: str, state: LetterState, event: str, lead: Client, bid: Bid, letter: Letter
) -> None:
    became(letter, LetterState.HELD)
    back = reverse("bids:offer", args=[bid.public_id])

    assert [press(lead, letter, act, next=back) for _twice in range(2)] == [(302, back)] * 2

    assert letter.state == state
    assert AuditEvent.objects.about(bid.public_id).filter(type=event).count() == 1
    assert "Letters that wait for you" not in page(lead, bid, "requests")
    history = " ".join(page(lead, bid, "history").split())
    assert SARI in history


def test_what_comes_back_anew_waits_anew(lead: Client, bid: Bid, letter: Letter) -> None:
    became(letter, LetterState.BOUNCED)
    press(lead, letter, "handled")
    assert "Letters that wait for you" not in page(lead, bid, "requests")

    press(lead, letter, "again")
    became(letter, LetterState.BOUNCED)

    assert "Letters that wait for you" in page(lead, bid, "requests")


def test_what_has_gone_is_not_sent_again(lead: Client, letter: Letter) -> None:
    Letter.objects.filter(pk=letter.pk).update(state=LetterState.SENT.value, sent_at=database_now())

    assert press(lead, letter, "again")[0] == 302
    assert letter.state == LetterState.SENT


def to_the_client(letter: Letter) -> Letter:
    Letter.objects.filter(pk=letter.pk).update(kind=LetterKind.OFFER_TO_CLIENT.value, invitation=None, part=None)
    return became(letter, LetterState.BOUNCED, "550 5.1.1 no such user")


def test_a_letter_to_the_client_goes_to_another_address_and_nobody_is_asked_anew(
    lead: Client, bid: Bid, letter: Letter
) -> None:
    to_the_client(letter)
    before = list(Part.objects.filter(bid=bid).order_by("pk").values_list("content_hash", "frame_hash"))
    assert 'name="to_email"' in page(lead, bid, "send")

    assert press(lead, letter, "again", to_email=" tiina@example.invalid ")[0] == 302

    assert (letter.state, letter.to_email) == (LetterState.WAITING, "tiina@example.invalid")
    assert list(Part.objects.filter(bid=bid).order_by("pk").values_list("content_hash", "frame_hash")) == before
    assert "tiina@example.invalid" in " ".join(page(lead, bid, "history").split())


def test_what_is_no_address_is_said_beside_it_with_what_was_typed(lead: Client, bid: Bid, letter: Letter) -> None:
    to_the_client(letter)
    back = reverse("bids:send", args=[bid.public_id])

    answer = lead.post(
        reverse("bids:see-to-letter", args=[letter.public_id]), {"act": "again", "to_email": "tiina(at)", "next": back}
    )

    said = answer.content.decode()
    assert answer.status_code == 422
    assert "This is not a whole e-mail address." in said
    assert 'value="tiina(at)"' in said
    assert f'value="{back}"' in said
    letter.refresh_from_db()
    assert (letter.state, letter.to_email) == (LetterState.BOUNCED, SARI)


def test_only_the_clients_letter_that_came_back_goes_elsewhere(lead: Client, bid: Bid, letter: Letter) -> None:
    became(letter, LetterState.BOUNCED)
    assert 'name="to_email"' not in page(lead, bid, "send")
    assert press(lead, letter, "again", to_email="other@example.invalid")[0] == 422

    became(to_the_client(letter), LetterState.HELD)
    assert 'name="to_email"' not in page(lead, bid, "send")
    assert press(lead, letter, "again", to_email="other@example.invalid")[0] == 422
    assert letter.to_email == SARI


def test_nobody_else_decides(bid: Bid, letter: Letter, stranger: Client) -> None:
    became(letter, LetterState.HELD)
    viewer = Person.objects.create_user("viewer@example.invalid")
    Membership.objects.create(person=viewer, firm=bid.lead, role=MembershipRole.VIEWER.value, since_at=database_now())
    partner = logged_in(someone_at(bid.parts.get(key="SEL").firm, "selma@example.invalid"))

    assert press(stranger, letter, "again")[0] == 404
    assert press(partner, letter, "again")[0] == 404
    assert press(logged_in(viewer), letter, "again")[0] == 403
    assert letter.state == LetterState.HELD
    assert 'value="again"' not in page(logged_in(viewer), bid, "requests")
    assert "Letters that wait for you" not in page(partner, bid, "offer")


def test_a_letter_about_a_groups_rules_waits_on_the_groups_page(lead: Client, bid: Bid) -> None:
    maija = bid.lead.memberships.get().person
    group = make_group(
        said=GroupSaid(name="Kolmikko", firms=(GroupFirm(name="Selma", email=SARI),)),
        by=acting(maija, bid.lead),
        now=database_now(),
    )
    letter = Letter.objects.get(kind=LetterKind.GROUP_ASKED.value)
    became(letter, LetterState.BOUNCED)
    address = reverse("bids:group", args=[Group.objects.get().public_id])

    assert f"{address}#letters" in lead.get(reverse("bids:work")).content.decode()
    assert reverse("bids:change-group", args=[group.public_id]) in lead.get(address).content.decode()
    assert press(lead, letter, "handled") == (302, address)
    assert "Letters that wait for you" not in lead.get(address).content.decode()
