"""A firm's own costs through the API."""

import pytest

from bids.models import Bid, Part
from tests.api.asker import Asker, said


@pytest.fixture
def row(part: Part) -> str:
    return str(part.lines.order_by("position")[0].code)


def test_a_cost_is_set_from_the_version_that_was_read(partner: Asker, bid: Bid, row: str) -> None:
    address = f"bids/{bid.public_id}/costs/{row}/"
    before = partner.get(address)
    assert (said(before)["cost"], said(before)["version"]) == (None, 0)

    answer = partner.put(address, {"cost": "120.50", "note": "timber"}, headers={"If-Match": before.headers["ETag"]})

    assert answer.status_code == 200
    assert (said(answer)["cost"], said(answer)["note"]) == ("120.50", "timber")
    assert answer.headers["ETag"] == partner.get(address).headers["ETag"] != before.headers["ETag"]
    whole = said(partner.get(f"bids/{bid.public_id}/costs/"))
    assert next(one for one in whole["rows"] if one["line"] == row)["cost"] == "120.50"
    stale = partner.put(address, {"cost": "1.00"}, headers={"If-Match": before.headers["ETag"]})
    assert stale.status_code == 412


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({}, {"cost": "1.00"}, 428),
        ({"If-Match": "*"}, {"cost": "1.00"}, 412),
        ({"If-Match": '"00000000-0000-0000-0000-000000000000.0"'}, {"cost": "1.00"}, 412),
        (None, {"cost": "-1.00"}, 400),
        (None, {"cost": "1.001"}, 400),
        (None, {"cost": "NaN"}, 400),
        (None, {}, 400),
        (None, {"cost": "1.00", "firm": "SEL"}, 400),
    ],
)
def test_what_is_refused(
    partner: Asker, bid: Bid, row: str, headers: dict[str, str] | None, body: dict[str, str], status: int
) -> None:
    address = f"bids/{bid.public_id}/costs/{row}/"
    headers = {"If-Match": partner.get(address).headers["ETag"]} if headers is None else headers

    assert partner.put(address, body, headers=headers).status_code == status
    assert said(partner.get(address))["cost"] is None


def test_another_firms_row_is_no_row_whoever_asks(
    lead: Asker, partner: Asker, stranger: Asker, bid: Bid, part: Part, row: str
) -> None:
    theirs = bid.lines.exclude(part=part).filter(part__firm=bid.lead)[0].code
    for asker, code in ((lead, row), (partner, theirs), (stranger, row)):
        address = f"bids/{bid.public_id}/costs/{code}/"
        assert asker.get(address).status_code == 404
        refused = asker.put(address, {"cost": "1.00"}, headers={"If-Match": '"x.0"'})
        assert refused.status_code == 404
    assert stranger.get(f"bids/{bid.public_id}/costs/").status_code == 404
