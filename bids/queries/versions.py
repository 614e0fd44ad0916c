"""The versions of an offer: what stands with the client, what was before it, and what became of each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from bids.lifecycle import revision_state_at
from bids.models import Bid, Document, Revision
from bids.visibility import Eyes
from bids.vocabulary import PDFS, DocumentState, RevisionState, SentHow


@dataclass(frozen=True, kw_only=True)
class Version:
    """One version as it stands at a moment: one whose last day has passed counts as expired, whatever its row says."""

    revision: Revision
    state: RevisionState
    documents: tuple[Document, ...]

    @property
    def public_id(self) -> UUID:
        """What the version is called in addresses."""
        return self.revision.public_id

    @property
    def number(self) -> int:
        """Its number in the offer."""
        return self.revision.number

    @property
    def sent_at(self) -> datetime | None:
        """When it went to the client."""
        return self.revision.standing.sent_at

    @property
    def sent_how(self) -> SentHow | None:
        """How it went to the client."""
        return SentHow(self.revision.standing.sent_how) if self.revision.standing.sent_how else None

    @property
    def expires_at(self) -> datetime:
        """The first instant at which it is no longer valid."""
        return self.revision.expires_at

    @property
    def reason(self) -> str:
        """Why it was given up or withdrawn."""
        return self.revision.standing.reason

    @property
    def pdfs(self) -> tuple[Document, ...]:
        """Its documents for readers: in the offer's own language first, a change's own page before the whole text."""
        return tuple(one for one in self.documents if one.kind in PDFS)

    @property
    def is_drawn(self) -> bool:
        """Whether every document is done."""
        return all(one.state == DocumentState.DONE.value for one in self.documents)


def versions_of(bid: Bid, *, now: datetime) -> tuple[Version, ...]:
    """Every version, the latest first, in two queries."""
    rows = Revision.objects.filter(bid=bid).select_related("standing", "frozen_by").latest_first()
    return _with_documents(rows, now=now)


def version_number(bid: Bid, number: int, *, now: datetime) -> Version | None:
    """The version of this number."""
    rows = Revision.objects.filter(bid=bid, number=number).select_related("standing", "frozen_by")
    return next(iter(_with_documents(rows, now=now)), None)


def with_the_client(bid: Bid, *, now: datetime) -> Version | None:
    """The latest version that went out, whatever has become of it: what the client's link shows or speaks of.

    A change of what was agreed that came to nothing and was given up is spoken of no more: what was agreed is shown.
    """
    rows = Revision.objects.filter(bid=bid, standing__sent_at__isnull=False).select_related("standing", "frozen_by")
    latest = next(iter(_with_documents(rows.latest_first()[:1], now=now)), None)
    if latest is None or not _came_to_nothing(latest, bid):
        return latest
    agreed = rows.filter(standing__state=RevisionState.ACCEPTED.value).latest_first()
    return next(iter(_with_documents(agreed[:1], now=now)), latest)


def last_sent_of(bid: Bid, versions: Iterable[Version]) -> Version | None:
    """`with_the_client` of all its versions, the latest first, that are at hand."""
    sent = [one for one in versions if one.sent_at is not None]
    if not sent or not _came_to_nothing(sent[0], bid):
        return next(iter(sent), None)
    return next((one for one in sent if one.revision.standing.state == RevisionState.ACCEPTED.value), sent[0])


def _came_to_nothing(version: Version, bid: Bid) -> bool:
    is_over = version.state not in {RevisionState.SENT, RevisionState.ACCEPTED}
    return bool(version.revision.change) and is_over and not Bid.objects.get(pk=bid.pk).changing


def sent_before(version: Version) -> Revision | None:
    """The version the client got before this one."""
    sent = Revision.objects.filter(bid=version.revision.bid_id, standing__sent_at__isnull=False)
    return sent.filter(number__lt=version.number).latest_first().first()


def known_to(version: Version, eyes: Eyes) -> bool:
    """Partners know of what went out; what was given up on the way is the lead's own."""
    return version.sent_at is not None or eyes.sees_lead_notes


def being_sent(bid: Bid, *, now: datetime) -> Version | None:
    """The version that is frozen and has not gone out yet."""
    rows = Revision.objects.in_state(RevisionState.FROZEN).filter(bid=bid).select_related("standing", "frozen_by")
    return next(iter(_with_documents(rows, now=now)), None)


def on_its_way(versions: Iterable[Version]) -> Version | None:
    """The same of versions that are at hand."""
    return next((one for one in versions if one.revision.standing.state == RevisionState.FROZEN.value), None)


def _with_documents(rows: Iterable[Revision], *, now: datetime) -> tuple[Version, ...]:
    revisions = list(rows)
    documents: dict[int, list[Document]] = {revision.pk: [] for revision in revisions}
    for document in Document.objects.filter(revision__in=revisions).select_related("asset").order_by("pk"):
        documents[document.revision_id or 0].append(document)
    return tuple(
        Version(
            revision=revision,
            state=revision_state_at(RevisionState(revision.standing.state), revision.expires_at, now=now),
            documents=tuple(documents[revision.pk]),
        )
        for revision in revisions
    )
