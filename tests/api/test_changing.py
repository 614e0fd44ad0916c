"""What was agreed is changed through the API: begun, rows handed over, a firm gone, sums that add up, given up."""

from django.http import HttpResponse

from tests.api.asker import Asker, a_key, said
from tests.api.test_sending import address, kind_of
from tests.bids.changes import an_agreed
from tests.bids.decisions import an_offered
from tests.world import a_person


def test_what_was_agreed_is_changed_step_by_step() -> None:
    offered = an_agreed()
    world = offered.world
    lead = Asker(key=a_key(world.lead_person, world.bid.lead))
    where = address(world, "change")

    def does(*more: str, **body: object) -> HttpResponse:
        seen = lead.get(where).headers["ETag"]
        return lead.post(address(world, *more), body, headers={"If-Match": seen})

    told = said(lead.get(where))
    assert (told["changing"], [row["name"] for row in told["chain"]]) == (0, ["Agreed at first"])
    assert lead.post(where, {}).status_code == 428
    assert kind_of(does("change", "lines", lines=["A6"], to="KUV")) == "offer-accepted"
    assert kind_of(does("change", "cancelled")) == "offer-accepted"

    begun = does("change", reason="Painatus siirtyy.")
    assert begun.status_code == 200, begun.content
    assert (said(begun)["changing"], said(begun)["reason"]) == (1, "Painatus siirtyy.")
    assert kind_of(does("change")) == "change-under-way"
    assert lead.post(where, {}, headers={"If-Match": '"another"'}).status_code == 412
    assert does("change", "lines", lines=["A6"], to="nobody").status_code == 404
    assert does("change", "lines", lines=[], to=None).status_code in {400, 422}
    assert does("change", "lines", lines=["A3"], to=None).status_code == 200
    gone = does("parts", "PAI", "gone", why="bankrupt", on="2026-03-02", done=["A5"], taken_over=["A6"])
    assert gone.status_code == 200, gone.content
    told = said(gone)
    assert [row["name"] for row in told["chain"]] == ["Agreed at first", "Change 1", "Now in all"]
    assert told["chain"][1]["net"] == "−€260.00"
    kinds = {(firm["key"], row["kind"], row["what"].split()[0]) for firm in told["firms"] for row in firm["rows"]}
    assert kinds == {("KUV", "struck", "A3"), ("KUV", "moved", "A6"), ("PAI", "moved", "A6")}
    assert said(does("change", "cancelled"))["changing"] == 0

    partner = Asker(key=a_key(a_person(at=world.firm("SEL"), email="selko@example.invalid"), world.firm("SEL")))
    assert partner.get(where).status_code == 404


def test_before_a_yes_there_is_nothing_to_see_or_change() -> None:
    offered = an_offered()
    lead = Asker(key=a_key(offered.world.lead_person, offered.world.bid.lead))
    answer = lead.get(address(offered.world, "change"))
    assert (answer.status_code, kind_of(answer)) == (409, "nothing-agreed")
