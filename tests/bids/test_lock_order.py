"""Whoever writes about an offer locks it first: two that come together wait for one another, never in a circle."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import OperationalError, transaction

from bids.actions import mail_price_code as mailing
from bids.actions.answer_request import answer_request
from bids.actions.bind_link import bind_link
from bids.actions.mail_link_code import mail_link_code
from bids.actions.mail_price_code import mail_price_code
from bids.actions.open_request import open_request
from bids.actions.renew_link import renew_link
from bids.actions.set_line_cost import set_line_cost
from bids.actions.take_over_part import take_over_part
from bids.models import Invitation, InvitationLink, LineItem, OneTimeCode, Part
from bids.queries.costs import own_costs
from bids.steps.asking import revoke_links
from bids.steps.one_time_codes import purpose_for
from bids.steps.settling import lock_bid
from bids.vocabulary import LinkWay, PartState, Role
from kernel import audit
from kernel.actor import Actor
from kernel.errors import NotPermitted
from kernel.tokens import token_hash
from tests.bids.requests import Request, a_link, a_request, an_answer, hashes
from tests.bids.test_send_races import PATIENCE_SECONDS, Deed, beside, in_order, is_waiting
from tests.world import NOON

pytestmark = pytest.mark.django_db(transaction=True)

LATER = NOON + timedelta(minutes=1)
SYSTEM = Actor.system("tests")
CODE = "123456"


@pytest.fixture
def asked() -> Request:
    """Somebody is asked, has a copied link, and a code for it."""
    asked = a_request(NOON)
    a_link(asked.invitation, NOON, way=LinkWay.COPIED)
    OneTimeCode.objects.create(
        about=the_link(asked).public_id,
        purpose=purpose_for(asked.invitation.email),
        code_hash=token_hash(CODE),
        made_at=NOON,
        expires_at=NOON + timedelta(minutes=30),
    )
    return asked


def the_link(asked: Request) -> InvitationLink:
    return InvitationLink.objects.get(invitation=asked.invitation, way=LinkWay.COPIED.value)


DEEDS: dict[str, Callable[[Request], Any]] = {
    "mail_price_code": lambda asked: mail_price_code(invitation=asked.invitation, by=asked.invited, now=LATER),
    "mail_link_code": lambda asked: mail_link_code(link=the_link(asked), email="", by=asked.invited, now=LATER),
    "bind_link": lambda asked: bind_link(link=the_link(asked), code=CODE, email="", by=asked.invited, now=LATER),
    "renew_link": lambda asked: renew_link(invitation=asked.invitation, by=SYSTEM, now=LATER),
    "open_request": lambda asked: open_request(invitation=asked.invitation, by=asked.invited, now=LATER),
}


def beside_the_lead(deed: Deed, asked: Request) -> list[BaseException]:
    """What goes wrong when the lead has locked the offer, writes about it, and then reaches for the request."""
    wrong: list[BaseException] = []
    with ThreadPoolExecutor(1) as pool:
        try:
            with transaction.atomic():
                lock_bid(asked.bid)
                late = beside(deed, pool)
                until = time.monotonic() + PATIENCE_SECONDS
                while not is_waiting():
                    assert not late.done(), f"the second did not wait: {late.exception() or late.result()}"
                    assert time.monotonic() < until, "the second was not seen waiting"
                    threading.Event().wait(0.005)
                audit.record("part.denied", on=asked.bid, by=asked.lead, at=LATER, part=str(asked.part.public_id))
                Invitation.objects.filter(pk=asked.invitation.pk).update(phone="040 765 4321")
                revoke_links(asked.invitation, now=LATER)
        except OperationalError as error:
            wrong.append(error)
        refused = late.exception(timeout=PATIENCE_SECONDS * 4)
    return [*wrong, refused] if refused is not None else wrong


@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS)
def test_what_a_firm_does_with_its_request_waits_for_what_the_lead_does_with_the_offer(
    deed: Callable[[Request], Any], asked: Request
) -> None:
    wrong = beside_the_lead(lambda: deed(asked), asked)

    assert not [each for each in wrong if isinstance(each, OperationalError)], wrong
    assert asked.fresh().invitation.phone == "040 765 4321"


def test_without_the_offers_lock_first_they_wait_in_a_circle(asked: Request, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailing, "lock_bid", lambda bid, **_even: bid)

    wrong = beside_the_lead(lambda: DEEDS["mail_price_code"](asked), asked)

    assert any("deadlock" in str(each) for each in wrong), wrong


def test_a_cost_written_while_the_row_is_taken_over_is_refused_or_forgotten(asked: Request) -> None:
    answer_request(part=asked.part, answer=an_answer(), **hashes(asked.part), by=asked.invited, now=NOON)
    Part.objects.filter(pk=asked.part.pk).update(state=PartState.ASKED.value)
    row = LineItem.objects.select_related("part__firm", "bid").get(part=asked.part)

    late = in_order(
        lambda: take_over_part(part=asked.part, by=asked.lead, now=LATER),
        lambda: set_line_cost(line=row, cost=Decimal(100), note="", seen=0, by=asked.invited, now=LATER),
    )

    assert isinstance(late.exception(), NotPermitted)
    assert LineItem.objects.get(pk=row.pk).part.role == Role.LEAD.value


def test_a_row_taken_over_while_its_cost_is_written_goes_without_it(asked: Request) -> None:
    answer_request(part=asked.part, answer=an_answer(), **hashes(asked.part), by=asked.invited, now=NOON)
    Part.objects.filter(pk=asked.part.pk).update(state=PartState.ASKED.value)
    row = LineItem.objects.select_related("part__firm", "bid").get(part=asked.part)

    late = in_order(
        lambda: set_line_cost(line=row, cost=Decimal(100), note="", seen=0, by=asked.invited, now=LATER),
        lambda: take_over_part(part=asked.part, by=asked.lead, now=LATER),
    )

    assert late.exception() is None
    lead = LineItem.objects.get(pk=row.pk).part
    assert lead.role == Role.LEAD.value
    assert own_costs(lead, firm_id=lead.firm_id) == {}
