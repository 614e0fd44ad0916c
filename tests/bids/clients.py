"""Clients of offers that were sent: their links, their questions, their wishes."""

from datetime import datetime, timedelta

from bids.actions.ask_for_changes import Wish, ask_for_changes
from bids.actions.ask_question import ask_question
from bids.models import ChangeRequest, ClientLink, Question
from bids.steps.client_asks import client_actor
from bids.vocabulary import LinkScope, LinkWay, WishKind
from kernel.tokens import new_token, token_hash
from tests.bids.ok_world import OkWorld
from tests.world import NOON

JOHTAJA = "johtaja@example.invalid"


def a_client_link(
    world: OkWorld,
    *,
    scope: LinkScope = LinkScope.ASK,
    email: str = JOHTAJA,
    name: str = "Johtaja",
    now: datetime = NOON,
    token: str = "",
) -> ClientLink:
    """A link as a letter brings it."""
    return ClientLink.objects.create(
        bid=world.bid,
        contact_name=name,
        contact_email=email,
        scope=scope.value,
        way=LinkWay.MAILED.value,
        token_hash=token_hash(token or new_token()),
        made_at=now,
        expires_at=now + timedelta(days=60),
    )


def asked(
    link: ClientLink, text: str = "Sisältyykö taitto?", *, about: str = "", seen: int = 1, now: datetime = NOON
) -> Question:
    return ask_question(link=link, about=about, text=text, seen=seen, by=client_actor(link), now=now)


def wished(link: ClientLink, wish: Wish | None = None, *, seen: int = 1, now: datetime = NOON) -> ChangeRequest:
    wish = wish or Wish(kind=WishKind.LATER, weeks=2)
    return ask_for_changes(link=link, wish=wish, seen=seen, by=client_actor(link), now=now)
