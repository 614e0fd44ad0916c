"""Whatever is sent, sensible or not, is answered as the description promises, and never by a fault of ours."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from schemathesis import BaseSchema, GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection

from bids.actions.request_document import request_document
from bids.models import Bid, Document
from bids.vocabulary import DocumentKind
from kernel.actor import Actor
from kernel.clock import database_now
from tests.api.asker import Asker
from tests.api.description import description, operations
from tests.api.test_who_sees_what import ORDER

pytestmark = pytest.mark.slow
ROUNDS = 20
CONFIG = schemathesis.Config.from_dict(
    {
        "checks": {
            # What has the right shape may still name a line that is not there, or be nothing once it is cleaned.
            # A made-up version is not the one that stands, and some things are done only so often.
            "positive_data_acceptance": {
                "expected-statuses": ["2xx", "304", "400", "401", "403", "404", "409", "412", "422", "429"]
            },
            # What is too large is refused before it is looked at.
            "negative_data_rejection": {
                "expected-statuses": [
                    "400",
                    "401",
                    "403",
                    "404",
                    "405",
                    "406",
                    "409",
                    "412",
                    "413",
                    "415",
                    "422",
                    "428",
                    "429",
                ]
            },
        }
    }
)
CHECKED_NOT_REFUSED = "/api/v1/packages/check/"
"""Where a package that is not as it must be is what is asked about."""


@pytest.fixture
def document(bid: Bid, system: Actor) -> Document:
    return request_document(source=bid, kind=DocumentKind.OFFER_PDF, order=ORDER, by=system, now=database_now())


@cache
def api() -> BaseSchema:
    """The description before the program's own door, read once: reading looks through all of the program."""
    schema = schemathesis.openapi.from_dict(description(), config=CONFIG)
    schema.app = get_wsgi_application()
    return schema


@pytest.fixture
def same_connection() -> Iterator[None]:
    """The program keeps the connection in which the test's world is."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("same_connection")
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["sensible", "senseless"])
@pytest.mark.parametrize(("method", "path"), [(one.method, one.path) for one in operations()])
def test_it_is_answered_as_promised(
    method: str, path: str, mode: GenerationMode, lead: Asker, bid: Bid, document: Document
) -> None:
    operation = api()[path][method]
    known = document.public_id if path.startswith("/api/v1/documents/") else bid.public_id
    given_path = {"public_id": str(known)} if "{" in path and mode is GenerationMode.POSITIVE else None

    @settings(
        max_examples=ROUNDS,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode, path_parameters=given_path))
    def asked(case: Any) -> None:
        case.query.pop("cursor", None)
        excluded = [negative_data_rejection] if path == CHECKED_NOT_REFUSED else []
        case.call_and_validate(headers=lead.headers, excluded_checks=excluded)

    asked()
