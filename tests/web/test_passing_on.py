"""An asked person passes the request on by one field, and makes nobody a member of anything."""

import pytest
from django.test import Client

from bids.actions.decline_request import No, decline_request
from bids.models import Invitation, Letter, Part
from bids.vocabulary import LetterKind, PartState
from kernel.clock import database_now
from members.models import Membership
from tests.bids.requests import Request, a_link, a_request
from tests.kept import kept
from tests.web.test_answering import address, fields_of, opened, sent, text_of
from tests.web.test_greedy_scanner_invitations import ORIGINS, Scanner

pytestmark = pytest.mark.django_db


@kept
def asked() -> Request:
    return a_request(database_now())


@pytest.fixture
def pekka(asked: Request) -> Client:
    return opened(asked)


def test_the_screen_leads_to_one_field_that_passes_the_request_on(pekka: Client, asked: Request) -> None:
    members = Membership.objects.count()
    assert address(asked, "pass-on") in pekka.get(address(asked)).content.decode()
    page = pekka.get(address(asked, "pass-on"))
    typed = {**fields_of(page.content.decode()), "email": "timo@example.invalid", "name": "Timo"}

    answer = pekka.post(address(asked, "pass-on"), typed)

    assert answer.status_code == 200
    assert "The request is on its way to timo@example.invalid, and Maija Kuvakulma hears of it" in text_of(answer)
    standing = Invitation.objects.standing().get(part=asked.part)
    assert (standing.email, standing.name) == ("timo@example.invalid", "Timo")
    assert Letter.objects.filter(invitation=standing, kind=LetterKind.ASKED.value).count() == 1
    assert Letter.objects.filter(kind=LetterKind.ANSWERED.value, to_email="maija@example.invalid").count() == 1
    assert Membership.objects.count() == members

    timo = Client(headers={"accept-language": "en"})
    timo.get(f"/i/{a_link(standing, database_now())}")
    theirs = Request(maija=asked.maija, lead=asked.lead, bid=asked.bid, part=asked.part, invitation=standing)
    assert sent(timo, theirs, price="450", business_id="9000004-6").status_code == 302
    assert asked.fresh().part.state == "in"


def test_a_firm_that_is_out_is_told_so_where_it_would_pass_on(pekka: Client, asked: Request) -> None:
    Part.objects.filter(pk=asked.part.pk).update(state=PartState.LEFT_OUT.value)

    page = pekka.get(address(asked, "pass-on"))
    posted = pekka.post(address(asked, "pass-on"), {"email": "timo@example.invalid"})

    assert (page.headers["Location"], posted.headers["Location"]) == (address(asked), address(asked))
    assert "has left this work out of the offer" in text_of(pekka.get(address(asked)))
    assert Invitation.objects.filter(part=asked.part).count() == 1


def test_whoever_passed_it_on_reads_that_and_not_to_whom(pekka: Client, asked: Request) -> None:
    pekka.post(address(asked, "pass-on"), {"email": "timo@example.invalid"})
    for name in ("asked", "pass-on", "asked-costs", "not-me"):
        after = pekka.get(address(asked, name))
        assert after.status_code == 410
        assert "This request was passed on to somebody else" in text_of(after)
        assert "timo@example.invalid" not in after.content.decode()


@pytest.mark.parametrize(
    ("email", "words"),
    [
        ("", "To which address does it go?"),
        ("timo", "not a whole e-mail address"),
        ("PEKKA@example.invalid", "at this address already"),
    ],
)
def test_what_is_no_new_address_gets_a_sentence_and_keeps_what_was_typed(
    email: str, words: str, pekka: Client, asked: Request
) -> None:
    answer = pekka.post(address(asked, "pass-on"), {"email": email, "name": "Timo"})
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert fields_of(answer.content.decode())["name"] == "Timo"
    assert asked.fresh().invitation.withdrawn_at is None


def test_after_a_no_the_request_is_passed_on_as_at_first(pekka: Client, asked: Request) -> None:
    no = No(why="ei ehdi", ask_name="", ask_email="", ask_why="")
    decline_request(part=asked.part, no=no, by=asked.invited, now=database_now())
    assert pekka.post(address(asked, "pass-on"), {"email": "timo@example.invalid"}).status_code == 200
    assert asked.fresh().part.state == "asked"


def test_whoever_is_in_is_told_to_take_the_ok_back_first(pekka: Client, asked: Request) -> None:
    sent(pekka, asked, price="450", business_id="9000004-6")
    assert address(asked, "pass-on") not in pekka.get(address(asked)).content.decode()
    assert "Take your OK back first" in text_of(pekka.get(address(asked, "pass-on")))
    assert pekka.post(address(asked, "pass-on"), {"email": "timo@example.invalid"}).status_code == 409


def test_a_stranger_passes_nothing_on(asked: Request) -> None:
    assert Client().post(address(asked, "pass-on"), {"email": "timo@example.invalid"}).status_code == 404
    assert asked.fresh().invitation.withdrawn_at is None


def test_a_program_that_presses_everything_passes_nothing_on(asked: Request, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.web.test_greedy_scanner_invitations.PAGES", ("pass-on",))
    for fills in (False, True):
        Scanner(asked, a_link(asked.invitation, database_now()), ORIGINS[0]).run(fills=fills)
    assert Invitation.objects.filter(part=asked.part).count() == 1
