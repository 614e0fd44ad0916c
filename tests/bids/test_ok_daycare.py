"""The daycare's offer: whose OK a change asks for, whose goes on, who is told, and whom nobody bothers."""

from datetime import date
from decimal import Decimal

import pytest

from bids.models import Approval, Bid, Letter, LineItem, Part
from bids.queries.oks import changed_since_ok, promised_by, said
from bids.vocabulary import IN_THE_OFFER, LetterKind, OkKind, OkMethod, PartState
from tests.bids.cases import daycare, without
from tests.bids.ok_world import OkWorld, an_ok_world
from tests.kept import kept

pytestmark = pytest.mark.django_db

D = Decimal


@kept
def world() -> OkWorld:
    return an_ok_world(daycare())


def letters(kind: LetterKind) -> set[str]:
    """The keys of the firms to which such a letter waits."""
    waiting = Letter.objects.filter(kind=kind.value, state="waiting").select_related("part")
    return {letter.part.key for letter in waiting}


def keys(parts: tuple[Part, ...]) -> set[str]:
    return {part.key for part in parts}


def change_bid(world: OkWorld, **values: object) -> None:
    Bid.objects.filter(pk=world.bid.pk).update(**values)


def change_line(world: OkWorld, code: str, **values: object) -> None:
    LineItem.objects.filter(bid=world.bid, code=code).update(**values)


def with_discount() -> OkWorld:
    """The same offer with 100.00 off the whole of it, OK'd so."""
    world = an_ok_world(daycare(), said_ok=False)
    change_bid(world, discount_name="alennus", discount_amount=D("100.00"))
    Part.objects.filter(bid=world.bid).update(state=PartState.IN.value)
    for key in world.invitations:
        world.says_ok(key)
    return world


def test_each_partner_says_ok_with_its_answer_and_nothing_else_is_asked(world: OkWorld) -> None:
    board = world.board()

    assert world.stale() == set()
    assert board["SEL"].methods == board["PAI"].methods == {OkMethod.ANSWERED}
    assert not any(ok.stops_sending for ok in board.values())
    assert list(board["KUV"].missing_kinds) == [OkKind.PART, OkKind.FRAME]


def test_with_both_partners_gone_the_lead_may_still_send() -> None:
    world = an_ok_world(without(daycare(), "SEL", "PAI"))

    assert [ok.stops_sending for ok in world.board().values()] == [False]


def test_new_wording_of_one_line_asks_its_firm_for_its_part_alone(world: OkWorld) -> None:
    settled = world.after(lambda: change_line(world, "A4", text="Selkokielinen toimitustyö, kaksi kierrosta"))

    assert world.stale() == {("SEL", "part")}
    assert keys(settled.asked) == {"SEL"}
    assert letters(LetterKind.ASKED_AGAIN) == {"SEL"}
    (difference,) = changed_since_ok(world.board()["SEL"], OkKind.PART)
    assert difference.path == ("lines", "A4", "text")
    assert difference.before == "Selkokielinen toimitustyö"


def test_a_longer_term_of_payment_asks_every_firm_for_the_frame(world: OkWorld) -> None:
    settled = world.after(lambda: change_bid(world, payment_days=21))

    assert world.stale() == {("SEL", "frame"), ("PAI", "frame")}
    assert keys(settled.asked) == {"SEL", "PAI"}
    assert settled.carried == ()
    (difference,) = changed_since_ok(world.board()["PAI"], OkKind.FRAME)
    assert (difference.path, difference.before, difference.after) == (("rules", "payment_days"), 14, 21)


def test_a_shorter_term_of_payment_is_carried_over_and_told() -> None:
    world = an_ok_world(daycare(), said_ok=False)
    change_bid(world, payment_days=21)
    Part.objects.filter(bid=world.bid).update(state=PartState.IN.value)
    for key in world.invitations:
        world.says_ok(key)

    settled = world.after(lambda: change_bid(world, payment_days=14))

    assert world.stale() == set()
    assert settled.asked == ()
    assert keys(settled.carried) == {"SEL", "PAI"}
    assert letters(LetterKind.CARRIED_OVER) == {"SEL", "PAI"}
    assert letters(LetterKind.ASKED_AGAIN) == set()
    carried = Approval.objects.filter(method=OkMethod.CARRIED_OVER.value)
    assert {(each.kind, each.carried_from.invitation_id == each.invitation_id) for each in carried} == {("frame", True)}


def test_another_price_asks_its_own_firm_and_tells_the_others(world: OkWorld) -> None:
    settled = world.after(lambda: change_line(world, "A4", unit_price=D("52.00")), by=world.asked("SEL"))

    # SEL gets more by its own doing: its part is asked, and its frame waits for that.
    assert {key for key, _ in world.stale()} == {"SEL"}
    assert keys(settled.asked) == {"SEL"}
    assert keys(settled.told) == {"KUV", "PAI"}
    assert letters(LetterKind.CHANGES_TOLD) == {"KUV", "PAI"}


def test_a_price_that_others_may_not_see_is_not_told_to_them() -> None:
    world = an_ok_world(daycare(), said_ok=False)
    change_bid(world, price_visibility="own")
    Part.objects.filter(bid=world.bid).update(state=PartState.IN.value)
    for key in world.invitations:
        world.says_ok(key)

    settled = world.after(lambda: change_line(world, "A4", unit_price=D("52.00")), by=world.asked("SEL"))

    assert keys(settled.told) == {"KUV"}


def test_with_a_discount_a_lower_price_elsewhere_asks_whose_settlement_falls() -> None:
    world = with_discount()
    assert own_net(world, "PAI") == "320.11"

    settled = world.after(lambda: change_line(world, "A4", unit_price=D("44.00")), by=world.asked("SEL"))

    assert own_net(world, "PAI") == "319.95"
    assert ("PAI", "frame") in world.stale()
    assert ("PAI", "part") not in world.stale()
    assert "PAI" in keys(settled.asked)


def test_with_a_discount_a_higher_price_elsewhere_is_carried_over_and_told() -> None:
    world = with_discount()

    settled = world.after(lambda: change_line(world, "A4", unit_price=D("52.00")), by=world.asked("SEL"))

    assert own_net(world, "PAI") == "320.27"
    assert not {kind for key, kind in world.stale() if key == "PAI"}
    assert keys(settled.carried) == {"PAI"}
    assert letters(LetterKind.CARRIED_OVER) == {"PAI"}


@pytest.mark.parametrize("code", ["A5b", "A7", "A8"])
def test_a_line_is_chosen_without_anybody_being_asked(world: OkWorld, code: str) -> None:
    # The firms OK'd these lines with their parts; what is promised does not depend on what the client chooses.
    from_the_start = {ok.part.key: (ok.part_hash, ok.frame_hash) for ok in world.board().values()}

    world.after(lambda: None)

    assert world.line(code).part.state in IN_THE_OFFER
    assert {ok.part.key: (ok.part_hash, ok.frame_hash) for ok in world.board().values()} == from_the_start
    assert world.stale() == set()


def own_net(world: OkWorld, key: str) -> str:
    promised = promised_by(world.bid)[world.part(key).pk]
    return str(said(promised.frame_bytes)["own"]["net"])


def test_a_change_and_its_undoing_leave_every_ok_as_it_was(world: OkWorld) -> None:
    world.after(lambda: change_bid(world, payment_days=21))
    settled = world.after(lambda: change_bid(world, payment_days=14))

    assert world.stale() == set()
    assert settled.carried == ()
    assert Approval.objects.filter(method=OkMethod.CARRIED_OVER.value).count() == 0


def test_an_earlier_last_day_is_carried_over_and_a_later_one_asks(world: OkWorld) -> None:
    world.after(lambda: change_bid(world, valid_until=date(2026, 3, 25)))
    assert world.stale() == set()

    world.after(lambda: change_bid(world, valid_until=date(2026, 4, 2)))
    assert world.stale() == {("SEL", "frame"), ("PAI", "frame")}


def test_what_is_carried_is_compared_with_what_the_firm_itself_has_okd(world: OkWorld) -> None:
    world.after(lambda: change_bid(world, payment_days=7))
    world.after(lambda: change_bid(world, payment_days=10))

    assert world.stale() == set()
    world.after(lambda: change_bid(world, payment_days=15))
    assert world.stale() == {("SEL", "frame"), ("PAI", "frame")}
