"""A program that reads mail follows every link, presses every button and fills in every field: and nothing happens."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from bids.actions.answer_request import answer_request
from bids.actions.tell_price import tell_price
from bids.models import Approval, ApprovalRevocation, Invitation, LineItem, Part
from bids.queries.oks import ok_of
from bids.vocabulary import PriceBasis
from bids.web import answering
from kernel.clock import database_now
from kernel.models import AuditEvent
from tests.bids.requests import Request, a_link, a_request, an_answer, hashes
from tests.kept import kept
from tests.web.test_answering import address, fields_of, sent

RANDOM = "q7x random text"
LOOKS_RIGHT = {'type="email"': "q7x@example.invalid", 'type="tel"': "040 765 4321", 'inputmode="decimal"': "12345"}
ORIGINS = ("192.0.2.1", "198.51.100.2", "203.0.113.3")
PAGES = ("asked", "confirm-price", "not-me", "stop-asking", "asked-code")
BUTTON = re.compile(r'<button[^>]*\bname="(\w+)"\s+value="([^"]+)"')
RADIO = re.compile(r'<input type="(?:radio|checkbox)" name="([\w-]+)" id="[^"]+" value="([^"]+)"')
LINKED = re.compile(r"""\b(?:href|src|hx-get)="([^"#]+)""")
FORM = re.compile(r'<form[^>]*method="post"(?:[^>]*action="([^"]+)")?[^>]*>(.*?)</form>', re.DOTALL)


@kept
def asked() -> Request:
    return a_request(database_now())


class Scanner:
    """One program at one address, which keeps its cookies."""

    def __init__(self, asked: Request, token: str, origin: str) -> None:
        self.asked, self.token = asked, token
        self.client = Client(REMOTE_ADDR=origin)

    def run(self, *, fills: bool) -> None:
        for place in ("", "?next=price", "?next=not-me", "?next=reminders", "?next=suggestions"):
            self.client.head(f"/i/{self.token}{place}")
            self.client.options(f"/i/{self.token}{place}")
            self.client.get(f"/i/{self.token}{place}")
        for name in PAGES:
            where = address(self.asked, name)
            page = self.client.get(where, follow=True)
            self._press_everything(where, page.content.decode(), fills=fills)
        self.client.post(f"/i/{self.token}")

    def _press_everything(self, where: str, page: str, *, fills: bool) -> None:
        body = page[page.index("<main") : page.index("</main>")] if "<main" in page else ""
        for action, inside in FORM.findall(body):
            fields = fields_of(f"<main>{inside}</main>")
            if fills:
                fields = {name: self._filled(name, value, inside) for name, value in fields.items()}
                fields |= dict(RADIO.findall(inside))
            self.client.post(action or where, fields)
            for name, value in BUTTON.findall(inside):
                self.client.post(action or where, {**fields, name: value})

    def _filled(self, name: str, value: str, inside: str) -> str:
        """What is hidden from everybody stays; what can be typed into is filled in with what looks right there."""
        found = re.search(rf'<(?:input|textarea)[^>]*\bname="{re.escape(name)}"[^>]*>', inside)
        field = found[0] if found else ""
        if 'type="hidden"' in field or ("<select" in inside and not field):
            return value
        for mark, words in LOOKS_RIGHT.items():
            if mark in field:
                return words
        return RANDOM


def scan(asked: Request, *, origins: tuple[str, ...] = ORIGINS[:1], times: int = 1) -> None:
    """From each of these addresses, so many times, with what stands in the fields and with what looks right there."""
    token = a_link(asked.invitation, database_now())
    for origin in origins:
        for fills in (False, True):
            scanner = Scanner(asked, token, origin)
            for _time in range(times):
                scanner.run(fills=fills)


def standing(asked: Request) -> dict[str, Any]:
    """Everything of the offer that an answer would change."""
    asked.fresh()
    return {
        "parts": list(
            Part.objects.filter(bid=asked.bid)
            .order_by("pk")
            .values("state", "card", "summary", "included", "asked", "content_hash", "frame_hash", "firm_id")
        ),
        "lines": list(LineItem.objects.filter(bid=asked.bid).order_by("pk").values("code", "text", "unit_price")),
        "answer": list(
            Invitation.objects.filter(bid=asked.bid).values("answer", "answered_at", "email", "withdrawn_at")
        ),
        "oks": Approval.objects.unrevoked().count(),
        "taken_back": ApprovalRevocation.objects.count(),
        "bid": {name: getattr(asked.bid, name) for name in ("state", "title", "payment_days", "valid_until")},
    }


def human_answers(asked: Request) -> None:
    client = Client(headers={"accept-language": "en"})
    client.get(f"/i/{a_link(asked.invitation, database_now())}")
    assert sent(client, asked, price="450", business_id="9000004-6").status_code == 302
    assert ok_of(asked.fresh().part, now=database_now()).is_ok


def has_told(asked: Request, amount: int) -> None:
    """The lead has typed what the partner said on the telephone."""
    tell_price(part=asked.part, amount=Decimal(amount), price_basis=PriceBasis.NET, by=asked.lead, now=database_now())


def has_answered(asked: Request) -> None:
    answer_request(part=asked.part, answer=an_answer(), **hashes(asked.part), by=asked.invited, now=database_now())


@pytest.mark.parametrize(
    "scans", [{}, pytest.param({"origins": ORIGINS, "times": 2}, marks=pytest.mark.slow)], ids=["once", "greedily"]
)
class TestScanned:
    """Each once, and greedily: from three addresses, twice."""

    def test_a_request_that_was_scanned_is_as_it_was_and_its_link_still_works(
        self, asked: Request, scans: dict[str, Any]
    ) -> None:
        before = standing(asked)
        scan(asked, **scans)
        assert standing(asked) == before
        assert not Approval.objects.exists()
        human_answers(asked)

    def test_a_price_told_on_the_phone_is_confirmed_by_no_program(self, asked: Request, scans: dict[str, Any]) -> None:
        has_told(asked, 450)
        before = standing(asked)
        scan(asked, **scans)
        after = standing(asked)
        assert after["oks"] == 0
        assert after["lines"] == before["lines"]
        assert after["answer"] == before["answer"]
        human_answers(asked)

    def test_an_answer_that_was_given_stays_given(self, asked: Request, scans: dict[str, Any]) -> None:
        has_answered(asked)
        before = standing(asked)
        scan(asked, **scans)
        assert standing(asked) == before
        assert ok_of(asked.part, now=database_now()).is_ok


@pytest.mark.slow
def test_wherever_the_right_price_stands_no_program_confirms_it(asked: Request) -> None:
    for amount in range(450, 456):
        has_told(asked, amount)
        scan(asked)
        assert standing(asked)["oks"] == 0


def test_a_right_press_that_is_followed_by_another_is_undone_and_asks_for_a_code(asked: Request) -> None:
    now = database_now()
    told = tell_price(part=asked.part, amount=Decimal(450), price_basis=PriceBasis.NET, by=asked.lead, now=now)
    client = Client()
    client.get(f"/i/{a_link(asked.invitation, now)}?next=price")
    where = address(asked, "confirm-price")
    fields = fields_of(client.get(where).content.decode())
    client.post(where, {**fields, "amount": "450.00"})
    assert ok_of(asked.fresh().part, now=database_now()).is_ok

    for amount in told.shown:
        client.post(where, {**fields, "amount": f"{amount:f}"})

    assert not ok_of(asked.fresh().part, now=database_now()).is_ok
    assert asked.part.state == "asked"
    page = client.get(where, headers={"accept-language": "en"}).content.decode()
    assert "we mail a code" in page
    assert 'name="amount"' not in page


def test_pressing_the_right_one_twice_confirms_it_once(asked: Request) -> None:
    now = database_now()
    tell_price(part=asked.part, amount=Decimal(450), price_basis=PriceBasis.NET, by=asked.lead, now=now)
    client = Client()
    client.get(f"/i/{a_link(asked.invitation, now)}?next=price")
    where = address(asked, "confirm-price")
    fields = fields_of(client.get(where).content.decode())
    for _press in range(2):
        assert client.post(where, {**fields, "amount": "450.00"}).headers["Location"] == address(asked)
    assert ok_of(asked.fresh().part, now=database_now()).is_ok
    assert Approval.objects.count() == 2


def test_without_the_field_nobody_sees_a_program_that_fills_in_everything_would_say_no(
    asked: Request, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answering, "TRAP", "a-field-that-is-not-there")
    Scanner(asked, a_link(asked.invitation, database_now()), ORIGINS[0]).run(fills=True)
    assert AuditEvent.objects.filter(type__in=["part.declined", "part.call_asked"]).exists()
