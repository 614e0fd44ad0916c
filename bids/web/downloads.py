"""Handing out a file: never shown inside a page, never kept by a cache, with a name every system can store."""

import re
import unicodedata
from typing import Final
from urllib.parse import quote

from csp.constants import NONE
from csp.decorators import csp
from django.http import HttpRequest, HttpResponse

_LONGEST = 90
_UNSTORABLE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')
SANDBOX: Final = {"default-src": [NONE], "frame-ancestors": [NONE], "sandbox": True}


def download(data: bytes, *, media_type: str, name: str, ending: str) -> HttpResponse:
    """The bytes as a file to be saved under `name`."""
    response = HttpResponse(data, content_type=media_type)
    response.headers["Content-Disposition"] = disposition(name, ending)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Length"] = str(len(data))
    return _sealed(response)


def _sealed(response: HttpResponse) -> HttpResponse:
    """The answer with a policy under which a browser that shows it anyway runs nothing of it."""
    csp(SANDBOX)(lambda _request: response)(HttpRequest())
    return response


def disposition(name: str, ending: str) -> str:
    """An attachment's header with the name in plain letters and in its own (RFC 6266)."""
    own = " ".join(_UNSTORABLE.sub(" ", name).split()).strip(". ")[:_LONGEST].strip() or "offer"
    plain = unicodedata.normalize("NFKD", own).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-") or "offer"
    return f"attachment; filename=\"{plain}.{ending}\"; filename*=UTF-8''{quote(f'{own}.{ending}', safe='')}"
