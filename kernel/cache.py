"""A cache that may go away: without it everything is slower and nothing is wrong."""

import json
from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import OutOfMemoryError, ReadOnlyError
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.retry import Retry

from kernel.circuit import Circuit

R = TypeVar("R")
D = TypeVar("D")

AWAY = (RedisConnectionError, RedisTimeoutError, OutOfMemoryError, ReadOnlyError)
REST_SECONDS = 5.0


class JsonValues:
    """Values as JSON: whoever can write to Redis can put wrong figures there, but no code."""

    def dumps(self, value: Any) -> bytes | int:
        """The bytes to store; plain integers as they are, so that Redis can count with them."""
        return value if type(value) is int else json.dumps(value).encode()

    def loads(self, data: bytes) -> Any:
        """The value stored."""
        return json.loads(data)


class ForgivingRedisCache(RedisCache):
    """Django's Redis cache, which behaves as an empty one while Redis is away.

    A value is then simply not there, and storing one succeeds without a trace. Limits that must hold are therefore
    counted in the database, never here.
    """

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        options = params.setdefault("OPTIONS", {})
        # A second try heals a connection that Redis closed while it lay idle; more would only make people wait.
        options.setdefault("retry", Retry(NoBackoff(), 1))
        options.setdefault("serializer", JsonValues)
        super().__init__(server, params)
        self._circuit = _circuit_of(server)

    def add(self, *args: Any, **kwargs: Any) -> bool:
        """Store unless the key is there; without Redis no key is there."""
        return self._ask(super().add, *args, otherwise=True, **kwargs)

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        """The value, or the default."""
        return self._ask(super().get, key, default, version, otherwise=default)

    def set(self, *args: Any, **kwargs: Any) -> None:
        """Store, if it can be."""
        self._ask(super().set, *args, otherwise=None, **kwargs)

    def touch(self, *args: Any, **kwargs: Any) -> bool:
        """Keep a value for longer; False if it is not there."""
        return self._ask(super().touch, *args, otherwise=False, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> bool:
        """Forget a value; False if it was not there."""
        return self._ask(super().delete, *args, otherwise=False, **kwargs)

    def get_many(self, *args: Any, **kwargs: Any) -> dict[Any, Any]:
        """Those values that are there."""
        return self._ask(super().get_many, *args, otherwise={}, **kwargs)

    def has_key(self, *args: Any, **kwargs: Any) -> bool:
        """Whether a value is there."""
        return self._ask(super().has_key, *args, otherwise=False, **kwargs)

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        """Add to a number; ValueError if it is not there."""
        value = self._ask(super().incr, key, delta, version, otherwise=None)
        if value is None:
            raise ValueError(f"Key {key!r} not found.")
        return value

    def set_many(self, *args: Any, **kwargs: Any) -> list[Any]:
        """Store several, if it can be; names those that certainly failed, which is none."""
        return self._ask(super().set_many, *args, otherwise=[], **kwargs)

    def delete_many(self, *args: Any, **kwargs: Any) -> None:
        """Forget several."""
        self._ask(super().delete_many, *args, otherwise=None, **kwargs)

    def clear(self) -> None:
        """Forget everything, if it can be."""
        self._ask(super().clear, otherwise=None)

    def _ask(self, ask: Callable[..., R], *args: Any, otherwise: D, **kwargs: Any) -> R | D:
        if self._circuit.is_open:
            return otherwise
        try:
            answer = ask(*args, **kwargs)
        except AWAY as error:
            self._circuit.failed(error)
            return otherwise
        self._circuit.answered()
        return answer


@cache
def _circuit_of(server: str) -> Circuit:  # noqa: ARG001 - one for each server, shared by all threads
    return Circuit("the cache", rest_seconds=REST_SECONDS)
