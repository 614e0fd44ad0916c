"""What a firm wrote waits with it when it is left out: nothing else is taken for it, and it for nothing."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from bids.actions.leave_out_part import leave_out_part
from bids.actions.move_section import move_section
from bids.actions.set_milestone import set_milestone
from bids.actions.write_section import write_section
from bids.content import MilestoneCard
from bids.content import Section as Text
from bids.models import Milestone, Section
from bids.queries.content_of import content_of
from bids.steps.desk import Desk
from bids.steps.written_texts import read_milestone, read_section
from kernel.errors import NotPermitted, NotVisible
from tests.api.asker import Asker, said
from tests.bids.cases import daycare
from tests.bids.ok_world import OkWorld, an_ok_world
from tests.kept import kept
from tests.world import NOON

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(minutes=1)
THEIRS, OURS, LAST = "Selkokielestä", "Ratkaisumme", "Lopuksi"


@kept
def world() -> OkWorld:
    """The firm whose text came first, and whose step is in the schedule, has been left out."""
    texts = (Text(title=THEIRS, text="Helppoa.", owner="SEL"), Text(title=OURS, text="a"), Text(title=LAST, text="b"))
    day = daycare().issued_on + timedelta(days=10)
    steps = (
        MilestoneCard(id="m1", name="Selkoteksti", starts_on=day, ends_on=day, owner="SEL"),
        MilestoneCard(id="m2", name="Kuvat", starts_on=day, ends_on=day, owner="KUV"),
    )
    world = an_ok_world(replace(daycare(), sections=texts, milestones=steps))
    leave_out_part(part=world.part("SEL"), by=world.lead, now=NOON)
    return world


def text_of(world: OkWorld, title: str) -> Section:
    return Section.objects.get(bid=world.bid, title=title)


def titles(world: OkWorld) -> list[str]:
    return [text.title for text in content_of(world.bid).sections]


def test_a_text_is_written_anew_where_it_stands(world: OkWorld) -> None:
    for title in (OURS, LAST):
        row = text_of(world, title)
        changes = read_section({"text": f"Uusi: {title}"}, is_new=False)
        write_section(bid=world.bid, section=row, changes=changes, seen=row.version, by=world.lead, now=LATER)

    assert [text.text for text in content_of(world.bid).sections] == [f"Uusi: {OURS}", f"Uusi: {LAST}"]
    assert text_of(world, THEIRS).text == "Helppoa."


def test_texts_are_moved_among_those_that_are_there(world: OkWorld) -> None:
    row = text_of(world, LAST)
    move_section(section=row, to=0, seen=row.version, by=world.lead, now=LATER)

    assert titles(world) == [LAST, OURS]
    assert Section.objects.filter(bid=world.bid).count() == 3


def test_what_waits_with_the_firm_is_nobodys_to_change(world: OkWorld) -> None:
    row = text_of(world, THEIRS)
    step = Milestone.objects.get(bid=world.bid, identifier="m1")

    with pytest.raises((NotVisible, NotPermitted)):
        write_section(
            bid=world.bid,
            section=row,
            changes=read_section({"text": "x"}, is_new=False),
            seen=row.version,
            by=world.lead,
            now=LATER,
        )
    with pytest.raises((NotVisible, NotPermitted)):
        move_section(section=row, to=1, seen=row.version, by=world.lead, now=LATER)
    with pytest.raises((NotVisible, NotPermitted)):
        set_milestone(
            bid=world.bid,
            milestone=step,
            changes=read_milestone({"name": "x"}, is_new=False),
            seen=step.version,
            by=world.lead,
            now=LATER,
        )


def test_on_the_desk_each_text_lies_where_the_offer_has_it(world: OkWorld) -> None:
    desk = Desk.of(world.lead, world.bid)

    assert [row.title for row in desk.sections] == [text.title for text in desk.offer.sections] == [OURS, LAST]
    assert [row.identifier for row in desk.milestones] == [step.id for step in desk.offer.milestones] == ["m2"]


def test_the_page_and_the_api_tell_of_what_is_there(world: OkWorld, client: Client) -> None:
    client.force_login(world.lead_person)
    page = client.get(reverse("bids:words", args=[world.bid.public_id])).content.decode()
    assert str(text_of(world, OURS).public_id) in page
    assert str(text_of(world, THEIRS).public_id) not in page

    asker = Asker(person=world.lead_person)
    answer = asker.get(f"bids/{world.bid.public_id}/contents/")
    assert answer.status_code == 200, answer.content
    assert [one["says"]["title"] for one in said(answer)["sections"]] == [OURS, LAST]
    assert [one["says"]["id"] for one in said(answer)["milestones"]] == ["m2"]
    for kind, row in (
        ("sections", text_of(world, THEIRS)),
        ("milestones", Milestone.objects.get(bid=world.bid, identifier="m1")),
    ):
        headers = {"If-Match": f'"{row.public_id}.{row.version}"'}
        answer = asker._send("PATCH", f"{kind}/{row.public_id}/", {}, headers, "application/json")
        assert answer.status_code == 404, answer.content
