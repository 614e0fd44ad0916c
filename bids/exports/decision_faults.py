"""Reading a client's answers back: each is proven by the evidence it was written with, and comes to the same sums."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from bids.exports.deciding import sums_of
from bids.exports.evidence import evidence_hash, evidence_tree
from bids.models import Decision, Evidence, Revision
from bids.vocabulary import DecisionState, RevisionState
from kernel.audit import commitment
from kernel.models import AuditEvent

ANSWERED: Final[Mapping[str, RevisionState]] = {
    "offer.accepted": RevisionState.ACCEPTED,
    "offer.yes_recorded": RevisionState.ACCEPTED,
    "offer.declined": RevisionState.DECLINED,
    "offer.no_recorded": RevisionState.DECLINED,
}
"""The events that tell of an answer, and what a version stands as after it."""

ANNULLED: Final = "decision.annulled"
"""The event that tells of an answer taken back; its fact `state` is what the version stands as after it."""

_COMMITTED: Final = {"name": "typed_name", "ip": "ip", "user_agent": "user_agent"}


def faults_of_decisions(revision: Revision, events: Sequence[AuditEvent]) -> Iterator[tuple[str, str]]:
    """What is wrong with the answers to a version; `events` are what the trail tells of answers to it."""
    told = {str(one.facts["decision"]): one.facts for one in events if one.type in ANSWERED}
    annulled = {str(one.facts["decision"]) for one in events if one.type == ANNULLED}
    for decision in Decision.objects.filter(revision=revision).select_related("standing", "revision").order_by("pk"):
        key = str(decision.public_id)
        thing = f"the answer {key}"
        fault = _fault_of(decision, told.get(key), is_told=bool(told))
        if not fault and told and (decision.standing.state == DecisionState.ANNULLED) != (key in annulled):
            fault = "counts otherwise than the trail tells"
        if fault:
            yield thing, fault


def _fault_of(  # noqa: PLR0911 - one for each thing that can be wrong
    decision: Decision, told: Mapping[str, Any] | None, *, is_told: bool
) -> str:
    evidence = Evidence.objects.filter(decision=decision).first()
    if evidence is None:
        return "has no evidence"
    content = bytes(evidence.content)
    if evidence_hash(content) != bytes(evidence.content_hash):
        return "has evidence that was altered"
    if told is None and is_told:
        return "is not in the trail"
    if told is not None and told["evidence"] != bytes(evidence.content_hash).hex():
        return "has evidence that was altered, and its own hash made anew"
    said = evidence_tree(content)
    if not _is_row_of(decision, said):
        return "has a row that says something else than its evidence"
    sums = sums_of(decision)
    if sums is not None and (sums.net, sums.gross) != (decision.net, decision.gross):
        return "does not come to what its version says"
    for identity in evidence.identities.all():
        if commitment(identity.value, bytes(identity.salt)).hex() != said[_COMMITTED[identity.name]]:
            return f"has a {identity.name} that was altered"
    return ""


def _is_row_of(decision: Decision, said: Mapping[str, Any]) -> bool:
    sums = said["sums"] or {"net": None, "gross": None}
    return (
        said["decision"],
        said["kind"],
        said["method"],
        said["version"]["hash"],
        said["chosen"],
        sums["net"],
        sums["gross"],
        said["reason"],
    ) == (
        str(decision.public_id),
        decision.kind,
        decision.method,
        bytes(decision.revision_hash).hex(),
        decision.chosen,
        None if decision.net is None else f"{decision.net:.2f}",
        None if decision.gross is None else f"{decision.gross:.2f}",
        decision.reason,
    )
