"""Letters somebody must decide about, by the API: which they are, what to do, and that it is done."""

import pytest

from bids.models import Bid, Letter
from bids.vocabulary import LetterState
from tests.api.asker import Asker, said
from tests.api.test_letters import SARI, invitation, letter, state
from tests.api.test_problems import is_a_problem

__all__ = ["invitation", "letter"]


def waiting(lead: Asker, bid: Bid) -> list[str]:
    return [one["id"] for one in said(lead.get(f"bids/{bid.public_id}/letters/?waiting=true"))["results"]]


def test_those_that_wait_are_told_apart_with_what_to_do(lead: Asker, bid: Bid, letter: Letter) -> None:
    assert waiting(lead, bid) == []
    state(letter, LetterState.BOUNCED, "550 5.1.1 no such user")

    (shown,) = said(lead.get(f"bids/{bid.public_id}/letters/?waiting=true"))["results"]

    assert shown["id"] == str(letter.public_id)
    assert shown["advice"] == f"Check the address {SARI} with Sari, then send again or call."
    assert shown["is_handled"] is False
    assert len(said(lead.get(f"bids/{bid.public_id}/letters/"))["results"]) == 1
    assert lead.get(f"bids/{bid.public_id}/letters/?waiting=perhaps").status_code == 400


def test_a_letter_seen_to_otherwise_waits_no_more(lead: Asker, bid: Bid, letter: Letter) -> None:
    state(letter, LetterState.BOUNCED)

    for _press in range(2):
        answer = said(lead.post(f"letters/{letter.public_id}/handled/", {}))
        assert (answer["state"], answer["is_handled"], answer["advice"]) == ("bounced", True, "")

    assert waiting(lead, bid) == []


@pytest.mark.parametrize("gone", [LetterState.SENT, LetterState.WAITING, LetterState.CANCELLED])
def test_what_waits_for_nobody_cannot_be_seen_to(gone: LetterState, lead: Asker, letter: Letter) -> None:
    state(letter, gone)

    is_a_problem(lead.post(f"letters/{letter.public_id}/handled/", {}), 409, "refused")


def test_whom_nobody_knows_of_is_named_to_nobody(lead: Asker, bid: Bid, letter: Letter) -> None:
    """A firm's own people are written to at an address that neither the lead nor whoever typed may learn."""
    Letter.objects.filter(pk=letter.pk).update(facts={"handed_over": 1})
    state(letter, LetterState.BOUNCED, f"550 <{SARI}> no such user")

    for address in (f"bids/{bid.public_id}/letters/", f"bids/{bid.public_id}/letters/?waiting=true"):
        answer = lead.get(address)
        assert len(said(answer)["results"]) == 1
        assert SARI not in answer.content.decode()
        assert "Sari" not in answer.content.decode()
