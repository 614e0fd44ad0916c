"""Offers that lie with the client, the links and codes of its people, and their answers."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from bids.actions.accept_offer import accept_offer
from bids.actions.decline_offer import decline_offer
from bids.actions.record_decision import record_decision
from bids.actions.start_decision import start_decision
from bids.content import JointOffer
from bids.models import ClientLink, Decision, Letter, OneTimeCode, Revision
from bids.steps.deciding import purpose_of
from bids.steps.held_answers import digits_of
from bids.steps.minting import mint
from bids.steps.one_time_codes import Pressed
from bids.steps.recording import RecordedFile
from bids.vocabulary import CodeFor, DecisionKind, DecisionWay, Language, LetterKind, LinkScope, LinkWay
from kernel.actor import Actor, ActorKind
from kernel.tokens import new_token, token_hash
from tests.bids.cases import contact, daycare
from tests.bids.ok_world import OkWorld, an_ok_world
from tests.bids.sendings import sent
from tests.world import NOON

CODE = "123456"
TIINA = "tiina@example.invalid"
VILLE = "ville@example.invalid"
SLIP = RecordedFile(data=b"%PDF-1.7 a signed slip")
LATER = NOON + timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Offered:
    """A version that is with the client, and the link of whoever may say yes to it."""

    world: OkWorld
    revision: Revision
    link: ClientLink

    @property
    def client(self) -> Actor:
        """Whoever holds that link."""
        return holder_of(self.link)

    @property
    def seen(self) -> str:
        """The hash of the version as a page carries it."""
        return seen_of(self.revision)


def two_readers(offer: JointOffer | None = None) -> JointOffer:
    """An offer whose client has one person who may say yes, and one who may not."""
    offer = offer or daycare()
    reader = contact("Ville Vilkas", "ville")
    return replace(offer, client=replace(offer.client, contacts=(*offer.client.contacts, reader)))


def an_offered(offer: JointOffer | None = None, *, now: datetime = NOON) -> Offered:
    world = an_ok_world(offer or two_readers(), now=now)
    revision = sent(world, now=now)
    return Offered(world=world, revision=revision, link=a_link(world, now=now))


def a_link(
    world: OkWorld,
    *,
    email: str = TIINA,
    scope: LinkScope = LinkScope.ACCEPT,
    way: LinkWay = LinkWay.MAILED,
    now: datetime = NOON,
) -> ClientLink:
    """A link as the worker mints it while it writes the letter."""
    return ClientLink.objects.create(
        bid=world.bid,
        contact_name="Tiina Tikka",
        contact_email=email,
        scope=scope.value,
        way=way.value,
        token_hash=token_hash(new_token()),
        made_at=now,
        expires_at=now + timedelta(days=90),
    )


def holder_of(link: ClientLink) -> Actor:
    return Actor(kind=ActorKind.CLIENT_LINK, label=link.contact_name, id=link.pk, public_id=link.public_id)


def a_code(
    link: ClientLink,
    revision: Revision,
    act: CodeFor = CodeFor.ACCEPT,
    *,
    code: str = CODE,
    now: datetime = NOON,
) -> OneTimeCode:
    """A code as it was mailed."""
    return OneTimeCode.objects.create(
        about=link.public_id,
        purpose=purpose_of(act, revision),
        code_hash=token_hash(code),
        made_at=now,
        expires_at=now + timedelta(minutes=30),
    )


def seen_of(revision: Revision) -> str:
    return bytes(revision.content_hash).hex()


def accepts(offered: Offered, *, now: datetime = NOON, nonce: UUID | None = None, **more: Any) -> Decision | None:
    """The client presses the last button of a yes."""
    said: dict[str, Any] = {
        "link": offered.link,
        "seen": offered.seen,
        "nonce": nonce or uuid4(),
        "lines": (),
        "package": None,
        "name": "Tiina Tikka",
        "agreed": True,
        "code": CODE,
        "language": Language.FI,
        "ip": "192.0.2.7",
        "user_agent": "Selain/1.0",
        "now": now,
    }
    said |= more
    return accept_offer(**({"by": holder_of(said["link"])} | said))


def declines(offered: Offered, *, now: datetime = NOON, nonce: UUID | None = None, **more: Any) -> Decision | None:
    """The client presses the last button of a no."""
    said: dict[str, Any] = {
        "link": offered.link,
        "seen": offered.seen,
        "nonce": nonce or uuid4(),
        "reason": "",
        "code": CODE,
        "language": Language.FI,
        "ip": "192.0.2.7",
        "user_agent": "Selain/1.0",
        "now": now,
    }
    said |= more
    return decline_offer(**({"by": holder_of(said["link"])} | said))


def records(offered: Offered, *, now: datetime = LATER, nonce: UUID | None = None, **more: Any) -> Decision:
    """The lead writes a signed slip down."""
    said: dict[str, Any] = {
        "bid": offered.world.bid,
        "seen": offered.seen,
        "nonce": nonce or uuid4(),
        "kind": DecisionKind.ACCEPT,
        "way": DecisionWay.SLIP,
        "arrived_at": NOON,
        "file": SLIP,
        "by": offered.world.lead,
        "now": now,
    }
    return record_decision(**(said | more))


def yes_with_code(offered: Offered, **more: Any) -> Decision:
    """A code was mailed and comes back with a yes."""
    a_code(offered.link, offered.revision)
    decision = accepts(offered, **more)
    assert decision is not None
    return decision


def no_with_code(offered: Offered, **more: Any) -> Decision:
    """A code was mailed and comes back with a no."""
    a_code(offered.link, offered.revision, CodeFor.DECLINE)
    decision = declines(offered, **more)
    assert decision is not None
    return decision


def random_code() -> str:
    return f"{secrets.randbelow(1_000_000):06}"


@dataclass(frozen=True, kw_only=True)
class Mailed:
    """What the letter after a first page brought: six digits, a button, and the digits that page shows."""

    row: OneTimeCode
    code: str
    token: str
    form: UUID

    @property
    def digits(self) -> str:
        """Those of the form."""
        return digits_of(self.form)

    @property
    def wrong_digits(self) -> str:
        """Three others."""
        return f"{(int(self.digits) + 1) % 1000:03}"

    def pressed(self, digits: str | None = None) -> Pressed:
        """The button, with the right digits or these."""
        return Pressed(code=self.row.public_id, form=self.form, digits=self.digits if digits is None else digits)


def mailed(offered: Offered, act: CodeFor = CodeFor.ACCEPT, *, now: datetime = NOON, **more: Any) -> Mailed:
    """A first page is sent, and the worker writes the letter it asked for."""
    said: dict[str, Any] = {"link": offered.link, "nonce": uuid4(), "seen": offered.seen, "language": Language.FI}
    said |= {"name": "Tiina Tikka", "act": act, "now": now} | more
    start_decision(**said, by=holder_of(said["link"]))
    return in_letter(said["nonce"], now=now)


def in_letter(nonce: UUID, *, now: datetime = NOON) -> Mailed:
    """The latest letter that this form asked for, as the worker writes it."""
    letters = Letter.objects.filter(kind=LetterKind.DECISION_CODE.value, facts__nonce=str(nonce))
    minted = mint(letters.latest_first()[0], now=now)
    assert isinstance(minted.row, OneTimeCode)
    minted.row.save(force_insert=True)
    return Mailed(row=minted.row, code=minted.code, token=minted.button.rpartition("/")[2], form=nonce)
