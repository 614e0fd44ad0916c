"""A cache that is away is an empty one."""

import logging
import os
import socket
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from kernel.cache import ForgivingRedisCache


def a_cache(location: str) -> ForgivingRedisCache:
    return ForgivingRedisCache(
        location,
        {"OPTIONS": {"socket_connect_timeout": 0.2, "socket_timeout": 0.2}, "KEY_PREFIX": f"t{time.time_ns()}"},
    )


@pytest.fixture
def present() -> ForgivingRedisCache:
    return a_cache(os.environ["REDIS_URL"])


@pytest.fixture
def absent() -> ForgivingRedisCache:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    return a_cache(f"redis://127.0.0.1:{port}/0")


@pytest.fixture
def deaf() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        yield server


def connections_made(server: socket.socket) -> int:
    made = 0
    with suppress(BlockingIOError):
        while True:
            server.accept()[0].close()
            made += 1
    return made


def test_what_is_stored_is_there(present: ForgivingRedisCache) -> None:
    present.set("history", [1.5, 2, "kolme", None, {"a": True}])
    present.set("count", 1)

    assert present.get("history") == [1.5, 2, "kolme", None, {"a": True}]
    assert present.incr("count") == 2
    assert present.add("count", 9) is False
    assert present.get_many(["count", "nothing"]) == {"count": 2}
    assert present.delete("count") is True
    assert present.has_key("count") is False


def test_only_plain_values_can_be_stored(present: ForgivingRedisCache) -> None:
    with pytest.raises(TypeError):
        present.set("code", object())


def test_a_cache_that_is_away_is_empty(absent: ForgivingRedisCache) -> None:
    absent.set("a", 1)

    assert absent.get("a", "nothing") == "nothing"
    assert absent.add("a", 1) is True
    assert absent.has_key("a") is False
    assert absent.touch("a") is False
    assert absent.delete("a") is False
    assert absent.get_many(["a"]) == {}
    assert absent.set_many({"a": 1}) == []
    absent.delete_many(["a"])
    absent.clear()
    with pytest.raises(ValueError, match="not found"):
        absent.incr("a")


def test_that_it_is_away_is_said_once(absent: ForgivingRedisCache, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(20):
        absent.get("a")

    assert [record.levelno for record in caplog.records] == [logging.WARNING]


def test_a_cache_that_does_not_answer_is_asked_once_and_then_left_alone(deaf: socket.socket) -> None:
    hung = a_cache(f"redis://127.0.0.1:{deaf.getsockname()[1]}/0")

    assert [hung.get("a", "nothing") for _ in range(50)] == ["nothing"] * 50

    # One try, and a second one in case the connection had only gone stale.
    assert connections_made(deaf) == 2
