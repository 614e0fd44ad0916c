"""What the answer screen is drawn from: the very promise that an OK given on it would bind."""

from dataclasses import dataclass, replace

from bids.content import JointOffer
from bids.models import Part
from bids.promises import (
    frame_promise,
    part_promise,
    promise_bytes,
    promise_hash,
    told_hash,
    visible_to,
    without_total,
)
from bids.queries.content_of import offer_of, whole_bids
from bids.queries.oks import Promised, strict_for_all
from bids.vocabulary import IN_THE_OFFER, OkKind, PartState

_MAY_COME_IN = frozenset({*IN_THE_OFFER, PartState.NO})


@dataclass(frozen=True, kw_only=True)
class AskedFor:
    """An offer as it stands with this firm in it, and what the firm's OK would bind."""

    offer: JointOffer
    promised: Promised

    @property
    def key(self) -> str:
        """The firm's key in the offer."""
        return self.promised.part.key


def asked_for(part: Part) -> AskedFor:
    """The offer and the promise of one firm, which is shown its part also after it has said no.

    A firm that is out for good answers for nothing, and reads nothing of what the offer comes to without it.
    """
    whole = whole_bids().get(pk=part.bid_id)
    row = next(each for each in whole.parts.all() if each.pk == part.pk)
    is_out = PartState(row.state) not in _MAY_COME_IN
    row.state = PartState.IN.value
    offer = offer_of(whole, with_files=False)
    pictures = {file.name: file.asset.sha256 for file in whole.files.all()}
    is_strict = strict_for_all(whole, offer) or row.always_ask
    own = part_promise(offer, row.key, pictures=pictures)
    frame = frame_promise(offer, row.key, always_ask=is_strict)
    frame = without_total(frame) if is_out else frame
    told = visible_to(offer, row.key)
    salt = bytes(row.salt)
    promised = Promised(
        part=row,
        strict=is_strict,
        part_bytes=promise_bytes(own),
        frame_bytes=promise_bytes(frame),
        part_hash=promise_hash(OkKind.PART, salt, own),
        frame_hash=promise_hash(OkKind.FRAME, salt, frame),
        told_hash=told_hash(salt, told),
        told_bytes=promise_bytes(told),
    )
    return AskedFor(offer=offer, promised=promised)


def without(offer: JointOffer, key: str) -> JointOffer:
    """The offer without one firm, as it was before that firm came in."""
    return replace(offer, parts=tuple(part for part in offer.parts if part.key != key))
