"""The instant a request is answered at: the database's, read once."""

from datetime import datetime

from rest_framework.request import Request

from kernel.clock import database_now

_NAME = "_moment"


def moment_of(request: Request) -> datetime:
    """The database's clock when this request first asked for it."""
    carrier = request._request  # noqa: SLF001 - the one Django request behind what REST framework wraps anew
    moment: datetime | None = getattr(carrier, _NAME, None)
    if moment is None:
        moment = database_now()
        setattr(carrier, _NAME, moment)
    return moment
