"""Whether the libraries that drawing a PDF needs, and no wheel carries, are there and load."""

import ctypes
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

LINUX_NAMES = (
    "libgobject-2.0.so.0",
    "libpango-1.0.so.0",
    "libharfbuzz.so.0",
    "libharfbuzz-subset.so.0",
    "libfontconfig.so.1",
    "libpangoft2-1.0.so.0",
)
FONTS_CONFIGURATION = Path("/etc/fonts/fonts.conf")
# Runs in the project's environment. A broken library is found only by loading it, and fontconfig's own fault only by
# what it says on standard error.
TRIAL = """
import json, warnings
warnings.simplefilter("ignore")
try:
    from weasyprint.text import ffi, fonts
except OSError as error:
    print(json.dumps({"fault": str(error).splitlines()[0].partition("  Additionally")[0].rstrip(".")}))
else:
    fonts.FontConfiguration()
    print(json.dumps({"fault": None, "subset": getattr(ffi, "harfbuzz_subset", None) is not None}))
"""


@dataclass(frozen=True)
class Missing:
    """What drawing a PDF lacks; without something vital no PDF comes out at all."""

    reason: str
    is_vital: bool


def load_here() -> bool:
    """Whether every library loads into this very process; False where their names are not known."""
    if sys.platform != "linux" or not _fonts_are_configured():
        return False
    try:
        for name in LINUX_NAMES:
            ctypes.CDLL(name)
    except OSError:
        return False
    return True


def missing(python: Path) -> Missing | None:
    """What WeasyPrint itself says when that Python imports it; None when everything is there."""
    trial = subprocess.run([python, "-c", TRIAL], capture_output=True, text=True, check=False)
    try:
        answer = json.loads(trial.stdout.strip().splitlines()[-1])
    except (IndexError, ValueError):
        why = (trial.stderr or trial.stdout).strip().splitlines()[-1:]
        return Missing(f"WeasyPrint does not start: {' '.join(why)}", is_vital=True)
    if answer["fault"]:
        return Missing(f"Drawing a PDF needs system libraries that are missing: {answer['fault']}", is_vital=True)
    if "Fontconfig error" in trial.stderr or not _fonts_are_configured():
        return Missing("Drawing a PDF needs fontconfig, which is not set up on this machine", is_vital=False)
    if not answer["subset"]:
        return Missing("Fonts in PDFs stay larger than need be without the library harfbuzz-subset", is_vital=False)
    return None


def _fonts_are_configured() -> bool:
    told_elsewhere = any(os.environ.get(name) for name in ("FONTCONFIG_FILE", "FONTCONFIG_PATH"))
    return told_elsewhere or sys.platform != "linux" or FONTS_CONFIGURATION.exists()
