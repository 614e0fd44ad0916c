"""Check a bundle of evidence, without the service it came from.

    python3 verify.py BUNDLE.zip

It needs Python 3.9 or newer and nothing else. It says what was checked and, where something is not what it was, the
first wrong thing; its exit status is 0 only if everything holds.
"""

from __future__ import annotations

import hashlib
import json
import sys
import zipfile
from collections.abc import Callable
from typing import Any

VERSION_PREFIX, EVIDENCE_PREFIX, EVENT_PREFIX, IDENTITY_PREFIX = (
    b"rev.v1\0",
    b"evidence.v1\0",
    b"audit.v1\0",
    b"identity.v1\0",
)
COMMITTED = {"name": "typed_name", "ip": "ip", "user_agent": "user_agent"}
CONFIRMED_BY = {
    "mailed_code": "a code from a letter",
    "mailed_button": "the button of a letter and the three digits of the page before it",
}
MANIFEST, WHOLE, VERSION, EVIDENCE = "MANIFEST.json", "whole.json", "version.bin", "evidence.bin"
IDENTITIES, TRAIL, STANDING, FACTS = "identities.json", "trail.jsonl", "standing.json", "facts.json"
CERTIFICATE = "certificate.pdf"
OF_THE_WHOLE = (VERSION, EVIDENCE, WHOLE, IDENTITIES, TRAIL, STANDING)
DOCUMENTS = {
    "offer_pdf": "offer-%s.pdf",
    "change_pdf": "change-%s.pdf",
    "twin_json": "offer.json",
    "twin_ubl": "offer.xml",
}
OF_THE_VERSION, ANSWER = ("offer", "change-"), "answer."


class Wrong(Exception):
    """The first thing that is not what it was: its name and why."""


def sha256(data: bytes) -> str:
    """The SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def canonical(tree: Any) -> bytes:
    """The one way to write this JSON: sorted keys, no blanks."""
    return json.dumps(tree, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")


def parsed(files: dict[str, bytes], name: str) -> Any:
    """The JSON of a member that must be written in the one way."""
    try:
        tree = json.loads(files[name].decode("utf-8"))
    except ValueError:
        raise Wrong(f"{name}: is no JSON") from None
    if canonical(tree) != files[name]:
        raise Wrong(f"{name}: is not written as it was")
    return tree


def behind(prefix: bytes, files: dict[str, bytes], name: str) -> Any:
    """The JSON behind the domain prefix of a member."""
    data = files[name]
    if not data.startswith(prefix):
        raise Wrong(f"{name}: does not begin as it should")
    try:
        return json.loads(data[len(prefix) :].decode("utf-8"))
    except ValueError:
        raise Wrong(f"{name}: is no JSON behind its prefix") from None


def check_manifest(files: dict[str, bytes]) -> str:
    """Every member is the one that the manifest names, and there is no other."""
    if MANIFEST not in files:
        raise Wrong(f"{MANIFEST}: is missing")
    manifest = parsed(files, MANIFEST)
    if (
        not isinstance(manifest, dict)
        or manifest.get("format") != "punos.bundle/1"
        or set(manifest) != {"format", "files"}
    ):
        raise Wrong(f"{MANIFEST}: is not that of a bundle of evidence")
    named = manifest["files"]
    for name in sorted(set(named) | (set(files) - {MANIFEST})):
        if name not in files:
            raise Wrong(f"{name}: is missing, or {MANIFEST} was altered")
        if name not in named:
            raise Wrong(f"{name}: is not named in {MANIFEST}, or that was altered")
        if sha256(files[name]) != named[name]:
            raise Wrong(f"{name}: is not what {MANIFEST} says, or that was altered")
    return f"{len(named)} files are those the manifest names"


def check_there(files: dict[str, bytes]) -> str:
    """Whose bundle it is: what is no partner's has all that a yes is proven by, and what became of it since."""
    if FACTS in files:
        state = parsed(files, FACTS)["state"]
        return f"a partner's bundle, which has no trail; when it was made, it says, the yes was {state}"
    for name in OF_THE_WHOLE:
        if name not in files:
            raise Wrong(f"{name}: is missing")
    return ""


def name_of(document: dict[str, Any]) -> str:
    """What a document that the evidence names is called here."""
    name = DOCUMENTS[document["kind"]]
    return name % document["language"] if "%s" in name else name


def check_evidence(files: dict[str, bytes]) -> str:
    """The evidence is about this very version, and the documents are those it names, all of them and no other."""
    if EVIDENCE not in files:
        return ""
    said = behind(EVIDENCE_PREFIX, files, EVIDENCE)
    if VERSION in files:
        behind(VERSION_PREFIX, files, VERSION)
        if sha256(files[VERSION]) != said["version"]["hash"]:
            raise Wrong(f"{VERSION}: is not the version that the evidence is about")
    named = said["version"].get("files") or [{"kind": "offer_pdf", **one} for one in said["version"]["pdfs"]]
    known = {name_of(one): one["sha256"] for one in named}
    for name, held in known.items():
        if name not in files:
            raise Wrong(f"{name}: is missing")
        if sha256(files[name]) != held:
            raise Wrong(f"{name}: is not the file that the evidence names")
    for name in sorted(files) if "files" in said["version"] else []:
        if name.startswith(OF_THE_VERSION) and name not in known:
            raise Wrong(f"{name}: is no file that the evidence names")
    if said["consent"] and sha256(said["consent"]["text"].encode("utf-8")) != said["consent"]["sha256"]:
        raise Wrong(f"{EVIDENCE}: the sentence agreed to was altered")
    return (
        f"a {said['method']} yes to version {said['version']['number']} of offer {said['version']['offer']}{way(said)}"
    )


def way(said: dict[str, Any]) -> str:
    """What of a letter the client confirmed it with; evidence that does not name it is of a code."""
    if not said["proof"]:
        return ""
    how = said["proof"].get("how", "mailed_code")
    if how not in CONFIRMED_BY:
        raise Wrong(f"{EVIDENCE}: says in no known way what the yes was confirmed with")
    return f", confirmed with {CONFIRMED_BY[how]}"


def check_answer_file(files: dict[str, bytes]) -> str:
    """What a recorded yes was seen from is the very file the evidence names."""
    if EVIDENCE not in files:
        return ""
    recorded = behind(EVIDENCE_PREFIX, files, EVIDENCE)["recorded"]
    there = {name: data for name, data in files.items() if name.startswith(ANSWER)}
    for name, data in there.items():
        if not recorded or sha256(data) != recorded["file"]:
            raise Wrong(f"{name}: is not the file that the answer was recorded from")
    if recorded and recorded["file"] and not there and FACTS not in files:
        raise Wrong(f"{ANSWER}*: the file that the answer was recorded from is missing")
    return "the file the yes was recorded from" if there else ""


def check_identities(files: dict[str, bytes]) -> str:
    """Names and addresses are those that the evidence holds to; what was erased is not here."""
    if IDENTITIES not in files:
        return ""
    said = behind(EVIDENCE_PREFIX, files, EVIDENCE)
    there = parsed(files, IDENTITIES)
    for one in there:
        held = hashlib.sha256(IDENTITY_PREFIX + bytes.fromhex(one["salt"]) + one["value"].encode("utf-8")).hexdigest()
        if one["name"] not in COMMITTED or said[COMMITTED[one["name"]]] != held:
            raise Wrong(f"{IDENTITIES}: the {one['name']} was altered")
    erased = [name for name, key in COMMITTED.items() if said[key] and name not in {one["name"] for one in there}]
    return "identities: " + ", ".join([*(one["name"] for one in there), *(f"{name} erased" for name in erased)])


def events_of(files: dict[str, bytes]) -> list[dict[str, Any]]:
    """The events of the trail, each link of the chain checked; of what is not open only the hash is there."""
    if TRAIL not in files:
        return []
    lines = files[TRAIL].split(b"\n")
    if lines.pop() != b"":
        raise Wrong(f"{TRAIL}: does not end as it should")
    head = json.loads(lines.pop().decode("utf-8"))
    before, found = "00" * 32, []
    for seq, line in enumerate(lines, 1):
        try:
            event = json.loads(line.decode("utf-8"))
        except ValueError:
            raise Wrong(f"{TRAIL}: event {seq} was altered") from None
        if set(event) == {"seq", "prev", "hidden"}:
            own = event["hidden"]
        else:
            own = sha256(EVENT_PREFIX + line)
            found.append(event)
        if event["seq"] != seq or event["prev"] != before:
            raise Wrong(f"{TRAIL}: event {seq} or the one before it was altered, added or taken away")
        before = own
    if head != {"head": before, "seq": len(lines)}:
        raise Wrong(f"{TRAIL}: the last event, or the head of the trail, was altered")
    return found


def check_trail(files: dict[str, bytes]) -> str:
    """The trail holds, and tells of this evidence, this version and these files."""
    if TRAIL not in files:
        return ""
    found = events_of(files)
    said = behind(EVIDENCE_PREFIX, files, EVIDENCE)
    told = [one for one in found if one["facts"].get("decision") == said["decision"]]
    yes = [one for one in told if one["type"] in {"offer.accepted", "offer.yes_recorded"}]
    if not yes or yes[0]["facts"]["evidence"] != sha256(files[EVIDENCE]):
        raise Wrong(f"{EVIDENCE}: is not the evidence that the trail tells of")
    if (yes[0]["type"] == "offer.accepted") != (said["method"] == "clicked"):
        raise Wrong(f"{EVIDENCE}: the trail tells of another way to say yes")
    sent = [
        one
        for one in found
        if one["type"] == "offer.sent" and one["facts"].get("version") == yes[0]["facts"]["version"]
    ]
    went_out = set(sent[0]["facts"]["files"].values()) if sent else set()
    for name, data in files.items():
        if name.startswith(OF_THE_VERSION) and went_out and sha256(data) not in went_out:
            raise Wrong(f"{name}: is not a file that went out")
    drawn = [one["facts"]["sha256"] for one in told if one["type"] == "certificate.drawn"]
    if CERTIFICATE in files and sha256(files[CERTIFICATE]) != (drawn[-1] if drawn else ""):
        raise Wrong(f"{CERTIFICATE}: is not the certificate that was drawn")
    head = json.loads(files[TRAIL].split(b"\n")[-2].decode("utf-8"))
    return (
        f"the trail: {len(found)} events open, head included. It goes to event {head['seq']}, the last open one is of "
        f"{found[-1]['at']}; what came after that, an annulment too, could have been cut off"
    )


def check_standing(files: dict[str, bytes]) -> str:
    """What is told of the answer since is what the trail tells."""
    if STANDING not in files:
        return ""
    standing = parsed(files, STANDING)
    said = behind(EVIDENCE_PREFIX, files, EVIDENCE)
    types = {one["type"] for one in events_of(files) if one["facts"].get("decision") == said["decision"]}
    if TRAIL in files and bool(standing["objected_at"]) != ("decision.objected" in types):
        raise Wrong(f"{STANDING}: the trail tells another thing of an objection")
    if TRAIL in files and (standing["state"] == "annulled") != ("decision.annulled" in types):
        raise Wrong(f"{STANDING}: the trail tells another thing of an annulment")
    told = f"the yes is {standing['state']}"
    return told + (", and the client has said that it is not so" if standing["objected_at"] else "")


def check_whole(files: dict[str, bytes]) -> str:
    """What never changes of the whole bundle, under one hash that every firm has."""
    if WHOLE in files:
        whole = parsed(files, WHOLE)
        for name, held in whole["files"].items():
            if name not in files and not (FACTS in files and name.startswith(ANSWER)):
                raise Wrong(f"{name}: is missing")
            if name in files and sha256(files[name]) != held:
                raise Wrong(f"{name}: is not what {WHOLE} says, or that was altered")
        if VERSION in files and whole["nonce"] != behind(VERSION_PREFIX, files, VERSION)["nonce"]:
            raise Wrong(f"{WHOLE}: does not belong to this version")
    if FACTS in files:
        facts = parsed(files, FACTS)
        if WHOLE in files and facts["whole"] != sha256(files[WHOLE]):
            raise Wrong(f"{FACTS}: names another whole than {WHOLE}")
        if VERSION in files and facts["version_hash"] != sha256(files[VERSION]):
            raise Wrong(f"{FACTS}: names another version")
        copy = json.loads(files["own-copy.json"].decode("utf-8"))["agreed"] if "own-copy.json" in files else None
        if copy is not None and copy["version_hash"] != facts["version_hash"]:
            raise Wrong("own-copy.json: is of another version")
        return f"hash of the whole: {facts['whole']}"
    return f"hash of the whole: {sha256(files[WHOLE])}" if WHOLE in files else ""


CHECKS: list[Callable[[dict[str, bytes]], str]] = [
    check_manifest,
    check_there,
    check_evidence,
    check_answer_file,
    check_identities,
    check_trail,
    check_standing,
    check_whole,
]


def members(path: str) -> dict[str, bytes]:
    """The members of the bundle by name."""
    with zipfile.ZipFile(path) as bundle:
        names = bundle.namelist()
        if len(names) != len(set(names)):
            raise Wrong("the bundle: names a file twice")
        broken = bundle.testzip()
        if broken:
            raise Wrong(f"{broken}: was damaged")
        return {name: bundle.read(name) for name in names}


def verify(files: dict[str, bytes]) -> list[str]:
    """What holds, in words; Wrong names the first thing that does not."""
    told = []
    for check in CHECKS:
        try:
            told.append(check(files))
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            about = (check.__doc__ or "").split(",")[0]
            raise Wrong(f"{_named(check)}: cannot be read as it should ({type(error).__name__}: {about})") from None
    return [one for one in told if one]


def _named(check: Callable[[dict[str, bytes]], str]) -> str:
    names = {"check_manifest": MANIFEST, "check_identities": IDENTITIES, "check_trail": TRAIL}
    names |= {"check_standing": STANDING, "check_whole": WHOLE, "check_there": FACTS}
    return names.get(check.__name__, EVIDENCE)


def main(path: str) -> int:
    """Print what holds, or the first thing that does not."""
    try:
        told = verify(members(path))
    except Wrong as wrong:
        sys.stdout.write(f"WRONG  {wrong}\n")
        return 1
    except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        sys.stdout.write(f"WRONG  the bundle: cannot be opened ({error})\n")
        return 1
    sys.stdout.write("".join(f"holds  {one}\n" for one in told) + "Everything holds.\n")
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 2:  # noqa: PLR2004 - the program and one bundle
        sys.stdout.write("usage: python3 verify.py BUNDLE.zip\n")
        raise SystemExit(2)
    raise SystemExit(main(sys.argv[1]))
