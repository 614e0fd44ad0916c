"""Reading versions back: each is what was frozen, stands on the OKs it names, and has the files that went out."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from bids.exports.decision_faults import ANNULLED, ANSWERED, faults_of_decisions
from bids.exports.frozen_offer import hash_of as sheet_hash
from bids.exports.frozen_version import NOTHING_BEFORE, FrozenVersion, read_version, version_hash
from bids.exports.paper_faults import faults_of_papers
from bids.models import Approval, Document, FrozenSheet, Question, Revision, RevisionPart, RevisionStanding
from bids.promises import hash_of as promise_hash
from bids.vocabulary import OkKind, QuestionState, RevisionState
from kernel import verification
from kernel.files import FileIsCorruptError, read
from kernel.models import AuditEvent

FROZEN, SENT = "offer.frozen", "offer.sent"
_MOVES = {
    FROZEN: RevisionState.FROZEN,
    SENT: RevisionState.SENT,
    "offer.not_sent": RevisionState.ABANDONED,
    "offer.withdrawn": RevisionState.WITHDRAWN,
    "offer.expired": RevisionState.EXPIRED,
    **ANSWERED,
}


@dataclass(frozen=True, kw_only=True)
class VersionFault:
    """One thing of an offer that is not what it was; `thing` names it."""

    bid: UUID
    thing: str
    reason: str

    def __str__(self) -> str:
        return f"offer {self.bid}: {self.thing} {self.reason}"


@dataclass(frozen=True, kw_only=True)
class _Trail:
    """What the audit trail of an offer tells of its versions; `holds` unless the trail itself was altered."""

    holds: bool
    told: Mapping[int, Mapping[str, AuditEvent]]
    states: Mapping[int, RevisionState]
    answers: Mapping[int, Sequence[AuditEvent]]

    def facts(self, number: int, type_: str) -> Mapping[str, Any] | None:
        """What an event of this type said of a version, if the trail can be believed and has one."""
        event = self.told.get(number, {}).get(type_)
        return event.facts if event is not None and self.holds else None


def version_faults(*, only: Collection[UUID] | None = None) -> Iterator[VersionFault]:
    """Everything that is wrong, offer by offer (all, or `only` some), the first wrong thing of each first.

    The trail comes first, for versions are held against it: a version whose own hash was made anew is not the one that
    the trail, and the version after it, name.
    """
    revisions = Revision.objects.select_related("bid", "standing").order_by("bid_id", "number")
    if only is not None:
        revisions = revisions.filter(bid__public_id__in=only)
    of_bid: list[Revision] = []
    for revision in revisions.iterator(chunk_size=50):
        if of_bid and of_bid[0].bid_id != revision.bid_id:
            yield from _faults_of_offer(of_bid)
            of_bid = []
        of_bid.append(revision)
    if of_bid:
        yield from _faults_of_offer(of_bid)


def _faults_of_offer(revisions: Sequence[Revision]) -> Iterator[VersionFault]:
    bid = revisions[0].bid
    broken = list(verification.breaks(only=[bid.public_id]))
    yield from (VersionFault(bid=bid.public_id, thing="its trail:", reason=each.reason) for each in broken)
    trail = _trail_of(bid.public_id, holds=not broken)
    previous, number = NOTHING_BEFORE, 1
    for revision in revisions:
        thing = f"version {revision.number}"
        for fault in _faults_of_version(revision, trail, previous=previous, number=number):
            yield VersionFault(bid=bid.public_id, thing=fault[0] or thing, reason=fault[1])
        previous, number = bytes(revision.content_hash), revision.number + 1
    if trail.holds and max(trail.told, default=0) >= number:
        yield VersionFault(bid=bid.public_id, thing=f"version {number}", reason="is missing: the end was cut off")


_Found = Iterator[tuple[str, str]]


def _faults_of_version(revision: Revision, trail: _Trail, *, previous: bytes, number: int) -> _Found:
    if revision.number != number:
        yield f"version {number}", "is missing"
        return
    content = bytes(revision.content_hash)
    frozen = trail.facts(number, FROZEN)
    if version_hash(bytes(revision.payload)) != content:
        yield "", "was altered"
        return
    if trail.holds and frozen is None:
        yield "", "is not in the trail"
        return
    if frozen is not None and frozen["hash"] != content.hex():
        yield "", "was altered, and its own hash made anew"
        return
    if bytes(revision.prev_hash) != previous:
        yield "", "does not follow the one before it"
        return
    version = read_version(bytes(revision.payload))
    if (version.bid, version.number, version.previous, version.expires_at, version.offer.binding) != (
        revision.bid.public_id,
        revision.number,
        bytes(revision.prev_hash),
        revision.expires_at,
        revision.binding,
    ):
        yield "", "has a row that says something else than its content"
    yield from _faults_of_standing(revision.standing, revision, trail)
    yield from _faults_of_oks(revision, frozen, version)
    yield from _faults_of_answers(revision, version)
    yield from _faults_of_files(revision, version, trail)
    yield from faults_of_decisions(revision, trail.answers.get(revision.number, ()) if trail.holds else ())
    yield from faults_of_papers(revision, trail_holds=trail.holds)


def _faults_of_standing(standing: RevisionStanding, revision: Revision, trail: _Trail) -> _Found:
    if not trail.holds:
        return
    told = trail.states.get(revision.number)
    event = trail.told.get(revision.number, {}).get(SENT)
    if standing.state != told or standing.sent_at != (event.at if event else None):
        yield "", f"stands as {standing.state}, which is not what the trail tells"


def _faults_of_oks(revision: Revision, frozen: Mapping[str, Any] | None, version: FrozenVersion) -> _Found:
    """The OKs a version names are those it was frozen with, and each is an OK to the very words that were seen.

    A firm that is gone, as the version says, has given none to it.
    """
    gone = version.change.gone if version.change else ()
    rows = list(RevisionPart.objects.filter(revision=revision).select_related("part").order_by("pk"))
    if frozen is not None:
        named = {str(row.part.public_id): [bytes(row.part_hash).hex(), bytes(row.frame_hash).hex()] for row in rows}
        if named != frozen["stands_on"]:
            yield "", "does not name the OKs it was frozen with"
            return
    given: dict[int, list[Approval]] = {row.part_id: [] for row in rows}
    for approval in Approval.objects.filter(part__in=given).order_by("pk"):
        given[approval.part_id].append(approval)
    for row in rows:
        salt = bytes(row.part.salt)
        for approval in given[row.part_id]:
            if promise_hash(OkKind(approval.kind), salt, bytes(approval.seen)) != bytes(approval.hash):
                yield f"the OK {approval.public_id}", "was altered"
        if row.part.key in gone or (not revision.binding and row.part_id != _lead_part(rows)):
            continue
        known = {(each.kind, bytes(each.hash)) for each in given[row.part_id]}
        if not {(OkKind.PART, bytes(row.part_hash)), (OkKind.FRAME, bytes(row.frame_hash))} <= known:
            yield "", f"names an OK of {row.part.key} that is not there"


def _lead_part(rows: Sequence[RevisionPart]) -> int:
    return next(row.part_id for row in rows if row.part.role == "lead")


def _faults_of_answers(revision: Revision, version: FrozenVersion) -> _Found:
    """What a version says the client was answered is what somebody asked and the lead released, in those words."""
    if not version.answers:
        return
    released = Question.objects.filter(bid=revision.bid_id, state=QuestionState.RELEASED.value)
    given = {
        (one.revision.number, f"{one.place}:{one.key}" if one.key else "", one.text, one.answer, one.released_at)
        for one in released.select_related("revision")
    }
    for one in version.answers:
        if (one.version, one.place, one.question, one.answer, one.answered_at) not in given:
            yield "", f"carries an answer about {one.place or 'the whole'} that is not the one given"


def _faults_of_files(revision: Revision, version: FrozenVersion, trail: _Trail) -> _Found:
    sheets = {
        sheet.sha256: sheet
        for sheet in FrozenSheet.objects.filter(
            bid=revision.bid, sha256__in=[one.sheet_sha256 for one in version.files]
        )
    }
    for sha256 in dict.fromkeys(one.sheet_sha256 for one in version.files):
        sheet = sheets.get(sha256)
        if sheet is None:
            yield f"the frozen sheet {sha256[:16]} of version {revision.number}", "is missing or was changed"
        elif sheet_hash(bytes(sheet.payload)) != sha256:
            yield f"the frozen sheet {sha256[:16]} of version {revision.number}", "was changed"
    documents = Document.objects.filter(revision=revision).select_related("asset", "sheet").order_by("pk")
    drawn = {(one.kind, one.language): one.sheet.sha256 for one in documents}
    if drawn != {(one.kind.value, one.order.language.value): one.sheet_sha256 for one in version.files}:
        yield "", "does not have the documents it was frozen with"
    went_out = trail.facts(revision.number, SENT)
    for document in documents:
        yield from _faults_of_file(document, went_out)


def _faults_of_file(document: Document, went_out: Mapping[str, Any] | None) -> _Found:
    thing = f"the file of document {document.public_id}"
    if document.asset is None:
        if went_out is not None:
            yield thing, "is missing"
        return
    if went_out is not None and went_out["files"].get(str(document.public_id)) != document.asset.sha256:
        yield thing, "is not the one that went out"
        return
    try:
        read(document.asset.sha256)
    except FileIsCorruptError:
        yield thing, "is missing or was changed"


def _trail_of(chain: UUID, *, holds: bool) -> _Trail:
    told: dict[int, dict[str, AuditEvent]] = {}
    states: dict[int, RevisionState] = {}
    answers: dict[int, list[AuditEvent]] = {}
    for event in AuditEvent.objects.filter(chain=chain, type__in=[*_MOVES, ANNULLED]).order_by("seq"):
        number = int(event.facts.get("version", 0))
        told.setdefault(number, {})[event.type] = event
        if event.type in ANSWERED or event.type == ANNULLED:
            answers.setdefault(number, []).append(event)
        if event.type == SENT:
            replaced = [each for each, state in states.items() if state == RevisionState.SENT]
            states |= dict.fromkeys(replaced, RevisionState.SUPERSEDED)
        states[number] = RevisionState(event.facts["state"]) if event.type == ANNULLED else _MOVES[event.type]
    return _Trail(holds=holds, told=told, states=states, answers=answers)
