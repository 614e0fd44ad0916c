"""The daycare's offer, a mail server to send to, and the relay that sends."""

from collections.abc import Callable, Iterator

import pytest
from pytest_django import Settings

from bids.exports.bid_package import moved_by_weeks
from bids.models import Letter
from bids.vocabulary import LetterState
from kernel.clock import database_now, helsinki_day
from kernel.models import OutboxMessage
from tests.bids.cases import daycare
from tests.kept import kept
from tests.worker.letters.rows import World, a_world
from tests.worker.letters.sink import Sink, a_sink
from tests.world import NOON
from worker import relay

Send = Callable[[Letter], LetterState]


@kept
def world() -> World:
    return a_world(NOON)


@pytest.fixture
def sink(settings: Settings) -> Iterator[Sink]:
    with a_sink() as made:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", made.port
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        yield made


def promise_of(letter: Letter) -> OutboxMessage:
    return OutboxMessage.objects.filter(payload__letter=str(letter.public_id)).latest("due_at")


@kept
def here() -> World:
    """The same offer as if it were written this week: whoever sends looks at the clock."""
    now = database_now()
    offer = daycare()
    return a_world(now, offer=moved_by_weeks(offer, (helsinki_day(now) - offer.issued_on).days // 7))


@pytest.fixture
def send() -> Send:
    """Keep the letter's promise as a worker does."""

    def keep(letter: Letter) -> LetterState:
        relay.handle(promise_of(letter).pk)
        return LetterState(Letter.objects.values_list("state", flat=True).get(pk=letter.pk))

    return keep
