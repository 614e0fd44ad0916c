"""Plausible mistakes in the pricing, kept as patches, each of them noticed by the examples of rules and cases."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
PATCHES = sorted(HERE.glob("*.patch"))

PRICED_BY = [
    "bids/__init__.py",
    "bids/choosing.py",
    "bids/content.py",
    "bids/pricing.py",
    "bids/sums.py",
    "bids/tables",
    "bids/vat.py",
    "bids/vocabulary.py",
    "kernel/__init__.py",
    "kernel/money.py",
]
PRICED_IN = [
    "tests/__init__.py",
    "tests/bids/__init__.py",
    "tests/bids/cases.py",
    "tests/bids/offers.py",
    "tests/bids/test_choosing.py",
    "tests/bids/test_pricing_daycare.py",
    "tests/bids/test_pricing_rules.py",
    "tests/bids/test_pricing_tourism.py",
    "tests/bids/test_vat.py",
]

PASSED, FAILED = 0, 1


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The pricing and its examples, with nothing else of the product beside them."""
    for name in PRICED_BY + PRICED_IN:
        source, target = ROOT / name, tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    return tmp_path


def environment(copy: Path) -> dict[str, str]:
    # Git must not find a repository around the copy, or it would leave files outside that repository's index alone.
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PYTEST_", "COV_"))}
    return kept | {
        "GIT_CEILING_DIRECTORIES": str(copy.parent),
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": str(copy),
    }


def examples_of(copy: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-q", "-x", "--tb=line", "-p", "no:cacheprovider", "-c", "pytest.ini"]
    return subprocess.run(
        [*command, "tests"], cwd=copy, env=environment(copy), capture_output=True, text=True, check=False, timeout=120
    )


@pytest.mark.slow
def test_without_a_mistake_every_example_holds(copy: Path) -> None:
    run = examples_of(copy)

    assert run.returncode == PASSED, run.stdout


@pytest.mark.slow
@pytest.mark.parametrize("patch", PATCHES, ids=lambda patch: patch.stem)
def test_every_mistake_is_noticed(patch: Path, copy: Path) -> None:
    subprocess.run(["git", "apply", str(patch)], cwd=copy, env=environment(copy), check=True)

    run = examples_of(copy)

    assert run.returncode == FAILED, run.stdout


def test_the_mistakes_every_pricing_is_prone_to_are_among_them() -> None:
    assert {patch.stem for patch in PATCHES} >= {
        "vat-by-row",
        "half-even",
        "fee-on-the-leads-part-too",
        "discount-before-rounding",
        "ties-by-document-order",
    }
