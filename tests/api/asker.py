"""Somebody who asks the API: with a key, with a session, or as nobody."""

import json
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.test import Client

from kernel.clock import database_now
from kernel.tokens import new_token, token_hash
from members.models import ApiToken, Firm, Person
from members.vocabulary import TokenScope

V1 = "/api/v1/"
READ_AND_WRITE = (TokenScope.READ, TokenScope.WRITE)


class Asker:
    """Asks for addresses below /api/v1/; one that begins with a slash is taken as it is."""

    def __init__(self, *, key: str = "", person: Person | None = None, language: str = "en") -> None:
        self.client = Client(raise_request_exception=False)
        self.headers = {"Accept-Language": language} if language else {}
        if key:
            self.headers["Authorization"] = f"Bearer {key}"
        if person is not None:
            self.client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")

    def get(self, address: str, headers: dict[str, str] | None = None, **asked: Any) -> HttpResponse:
        query = f"?{urlencode(asked, doseq=True)}" if asked else ""
        answer: Any = self.client.get(_path(address) + query, headers={**self.headers, **(headers or {})})
        return answer

    def post(
        self,
        address: str,
        body: Any = None,
        *,
        headers: dict[str, str] | None = None,
        content_type: str = "application/json",
        **asked: Any,
    ) -> HttpResponse:
        query = f"?{urlencode(asked, doseq=True)}" if asked else ""
        return self._send("POST", address + query, body, headers or {}, content_type)

    def put(self, address: str, body: Any = None, *, headers: dict[str, str] | None = None) -> HttpResponse:
        return self._send("PUT", address, body, headers or {}, "application/json")

    def _send(self, method: str, address: str, body: Any, headers: dict[str, str], content_type: str) -> HttpResponse:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        answer: Any = self.client.generic(
            method, _path(address), raw, content_type=content_type, headers={**self.headers, **headers}
        )
        return answer

    def ask(self, method: str, address: str, **headers: str) -> HttpResponse:
        answer: Any = self.client.generic(method, _path(address), headers={**self.headers, **headers})
        return answer


def _path(address: str) -> str:
    return address if address.startswith("/") else V1 + address


def said(answer: HttpResponse) -> Any:
    return json.loads(answer.content)


def a_key(
    person: Person,
    firm: Firm,
    *,
    scopes: tuple[TokenScope, ...] = READ_AND_WRITE,
    made_at: datetime | None = None,
    lives: timedelta = timedelta(days=30),
    **columns: Any,
) -> str:
    made_at = made_at or database_now() - timedelta(days=1)
    secret = f"punos_0123abcd_{new_token()}"
    ApiToken.objects.create(
        person=person,
        firm=firm,
        name="A program",
        prefix="0123abcd",
        token_hash=token_hash(secret),
        scopes=[scope.value for scope in scopes],
        created_at=made_at,
        expires_at=made_at + lives,
        **columns,
    )
    return secret
