"""Fetch the typefaces from their npm packages and cut them down to the scripts and features that are used.

Browsers get woff2 in `static/fonts`, documents the same cuts as TTF in `worker/documents/fonts`: unpacking woff2 would
cost every renderer about a second and a half before its first page. `static/fonts/vendor.json` names each package, its
version and the sha512 of what was fetched; a version that is already named there must still have that sum.

Usage: python -m launcher.vendor
"""

import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FOR_BROWSERS = ROOT / "static" / "fonts"
FOR_DOCUMENTS = ROOT / "worker" / "documents" / "fonts"

# Latin with its extensions, Greek, Cyrillic, punctuation, currencies, arrows, mathematics, shapes and ticks.
CHARACTERS = (
    "0020-024F,0259,02B0-02FF,0300-036F,0370-03FF,0400-052F,1E00-1EFF,2000-206F,2070-209F,20A0-20CF,2100-214F,"
    "2190-21FF,2200-22FF,25A0-25FF,2600-26FF,2700-27BF,FB00-FB06,FFFD"
)
FEATURES = ("kern", "mark", "mkmk", "ccmp", "locl", "calt", "case", "tnum", "liga", "frac", "sups")


@dataclass(frozen=True)
class Family:
    """A typeface: where it comes from, its licence file, and its cuts as {file in the package: our name}."""

    package: str
    version: str
    licence: str
    licence_name: str
    cuts: dict[str, str]


FAMILIES = (
    Family(
        package="inter-ui",
        version="4.1.1",
        licence="LICENSE.txt",
        licence_name="Inter-OFL.txt",
        cuts={
            "web/Inter-Regular.woff2": "Inter-Regular",
            "web/Inter-Italic.woff2": "Inter-Italic",
            "web/Inter-Medium.woff2": "Inter-Medium",
            "web/Inter-SemiBold.woff2": "Inter-SemiBold",
            "web/Inter-Bold.woff2": "Inter-Bold",
        },
    ),
    Family(
        package="@expo-google-fonts/newsreader",
        version="0.4.1",
        licence="LICENSE_FONT",
        licence_name="Newsreader-OFL.txt",
        cuts={
            "400Regular/Newsreader_400Regular.ttf": "Newsreader-Regular",
            "400Regular_Italic/Newsreader_400Regular_Italic.ttf": "Newsreader-Italic",
            "500Medium/Newsreader_500Medium.ttf": "Newsreader-Medium",
        },
    ),
)


def fetched(family: Family, folder: Path) -> Path:
    """The package as one archive, brought by npm under its name and version."""
    command = ["npm", "pack", "--silent", f"{family.package}@{family.version}", "--pack-destination", str(folder)]
    name = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-1]
    return folder / name


def sha512(data: bytes) -> str:
    """The checksum that is written down and compared."""
    return hashlib.sha512(data).hexdigest()


def member(archive: tarfile.TarFile, path: str) -> bytes:
    """One file of a package; npm puts everything under `package/`."""
    file = archive.extractfile(f"package/{path}")
    if file is None:
        raise SystemExit(f"{path} is not in the package.")
    return file.read()


def cut(data: bytes, name: str) -> list[Path]:
    """Write one cut for browsers and for documents; the same input gives the same bytes."""
    from fontTools import subset  # noqa: PLC0415 – heavy, and only wanted by this command
    from fontTools.ttLib import TTFont  # noqa: PLC0415

    options = subset.Options()
    options.layout_features = list(FEATURES)
    options.name_IDs = ["*"]
    options.hinting = False
    options.notdef_outline = True
    options.glyph_names = False
    font = TTFont(BytesIO(data), recalcTimestamp=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=subset.parse_unicodes(CHARACTERS))
    subsetter.subset(font)
    written = []
    for folder, flavour, ending in ((FOR_BROWSERS, "woff2", "woff2"), (FOR_DOCUMENTS, None, "ttf")):
        folder.mkdir(parents=True, exist_ok=True)
        font.flavor = flavour
        font.save(folder / f"{name}.{ending}")
        written.append(folder / f"{name}.{ending}")
    return written


def refresh() -> list[dict[str, Any]]:
    """Fetch every family, compare with what was written down, cut, and return what is to be written down now."""
    notes = FOR_BROWSERS / "vendor.json"
    known = {entry["name"]: entry for entry in json.loads(notes.read_text())} if notes.exists() else {}
    entries = []
    for family in FAMILIES:
        with tempfile.TemporaryDirectory() as folder:
            package = fetched(family, Path(folder)).read_bytes()
        before = known.get(family.package)
        if before and before["version"] == family.version and before["sha512"] != sha512(package):
            raise SystemExit(f"{family.package} {family.version} is not what it was: its sha512 has changed.")
        files: dict[str, str] = {}
        with tarfile.open(fileobj=BytesIO(package)) as archive:
            for folder_of_licence in (FOR_BROWSERS, FOR_DOCUMENTS):
                folder_of_licence.mkdir(parents=True, exist_ok=True)
                (folder_of_licence / family.licence_name).write_bytes(member(archive, family.licence))
            for path, name in family.cuts.items():
                print(f"{family.package} {family.version}: {name}")
                for file in cut(member(archive, path), name):
                    files[str(file.relative_to(ROOT))] = sha512(file.read_bytes())
        entries.append(
            {
                "name": family.package,
                "version": family.version,
                "licence": "OFL-1.1",
                "sha512": sha512(package),
                "files": files,
            }
        )
    notes.write_text(json.dumps(entries, indent=2) + "\n")
    return entries


if __name__ == "__main__":
    sys.exit(0 if refresh() else 1)
