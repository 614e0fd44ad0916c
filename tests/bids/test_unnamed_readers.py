"""Whom the lead has not written to, the lead's list of letters does not name."""

from dataclasses import replace
from datetime import datetime

import pytest
from django.test import Client

from bids.actions.hand_to_owner import hand_to_owner
from bids.actions.leave_out_part import leave_out_part
from bids.models import Letter, Part
from bids.queries.letters import deliveries
from bids.steps.whom_to_write import recipient_of
from bids.vocabulary import LetterKind, LetterState
from kernel.clock import database_now
from kernel.models import AuditIdentity
from members.models import Firm
from tests.bids.requests import Request, a_request
from tests.web.conftest import logged_in
from tests.world import a_firm, a_person

pytestmark = pytest.mark.django_db

OTHERS_ID = "9000013-4"
OWNER = "omistaja@example.invalid"


@pytest.fixture
def now() -> datetime:
    return database_now()


@pytest.fixture
def handed(now: datetime) -> Request:
    """The asked person has typed the Business ID of a firm with people of its own, who are asked in their place."""
    found = a_request(now)
    firm: Firm = a_firm("Toinen Oy", business_id=OTHERS_ID)
    owner = a_person(at=firm, email=OWNER)
    owner.name = "Outi Omistaja"
    owner.save()
    hand_to_owner(part=found.part, business_id=OTHERS_ID, words={}, by=found.invited, now=now)
    Letter.objects.update(state=LetterState.SENT.value, sent_at=now)
    return replace(found, part=Part.objects.select_related("firm", "bid__lead").get(pk=found.part.pk))


def lead_reads(request_: Request) -> str:
    """The list of letters, the history and the requests, on pages and through the API."""
    lead: Client = logged_in(request_.maija)
    bid = request_.bid.public_id
    read = [str(deliveries(request_.bid))]
    for address in (f"/offers/{bid}/history/", f"/offers/{bid}/requests/", f"/api/v1/bids/{bid}/letters/"):
        answer = lead.get(address)
        assert answer.status_code == 200, address
        read.append(answer.content.decode())
    return "\n".join(read)


def test_a_letter_after_a_hand_over_names_the_firm_and_not_its_owner(handed: Request, now: datetime) -> None:
    leave_out_part(part=handed.part, by=handed.lead, now=now)

    letter = Letter.objects.get(part=handed.part, kind=LetterKind.LEFT_OUT.value)
    assert letter.to_email == OWNER
    assert (letter.shown_address, letter.shown_name) == ("", "")
    said = lead_reads(handed)
    assert str(letter.public_id) in said
    assert OWNER not in said
    assert "Outi Omistaja" not in said
    assert not AuditIdentity.objects.filter(value__contains="omistaja").exists()


def test_a_letter_to_an_address_the_firm_was_asked_at_bears_it(now: datetime) -> None:
    asked = a_request(now)
    Letter.objects.update(state=LetterState.SENT.value, sent_at=now)
    to = recipient_of(asked.part)

    assert to is not None
    assert to.is_named
    leave_out_part(part=asked.part, by=asked.lead, now=now)
    assert to.email in lead_reads(asked)
