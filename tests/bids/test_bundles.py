"""Bundles of evidence: always the same bytes, and a program without ours finds every altered byte."""

import io
import json
import random
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import rfc8785
from django.db import connection

from bids.actions.annul_decision import annul_decision
from bids.actions.tell_firm_is_gone import tell_firm_is_gone
from bids.exports import verify_bundle
from bids.exports.bundle import VERIFIER, hash_of_whole, partners_bundle, whole_bundle
from bids.exports.certificate import certificate_of
from bids.exports.proofs import proofs_for
from bids.formats import money, signed_money
from bids.models import Decision, EvidenceIdentity, Part
from bids.visibility import Eyes, Reader
from bids.vocabulary import Language, LeavingWhy, PriceVisibility
from tests.bids.changes import JUNE, added, an_agreed, begun, change_sent, said_yes
from tests.bids.decisions import LATER, an_offered, records, yes_with_code

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


def holds() -> None:
    """What the database looks at when a transaction ends holds now."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


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

    holds()
    EvidenceIdentity.objects.filter(evidence=decision.evidence, name="name").delete()
    after = members_of(whole_bundle(the_yes(decision)))
    assert b"Tiina" not in after["identities.json"]
    assert first_wrong(after) == ""
    assert after["whole.json"] == members["whole.json"]


def test_the_bundle_of_a_change_brings_all_that_was_sent_and_comes_to_what_is_agreed_now() -> None:
    first = an_agreed()
    before = the_yes(Decision.objects.get())
    begun(first)
    added(first, "Lisätyö", "100.00")
    decision = the_yes(said_yes(change_sent(first)))
    members = members_of(whole_bundle(decision))
    assert first_wrong(members) == ""
    assert {"change-fi.pdf", "offer-fi.pdf", "offer.json", "offer.xml"} <= set(members)

    # Original + change = now, to the cent, in the evidence, in the rows and on the certificate.
    assert decision.net is not None
    assert before.net is not None
    assert decision.net - before.net == Decimal("100.00")
    assert json.loads(members["evidence.bin"].split(b"\0", 1)[1])["sums"]["net"] == f"{decision.net:.2f}"
    certificate = certificate_of(decision)
    assert certificate.change is not None
    chain = [(row.name, row.net, row.gross) for row in certificate.change.chain]
    assert [net for _name, net, _gross in chain] == [
        money(before.net, Language.FI),
        signed_money(Decimal("100.00"), Language.FI),
        money(decision.net, Language.FI),
    ]
    assert chain[-1][2] == money(decision.gross or Decimal(0), Language.FI)
    assert "muutoksen 1" in certificate.statement

    mutate(members, PER_BUILD)
    dice = random.Random(9)  # noqa: S311 - the same bytes every time
    for name in ("change-fi.pdf", "offer-fi.pdf", "offer.json", "offer.xml", "version.bin", "evidence.bin"):
        assert first_wrong(with_its_manifest({**members, name: altered(members[name], dice)})), name
    gone = {name: data for name, data in members.items() if name != "change-fi.pdf"}
    assert "change-fi.pdf" in first_wrong(with_its_manifest(gone))
    assert "change-sv.pdf" in first_wrong(with_its_manifest({**members, "change-sv.pdf": members["change-fi.pdf"]}))
    # The bundle of the yes before still is what it was.
    assert first_wrong(members_of(whole_bundle(before))) == ""

    # A firm that the next change leaves nothing keeps the papers of the last yes that it was in.
    bid, part = first.world.bid, first.world.part("PAI")
    after = JUNE + timedelta(hours=1)
    begun(first, now=after)
    tell_firm_is_gone(
        part=part,
        why=LeavingWhy.BANKRUPT,
        on=after.date(),
        taken_over=["A5", "A6"],
        by=first.world.lead,
        now=after,
    )
    last = said_yes(change_sent(first, now=after), now=after)
    latest = {}
    for key in ("PAI", "SEL"):
        firm = first.world.firm(key)
        proofs = proofs_for(bid, firm.pk, Eyes(reader=Reader.FIRM, key=key, mode=PriceVisibility.ALL))
        assert proofs is not None
        assert first_wrong(members_of(proofs.bundle())) == ""
        latest[key] = proofs.decision
    assert latest == {"PAI": decision, "SEL": last}


@pytest.mark.soak
def test_a_thousand_altered_bytes_are_all_found_and_named() -> None:
    mutate(members_of(whole_bundle(the_yes(yes_with_code(an_offered())))), IN_SOAK)


def test_a_recorded_yes_brings_the_file_it_is_seen_from() -> None:
    decision = the_yes(records(an_offered()))
    members = members_of(whole_bundle(decision))
    file = next(name for name in members if name.startswith("answer."))
    assert first_wrong(members) == ""
    assert first_wrong(with_its_manifest({**members, file: members[file] + b" "})).startswith(file)
    assert "the file the yes was recorded from" in verify_bundle.verify(dict(members))
    gone = {name: data for name, data in members.items() if name != file}
    assert first_wrong(with_its_manifest(gone)).startswith("answer.")
    # Not even where the evidence names no file is one missed that the hash of the whole holds to.
    whole = json.loads(members["whole.json"])
    more = {**members, "whole.json": rfc8785.dumps({**whole, "files": {**whole["files"], "more.pdf": "00" * 32}})}
    assert first_wrong(with_its_manifest(more)) == "more.pdf: is missing"

    # The client's own message is no partner's: its hash is, and just that file may be away.
    part = Part.objects.filter(bid=decision.bid).exclude(role="lead").earliest("position")
    theirs = members_of(partners_bundle(decision, part, PriceVisibility.ALL))
    assert file not in theirs
    assert theirs["whole.json"] == members["whole.json"]
    assert "the file the yes was recorded from" not in verify_bundle.verify(dict(theirs))
    gone = {name: data for name, data in theirs.items() if name != "offer.xml"}
    assert first_wrong(with_its_manifest(gone)) == "offer.xml: is missing"


def test_an_annulment_cannot_be_left_out_with_the_files_that_tell_of_it_and_a_cut_trail_says_where_it_ends() -> None:
    offered = an_offered()
    decision = records(offered)
    stood = members_of(whole_bundle(the_yes(decision)))
    holds()
    annul_decision(decision=decision, reason="Väärä tarjous.", by=offered.world.lead, now=LATER)
    members = members_of(whole_bundle(the_yes(decision)))
    assert "the yes is annulled" in verify_bundle.verify(dict(members))
    for name in ("trail.jsonl", "standing.json", "identities.json", "evidence.bin", "version.bin", "whole.json"):
        gone = {one: data for one, data in members.items() if one != name}
        assert first_wrong(with_its_manifest(gone)) == f"{name}: is missing"
    neither = {name: data for name, data in members.items() if name not in {"trail.jsonl", "standing.json"}}
    assert first_wrong(with_its_manifest(neither)) == "trail.jsonl: is missing"
    *lines, _head, _end = members["trail.jsonl"].split(b"\n")
    empty = {**members, "trail.jsonl": rfc8785.dumps({"head": "00" * 32, "seq": 0}) + b"\n"}
    assert first_wrong(with_its_manifest(empty)).startswith("evidence.bin")

    # Nothing outside holds the last event: a bundle from before it still verifies, and says how far it goes.
    (before,) = (line for line in verify_bundle.verify(dict(stood)) if line.startswith("the trail"))
    (after,) = (line for line in verify_bundle.verify(dict(members)) if line.startswith("the trail"))
    assert f"to event {len(lines)}, the last open one is of 2026-" in after
    assert before != after
    assert "an annulment too, could have been cut off" in before


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
    # Who typed which name, and what client and lead said of it since, is no partner's.
    assert {"identities.json", "trail.jsonl", "standing.json", "certificate.pdf"}.isdisjoint(everything)
    assert first_wrong(everything) == ""


def test_the_verifier_knows_nothing_of_us() -> None:
    source = VERIFIER.read_text()
    assert not any(f"import {room}" in source or f"from {room}" in source for room in ("bids", "kernel", "django"))
