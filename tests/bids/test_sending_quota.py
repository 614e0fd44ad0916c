"""Nobody uses the sending of offers to write to people without end."""

from datetime import timedelta

import pytest
from django.utils import translation

from bids.actions.cancel_sending import cancel_sending
from bids.models import Letter, Revision
from bids.steps import request_quota
from bids.steps.request_quota import TooManyToClients, TooManyVersions
from bids.vocabulary import LetterKind, SentHow
from tests.bids.cases import daycare
from tests.bids.ok_world import OkWorld
from tests.bids.sendings import a_ready_offer, bid_state, frozen, sent
from tests.conftest import NOON
from tests.kept import kept

pytestmark = pytest.mark.django_db


@kept
def world() -> OkWorld:
    return a_ready_offer(daycare())


def test_an_offer_is_frozen_only_so_often_in_a_day(world: OkWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_quota, "MOST_VERSIONS", 2)
    for _time in range(2):
        cancel_sending(revision=frozen(world), by=world.lead, now=NOON)

    with translation.override("en"), pytest.raises(TooManyVersions, match="at most 2 times"):
        frozen(world)

    assert bid_state(world.bid) == "drafting"
    assert Revision.objects.count() == 2
    assert frozen(world, now=NOON + timedelta(days=1)).number == 3


def test_a_firm_writes_to_clients_only_so_often_in_a_day(world: OkWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    sent(world)
    written = Letter.objects.filter(kind=LetterKind.OFFER_TO_CLIENT.value).count()
    monkeypatch.setattr(request_quota, "MOST_TO_CLIENTS", 2 * written - 1)

    with pytest.raises(TooManyToClients):
        frozen(world)

    assert frozen(world, how=SentHow.OWN_MAIL).number == 2
