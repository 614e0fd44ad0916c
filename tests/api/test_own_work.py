"""A firm's work after the yes through the API: its own, and what it says of it."""

from dataclasses import dataclass

import pytest

from bids.models import Bid
from tests.api.asker import Asker, a_key, said
from tests.bids.yeses import agreed_daycare
from tests.world import a_firm, a_person


@dataclass(frozen=True)
class After:
    """The daycare's offer once its client has said yes, and who asks about it."""

    bid: Bid
    lead: Asker
    sel: Asker
    stranger: Asker

    def address(self, more: str = "") -> str:
        return f"bids/{self.bid.public_id}/work/{more}"


@pytest.fixture
def after() -> After:
    offered = agreed_daycare(lines=("A7",))
    world = offered.world
    sel = world.firm("SEL")
    other = a_firm("Sivullinen Oy", business_id="9000019-3")
    return After(
        bid=world.bid,
        lead=Asker(key=a_key(world.lead_person, world.bid.lead)),
        sel=Asker(key=a_key(a_person(at=sel, email="selma@firm.invalid"), sel)),
        stranger=Asker(key=a_key(a_person(at=other, email="muu@firm.invalid"), other)),
    )


def test_a_firm_reads_its_own_work_and_says_what_there_is_to_say(after: After) -> None:
    work = said(after.sel.get(after.address()))
    assert [row["line"] for row in work["rows"]] == ["A4", "A7"]
    assert [(one["to"], one["gross"], one["marked"]) for one in work["invoices"]] == [("client", "792.00", None)]
    assert work["settlement"] is None
    assert after.stranger.get(after.address()).status_code == 404

    hours = after.address("quantities/A4/")
    read = after.sel.get(hours)
    assert (said(read)["cap"], said(read)["actual"]) == ("12", None)
    tag = {"If-Match": read.headers["ETag"]}
    answer = after.sel.put(hours, {"quantity": "13.5"}, headers=tag)
    assert (answer.status_code, said(answer)["use"], said(answer)["invoiced"]) == (200, "over_cap", "12")
    assert after.sel.put(hours, {"quantity": "9"}, headers=tag).status_code == 412
    assert after.sel.put(hours, {"quantity": "9"}).status_code == 428
    now = {"If-Match": answer.headers["ETag"]}
    for body in ({"quantity": "-1"}, {"quantity": "1.0001"}, {"quantity": "1", "line": "A7"}, {}):
        assert after.sel.put(hours, body, headers=now).status_code == 400
    assert after.sel.get(after.address("quantities/A7/")).status_code == 404
    assert after.lead.put(hours, {"quantity": "1"}, headers=now).status_code == 404

    invoice = after.address("invoices/1/")
    for body in ({"invoiced_on": "2999-01-01"}, {"invoiced_on": "x"}, {"invoiced_on": "2026-03-02", "gross": "1"}, {}):
        assert after.sel.put(invoice, body).status_code in {400, 422}
    for _time in range(2):
        marked = after.sel.put(invoice, {"invoiced_on": "2026-03-02", "invoice_number": "77"})
        assert said(marked)["marked"]["gross"] == "888.00"
    assert after.sel.put(after.address("invoices/2/"), {"invoiced_on": "2026-03-02"}).status_code == 404

    assert said(after.sel.put(after.address("done/")))["done_at"]
    whole = said(after.lead.get(after.address()))
    told = {one["from"]: (one["gross"], one["marked"] is not None) for one in whole["settlement"]}
    assert told == {"KUV": ("2587.81", False), "SEL": ("888.00", True), "PAI": ("416.22", False)}
    assert [one["firm"] for one in whole["done"]] == ["SEL"]
    assert said(after.sel.ask("DELETE", invoice))["marked"] is None
    assert said(after.sel.ask("DELETE", after.address("done/")))["done_at"] is None


def test_the_files_are_handed_out_as_what_they_are(after: After) -> None:
    calendar = after.sel.get(after.address("calendar/"), language="sv")
    assert calendar.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert calendar.content.startswith(b"BEGIN:VCALENDAR\r\n")
    rows = after.sel.get(after.address("rows/"), language="en", invoice=1)
    assert rows.headers["Content-Type"] == "text/csv; charset=utf-8"
    lines = rows.content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Seller;Seller's Business ID;Invoiced from")
    assert [line.split(";")[-5] for line in lines[1:]] == ["480.00", "312.00"]
    assert after.sel.get(after.address("rows/"), invoice=9).content.decode("utf-8-sig").count("\r\n") == 1
    assert after.sel.get(after.address("rows/"), color="red").status_code == 400
    assert after.stranger.get(after.address("rows/")).status_code == 404
