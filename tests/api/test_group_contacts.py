"""Whom the maker of a group knows at its firms, the other firms are not told."""

import pytest

from bids.actions.make_group import make_group
from bids.models import Bid, Group, Part
from bids.steps.groups import GroupFirm, GroupSaid
from kernel.clock import database_now
from tests.api.asker import Asker, said
from tests.world import a_person, acting

ADDRESS, PHONE, CONTACT = "kolmas@firm.invalid", "+358401112233", "Kaarina Kolmas"


@pytest.fixture
def group(bid: Bid, part: Part) -> Group:
    """The lead's group of three: itself, the asking partner, and a third firm."""
    maker = acting(a_person(at=bid.lead, email="maker@people.invalid"), bid.lead)
    third = GroupFirm(name="Kolmas Oy", email=ADDRESS, phone=PHONE, contact=CONTACT, usual_share="katot")
    second = GroupFirm(name=part.firm.name, email="toinen@firm.invalid")
    firms = (second, third)
    made = make_group(said=GroupSaid(name="Porukka", firms=firms), by=maker, now=database_now())
    made.members.filter(email="toinen@firm.invalid").update(firm=part.firm)
    return made


def test_only_the_maker_and_the_firm_itself_read_whom_to_write_to(group: Group, lead: Asker, partner: Asker) -> None:
    for address in (f"groups/{group.public_id}/", "groups/"):
        told, hidden = lead.get(address).content.decode(), partner.get(address).content.decode()
        for known in (ADDRESS, PHONE, CONTACT):
            assert known in told
            assert known not in hidden
        assert "Kolmas Oy" in hidden
        assert "katot" in hidden
        assert "toinen@firm.invalid" in hidden

    rows = {row["name"]: row for row in said(partner.get(f"groups/{group.public_id}/"))["firms"]}
    assert (rows["Kolmas Oy"]["email"], rows["Kolmas Oy"]["phone"], rows["Kolmas Oy"]["contact"]) == ("", "", "")
