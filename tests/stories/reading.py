"""Everything one reader can read of the joint world, as it would be compared with another reading."""

import re
from collections.abc import Collection, Iterator
from copy import deepcopy
from dataclasses import dataclass
from itertools import product
from typing import Final

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.stories.joint_world import JointWorld
from tests.stories.routes import ROUTES

_PASSING: Final = (
    (re.compile(r'(name="csrfmiddlewaretoken" value=")[^"]*'), r"\1…"),
    (re.compile(r'(nonce=")[^"]*'), r"\1…"),
    (re.compile(r"(\'nonce-)[^\']*"), r"\1…"),
    (re.compile(r'("X-CSRFToken": ?"|X-CSRFToken&quot;: ?&quot;)[A-Za-z0-9]*'), r"\1…"),
    (re.compile(r"([\w-]*(?:csrf|session|messages|asked|offer)[\w-]*)=[^;]*;( expires=[^;]*;)?"), r"\1=…;"),
    (re.compile(r'(name="(?:fresh|ticket|nonce)" value=")[^"]*'), r"\1…"),
    (re.compile(r'(name="seen" value="[^":]*):[^"]*'), r"\1:…"),
)
"""What differs between two readings of the same: proofs against forged forms, nonces, names for what is yet to be.

Of what a page signs, only when and by whom it was signed passes: whoever has the page can read the rest.
"""
_NOT_COMPARED: Final = frozenset({"date", "expires", "x-request-id", "server-timing"})


@dataclass(frozen=True)
class Reading:
    """One answer."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: str


def masked(text: str) -> str:
    """The text without what changes from reading to reading."""
    for pattern, instead in _PASSING:
        text = pattern.sub(instead, text)
    return text


def reading_of(answer: HttpResponse) -> Reading:
    """An answer as it is compared: status, every header, and every byte but what passes."""
    data = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    name = answer.headers.get("X-Request-ID", "")
    text = data.decode("utf-8", "surrogateescape")
    text = text.replace(name, "…") if name else text
    told = ((key.lower(), value) for key, value in answer.headers.items())
    headers = [(key, _in_order(masked(value))) for key, value in told if key not in _NOT_COMPARED]
    headers += [("set-cookie", masked(morsel.OutputString())) for morsel in answer.cookies.values()]
    return Reading(status=answer.status_code, headers=tuple(sorted(headers)), body=masked(text))


def _in_order(value: str) -> str:
    """A policy's directives in an order of their own: they are put down in none."""
    return "; ".join(sorted(" ".join(sorted(part.split())) for part in value.split(";"))) if ";" in value else value


def addresses(world: JointWorld, names: Collection[str] | None = None) -> Iterator[str]:
    """Every address that is read (or those of these names), filled in every way there is."""
    for name, route in ROUTES.items():
        if route.get is None or (names is not None and name not in names):
            continue
        for fill, query in product(route.fill(world), route.queries):
            yield reverse(name, kwargs=fill) + query


def everything_read(world: JointWorld, client: Client, names: Collection[str] | None = None) -> dict[str, Reading]:
    """What each address answers this reader; those below an offer as a part of a page too, which a script asks for."""
    found = {}
    cookies = deepcopy(client.cookies)
    client.raise_request_exception = False
    for number, address in enumerate(addresses(world, names)):
        origin = f"10.9.{number // 250}.{number % 250}"
        found[address] = reading_of(client.get(address, REMOTE_ADDR=origin))
        if address.startswith("/offers/") and "?" not in address:
            part = client.get(address, REMOTE_ADDR=origin, headers={"HX-Request": "true"})
            found[f"{address} (part)"] = reading_of(part)
        client.cookies = deepcopy(cookies)
    return found
