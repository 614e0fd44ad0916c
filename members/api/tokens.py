"""Programs show who they are with a bearer token: one person, one firm, an end, and what it may be used for."""

from datetime import timedelta
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from kernel.tokens import token_hashes
from members.api.moment import moment_of
from members.models import ApiToken, Person

BEARER = "bearer"
USE_NOTED_EVERY = timedelta(minutes=1)


class BearerTokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer punos_<prefix>_<secret>`.

    The token is found by its keyed hash and opens while it is neither revoked nor over and its person is still one of
    its firm's. When it was last used is written at most once a minute.
    """

    def authenticate(self, request: Request) -> tuple[Person, ApiToken] | None:
        """The person and the token; None when the header speaks of another scheme, or is not there."""
        scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != BEARER:
            return None
        token = _token_of(secret.strip())
        now = moment_of(request)
        if token is None:
            raise AuthenticationFailed(_("This key opens nothing here."), code="key-unknown")
        if token.revoked_at is not None:
            raise AuthenticationFailed(_("This key has been revoked."), code="key-revoked")
        if token.expires_at <= now:
            raise AuthenticationFailed(_("This key is no longer valid. Make a new one."), code="key-expired")
        since = now - USE_NOTED_EVERY
        if token.last_used_at is None or token.last_used_at <= since:
            unnoted = Q(last_used_at=None) | Q(last_used_at__lte=since)
            ApiToken.objects.filter(unnoted, pk=token.pk).update(last_used_at=now)
        return token.person, token

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002 - REST framework's signature
        """How to ask again, said with a 401."""
        return 'Bearer realm="punos"'


def _token_of(secret: str) -> ApiToken | None:
    return (
        ApiToken.objects.filter(
            token_hash__in=token_hashes(secret), person__is_active=True, firm__memberships__person=F("person")
        )
        .select_related("person", "firm")
        .first()
    )


class BearerTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema speaks of it."""

    target_class = "members.api.tokens.BearerTokenAuthentication"
    name = "bearerToken"
    priority = 1

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:  # noqa: ARG002 - the library's signature
        """A bearer token of our own making."""
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "punos_<prefix>_<secret>",
            "description": "A key made for one person and one of their firms. The scope `read` reads and calculates, "
            "`write` also brings in offers and has documents made.",
        }
