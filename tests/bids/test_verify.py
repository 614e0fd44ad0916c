"""Any one byte of what was sent that becomes another is found, and what it befell is named first."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from io import StringIO
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from bids.exports.frozen_version import version_hash
from bids.exports.version_faults import version_faults
from bids.models import Approval, Asset, Document, FrozenSheet, Revision, RevisionPart, RevisionStanding
from bids.promises import hash_of
from bids.vocabulary import OkKind
from kernel import audit
from kernel.files import path_of
from kernel.models import AuditEvent
from tests.bids.cases import daycare
from tests.bids.ok_world import OkWorld, an_ok_world
from tests.bids.sendings import sent
from tests.kept import kept
from tests.kernel.test_audit_mutations import one_byte_other, write_over
from tests.world import NOON

pytestmark = pytest.mark.django_db

QUICK, ALL = 120, 1000


@dataclass(frozen=True)
class Wound:
    """What was done, and how the thing it befell is named."""

    thing: str
    how: str


@kept
def world() -> OkWorld:
    """Three versions of one offer."""
    world = an_ok_world(daycare())
    for days in range(3):
        sent(world, now=NOON + timedelta(days=days))
    return world


def other_byte(data: bytes, chance: Random) -> bytes:
    changed = bytearray(data)
    changed[chance.randrange(len(changed))] ^= chance.randrange(1, 256)
    return bytes(changed)


def other_hex(text: str, chance: Random) -> str:
    place = chance.randrange(len(text))
    return (
        text[:place] + chance.choice([each for each in "0123456789abcdef" if each != text[place]]) + text[place + 1 :]
    )


def overwrite(row: Any, **columns: Any) -> None:
    """What one who may do anything writes in a row."""
    table = row._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        sets = ", ".join(f"{name} = %s" for name in columns)
        cursor.execute(f"UPDATE {table} SET {sets} WHERE id = %s", [*columns.values(), row.pk])  # noqa: S608 - names of ours
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def wound_payload(chance: Random) -> Wound:
    revision = chance.choice(list(Revision.objects.all()))
    payload = other_byte(bytes(revision.payload), chance)
    remade = chance.random() < 1 / 2
    overwrite(revision, payload=payload, **({"content_hash": version_hash(payload)} if remade else {}))
    return Wound(f"version {revision.number}", f"payload, hash made anew: {remade}")


def wound_hash(chance: Random) -> Wound:
    revision = chance.choice(list(Revision.objects.all()))
    column = chance.choice(["content_hash", "prev_hash"])
    overwrite(revision, **{column: other_byte(bytes(getattr(revision, column)), chance)})
    return Wound(f"version {revision.number}", column)


def wound_named_ok(chance: Random) -> Wound:
    row = chance.choice(list(RevisionPart.objects.select_related("revision")))
    column = chance.choice(["part_hash", "frame_hash"])
    overwrite(row, **{column: other_byte(bytes(getattr(row, column)), chance)})
    return Wound(f"version {row.revision.number}", column)


def wound_ok(chance: Random) -> Wound:
    """An OK whose own hash is made anew is no longer the one that the first version with its hash names."""
    approval = chance.choice(list(Approval.objects.select_related("part")))
    named = RevisionPart.objects.filter(part=approval.part, **{_column(approval): bytes(approval.hash)})
    first = named.order_by("revision__number").values_list("revision__number", flat=True).first()
    others = Approval.objects.filter(part=approval.part, kind=approval.kind, hash=bytes(approval.hash))
    is_the_only_one = others.count() == 1
    seen = other_byte(bytes(approval.seen), chance)
    if is_the_only_one and first is not None and chance.random() < 1 / 2:
        anew = hash_of(OkKind(approval.kind), bytes(approval.part.salt), seen)
        overwrite(approval, seen=seen, hash=anew)
        return Wound(f"version {first}", "OK, hash made anew")
    if chance.random() < 1 / 2:
        overwrite(approval, seen=seen)
    else:
        overwrite(approval, hash=other_byte(bytes(approval.hash), chance))
    return Wound(f"the OK {approval.public_id}", "OK")


def _column(approval: Approval) -> str:
    return "part_hash" if approval.kind == OkKind.PART else "frame_hash"


def wound_sheet(chance: Random) -> Wound:
    sheet = chance.choice(list(FrozenSheet.objects.filter(documents__revision__isnull=False).distinct()))
    payload = other_byte(bytes(sheet.payload), chance)
    remade = chance.random() < 1 / 2
    overwrite(sheet, payload=payload, **({"sha256": hashlib.sha256(payload).hexdigest()} if remade else {}))
    return Wound(f"the frozen sheet {sheet.sha256[:16]}", f"sheet, hash made anew: {remade}")


def wound_file(chance: Random) -> Wound:
    """A file changed where it lies; or another put in its place together with the row that names it."""
    document = chance.choice(list(Document.objects.filter(revision__isnull=False).select_related("asset")))
    assert document.asset is not None
    path = path_of(document.asset.sha256)
    data = other_byte(path.read_bytes(), chance)
    remade = chance.random() < 1 / 2
    if remade:
        sha256 = hashlib.sha256(data).hexdigest()
        path = path_of(sha256)
        path.parent.mkdir(parents=True, exist_ok=True)
        overwrite(document.asset, sha256=sha256)
    path.write_bytes(data)
    return Wound(f"the file of document {document.public_id}", f"file, its row made anew: {remade}")


def wound_asset_row(chance: Random) -> Wound:
    document = chance.choice(list(Document.objects.filter(revision__isnull=False).select_related("asset")))
    assert document.asset is not None
    overwrite(document.asset, sha256=other_hex(document.asset.sha256, chance))
    return Wound(f"the file of document {document.public_id}", "row of a file")


def wound_trail(chance: Random) -> Wound:
    """Every event but the last one: what befalls that shows against a manifest that is kept elsewhere."""
    events = list(AuditEvent.objects.order_by("chain", "seq"))
    chain = Revision.objects.select_related("bid").first().bid.public_id  # type: ignore[union-attr]
    events = [each for each in events if each.chain == chain]
    victim = chance.choice(events[:-1])
    hash_before = bytes(victim.hash)
    victim.facts = {**victim.facts, "step": 0}
    kept_facts = {key: value for key, value in victim.facts.items() if key != "step"}
    column = one_byte_other(victim, chance) if victim.actor_firm else "type"
    if not victim.actor_firm:
        victim.type = victim.type[:-1] + ("x" if victim.type[-1] != "x" else "y")
    if column != "facts":
        victim.facts = kept_facts
    remade = column != "hash" and chance.random() < 1 / 2
    if remade:
        victim.hash = audit.event_hash(victim)
    write_over(victim, hash_before=hash_before)
    return Wound(f"event {victim.seq}", f"{column} of the trail, hash made anew: {remade}")


WOUNDS: tuple[Callable[[Random], Wound], ...] = (
    wound_payload,
    wound_hash,
    wound_named_ok,
    wound_ok,
    wound_sheet,
    wound_file,
    wound_asset_row,
    wound_trail,
)


@contextmanager
def undone() -> Iterator[None]:
    """Rows and files are as they were afterwards."""
    before = {path: path.read_bytes() for path in files_there()}
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    for path in files_there():
        if path not in before:
            path.unlink()
    for path, data in before.items():
        if path.read_bytes() != data:
            path.write_bytes(data)


def files_there() -> list[Path]:
    found = [path_of(sha256) for sha256 in Asset.objects.values_list("sha256", flat=True)]
    return [path for path in found if path.is_file()]


def mutated(world: OkWorld, *, rounds: int, seed: int) -> None:
    chance = Random(seed)  # noqa: S311 - chance, not a secret
    assert list(version_faults()) == []
    for number in range(rounds):
        with undone():
            wound = WOUNDS[number % len(WOUNDS)](chance)
            found = next(version_faults(only=[world.bid.public_id]), None)
        assert found is not None, f"nothing was found: {wound}"
        assert wound.thing in str(found), f"{wound}, but named first was: {found}"
    assert list(version_faults()) == []


def test_one_changed_byte_names_what_it_befell(world: OkWorld) -> None:
    mutated(world, rounds=QUICK, seed=1)


@pytest.mark.slow
def test_a_thousand_changed_bytes_each_name_what_they_befell(world: OkWorld) -> None:
    mutated(world, rounds=ALL, seed=2)


def said() -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("verify_versions", stdout=StringIO(), stderr=out)
    except SystemExit as ended:
        return int(ended.code or 0), out.getvalue()
    return 0, out.getvalue()


@pytest.mark.usefixtures("world")
def test_the_command_says_that_nothing_is_wrong() -> None:
    assert said() == (0, "")
    an_ok_world(replace(daycare(), number="YT-2026-0444"))
    assert said() == (0, "")


def test_the_command_names_the_culprit_and_fails(world: OkWorld) -> None:
    revision = Revision.objects.get(number=2)
    overwrite(revision, payload=bytes(revision.payload)[:-2] + b" }")

    assert said() == (1, f"offer {world.bid.public_id}: version 2 was altered\n")


@pytest.mark.usefixtures("world")
def test_a_version_that_is_gone_is_missed() -> None:
    """Also the last one, after which nothing stands that would name it."""
    with connection.cursor() as cursor:
        for table in ("letter", "document", "revisionstanding", "revisionpart", "revision"):
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"ALTER TABLE bids_{table} DISABLE TRIGGER USER")
        third = Revision.objects.get(number=3).pk
        for table in ("letter", "document", "revisionstanding", "revisionpart"):
            cursor.execute(f"DELETE FROM bids_{table} WHERE revision_id = %s", [third])  # noqa: S608 - names of ours
        cursor.execute("DELETE FROM bids_revision WHERE id = %s", [third])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("letter", "document", "revisionstanding", "revisionpart", "revision"):
            cursor.execute(f"ALTER TABLE bids_{table} ENABLE TRIGGER USER")

    assert "version 3 is missing" in said()[1]


def test_a_standing_that_the_trail_does_not_tell_is_named(world: OkWorld) -> None:
    overwrite(RevisionStanding.objects.get(revision__number=3), state="withdrawn")

    assert said() == (
        1,
        f"offer {world.bid.public_id}: version 3 stands as withdrawn, which is not what the trail tells\n",
    )


@pytest.mark.usefixtures("world")
def test_a_file_that_is_gone_is_named() -> None:
    document = Document.objects.filter(revision__number=1).select_related("asset").first()
    assert document is not None
    assert document.asset is not None
    path_of(document.asset.sha256).unlink()

    assert f"the file of document {document.public_id} is missing" in said()[1]
