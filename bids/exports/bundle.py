"""Bundles of evidence: everything a yes is proven by, in a zip that a program of its own checks without us.

The client and the lead get the whole. A partner gets its own copy and the hash of the whole, and version, files and
evidence only where every price is open to it: the PDF of an offer has no secret in it, so whoever knew its hash could
try prices until they met it. The hash of the whole cannot be met so: the version's nonce is in it. The typed name, and
so the certificate, the client's own message that a yes was recorded from, and what client and lead said of the answer
since are no partner's.
"""

import hashlib
import io
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import rfc8785

from bids.exports.answers import ENDINGS
from bids.exports.bundle_readme import READMES
from bids.exports.certificate import EvidenceIsCorruptError
from bids.exports.evidence import evidence_hash
from bids.exports.version_sheet import intact
from bids.models import Decision, Document, Part
from bids.queries.papers import certificate_paper, copy_paper
from bids.vocabulary import DocumentKind, PriceVisibility
from kernel import files
from kernel.audit import event_bytes
from kernel.models import AuditEvent

FORMAT: Final = "punos.bundle/1"
ANSWER: Final = "answer."
VERIFIER: Final = Path(__file__).with_name("verify_bundle.py")
OPEN: Final = frozenset(
    {
        "offer.sent",
        "offer.accepted",
        "offer.yes_recorded",
        "decision.objected",
        "decision.annulled",
        "certificate.drawn",
    }
)
"""Events whose words are in a bundle; of all others only the hash is, so that the chain still can be checked."""
_TWINS: Final = {DocumentKind.TWIN_JSON.value: "offer.json", DocumentKind.TWIN_UBL.value: "offer.xml"}


def whole_bundle(decision: Decision) -> bytes:
    """All of it, for the client and the lead; the same rows give the same bytes.

    `VersionIsCorruptError`, `EvidenceIsCorruptError` or `FileIsCorruptError` where something stored was altered.
    """
    kept = _kept(decision)
    members = {
        **kept,
        "whole.json": _whole(decision, kept),
        "identities.json": _identities(decision),
        "standing.json": _standing(decision),
        "trail.jsonl": _trail(decision),
        **_certificate(decision),
    }
    return _zipped(members)


def partners_bundle(decision: Decision, part: Part, mode: PriceVisibility) -> bytes:
    """A partner's: its own copy as far as it is drawn, the hash of the whole; in mode all what that is the hash of."""
    kept = _kept(decision)
    whole = _whole(decision, kept)
    members = {**_own_copy(decision, part, mode), "facts.json": _facts(decision, whole)}
    if mode is PriceVisibility.ALL:
        members |= {name: data for name, data in kept.items() if not name.startswith(ANSWER)} | {"whole.json": whole}
    return _zipped(members)


def hash_of_whole(decision: Decision) -> str:
    """The one hash, in hex, of everything in the whole bundle that never changes."""
    return hashlib.sha256(_whole(decision, _kept(decision))).hexdigest()


def _kept(decision: Decision) -> dict[str, bytes]:
    """What never changes: the version, its files, the evidence, and what a recorded yes was seen from."""
    intact(decision.revision)
    evidence = bytes(decision.evidence.content)
    if evidence_hash(evidence) != bytes(decision.evidence.content_hash):
        raise EvidenceIsCorruptError(decision.public_id)
    kept = {"version.bin": bytes(decision.revision.payload), "evidence.bin": evidence}
    documents = Document.objects.done().filter(revision=decision.revision).select_related("asset").order_by("pk")
    for one in documents:
        if one.asset is not None:
            kept[_name_of(one)] = files.read(one.asset.sha256)
    if decision.file is not None:
        ending = ENDINGS[decision.file.media_type]
        kept[f"{ANSWER}{ending}"] = files.read(decision.file.sha256)
    return kept


def _name_of(document: Document) -> str:
    """What a file of the version is called; the page about a change of what was agreed has a name of its own."""
    word = "change" if document.kind == DocumentKind.CHANGE_PDF.value else "offer"
    return _TWINS.get(document.kind, f"{word}-{document.language}.pdf")


def _whole(decision: Decision, kept: Mapping[str, bytes]) -> bytes:
    return rfc8785.dumps(
        {
            "format": "punos.whole/1",
            "nonce": intact(decision.revision).nonce.hex(),
            "files": {name: hashlib.sha256(data).hexdigest() for name, data in kept.items()},
        }
    )


def _identities(decision: Decision) -> bytes:
    """The typed name and the like with their salts, those that were not erased."""
    rows = decision.evidence.identities.order_by("name")
    return rfc8785.dumps([{"name": one.name, "value": one.value, "salt": bytes(one.salt).hex()} for one in rows])


def _standing(decision: Decision) -> bytes:
    standing = decision.standing
    objected, is_annulled = standing.objected_at, standing.state == "annulled"
    return rfc8785.dumps(
        {
            "state": standing.state,
            "objected_at": objected.isoformat() if objected else None,
            "objection": standing.objection,
            "annulled_at": standing.changed_at.isoformat() if is_annulled else None,
            "reason": standing.reason if is_annulled else "",
        }
    )


def _trail(decision: Decision) -> bytes:
    """The chain of the offer, an event a line, and its head; what costs firms something is not in this chain at all."""
    lines: list[bytes] = []
    head, seq = bytes(32).hex(), 0
    for event in AuditEvent.objects.about(decision.bid.public_id).iterator(chunk_size=500):
        seq, head = event.seq, bytes(event.hash).hex()
        lines.append(event_bytes(event) if event.type in OPEN else _hidden(event))
    lines.append(rfc8785.dumps({"head": head, "seq": seq}))
    return b"\n".join(lines) + b"\n"


def _hidden(event: AuditEvent) -> bytes:
    prev, own = bytes(event.prev_hash).hex(), bytes(event.hash).hex()
    return rfc8785.dumps({"seq": event.seq, "prev": prev, "hidden": own})


def _certificate(decision: Decision) -> dict[str, bytes]:
    paper = certificate_paper(decision)
    return {} if paper is None or paper.asset is None else {"certificate.pdf": files.read(paper.asset.sha256)}


def _own_copy(decision: Decision, part: Part, mode: PriceVisibility) -> dict[str, bytes]:
    paper = copy_paper(decision, part, mode)
    if paper is None or paper.asset is None or paper.data is None:
        return {}
    return {"own-copy.pdf": files.read(paper.asset.sha256), "own-copy.json": files.read(paper.data.sha256)}


def _facts(decision: Decision, whole: bytes) -> bytes:
    """What every firm of the offer may know of the yes: when and how, and two hashes that give no figure away."""
    return rfc8785.dumps(
        {
            "format": "punos.facts/1",
            "version": decision.revision.number,
            "version_hash": bytes(decision.revision_hash).hex(),
            "method": decision.method,
            "way": decision.way or None,
            "decided_at": decision.decided_at.isoformat(),
            "state": decision.standing.state,
            "objected": decision.standing.objected_at is not None,
            "whole": hashlib.sha256(whole).hexdigest(),
        }
    )


def _zipped(members: Mapping[str, bytes]) -> bytes:
    """A zip that has no date, no packing and one order, so that the same members are always the same bytes."""
    readmes = {f"README.{language}.txt": text.encode() for language, text in READMES.items()}
    members = {**members, **readmes, "verify.py": VERIFIER.read_bytes()}
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in members.items()},
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as bundle:
        for name, data in _in_order({**members, "MANIFEST.json": rfc8785.dumps(manifest)}):
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            bundle.writestr(entry, data)
    return buffer.getvalue()


def _in_order(members: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    for name in sorted(members):
        yield name, members[name]
