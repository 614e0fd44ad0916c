"""Make a link that the lead passes on in a message of her own."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext_lazy as _

from bids.models import Invitation, InvitationLink
from bids.permissions import may_ask_firms
from bids.steps.requests import locked_request
from bids.vocabulary import LinkWay
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import TooOften, require
from kernel.tokens import new_token, token_hash

SHORTEST: Final = timedelta(days=3)
MOST_A_DAY: Final = 10


class TooManyLinks(TooOften):
    """As many links of this request were copied as may be in a day."""

    sentence = _("Links of this request were copied many times today. Use the one you have, or go on tomorrow.")
    code = "too-many-links"


@dataclass(frozen=True, kw_only=True)
class CopiedLink:
    """A link's row and its secret, which is told once and stored nowhere."""

    link: InvitationLink
    token: str

    def __repr__(self) -> str:
        return f"CopiedLink({self.link.public_id}, …)"


@action
def copy_link(*, invitation: Invitation, by: Actor, now: datetime) -> CopiedLink:
    """A fresh link exists, which opens nothing before a mailed code has bound it; one copied before opens nothing now.

    A link that somebody has already bound keeps working.
    """
    bid, standing = locked_request(invitation)
    require(may_ask_firms(by, bid))
    copied = InvitationLink.objects.filter(invitation=standing, way=LinkWay.COPIED.value)
    if copied.filter(made_at__gt=now - timedelta(days=1)).count() >= MOST_A_DAY:
        raise TooManyLinks
    copied.filter(bound_at__isnull=True, revoked_at__isnull=True).update(revoked_at=now)
    token = new_token()
    link = InvitationLink.objects.create(
        invitation=standing,
        way=LinkWay.COPIED.value,
        token_hash=token_hash(token),
        made_at=now,
        expires_at=max(standing.answer_until, now + SHORTEST),
    )
    audit.record(
        "firm.link_copied",
        on=bid,
        by=by,
        at=now,
        part=str(standing.part.public_id),
        invitation=str(standing.public_id),
    )
    return CopiedLink(link=link, token=token)
