"""Bundles of evidence: always the same bytes, and a program without ours finds every altered byte."""

import io
import json
import random
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
import rfc8785
from django.db import connection

from bids.exports import verify_bundle
from bids.exports.bundle import VERIFIER, hash_of_whole, partners_bundle, whole_bundle
from bids.models import Decision, EvidenceIdentity, Part
from bids.vocabulary import PriceVisibility
from tests.bids.decisions import an_offered, records, yes_with_code

PER_BUILD, IN_SOAK = 100, 1000

pytestmark = pytest.mark.django_db


def members_of(bundle: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(bundle)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def first_wrong(members: Mapping[str, bytes]) -> str:
    try:
        verify_bundle.verify(dict(members))
    except verify_bundle.Wrong as wrong:
        return str(wrong)
    return ""


def altered(data: bytes, dice: random.Random) -> bytes:
    place = dice.randrange(len(data))
    return data[:place] + bytes([data[place] ^ (1 << dice.randrange(8))]) + data[place + 1 :]


def with_its_manifest(members: Mapping[str, bytes]) -> dict[str, bytes]:
    """The same members, and a manifest that somebody has made anew."""
    others = {name: data for name, data in members.items() if name != "MANIFEST.json"}
    named = {name: verify_bundle.sha256(data) for name, data in others.items()}
    return {**others, "MANIFEST.json": rfc8785.dumps({"format": "punos.bundle/1", "files": named})}


def the_yes(decision: Decision) -> Decision:
    rows = Decision.objects.select_related("evidence", "standing", "revision", "bid", "file")
    return rows.get(pk=decision.pk)


def mutate(members: Mapping[str, bytes], times: int) -> None:
    dice = random.Random(7)  # noqa: S311 - the same bytes every time
    names = sorted(members)
    for turn in range(times):
        name = names[turn % len(names)]
        broken = {**members, name: altered(members[name], dice)}
        assert name in first_wrong(broken), name


def test_the_whole_verifies_alone_and_every_altered_byte_is_found_and_named(tmp_path: Path) -> None:
    offered = an_offered()
    decision = the_yes(yes_with_code(offered))
    bundle = whole_bundle(decision)
    assert whole_bundle(decision) == bundle
    path = tmp_path / "bundle.zip"
    path.write_bytes(bundle)
    verifier = tmp_path / "verify.py"
    verifier.write_bytes(members_of(bundle)["verify.py"])
    ran = subprocess.run(
        [sys.executable, "-I", str(verifier), str(path)], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "Everything holds." in ran.stdout
    assert hash_of_whole(decision) in ran.stdout

    members = members_of(bundle)
    assert {"version.bin", "evidence.bin", "identities.json", "trail.jsonl", "offer.json"} <= set(members)
    mutate(members, PER_BUILD)
    dice = random.Random(8)  # noqa: S311 - the same bytes every time
    for name in ("version.bin", "evidence.bin", "identities.json", "trail.jsonl", "whole.json", "offer.json"):
        assert first_wrong(with_its_manifest({**members, name: altered(members[name], dice)})), name
    gone = {name: data for name, data in members.items() if name != "offer-fi.pdf"}
    assert "offer-fi.pdf" in first_wrong(with_its_manifest(gone))

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    EvidenceIdentity.objects.filter(evidence=decision.evidence, name="name").delete()
    after = members_of(whole_bundle(the_yes(decision)))
    assert b"Tiina" not in after["identities.json"]
    assert first_wrong(after) == ""
    assert after["whole.json"] == members["whole.json"]


@pytest.mark.soak
def test_a_thousand_altered_bytes_are_all_found_and_named() -> None:
    mutate(members_of(whole_bundle(the_yes(yes_with_code(an_offered())))), IN_SOAK)


def test_a_recorded_yes_brings_the_file_it_is_seen_from() -> None:
    decision = the_yes(records(an_offered()))
    members = members_of(whole_bundle(decision))
    file = next(name for name in members if name.startswith("answer."))
    assert first_wrong(members) == ""
    assert first_wrong(with_its_manifest({**members, file: members[file] + b" "})).startswith(file)


def test_a_partners_bundle_holds_nothing_of_what_its_mode_hides() -> None:
    offered = an_offered()
    decision = the_yes(yes_with_code(offered))
    part = Part.objects.filter(bid=offered.world.bid).exclude(role="lead").earliest("position")
    for mode in (PriceVisibility.OWN, PriceVisibility.OWN_AND_TOTAL):
        members = members_of(partners_bundle(decision, part, mode))
        assert not {"version.bin", "evidence.bin", "whole.json", "offer.json", "trail.jsonl"} & set(members)
        assert not any(name.startswith(("offer", "certificate")) for name in members)
        assert json.loads(members["facts.json"])["whole"] == hash_of_whole(decision)
        assert first_wrong(members) == ""
    everything = members_of(partners_bundle(decision, part, PriceVisibility.ALL))
    assert "identities.json" not in everything
    assert "trail.jsonl" not in everything
    assert first_wrong(everything) == ""


def test_the_verifier_knows_nothing_of_us() -> None:
    source = VERIFIER.read_text()
    assert not any(f"import {room}" in source or f"from {room}" in source for room in ("bids", "kernel", "django"))
