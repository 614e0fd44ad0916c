"""What a firm's OK binds: the same bytes for the same content, other bytes for any other, and nothing to guess from."""

import json
import secrets
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bids.content import (
    Adjustment,
    Contact,
    FirmCard,
    Instalment,
    JointOffer,
    Line,
    NeedCard,
    OfferPart,
    Period,
    Section,
    ServiceCompany,
    Term,
)
from bids.promises import (
    differences,
    frame_promise,
    hash_of,
    part_promise,
    promise_bytes,
    promise_hash,
    visible_to,
    without_total,
)
from bids.vocabulary import Invoicing, Liability, OkKind, PriceVisibility, Profile, Role, Supply
from tests.bids.cases import daycare, with_hourly_price
from tests.bids.offer_strategies import joint_offers

SALT = bytes(range(32))
thorough = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def part_of(offer: JointOffer, key: str) -> OfferPart:
    return next(part for part in offer.parts if part.key == key)


def with_part(offer: JointOffer, key: str, **values: Any) -> JointOffer:
    return replace(offer, parts=tuple(replace(part, **values) if part.key == key else part for part in offer.parts))


def shuffled(value: Any, random: Random) -> Any:
    """The same JSON with the keys of every object in another order."""
    if isinstance(value, dict):
        names = list(value)
        random.shuffle(names)
        return {name: shuffled(value[name], random) for name in names}
    return [shuffled(each, random) for each in value] if isinstance(value, list) else value


@thorough
@given(offer=joint_offers(), seed=st.integers())
def test_the_order_of_keys_is_no_content(offer: JointOffer, seed: int) -> None:
    for part in offer.parts:
        for promise in (part_promise(offer, part.key), frame_promise(offer, part.key, always_ask=True)):
            again = shuffled(json.loads(promise_bytes(promise)), Random(seed))  # noqa: S311 - an order, no secret
            assert promise_hash(OkKind.PART, SALT, again) == promise_hash(OkKind.PART, SALT, promise)


@thorough
@given(offer=joint_offers(), seed=st.integers())
def test_neither_is_the_order_of_a_firms_rows_nor_that_of_the_firms(offer: JointOffer, seed: int) -> None:
    random = Random(seed)  # noqa: S311 - an order, no secret
    parts = [replace(part, lines=tuple(random.sample(part.lines, len(part.lines)))) for part in offer.parts]
    random.shuffle(parts)
    # Rows of one group in another order are the same rows; which counts by itself is said by its own key.
    other = replace(offer, parts=tuple(parts))
    for part in offer.parts:
        assert part_promise(other, part.key) == part_promise(offer, part.key)
        assert promise_bytes(frame_promise(other, part.key)) == promise_bytes(frame_promise(offer, part.key))


@thorough
@given(offer=joint_offers())
def test_promises_survive_json_unchanged(offer: JointOffer) -> None:
    for part in offer.parts:
        for promise in (part_promise(offer, part.key), frame_promise(offer, part.key, always_ask=True)):
            assert json.loads(promise_bytes(promise)) == promise
            assert "E+" not in promise_bytes(promise).decode()


def changed(value: Any, name: str) -> list[Any]:  # noqa: C901, PLR0911 - one for each kind of value
    """Other values a field could have."""
    match value:
        case bool():
            return [not value]
        case StrEnum():
            return [each for each in type(value) if each != value][:1]
        case int():
            return [value + 1]
        case Decimal():
            return [value + Decimal("0.0001")]
        case date():
            return [value + timedelta(days=1)]
        case Period():
            return [replace(value, ends_on=value.ends_on + timedelta(days=1)), None]
        case Contact():
            return [replace(value, phone="+358 50 111 1111"), None]
        case str():
            return [f"{value}x"]
        case tuple():
            return [(*value, "x")] if not value or isinstance(value[0], str) else [value[1:]]
        case None:
            told: dict[str, Any] = {
                "delivered": Period(starts_on=date(2026, 5, 1), ends_on=date(2026, 5, 1)),
                "supply": Supply.TRANSPORT,
                "invoiced_through": ServiceCompany(name="Laskutuspalvelu Oy", business_id="9000022-2"),
                "cap_quantity": Decimal(100),
            }
            return [told.get(name, "x")]
        case _ if is_dataclass(value) and not isinstance(value, type):
            return [replace(value, **{field.name: other}) for field in fields(value)
                    for other in changed(getattr(value, field.name), field.name)]  # fmt: skip
    raise AssertionError(f"{name} is of a kind this test does not know")


@pytest.mark.parametrize("field", [each.name for each in fields(Line) if each.name != "code"])
def test_any_change_of_any_key_of_a_row_changes_the_hash_of_its_firm_alone(field: str) -> None:
    offer = daycare()
    line = part_of(offer, "SEL").lines[0]
    others = changed(getattr(line, field), field)
    assert others
    for other in others:
        lines = (replace(line, **{field: other}), *part_of(offer, "SEL").lines[1:])
        after = with_part(offer, "SEL", lines=lines)
        assert promise_bytes(part_promise(after, "SEL")) != promise_bytes(part_promise(offer, "SEL"))
        assert part_promise(after, "PAI") == part_promise(offer, "PAI")


@pytest.mark.parametrize("field", [each.name for each in fields(FirmCard)])
def test_any_change_of_a_firms_card_changes_its_hash(field: str) -> None:
    offer = daycare()
    card = part_of(offer, "SEL").firm
    others = changed(getattr(card, field), field)
    assert others
    for other in others:
        after = with_part(offer, "SEL", firm=replace(card, **{field: other}))
        assert promise_bytes(part_promise(after, "SEL")) != promise_bytes(part_promise(offer, "SEL"))


def test_another_picture_under_the_same_name_is_another_promise() -> None:
    offer = with_part(daycare(), "SEL", firm=replace(part_of(daycare(), "SEL").firm, logo="logo-1"))

    one = part_promise(offer, "SEL", pictures={"logo-1": sha256(b"one").hexdigest()})
    two = part_promise(offer, "SEL", pictures={"logo-1": sha256(b"two").hexdigest()})

    assert one != two


FRAME_CHANGES: dict[str, Callable[[JointOffer], JointOffer]] = {
    "binding": lambda offer: replace(offer, binding=False),
    "who invoices": lambda offer: replace(offer, invoicing=Invoicing.LEAD),
    "liability": lambda offer: replace(offer, liability=Liability.LEAD),
    "time to pay": lambda offer: replace(offer, payment_days=13),
    "last day": lambda offer: replace(offer, valid_until=date(2026, 3, 31)),
    "prices seen": lambda offer: replace(offer, price_visibility=PriceVisibility.OWN),
    "general terms": lambda offer: replace(offer, general_terms="JYSE 2025 palvelut"),
    "a term": lambda offer: replace(offer, terms=(*offer.terms, Term(title="T", text="x"))),
    "payment plan": lambda offer: replace(offer, payment_plan=(Instalment(name="kaikki", percent=Decimal(100)),)),
    "client": lambda offer: replace(offer, client=replace(offer.client, name="Toinen Oy")),
    "who accepts": lambda offer: replace(
        offer, client=replace(offer.client, contacts=(replace(offer.client.contacts[0], email="lead@example.invalid"),))
    ),
    "the need": lambda offer: replace(offer, need=NeedCard(title="20 hengelle", municipality="491")),
    "place": lambda offer: replace(offer, need=replace(offer.need or NeedCard(), municipality="405")),
    "delivery": lambda offer: replace(offer, delivery=Period(starts_on=date(2026, 3, 9), ends_on=date(2026, 4, 27))),
    "discount": lambda offer: replace(offer, discount=Adjustment(name="alennus", amount=Decimal("100.00"))),
    "own place": lambda offer: with_part(offer, "SEL", role=Role.SUBCONTRACTOR),
    "hand-over": lambda offer: replace(
        offer, milestones=tuple(replace(step, needs=()) if step.id == "m3" else step for step in offer.milestones)
    ),
}


@pytest.mark.parametrize("change", FRAME_CHANGES.values(), ids=FRAME_CHANGES)
def test_what_binds_or_pays_a_firm_is_in_its_frame(change: Callable[[JointOffer], JointOffer]) -> None:
    before, after = frame_promise(daycare(), "SEL"), frame_promise(change(daycare()), "SEL")

    assert promise_bytes(before) != promise_bytes(after)
    assert differences(before, after)


FREE_OF_THE_FRAME: dict[str, Callable[[JointOffer], JointOffer]] = {
    "title": lambda offer: replace(offer, title="Toinen"),
    "look": lambda offer: replace(offer, profile=Profile.FULL),
    "joint prose": lambda offer: replace(offer, sections=(Section(title="Me", text="Yhdessä."),)),
    "notes": lambda offer: replace(offer, notes=("Huom.",)),
    "another firm's price": lambda offer: with_part(
        offer, "PAI", lines=(replace(part_of(offer, "PAI").lines[0], unit_price=Decimal(99)),)
    ),
    "another firm's words": lambda offer: with_part(offer, "PAI", summary="Toisin."),
    "a firm less": lambda offer: replace(
        offer,
        parts=tuple(part for part in offer.parts if part.key != "PAI"),
        milestones=tuple(step for step in offer.milestones if step.owner != "PAI"),
    ),
    "a fee for the lead": lambda offer: replace(
        offer, coordination_fee=Adjustment(name="koordinointi", percent=Decimal(8))
    ),
    "the lead's telephone": lambda offer: with_part(
        offer, "KUV", firm=replace(part_of(offer, "KUV").firm, contact=Contact(name="Kaisa", phone="+358 40 1"))
    ),
}


@pytest.mark.parametrize("change", FREE_OF_THE_FRAME.values(), ids=FREE_OF_THE_FRAME)
def test_what_neither_binds_nor_pays_a_firm_is_not(change: Callable[[JointOffer], JointOffer]) -> None:
    assert frame_promise(change(daycare()), "SEL") == frame_promise(daycare(), "SEL")


@pytest.mark.parametrize("change", [each for name, each in FREE_OF_THE_FRAME.items() if name != "look"])
def test_in_strict_mode_whatever_can_be_seen_is_in_it(change: Callable[[JointOffer], JointOffer]) -> None:
    before = frame_promise(daycare(), "SEL", always_ask=True)

    assert frame_promise(change(daycare()), "SEL", always_ask=True) != before


@pytest.mark.parametrize("mode", [PriceVisibility.OWN, PriceVisibility.OWN_AND_TOTAL])
def test_a_hidden_price_is_in_nothing_the_firm_is_shown_or_asked(mode: PriceVisibility) -> None:
    offer = replace(daycare(), price_visibility=mode)
    dearer = with_hourly_price(offer, "A4", "48.01")

    seen = frame_promise(dearer, "PAI", always_ask=True), frame_promise(offer, "PAI", always_ask=True)

    assert (seen[0] == seen[1]) is (mode is PriceVisibility.OWN)
    assert "48.01" not in json.dumps(seen[0])
    assert visible_to(dearer, "KUV") != visible_to(offer, "KUV")


STANDING_FOR_ALL = {
    "the lead answers": {"liability": Liability.LEAD},
    "the lead sells all": {"invoicing": Invoicing.LEAD},
    "the lead answers for and sells all": {"liability": Liability.LEAD, "invoicing": Invoicing.LEAD},
}


@pytest.mark.parametrize("rules", STANDING_FOR_ALL.values(), ids=STANDING_FOR_ALL)
@pytest.mark.parametrize("is_strict", [False, True], ids=["plain", "strict"])
def test_a_firm_that_answers_for_its_own_part_alone_is_told_no_hidden_total(
    rules: dict[str, Any], *, is_strict: bool
) -> None:
    offer = replace(daycare(), price_visibility=PriceVisibility.OWN, **rules)
    dearer = with_hourly_price(offer, "A4", "48.01")

    promised = frame_promise(offer, "PAI", always_ask=is_strict)
    assert promised == frame_promise(dearer, "PAI", always_ask=is_strict)
    assert set(promised["whole"]) == {"firms"}
    assert frame_promise(offer, "KUV")["whole"]["total"] != frame_promise(dearer, "KUV")["whole"]["total"]
    open_ = replace(offer, price_visibility=PriceVisibility.ALL)
    assert frame_promise(open_, "PAI")["whole"]["total"] == frame_promise(offer, "KUV")["whole"]["total"]


def test_a_firm_that_answers_for_the_whole_is_promised_the_total_whatever_was_chosen() -> None:
    offer = replace(daycare(), price_visibility=PriceVisibility.OWN, liability=Liability.JOINT)
    with_total = replace(offer, price_visibility=PriceVisibility.OWN_AND_TOTAL)

    for key in ("PAI", "SEL"):
        promised = frame_promise(offer, key, always_ask=True)
        assert promised == frame_promise(with_total, key, always_ask=True)
        assert promised["rules"]["price_visibility"] == "own+total"
        assert promised["whole"]["total"] == promised["everything"]["total"] == {"gross": "3484.03", "net": "2873.65"}
    assert "48.01" not in json.dumps(frame_promise(with_hourly_price(offer, "A4", "48.01"), "PAI", always_ask=True))


def test_the_frame_without_the_total_says_nothing_else_less() -> None:
    offer = replace(daycare(), liability=Liability.JOINT)
    promised = frame_promise(offer, "PAI", always_ask=True)

    left = without_total(promised)

    assert left == {**{name: said for name, said in promised.items() if name != "everything"}, "whole": left["whole"]}
    assert left["whole"] == {"firms": promised["whole"]["firms"]}
    assert without_total(frame_promise(daycare(), "PAI")) == frame_promise(daycare(), "PAI")


def test_a_part_and_a_frame_of_the_same_words_have_other_hashes() -> None:
    assert promise_hash(OkKind.PART, SALT, {"a": 1}) != promise_hash(OkKind.FRAME, SALT, {"a": 1})
    assert promise_hash(OkKind.PART, SALT, {"a": 1}) == sha256(b"part.v1\0" + SALT + b'{"a":1}').digest()
    assert promise_hash(OkKind.FRAME, SALT, {"a": 1}) == sha256(b"frame.v1\0" + SALT + b'{"a":1}').digest()


def test_no_price_is_guessed_from_a_hash_without_the_salt() -> None:
    """Whoever knows all of a part but one price tries every price; with the salt that finds it, without it does not."""
    offer, salt = daycare(), secrets.token_bytes(32)
    wanted = promise_hash(OkKind.PART, salt, part_promise(offer, "SEL"))
    template = promise_bytes(part_promise(offer, "SEL"))
    assert template.count(b'"unit_price":"48"') == 1

    def guesses(known: bytes) -> list[int]:
        return [
            euros
            for euros in range(2000)
            if hash_of(OkKind.PART, known, template.replace(b'"unit_price":"48"', b'"unit_price":"%d"' % euros))
            == wanted
        ]

    assert guesses(salt) == [48]
    assert guesses(b"") == []
    assert guesses(bytes(32)) == []


@thorough
@given(before=joint_offers(), after=joint_offers())
def test_there_is_a_difference_exactly_where_the_bytes_differ(before: JointOffer, after: JointOffer) -> None:
    own, other = before.parts[0].key, after.parts[-1].key
    for one, two in (
        (part_promise(before, own), part_promise(after, other)),
        (frame_promise(before, own), frame_promise(after, other)),
        (frame_promise(before, own), frame_promise(before, own)),
    ):
        assert bool(differences(one, two)) == (promise_bytes(one) != promise_bytes(two))
