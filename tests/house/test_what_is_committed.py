"""What may stand in the repository, and what may not."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOT_TEXT = {".png", ".woff2", ".ttf", ".mo", ".ico", ".pdf"}


def committed() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    return [ROOT / name for name in listed.decode().split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-local.txt", "requirements-dev.txt"])
def test_locked_requirements_hold_hashes_and_no_address(name: str) -> None:
    text = (ROOT / name).read_text()

    assert re.findall(r"https?://|--index|--extra-index|--find-links|file:", text) == []
    pinned = re.findall(r"^[a-zA-Z0-9_.\[\],-]+==[^ ]+", text, re.MULTILINE)
    assert pinned
    assert len(pinned) == len(re.findall(r"^[a-zA-Z0-9_.\[\],-]+==[^\n]*\\\n    --hash=sha256:", text, re.MULTILINE))


def test_what_demo_and_tests_install_are_the_versions_of_production() -> None:
    def versions(name: str) -> dict[str, str]:
        return dict(re.findall(r"^([a-zA-Z0-9_.-]+)(?:\[[^]]*\])?==([^ ;]+)", (ROOT / name).read_text(), re.MULTILINE))

    production = versions("requirements.txt")
    for name in ("requirements-local.txt", "requirements-dev.txt"):
        assert {package: versions(name).get(package) for package in production} == production


def test_no_lock_that_holds_addresses_is_committed() -> None:
    assert [path for path in committed() if path.name in {"uv.lock", "pylock.toml", "package-lock.json"}] == []


def test_no_path_of_a_machine_is_committed() -> None:
    pattern = re.compile(r"(?<![\w.$}>-])/(?:work|farm|root|home/[a-z]+)/")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in committed()
        if path.suffix not in NOT_TEXT and path != Path(__file__)
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1)
        if pattern.search(line)
    ]

    assert found == []


def test_only_made_up_business_ids_stand_in_examples_and_tests() -> None:
    allowed = {"2077474-0", "0737546-2", "1234567-8"}
    pattern = re.compile(r"(?<![\d-])([0-8]\d{6}-\d)(?![\d-])")
    found = {
        f"{path.relative_to(ROOT)}: {number}"
        for path in committed()
        if path.suffix in {".json", ".py", ".md", ".html"}
        for number in pattern.findall(path.read_text(errors="replace"))
        if number not in allowed and path.parent.name != "fixtures" and path.name != "test_business_id.py"
    }

    assert found == set()
