"""Draws one document: HTML, stylesheets and files in memory become the bytes of a tagged PDF.

Knows neither Django nor the database, and sets no limits on the process it runs in: `worker.documents.process` does.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from worker.documents.fetcher import SCHEME, AddressBlocked, OnlyOurs
from worker.documents.hyphenation import know_finnish
from worker.documents.job import Progress, Reason, Rendered, RenderFailed, RenderJob, Step

know_finnish()

_KEPT_COMPLAINTS: Final = 50
_SHOWN_COMPLAINT: Final = 300
_MISSING_ALT: Final = "has no required alt description"
_MISSING_LANGUAGE: Final = 'Missing required "lang" attribute'
_LOST_PICTURE: Final = ("Failed to load image", "Failed to load inline SVG", "Failed to render SVG")
_LOST_STYLE: Final = ("Failed to load stylesheet", "Unsupported stylesheet type")


def draw(job: RenderJob, progress: Callable[[Progress], None] = lambda _: None) -> Rendered:
    """The document as a PDF, tagged when the variant asks for it, with the same bytes for the same job.

    One at a time in a process: progress is read from WeasyPrint's own log. Raises RenderFailed when an address outside
    the job was asked for, a picture has no description, something could not be loaded, or a limit of pages, pictures
    or bytes was passed. MemoryError and everything unforeseen pass through.
    """
    _require(job)
    began_at = time.process_time()
    fetcher = OnlyOurs(job.assets)
    with _listening(_Listener(progress, job.limits.max_pages)) as listener:
        try:
            pdf, pages = _write(job, fetcher)
        except AddressBlocked as blocked:
            raise RenderFailed(Reason.BLOCKED_ADDRESS, str(blocked)) from None
        except RecursionError:
            raise RenderFailed(Reason.TOO_DEEP) from None
    if fetcher.blocked:
        raise RenderFailed(Reason.BLOCKED_ADDRESS, ", ".join(fetcher.addresses))
    listener.refuse_faults()
    if len(pdf) > job.limits.max_bytes:
        raise RenderFailed(Reason.TOO_LARGE, f"{len(pdf)} bytes")
    return Rendered(
        pdf=pdf, pages=pages, cpu_seconds=time.process_time() - began_at, complaints=tuple(listener.complaints)
    )


def _require(job: RenderJob) -> None:
    pictures = sum(asset.media_type.startswith("image/") for asset in job.assets.values())
    if pictures > job.limits.max_pictures:
        raise RenderFailed(Reason.TOO_MANY_PICTURES, f"{pictures} pictures")
    if not job.title.strip():
        raise RenderFailed(Reason.MISSING_TITLE)
    if not job.language.strip():
        raise RenderFailed(Reason.MISSING_LANGUAGE)


def _write(job: RenderJob, fetcher: OnlyOurs) -> tuple[bytes, int]:
    fonts = FontConfiguration()
    html = HTML(string=job.html, url_fetcher=fetcher, base_url=SCHEME)
    sheets = [CSS(string=text, url_fetcher=fetcher, base_url=SCHEME, font_config=fonts) for text in job.stylesheets]
    document = html.render(font_config=fonts, stylesheets=sheets, pdf_variant=job.variant)
    if document.metadata.attachments or any(link[0] == "attachment" for page in document.pages for link in page.links):
        raise RenderFailed(Reason.EMBEDDED_FILE)
    metadata = document.metadata
    metadata.title, metadata.lang = job.title, job.language
    metadata.authors = [job.author] if job.author else []
    metadata.created = metadata.modified = job.made_at
    metadata.description = metadata.generator = None
    metadata.keywords, metadata.custom = [], {}
    pdf: bytes = document.write_pdf(pdf_variant=job.variant, pdf_identifier=job.identifier)
    return pdf, len(document.pages)


class _TooManyPages(BaseException):
    """Stops the layout from inside; no handler for ordinary exceptions may catch it."""


class _Listener(logging.Handler):
    """Turns WeasyPrint's log into progress and complaints, and stops it at the last allowed page."""

    def __init__(self, progress: Callable[[Progress], None], max_pages: int) -> None:
        super().__init__(logging.INFO)
        self.report = progress
        self.max_pages = max_pages
        self.complaints: list[str] = []
        self.faults: list[str] = []
        self._last: Progress | None = None
        self._counted: int | None = None
        self._page = 0

    def emit(self, record: logging.LogRecord) -> None:
        if record.name == "weasyprint.progress":
            self._advance(record)
        elif record.levelno >= logging.WARNING:
            text = record.getMessage()[:_SHOWN_COMPLAINT]
            if record.levelno >= logging.ERROR:
                self.faults.append(text)
            if len(self.complaints) < _KEPT_COMPLAINTS:
                self.complaints.append(f"{record.levelname}: {text}")

    def refuse_faults(self) -> None:
        """Raise RenderFailed for what may not be missing from a document that is sent."""
        for fault in self.faults:
            if _MISSING_ALT in fault:
                raise RenderFailed(Reason.MISSING_ALT, fault)
            if fault.startswith(_MISSING_LANGUAGE):
                raise RenderFailed(Reason.MISSING_LANGUAGE, fault)
            if fault.startswith(_LOST_PICTURE):
                raise RenderFailed(Reason.LOST_PICTURE, fault)
            if fault.startswith(_LOST_STYLE):
                raise RenderFailed(Reason.LOST_STYLE, fault)

    def _advance(self, record: logging.LogRecord) -> None:
        message = record.msg
        if message.startswith("Step 5") and "Page" in message:
            self._page = _page_of(record)
            if self._page > self.max_pages:
                raise _TooManyPages
            self._tell(Progress(step=Step.LAYING_OUT, page=self._page, pages=self._counted))
        elif message.startswith("Step 5"):
            self._counted = self._page
        elif (step := _STEPS.get(message[:6])) is not None:
            self._tell(Progress(step=step))

    def _tell(self, progress: Progress) -> None:
        if progress != self._last:
            self._last = progress
            self.report(progress)


def _page_of(record: logging.LogRecord) -> int:
    page = record.args[0] if isinstance(record.args, tuple) else 0
    return page if isinstance(page, int) else 0


_STEPS: Final = {
    "Step 1": Step.READING,
    "Step 2": Step.STYLING,
    "Step 3": Step.STYLING,
    "Step 4": Step.ARRANGING,
    "Step 6": Step.DRAWING,
    "Step 7": Step.FINISHING,
}


@contextmanager
def _listening(listener: _Listener) -> Iterator[_Listener]:
    logger, steps = logging.getLogger("weasyprint"), logging.getLogger("weasyprint.progress")
    levels = logger.level, steps.level
    logger.addHandler(listener)
    logger.setLevel(logging.WARNING)
    steps.setLevel(logging.INFO)
    try:
        yield listener
    except _TooManyPages:
        raise RenderFailed(Reason.TOO_MANY_PAGES, f"more than {listener.max_pages} pages") from None
    finally:
        logger.removeHandler(listener)
        logger.setLevel(levels[0])
        steps.setLevel(levels[1])
