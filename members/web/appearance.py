"""Light, dark or as the device says, kept in a cookie without any script."""

from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from members.web.returning import redirect_back

COOKIE: Final = "punos_look"
LOOKS: Final = (("auto", _("Auto")), ("light", _("Light")), ("dark", _("Dark")))
ONE_YEAR: Final = 60 * 60 * 24 * 365


def look_of(request: HttpRequest) -> str:
    """The look chosen in this browser, `auto` until one is."""
    chosen = request.COOKIES.get(COOKIE, "auto")
    return chosen if chosen in dict(LOOKS) else "auto"


@require_POST
def choose_look(request: HttpRequest) -> HttpResponse:
    """Keep the look and go back to the page."""
    response = redirect_back(request)
    chosen = request.POST.get("look", "")
    if chosen in dict(LOOKS):
        response.set_cookie(
            COOKIE, chosen, max_age=ONE_YEAR, samesite="Lax", httponly=True, secure=settings.SESSION_COOKIE_SECURE
        )
    return response
