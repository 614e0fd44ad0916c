"""What the database refuses an intruder at its console may still do: then reading an answer back tells."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256

import pytest
from django.db import connection

from bids.actions.finish_paper import finish_paper
from bids.exports.evidence import PREFIX
from bids.exports.version_faults import version_faults
from bids.models import Decision, DecisionPaper, Evidence, EvidenceIdentity
from bids.steps.papers import Drawn
from kernel import files
from kernel.actor import Actor
from tests.bids.decisions import Offered, an_offered, no_with_code, records, yes_with_code
from tests.kept import kept
from tests.world import NOON

pytestmark = pytest.mark.django_db


@kept
def offered() -> Offered:
    return an_offered()


def faults() -> list[str]:
    return [f"{each.thing} {each.reason}" for each in version_faults()]


@contextmanager
def at_the_console() -> Iterator[None]:
    tables = ("bids_decision", "bids_evidence", "bids_evidenceidentity", "bids_decisionpaper")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@pytest.mark.parametrize("answer", [yes_with_code, no_with_code, records])
def test_an_answer_as_it_was_written_reads_back(offered: Offered, answer: object) -> None:
    answer(offered)  # type: ignore[operator]
    assert faults() == []


def test_a_name_that_was_erased_is_no_fault(offered: Offered) -> None:
    yes_with_code(offered)
    with at_the_console():
        EvidenceIdentity.objects.all().delete()
    assert faults() == []


def test_whatever_was_altered_is_named(offered: Offered) -> None:
    decision = yes_with_code(offered, lines=["A7"])
    thing = f"the answer {decision.public_id}"
    evidence = Evidence.objects.get()
    content, hash_ = bytes(evidence.content), bytes(evidence.content_hash)
    other = content.replace(b'"A7"', b'"A8"')
    with at_the_console():
        Evidence.objects.update(content=other)
        assert faults() == [f"{thing} has evidence that was altered"]
        Evidence.objects.update(content=other, content_hash=sha256(other).digest())
        assert faults() == [f"{thing} has evidence that was altered, and its own hash made anew"]
        Evidence.objects.update(content=content, content_hash=hash_)
        Decision.objects.update(gross=1)
        assert faults() == [f"{thing} has a row that says something else than its evidence"]
        Decision.objects.update(gross=decision.gross)
        EvidenceIdentity.objects.filter(name="name").update(value="Joku Muu")
        assert faults() == [f"{thing} has a name that was altered"]
        EvidenceIdentity.objects.filter(name="name").update(value="Tiina Tikka")
    assert faults() == []
    assert content.startswith(PREFIX)


def test_a_paper_of_a_yes_is_the_one_that_was_drawn_and_lies_there_as_it_was(offered: Offered) -> None:
    decision = yes_with_code(offered)
    for paper in DecisionPaper.objects.filter(decision=decision).order_by("pk"):
        words = f"{paper.kind} {paper.part_id}".encode()
        pdf, data = files.store(b"%PDF " + words), files.store(b"{} " + words)
        of_a_copy = {"data": (data, 1), "reach": "all"} if paper.part_id else {}
        finish_paper(
            paper=paper, drawn=Drawn(sha256=pdf, size=1, pages=1, **of_a_copy), by=Actor.system("tests"), now=NOON
        )
    assert faults() == []
    certificate = DecisionPaper.objects.certificates().select_related("asset").get()
    copies = list(DecisionPaper.objects.exclude(pk=certificate.pk).select_related("asset", "data").order_by("pk"))
    assert certificate.asset is not None
    assert copies[0].data is not None

    # Its bytes are others, or gone; of a copy the data counts too.
    path = files.path_of(certificate.asset.sha256)
    was = path.read_bytes()
    path.write_bytes(was + b" ")
    assert faults() == [f"the certificate {certificate.public_id} is missing or was changed"]
    path.unlink()
    assert faults() == [f"the certificate {certificate.public_id} is missing or was changed"]
    path.write_bytes(was)
    files.path_of(copies[0].data.sha256).unlink()
    assert faults() == [f"the own copy {copies[0].public_id} is missing or was changed"]
    files.store(b"{} " + f"own_copy {copies[0].part_id}".encode())
    assert faults() == []

    # Another file stands in its stead, whole as it is.
    with at_the_console():
        DecisionPaper.objects.filter(pk=copies[0].pk).update(asset=copies[1].asset)
    assert faults() == [f"the own copy {copies[0].public_id} is not the one that was drawn"]
