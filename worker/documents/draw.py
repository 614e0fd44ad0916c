"""From a frozen offer to the bytes of one of its files."""

import atexit
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Final

from django.conf import settings

from bids.exports.frozen_offer import FrozenOffer
from bids.exports.twin import twin_bytes
from bids.exports.ubl import quotation
from bids.vocabulary import DocumentKind
from worker.documents.compose import change_job, render_job
from worker.documents.job import Limits, Progress, Reason, Rendered, RenderFailed, Step
from worker.documents.pictures import DrawablePictures
from worker.documents.process import Renderer

Report = Callable[[Step, int | None, int | None], None]
"""Told each step, and while pages are laid out which page of how many, as far as that is known."""

RENDERER: Final = Renderer()
"""Shared by all threads; its own process starts with the first document, or when it is warmed, and ends with ours."""
atexit.register(RENDERER.close)

ROOT: Final = Path(__file__).resolve().parents[2]
WHAT_SHAPES_A_FILE: Final = (
    "bids/**/*.py",
    "bids/**/*.csv",
    "kernel/**/*.py",
    "locale/**/*.mo",
    "templates/documents/**/*",
    "worker/documents/**/*",
)
DRAWN_BY: Final = ("weasyprint", "pydyf", "tinyhtml5", "tinycss2", "fonttools", "pillow", "lxml", "markdown-it-py")


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A file of an offer; only a PDF has pages."""

    data: bytes
    media_type: str
    pages: int | None = None


def draw_document(frozen: FrozenOffer, kind: DocumentKind, on_progress: Report) -> Drawn:
    """The file of this kind; RenderFailed when a PDF cannot be drawn within its limits."""
    match kind:
        case DocumentKind.OFFER_PDF:
            rendered = draw_offer(frozen, on_progress=on_progress)
            return Drawn(data=rendered.pdf, media_type="application/pdf", pages=rendered.pages)
        case DocumentKind.CHANGE_PDF:
            rendered = draw_change(frozen, on_progress=on_progress)
            return Drawn(data=rendered.pdf, media_type="application/pdf", pages=rendered.pages)
        case DocumentKind.TWIN_JSON:
            data = twin_bytes(frozen.offer, frozen.order.choice, frozen.sheet)
            return Drawn(data=data, media_type="application/json")
        case DocumentKind.TWIN_UBL:
            data = quotation(frozen.offer, frozen.order.choice, frozen.sheet)
            return Drawn(data=data, media_type="application/xml")


def draw_offer(frozen: FrozenOffer, *, on_progress: Report) -> Rendered:
    """The offer as a PDF, drawn in a process of its own."""

    def told(progress: Progress) -> None:
        on_progress(progress.step, progress.page, progress.pages)

    files = DrawablePictures(frozen.offer.files, RENDERER)
    job = render_job(frozen.sheet, theme=frozen.order.theme, files=files)
    return RENDERER.draw(replace(job, limits=limits_of(frozen)), told)


def draw_change(frozen: FrozenOffer, *, on_progress: Report) -> Rendered:
    """The page about a change of what was agreed as a PDF, drawn in a process of its own."""

    def told(progress: Progress) -> None:
        on_progress(progress.step, progress.page, progress.pages)

    if frozen.change is None:
        raise RenderFailed(Reason.CRASHED, "what was frozen changes nothing that was agreed")
    files = DrawablePictures(frozen.offer.files, RENDERER)
    job = change_job(frozen.sheet, frozen.change, theme=frozen.order.theme, files=files)
    return RENDERER.draw(replace(job, limits=limits_of(frozen)), told)


def limits_of(frozen: FrozenOffer) -> Limits:
    """What the installation lets a document of this length take."""
    allowed = settings.DOCUMENT_LIMITS
    lines = len(frozen.sheet.rows) + len(frozen.sheet.choices)
    return Limits(
        cpu_seconds=allowed["cpu_seconds"] + allowed["cpu_seconds_per_line"] * lines,
        wall_seconds=allowed["wall_seconds"],
        memory_bytes=allowed["memory_bytes"],
        max_pages=allowed["max_pages"],
    )


def cache_key_of(frozen_sha256: str, kind: DocumentKind) -> str:
    """What two documents share only if the same code makes the same file of the same frozen offer."""
    return sha256(f"{kind} {frozen_sha256} {fingerprint()}".encode()).hexdigest()


@cache
def fingerprint() -> str:
    """The state of everything beside the offer that a file depends on: code, words, looks and libraries."""
    seen = sha256()
    for pattern in WHAT_SHAPES_A_FILE:
        for path in sorted(path for path in ROOT.glob(pattern) if path.is_file() and "__pycache__" not in path.parts):
            seen.update(f"{path.relative_to(ROOT)}\0{sha256(path.read_bytes()).hexdigest()}\0".encode())
    for name in DRAWN_BY:
        seen.update(f"{name} {version(name)}\0".encode())
    return seen.hexdigest()
