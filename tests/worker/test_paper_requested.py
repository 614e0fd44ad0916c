"""What is drawn of a yes: one certificate, and a copy of its own for every firm, each drawn and mailed once."""

from dataclasses import replace
from datetime import datetime, timedelta

import pypdf
import pytest
from django.db import Error, connection, transaction
from django.utils.translation import override

from bids.actions.fail_paper import fail_paper
from bids.actions.object_to_decision import object_to_decision
from bids.exports.certificate import certificate_of
from bids.models import Bid, Decision, DecisionPaper, Letter
from bids.queries.waiting import WaitKind, waiting_for
from bids.sheets.waiting_sentences import what_waits
from bids.vocabulary import CodeFor, DocumentState, LetterKind, PaperKind, PriceVisibility
from kernel import files
from kernel.actor import Actor
from kernel.models import AuditEvent, MessageState, OutboxMessage
from tests.bids.decisions import CODE, LATER, a_code, an_offered, holder_of, records, two_readers, yes_with_code
from worker import relay
from worker.letters.attachments import attachments_of

pytestmark = pytest.mark.django_db(transaction=True)


def draw() -> None:
    for message in OutboxMessage.objects.filter(topic="paper.requested").order_by("pk"):
        relay.handle(message.pk)


def text_of(sha256: str) -> str:
    path = files.path_of(sha256)
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(path).pages).split())


def certificate(decision: Decision) -> DecisionPaper:
    return DecisionPaper.objects.certificates().select_related("asset").get(decision=decision)


def test_a_clicked_yes_is_certified_once_and_every_firm_gets_its_own_copy_once() -> None:
    offered = an_offered(replace(two_readers(), number="YT-2026-0777"))
    Bid.objects.filter(pk=offered.world.bid.pk).update(price_visibility=PriceVisibility.OWN.value)
    decision = yes_with_code(offered)
    draw()
    OutboxMessage.objects.filter(topic="paper.requested").update(state="waiting", claim=None, lease_until=None)
    draw()

    papers = DecisionPaper.objects.filter(decision=decision)
    assert {one.state for one in papers} == {DocumentState.DONE.value}
    assert papers.filter(kind=PaperKind.OWN_COPY.value).count() == 3
    paper = certificate(decision)
    assert paper.asset is not None
    drawn = AuditEvent.objects.filter(type="certificate.drawn")
    assert [event.facts["sha256"] for event in drawn] == [paper.asset.sha256]
    said = text_of(paper.asset.sha256)
    hashes = {offered.seen, bytes(decision.evidence.content_hash).hex()}
    pdf = offered.revision.documents.get(kind="offer_pdf").asset
    assert pdf is not None
    for one in (*hashes, pdf.sha256, "Tiina Tikka", "3 484,03", "2026-03-02T10:00:00Z", "YT-2026-0777"):
        assert "".join(one.split()) in "".join(said.split())

    letters = Letter.objects.filter(kind=LetterKind.OWN_COPY.value)
    assert sorted(one.to_email for one in letters) == sorted(
        ["1@partner.invalid", "2@partner.invalid", offered.world.lead_person.email]
    )
    for letter in letters:
        pdf_file, data = attachments_of(letter)
        is_lead = letter.to_email == offered.world.lead_person.email
        assert (pdf_file.media_type, data.media_type) == ("application/pdf", "application/json")
        # 3 484,03 is the whole, which a partner does not see in this mode.
        assert (b'"3484.03"' in data.data) is is_lead
    receipt = Letter.objects.get(kind=LetterKind.DECISION_RECEIPT.value)
    assert attachments_of(receipt)[-1].data == files.read(paper.asset.sha256)

    with pytest.raises(Error, match="its file stays"), transaction.atomic():
        DecisionPaper.objects.filter(pk=paper.pk).update(pages=99)
    with pytest.raises(Error, match="refused"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM bids_decisionpaper WHERE id = %s", [paper.pk])


def test_a_recorded_yes_never_looks_clicked_and_its_certificate_tells_of_an_objection() -> None:
    offered = an_offered()
    decision = records(offered)
    a_code(offered.link, offered.revision, CodeFor.OBJECT, now=LATER)
    object_to_decision(
        link=offered.link,
        seen=offered.seen,
        words="En ole hyväksynyt.",
        code=CODE,
        by=holder_of(offered.link),
        now=LATER,
    )
    said = certificate_of(Decision.objects.get(pk=decision.pk))
    assert said.is_recorded
    assert not said.bears_name
    assert "eIDAS" not in said.signature
    assert said.consent == ""
    assert any("En ole hyväksynyt." in one for one in said.warnings)
    assert any(decision.file is not None and one.value == decision.file.sha256 for one in said.how)


def test_what_cannot_be_drawn_is_tried_again_by_itself_after_ever_longer_and_waits_in_sight_of_the_lead() -> None:
    offered = an_offered()
    records(offered)
    paper = DecisionPaper.objects.filter(kind=PaperKind.OWN_COPY.value).earliest("pk")
    worker, day = Actor.system("worker"), timedelta(days=1)
    OutboxMessage.objects.filter(topic="paper.requested").update(state=MessageState.DONE)

    def fails(now: datetime) -> timedelta:
        """It fails, and the one promise to come is due after so long."""
        fail_paper(paper=paper, code="crashed", by=worker, now=now)
        (promised,) = OutboxMessage.objects.filter(topic="paper.requested", state=MessageState.WAITING)
        assert promised.payload == {"paper": str(paper.public_id)}
        fail_paper(paper=paper, code="crashed", by=worker, now=now)
        assert OutboxMessage.objects.filter(topic="paper.requested", state=MessageState.WAITING).count() == 1
        OutboxMessage.objects.filter(pk=promised.pk).update(state=MessageState.DONE)
        return promised.due_at - now

    hour = timedelta(hours=1)
    assert [fails(LATER + number * day) for number in range(6)] == [hour * 4**number for number in range(4)] + [
        7 * day
    ] * 2

    waits = [one for one in waiting_for(offered.world.lead, LATER) if one.kind is WaitKind.PAPER]
    assert [one.thing for one in waits] == [paper.decision.public_id]
    with override("en"):
        assert "tried again by itself" in what_waits(waits[0])
    fail_paper(paper=paper, code="crashed", by=worker, now=LATER - 30 * day)
    OutboxMessage.objects.filter(topic="paper.requested").update(due_at=LATER - day)
    draw()
    paper.refresh_from_db()
    assert (paper.state, paper.failure_code) == (DocumentState.DONE.value, "")
    assert Letter.objects.filter(kind=LetterKind.OWN_COPY.value, facts__paper=str(paper.public_id)).count() == 1
    assert not [one for one in waiting_for(offered.world.lead, LATER) if one.kind is WaitKind.PAPER]
