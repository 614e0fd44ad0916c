"""Files as an answer: to be stored, never to be shown, and nothing of them is run by who shows them anyway."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header


def sealed(data: bytes, *, media_type: str, filename: str | None = None) -> HttpResponse:
    """The bytes as a file to be stored under its name, or under whichever the program gives it."""
    answer = HttpResponse(data, content_type=media_type)
    answer.headers["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=filename) if filename else "attachment"
    )
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
