"""Answering a request through the API, as a person who has logged in does it for a firm of their own."""

from decimal import Decimal
from typing import Any

import pytest

from bids.models import Approval, Bid, LineItem, ToldPrice
from bids.queries.oks import ok_of
from kernel.clock import database_now
from members.models import Firm
from tests.api.asker import Asker, a_key, said
from tests.bids.requests import SIGN, Request, a_request
from tests.kept import kept
from tests.world import a_firm, a_person


@kept
def asked() -> Request:
    return a_request(database_now())


@pytest.fixture
def firm() -> Firm:
    return Firm.objects.create(name="Painopiste Savo Oy", business_id="9000004-6")


@pytest.fixture
def pekka(firm: Firm) -> Asker:
    return Asker(key=a_key(a_person(at=firm, email="pekka@example.invalid"), firm))


def an_answer(shown: Any, **more: Any) -> dict[str, Any]:
    return {"rows": [{"text": SIGN, "unit_price": "450"}], "seen": shown["seen"], **more}


def shown_to(asker: Asker, asked: Request) -> Any:
    return said(asker.get(f"asked/{asked.invitation.public_id}/"))


def test_whoever_was_asked_finds_it_and_answers_for_their_firm(pekka: Asker, asked: Request, firm: Firm) -> None:
    (found,) = said(pekka.get("asked/"))["results"]
    assert (found["what"], found["client"], found["state"]) == (SIGN, "Päiväkoti Pikkutikka Oy", "asked")
    assert [rule["key"] for rule in found["rules"]] == [
        "invoicing", "liability", "payment", "validity", "dropping_out",
    ]  # fmt: skip

    answer = pekka.post(f"asked/{asked.invitation.public_id}/answer/", an_answer(found))

    assert answer.status_code == 200
    assert (said(answer)["state"], said(answer)["is_ok"]) == ("in", True)
    asked.fresh()
    assert asked.part.firm_id == firm.pk
    assert LineItem.objects.get(part=asked.part).unit_price == Decimal(450)


def test_an_answer_to_what_has_changed_is_refused(pekka: Asker, asked: Request) -> None:
    seen = shown_to(pekka, asked)
    Bid.objects.filter(pk=asked.bid.pk).update(payment_days=60)
    answer = pekka.post(f"asked/{asked.invitation.public_id}/answer/", an_answer(seen))
    assert answer.status_code == 409
    assert "ok-of-something-else" in answer.content.decode()
    assert not Approval.objects.exists()


BAD = {
    "unknown key": {"state": "in"},
    "no rows": {"rows": []},
    "negative": {"rows": [{"text": "x", "unit_price": "-5"}]},
    "infinite": {"rows": [{"text": "x", "unit_price": "1e309"}]},
    "not a number": {"rows": [{"text": "x", "unit_price": "NaN"}]},
    "28 digits": {"rows": [{"text": "x", "unit_price": "9" * 28}]},
    "a firm's key": {"rows": [{"text": "x", "unit_price": "5", "code": "A9"}]},
    "no such day": {"ready": {"from": "2027-04-31", "to": "2027-04-31"}},
    "backwards": {"ready": {"from": "2027-04-30", "to": "2027-04-01"}},
    "no business id": {"firm": {"business_id": "9000001-8"}},
    "half a hash": {"seen": {"part": "ab", "frame": "cd"}},
}


@pytest.mark.parametrize("body", BAD.values(), ids=BAD.keys())
def test_what_is_malformed_is_refused_and_changes_nothing(body: dict[str, Any], pekka: Asker, asked: Request) -> None:
    answer = pekka.post(f"asked/{asked.invitation.public_id}/answer/", {**an_answer(shown_to(pekka, asked)), **body})
    assert answer.status_code in {400, 422}
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert not LineItem.objects.filter(part=asked.part).exists()


def test_for_others_there_is_no_such_request(asked: Request) -> None:
    firm = a_firm("Sivullinen Oy", business_id="9000008-9")
    stranger = Asker(key=a_key(a_person(at=firm), firm))
    lead = Asker(key=a_key(asked.maija, asked.bid.lead))
    for asker in (stranger, lead):
        assert asker.get(f"asked/{asked.invitation.public_id}/").status_code == 404
        for act in ("answer", "decline", "call-me", "told-price"):
            assert asker.post(f"asked/{asked.invitation.public_id}/{act}/", {}).status_code == 404
    assert said(stranger.get("asked/"))["results"] == []


def test_no_time_and_call_me_for_the_firms_own_part(pekka: Asker, asked: Request, firm: Firm) -> None:
    pekka.post(f"asked/{asked.invitation.public_id}/answer/", an_answer(shown_to(pekka, asked)))
    call = pekka.post(f"asked/{asked.invitation.public_id}/call-me/", {"phone": "040 123 4567", "when": "tänään"})
    assert said(call)["state"] == "call_me"
    no = pekka.post(f"asked/{asked.invitation.public_id}/decline/", {"why": "ei ehdi", "ask_name": "Timo"})
    assert (said(no)["state"], said(no)["answer"]) == ("no", "no")
    assert asked.fresh().invitation.suggests_name == "Timo"
    assert firm.pk == asked.part.firm_id


def test_the_lead_writes_down_a_price_and_the_partner_confirms_it(pekka: Asker, asked: Request) -> None:
    pekka.post(f"asked/{asked.invitation.public_id}/answer/", an_answer(shown_to(pekka, asked)))
    lead = Asker(key=a_key(asked.maija, asked.bid.lead))
    told = lead.post(f"requests/{asked.invitation.public_id}/told-price/", {"amount": "480.00"})
    assert (told.status_code, said(told)["state"]) == (201, "open")
    shown = shown_to(pekka, asked)
    assert len(shown["told_prices"]) == 3

    answer = pekka.post(f"asked/{asked.invitation.public_id}/told-price/", {"amount": "480.00", "seen": shown["seen"]})

    assert answer.status_code == 200
    assert ToldPrice.objects.get().state == "confirmed"
    assert ok_of(asked.fresh().part, now=database_now()).is_ok
    assert LineItem.objects.get(part=asked.part).unit_price == Decimal(480)


def test_a_partner_cannot_write_down_a_price(pekka: Asker, asked: Request) -> None:
    answer = pekka.post(f"requests/{asked.invitation.public_id}/told-price/", {"amount": "480.00"})
    assert answer.status_code == 404
