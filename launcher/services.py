"""The database and the broker, wherever they come from, as the environment that settings are read from."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import psycopg
import redis

from launcher import postgres, redis_protocol
from launcher.instances import CHECKOUT, Instance, claimed
from launcher.processes import RUN_VARIABLE
from launcher.programs import OLDEST_POSTGRES
from launcher.telling import CannotGoOn, Teller

POSTGRES_SCHEMES = {"postgres", "postgresql", "psql", "pgsql"}
REDIS_SCHEMES = {"redis", "rediss", "unix"}


@contextmanager
def running(
    *, name: str, durable: bool = False, teller: Teller | None = None, checkout: Path = CHECKOUT
) -> Iterator[dict[str, str]]:
    """Services for as long as the block runs; gives the variables that name them.

    DATABASE_URL logs in as the database's owner, DATABASE_ROLE is what web and worker take on. A durable instance
    keeps its data and there is one of each name; any other is thrown away afterwards, gives up durability for speed,
    and its owner may make databases.
    """
    with claimed(name, durable=durable, checkout=checkout) as instance, running_for(instance, teller) as env:
        yield env


@contextmanager
def running_for(instance: Instance, teller: Teller | None = None) -> Iterator[dict[str, str]]:
    """Services of an instance that is already claimed."""
    teller = teller or Teller(quiet=True)
    with ExitStack() as started:
        env = {RUN_VARIABLE: instance.run, "SECRET_KEY": instance.secret("SECRET_KEY")}
        if url := os.environ.get("DATABASE_URL"):
            env |= {"DATABASE_URL": url, "DATABASE_ROLE": _role_of_given(url, teller)}
        else:
            url = started.enter_context(postgres.running(instance, teller))
            env |= {"DATABASE_URL": url, "DATABASE_ROLE": postgres.APPLICATION}
        if url := os.environ.get("REDIS_URL"):
            _check_given_redis(url)
            teller.note("  Redis-protocol server: the one that REDIS_URL names")
            env["REDIS_URL"] = url
        else:
            env["REDIS_URL"] = started.enter_context(redis_protocol.running(instance, teller))
        yield env


def _role_of_given(url: str, teller: Teller) -> str:
    """The role to take on in somebody's own database: the one DATABASE_ROLE names, or ours if it is there."""
    role = os.environ.get("DATABASE_ROLE")
    with _connection_to_given(url) as connection:
        version = connection.info.server_version // 10_000
        if version < OLDEST_POSTGRES:
            raise CannotGoOn(f"DATABASE_URL names PostgreSQL {version}; {OLDEST_POSTGRES} or newer is needed.")
        teller.note(f"  PostgreSQL {version}: the one that DATABASE_URL names")
        wanted = postgres.APPLICATION if role is None else role
        may = connection.execute(
            "SELECT pg_has_role(oid, 'MEMBER') FROM pg_roles WHERE rolname = %s", [wanted]
        ).fetchone()
    if may == (True,) or not wanted:
        return wanted
    cure = f'CREATE ROLE "{wanted}" NOLOGIN; GRANT "{wanted}" TO CURRENT_USER;'
    if role is not None:
        raise CannotGoOn(f"DATABASE_ROLE names {wanted}, which the login of DATABASE_URL may not take on: {cure}")
    teller.note(f"  Web and worker use the owner's rights, because the role {wanted} is not there. To make it: {cure}")
    return ""


def _connection_to_given(url: str) -> psycopg.Connection:
    parts = urlsplit(url)
    if parts.scheme not in POSTGRES_SCHEMES:
        raise CannotGoOn(
            f"DATABASE_URL begins with {parts.scheme or 'no scheme'}://, but Punos needs PostgreSQL: "
            "postgres://user:password@host:5432/name"
        )
    sslmode = parse_qs(parts.query).get("sslmode", ["prefer"])[0]
    try:
        return psycopg.connect(
            host=unquote(parts.hostname or ""),
            port=parts.port or 5432,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            dbname=unquote(parts.path.lstrip("/")),
            sslmode=sslmode,
            connect_timeout=5,
        )
    except (psycopg.OperationalError, ValueError) as error:
        reason = str(error).strip().split("\n")[0]
        raise CannotGoOn(
            f"DATABASE_URL is set, but no database answers there: {reason}. "
            "Correct it, or unset it to let Punos start its own PostgreSQL."
        ) from None


def _check_given_redis(url: str) -> None:
    scheme = urlsplit(url).scheme
    if scheme not in REDIS_SCHEMES:
        raise CannotGoOn(f"REDIS_URL begins with {scheme or 'no scheme'}://; it should look like redis://host:6379/0")
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=5, socket_timeout=5) as client:
            client.ping()
    except (redis.RedisError, ValueError) as error:
        raise CannotGoOn(
            f"REDIS_URL is set, but no server answers there: {error}. "
            "Correct it, or unset it to let Punos start its own."
        ) from None
