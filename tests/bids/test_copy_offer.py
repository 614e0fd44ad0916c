"""A new offer of an earlier one: the same people and rows, nobody's OK, today's days and rates."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from bids.actions.copy_offer import copy_offer
from bids.actions.import_bid import import_bid
from bids.content import JointOffer, OfferPart, Period
from bids.models import Approval, Bid, Invitation, Letter
from bids.queries.asked_before import KeyUsed
from bids.queries.content_of import content_of
from bids.steps.asking import Asked
from bids.steps.copying import without_others
from bids.steps.starting import NewOffer
from bids.vocabulary import LetterKind, PartState, Role
from kernel.actor import Actor
from kernel.errors import Malformed, NotVisible
from tests.bids.cases import daycare, tourism
from tests.bids.starting import Lead, a_lead, painopiste
from tests.kept import kept
from tests.world import NOON, a_person, acting

pytestmark = pytest.mark.django_db

A_YEAR_ON = datetime(2027, 3, 1, 10, 0, tzinfo=UTC)
LEAVES = datetime(2027, 3, 2, 16, 0, tzinfo=UTC)


@kept
def bid() -> Bid:
    return import_bid(offer=daycare(), by=Actor.system("tests"), now=NOON)


@pytest.fixture
def maija(bid: Bid) -> Lead:
    person = a_person(at=bid.lead)
    return Lead(firm=bid.lead, person=person, actor=acting(person, bid.lead))


def again(offer: JointOffer, **said: object) -> tuple[NewOffer, tuple[str, ...]]:
    """What the page suggests, and whose shares they are."""
    partners = [part for part in offer.parts if part.role is not Role.LEAD]
    new = NewOffer(
        client_name=offer.client.name,
        client_email=offer.client.contacts[0].email,
        title=offer.title,
        leaves_at=LEAVES,
        delivery=Period(starts_on=date(2027, 4, 19), ends_on=date(2027, 4, 23)),
        firms=tuple(_asked(part) for part in partners),
    )
    return replace(new, **said), tuple(part.key for part in partners)  # type: ignore[arg-type]


def _asked(part: OfferPart) -> Asked:
    email = part.firm.contact.email if part.firm.contact else ""
    return Asked(name=part.firm.name, what=f"sama kuin viimeksi, {part.key}", email=email)


def copied(bid: Bid, by: Lead, **said: object) -> Bid:
    new, shares = again(content_of(bid), **said)
    return copy_offer(bid=bid, new=new, shares=shares, by=by.actor, now=A_YEAR_ON).bid


def test_rows_and_words_come_along(bid: Bid, maija: Lead) -> None:
    copy = copied(bid, maija)
    before, after = content_of(bid), content_of(copy)
    assert (copy.number, copy.copied_from) == ("YT-2027-0001", bid)
    assert [line.text for line in after.lines] == [line.text for line in before.lines]
    assert [(line.code, line.unit_price, line.optional, line.replaces) for line in after.lines] == [
        (line.code, line.unit_price, line.optional, line.replaces) for line in before.lines
    ]
    assert [part.firm.business_id for part in after.parts] == [part.firm.business_id for part in before.parts]
    assert [part.firm for part in copy.parts.order_by("position")] == [
        part.firm for part in bid.parts.order_by("position")
    ]


def test_every_firm_is_asked_anew_and_nobody_has_said_ok(bid: Bid, maija: Lead) -> None:
    copy = copied(bid, maija)
    states = dict(copy.parts.values_list("key", "state"))
    assert set(states.values()) == {PartState.IN.value, PartState.ASKED.value}
    assert states[copy.parts.get(role=Role.LEAD.value).key] == PartState.IN.value
    assert not Approval.objects.filter(part__bid=copy).exists()
    partners = copy.parts.exclude(role=Role.LEAD.value)
    assert Invitation.objects.filter(bid=copy).count() == partners.count()
    with_address = Invitation.objects.filter(bid=copy).exclude(email="").count()
    assert Letter.objects.filter(bid=copy, kind=LetterKind.ASKED.value).count() == with_address
    assert all(part.asked == f"sama kuin viimeksi, {part.key}" for part in partners)


def test_days_move_with_the_new_delivery(bid: Bid, maija: Lead) -> None:
    copy = copied(bid, maija)
    assert (copy.issued_on, copy.valid_until) == (date(2027, 3, 2), date(2027, 4, 1))
    assert copy.delivery_to == date(2027, 4, 23)
    before = {step.identifier: step for step in bid.milestones.all()}
    for step in copy.milestones.all():
        moved = step.ends_on - before[step.identifier].ends_on
        assert moved.days % 7 == 0
        assert moved > timedelta(days=300)


def test_a_rate_that_is_over_gives_way_to_its_successor_with_a_note(maija: Lead, system: Actor, now: datetime) -> None:
    offer = daycare()
    old = replace(
        offer,
        number="YT-2025-0007",
        issued_on=date(2025, 11, 3),
        valid_until=date(2025, 12, 1),
        delivery=Period(starts_on=date(2025, 12, 8), ends_on=date(2025, 12, 12)),
        parts=tuple(
            replace(
                part,
                lines=tuple(
                    replace(line, vat=replace(line.vat, rate=Decimal(14)), delivered=None) if n == 0 else line
                    for n, line in enumerate(part.lines)
                ),
            )
            if part.role is Role.LEAD
            else part
            for part in offer.parts
        ),
    )
    earlier = import_bid(offer=old, by=system, now=now)
    new, shares = again(content_of(earlier))
    made = copy_offer(bid=earlier, new=new, shares=shares, by=maija.actor, now=A_YEAR_ON)
    code = content_of(earlier).lead.lines[0].code
    assert [(each.code, each.old, each.new) for each in made.rates] == [(code, Decimal(14), Decimal("13.5"))]
    assert content_of(made.bid).lead.lines[0].vat.rate == Decimal("13.5")
    assert content_of(earlier).lead.lines[0].vat.rate == Decimal(14)


def test_another_client_gets_nothing_of_the_first_ones(bid: Bid, maija: Lead) -> None:
    copy = copied(bid, maija, client_name="Päiväkoti Toinen Oy", client_email="toinen@example.invalid")
    assert copy.client != bid.client
    assert [copy.client.business_id, copy.client.e_invoice, copy.reference] == [None, None, ""]
    assert [contact.email for contact in copy.client.contacts.all()] == ["toinen@example.invalid"]
    bid.client.refresh_from_db()
    assert bid.client.name == daycare().client.name


def test_the_same_client_stays_the_same_row(bid: Bid, maija: Lead) -> None:
    assert copied(bid, maija).client == bid.client


def test_a_firm_left_behind_leaves_nothing(bid: Bid, maija: Lead) -> None:
    new, _shares = again(content_of(bid))
    only = next(asked for asked in new.firms if "Painopiste" in asked.name)
    copy = copy_offer(bid=bid, new=replace(new, firms=(only,)), shares=("PAI",), by=maija.actor, now=A_YEAR_ON).bid
    assert set(copy.parts.values_list("key", flat=True)) == {"KUV", "PAI"}
    assert not content_of(copy).milestones or all(
        step.owner in {"KUV", "PAI", "client"} for step in content_of(copy).milestones
    )


def test_a_row_that_bears_another_name_gets_nothing_of_the_share(bid: Bid, maija: Lead) -> None:
    new, _shares = again(content_of(bid))
    copy = copy_offer(
        bid=bid,
        new=replace(new, firms=(painopiste(name="Kilpailija Oy", email="k@example.invalid"),)),
        shares=("PAI",),
        by=maija.actor,
        now=A_YEAR_ON,
    ).bid
    part = copy.parts.exclude(role=Role.LEAD.value).get()
    assert part.card["name"] == "Kilpailija Oy"
    assert part.card["business_id"] is None
    assert not part.lines.exists()


def test_a_firm_may_join(bid: Bid, maija: Lead) -> None:
    new, shares = again(content_of(bid))
    joining = Asked(name="Uusi Tulija Oy", what="Kuvaus", email="uusi@example.invalid")
    copy = copy_offer(
        bid=bid,
        new=replace(new, firms=(*new.firms, joining)),
        shares=(*shares, ""),
        by=maija.actor,
        now=A_YEAR_ON,
    ).bid
    assert copy.parts.count() == bid.parts.count() + 1
    assert copy.invitations.filter(email="uusi@example.invalid").exists()


def test_copying_twice_under_one_key_copies_once(bid: Bid, maija: Lead) -> None:
    key = uuid4()
    new, shares = again(content_of(bid))
    first = copy_offer(bid=bid, new=new, shares=shares, by=maija.actor, now=A_YEAR_ON, public_id=key)
    again_ = copy_offer(bid=bid, new=new, shares=shares, by=maija.actor, now=A_YEAR_ON, public_id=key)
    assert first.bid == again_.bid
    with pytest.raises(KeyUsed):
        copy_offer(bid=bid, new=new, shares=(), by=maija.actor, now=A_YEAR_ON, public_id=key)
    assert Bid.objects.count() == 2


def test_only_the_lead_copies_its_offer(bid: Bid) -> None:
    other = a_lead("Toinen Oy", business_id="9000019-3")
    with pytest.raises(NotVisible):
        copied(bid, other)


def test_what_is_wrong_is_said_and_nothing_made(bid: Bid, maija: Lead) -> None:
    with pytest.raises(Malformed):
        copied(bid, maija, leaves_at=A_YEAR_ON - timedelta(days=1))
    assert Bid.objects.count() == 1


@pytest.mark.parametrize("offer", [daycare(), tourism()])
def test_whoever_is_left_out_unhooks_everything_that_named_them(offer: JointOffer) -> None:
    for part in offer.parts:
        if part.role is Role.LEAD:
            continue
        kept = without_others(offer, {each.key for each in offer.parts} - {part.key})
        codes = {line.code for line in kept.lines}
        assert all(line.replaces is None or line.replaces in codes for line in kept.lines)
        assert all(code in codes for package in kept.packages for code in package.lines)
        assert all(part.key not in {step.owner, step.hands_over_to} for step in kept.milestones)
        steps = {step.id for step in kept.milestones}
        assert all(need in steps for step in kept.milestones for need in step.needs)
        groups = [line.group for line in kept.lines if line.group]
        assert all(groups.count(name) > 1 for name in groups)
