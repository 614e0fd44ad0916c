"""Whoever is logged in asks with their session, and shows with the page's own mark that the page is ours."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request


class LoggedIn(SessionAuthentication):
    """The session of the pages; whatever changes something needs the header X-CSRFToken too."""

    def enforce_csrf(self, request: Request) -> None:
        """Refuses a request that another site may have sent."""
        try:
            super().enforce_csrf(request)
        except PermissionDenied as refused:
            sentence = _("This request did not come from a page of ours. Reload the page, or use a key.")
            raise PermissionDenied(sentence, code="csrf") from refused


class LoggedInScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema speaks of it."""

    target_class = "members.api.sessions.LoggedIn"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:  # noqa: ARG002 - the library's signature
        """A cookie, under the name it has where the connection is secure."""
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": "__Host-punos",
            "description": (
                "The session of the pages, for scripts of our own. Whatever changes something (POST, PUT, PATCH, "
                "DELETE) needs the header X-CSRFToken too, with the csrfmiddlewaretoken of a form of our pages. "
                "On a machine without a secure connection the cookie is named punos."
            ),
        }
