"""Take a program's key away."""

from datetime import datetime

from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import NotVisible
from members.models import ApiToken
from members.permissions import may_revoke_api_token


@action
def revoke_api_token(*, token: ApiToken, by: Actor, now: datetime) -> ApiToken:
    """The key opens nothing from now on. Asking twice changes nothing more; a stranger sees no such key."""
    if not may_revoke_api_token(by, token):
        raise NotVisible
    token = ApiToken.objects.select_for_update(of=("self",)).select_related("firm").get(pk=token.pk)
    if token.revoked_at is None:
        token.revoked_at = now
        token.save(update_fields=["revoked_at"])
        audit.record("api_token.revoked", on=token.firm, by=by, at=now, token=token.public_id)
    return token
