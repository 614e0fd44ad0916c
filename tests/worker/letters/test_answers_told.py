"""Letters about an answer say whose it was, in whose name the next one is, and whom to ask instead."""

import pytest
from django.test import Client
from django.urls import reverse

from bids.actions.answer_request import answer_request
from bids.actions.decline_request import No, decline_request
from bids.actions.forward_request import forward_request
from bids.actions.make_suggestion import make_suggestion
from bids.models import Letter, LineItem
from bids.steps.minting import mint
from bids.vocabulary import LetterKind
from kernel.clock import database_now
from tests.bids.requests import Request, a_link, a_request, an_answer, hashes
from tests.kept import kept
from worker.letters.composing import Composed, compose

pytestmark = pytest.mark.django_db


@kept
def asked() -> Request:
    return a_request(database_now())


def last(kind: LetterKind) -> Composed:
    letter = Letter.objects.filter(kind=kind.value).latest("pk")
    letter.language = "en"
    return compose(letter, mint(letter, now=database_now()), now=database_now())


def test_whoever_got_a_request_from_another_reads_in_whose_name_it_is_answered(asked: Request) -> None:
    sentence = "Painopiste Savo Oy has passed the request on to you. You answer it in the name of that firm."
    assert "passed the request on" not in last(LetterKind.ASKED).text

    forward_request(
        invitation=asked.invitation, name="Veli", email="veli@example.invalid", by=asked.invited, now=database_now()
    )

    for said in (last(LetterKind.ASKED).text, last(LetterKind.ASKED).html):
        assert sentence in " ".join(said.split())


def test_the_lead_reads_where_the_one_suggested_is_reached(asked: Request) -> None:
    no = No(why="no time", ask_name="Timo", ask_email="timo@example.invalid", ask_why="")
    decline_request(part=asked.part, no=no, by=asked.invited, now=database_now())

    assert "Timo, timo@example.invalid" in last(LetterKind.ANSWERED).text


@pytest.mark.parametrize(
    ("what", "words"),
    [("not_me", "was not given by them"), ("wrong", "has taken its OK back")],
)
def test_the_lead_reads_whether_an_answer_was_anothers_or_only_wrong(what: str, words: str, asked: Request) -> None:
    answer_request(part=asked.part, answer=an_answer(), **hashes(asked.part), by=asked.invited, now=database_now())
    browser = Client()
    browser.get(f"/i/{a_link(asked.invitation, database_now())}")

    browser.post(reverse("bids:not-me", args=[asked.invitation.public_id]), {"what": what})

    assert words in " ".join(last(LetterKind.ANSWERED).text.split())
    assert asked.fresh().part.state == "asked"


def test_a_suggestion_names_its_row_and_says_prices_as_one_writes_them(asked: Request) -> None:
    answer_request(part=asked.part, answer=an_answer(), **hashes(asked.part), by=asked.invited, now=database_now())
    line = LineItem.objects.get(part=asked.part)
    make_suggestion(
        part=asked.fresh().part, line=line, changes={"unit_price": "400"}, why="", by=asked.lead, now=database_now()
    )

    said = " ".join(last(LetterKind.SUGGESTED).text.split())
    assert line.text in said
    assert "price: €450.00 → €400.00" in said
