"""What the database itself holds of OKs, tried with raw SQL as the application's own role."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from hashlib import sha256
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from bids.models import Approval, ApprovalRevocation, Bid, Invitation, Part
from bids.queries.oks import promised_by
from bids.steps.oks import revoke_oks
from bids.vocabulary import OkKind, OkMethod
from members.models import Membership
from tests.bids.cases import daycare
from tests.bids.ok_world import OkWorld, an_ok_world
from tests.kept import kept
from tests.world import NOON

pytestmark = pytest.mark.django_db

AppRole = Callable[[], AbstractContextManager[None]]


@kept
def world() -> OkWorld:
    """Every firm has said OK, the lead too."""
    world = an_ok_world(daycare())
    lead = world.part("KUV")
    promised = promised_by(world.bid)[lead.pk]
    for kind in OkKind:
        Approval.objects.create(
            part=lead,
            firm=lead.firm,
            kind=kind.value,
            hash=promised.hash_of(kind),
            seen=promised.bytes_of(kind),
            method=OkMethod.SENT.value,
            person=world.lead_person,
            given_at=NOON,
        )
    return world


def send(sql: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def refused(do: Callable[[], None]) -> str:
    with pytest.raises(DatabaseError) as caught, transaction.atomic():
        do()
    return str(caught.value)


@pytest.mark.parametrize("table", ["bids_approval", "bids_approvalrevocation"])
@pytest.mark.parametrize("verb", ["UPDATE", "DELETE", "TRUNCATE"])
def test_an_ok_and_its_taking_back_stay_as_they_are(
    world: OkWorld, as_app_role: AppRole, table: str, verb: str
) -> None:
    revoke_oks(world.part("SEL"), by=world.asked("SEL"), now=NOON)
    sql = {
        "UPDATE": f"UPDATE {table} SET public_id = gen_random_uuid()",  # noqa: S608 - one of two tables
        "DELETE": f"DELETE FROM {table}",  # noqa: S608 - one of two tables
        "TRUNCATE": f"TRUNCATE {table} CASCADE",
    }[verb]

    with as_app_role():
        assert "permission denied" in refused(lambda: send(sql))
    if verb != "TRUNCATE":
        assert "is refused" in refused(lambda: send(sql))
    assert ApprovalRevocation.objects.count() == 2


def a_version(world: OkWorld, *, binding: bool = True, but: str = "", of: str = "") -> None:
    """Insert a version as the application would, with the hashes the parts have; `but` is a firm left out."""
    payload = b"offer.v1\0{}"
    send(
        "INSERT INTO bids_revision (public_id, bid_id, number, payload, content_hash, prev_hash, binding, expires_at,"
        " expires_zone, frozen_at) VALUES (%s, %s, 1, %s, %s, %s, %s, %s, 'Europe/Helsinki', %s)",
        uuid4(),
        world.bid.pk,
        payload,
        sha256(payload).digest(),
        bytes(32),
        binding,
        NOON + timedelta(days=30),
        NOON,
    )
    for part in Part.objects.filter(bid=world.bid).exclude(key=but):
        firm = world.firm(of) if of and part.key == "SEL" else part.firm
        send(
            "INSERT INTO bids_revisionpart (revision_id, part_id, firm_id, part_hash, frame_hash)"
            " SELECT max(id), %s, %s, %s, %s FROM bids_revision",
            part.pk,
            firm.pk,
            part.content_hash,
            part.frame_hash,
        )
    send(
        "INSERT INTO bids_revisionstanding (revision_id, bid_id, state, changed_at, sent_how, expires_at, reason)"
        " SELECT max(id), %s, 'frozen', %s, '', %s, '' FROM bids_revision",
        world.bid.pk,
        NOON,
        NOON + timedelta(days=30),
    )
    send("SET CONSTRAINTS ALL IMMEDIATE")
    send("SET CONSTRAINTS ALL DEFERRED")


def test_a_version_every_firm_has_said_ok_to_is_taken(world: OkWorld, as_app_role: AppRole) -> None:
    with as_app_role():
        a_version(world)

    assert world.bid.revisions.count() == 1


def take_back(world: OkWorld) -> None:
    revoke_oks(world.part("SEL"), by=world.asked("SEL"), now=NOON)


def withdraw(world: OkWorld) -> None:
    Invitation.objects.filter(pk=world.invitations["SEL"].pk).update(withdrawn_at=NOON)


def change(world: OkWorld) -> None:
    world.after(lambda: world.line("A4").part.lines.filter(code="A4").update(text="Toisin"))


def give_none(world: OkWorld) -> None:
    Part.objects.filter(bid=world.bid, key="SEL").update(content_hash=sha256(b"nobody said OK to this").digest())


def run_out(world: OkWorld) -> None:
    part = world.part("SEL")
    take_back(world)
    for kind, current in ((OkKind.PART, part.content_hash), (OkKind.FRAME, part.frame_hash)):
        Approval.objects.create(
            part=part,
            firm=part.firm,
            kind=kind.value,
            hash=current,
            seen=b"{}",
            method=OkMethod.ANSWERED.value,
            invitation=world.invitations["SEL"],
            given_at=NOON - timedelta(days=9),
            good_until=date(2026, 3, 1),
        )


@pytest.mark.parametrize(
    "spoil",
    [take_back, withdraw, change, give_none, run_out],
    ids=["taken back", "the request withdrawn", "changed since", "never given", "its own last day past"],
)
def test_a_version_without_an_ok_that_counts_is_refused(
    world: OkWorld, as_app_role: AppRole, spoil: Callable[[OkWorld], None]
) -> None:
    spoil(world)

    with as_app_role():
        assert "lacks the OK of SEL" in refused(lambda: a_version(world))
    assert world.bid.revisions.count() == 0


def test_a_version_that_leaves_a_firm_of_the_offer_unnamed_is_refused(world: OkWorld, as_app_role: AppRole) -> None:
    with as_app_role():
        assert "lacks the OK of PAI" in refused(lambda: a_version(world, but="PAI"))


def test_an_ok_of_one_firm_is_no_other_firms(world: OkWorld, as_app_role: AppRole) -> None:
    with as_app_role():
        assert "is not this firm's" in refused(lambda: a_version(world, of="PAI"))


def test_the_leads_own_ok_counts_only_while_its_person_may_give_it(world: OkWorld, as_app_role: AppRole) -> None:
    Membership.objects.filter(person=world.lead_person).delete()

    with as_app_role():
        assert "lacks the OK of KUV" in refused(lambda: a_version(world, binding=False))


def test_a_version_that_binds_nobody_needs_the_leads_ok_alone(world: OkWorld, as_app_role: AppRole) -> None:
    take_back(world)

    with as_app_role():
        a_version(world, binding=False)

    assert not world.bid.revisions.get().binding


def test_a_carried_over_ok_names_the_one_it_carries(world: OkWorld) -> None:
    part = world.part("SEL")
    values = {
        "part": part,
        "firm": part.firm,
        "kind": OkKind.FRAME.value,
        "hash": bytes(32),
        "seen": b"{}",
        "invitation": world.invitations["SEL"],
        "given_at": NOON,
    }

    assert "a_carried_ok_names" in refused(
        lambda: Approval.objects.create(**values, method=OkMethod.CARRIED_OVER.value) and None
    )
    assert "somebody_gave" in refused(
        lambda: Approval.objects.create(**values | {"invitation": None}, method=OkMethod.TAPPED.value) and None
    )


def test_the_bid_whose_oks_are_tried_is_a_binding_one(world: OkWorld) -> None:
    assert Bid.objects.get(pk=world.bid.pk).binding
