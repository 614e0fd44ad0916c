"""Reading the audit trail back, to see whether it is what was written."""

from collections.abc import Collection, Iterator, Mapping
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """The last event of a chain."""

    seq: int
    hash: bytes


def breaks(*, only: Collection[UUID] | None = None, kept: Mapping[UUID, Head] | None = None) -> Iterator[Break]:
    """The first break of each chain that does not hold, of all chains or `only` of some; nothing when all do.

    An altered, missing, added or moved event is found, also when its own hash was made anew: then the event after it
    gives it away. What befell the very last event that way, or an end that was cut off, shows against the heads that
    were `kept` elsewhere.
    """
    events = AuditEvent.objects.order_by("chain", "seq").prefetch_related("identities")
    if only is not None:
        events = events.filter(chain__in=only)
    expected: dict[UUID, tuple[int, bytes]] = {}
    broken: set[UUID] = set()
    for event in events.iterator(chunk_size=500):
        if event.chain in broken:
            continue
        seq, prev_hash = expected.get(event.chain, (1, NOTHING_BEFORE))
        found = _fault_of(event, seq=seq, prev_hash=prev_hash, kept=(kept or {}).get(event.chain))
        if found:
            broken.add(event.chain)
            yield found
        expected[event.chain] = (event.seq + 1, bytes(event.hash))
    for chain, head in (kept or {}).items():
        if chain not in broken and (only is None or chain in only):
            yield from _against(chain, head, ends_at=expected.get(chain, (1, NOTHING_BEFORE))[0] - 1)


def heads() -> dict[UUID, Head]:
    """The last event of every chain: written down elsewhere, they prove that no end was cut off or made anew."""
    last = AuditEvent.objects.order_by("chain", "-seq").distinct("chain")
    return {event.chain: Head(seq=event.seq, hash=bytes(event.hash)) for event in last}


def _fault_of(event: AuditEvent, *, seq: int, prev_hash: bytes, kept: Head | None) -> Break | None:
    if event.seq != seq:
        return Break(chain=event.chain, seq=seq, reason=f"event {seq} is missing")
    if bytes(event.hash) != event_hash(event):
        return Break(chain=event.chain, seq=seq, reason=f"event {seq} was altered")
    if bytes(event.prev_hash) != prev_hash:
        return _made_anew(event, seq, kept)
    for identity in event.identities.all():
        if event.facts.get(identity.name) != {"commitment": commitment(identity.value, bytes(identity.salt)).hex()}:
            return Break(chain=event.chain, seq=seq, reason=f"the {identity.name} of event {seq} was altered")
    return None


def _made_anew(event: AuditEvent, seq: int, kept: Head | None) -> Break:
    """Two events that are each whole do not fit together: the one after them tells which of the two was made anew."""
    following = AuditEvent.objects.filter(chain=event.chain, seq=seq + 1).values_list("prev_hash", flat=True).first()
    next_names: bytes | None
    if following is not None:
        next_names = bytes(following)
    else:
        next_names = kept.hash if kept is not None and kept.seq == seq else None
    if seq == 1 or (next_names is not None and next_names != bytes(event.hash)):
        return Break(chain=event.chain, seq=seq, reason=f"event {seq} was altered, and its own hash made anew")
    reason = f"event {seq - 1} was altered, and its own hash made anew"
    if next_names is None:
        reason += f" (or event {seq}, the last one, was)"
    return Break(chain=event.chain, seq=seq - 1, reason=reason)


def _against(chain: UUID, kept: Head, *, ends_at: int) -> Iterator[Break]:
    if ends_at < kept.seq:
        yield Break(chain=chain, seq=ends_at + 1, reason=f"event {ends_at + 1} is missing: the end was cut off")
        return
    standing = AuditEvent.objects.filter(chain=chain, seq=kept.seq).values_list("hash", flat=True).first()
    if standing is None or bytes(standing) != kept.hash:
        yield Break(chain=chain, seq=kept.seq, reason=f"event {kept.seq} is not the one that was written down")
