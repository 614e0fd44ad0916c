"""Turns a picture that was handed in into pixels; drawings with the engines that draw documents and read them back."""

from io import BytesIO
from typing import Final

import pypdfium2
from PIL import Image

from kernel.pictures import MEDIA_TYPES, Picture, PictureRefused
from kernel.svg import MEDIA_TYPE as SVG
from kernel.uploads import clean_upload
from worker.documents.job import Asset, PictureJob, Reason, RenderFailed, RenderJob
from worker.documents.renderer import draw

_PIXELS_PER_POINT: Final = 96 / 72
_NOTHING: Final = (0, 0, 0, 0)


def paint(job: PictureJob) -> Picture:
    """The picture as a clean PNG or JPEG; what a drawing leaves open stays transparent. The same always gives the same.

    Raises RenderFailed.
    """
    try:
        picture = clean_upload(job.content)
    except PictureRefused as refused:
        raise RenderFailed(Reason.LOST_PICTURE, refused.code) from refused
    if picture.media_type != SVG:
        return picture
    page = f"@page {{ size: {picture.width}px {picture.height}px; margin: 0 }}"
    whole = f"html, body {{ margin: 0 }} img {{ display: block; width: {picture.width}px; height: {picture.height}px }}"
    drawn = draw(
        RenderJob(
            html='<html lang="en"><body><img alt="drawing" src="punos:drawing"></body></html>',
            title="drawing",
            language="en",
            identifier=b"drawing",
            stylesheets=(page, whole),
            assets={"drawing": Asset(SVG, picture.content)},
            limits=job.limits,
        )
    )
    bitmap = pypdfium2.PdfDocument(drawn.pdf)[0].render(scale=_PIXELS_PER_POINT, fill_color=_NOTHING, maybe_alpha=True)
    size = (picture.width, picture.height)
    pixels = bitmap.to_pil().convert("RGBA")
    if pixels.size != size:
        pixels = pixels.resize(size, Image.Resampling.LANCZOS)
    packed = BytesIO()
    pixels.save(packed, "PNG", optimize=True)
    return Picture(media_type=MEDIA_TYPES["PNG"], content=packed.getvalue(), width=picture.width, height=picture.height)
