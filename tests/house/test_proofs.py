"""The page that names the proofs names what is there."""

import re

from tests.house.test_what_is_committed import ROOT

PAGE = ROOT / "docs/proofs.md"
NAMED = re.compile(r"`(tests/[\w/.]+)`")


def test_every_proof_that_is_named_is_there() -> None:
    named = NAMED.findall(PAGE.read_text())
    assert len(named) > 20
    assert [each for each in named if not (ROOT / each).exists()] == []
