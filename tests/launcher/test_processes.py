"""Only processes that are provably ours are ever ended."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from launcher.processes import RUN_VARIABLE, Born, end, end_group, gone, marked

SLEEPER = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(600)"]
# Ends at once and leaves a child in a session of its own, as a renderer's worker that was killed does.
ABANDONER = """
import subprocess, sys
left = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True,
                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(left.pid, flush=True)
"""


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(SLEEPER, stdout=subprocess.PIPE, start_new_session=True) as process:
        assert process.stdout
        assert process.stdout.readline() == b"up\n"
        yield process
        process.kill()


def test_a_process_that_was_born_at_another_moment_is_not_ours(sleeper: subprocess.Popen[bytes]) -> None:
    born = Born.of(sleeper.pid)
    assert born
    stranger = Born(sleeper.pid, born.started + "0")

    end([stranger], patience=0.2)

    assert not stranger.is_alive()
    assert born.is_alive()


def test_a_process_that_is_ours_is_ended(sleeper: subprocess.Popen[bytes]) -> None:
    born = Born.of(sleeper.pid)
    assert born

    end([born])

    assert sleeper.wait(5) < 0
    assert not born.is_alive()


def test_what_does_not_listen_is_killed() -> None:
    deaf = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", deaf], stdout=subprocess.PIPE, start_new_session=True) as process:
        assert process.stdout
        process.stdout.readline()

        assert end_group(process, patience=0.2) == -9


def test_grandchildren_are_found_by_the_mark_of_their_run() -> None:
    env = {**os.environ, RUN_VARIABLE: "a-run-of-this-test"}
    ended = subprocess.run([sys.executable, "-c", ABANDONER], env=env, capture_output=True, text=True, check=True)
    abandoned = Born.of(int(ended.stdout))
    assert abandoned

    assert list(marked("a-run-of-this-test")) == [abandoned]
    assert list(marked("a-run-of-this-tes")) == []

    end(marked("a-run-of-this-test"))
    assert gone([abandoned], within=5)


def test_our_own_ancestors_are_never_found() -> None:
    question = f"from launcher.processes import marked; print(len(list(marked({'another-run'!r}))))"
    env = {**os.environ, RUN_VARIABLE: "another-run"}

    answer = subprocess.run([sys.executable, "-c", question], env=env, capture_output=True, text=True, check=True)

    assert answer.stdout == "0\n"
