"""Small documents and their readers, for tests of the renderer."""

import io
from typing import Any

import pikepdf
import pypdf

from tests.worker.vectors import Vector
from worker.documents.job import Asset, RenderJob

STYLE = "@page { size: A4; margin: 2cm; @bottom-right { content: counter(page) ' / ' counter(pages) } }"


def job(body: str = "<h1>Tarjous</h1><p>Hei maailma</p>", **others: Any) -> RenderJob:
    """A document that can be drawn, with this in its body."""
    values: dict[str, Any] = {
        "html": f'<!doctype html><html lang="fi"><head><title>x</title></head><body>{body}</body></html>',
        "title": "Tarjous YT-2026-0001",
        "language": "fi",
        "identifier": b"0123456789abcdef",
        "made_at": "2026-03-02T10:00:00Z",
        "stylesheets": (STYLE,),
    }
    return RenderJob(**(values | others))


def jobs_of(vector: Vector) -> list[RenderJob]:
    """The vector as a document; an SVG one both as a picture and written into the page."""
    if not vector.svg:
        return [job(f"<p>ennen</p>{vector.html}<p>jälkeen</p>", stylesheets=(STYLE, vector.css))]
    assets = {"picture": Asset("image/svg+xml", vector.svg.encode())}
    return [job('<img alt="x" src="punos:picture">', assets=assets), job(f"<div>{vector.svg}</div>")]


def everything_in(pdf: bytes) -> bytes:
    """The raw bytes, every stream unpacked, the text and the embedded files, in one piece to be searched."""
    found = [pdf]
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for thing in document.objects:
            if isinstance(thing, pikepdf.Stream):
                try:
                    found.append(thing.read_bytes())
                except pikepdf.PdfError:
                    found.append(thing.read_raw_bytes())
            else:
                found.append(thing.unparse(resolved=True))
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    found += [page.extract_text().encode() for page in reader.pages]
    found += [content for contents in reader.attachments.values() for content in contents]
    return b"\n".join(found)
