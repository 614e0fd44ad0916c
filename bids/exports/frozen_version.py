"""A version of an offer as it is frozen when it is sent: the bytes that every OK, document and later yes stand on."""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import rfc8785

from bids.choosing import can_be_chosen
from bids.content import NOTHING_CHOSEN, Choice, FrozenAnswer, JointOffer
from bids.exports.bid_package import read_own_package, write_package
from bids.exports.frozen_offer import DocumentOrder
from bids.pricing import ChoiceRefused, Totals, totals
from bids.sheets.clauses import clauses_in_all, said_of_a_change
from bids.vat import vat_wording
from bids.vocabulary import DocumentKind, Language, PriceVisibility, Profile, SentHow, Theme
from kernel.clock import HELSINKI
from kernel.files import read

PREFIX = b"rev.v1\0"
FORMAT = "punos.version/1"
NOTHING_BEFORE = bytes(32)


@dataclass(frozen=True, kw_only=True)
class Addressee:
    """Somebody at the client who gets the version, and the language their letter is in."""

    name: str
    email: str
    language: Language


@dataclass(frozen=True, kw_only=True)
class Posting:
    """How the version goes out: to whom, with which greeting, from the product or from the lead's own mail."""

    how: SentHow
    to: tuple[Addressee, ...] = ()
    greeting: str = ""


@dataclass(frozen=True, kw_only=True)
class Sheaf:
    """One file of a version, and the hash of the frozen sheet it is drawn from."""

    kind: DocumentKind
    order: DocumentOrder
    sheet_sha256: str


@dataclass(frozen=True, kw_only=True)
class FrozenChange:
    """Which change of what was agreed a version proposes, and why.

    `of` is the hash of the version the client said yes to at first, `to` that of the one that holds until then. `gone`
    are the keys of the firms in it that do not go on, and so have given no OK to it.
    """

    number: int
    of: bytes
    to: bytes
    reason: str = ""
    gone: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FrozenVersion:
    """What stands in the payload of a version; `content_hash` is that of all its bytes."""

    bid: UUID
    number: int
    previous: bytes
    nonce: bytes
    offer: JointOffer
    expires_at: datetime
    posting: Posting
    files: tuple[Sheaf, ...]
    answers: tuple[FrozenAnswer, ...] = ()
    change: FrozenChange | None = None


def version_payload(version: FrozenVersion) -> bytes:
    """The canonical bytes (RFC 8785) behind their domain prefix: all that the client may see, and no firm's own costs.

    Pictures are named by the hash of their bytes. Sums are those of the default choice and of everything that can be
    chosen, the sentences with legal weight stand in every language. How the firms see each other's prices is left out.
    """
    offer = replace(version.offer, price_visibility=PriceVisibility.ALL)
    number = version.change.number if version.change else 0
    frozen: dict[str, Any] = {
        "format": FORMAT,
        "nonce": version.nonce.hex(),
        "bid": str(version.bid),
        "number": version.number,
        "previous": version.previous.hex(),
        "offer": write_package(replace(offer, files=())),
        "pictures": {
            file.name: {"type": file.media_type, "sha256": hashlib.sha256(file.data).hexdigest()}
            for file in offer.files
        },
        "valid": {
            "until": version.expires_at.astimezone(UTC).isoformat(timespec="microseconds"),
            "zone": HELSINKI.key,
        },
        "as_offered": _said(offer, NOTHING_CHOSEN, change=number),
        "choices": _choices(offer, change=number),
        "posting": {
            "how": version.posting.how.value,
            "to": [{"name": one.name, "email": one.email, "language": one.language} for one in version.posting.to],
            "greeting": version.posting.greeting,
        },
        "files": [
            {
                "kind": file.kind.value,
                "language": file.order.language.value,
                "profile": file.order.profile.value,
                "theme": file.order.theme.value,
                "sheet": file.sheet_sha256,
            }
            for file in version.files
        ],
    }
    if version.answers:
        frozen["answers"] = [_answer(one) for one in version.answers]
    if version.change:
        frozen["change"] = {
            "number": version.change.number,
            "of": version.change.of.hex(),
            "from": version.change.to.hex(),
            "reason": version.change.reason,
            "gone": list(version.change.gone),
        }
    return PREFIX + rfc8785.dumps(frozen)


def read_version(payload: bytes, *, with_pictures: bool = False) -> FrozenVersion:
    """What was frozen. Pictures are fetched from storage only when asked for (`FileIsCorruptError` if one changed)."""
    frozen = version_tree(payload)
    offer = read_own_package(rfc8785.dumps(_package(frozen, with_pictures=with_pictures)))
    return FrozenVersion(
        bid=UUID(frozen["bid"]),
        number=frozen["number"],
        previous=bytes.fromhex(frozen["previous"]),
        nonce=bytes.fromhex(frozen["nonce"]),
        offer=offer,
        expires_at=datetime.fromisoformat(frozen["valid"]["until"]),
        posting=Posting(
            how=SentHow(frozen["posting"]["how"]),
            to=tuple(
                Addressee(name=one["name"], email=one["email"], language=Language(one["language"]))
                for one in frozen["posting"]["to"]
            ),
            greeting=frozen["posting"]["greeting"],
        ),
        files=tuple(
            Sheaf(
                kind=DocumentKind(one["kind"]),
                order=DocumentOrder(
                    language=Language(one["language"]),
                    profile=Profile(one["profile"]),
                    theme=Theme(one["theme"]),
                ),
                sheet_sha256=one["sheet"],
            )
            for one in frozen["files"]
        ),
        answers=tuple(
            FrozenAnswer(**{**one, "answered_at": datetime.fromisoformat(one["answered_at"])})
            for one in frozen.get("answers", ())
        ),
        change=_change(frozen["change"]) if "change" in frozen else None,
    )


def _change(said: Mapping[str, Any]) -> FrozenChange:
    return FrozenChange(
        number=said["number"],
        of=bytes.fromhex(said["of"]),
        to=bytes.fromhex(said["from"]),
        reason=said["reason"],
        gone=tuple(said["gone"]),
    )


def version_tree(payload: bytes) -> dict[str, Any]:
    """The JSON of a version's bytes. ValueError for bytes of another kind."""
    if not payload.startswith(PREFIX):
        raise ValueError("not a version of an offer")
    tree: dict[str, Any] = json.loads(payload[len(PREFIX) :])
    if tree.get("format") != FORMAT:
        raise ValueError(f"not a version of an offer: {tree.get('format')!r}")
    return tree


def version_hash(payload: bytes) -> bytes:
    """The 32 bytes a version is known by."""
    return hashlib.sha256(payload).digest()


def _package(frozen: Mapping[str, Any], *, with_pictures: bool) -> dict[str, Any]:
    package = dict(frozen["offer"])
    if with_pictures and frozen["pictures"]:
        package["files"] = {
            name: {"type": one["type"], "base64": base64.b64encode(read(one["sha256"])).decode("ascii")}
            for name, one in frozen["pictures"].items()
        }
    return package


def _answer(answer: FrozenAnswer) -> dict[str, Any]:
    return {
        "version": answer.version,
        "place": answer.place,
        "about": answer.about,
        "firm": answer.firm,
        "question": answer.question,
        "answer": answer.answer,
        "answered_at": answer.answered_at.astimezone(UTC).isoformat(timespec="microseconds"),
    }


def _choices(offer: JointOffer, *, change: int) -> list[dict[str, Any]]:
    """Each thing that can be chosen on top of what is offered, alone; what cannot be priced alone is left out."""
    asked = [
        *((line.code, Choice(lines=frozenset({line.code}))) for line in offer.lines if can_be_chosen(line)),
        *((f"package {one.id}", Choice(package=one.id)) for one in offer.packages),
    ]
    said = []
    for name, choice in asked:
        try:
            said.append({"choice": name, **_said(offer, choice, change=change)})
        except ChoiceRefused:
            continue
    return said


def _said(offer: JointOffer, choice: Choice, *, change: int) -> dict[str, Any]:
    """The sums of a choice and the sentences with legal weight that belong to it."""
    sums = totals(offer, choice)
    has_choices = bool(offer.packages) or any(can_be_chosen(line) for line in offer.lines)
    return {
        "counted": list(sums.counted),
        "sums": _sums(sums),
        "sentences": [
            {"key": one.key, "fi": one.fi, "sv": one.sv, "en": one.en}
            for one in said_of_a_change(clauses_in_all(offer, sums, has_choices=has_choices), offer, change)
        ],
    }


def _sums(sums: Totals) -> dict[str, Any]:
    return {
        "net": f"{sums.net:f}",
        "vat": f"{sums.vat:f}",
        "gross": f"{sums.gross:f}",
        "ceiling_gross": _text(sums.ceiling_gross),
        "vat_groups": [
            {
                "seller": group.seller,
                "category": group.category.value,
                "rate": None if group.rate is None else f"{group.rate:f}",
                "taxable": f"{group.taxable:f}",
                "vat": f"{group.vat:f}",
                "reasons": [
                    {one.value: vat_wording(group.category, reason, one) for one in Language}
                    for reason in group.reasons
                ],
            }
            for group in sums.vat_groups
        ],
        "parts": [
            {"firm": part.firm, "net": f"{part.net:f}", "vat": _text(part.vat), "gross": _text(part.gross)}
            for part in sums.parts
        ],
        "invoices": [
            {"from": one.seller, "net": f"{one.net:f}", "vat": f"{one.vat:f}", "gross": f"{one.gross:f}"}
            for one in sums.settlement
            if one.buyer == "client"
        ],
    }


def _text(amount: Decimal | None) -> str | None:
    """None is what no firm charges by itself, because the lead sells everything."""
    return None if amount is None else f"{amount:f}"
