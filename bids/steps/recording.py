"""What the lead writes down of the client's answers: by whom, how it came, and the file it is seen from."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext_lazy as _

from bids.models import Asset, Bid
from bids.queries.assets import asset_of
from bids.steps.deciding import WrittenDown
from bids.vocabulary import DecisionWay
from kernel.actor import Actor
from kernel.errors import Malformed, NotPermitted, TooLarge
from members.models import Person

LARGEST: Final = 5 * 1024 * 1024
_BEGINNINGS: Final = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
)
_LETTER: Final = "message/rfc822"
_HEADERS: Final = (b"from:", b"received:", b"return-path:", b"delivered-to:", b"subject:", b"date:", b"message-id:")


@dataclass(frozen=True, kw_only=True)
class RecordedFile:
    """A file as it was given: kept as it is, never drawn, handed out only to be stored."""

    data: bytes


def written_down(
    bid: Bid, *, way: DecisionWay, arrived_at: datetime, file: RecordedFile | None, by: Actor, now: datetime
) -> WrittenDown:
    """Who acts for the lead, how the answer came, and its file in storage."""
    person = Person.objects.filter(pk=by.id or 0).first()
    if person is None:
        raise NotPermitted
    return WrittenDown(
        person=person.pk,
        person_id=person.public_id,
        firm=bid.lead_id,
        firm_id=bid.lead.public_id,
        way=way,
        arrived_at=arrived_at,
        file=_stored(bid, file, now=now) if file is not None else None,
    )


def _stored(bid: Bid, file: RecordedFile, *, now: datetime) -> Asset:
    if len(file.data) > LARGEST:
        raise TooLarge
    media_type = _media_type(file.data)
    if not media_type:
        raise Malformed(faults={"file": _("A PDF, a PNG or JPEG picture, or a letter saved as .eml.")})
    return asset_of(file.data, media_type, firm=bid.lead, now=now)


def _media_type(data: bytes) -> str:
    for beginning, media_type in _BEGINNINGS:
        if data.startswith(beginning):
            return media_type
    head = data[:2000].lower()
    return _LETTER if sum(line.startswith(_HEADERS) for line in head.splitlines()) > 1 else ""
