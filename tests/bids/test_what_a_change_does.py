"""Every field of every model of the bids is changed, and does to the firms' OKs what the list says it does."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models, transaction
from django.test.utils import CaptureQueriesContext

from bids.content import Adjustment, Instalment, JointOffer, NamedChoice, OfferFile, Section
from bids.models import Bid, Client, Group, Need, Part, PlannedInstalment
from bids.queries.oks import ok_board, promised_by
from tests.bids.cases import daycare, line
from tests.bids.offer_strategies import PICTURE
from tests.bids.ok_world import OkWorld, an_ok_world
from tests.bids.what_a_change_does import (
    A_PARTNER,
    EFFECTS,
    OF_EVERY_ROW,
    ONLY_ADDED_TO,
    STORED_ONCE,
    UNREAD,
    Does,
    Effect,
)
from tests.world import NOON

pytestmark = pytest.mark.django_db

PARTNERS = frozenset({"SEL", "PAI"})
BIDS_MODELS = {model.__name__: model for model in apps.get_app_config("bids").get_models()}


def fields_of(model: type[models.Model]) -> set[str]:
    return {field.name for field in model._meta.concrete_fields} - OF_EVERY_ROW


def whole_offer() -> JointOffer:
    """The daycare's offer with everything an offer can have besides."""
    offer = daycare()
    grouped = [line(code, "Toimitus", "1", "erä", "40.00") for code in ("G1", "G2")]
    rows = (replace(grouped[0], group="tapa", default=True), replace(grouped[1], group="tapa"))
    parts = tuple(
        replace(part, lines=(*part.lines, *rows), firm=replace(part.firm, logo="logo-1")) if part.key == A_PARTNER
        else part
        for part in offer.parts
    )  # fmt: skip
    return replace(
        offer,
        parts=parts,
        sections=(Section(title="Selko", text="Sanamme", owner=A_PARTNER), Section(title="Me", text="Yhdessä")),
        packages=(
            NamedChoice(id="p1", name="Laaja", lines=("A8",)),
            NamedChoice(id="p2", name="Suppea", lines=("A7",)),
        ),
        payment_plan=(
            Instalment(name="alussa", percent=Decimal(30)),
            Instalment(name="lopussa", percent=Decimal(70)),
        ),
        files=(OfferFile(name="logo-1", media_type="image/png", data=PICTURE),),
    )


def with_money() -> JointOffer:
    """The same with a discount and a fee for the lead."""
    return replace(
        whole_offer(),
        discount=Adjustment(name="alennus", amount=Decimal("100.00")),
        coordination_fee=Adjustment(name="koordinointi", percent=Decimal(8)),
    )


def a_world(offer: JointOffer) -> OkWorld:
    world = an_ok_world(offer)
    other = Client.objects.create(firm=world.bid.lead, name="Toinen asiakas Oy")
    Need.objects.create(firm=world.bid.lead, title="Jotain muuta")
    group = Group.objects.create(name="Porukka", made_by=world.bid.lead, made_at=NOON, valid_days=1)
    Bid.objects.filter(pk=world.bid.pk).update(group=group)
    assert other.pk
    assert world.after(lambda: None).told == ()
    assert world.stale() == set()
    return world


ROWS: dict[str, Callable[[OkWorld], Any]] = {
    "Bid": lambda world: Bid.objects.get(pk=world.bid.pk),
    "Part": lambda world: world.part(A_PARTNER),
    "LineItem": lambda world: world.line("A4"),
    "OptionGroup": lambda world: world.line("G1").group,
    "Milestone": lambda world: world.bid.milestones.get(identifier="m3"),
    "MilestoneNeed": lambda world: world.bid.milestones.get(identifier="m3").milestone_needs.get(),
    "Section": lambda world: world.bid.sections.get(owner__key=A_PARTNER),
    "Client": lambda world: world.bid.client,
    "ClientContact": lambda world: world.bid.client.contacts.get(),
    "Need": lambda world: world.bid.need,
    "Term": lambda world: world.bid.terms.get(),
    "PlannedInstalment": lambda world: PlannedInstalment.objects.get(bid=world.bid, position=0),
    "Package": lambda world: world.bid.packages.get(identifier="p1"),
    "PackageLine": lambda world: world.bid.packages.get(identifier="p1").package_lines.get(),
    "BidFile": lambda world: world.bid.files.get(),
    "Invitation": lambda world: world.invitations[A_PARTNER],
}


def another(value: Any) -> Any:
    """Another value of the same kind."""
    match value:
        case bool():
            return not value
        case int() | Decimal():
            return value + 1
        case str():
            return f"{value}x"
    raise AssertionError(f"the list does not say to what {value!r} changes")


def change(world: OkWorld, model: str, field: str, effect: Effect) -> tuple[set[str], set[str], set[str], Any]:
    """Whose OK is missing, carried over, and who is told once the field of the one row was changed."""
    row = ROWS[model](world)
    values = effect.to(world, row) if effect.to else {field: another(getattr(row, field))}
    assert field in values
    rows = type(row)._default_manager.filter(pk=row.pk)
    settled = world.after(lambda: rows.update(**values))
    missing = {key for key, _ in world.stale()}
    return (
        missing,
        {part.key for part in settled.carried},
        {part.key for part in settled.told},
        rows.values_list(field, flat=True).get(),
    )


def fault(world: OkWorld, model: str, field: str, effect: Effect) -> str:
    """What the change did otherwise than the list says; empty when it did just that."""
    was = ROWS[model](world)
    missing, carried, told, now = change(world, model, field, effect)
    asked = effect.asks or frozenset()
    match effect.does:
        case Does.ASKS_ALL:
            as_said = missing == PARTNERS and not carried
        case Does.ASKS_ITS_FIRM:
            gone = {A_PARTNER} if (model, field) == ("Part", "state") else set()
            unseen = {("Part", "always_ask"), ("Part", "salt"), ("Part", "firm"), ("Invitation", "part"),
                      ("Invitation", "withdrawn_at"), ("BidFile", "asset"), ("BidFile", "name")}  # fmt: skip
            others = PARTNERS - asked - {A_PARTNER}
            as_said = missing == asked - gone and not carried and (told == others or (model, field) in unseen)
        case Does.CARRIES:
            as_said = not missing and carried == PARTNERS
        case Does.TELLS:
            as_said = not missing and told | carried == PARTNERS
        case Does.REWRITTEN:
            as_said = not missing and bytes(now) == bytes(getattr(was, field))
        case _:
            as_said = not missing and not carried and not told
    return "" if as_said else f"{model}.{field}: missing {missing}, carried {carried}, told {told}"


def test_the_list_names_every_field_of_every_model_once() -> None:
    listed = {name: set(effects) for name, effects in EFFECTS.items()} | {
        name: set(names) for name, (_why, names) in UNREAD.items()
    }
    whole = ONLY_ADDED_TO.keys() | STORED_ONCE.keys()

    assert listed.keys() | whole == BIDS_MODELS.keys()
    assert not listed.keys() & whole
    assert {name: fields_of(BIDS_MODELS[name]) for name in listed} == listed


def test_every_entry_has_its_reason() -> None:
    reasons = [effect.why for effects in EFFECTS.values() for effect in effects.values()]
    reasons += [why for why, _names in UNREAD.values()]
    reasons += [*ONLY_ADDED_TO.values(), *STORED_ONCE.values()]

    assert all(len(reason.split()) > 1 for reason in reasons)


@pytest.mark.parametrize("model", [name for name in EFFECTS if name != "Bid"])
def test_a_change_of_each_field_does_what_the_list_says(model: str) -> None:
    world = a_world(whole_offer())

    assert _faults(world, model, EFFECTS[model]) == []


@pytest.mark.parametrize("about", ["money", "all else"])
def test_a_change_of_each_field_of_the_offer_itself_does_what_the_list_says(about: str) -> None:
    is_money = about == "money"
    world = a_world(with_money() if is_money else whole_offer())
    of_money = {name for name in EFFECTS["Bid"] if name.startswith(("discount_", "fee_"))}

    wanted = {name: effect for name, effect in EFFECTS["Bid"].items() if (name in of_money) is is_money}

    assert _faults(world, "Bid", wanted) == []


def _faults(world: OkWorld, model: str, effects: dict[str, Effect]) -> list[str]:
    found = []
    for field, effect in effects.items():
        if effect.does == Does.NEVER:
            continue
        point = transaction.savepoint()
        found.append(fault(world, model, field, effect))
        transaction.savepoint_rollback(point)
    return [each for each in found if each]


def test_a_joint_text_is_told_and_not_asked() -> None:
    world = a_world(whole_offer())
    joint = world.bid.sections.filter(owner=None)

    settled = world.after(lambda: joint.update(text="Toisin"))

    assert world.stale() == set()
    assert {part.key for part in settled.told} == PARTNERS


def test_what_is_read_to_tell_whose_ok_counts_is_no_model_of_the_unread() -> None:
    world = a_world(with_money())
    with CaptureQueriesContext(
        connection,
    ) as asked:
        promised_by(world.bid)
        ok_board(world.bid, now=NOON)

    said = " ".join(query["sql"] for query in asked.captured_queries)
    assert '"bids_lineitem"' in said
    for name in UNREAD:
        table = BIDS_MODELS[name]._meta.db_table
        assert f'"{table}"' not in said, f"{name} is read"


@pytest.mark.parametrize("model", ONLY_ADDED_TO)
def test_the_database_lets_nobody_change_what_is_only_added_to(model: str) -> None:
    table = BIDS_MODELS[model]._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgtype & 16 > 0 AND tgtype & 8 > 0 FROM pg_trigger"
            " WHERE tgrelid = %s::regclass AND tgfoid = 'kernel_refuse_change'::regproc",
            [table],
        )
        assert cursor.fetchall() == [(True,)]


def test_every_part_of_the_walk_stands_on_oks_that_count() -> None:
    world = a_world(with_money())

    assert {ok.part.key for ok in world.board().values() if ok.is_ok} == PARTNERS
    assert Part.objects.filter(bid=world.bid, told_hash__isnull=True).count() == 0
