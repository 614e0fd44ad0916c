"""What lets the client decide is read by the client alone: no page, endpoint, letter or log shows it to others."""

import logging
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable
from urllib.parse import quote
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from bids.actions.accept_offer import accept_offer
from bids.actions.start_decision import start_decision
from bids.models import Bid, ClientLink, Decision, HeldAnswer, Letter, OneTimeCode
from bids.queries.letter_people import is_for_the_client
from bids.steps.client_asks import client_actor
from bids.steps.minting import mint
from bids.vocabulary import CodeFor, Language, LetterKind, LinkScope, PriceVisibility
from config.logs import RedactSecrets
from kernel.models import AuditEvent, OutboxMessage
from kernel.tokens import token_hash
from members.models import Person
from tests.bids.decisions import a_code, in_letter
from tests.stories.joint_world import LEAD, PARTNER, JointWorld, a_joint_world
from tests.stories.reading import Reading, everything_read
from tests.web.conftest import logged_in
from tests.world import NOON, a_person

pytestmark = pytest.mark.django_db

CODE, NAME = "735194", "Aino Asiakas"
LOOKED_AT_BY_STAFF = (ClientLink, OneTimeCode, HeldAnswer, Letter, OutboxMessage, AuditEvent)


class Door:
    """The link of whoever may say yes, as it stood in their letter, and code, button and digits of what they began."""

    def __init__(self, world: JointWorld) -> None:
        self.revision = world.things["revision"]
        letters = Letter.objects.filter(revision=self.revision, kind=LetterKind.OFFER_TO_CLIENT.value)
        minted = next(one for one in (mint(letter, now=NOON) for letter in letters) if opens(one.row))
        assert isinstance(minted.row, ClientLink)
        minted.row.save(force_insert=True)
        self.link, self.token = minted.row, minted.address.rsplit("/", 1)[1]
        self.seen, self.nonce = bytes(self.revision.content_hash).hex(), uuid4()
        start_decision(
            link=self.link,
            act=CodeFor.ACCEPT,
            seen=self.seen,
            nonce=self.nonce,
            language=Language.FI,
            name=NAME,
            by=client_actor(self.link),
            now=NOON,
        )
        a_code(self.link, self.revision, code=CODE)
        mailed = in_letter(self.nonce)
        self.button, self.digits = mailed.token, mailed.digits

    def says_yes(self) -> Decision | None:
        """Through it."""
        return accept_offer(
            link=self.link,
            seen=self.seen,
            nonce=self.nonce,
            lines=(),
            package=None,
            name=NAME,
            agreed=True,
            code=CODE,
            language=Language.FI,
            ip="192.0.2.7",
            user_agent="Selain/1.0",
            by=client_actor(self.link),
            now=NOON,
        )

    def shown_in(self, text: str) -> list[str]:
        """What of it a text shows, in any way one writes it."""
        kept = [token_hash(self.token), token_hash(CODE), token_hash(self.button)]
        ways = [self.token, self.button, *(each.hex() for each in kept), *(str(each) for each in kept)]
        ways += [b64encode(each).decode() for each in kept] + [urlsafe_b64encode(each).decode() for each in kept]
        found = [each for each in ways if each in text or quote(each) in text]
        # A number or an id may happen to hold the six digits.
        typed = rf"(?<![0-9a-f.,-])(?:{CODE}|{CODE[:3]}[ \u00a0]{CODE[3:]})(?![0-9a-f-])"
        # Three digits alone are in many an amount; here they are looked for as the first page shows them.
        return found + re.findall(typed, text) + re.findall(rf">\s*{self.digits}\s*</strong>", text)


def opens(row: object) -> bool:
    return isinstance(row, ClientLink) and row.scope == LinkScope.ACCEPT.value


def shown(door: Door, read: dict[str, Reading]) -> dict[str, list[str]]:
    """Which answers show what of it."""
    texts = {address: f"{one.headers}\n{one.body}" for address, one in read.items()}
    return {address: found for address, text in texts.items() if (found := door.shown_in(text))}


def staff_of() -> Client:
    """Whoever keeps the site, logged in."""
    keeper = a_person(email="pitaja@example.invalid", language="en")
    Person.objects.filter(pk=keeper.pk).update(is_staff=True, is_superuser=True)
    keeper.refresh_from_db()
    Authenticator.objects.create(user=keeper, type=Authenticator.Type.TOTP, data={"secret": "x"})
    return logged_in(keeper)


def by_staff(staff: Client) -> Iterable[tuple[str, str]]:
    """The lists of links, codes, held answers, letters and messages, and every row of them, for who keeps the site."""
    for model in LOOKED_AT_BY_STAFF:
        assert admin.site.is_registered(model)
        where = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        answers = [reverse(f"{where}_changelist")]
        answers += [reverse(f"{where}_change", args=[pk]) for pk in model._default_manager.values_list("pk", flat=True)]
        for address in answers:
            answer = staff.get(address)
            assert answer.status_code == 200, address
            yield address, answer.content.decode()


def test_neither_lead_nor_partner_nor_staff_reads_what_the_client_decides_with(
    caplog: pytest.LogCaptureFixture,
) -> None:
    world = a_joint_world(PriceVisibility.ALL, is_sent=True)
    caplog.set_level(logging.DEBUG)
    door = Door(world)
    client = Client()
    client.get(reverse("bids:client-link", args=[door.token]))
    client.get(reverse("bids:client-link", args=[f"{door.token}x"]))
    client.get(reverse("bids:client-button", args=[door.button]))
    client.get(reverse("bids:client-button", args=[f"{door.button}x"]))

    # While the code is on its way, and once the client has said yes with it.
    assert shown(door, everything_read(world, world.client(LEAD))) == {}
    staff = staff_of()
    assert HeldAnswer.objects.get().name == NAME
    assert {address: found for address, text in by_staff(staff) if (found := door.shown_in(text))} == {}
    assert door.says_yes() is not None
    assert not HeldAnswer.objects.exists()
    names = {"bids:offer", "bids:history", "bids:send", "bids:requests", "api:bid-decisions", "api:bid-letters"}
    assert shown(door, everything_read(world, world.client(LEAD), names)) == {}
    assert shown(door, everything_read(world, world.client(PARTNER))) == {}
    assert {address: found for address, text in by_staff(staff) if (found := door.shown_in(text))} == {}

    # What a letter of anybody but the client carries is what was minted for that letter.
    for letter in Letter.objects.filter(bid=world.bid):
        assert door.shown_in(f"{letter.facts} {letter.subject} {letter.effect_key} {letter.failure}") == []
        minted = mint(letter, now=NOON)
        assert is_for_the_client(letter) or not isinstance(minted.row, ClientLink)
    for record in caplog.records:
        RedactSecrets().filter(record)
        assert door.shown_in(record.getMessage()) == [], record.name

    # The control: were it anywhere, it would have been found.
    planted = (door.token, token_hash(door.token).hex(), f"{CODE[:3]} {CODE[3:]}")
    for secret in (*planted, door.button, token_hash(door.button).hex()):
        Bid.objects.filter(pk=world.bid.pk).update(title=secret)
        assert shown(door, everything_read(world, world.client(PARTNER), {"bids:offer"}))
