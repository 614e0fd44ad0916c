"""Send a version whose documents may all be drawn now."""

from datetime import datetime
from functools import partial
from typing import Final

from bids.actions.abandon_sending import abandon_sending
from bids.actions.finish_sending import finish_sending
from bids.models import Revision
from bids.sheets.send_sentences import STOPPED
from kernel.actor import Actor
from kernel.models import OutboxMessage
from worker.handlers.handler import Effect
from worker.hold import Hold

ACTOR: Final = Actor.system("worker")


def handle(message: OutboxMessage, *, hold: Hold) -> Effect:  # noqa: ARG001 - every handler is given its hold
    """What is left to commit is that the version is sent, or given up; while a document is missing that is nothing."""
    revision = _revision(message)
    return partial(_finish, revision) if revision is not None else _nothing


def gave_up(message: OutboxMessage) -> Effect:
    """The lead does not wait for what will not be sent."""
    revision = _revision(message)
    return partial(_abandon, revision) if revision is not None else _nothing


def _revision(message: OutboxMessage) -> Revision | None:
    return Revision.objects.select_related("bid").filter(public_id=message.payload["revision"]).first()


def _finish(revision: Revision, now: datetime) -> Revision:
    return finish_sending(revision=revision, by=ACTOR, now=now)


def _abandon(revision: Revision, now: datetime) -> Revision:
    return abandon_sending(revision=revision, reason=STOPPED, by=ACTOR, now=now)


def _nothing(_now: datetime) -> None:
    """The version is not there."""
