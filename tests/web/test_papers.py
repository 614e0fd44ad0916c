"""Whoever may read it fetches the proof of a yes: the client and the lead all of it, a partner what its mode lets."""

import hashlib
import io
import zipfile
from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse

from bids.actions.finish_paper import finish_paper
from bids.exports.certificate import EvidenceIsCorruptError
from bids.exports.proofs import ProofIsDamaged, handed_out_intact
from bids.models import Bid, Decision, DecisionPaper, Part
from bids.steps.papers import Drawn
from bids.vocabulary import PriceVisibility
from kernel import files
from kernel.actor import Actor
from kernel.clock import database_now
from tests.bids.decisions import VILLE, a_code, accepts, an_offered, two_readers
from tests.web.conftest import logged_in
from tests.web.test_client_decision import Reader
from tests.worker.letters.decided_rows import copies_are_drawn
from tests.world import a_person

pytestmark = pytest.mark.django_db


def names_in(content: bytes) -> set[str]:
    return set(zipfile.ZipFile(io.BytesIO(content)).namelist())


def test_client_and_lead_fetch_all_of_it_and_a_partner_what_its_mode_lets() -> None:  # noqa: PLR0915 - one story
    now = database_now()
    offer = replace(two_readers(), issued_on=now.date(), valid_until=(now + timedelta(days=30)).date())
    offered = an_offered(offer, now=now - timedelta(minutes=1))
    bid = offered.world.bid
    tiina, ville = Reader(offered), Reader(offered, VILLE)
    lead = logged_in(offered.world.lead_person)
    part = Part.objects.filter(bid=bid).exclude(role="lead").earliest("position")
    partner = logged_in(a_person(at=part.firm))
    evidence = reverse("bids:proof", args=[bid.public_id, "evidence"])
    own_part = reverse("bids:own-part", args=[bid.public_id])

    assert lead.get(evidence).status_code == 404
    assert evidence not in lead.get(own_part).content.decode()

    a_code(offered.link, offered.revision, now=now)
    accepts(offered, now=now)

    clients = reverse("bids:client-proof", args=[tiina.link.public_id, "evidence"])
    assert clients in tiina.sees("decision")
    whole = tiina.browser.get(clients)
    assert whole.headers["Content-Type"] == "application/zip"
    assert {"identities.json", "trail.jsonl", "verify.py"} <= names_in(whole.content)
    others = reverse("bids:client-proof", args=[ville.link.public_id, "evidence"])
    assert ville.browser.get(others).status_code == 404
    assert tiina.browser.get(others).status_code == 404
    assert lead.get(evidence).content == whole.content

    # The page of the answer waits for the certificate, and hands it out once it is there.
    certificates = reverse("bids:client-proof", args=[tiina.link.public_id, "certificate"])
    answers = reverse("bids:answer-proof", args=[bid.public_id, Decision.objects.get().public_id, "certificate"])
    waits = tiina.sees("decision")
    assert 'http-equiv="refresh"' in waits
    assert "certificate of acceptance is being drawn" in waits
    assert "PDF · in Finnish" in waits
    assert waits.count("tiina@example.invalid") == 1
    assert certificates not in waits
    assert answers not in lead.get(reverse("bids:offer", args=[bid.public_id])).content.decode()
    paper = DecisionPaper.objects.certificates().get()
    file = b"%PDF-1.7 a certificate"
    drawn = Drawn(sha256=files.store(file), size=len(file), pages=1, bears_name=True)
    finish_paper(paper=paper, drawn=drawn, by=Actor.system("tests"), now=now)
    has_it = tiina.sees("decision")
    assert certificates in has_it
    assert "Certificate (PDF) · in Finnish" in " ".join(has_it.split())
    assert 'http-equiv="refresh"' not in has_it
    assert tiina.browser.get(certificates).content == lead.get(answers).content == file
    assert answers in lead.get(reverse("bids:offer", args=[bid.public_id])).content.decode()
    assert partner.get(answers).status_code == 404
    assert evidence in lead.get(own_part).content.decode()

    for mode, holds in ((PriceVisibility.ALL, True), (PriceVisibility.OWN, False)):
        Bid.objects.filter(pk=bid.pk).update(price_visibility=mode.value)
        names = names_in(partner.get(evidence).content)
        assert ("evidence.bin" in names) is holds
        assert not {"identities.json", "trail.jsonl"} & names
        # Not drawn yet.
        for what in ("certificate", "copy", "copy-data", "anything"):
            assert partner.get(reverse("bids:proof", args=[bid.public_id, what])).status_code == 404

    Bid.objects.filter(pk=bid.pk).update(price_visibility=PriceVisibility.ALL.value)
    copies_are_drawn(Decision.objects.get(), database_now())
    for what, status in (("copy", 200), ("copy-data", 200), ("anything", 404)):
        assert partner.get(reverse("bids:proof", args=[bid.public_id, what])).status_code == status

    # What is not what was stored is refused with a sentence, and to the client on its own page.
    files.path_of(hashlib.sha256(file).hexdigest()).write_bytes(b"%PDF-1.7 another")
    for address in (answers, evidence):
        assert lead.get(address).status_code == 409
    for address in (certificates, clients):
        refused = tiina.browser.get(address)
        assert (refused.status_code, refused.templates[0].name) == (409, "client/damaged.html")


def test_what_was_let_go_while_it_was_fetched_is_looked_up_once_more() -> None:
    found = iter([files.FileIsCorruptError("0" * 64), EvidenceIsCorruptError("x"), None])

    @handed_out_intact
    def hand_out(what: str) -> str:
        error = next(found)
        if error is not None:
            raise error
        return what

    with pytest.raises(ProofIsDamaged):
        hand_out("the proof")
    found = iter([files.FileIsCorruptError("0" * 64), None])
    assert hand_out("the proof") == "the proof"
