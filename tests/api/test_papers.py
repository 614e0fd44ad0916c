"""What proves a yes through the API: the lead's, and a partner's own, each as far as it is drawn and theirs."""

import io
import zipfile
from uuid import uuid4

import pytest

from bids.actions.annul_decision import annul_decision
from bids.models import Asset, Bid
from bids.vocabulary import PriceVisibility
from kernel.files import path_of
from tests.api.asker import Asker, a_key, said
from tests.api.test_problems import is_a_problem
from tests.bids.decisions import LATER, an_offered, records
from tests.worker.test_paper_requested import draw
from tests.world import a_firm, a_person

pytestmark = pytest.mark.django_db(transaction=True)

PDFS = ("certificate/", "own-copy/")


def names_in(content: bytes) -> set[str]:
    return set(zipfile.ZipFile(io.BytesIO(content)).namelist())


def test_each_firm_takes_what_is_its_own_once_it_is_drawn_and_the_lead_what_was_taken_back_too() -> None:  # noqa: PLR0915 - one story
    offered = an_offered()
    bid = offered.world.bid
    sel = offered.world.firm("SEL")
    lead = Asker(key=a_key(offered.world.lead_person, bid.lead))
    partner = Asker(key=a_key(a_person(at=sel, email="selma@firm.invalid"), sel))
    other = a_firm("Sivullinen Oy", business_id="9000019-3")
    stranger = Asker(key=a_key(a_person(at=other, email="muu@firm.invalid"), other))
    proof = f"bids/{bid.public_id}/proof/"
    files = ("certificate/", "evidence/", "own-copy/", "own-copy/data/")

    for what in ("", *files):
        assert lead.get(proof + what).status_code == 404, "before the yes"
    decision = records(offered)
    answers = f"bids/{bid.public_id}/answers/{decision.public_id}/"
    waits = said(lead.get(proof))
    assert (waits["certificate"]["state"], waits["own_copy"]["state"]) == ("queued", "queued")
    assert (waits["certificate"]["sha256"], waits["own_copy"]["data_sha256"]) == (None, None)
    for what in ("certificate/", "own-copy/", "own-copy/data/"):
        answer = lead.get(proof + what)
        is_a_problem(answer, 409, "not-drawn")
    assert "certificate.pdf" not in names_in(lead.get(proof + "evidence/").content)

    draw()
    seen, theirs = said(lead.get(proof)), said(partner.get(proof))
    assert (seen["decision"], seen["method"], seen["version"]) == (str(decision.public_id), "recorded", 1)
    assert seen["certificate"]["state"] == "done"
    assert theirs["certificate"] is None
    assert theirs["whole"] == seen["whole"]
    assert theirs["own_copy"]["sha256"] != seen["own_copy"]["sha256"]
    certificate = lead.get(proof + "certificate/")
    assert certificate.headers["Content-Type"] == "application/pdf"
    assert certificate.content.startswith(b"%PDF")
    assert lead.get(answers + "certificate/").content == certificate.content
    assert partner.get(proof + "certificate/").status_code == 404
    whole = lead.get(proof + "evidence/")
    assert lead.get(answers + "evidence/").content == whole.content
    assert {"certificate.pdf", "trail.jsonl"} <= names_in(whole.content)
    copy = partner.get(proof + "own-copy/data/")
    assert said(copy)["agreed"]["offer"] == str(bid.public_id)
    assert said(copy)["own_part"]["part"]["key"] == "SEL"
    assert partner.get(proof + "own-copy/").content.startswith(b"%PDF")
    assert "own-copy.json" in names_in(partner.get(proof + "evidence/").content)
    for what in files:
        assert stranger.get(proof + what).status_code == 404
    for address in (answers + "certificate/", answers + "evidence/"):
        assert partner.get(address).status_code == stranger.get(address).status_code == 404
    assert lead.get(f"bids/{bid.public_id}/answers/{uuid4()}/certificate/").status_code == 404

    # Drawn while every price was open to all: what is hidden since is not handed out.
    Bid.objects.filter(pk=bid.pk).update(price_visibility=PriceVisibility.OWN.value)
    assert said(partner.get(proof))["own_copy"] is None
    assert partner.get(proof + "own-copy/").status_code == 404
    assert names_in(partner.get(proof + "evidence/").content).isdisjoint({"own-copy.json", "version.bin"})

    annul_decision(decision=decision, reason="Väärä tarjous.", by=offered.world.lead, now=LATER)
    for asker in (lead, partner):
        assert [asker.get(proof + what).status_code for what in ("", *files)] == [404] * 5
    assert lead.get(answers + "certificate/").status_code == 409, "drawn anew, it says that it was taken back"
    draw()
    anew = lead.get(answers + "certificate/")
    assert anew.status_code == 200
    assert anew.content != certificate.content
    assert b'"annulled"' in lead.get(answers + "evidence/").content
    for asset in Asset.objects.filter(media_type="application/pdf"):
        path_of(asset.sha256).write_bytes(b"%PDF-1.7 another")
    for what in ("certificate/", "evidence/"):
        is_a_problem(lead.get(answers + what), 409, "proof-damaged")
