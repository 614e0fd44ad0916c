"""The pages of a finished PDF as pictures, drawn once and kept beside the private files."""

import io
import os
import tempfile
import threading
from pathlib import Path
from typing import Final

from django.conf import settings

from kernel import files

WIDTH: Final = 900
COLOURS: Final = 48
"""Enough for text and threads; it keeps a page of a letter small."""

_one_at_a_time = threading.Lock()
"""PDFium does not take two callers at once."""


class NoSuchPage(LookupError):
    """The document has fewer pages."""


def page_picture(sha256: str, page: int) -> bytes:
    """The PNG of a page, counted from 1. Raises `NoSuchPage`, or `kernel.files.FileIsCorruptError`."""
    path = Path(settings.PRIVATE_FILES_DIR) / "pictures" / sha256[:2] / f"{sha256}-{page}-{WIDTH}.png"
    if path.is_file():
        return path.read_bytes()
    picture = _drawn(files.read(sha256), page)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, draft = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
    with os.fdopen(descriptor, "wb") as file:
        file.write(picture)
    Path(draft).replace(path)
    return picture


def _drawn(pdf: bytes, page: int) -> bytes:
    import pypdfium2  # noqa: PLC0415 - a heavy native library, wanted only here
    from PIL import Image  # noqa: PLC0415 - likewise

    with _one_at_a_time:
        document = pypdfium2.PdfDocument(pdf)
        try:
            if not 1 <= page <= len(document):
                raise NoSuchPage(page)
            leaf = document[page - 1]
            drawn = leaf.render(scale=WIDTH / leaf.get_width()).to_pil().convert("RGB")
        finally:
            document.close()
    small = drawn.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    out = io.BytesIO()
    small.save(out, "PNG", optimize=True)
    return out.getvalue()
