"""No exposed hash lets anybody find a price by trying them all."""

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal
from hashlib import sha256

import pytest

from bids.content import JointOffer
from bids.exports.frozen_version import read_version, version_payload
from bids.models import Part, Revision
from bids.promises import frame_promise, hash_of, part_promise, promise_bytes, told_hash, visible_to
from bids.vocabulary import OkKind, PriceVisibility
from tests.bids.ok_world import OkWorld, an_ok_world
from tests.bids.sendings import sent
from tests.kept import kept
from tests.stories.joint_world import OTHER, PARTNER, three_firms

pytestmark = pytest.mark.django_db

GUESSES = 10_000
TRUE = Decimal(700)


@kept
def world() -> OkWorld:
    return an_ok_world(three_firms(PriceVisibility.ALL))


def offers() -> Iterable[JointOffer]:
    """The same offer with every whole euro as the price of C's row, the true one among them."""
    offer = three_firms(PriceVisibility.ALL)
    theirs = next(part for part in offer.parts if part.key == OTHER)
    for euros in range(1, GUESSES + 1):
        line = replace(theirs.lines[0], unit_price=Decimal(euros))
        parts = tuple(replace(part, lines=(line, *part.lines[1:])) if part is theirs else part for part in offer.parts)
        yield replace(offer, parts=parts)


def hits(exposed: set[bytes], hashed: Callable[[bytes], bytes], canonical: Iterable[bytes]) -> int:
    return sum(hashed(each) in exposed for each in canonical)


def exposed(world: OkWorld) -> set[bytes]:
    """Every hash of a part that stands in the database, whoever may read it."""
    rows = Part.objects.filter(bid=world.bid).values_list("content_hash", "frame_hash", "told_hash")
    return {bytes(each) for row in rows for each in row if each}


def test_ten_thousand_guessed_prices_meet_no_hash_of_a_part_unless_one_knows_its_salt(world: OkWorld) -> None:
    guesses = [promise_bytes(part_promise(offer, OTHER)) for offer in offers()]
    known = exposed(world)
    salt = bytes(world.part(OTHER).salt)
    own_salt = bytes(world.part(PARTNER).salt)

    unsalted = [lambda each: sha256(each).digest(), lambda each: sha256(b"part.v1\0" + each).digest()]
    for hashed in (*unsalted, lambda each: hash_of(OkKind.PART, own_salt, each)):
        assert hits(known, hashed, guesses) == 0
    assert hits(known, lambda each: hash_of(OkKind.PART, salt, each), guesses) == 1


def test_what_one_is_told_of_others_is_salted_with_ones_own_secret(world: OkWorld) -> None:
    guesses = [visible_to(offer, PARTNER) for offer in list(offers())[:1000]]
    known = exposed(world)

    assert hits(known, lambda each: sha256(b"told.v1\0" + each).digest(), map(promise_bytes, guesses)) == 0
    assert sum(told_hash(bytes(world.part(PARTNER).salt), each) in known for each in guesses) == 1


def test_every_salt_is_thirty_two_bytes_of_its_own(world: OkWorld) -> None:
    salts = {bytes(salt) for salt in Part.objects.filter(bid=world.bid).values_list("salt", flat=True)}

    assert len(salts) == 3
    assert {len(salt) for salt in salts} == {32}


def test_in_mode_own_what_binds_a_firm_and_what_it_is_told_hold_no_figure_of_others() -> None:
    found = set()
    for offer in list(offers())[::100]:
        hidden = replace(offer, price_visibility=PriceVisibility.OWN)
        found.add((json.dumps(frame_promise(hidden, PARTNER)), json.dumps(visible_to(hidden, PARTNER))))

    assert len(found) == 1


def test_the_hash_of_what_was_sent_is_not_met_without_its_nonce(world: OkWorld) -> None:
    revision: Revision = sent(world)
    payload = bytes(revision.payload)
    version = read_version(payload)
    known = {bytes(revision.content_hash), bytes(revision.prev_hash)}
    assert sha256(payload).digest() in known

    def again(offer: JointOffer, nonce: bytes) -> bytes:
        return sha256(version_payload(replace(version, offer=offer, nonce=nonce))).digest()

    assert again(version.offer, version.nonce) in known
    few = [offer for number, offer in enumerate(offers()) if number % 500 == 0 or number == TRUE - 1]
    for nonce in (bytes(32), b"", bytes(revision.prev_hash)):
        assert not any(again(offer, nonce) in known for offer in (*few, version.offer))
