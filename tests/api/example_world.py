"""The world in which the examples of the documentation are true."""

from datetime import datetime
from typing import TypeVar

from bids.api import examples
from bids.models import Bid, Document
from kernel.public_id import Published
from tests.api.asker import Asker, a_key
from tests.world import a_firm, a_person

Thing = TypeVar("Thing", bound=Published)

MAIJA_ID = "b1b5c2a0-5f0e-4f0b-8f7e-2f6f8f0f9b22"


def somebody_of_the_examples() -> Asker:
    firm = _with_id(a_firm("Kuvakulma Design Tmi", business_id="9000001-1"), examples.LEAD_ID)
    _with_id(a_firm("Julistepaja Tmi", business_id="9000009-7"), examples.PARTNER_ID)
    maija = _with_id(a_person(at=firm, email="maija@example.invalid"), MAIJA_ID)
    return Asker(key=a_key(maija, firm))


def settle_bid() -> None:
    """Give the offer that was brought in the instants and the client's id of the examples."""
    bid = Bid.objects.select_related("client").get(public_id=examples.BID_ID)
    instant = datetime.fromisoformat(examples.INSTANT)
    Bid.objects.filter(pk=bid.pk).update(created_at=instant, changed_at=instant)
    _with_id(bid.client, examples.CLIENT_ID)


def settle_document() -> None:
    """Give the document that was ordered the instant and the id of the examples."""
    Document.objects.update(public_id=examples.DOCUMENT_ID, requested_at=datetime.fromisoformat(examples.INSTANT))


def _with_id(thing: Thing, public_id: str) -> Thing:
    type(thing)._default_manager.filter(pk=thing.pk).update(public_id=public_id)
    thing.refresh_from_db()
    return thing
