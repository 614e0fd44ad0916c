"""Let a program act for a person and one of their firms."""

import secrets
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from kernel import audit
from kernel.action import action
from kernel.actor import Actor, ActorKind
from kernel.errors import Malformed, NotPermitted, Refusal, require
from kernel.tokens import new_token, token_hash
from members.models import ApiToken, Firm
from members.permissions import may_create_api_token
from members.vocabulary import TokenScope

LIVES_AT_MOST = timedelta(days=366)
STANDING_AT_MOST = 20


class TooManyTokens(Refusal):
    """The person has as many keys as they may have."""

    sentence = _("You have as many keys as there may be. Revoke one you no longer use.")
    code = "too-many-tokens"


@action
def create_api_token(
    *, name: str, firm: Firm, scopes: list[str], lives: timedelta, by: Actor, now: datetime
) -> tuple[ApiToken, str]:
    """A key for this firm, and its secret, which exists nowhere else: only a keyed hash of it is stored.

    The secret reads `punos_<prefix>_<secret>`. Asking twice makes two keys.
    """
    if by.kind is not ActorKind.PERSON or by.id is None:
        raise NotPermitted
    require(may_create_api_token(by, firm))
    unknown = set(scopes) - {scope.value for scope in TokenScope}
    if unknown or not scopes:
        raise Malformed(faults={"scopes": _("Choose what the key may do.")})
    if not timedelta() < lives <= LIVES_AT_MOST:
        raise Malformed(faults={"lives": _("A key lives a year at most.")})
    Firm.objects.select_for_update().get(pk=firm.pk)
    standing = ApiToken.objects.filter(person_id=by.id, firm=firm, revoked_at=None, expires_at__gt=now)
    if standing.count() >= STANDING_AT_MOST:
        raise TooManyTokens
    prefix = secrets.token_hex(4)
    secret = f"punos_{prefix}_{new_token()}"
    token = ApiToken.objects.create(
        person_id=by.id,
        firm=firm,
        name=name,
        prefix=prefix,
        token_hash=token_hash(secret),
        scopes=sorted(set(scopes)),
        created_at=now,
        expires_at=now + lives,
    )
    audit.record("api_token.created", on=firm, by=by, at=now, token=token.public_id, scopes=token.scopes)
    return token, secret
