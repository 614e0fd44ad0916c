"""What proves a decision of the client, as canonical bytes that verify without this program."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import rfc8785

from bids.vocabulary import (
    ConfirmedBy,
    DecisionKind,
    DecisionMethod,
    DecisionWay,
    DocumentKind,
    Language,
    LetterKind,
    LetterState,
    LinkScope,
)
from kernel.clock import HELSINKI

PREFIX: Final = b"evidence.v1\0"
FORMAT: Final = "punos.evidence/1"
SIGNATURE: Final = "simple electronic signature"
"""What a clicked yes is, and no more: eIDAS, articles 3(10) and 25(1)."""


@dataclass(frozen=True, kw_only=True)
class FrozenFile:
    """One document of a version: the offer, the page about a change, or the same as data."""

    kind: DocumentKind
    language: Language
    sha256: str


@dataclass(frozen=True, kw_only=True)
class DecidedVersion:
    """The version that was decided about, and every document that went out with it."""

    bid: UUID
    offer_number: str
    number: int
    content_hash: bytes
    sent_at: datetime
    expires_at: datetime
    zone: str
    files: tuple[FrozenFile, ...]


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """What a yes is to: lines and package as the version names them, every line that counts, and the sums of it."""

    lines: tuple[str, ...]
    package: str
    counted: tuple[str, ...]
    net: Decimal
    vat: Decimal
    gross: Decimal

    @property
    def as_json(self) -> dict[str, Any]:
        """The choice alone."""
        return {"lines": list(self.lines), "package": self.package}


@dataclass(frozen=True, kw_only=True)
class Consent:
    """The sentence that was agreed to, in the language it was read in."""

    text: str
    language: Language


@dataclass(frozen=True, kw_only=True)
class Proof:
    """The code that came back from the contact's mailbox, or beside which the button stood that was pressed."""

    how: ConfirmedBy
    code: UUID
    mailed_at: datetime
    used_at: datetime


@dataclass(frozen=True, kw_only=True)
class Opened:
    """The link it was clicked through, and whose it is as it was mailed."""

    link: UUID
    scope: LinkScope
    made_at: datetime
    contact_name: str
    contact_email: str


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """How a decision came that the lead wrote down; `file` is the hash of what it is seen from."""

    way: DecisionWay
    person: UUID
    firm: UUID
    file: str | None


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """One letter the version went out with; `is_to_contact` when it went to whoever decided."""

    letter: UUID
    kind: LetterKind
    state: LetterState
    at: datetime | None
    is_to_contact: bool


@dataclass(frozen=True, kw_only=True)
class EvidenceOf:
    """Everything the evidence of one decision says. Commitments stand for what can be erased."""

    decision: UUID
    kind: DecisionKind
    method: DecisionMethod
    version: DecidedVersion
    decided_at: datetime
    written_at: datetime
    chosen: Chosen | None = None
    consent: Consent | None = None
    reason: str = ""
    proof: Proof | None = None
    opened: Opened | None = None
    typed_name: bytes | None = None
    ip: bytes | None = None
    user_agent: bytes | None = None
    recorded: Recorded | None = None
    letters: Sequence[Delivered] = ()


def evidence_payload(said: EvidenceOf) -> bytes:
    """The canonical bytes (RFC 8785) behind their domain prefix. Every field is there, null where it has no say."""
    clicked = said.method is DecisionMethod.CLICKED
    tree: dict[str, Any] = {
        "format": FORMAT,
        "decision": str(said.decision),
        "kind": said.kind.value,
        "method": said.method.value,
        "level": SIGNATURE if clicked and said.kind is DecisionKind.ACCEPT else None,
        "version": _version(said.version),
        "decided_at": _instant(said.decided_at),
        "decided_at_in_helsinki": said.decided_at.astimezone(HELSINKI).isoformat(timespec="microseconds"),
        "written_at": _instant(said.written_at),
        "chosen": said.chosen.as_json if said.chosen else None,
        "counted": list(said.chosen.counted) if said.chosen else None,
        "sums": _sums(said.chosen) if said.chosen else None,
        "consent": _consent(said.consent) if said.consent else None,
        "reason": said.reason,
        "proof": _proof(said.proof) if said.proof else None,
        "link": _opened(said.opened) if said.opened else None,
        "typed_name": _hex(said.typed_name),
        "ip": _hex(said.ip),
        "user_agent": _hex(said.user_agent),
        "recorded": _recorded(said.recorded) if said.recorded else None,
        "letters": [_delivered(one) for one in said.letters],
    }
    return PREFIX + rfc8785.dumps(tree)


def evidence_tree(payload: bytes) -> dict[str, Any]:
    """The JSON of evidence. ValueError for bytes of another kind."""
    if not payload.startswith(PREFIX):
        raise ValueError("not evidence of a decision")
    tree: dict[str, Any] = json.loads(payload[len(PREFIX) :])
    if tree.get("format") != FORMAT:
        raise ValueError(f"not evidence of a decision: {tree.get('format')!r}")
    return tree


def files_named(tree: Mapping[str, Any]) -> tuple[FrozenFile, ...]:
    """Every document that evidence names: in what was written before all were named, the offer's PDFs."""
    version = tree["version"]
    named = version["files"] if "files" in version else [{"kind": "offer_pdf", **one} for one in version["pdfs"]]
    return tuple(
        FrozenFile(kind=DocumentKind(one["kind"]), language=Language(one["language"]), sha256=one["sha256"])
        for one in named
    )


def confirmed_by(said: Mapping[str, Any]) -> ConfirmedBy | None:
    """What of a letter confirmed the answer, as its evidence says; None for one that was recorded."""
    proof = said["proof"]
    return ConfirmedBy(proof.get("how", ConfirmedBy.CODE.value)) if proof else None


def evidence_hash(payload: bytes) -> bytes:
    """The 32 bytes evidence is known by."""
    return hashlib.sha256(payload).digest()


def _version(version: DecidedVersion) -> dict[str, Any]:
    return {
        "bid": str(version.bid),
        "offer": version.offer_number,
        "number": version.number,
        "hash": version.content_hash.hex(),
        "sent_at": _instant(version.sent_at),
        "expires_at": _instant(version.expires_at),
        "zone": version.zone,
        "files": [
            {"kind": one.kind.value, "language": one.language.value, "sha256": one.sha256} for one in version.files
        ],
    }


def _sums(chosen: Chosen) -> dict[str, str]:
    return {"net": f"{chosen.net:.2f}", "vat": f"{chosen.vat:.2f}", "gross": f"{chosen.gross:.2f}"}


def _consent(consent: Consent) -> dict[str, str]:
    return {
        "language": consent.language.value,
        "text": consent.text,
        "sha256": hashlib.sha256(consent.text.encode()).hexdigest(),
    }


def _proof(proof: Proof) -> dict[str, str]:
    return {
        "how": proof.how.value,
        "code": str(proof.code),
        "mailed_at": _instant(proof.mailed_at),
        "used_at": _instant(proof.used_at),
    }


def _opened(opened: Opened) -> dict[str, str]:
    return {
        "id": str(opened.link),
        "scope": opened.scope.value,
        "made_at": _instant(opened.made_at),
        "contact_name": opened.contact_name,
        "contact_email": opened.contact_email,
    }


def _recorded(recorded: Recorded) -> dict[str, Any]:
    return {
        "way": recorded.way.value,
        "person": str(recorded.person),
        "firm": str(recorded.firm),
        "file": recorded.file,
    }


def _delivered(one: Delivered) -> dict[str, Any]:
    return {
        "letter": str(one.letter),
        "kind": one.kind.value,
        "state": one.state.value,
        "at": _instant(one.at) if one.at else None,
        "to_contact": one.is_to_contact,
    }


def _instant(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="microseconds")


def _hex(commitment: bytes | None) -> str | None:
    return None if commitment is None else commitment.hex()
