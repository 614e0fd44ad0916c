"""A certificate that is true no longer: handed to nobody, drawn anew, and the file it had is gone."""

import io
import zipfile

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from bids.actions.annul_decision import annul_decision
from bids.actions.fail_paper import fail_paper
from bids.actions.object_to_decision import object_to_decision
from bids.exports import verify_bundle
from bids.exports.bundle import whole_bundle
from bids.exports.deciding import yes_to
from bids.exports.version_faults import version_faults
from bids.models import Asset, Decision, DecisionPaper, Letter
from bids.queries.papers import certificate_paper
from bids.vocabulary import CodeFor, DocumentState, LetterKind
from kernel import files
from kernel.actor import Actor
from tests.bids.decisions import CODE, LATER, a_code, an_offered, holder_of, records, yes_with_code
from tests.bids.test_bundles import first_wrong, with_its_manifest
from tests.worker.test_paper_requested import certificate, draw, text_of
from worker.letters.attachments import attachments_of

pytestmark = pytest.mark.django_db(transaction=True)


def fresh(decision: Decision) -> Decision:
    rows = Decision.objects.select_related("evidence", "standing", "revision__bid", "bid", "file")
    return rows.get(pk=decision.pk)


def holds(decision: Decision) -> dict[str, bytes]:
    """The members of the whole bundle, which verify."""
    with zipfile.ZipFile(io.BytesIO(whole_bundle(fresh(decision)))) as opened:
        members = {name: opened.read(name) for name in opened.namelist()}
    verify_bundle.verify(dict(members))
    return members


def test_an_erased_name_goes_from_the_certificate_and_from_storage_and_the_bundle_still_verifies() -> None:
    offered = an_offered()
    decision = yes_with_code(offered)
    draw()
    had = certificate(decision).asset
    assert had is not None
    assert "Tiina Tikka" in text_of(had.sha256)
    before = holds(decision)

    with pytest.raises(CommandError, match="no answer"):
        call_command("erase_who_answered", str(offered.revision.public_id))
    for _twice in range(2):
        call_command("erase_who_answered", str(decision.public_id))
    assert certificate_paper(fresh(decision)) is None, "with the name it is nobody's to fetch"
    receipt = Letter.objects.get(kind=LetterKind.DECISION_RECEIPT.value)
    assert [one.name for one in attachments_of(receipt) if "todistus" in one.name] == []
    assert "certificate.pdf" not in holds(decision)

    draw()
    now_drawn = certificate(decision)
    assert now_drawn.asset is not None
    assert not now_drawn.bears_name
    said = text_of(now_drawn.asset.sha256)
    # The contact stays as the version froze it; what was typed does not.
    assert "nimi on poistettu" in said
    assert "Tiina Tikka hyväksyi" not in said
    assert not Asset.objects.filter(pk=had.pk).exists()
    assert not files.path_of(had.sha256).exists()
    after = holds(decision)
    assert after["identities.json"] == b"[]"
    assert after["whole.json"] == before["whole.json"]
    assert after["certificate.pdf"] != before["certificate.pdf"]
    assert list(version_faults()) == []
    draw()
    assert DecisionPaper.objects.get(pk=now_drawn.pk).asset == now_drawn.asset


def test_what_was_objected_to_and_taken_back_says_so_on_its_certificate_and_stands_for_nobody() -> None:
    offered = an_offered()
    decision = records(offered)
    draw()
    first = certificate(decision).asset
    a_code(offered.link, offered.revision, CodeFor.OBJECT, now=LATER)
    objected = {"link": offered.link, "seen": offered.seen, "words": "En ole hyväksynyt.", "code": CODE}
    assert object_to_decision(**objected, by=holder_of(offered.link), now=LATER)
    assert certificate_paper(fresh(decision)) is None
    # Should it not be drawn this time, that is known, and what is true no longer is gone all the same.
    fail_paper(paper=certificate(decision), code="crashed", by=Actor.system("worker"), now=LATER)
    assert (certificate(decision).state, certificate(decision).asset) == (DocumentState.FAILED.value, None)
    assert first is not None
    assert not files.path_of(first.sha256).exists()
    draw()
    second = certificate_paper(fresh(decision))
    assert second is not None
    assert second.asset is not None
    assert "En ole hyväksynyt." in text_of(second.asset.sha256)

    annul_decision(decision=decision, reason="Väärä tarjous.", by=offered.world.lead, now=LATER)
    assert certificate_paper(fresh(decision)) is None
    draw()
    third = certificate_paper(fresh(decision))
    assert third is not None
    assert third.asset is not None
    said = text_of(third.asset.sha256)
    assert "Tämä hyväksyntä on peruttu" in said
    assert "Väärä tarjous." in said
    assert "En ole hyväksynyt." in said
    members = holds(decision)
    assert b'"annulled"' in members["standing.json"]
    stands = members["standing.json"].replace(b'"annulled"', b'"standing"')
    assert first_wrong(with_its_manifest({**members, "standing.json": stands})).startswith("standing.json")
    assert list(version_faults()) == []
    assert not Asset.objects.filter(sha256__in=[first.sha256, second.asset.sha256]).exists()

    # Neither client nor partner is shown it as standing: no page finds it, and no letter brings a copy of it.
    assert yes_to(offered.world.bid) is None
    with pytest.raises(DatabaseError, match="its file stays"), transaction.atomic():
        DecisionPaper.objects.filter(pk=third.pk).update(pages=99)
    with pytest.raises(DatabaseError, match="refused"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM bids_asset WHERE id = %s", [decision.file_id])


def test_of_what_was_taken_back_before_it_was_drawn_no_firm_is_mailed_a_copy() -> None:
    offered = an_offered()
    decision = records(offered)
    annul_decision(decision=decision, reason="Väärä tarjous.", by=offered.world.lead, now=LATER)
    draw()
    assert not Letter.objects.filter(kind=LetterKind.OWN_COPY.value).exists()
    paper = certificate_paper(fresh(decision))
    assert paper is not None
    assert paper.tells_annulment
