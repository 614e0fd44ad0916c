"""One world read twice; what is hidden from the reader is another in between, and nothing of what they read is."""

import re
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from http import HTTPStatus
from itertools import product
from typing import Any, Final
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

import bids.promises
import bids.visibility
from bids.content import FrozenAnswer, JointOffer, OfferPart
from bids.exports.frozen_version import FrozenVersion, read_version, version_payload
from bids.models import Approval, Bid, Letter, Part, Question, Revision
from bids.queries.oks import Promised, promised_by
from bids.steps.minting import mint
from bids.visibility import Eyes
from bids.vocabulary import LetterState, PriceVisibility
from tests.stories.joint_world import LEAD, OTHER, OUTSIDER, PARTNER, JointWorld, a_joint_world
from tests.stories.reading import Reading, everything_read
from tests.world import NOON
from worker.letters.composing import compose
from worker.letters.mailing import mail_of

pytestmark = pytest.mark.django_db

ALSO: Final = pytest.param(OTHER, marks=pytest.mark.slow)

ALL, WITH_TOTAL, OWN = PriceVisibility.ALL, PriceVisibility.OWN_AND_TOTAL, PriceVisibility.OWN
SHIFTS: Final = {PARTNER: {"A1": "-3", "C1": "2"}, OTHER: {"A1": "-5", "B1": "1"}}
"""By how much two others' prices of one change, so that the total stays: A sells two, B ten and C three of theirs."""
FAULT: Final = HTTPStatus.INTERNAL_SERVER_ERROR
LEAKY: Final = {"bids:offer", "api:bid-totals", "api:bid-sheet", "api:bid-costs"}
BINDING: Final = {
    *("bids:offer", "bids:asked", "bids:confirm-price", "bids:words", "bids:asked-firms", "bids:work", "bids:history"),
    *("api:bid", "api:bid-ok", "api:bid-sheet", "api:bid-totals", "api:one-asked", "api:asked"),
}
"""Where a firm reads what binds it, or what the offer comes to. Not others' OKs: they end as their prices change."""
TOTAL_OF_ALL: Final = re.compile(r"10[ ,]165[,.]50")
_SECRETS: Final = re.compile(r"(/[io]/)[A-Za-z0-9_-]{20,}")


@pytest.fixture(autouse=True)
def _counters_of_its_own(settings: Settings) -> None:
    settings.CACHES = {"default": {**settings.CACHES["default"], "KEY_PREFIX": uuid4().hex}}


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside has not happened."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def sql(statement: str, *said: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, said)
        return int(cursor.rowcount)


def others_than(key: str) -> list[str]:
    return [other for other in (LEAD, PARTNER, OTHER) if other != key]


def change_private(world: JointWorld, key: str) -> None:
    """What no mode shows: costs and notes of the other firms, and what their people are typing."""
    ids = [world.part(other).pk for other in others_than(key)]
    assert sql("UPDATE bids_linecost SET cost = cost * 7 + 1, note = 'aivan muuta' WHERE part_id = ANY(%s)", ids)
    writers = [person.pk for (other, _role), person in world.people.items() if other != key]
    words = '{"unit_price": "99.99", "text": "aivan muuta"}'
    assert sql("UPDATE bids_draft SET words = %s WHERE person_id = ANY(%s)", words, writers)
    if key != LEAD:
        # What the lead is handed before it goes to the client is read by nobody else.
        drafted = """UPDATE bids_question SET draft = 'aivan muuta', drafted_at = asked_at, state = 'drafted',
            drafted_by_firm_id = part.firm_id FROM bids_part AS part
            WHERE part.id = to_part_id AND to_part_id = ANY(%s) AND bids_question.state IN ('open', 'drafted')"""
        assert sql(drafted, ids) or not Question.objects.filter(bid=world.bid).exists()


def change_talk(world: JointWorld, key: str) -> None:
    """What two others tell each other of a price: a suggestion, and a price told on the telephone."""
    ids = [world.part(other).pk for other in others_than(key) if other != LEAD]
    changes = '{"unit_price": "11.11"}'
    assert sql("UPDATE bids_suggestion SET changes = %s, why = 'toinen syy' WHERE part_id = ANY(%s)", changes, ids)
    assert sql("UPDATE bids_toldprice SET amount = 333, shown = '{300,333,350}' WHERE part_id = ANY(%s)", ids)


def change_asked(world: JointWorld, key: str) -> None:
    """What the client asked the others and wished, names prices, has more of each, and stands answered in a version."""
    ids = [world.part(other).pk for other in others_than(key)]
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    for table in ("bids_question", "bids_changerequest"):
        sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    asked = """UPDATE bids_question SET text = 'Miksi tämä maksaa 4 321 €?', answer = 'Siksi: 4 320 €.',
        state = 'released', released_at = asked_at, dropped_at = NULL WHERE to_part_id = ANY(%s)"""
    answered = sql(asked, ids)
    assert answered
    copied = (
        "place, key, text, asked_at, draft, drafted_at, drafted_by_firm_id, answer, released_at, state, version,"
        " bid_id, revision_id, link_id, to_part_id"
    )
    more = f"""INSERT INTO bids_question (public_id, {copied})
        SELECT gen_random_uuid(), {copied} FROM bids_question WHERE to_part_id = ANY(%s)"""  # noqa: S608 - names of ours
    assert sql(more, ids) == answered
    copied = "line, text, asked_at, state, words, version, bid_id, link_id, revision_id"
    wishes = f"""INSERT INTO bids_changerequest (public_id, kind, amount, basis, {copied})
        SELECT gen_random_uuid(), 'price_wish', 4321, 'net', {copied} FROM bids_changerequest"""  # noqa: S608 - names of ours
    assert sql(wishes)
    for table in ("bids_question", "bids_changerequest"):
        sql(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    answers = tuple(
        FrozenAnswer(
            version=1,
            place=f"part:{other}",
            about=other,
            question="Miksi tämä maksaa 4 321 €?",
            answer="Siksi: 4 320 €.",
            answered_at=NOON,
            firm=other,
        )
        for other in others_than(key)
    )
    _rewrite_version(world, lambda version: replace(version, answers=answers))


def change_prices(world: JointWorld, key: str) -> None:
    """Every figure of every row of the other firms, chosen or not."""
    _change_rows(world, key)
    _settle_hashes(world)
    _change_version(world, lambda part: part if part.key == key else _dearer(part))


def shift_prices(world: JointWorld, key: str) -> None:
    """The others' prices, so that the total stays what it was; and what may be chosen of theirs, whatever it costs."""
    optional = _shift_rows(key)
    _settle_hashes(world)
    shifts = {code: Decimal(by) for code, by in SHIFTS[key].items()}
    _change_version(world, lambda part: _shifted(part, shifts, set(optional)))


def _change_rows(world: JointWorld, key: str) -> None:
    ids = [world.part(other).pk for other in others_than(key)]
    changed = sql(
        "UPDATE bids_lineitem SET unit_price = unit_price * 3 + 1.5, quantity = quantity + 4, discount_percent = 10 "
        "WHERE part_id = ANY(%s)",
        ids,
    )
    assert changed == 2 * len(ids)


def _shift_rows(key: str) -> list[str]:
    for code, by in SHIFTS[key].items():
        assert sql("UPDATE bids_lineitem SET unit_price = unit_price + %s WHERE code = %s", Decimal(by), code)
    optional = [f"{other[0]}2" for other in others_than(key)]
    assert sql("UPDATE bids_lineitem SET unit_price = unit_price * 3 WHERE code = ANY(%s)", optional)
    return optional


def _dearer(part: OfferPart) -> OfferPart:
    return replace(
        part,
        lines=tuple(
            replace(line, unit_price=line.unit_price * 3 + 1, quantity=line.quantity + 4) for line in part.lines
        ),
    )


def _shifted(part: OfferPart, shifts: dict[str, Decimal], optional: set[str]) -> OfferPart:
    lines = (
        replace(
            line,
            unit_price=line.unit_price * (3 if line.code in optional else 1) + shifts.get(line.code, Decimal(0)),
        )
        for line in part.lines
    )
    return replace(part, lines=tuple(lines))


def _settle_parts(world: JointWorld) -> Iterator[Promised]:
    """Every part with the hashes that belong to the rows as they are now."""
    for each in promised_by(world.bid).values():
        hashes = {"content_hash": each.part_hash, "frame_hash": each.frame_hash, "told_hash": each.told_hash}
        Part.objects.filter(pk=each.part.pk).update(**hashes)
        yield each


def _settle_hashes(world: JointWorld) -> None:
    """The hashes that belong to the rows as they are now, in OKs too: whether a firm has said OK is no figure."""
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    sql("ALTER TABLE bids_approval DISABLE TRIGGER USER")
    for each in _settle_parts(world):
        for kind, now, seen in (
            ("part", each.part_hash, each.part_bytes),
            ("frame", each.frame_hash, each.frame_bytes),
        ):
            Approval.objects.filter(part=each.part, kind=kind).update(hash=now, seen=seen)
    sql("ALTER TABLE bids_approval ENABLE TRIGGER USER")


def _change_version(world: JointWorld, changed: Callable[[OfferPart], OfferPart]) -> None:
    """What was sent, as if it had been frozen of the other world."""

    def of_the_other(version: FrozenVersion) -> FrozenVersion:
        offer: JointOffer = replace(version.offer, parts=tuple(map(changed, version.offer.parts)))
        return replace(version, offer=offer)

    _rewrite_version(world, of_the_other)


def _rewrite_version(world: JointWorld, changed: Callable[[FrozenVersion], FrozenVersion]) -> None:
    """The version with other bytes; the tables refuse it of everybody but their owner."""
    revision = Revision.objects.get(pk=world.things["revision"].pk)
    payload = version_payload(changed(read_version(bytes(revision.payload))))
    assert payload != bytes(revision.payload)
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    rewritten = ("bids_revision", "bids_counteroffer")
    for table in rewritten:
        sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    # In one statement: what was made in answer to the version goes on naming its content.
    assert sql(
        "WITH answers AS (UPDATE bids_counteroffer SET revision_hash = sha256(%s) WHERE revision_id = %s)"
        "UPDATE bids_revision SET payload = %s, content_hash = sha256(%s) WHERE id = %s",
        payload,
        revision.pk,
        payload,
        payload,
        revision.pk,
    )
    for table in rewritten:
        sql(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def letters_to(world: JointWorld, part: Part | None) -> dict[str, str]:
    """Every letter to this firm, in the words it would go in now."""
    found = {}
    for letter in Letter.objects.filter(bid=world.bid, part=part, state=LetterState.WAITING.value).order_by("pk"):
        mail = mail_of(letter, compose(letter, mint(letter, now=NOON), now=NOON))
        bodies = [mail.body, *(str(one) for one, _kind in mail.alternatives)]
        said = "\n".join(map(str, [mail.subject, *bodies, sorted(mail.extra_headers)]))
        found[f"letter {letter.kind}"] = _SECRETS.sub(r"\1…", said)
    return found


Reads = Callable[[], dict[str, Reading | str]]


def read_by(world: JointWorld, key: str, role: str = "owner", names: Collection[str] | None = None) -> Reads:
    """All that somebody of this firm reads: every address (or those of these names), and every letter to the firm."""

    client = world.client(key, role)

    def reads() -> dict[str, Reading | str]:
        part = world.part(key) if key != OUTSIDER else None
        letters = letters_to(world, part) if part is not None else {}
        readings = {name: _without_seal(one, world) for name, one in everything_read(world, client, names).items()}
        return {**readings, **letters}

    return reads


def _without_seal(reading: Reading, world: JointWorld) -> Reading:
    """The reading without the hash of what was sent: its secret nonce keeps it from telling anything of a price."""
    if "revision" not in world.things:
        return reading
    sealed = bytes(Revision.objects.get(pk=world.things["revision"].pk).content_hash).hex()
    return replace(reading, body=reading.body.replace(sealed, "…"))


def by_link(world: JointWorld, name: str, token: str, names: Collection[str] | None = None) -> Reads:
    client = Client(headers={"accept-language": "fi"})
    assert client.get(reverse(name, args=[token])).status_code == 303
    return lambda: dict(everything_read(world, client, names))


def differences(reads: Reads, change: Callable[[], None], *, least: int = 40) -> dict[str, str]:
    """Addresses that answer otherwise once the change is made, with what stands where they part.

    At least so many of them must show something: of readings that are refused nothing follows.
    """
    with undone():
        before = reads()
    with undone():
        change()
        after = reads()
    assert before.keys() == after.keys()
    shown = sum(isinstance(one, str) or one.status == HTTPStatus.OK for one in before.values())
    assert shown >= least, f"only {shown} readings show anything"
    faults = {name for name, one in before.items() if isinstance(one, Reading) and one.status >= FAULT}
    return {
        name: _parting(before[name], after[name]) for name in before if before[name] != after[name] or name in faults
    }


def _parting(one: Reading | str, other: Reading | str) -> str:
    """Where two answers part: in their status, or else around the first byte that differs."""
    if isinstance(one, Reading) and isinstance(other, Reading):
        if (one.status, one.body) != (other.status, other.body):
            return f"{one.status}, {other.status}: {_around(one.body, other.body)}"
        return str(set(one.headers) ^ set(other.headers))
    return _around(str(one), str(other))


def _around(one: str, other: str) -> str:
    at = next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    return f"{one[max(0, at - 60) : at + 60]!r}, then {other[max(0, at - 10) : at + 60]!r}"


@pytest.mark.parametrize("key", [PARTNER, ALSO])
def test_in_mode_own_a_partner_reads_nothing_of_others_figures(key: str) -> None:
    world = a_joint_world(OWN, is_sent=True)

    def change() -> None:
        change_private(world, key)
        change_talk(world, key)
        change_asked(world, key)
        change_prices(world, key)

    assert differences(read_by(world, key), change) == {}


@pytest.mark.parametrize("key", [PARTNER, ALSO])
def test_in_mode_own_and_total_a_partner_reads_nothing_of_what_others_shift(key: str) -> None:
    world = a_joint_world(WITH_TOTAL, is_sent=True)

    def change() -> None:
        change_private(world, key)
        change_talk(world, key)
        change_asked(world, key)
        shift_prices(world, key)

    assert differences(read_by(world, key), change) == {}


def test_where_prices_are_open_the_same_questions_are_read() -> None:
    """The control of what is asked and answered: were nothing found, the two before this would prove nothing."""
    world = a_joint_world(ALL, is_sent=True)
    names = {"bids:questions", "api:bid-questions", "bids:version", "api:bid-version"}

    found = differences(read_by(world, PARTNER, names=names), lambda: change_asked(world, PARTNER), least=len(names))

    assert {("/api/" in name, "/questions/" in name) for name in found} == set(product([True, False], repeat=2))


@pytest.mark.parametrize(
    ("key", "mode"), [(LEAD, OWN), (PARTNER, ALL), pytest.param(OTHER, ALL, marks=pytest.mark.slow)]
)
def test_in_every_mode_costs_and_drafts_are_their_own_firms(key: str, mode: PriceVisibility) -> None:
    world = a_joint_world(mode, is_sent=True)

    assert differences(read_by(world, key), lambda: change_private(world, key)) == {}


@pytest.mark.parametrize("role", ["producer", pytest.param("viewer", marks=pytest.mark.slow)])
def test_of_the_lead_too_viewers_and_producers_read_by_the_mode(role: str) -> None:
    world = a_joint_world(OWN, is_sent=True)

    def change() -> None:
        change_private(world, LEAD)
        change_prices(world, LEAD)

    assert differences(read_by(world, LEAD, role), change) == {}


def asked_anew(**rules: str) -> JointWorld:
    """Mode own; the firms have said OK to other rules than these, and are asked, and written to, about these."""
    world = a_joint_world(OWN)
    world.ok.after(lambda: Bid.objects.filter(pk=world.bid.pk).update(**rules))
    assert {("BBB", "frame"), ("CCC", "frame")} <= world.ok.stale()
    return world


def all_they_are_asked(world: JointWorld, key: str) -> Reads:
    """What somebody of the firm reads of the offer and of the rules that bind it, logged in and by the mailed link."""
    logged_in = read_by(world, key, names=BINDING)
    by_mail = by_link(world, "bids:invitation-link", world.things[f"invitation-token-{key}"], names={"bids:asked"})
    return lambda: {**logged_in(), **{f"{name} by link": one for name, one in by_mail().items()}}


STANDS_FOR_ALL: Final = [{"liability": "lead"}, {"invoicing": "lead"}]


@pytest.mark.parametrize("rules", STANDS_FOR_ALL, ids=["the lead answers", "the lead sells all"])
def test_in_mode_own_nobody_is_asked_about_a_total_they_do_not_answer_for(rules: dict[str, str]) -> None:
    world = asked_anew(**rules)

    def change() -> None:
        _change_rows(world, PARTNER)
        list(_settle_parts(world))

    assert differences(all_they_are_asked(world, PARTNER), change, least=10) == {}


def test_in_mode_own_who_answers_for_all_is_told_the_total_and_nothing_else_of_others() -> None:
    world = asked_anew(liability="joint")
    reads = all_they_are_asked(world, PARTNER)

    def change() -> None:
        _shift_rows(PARTNER)
        list(_settle_parts(world))

    with undone():
        told = {name for name, one in reads().items() if TOTAL_OF_ALL.search(_plain(one))}
    asked, offer = reverse("bids:asked", args=[world.things[f"invitation-{PARTNER}"].public_id]), world.bid.public_id
    assert {"letter asked_again", asked, f"{asked} by link", reverse("bids:offer", args=[offer])} <= told
    assert {reverse(f"api:{name}", args=[offer]) for name in ("bid-sheet", "bid-ok")} <= told
    assert differences(reads, change, least=10) == {}


def _plain(one: Reading | str) -> str:
    return re.sub(r"\s|&nbsp;", " ", one if isinstance(one, str) else one.body)


def test_who_holds_a_request_reads_by_the_mode_too() -> None:
    world = a_joint_world(OWN, is_sent=True)
    reads = by_link(world, "bids:invitation-link", world.things[f"invitation-token-{PARTNER}"])

    def change() -> None:
        change_private(world, PARTNER)
        change_talk(world, PARTNER)
        change_prices(world, PARTNER)

    assert differences(reads, change, least=5) == {}


def test_the_client_reads_what_was_sent_and_nothing_of_what_is_written_now() -> None:
    world = a_joint_world(ALL, is_sent=True)
    reads = by_link(world, "bids:client-link", world.things["client-token"])

    def change() -> None:
        for key in (LEAD, PARTNER):
            change_private(world, key)
        change_talk(world, LEAD)
        assert sql("UPDATE bids_lineitem SET unit_price = unit_price * 3 WHERE bid_id = %s", world.bid.pk)
        _settle_hashes(world)

    assert differences(reads, change, least=5) == {}


@pytest.mark.slow
def test_an_outsider_reads_nothing_at_all() -> None:
    world = a_joint_world(ALL, is_sent=True)

    def change() -> None:
        for key in (LEAD, PARTNER):
            change_private(world, key)
            change_prices(world, key)
        assert sql(
            "UPDATE bids_bid SET title = 'Aivan muuta', valid_until = valid_until + 3 WHERE id = %s", world.bid.pk
        )

    assert differences(read_by(world, OUTSIDER), change, least=10) == {}


def test_the_readings_find_what_does_leak(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the fence down, in three places: the same changes are found."""
    world = a_joint_world(OWN, is_sent=True)

    def change() -> None:
        change_prices(world, PARTNER)

    with monkeypatch.context() as patched:
        patched.setattr(bids.visibility, "without_hidden", lambda offer, _eyes: offer)
        patched.setattr(Eyes, "sees_price_of", lambda _eyes, _key: True)
        leaks = differences(read_by(world, PARTNER, names=LEAKY), change, least=5)
    assert any(name.startswith("/api/") and "sheet" in name for name in leaks), leaks.keys()
    assert any(name.startswith("/offers/") for name in leaks), leaks.keys()

    with monkeypatch.context() as patched:
        patched.setattr(Eyes, "sees_totals", property(lambda _eyes: True))
        leaks = differences(read_by(world, PARTNER, names=LEAKY), change, least=5)
    assert any("totals" in name for name in leaks), leaks.keys()

    with monkeypatch.context() as patched:
        patched.setattr(Eyes, "sees_costs_of", lambda _eyes, _key: True)
        patched.setattr("bids.api.costs.own_costs", lambda _part, **_said: _everybodys(world))
        leaks = differences(read_by(world, PARTNER, names=LEAKY), lambda: change_private(world, PARTNER), least=5)
    assert any("costs" in name for name in leaks), leaks.keys()


def test_they_find_a_total_in_what_a_firm_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the fence around promises down: on the page, in the letter and through the API."""
    monkeypatch.setattr(bids.promises, "mode_in_force", lambda _chosen, _liability: WITH_TOTAL)
    world = asked_anew(liability="lead")

    def change() -> None:
        _change_rows(world, PARTNER)
        list(_settle_parts(world))

    leaks = differences(all_they_are_asked(world, PARTNER), change, least=10)

    asked = reverse("bids:asked", args=[world.things[f"invitation-{PARTNER}"].public_id])
    own_ok = reverse("api:bid-ok", args=[world.bid.public_id])
    assert {"letter asked_again", asked, f"{asked} by link", own_ok} <= leaks.keys()


def _everybodys(world: JointWorld) -> dict[str, Any]:
    from bids.queries.costs import own_costs  # noqa: PLC0415 - the true one, whatever stands in its place

    return {
        code: cost
        for key in (LEAD, PARTNER, OTHER)
        for code, cost in own_costs(world.part(key), firm_id=world.part(key).firm_id).items()
    }
