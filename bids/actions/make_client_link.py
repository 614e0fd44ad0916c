"""Make a link to the sent offer that the lead passes on in a message of her own."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext_lazy as _

from bids.models import Bid, ClientLink
from bids.permissions import may_change_offer
from bids.queries.versions import with_the_client
from bids.steps.minting import LONGEST_CLIENT_LINK, SHORTEST_LINK
from bids.steps.settling import lock_bid
from bids.vocabulary import LinkScope, LinkWay
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import Refusal, TooOften, require
from kernel.text import clean_text
from kernel.tokens import new_token, token_hash

MOST_A_DAY: Final = 20


class NothingToShow(Refusal):
    """No version has gone out yet."""

    sentence = _("There is nothing a link could show yet. Send the offer first.")
    code = "nothing-to-show"


class TooManyLinks(TooOften):
    """As many links of this offer were made as may be in a day."""

    sentence = _("Many links of this offer were made today. Use the ones you have, or go on tomorrow.")
    code = "too-many-links"


@dataclass(frozen=True, kw_only=True)
class MadeLink:
    """A link's row and its secret, which is told once and stored nowhere."""

    link: ClientLink
    token: str

    def __repr__(self) -> str:
        return f"MadeLink({self.link.public_id}, …)"


@action
def make_client_link(*, bid: Bid, name: str = "", by: Actor, now: datetime) -> MadeLink:
    """A fresh link exists that shows the offer and lets nobody say yes. Asking again makes another one."""
    bid = lock_bid(bid, even_sending=True)
    require(may_change_offer(by, bid))
    version = with_the_client(bid, now=now)
    if version is None:
        raise NothingToShow
    made = ClientLink.objects.filter(bid=bid, way=LinkWay.COPIED.value, made_at__gt=now - timedelta(days=1))
    if made.count() >= MOST_A_DAY:
        raise TooManyLinks
    token = new_token()
    link = ClientLink.objects.create(
        bid=bid,
        contact_name=clean_text(name)[:200],
        scope=LinkScope.VIEW.value,
        way=LinkWay.COPIED.value,
        token_hash=token_hash(token),
        made_at=now,
        expires_at=min(max(version.expires_at, now + SHORTEST_LINK), now + LONGEST_CLIENT_LINK),
    )
    audit.record("client_link.made", on=bid, by=by, at=now, link=str(link.public_id))
    return MadeLink(link=link, token=token)
