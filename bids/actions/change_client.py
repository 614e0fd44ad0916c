"""Change whom an offer is for."""

from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from bids.content import ClientCard
from bids.exports.bid_package.pieces import Piece
from bids.models import Bid, Client, ClientContact
from bids.permissions import may_change_offer
from bids.steps.editing import as_seen, finish, hold, keep_rules
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import require


@action
def change_client(*, bid: Bid, changes: Piece, seen: int, by: Actor, now: datetime) -> Client:
    """The offer's client is as given; the same client in other offers stays as it is there.

    A client that other offers name too is copied first. Of two who saw the same version the second is refused.
    """
    held = hold(bid)
    require(may_change_offer(by, held.bid))
    row = as_seen(Client.objects.select_for_update().filter(pk=held.bid.client_id), seen)
    card = replace(held.before.client, **changes.values)
    if card == held.before.client:
        return row
    keep_rules(held, replace(held.before, client=card), by=by, at="client")
    changed = [name for name in changes.values if getattr(card, name) != getattr(held.before.client, name)]
    if row.bids.exclude(pk=bid.pk).exists():
        row = Client.objects.create(firm_id=row.firm_id, version=row.version + 1, **_columns(card))
        Bid.objects.filter(pk=bid.pk).update_version(seen=held.bid.version, client=row)
    else:
        Client.objects.filter(pk=row.pk).update_version(seen=seen, **_columns(card))
        row.contacts.all().delete()
    ClientContact.objects.bulk_create(
        ClientContact(client=row, position=place, **asdict(contact)) for place, contact in enumerate(card.contacts)
    )
    audit.record("client.changed", on=held.bid, by=by, at=now, client=audit.Personal(card.name), fields=changed)
    finish(held, by=by, now=now)
    row.refresh_from_db()
    return row


def _columns(card: ClientCard) -> dict[str, Any]:
    columns = {name: value for name, value in vars(card).items() if name != "contacts"}
    return columns | {"kind": card.kind.value}
