"""Instances are told apart, remember what they must, and clear away what a killed run left."""

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from launcher import instances
from launcher.instances import AlreadyRunning, claimed, ground_of, own_folder, start_over
from launcher.processes import RUN_VARIABLE, Born, gone
from launcher.telling import CannotGoOn
from tests.launcher.elsewhere import bare_environment

# Claims an instance, starts a sleeper that carries the run's mark, and dies without tidying up.
VICTIM = """
import os, signal, subprocess, sys
from pathlib import Path
from launcher.instances import claimed
from launcher.processes import RUN_VARIABLE
with claimed(sys.argv[1], durable=sys.argv[2] == "durable", checkout=Path(sys.argv[3])) as instance:
    for marked in (True, False):
        env = dict(os.environ, **({RUN_VARIABLE: instance.run} if marked else {}))
        left = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], env=env,
                                start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if not marked:
            instance.record("worker", left.pid)
        print(left.pid, flush=True)
    instance.secret("SECRET_KEY")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def kill_a_run_of(name: str, *, durable: bool, checkout: Path) -> list[Born]:
    command = [sys.executable, "-c", VICTIM, name, "durable" if durable else "throw-away", str(checkout)]
    killed = subprocess.run(command, env=bare_environment(), capture_output=True, text=True, check=False)
    assert killed.returncode == -9, killed.stderr
    left = [Born.of(int(line)) for line in killed.stdout.split()]
    assert len(left) == 2
    return [born for born in left if born]


def test_secrets_are_kept_and_only_their_owner_reads_them(tmp_path: Path) -> None:
    with claimed("demo", durable=True, checkout=tmp_path) as first:
        secret = first.secret("SECRET_KEY")
    state = tmp_path / ".local" / "demo" / "state.json"

    with claimed("demo", durable=True, checkout=tmp_path) as second:
        assert second.secret("SECRET_KEY") == secret
        assert second.secret("punos") != secret
    assert stat.S_IMODE(state.stat().st_mode) == 0o600
    assert stat.S_IMODE(state.parent.stat().st_mode) == 0o700


def test_one_durable_instance_of_a_name_runs_at_a_time(tmp_path: Path) -> None:
    with claimed("demo", durable=True, checkout=tmp_path) as first:
        first.state["address"] = "http://localhost:1234"
        first.save()
        with pytest.raises(AlreadyRunning) as refused, claimed("demo", durable=True, checkout=tmp_path):
            pass
    assert refused.value.state["address"] == "http://localhost:1234"


def test_throw_away_instances_of_a_name_run_beside_each_other_and_leave_nothing(tmp_path: Path) -> None:
    with (
        claimed("test", durable=False, checkout=tmp_path) as first,
        claimed("test", durable=False, checkout=tmp_path) as second,
    ):
        assert first.folder != second.folder
        assert first.ground != second.ground
        grounds = [first.ground, second.ground]
    assert [path.name for path in (tmp_path / ".local").iterdir()] == ["lock"]
    assert not any(ground.exists() for ground in grounds)


def test_what_a_killed_durable_run_left_running_is_ended_and_its_secrets_live_on(tmp_path: Path) -> None:
    left = kill_a_run_of("demo", durable=True, checkout=tmp_path)
    assert all(born.is_alive() for born in left)
    before = json.loads((tmp_path / ".local" / "demo" / "state.json").read_text())

    with claimed("demo", durable=True, checkout=tmp_path) as instance:
        assert gone(left, within=0)
        assert instance.secret("SECRET_KEY") == before["secrets"]["SECRET_KEY"]


def test_any_start_clears_away_a_killed_throw_away_run(tmp_path: Path) -> None:
    left = kill_a_run_of("test", durable=False, checkout=tmp_path)
    (abandoned,) = [path for path in (tmp_path / ".local").iterdir() if path.is_dir()]

    with claimed("demo", durable=True, checkout=tmp_path):
        assert gone(left, within=0)
        assert not abandoned.exists()


def test_a_run_that_still_goes_on_is_left_alone(tmp_path: Path) -> None:
    with claimed("test", durable=False, checkout=tmp_path) as running:
        env = bare_environment(**{RUN_VARIABLE: running.run})
        with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], env=env) as worker:
            running.record("worker", worker.pid)
            with claimed("demo", durable=True, checkout=tmp_path):
                assert worker.poll() is None
            assert running.folder.is_dir()
            worker.kill()


def test_starting_over_forgets_everything(tmp_path: Path) -> None:
    with claimed("demo", durable=True, checkout=tmp_path) as instance:
        instance.secret("SECRET_KEY")
        ground = instance.ground
        (ground / "data").touch()

    assert start_over("demo", checkout=tmp_path)
    assert not ground.exists()
    assert not (tmp_path / ".local" / "demo").exists()
    assert not start_over("demo", checkout=tmp_path)


def test_starting_over_waits_until_the_demo_is_stopped(tmp_path: Path) -> None:
    with claimed("demo", durable=True, checkout=tmp_path), pytest.raises(AlreadyRunning):
        start_over("demo", checkout=tmp_path)


@pytest.mark.parametrize("made_by_others", ["link", "writable"])
def test_a_folder_that_somebody_else_could_have_made_is_refused(made_by_others: str, tmp_path: Path) -> None:
    folder = tmp_path / "punos-0123"
    if made_by_others == "link":
        (tmp_path / "real").mkdir()
        folder.symlink_to(tmp_path / "real")
    else:
        folder.mkdir()
        folder.chmod(0o777)

    with pytest.raises(CannotGoOn, match="made by somebody else"):
        own_folder(folder, mode=0o755)


def test_root_keeps_the_data_where_nobody_can_reach_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(instances, "SHARED_GROUND", tmp_path / "shared")
    here, there = tmp_path / "a" / ".local" / "demo", tmp_path / "b" / ".local" / "demo"
    nobody = instances.ServerUser(65534, 65534)

    assert ground_of(here, None) == here / "data"
    assert ground_of(here, nobody).parent.parent == tmp_path / "shared"
    assert ground_of(here, nobody) != ground_of(there, nobody)


def test_a_damaged_state_file_does_not_stand_in_the_way_of_starting_over(tmp_path: Path) -> None:
    with claimed("demo", durable=True, checkout=tmp_path):
        pass
    (tmp_path / ".local" / "demo" / "state.json").write_text("{")

    with pytest.raises(CannotGoOn, match="make clean-demo"), claimed("demo", durable=True, checkout=tmp_path):
        pass
    assert start_over("demo", checkout=tmp_path)
    assert not (tmp_path / ".local" / "demo").exists()


def test_an_instance_that_is_just_being_left_is_waited_for(tmp_path: Path) -> None:
    wanted = "from launcher.instances import claimed; from pathlib import Path; import sys\n"
    wanted += "with claimed('demo', durable=True, checkout=Path(sys.argv[1])): print('mine')"
    with claimed("demo", durable=True, checkout=tmp_path) as leaving:
        leaving.leaving()
        waiting = subprocess.Popen([sys.executable, "-c", wanted, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        with pytest.raises(subprocess.TimeoutExpired):
            waiting.wait(instances.GLANCE + 1)
    assert waiting.communicate(timeout=30)[0] == "mine\n"


def test_a_state_file_that_was_damaged_is_named(tmp_path: Path) -> None:
    (tmp_path / "state.json").write_text("{")

    with pytest.raises(CannotGoOn, match=r"state\.json cannot be read"):
        instances.read_state(tmp_path)
