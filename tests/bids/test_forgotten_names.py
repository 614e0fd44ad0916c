"""What the audit trail says of a firm or a group by its name can be forgotten, and the trail still holds."""

import json

import pytest
from django.utils import translation

from bids.actions.finish_sending import finish_sending
from bids.actions.make_group import make_group
from bids.models import Bid
from bids.queries.history import events_of, told
from bids.sheets.activity_sentences import Happening, sentence
from bids.steps.groups import GroupFirm, GroupSaid
from bids.steps.oks import revoke_oks
from bids.visibility import SYSTEMS_EYES
from kernel import verification
from kernel.models import AuditEvent, AuditIdentity
from tests.bids.cases import daycare
from tests.bids.ok_world import an_ok_world
from tests.bids.sendings import SYSTEM, drawn, frozen
from tests.world import NOON

pytestmark = pytest.mark.django_db


def why_not_sent(bid: Bid) -> str:
    event = next(each for each in told(bid, events_of(bid, SYSTEMS_EYES)) if each.type == "offer.not_sent")
    with translation.override("en"):
        return sentence(Happening(type=event.type, who="Kuvakulma", facts=event.facts))


def test_the_firm_for_whose_sake_an_offer_was_not_sent() -> None:
    world = an_ok_world(daycare())
    revision = frozen(world)
    drawn(revision)
    revoke_oks(world.part("SEL"), by=world.asked("SEL"), now=NOON)
    finish_sending(revision=revision, by=SYSTEM, now=NOON)
    assert why_not_sent(world.bid) == "Version 1 was not sent. Selkopolku Tmi no longer says OK to it."

    said = json.dumps([event.facts for event in AuditEvent.objects.all()], ensure_ascii=False)
    assert "Selkopolku" not in said

    AuditIdentity.objects.all().delete()
    assert why_not_sent(world.bid) == "Version 1 was not sent. – no longer says OK to it."
    assert list(verification.breaks()) == []


def test_the_name_of_a_group() -> None:
    world = an_ok_world(daycare())
    make_group(said=GroupSaid(name="Maijan porukka", firms=(GroupFirm(name="Uusi Oy"),)), by=world.lead, now=NOON)

    made = AuditEvent.objects.get(type="group.made")
    assert "Maijan" not in json.dumps(made.facts)
    assert made.identities.get(name="name").value == "Maijan porukka"
