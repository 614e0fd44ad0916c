"""OKs through the API: whose stands, saying and taking back one's own, and the lead going on without a firm."""

from typing import Any

import pytest

from bids.cautions import COMPETITORS
from bids.models import Approval, Bid, Part
from bids.vocabulary import PartState
from tests.api.asker import Asker, said

NOT_A_HASH = "0" * 64


def own(asker: Asker, bid: Bid) -> Any:
    return said(asker.get(f"bids/{bid.public_id}/ok/"))


def says_ok(asker: Asker, bid: Bid) -> Any:
    ok = own(asker, bid)
    body = {"part_hash": ok["part_hash"], "frame_hash": ok["frame_hash"]}
    return asker.post(f"bids/{bid.public_id}/ok/", body)


def test_a_firm_says_ok_to_what_it_has_read(partner: Asker, lead: Asker, bid: Bid, part: Part) -> None:
    before = own(partner, bid)
    assert (before["is_ok"], before["part"]["lack"], before["changes"]) == (False, "never_given", [])

    answer = says_ok(partner, bid)

    assert answer.status_code == 200
    assert said(answer)["is_ok"]
    assert {each.kind for each in Approval.objects.filter(part=part)} == {"part", "frame"}
    rows = {row["firm"]: row for row in said(lead.get(f"bids/{bid.public_id}/oks/"))["results"]}
    assert (rows["PAI"]["is_ok"], rows["PAI"]["part"]["method"]) == (True, "tapped")
    assert rows["SEL"]["stops_sending"]
    assert not rows["KUV"]["stops_sending"]


def test_what_has_changed_since_is_said_in_words(partner: Asker, bid: Bid) -> None:
    says_ok(partner, bid)
    Bid.objects.filter(pk=bid.pk).update(payment_days=21)
    answer = partner.put(
        f"bids/{bid.public_id}/ok/always-ask/",
        {"always": True},
        headers={"If-Match": partner.get(f"bids/{bid.public_id}/ok/").headers["ETag"]},
    )

    assert answer.status_code == 200
    changes = [(each["what"], each["before"], each["after"]) for each in said(answer)["changes"]]
    assert ("Time to pay", "14 days", "21 days") in changes
    assert said(answer)["frame"]["lack"] == "changed"
    assert said(answer)["part"]["lack"] is None


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"part_hash": NOT_A_HASH}, 400),
        ({"part_hash": "x", "frame_hash": NOT_A_HASH}, 400),
        ({"part_hash": NOT_A_HASH, "frame_hash": NOT_A_HASH, "firm": "SEL"}, 400),
        ({"part_hash": NOT_A_HASH, "frame_hash": NOT_A_HASH, "good_until": "soon"}, 400),
        ({"part_hash": NOT_A_HASH, "frame_hash": NOT_A_HASH}, 409),
    ],
)
def test_an_ok_to_anything_else_is_refused(partner: Asker, bid: Bid, body: dict[str, str], status: int) -> None:
    answer = partner.post(f"bids/{bid.public_id}/ok/", body)

    assert answer.status_code == status
    assert not Approval.objects.exists()


def test_an_ok_is_taken_back(partner: Asker, bid: Bid) -> None:
    says_ok(partner, bid)

    answer = partner.post(f"bids/{bid.public_id}/ok/taken-back/", {})

    assert answer.status_code == 200
    assert (said(answer)["part"]["lack"], said(answer)["state"]) == ("taken_back", "asked")
    assert partner.post(f"bids/{bid.public_id}/ok/taken-back/", {}).status_code == 409


def test_the_lead_leaves_a_firm_out_from_the_version_it_has_read(lead: Asker, partner: Asker, bid: Bid) -> None:
    rows = {row["firm"]: row for row in said(lead.get(f"bids/{bid.public_id}/oks/"))["results"]}
    seen = {"If-Match": f'"{rows["SEL"]["part_id"]}.{rows["SEL"]["version"]}"'}
    address = f"bids/{bid.public_id}/parts/SEL/left-out/"
    assert lead.post(address, {}).status_code == 428
    assert partner.post(address, {}, headers=seen).status_code == 403

    answer = lead.post(address, {}, headers=seen)

    assert [row["firm"] for row in said(answer)["results"]] == ["KUV", "PAI"]
    assert lead.post(address, {}, headers=seen).status_code == 412


def test_the_lead_takes_over_what_nobody_has_answered(lead: Asker, bid: Bid) -> None:
    Part.objects.filter(bid=bid, key="SEL").update(state=PartState.ASKED.value)
    rows = {row["firm"]: row for row in said(lead.get(f"bids/{bid.public_id}/oks/"))["results"]}
    seen = {"If-Match": f'"{rows["SEL"]["part_id"]}.{rows["SEL"]["version"]}"'}
    address = f"bids/{bid.public_id}/parts/SEL/taken-over/"
    assert lead.post(address, {"price": "-1"}, headers=seen).status_code == 400
    assert lead.post(address, {"seller": "KUV"}, headers=seen).status_code == 400

    assert lead.post(address, {}, headers=seen).status_code == 200

    assert said(lead.get(f"bids/{bid.public_id}/totals/"))["vat"] == "732.78"


def test_a_firm_does_not_read_the_version_of_anothers_part(partner: Asker, bid: Bid) -> None:
    rows = {row["firm"]: row for row in said(partner.get(f"bids/{bid.public_id}/oks/"))["results"]}

    assert rows["SEL"]["version"] is None
    assert rows["PAI"]["version"] is not None


def test_a_legal_question_is_answered_by_the_lead(lead: Asker, partner: Asker, bid: Bid) -> None:
    for part in Part.objects.filter(bid=bid, key__in=["SEL", "PAI"]):
        Part.objects.filter(pk=part.pk).update(card=part.card | {"fields": ["painotuotteet"]})
    address = f"bids/{bid.public_id}/legal-questions/"
    (question,) = said(lead.get(address))["results"]
    assert (question["question"], question["answer"]) == (COMPETITORS, None)
    assert "painotuotteet" in question["sentence"]
    assert partner.get(address).status_code == 403
    assert lead.post(f"{address}{COMPETITORS}/", {"answer": "perhaps"}).status_code == 400
    assert lead.post(f"{address}unheard-of/", {"answer": "no"}).status_code == 409

    answer = lead.post(f"{address}{COMPETITORS}/", {"answer": "maybe", "note": "Sama ala"})

    assert said(answer)["results"][0]["answer"] == "maybe"
    assert said(lead.get(f"bids/{bid.public_id}/"))["price_visibility"] == "own"


def test_for_a_stranger_there_is_nothing(stranger: Asker, nobody: Asker, bid: Bid) -> None:
    for address in ("oks/", "ok/", "legal-questions/"):
        assert stranger.get(f"bids/{bid.public_id}/{address}").status_code == 404
        assert nobody.get(f"bids/{bid.public_id}/{address}").status_code == 401
    for address in ("ok/", "ok/taken-back/", "parts/SEL/left-out/", "parts/SEL/taken-over/"):
        assert stranger.post(f"bids/{bid.public_id}/{address}", {}).status_code == 404
