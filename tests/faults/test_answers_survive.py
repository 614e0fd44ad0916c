"""Whoever writes a yes down, tells of it or draws it is killed at every step: all of it or nothing, and told once."""

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections
from django.db.models import QuerySet
from pytest_django import Settings

from bids.actions import accept_offer as accepting
from bids.actions import finish_paper as finishing
from bids.actions.send_letter_again import send_letter_again
from bids.exports.version_faults import version_faults
from bids.models import Asset, Decision, DecisionPaper, DecisionStanding, Evidence, Letter, OneTimeCode
from bids.steps import deciding
from bids.vocabulary import DocumentState, LetterKind, LetterState, PaperKind, RevisionState
from kernel import audit, files, verification
from kernel.actor import Actor
from kernel.clock import database_now
from kernel.models import AuditEvent, OutboxMessage
from tests.bids.decisions import Offered, a_code, accepts, an_offered, two_readers
from tests.bids.sendings import state_of
from tests.worker.letters.conftest import promise_of
from tests.worker.letters.sink import Sink, a_sink
from worker import relay
from worker.handlers import letter_written, paper_requested

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

BEFORE, AFTER = "before", "after"
Step = tuple[Any, str, str]
BEFORE_THE_COMMIT: dict[str, Step] = {
    "before the decision": (deciding, "_decision", BEFORE),
    "after the decision": (deciding, "_decision", AFTER),
    "after its evidence": (deciding, "_evidence", AFTER),
    "before the event": (audit, "record", BEFORE),
    "after the event": (audit, "record", AFTER),
    "after the partners' letters": (deciding, "tell_partners", AFTER),
    "after the papers were promised": (deciding, "order_papers", AFTER),
    "after the last letter": (accepting, "write_decision", AFTER),
}
OF_A_LETTER: list[tuple[Step, LetterState]] = [
    ((letter_written, "mint", BEFORE), LetterState.SENT),
    ((letter_written, "begin_letter", BEFORE), LetterState.SENT),
    # Begun and not ended: whether it went nobody knows, so a person is asked and nothing goes twice by itself.
    ((letter_written, "hand_over", BEFORE), LetterState.HELD),
    ((letter_written, "hand_over", AFTER), LetterState.HELD),
]

OF_A_PAPER: list[list[Step]] = [
    # The certificate, then three firms' own copies.
    [(paper_requested, "_draw", BEFORE), (files, "store", AFTER), (audit, "record", AFTER)],
    [(paper_requested, "finish_paper", BEFORE)],
    [(finishing, "asset_row", AFTER)],
    [(finishing, "send_copy", AFTER)],
]


@pytest.fixture
def offered() -> Offered:
    now = database_now() - timedelta(minutes=30)
    offer = replace(two_readers(), issued_on=now.date(), valid_until=(now + timedelta(days=30)).date())
    return an_offered(offer, now=now)


@pytest.fixture
def sink(settings: Settings) -> Iterator[Sink]:
    with a_sink() as made:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", made.port
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        yield made


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def dying_at(step: Step) -> None:
    """From now on this process is killed at the step."""
    room, name, when = step
    real = getattr(room, name)

    def doing(*given: Any, **named: Any) -> Any:
        if when == BEFORE:
            die()
        done = real(*given, **named)
        die()
        return done

    setattr(room, name, doing)


def is_killed(deed: Callable[[], object], step: Step | None = None) -> bool:
    """Whether a process of its own, which does it, was killed at the step; without one, right after it was done."""
    connections.close_all()
    child = os.fork()
    if not child:
        try:
            if step:
                dying_at(step)
            deed()
            if not step:
                die()
        finally:
            os._exit(1)
    _pid, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def let_the_lease_run_out() -> None:
    OutboxMessage.objects.filter(lease_until__isnull=False).update(lease_until=database_now() - timedelta(seconds=1))


def of_the_answer() -> list[Letter]:
    kinds = ["decision_receipt", "offer_accepted"]
    return list(Letter.objects.filter(kind__in=kinds).order_by("pk"))


def test_a_yes_whose_server_is_killed_is_there_whole_or_not_at_all(offered: Offered) -> None:
    a_code(offered.link, offered.revision, now=database_now() - timedelta(minutes=1))
    form = uuid4()
    says_yes = partial(accepts, offered, nonce=form, now=database_now())
    events = AuditEvent.objects.count()

    for name, step in BEFORE_THE_COMMIT.items():
        assert is_killed(says_yes, step), name
        assert not Decision.objects.exists(), name
        assert not Evidence.objects.exists(), name
        assert of_the_answer() == [], name
        assert not DecisionPaper.objects.exists(), name
        assert AuditEvent.objects.count() == events, name
        assert state_of(offered.revision) == RevisionState.SENT, name
        code = OneTimeCode.objects.get()
        assert (code.attempts, code.used_at) == (0, None), name

    assert is_killed(says_yes)
    made = Decision.objects.get()
    assert accepts(offered, nonce=form, now=database_now()) == made, "who presses again gets the same receipt"
    assert DecisionStanding.objects.get().state == "standing"
    assert Evidence.objects.count() == 1
    assert len(of_the_answer()) == 4
    promised = OutboxMessage.objects.undone().filter(topic="paper.requested")
    assert promised.count() == DecisionPaper.objects.count() == 4
    assert (
        OutboxMessage.objects.undone().filter(payload__letter__in=[str(x.public_id) for x in of_the_answer()]).count()
        == 4
    )
    assert AuditEvent.objects.filter(type="offer.accepted").count() == 1
    assert not list(verification.breaks(only=[offered.world.bid.public_id]))


def test_letters_of_a_yes_whose_worker_is_killed_go_once_or_wait_for_a_person(offered: Offered, sink: Sink) -> None:
    a_code(offered.link, offered.revision, now=database_now() - timedelta(minutes=1))
    assert accepts(offered, now=database_now())
    letters = of_the_answer()
    assert len(letters) == len(OF_A_LETTER)

    for letter, (step, ends) in zip(letters, OF_A_LETTER, strict=True):
        assert is_killed(partial(relay.handle, promise_of(letter).pk), step), step[1:]
        relay.handle(promise_of(letter).pk)
        letter.refresh_from_db()
        assert letter.state != LetterState.HELD.value, "another worker waits until the lease is over"
        let_the_lease_run_out()
        for _sweep in range(3):
            relay.handle(promise_of(letter).pk)
        letter.refresh_from_db()
        assert letter.state == ends.value, step[1:]

    # Before it was handed over the mail server has it once, after it too; what never went is sent by a person.
    assert len(sink.taken) == 3
    never_went = letters[2]
    again = send_letter_again(letter=never_went, by=Actor.system("tests"), now=database_now())
    assert is_killed(partial(relay.handle, promise_of(again).pk)), "killed once it is done"
    relay.handle(promise_of(again).pk)
    assert len(sink.taken) == len(set(sink.message_ids)) == 4
    assert sorted(to for to in receivers(sink)) == sorted(letter.to_email for letter in letters)


def test_papers_of_a_yes_whose_worker_is_killed_are_drawn_once_and_mailed_once(offered: Offered, sink: Sink) -> None:
    a_code(offered.link, offered.revision, now=database_now() - timedelta(minutes=1))
    assert accepts(offered, now=database_now())
    messages = list(OutboxMessage.objects.filter(topic="paper.requested").order_by("pk"))
    papers = [DecisionPaper.objects.get(public_id=one.payload["paper"]) for one in messages]
    assert sorted(one.kind for one in papers) == ["certificate", "own_copy", "own_copy", "own_copy"]
    papers.sort(key=lambda one: one.kind)
    promises = {one.payload["paper"]: one.pk for one in messages}
    stored = Asset.objects.count()

    for number, (paper, steps) in enumerate(zip(papers, OF_A_PAPER, strict=True)):
        work = partial(relay.handle, promises[str(paper.public_id)])
        for step in steps:
            assert is_killed(work, step), step[1:]
            paper.refresh_from_db()
            assert (paper.state, paper.asset) == (DocumentState.QUEUED.value, None), step[1:]
            assert own_copies().count() == max(number - 1, 0), step[1:]
            assert drawn_events() == number, step[1:]
            work()
            paper.refresh_from_db()
            assert paper.state == DocumentState.QUEUED.value, "another worker waits until the lease is over"
            let_the_lease_run_out()
        if number == len(papers) - 1:
            assert is_killed(work), "killed once it is done"
        for _sweep in range(2):
            work()
        paper.refresh_from_db()
        assert paper.state == DocumentState.DONE.value
        assert drawn_events() == number + 1

    assert DecisionPaper.objects.filter(kind=PaperKind.CERTIFICATE.value).count() == 1
    # A PDF of each, and the data of three.
    assert Asset.objects.count() == stored + 7
    assert list(version_faults(only=[offered.world.bid.public_id])) == []
    copies = list(own_copies())
    assert len({one.to_email for one in copies}) == len(copies) == 3
    for letter in copies:
        assert is_killed(partial(relay.handle, promise_of(letter).pk), (letter_written, "begin_letter", BEFORE))
        let_the_lease_run_out()
        for _sweep in range(2):
            relay.handle(promise_of(letter).pk)
    assert sorted(receivers(sink)) == sorted(one.to_email for one in copies)
    for mail in sink.mails:
        kinds = [part.get_content_type() for part in mail.walk()]
        assert (kinds.count("application/pdf"), kinds.count("application/json")) == (1, 1)


def own_copies() -> QuerySet[Letter]:
    return Letter.objects.filter(kind=LetterKind.OWN_COPY.value).order_by("pk")


def drawn_events() -> int:
    return AuditEvent.objects.filter(type__in=["certificate.drawn", "own_copy.drawn"]).count()


def receivers(sink: Sink) -> list[str]:
    return [str(mail["To"]).rsplit("<", 1)[-1].rstrip(">") for mail in sink.mails]
