"""What a document is drawn from, what it may use, and what comes of it: plain values, known on both sides of the fence.

Nothing here imports WeasyPrint: whoever asks for a document must not carry the machinery that draws it.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from importlib.metadata import version
from typing import Any, Final

ENGINE: Final = f"weasyprint/{version('weasyprint')} pydyf/{version('pydyf')} fonttools/{version('fonttools')}"
JOB_FILE: Final = "job"
RESULT_FILE: Final = "result"
NOISE_FILE: Final = "noise"
"""What lies in the folder of one job: what to draw, what was drawn, what libraries printed meanwhile."""
MEBIBYTE: Final = 1024 * 1024
_CPU_SECONDS: Final = 10
_CPU_SECONDS_PER_LINE: Final = 0.15


class Reason(StrEnum):
    """Why a document was not drawn."""

    TOO_LONG_CPU = "too_long_cpu"
    TOO_LONG_WALL = "too_long_wall"
    OUT_OF_MEMORY = "out_of_memory"
    TOO_MANY_PAGES = "too_many_pages"
    TOO_MANY_PICTURES = "too_many_pictures"
    TOO_LARGE = "too_large"
    TOO_DEEP = "too_deep"
    BLOCKED_ADDRESS = "blocked_address"
    EMBEDDED_FILE = "embedded_file"
    MISSING_ALT = "missing_alt"
    MISSING_LANGUAGE = "missing_language"
    MISSING_TITLE = "missing_title"
    LOST_PICTURE = "lost_picture"
    LOST_STYLE = "lost_style"
    CRASHED = "crashed"
    STOPPED = "stopped"


class Step(StrEnum):
    """What the renderer is doing, in the order it happens; `LAYING_OUT` returns when page numbers must settle."""

    READING = "reading"
    STYLING = "styling"
    ARRANGING = "arranging"
    LAYING_OUT = "laying_out"
    DRAWING = "drawing"
    FINISHING = "finishing"


class RenderFailed(Exception):
    """No document came of it. `detail` is for the log of the operator, never for a page."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason = reason
        self.detail = detail

    def __reduce__(self) -> tuple[type["RenderFailed"], tuple[Reason, str]]:
        return type(self), (self.reason, self.detail)


@dataclass(frozen=True, kw_only=True)
class Progress:
    """One step; while pages are laid out, which page, and of how many when an earlier round has counted them."""

    step: Step
    page: int | None = None
    pages: int | None = None


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a document may use. CPU and wall are seconds, sizes are bytes."""

    cpu_seconds: float = _CPU_SECONDS
    wall_seconds: float = 90
    memory_bytes: int = 1024 * MEBIBYTE
    max_pages: int = 60
    max_bytes: int = 20 * MEBIBYTE
    max_pictures: int = 20

    @classmethod
    def for_lines(cls, lines: int, **others: Any) -> "Limits":
        """The limits of a document with this many price lines: 10 CPU seconds and 0.15 for each line."""
        return cls(cpu_seconds=_CPU_SECONDS + _CPU_SECONDS_PER_LINE * lines, **others)


@dataclass(frozen=True)
class Asset:
    """A file of the document: a font, a picture or a stylesheet, known in it as `punos:<name>`."""

    media_type: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class RenderJob:
    """Everything a document is drawn from; two equal jobs give equal bytes.

    `assets` are the files that HTML and stylesheets name as `punos:<name>`. `identifier` becomes the PDF's own and
    `made_at` its only date (W3C form, `2026-03-02T10:00:00Z`); both come from the frozen content, not from a clock.
    """

    html: str
    title: str
    language: str
    identifier: bytes
    stylesheets: tuple[str, ...] = ()
    assets: Mapping[str, Asset] = field(default_factory=dict)
    made_at: str | None = None
    author: str | None = None
    variant: str = "pdf/ua-1"
    limits: Limits = Limits()

    @property
    def key(self) -> str:
        """A fingerprint, in hexadecimal, of everything the bytes depend on: the job but its limits, and the engine."""
        digest = hashlib.sha256()

        def add(*values: str | bytes) -> None:
            for value in values:
                content = value.encode() if isinstance(value, str) else value
                digest.update(len(content).to_bytes(8, "big"))
                digest.update(content)

        add("punos.document/1", ENGINE, self.html, self.title, self.language, self.identifier, self.variant)
        for optional in (self.made_at, self.author):
            add(*([] if optional is None else [optional]), str(optional is None))
        add(str(len(self.stylesheets)), *self.stylesheets)
        for name, asset in sorted(self.assets.items()):
            add(name, asset.media_type, asset.content)
        return digest.hexdigest()


@dataclass(frozen=True, kw_only=True)
class PictureJob:
    """A picture as it was handed in, which is to become pixels that a document and a page may hold."""

    content: bytes
    limits: Limits = Limits(cpu_seconds=5, wall_seconds=20, memory_bytes=512 * MEBIBYTE)


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """A drawn document, what WeasyPrint grumbled about, and the CPU and memory its process took."""

    pdf: bytes
    pages: int
    cpu_seconds: float
    complaints: tuple[str, ...] = ()
    peak_bytes: int = 0

    @property
    def sha256(self) -> str:
        """The PDF's fingerprint, in hexadecimal."""
        return hashlib.sha256(self.pdf).hexdigest()
