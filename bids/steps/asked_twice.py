"""Things made under an id of the asker's own choice, so that asking twice makes one."""

from hashlib import sha256
from typing import TypeVar
from uuid import UUID

from bids.exports.bid_package.pieces import Piece
from bids.models import Bid
from bids.queries.asked_before import KeyUsed
from kernel.models import AuditEvent
from kernel.public_id import Published

Thing = TypeVar("Thing", bound=Published)


def made_before(kind: type[Thing], public_id: UUID | None, *, bid: Bid, said: Piece, **where: object) -> Thing | None:
    """The thing of this id, made of the same words where it is said to belong; KeyUsed for anything else of this id.

    The caller holds the lock of the offer, and has written down `asked_as` with what was made.
    """
    if public_id is None:
        return None
    found: Thing | None = kind._default_manager.filter(public_id=public_id).first()  # noqa: SLF001 - any kind of thing
    if found is None:
        return None
    if any(getattr(found, name) != value for name, value in {"bid_id": bid.pk, **where}.items()):
        raise KeyUsed
    told = AuditEvent.objects.about(bid.public_id).filter(facts__asked_as=asked_as(public_id, said))
    if not told.exists():
        raise KeyUsed
    return found


def asked_as(public_id: UUID | None, said: Piece) -> str | None:
    """The id somebody chose and a hash of what they said with it, for the event that tells of the making."""
    if public_id is None:
        return None
    words = repr(sorted(said.values.items()))
    return f"{public_id}:{sha256(f'{public_id}{words}'.encode()).hexdigest()}"
