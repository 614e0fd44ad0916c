"""Reading the audit trail back, to see whether it is what was written."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from kernel.audit import NOTHING_BEFORE, commitment, event_hash
from kernel.models import AuditEvent


@dataclass(frozen=True, kw_only=True, slots=True)
class Break:
    """The first place where a chain does not hold."""

    chain: UUID
    seq: int
    reason: str


def breaks() -> Iterator[Break]:
    """The first break of each chain that does not hold; nothing when all do.

    An altered, missing, added or moved event is found from the event after it, also when its own hash was made anew.
    What befell the very last event that way only shows against a head that was written down elsewhere.
    """
    expected: dict[UUID, tuple[int, bytes]] = {}
    broken: set[UUID] = set()
    events = AuditEvent.objects.order_by("chain", "seq").prefetch_related("identities")
    for event in events.iterator(chunk_size=500):
        if event.chain in broken:
            continue
        seq, prev_hash = expected.get(event.chain, (1, NOTHING_BEFORE))
        reason = _fault_of(event, seq=seq, prev_hash=prev_hash)
        if reason:
            broken.add(event.chain)
            yield Break(chain=event.chain, seq=seq, reason=reason)
        expected[event.chain] = (event.seq + 1, bytes(event.hash))


def heads() -> dict[UUID, bytes]:
    """The hash of the last event of every chain: written down elsewhere, they prove that no end was cut off."""
    last = AuditEvent.objects.order_by("chain", "-seq").distinct("chain")
    return {event.chain: bytes(event.hash) for event in last}


def _fault_of(event: AuditEvent, *, seq: int, prev_hash: bytes) -> str:
    if event.seq != seq:
        return f"event {seq} is missing"
    if bytes(event.prev_hash) != prev_hash:
        return f"event {seq} does not follow the one before it"
    if bytes(event.hash) != event_hash(event):
        return f"event {seq} was altered"
    for identity in event.identities.all():
        if event.facts.get(identity.name) != {"commitment": commitment(identity.value, bytes(identity.salt)).hex()}:
            return f"the {identity.name} of event {seq} was altered"
    return ""
