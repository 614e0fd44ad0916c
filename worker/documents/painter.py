"""Turns one cleaned SVG into pixels, with the engines that draw documents and read them back."""

from io import BytesIO
from typing import Final

import pypdfium2
from PIL import Image

from worker.documents.job import Asset, PaintJob, RenderJob
from worker.documents.renderer import draw

_PIXELS_PER_POINT: Final = 96 / 72
_NOTHING: Final = (0, 0, 0, 0)


def paint(job: PaintJob) -> bytes:
    """The drawing as a PNG of its width and height; the same drawing gives the same bytes. Raises RenderFailed."""
    page = f"@page {{ size: {job.width}px {job.height}px; margin: 0 }}"
    whole = f"html, body {{ margin: 0 }} img {{ display: block; width: {job.width}px; height: {job.height}px }}"
    drawn = draw(
        RenderJob(
            html='<html lang="en"><body><img alt="drawing" src="punos:drawing"></body></html>',
            title="drawing",
            language="en",
            identifier=b"drawing",
            stylesheets=(page, whole),
            assets={"drawing": Asset("image/svg+xml", job.svg)},
            limits=job.limits,
        )
    )
    document = pypdfium2.PdfDocument(drawn.pdf)
    bitmap = document[0].render(scale=_PIXELS_PER_POINT, fill_color=_NOTHING, maybe_alpha=True)
    picture = bitmap.to_pil().convert("RGBA")
    if picture.size != (job.width, job.height):
        picture = picture.resize((job.width, job.height), Image.Resampling.LANCZOS)
    packed = BytesIO()
    picture.save(packed, "PNG", optimize=True)
    return packed.getvalue()
