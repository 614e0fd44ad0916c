"""Groups: made by hand or of an offer, rules with versions, and a firm's yes that is really the firm's."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from bids.actions.agree_to_group import agree_to_group
from bids.actions.change_group import change_group, rules_of
from bids.actions.leave_group import LeadsGroup, leave_group
from bids.actions.make_group import make_group
from bids.actions.start_offer import start_offer
from bids.models import Bid, Group, GroupMember, GroupYes, Letter
from bids.queries.group_standing import standing_of_group
from bids.steps.groups import GroupFirm, GroupRules, GroupSaid, firms_of_offer
from bids.steps.starting import Rules
from bids.vocabulary import Invoicing, LetterKind, Role
from kernel.errors import Malformed, NotPermitted, NotVisible, Stale
from kernel.models import AuditEvent
from members.models import Firm
from tests.bids.starting import Lead, a_lead, painopiste, pikkutikka, selkopolku
from tests.world import a_person, acting

pytestmark = pytest.mark.django_db

SELKO = GroupFirm(name="Selkopolku Tmi", email="sari@selkopolku.invalid", contact="Sari", usual_share="selkoteksti")
PAINO = GroupFirm(name="Painopiste Savo Oy", phone="040 123 4567", usual_share="painotyöt")
SAID = GroupSaid(name="Kolmikko", firms=(SELKO, PAINO))


@pytest.fixture
def maija() -> Lead:
    return a_lead()


@pytest.fixture
def group(maija: Lead, now: datetime) -> Group:
    return make_group(said=SAID, by=maija.actor, now=now)


def member(group: Group, name: str) -> GroupMember:
    return GroupMember.objects.select_related("firm").get(group=group, firm__name=name)


def asked() -> list[str]:
    return list(
        Letter.objects.filter(kind=LetterKind.GROUP_ASKED.value).order_by("pk").values_list("to_email", flat=True)
    )


def test_the_maker_agrees_by_making_and_the_others_are_asked_once(group: Group, maija: Lead) -> None:
    assert [(row.member.firm.name, row.is_lead, row.has_agreed) for row in standing_of_group(group)] == [
        ("Kuvakulma Design Tmi", True, True),
        ("Selkopolku Tmi", False, False),
        ("Painopiste Savo Oy", False, False),
    ]
    assert asked() == ["sari@selkopolku.invalid"]
    assert GroupYes.objects.get().firm == maija.firm


def test_making_twice_makes_one(maija: Lead, now: datetime) -> None:
    key = uuid4()
    first = make_group(said=SAID, by=maija.actor, now=now, public_id=key)
    assert make_group(said=SAID, by=maija.actor, now=now, public_id=key) == first
    assert len(asked()) == 1


@pytest.mark.parametrize(
    ("said", "place"),
    [
        (replace(SAID, name=" "), "name"),
        (replace(SAID, name="x" * 201), "name"),
        (replace(SAID, firms=()), "firms"),
        (replace(SAID, firms=tuple(GroupFirm(name=f"F{n}") for n in range(25))), "firms"),
        (replace(SAID, firms=(SELKO, replace(PAINO, name="SELKOPOLKU tmi"))), "firms[1].name"),
        (replace(SAID, firms=(SELKO, replace(PAINO, email="Sari@selkopolku.invalid"))), "firms[1].email"),
        (replace(SAID, firms=(replace(SELKO, email="sari"),)), "firms[0].email"),
        (replace(SAID, firms=(replace(SELKO, phone="soita"),)), "firms[0].phone"),
        (replace(SAID, firms=(replace(SELKO, name="Kuvakulma Design Tmi"),)), "firms[0].name"),
        (replace(SAID, rules=GroupRules(payment_days=999)), "payment_days"),
        (replace(SAID, rules=GroupRules(valid_days=0)), "valid_days"),
    ],
)
def test_what_is_wrong_is_said_where_it_stands(said: GroupSaid, place: str, maija: Lead, now: datetime) -> None:
    with pytest.raises(Malformed) as refused:
        make_group(said=said, by=maija.actor, now=now)
    assert list(refused.value.faults) == [place]
    assert not Group.objects.exists()


def test_a_group_grows_from_an_offers_firms(maija: Lead, now: datetime) -> None:
    bid = start_offer(new=pikkutikka(), by=maija.actor, now=now)
    firms = firms_of_offer(bid)
    assert [(each.name, each.email) for each in firms] == [
        ("Selkopolku Tmi", "sari@selkopolku.invalid"),
        ("Painopiste Savo Oy", "pekka@painopiste.invalid"),
    ]
    group = make_group(said=GroupSaid(name="Kolmikko", firms=firms), by=maija.actor, now=now)
    assert set(group.members.values_list("firm", flat=True)) == set(bid.parts.values_list("firm", flat=True))


def test_other_rules_are_a_new_version_and_ask_everybody_anew(group: Group, maija: Lead, now: datetime) -> None:
    changed = change_group(
        group=group,
        said=replace(SAID, rules=GroupRules(payment_days=30)),
        seen=1,
        by=maija.actor,
        now=now + timedelta(days=1),
    )
    assert (changed.version, changed.rules_version, changed.payment_days) == (2, 2, 30)
    assert asked() == ["sari@selkopolku.invalid"] * 2
    assert [row.has_agreed for row in standing_of_group(changed)] == [True, False, False]


def test_another_name_asks_nobody(group: Group, maija: Lead, now: datetime) -> None:
    changed = change_group(group=group, said=replace(SAID, name="Trio"), seen=1, by=maija.actor, now=now)
    assert (changed.name, changed.rules_version, len(asked())) == ("Trio", 1, 1)
    assert rules_of(changed) == GroupRules()


def test_who_joins_is_asked_and_who_is_not_named_is_out(group: Group, maija: Lead, now: datetime) -> None:
    said = replace(SAID, firms=(SELKO, GroupFirm(name="Uusi Oy", email="uusi@example.invalid")))
    change_group(group=group, said=said, seen=1, by=maija.actor, now=now)
    assert {row.member.firm.name for row in standing_of_group(group)} == {
        "Kuvakulma Design Tmi", "Selkopolku Tmi", "Uusi Oy",
    }  # fmt: skip
    assert asked() == ["sari@selkopolku.invalid", "uusi@example.invalid"]


def test_two_who_change_do_not_overwrite_each_other(group: Group, maija: Lead, now: datetime) -> None:
    change_group(group=group, said=replace(SAID, name="A"), seen=1, by=maija.actor, now=now)
    with pytest.raises(Stale):
        change_group(group=group, said=replace(SAID, name="B"), seen=1, by=maija.actor, now=now)
    group.refresh_from_db()
    assert group.name == "A"


def test_only_the_maker_changes_the_rules(group: Group, now: datetime) -> None:
    selko = member(group, "Selkopolku Tmi")
    sari = a_person(at=selko.firm, email="sari@selkopolku.invalid")
    with pytest.raises(NotPermitted):
        change_group(group=group, said=SAID, seen=1, by=acting(sari, selko.firm), now=now)


def test_a_firms_own_approver_says_its_yes_once(group: Group, now: datetime) -> None:
    selko = member(group, "Selkopolku Tmi")
    sari = acting(a_person(at=selko.firm), selko.firm)
    for _press in range(2):
        agree_to_group(group=group, member=selko, rules_version=1, by=sari, now=now)
    assert GroupYes.objects.filter(firm=selko.firm).count() == 1
    types = [event.type for event in AuditEvent.objects.about(group.public_id)]
    assert types == ["group.made", "group.agreed"]


def test_for_a_firm_nobody_acts_for_its_address_says_yes(group: Group, now: datetime) -> None:
    selko = member(group, "Selkopolku Tmi")
    sari = acting(a_person(email="Sari@Selkopolku.invalid"))
    agree_to_group(group=group, member=selko, rules_version=1, by=sari, now=now)
    assert standing_of_group(group)[1].has_agreed


def test_nobody_else_says_yes_for_a_firm(group: Group, maija: Lead, now: datetime) -> None:
    selko, paino = member(group, "Selkopolku Tmi"), member(group, "Painopiste Savo Oy")
    stranger, nameless = acting(a_person()), acting(a_person(email="x@example.invalid"))
    owner = acting(a_person(at=selko.firm), selko.firm)
    by_address = acting(a_person(email="sari@selkopolku.invalid"))
    viewer = acting(a_person(at=selko.firm, role="viewer"), selko.firm)
    for by, whom in (
        (stranger, selko), (nameless, paino), (maija.actor, selko),
        (owner, paino), (by_address, selko), (viewer, selko),
    ):  # fmt: skip
        with pytest.raises(NotPermitted):
            agree_to_group(group=group, member=whom, rules_version=1, by=by, now=now)
    assert GroupYes.objects.count() == 1


def test_a_yes_is_to_the_rules_that_were_read(group: Group, maija: Lead, now: datetime) -> None:
    selko = member(group, "Selkopolku Tmi")
    change_group(group=group, said=replace(SAID, rules=GroupRules(payment_days=60)), seen=1, by=maija.actor, now=now)
    sari = acting(a_person(at=selko.firm), selko.firm)
    with pytest.raises(Stale):
        agree_to_group(group=group, member=selko, rules_version=1, by=sari, now=now)


def test_a_firm_leaves_and_the_maker_does_not(group: Group, maija: Lead, now: datetime) -> None:
    selko = member(group, "Selkopolku Tmi")
    sari = acting(a_person(at=selko.firm), selko.firm)
    leave_group(group=group, member=selko, by=sari, now=now)
    leave_group(group=group, member=selko, by=sari, now=now)
    assert not GroupMember.objects.filter(pk=selko.pk).exists()
    with pytest.raises(LeadsGroup):
        leave_group(group=group, member=member(group, "Kuvakulma Design Tmi"), by=maija.actor, now=now)


def started(group: Group, by: Lead, now: datetime, **said: Any) -> Bid:
    firms = (selkopolku(), painopiste(email="", phone="040 123 4567"))
    return start_offer(new=pikkutikka(group=group.public_id, firms=firms, **said), by=by.actor, now=now)


def test_an_offer_with_a_group_has_its_firms_and_its_rules(group: Group, maija: Lead, now: datetime) -> None:
    bid = started(group, maija, now)
    assert (bid.group, bid.group_rules_version) == (group, 1)
    partners = Firm.objects.filter(parts__bid=bid, parts__role=Role.MEMBER.value)
    assert set(partners) == {member(group, "Selkopolku Tmi").firm, member(group, "Painopiste Savo Oy").firm}


def test_other_rules_than_the_groups_are_not_the_groups(group: Group, maija: Lead, now: datetime) -> None:
    bid = started(group, maija, now, rules=Rules(invoicing=Invoicing.LEAD))
    assert (bid.group, bid.group_rules_version) == (group, None)


def test_a_group_one_is_not_in_is_not_there(group: Group, now: datetime) -> None:
    with pytest.raises(NotVisible):
        started(group, a_lead("Toinen Oy", business_id="9000019-3"), now)
