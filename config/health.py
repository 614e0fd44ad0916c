"""Whether the program runs, and whether it can do its work."""

from collections.abc import Callable

from django.conf import settings
from django.core.cache import caches
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from kernel.migrations_sql import APP_ROLE

OK = "ok"
WAIT_SECONDS = 1


@never_cache
@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def readyz(_request: HttpRequest) -> JsonResponse:
    """Database, migrations, cache and broker: 503 names what is away. Without cache and broker pages still work,
    so they are told but make nothing unready; a database connection as owner is a warning.
    """  # noqa: D205 - one thought
    checks = {"database": _database(), "migrations": _migrations()}
    also = {"cache": _cache(), "broker": _broker(), "role": _role()}
    ready = all(answer == OK for answer in checks.values())
    return JsonResponse({"ready": ready, **checks, **also}, status=200 if ready else 503)


def running_as_owner() -> bool:
    """Whether this process may rewrite history because it did not take on the application's role."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        user: str = cursor.fetchone()[0]
    return user != APP_ROLE


def _answer(ask: Callable[[], str]) -> str:
    try:
        return ask()
    except (DatabaseError, RedisError, OSError) as error:
        return f"away: {error.__class__.__name__}"


def _database() -> str:
    def ask() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return OK

    return _answer(ask)


def _migrations() -> str:
    def ask() -> str:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
        return f"{len(missing)} not applied" if missing else OK

    return _answer(ask)


def _role() -> str:
    return _answer(lambda: "running as owner" if running_as_owner() else OK)


def _cache() -> str:
    """Asked beside the forgiving cache, which would say that all is well."""
    return _redis(caches["default"]._servers[0])  # type: ignore[attr-defined]  # noqa: SLF001 - the address the cache really uses


def _broker() -> str:
    """Asked beside Celery, which tries again for most of a minute when a broker takes calls and says nothing."""
    return _redis(settings.CELERY_BROKER_URL)


def _redis(address: str) -> str:
    waits = {"socket_connect_timeout": WAIT_SECONDS, "socket_timeout": WAIT_SECONDS, "retry": Retry(NoBackoff(), 0)}

    def ask() -> str:
        with Redis.from_url(address, **waits) as client:
            client.ping()
        return OK

    return _answer(ask)
