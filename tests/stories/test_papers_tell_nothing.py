"""A firm's own copy and bundle after a yes, drawn twice; what is hidden from the firm is another in between."""

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pypdf
import pytest

import bids.visibility
from bids.exports.agreed_copy import agreed_copy, agreed_copy_bytes, firms_eyes
from bids.exports.bundle import partners_bundle
from bids.exports.deciding import accepting_contacts
from bids.exports.frozen_version import read_version
from bids.models import Decision
from bids.permissions import mode_for
from bids.visibility import Eyes
from bids.vocabulary import Language, PriceVisibility
from tests.bids.decisions import Offered, a_link, yes_with_code
from tests.stories.joint_world import OTHER, PARTNER, JointWorld, a_joint_world
from tests.stories.test_non_interference import change_prices, change_private, shift_prices, sql, undone
from worker.documents.draw import RENDERER
from worker.documents.papers import copy_job

pytestmark = pytest.mark.django_db

OWN, WITH_TOTAL = PriceVisibility.OWN, PriceVisibility.OWN_AND_TOTAL


def agreed_world(mode: PriceVisibility) -> tuple[JointWorld, Decision]:
    world = a_joint_world(mode, is_sent=True)
    revision = world.things["revision"]
    contact = accepting_contacts(read_version(bytes(revision.payload)).offer)[0]
    link = a_link(world.ok, email=contact.email)
    return world, yes_with_code(Offered(world=world.ok, revision=revision, link=link))


def papers_of(world: JointWorld, decision: Decision, key: str) -> dict[str, Any]:
    """All that is handed to a firm of a yes, but for the one hash that has the version's secret nonce in it."""
    rows = Decision.objects.select_related("evidence", "standing", "revision__bid", "bid", "file")
    decision, part = rows.get(pk=decision.pk), world.part(key)
    mode = mode_for(part, part.bid)
    copy = agreed_copy(decision, part, eyes=firms_eyes(part, mode), language=Language.FI)
    with zipfile.ZipFile(io.BytesIO(partners_bundle(decision, part, mode))) as opened:
        members = {name: opened.read(name) for name in opened.namelist() if name != "MANIFEST.json"}
    facts = {**json.loads(members.pop("facts.json")), "whole": "…"}
    return {"data": agreed_copy_bytes(copy), "job": copy_job(copy), "facts": facts, **members}


def text_drawn_from(job: Any) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(RENDERER.draw(job).pdf)).pages)


def unbound() -> None:
    """A yes holds the version to its very bytes; only so can what it was said to be another."""
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    sql("ALTER TABLE bids_decision DROP CONSTRAINT a_decision_is_about_the_content_of_a_version")


def differing(world: JointWorld, decision: Decision, key: str, change: Callable[[], None]) -> set[str]:
    before = papers_of(world, decision, key)
    with undone():
        unbound()
        change()
        after = papers_of(world, decision, key)
    assert before.keys() == after.keys()
    return {name for name in before if before[name] != after[name]}


def test_in_mode_own_no_paper_of_a_partner_tells_of_others_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    world, decision = agreed_world(OWN)
    for key in (PARTNER, OTHER):

        def change(key: str = key) -> None:
            change_private(world, key)
            change_prices(world, key)

        assert differing(world, decision, key, change) == set()
    # The same in the very letters of the PDF.
    said = text_drawn_from(papers_of(world, decision, PARTNER)["job"])
    with undone():
        unbound()
        change_prices(world, PARTNER)
        assert text_drawn_from(papers_of(world, decision, PARTNER)["job"]) == said

    # With the fence down the same changes are found.
    with monkeypatch.context() as patched:
        patched.setattr(bids.visibility, "without_hidden", lambda offer, _eyes: offer)
        patched.setattr(Eyes, "sees_totals", property(lambda _eyes: True))
        assert {"data", "job"} <= differing(world, decision, PARTNER, lambda: change_prices(world, PARTNER))


def test_in_mode_own_and_total_no_paper_of_a_partner_tells_of_what_others_shift() -> None:
    world, decision = agreed_world(WITH_TOTAL)
    for key in (PARTNER, OTHER):

        def change(key: str = key) -> None:
            change_private(world, key)
            shift_prices(world, key)

        assert differing(world, decision, key, change) == set()
    # The total is theirs: where it is another, their papers say so.
    assert {"data", "job"} <= differing(world, decision, PARTNER, lambda: change_prices(world, PARTNER))
