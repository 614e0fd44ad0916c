"""Two hundred letters come through a mail worker that is killed again and again: each once, or held in sight."""

import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction

from bids.actions.send_letter_again import send_letter_again
from bids.exports.bid_package import moved_by_weeks
from bids.models import InvitationLink, Letter
from bids.steps.letters import Recipient, write_letter
from bids.vocabulary import LetterKind, LetterState
from kernel import tokens, verification
from kernel.actor import Actor
from kernel.clock import database_now, helsinki_day
from kernel.models import AuditEvent, OutboxMessage
from tests.bids.cases import daycare
from tests.faults.workers import BEAT, LETTERS, Celery
from tests.worker.letters.rows import World, a_world
from tests.worker.letters.sink import Manners, Sink, a_sink

LETTERS_WRITTEN = 200
KILLS = 5
PATIENCE_SECONDS = 180
SLOWNESS = 0.03
"""How long the server thinks over each letter: a worker killed at random is then often killed over one."""

pytestmark = pytest.mark.slow


@pytest.fixture
def thinking_sink() -> Iterator[Sink]:
    with a_sink(Manners(before_content_is_taken=lambda: time.sleep(SLOWNESS))) as sink:
        yield sink


def write(world: World) -> list[Letter]:
    """Half of them with a link in them, half with a code."""
    letters = []
    with transaction.atomic():
        for number in range(LETTERS_WRITTEN):
            kind = LetterKind.CODE if number % 2 else LetterKind.LINK_RENEWED
            # A link is minted for the invited address alone: the same mailbox, each letter its own event.
            to = Recipient(name=f"Sari {number}", email=world.invitation.email, language="fi")
            about = {"code_for": str(world.invitation.public_id), "purpose": f"try-{number}"} if number % 2 else {}
            letter = write_letter(kind, to, about=world.invitation, key=str(number), now=world.now, **about)
            assert letter is not None
            letters.append(letter)
    return letters


def wait_until(is_so: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, f"not in {PATIENCE_SECONDS} s: {what}; {states()}"
        time.sleep(0.02)


def states() -> Counter[str]:
    return Counter(Letter.objects.values_list("state", flat=True))


def secrets_in(sink: Sink) -> set[str]:
    texts = [mail.get_body(("plain",)).get_content() for mail in sink.mails]
    links = {found for text in texts for found in re.findall(r"/i/([A-Za-z0-9_-]{43})", text)}
    codes = {found for text in texts for found in re.findall(r"^ {4}(\d{3} \d{3})\s*$", text, re.MULTILINE)}
    return links | codes


def stands_in(secret: str, kept: str) -> bool:
    """A code is six digits: the fractions of a second and the hashes that happen to hold them do not count."""
    digits = secret.replace(" ", "")
    return secret in kept or (digits.isdigit() and bool(re.search(rf"(?<![0-9a-f.-]){digits}(?![0-9a-f-])", kept)))


def whole_database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        kept = []
        for table in tables:
            cursor.execute(f'SELECT to_jsonb(t)::text FROM "{table}" AS t')  # noqa: S608 - names from the catalogue
            kept += [row for (row,) in cursor.fetchall()]
    return "\n".join(kept)


@pytest.mark.django_db(transaction=True)
def test_two_hundred_letters_survive_a_worker_that_is_killed_again_and_again(
    tmp_path: Path, private_files: Path, thinking_sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    sink = thinking_sink
    monkeypatch.setenv("EMAIL_URL", f"smtp://127.0.0.1:{sink.port}")
    monkeypatch.setenv("PUBLIC_BASE_URL", "http://testserver")
    now = database_now() - timedelta(minutes=1)
    offer = daycare()
    world = a_world(now, offer=moved_by_weeks(offer, (helsinki_day(now) - offer.issued_on).days // 7))
    letters = write(world)

    with Celery(database=connection.settings_dict["NAME"], files=private_files, logs=tmp_path) as celery:
        celery.start(*BEAT)
        mail = celery.start(*LETTERS)
        for kill in range(KILLS):
            enough = len(sink.taken) + 5 + 7 * kill
            wait_until(lambda enough=enough: len(sink.taken) > enough, "letters")
            celery.kill(mail)
            mail = celery.start(*LETTERS)
        wait_until(lambda: not OutboxMessage.objects.undone().exists(), "every letter")

    ended = states()
    print(f"{ended}; {len(sink.taken)} taken")  # noqa: T201
    assert set(ended) <= {LetterState.SENT.value, LetterState.HELD.value}
    assert sum(ended.values()) == LETTERS_WRITTEN
    assert ended[LetterState.HELD.value] <= 2 * KILLS
    arrived = Counter(sink.message_ids)
    assert set(arrived.values()) == {1}
    ids = {letter.pk: f"<{letter.public_id}@testserver>" for letter in letters}
    for pk, state in Letter.objects.values_list("pk", "state"):
        assert state == LetterState.HELD.value or ids[pk] in arrived
    assert set(arrived) <= set(ids.values())
    recorded = AuditEvent.objects.filter(type="letter.sent").values_list("facts__letter", flat=True)
    with_links = Letter.objects.filter(kind=LetterKind.LINK_RENEWED.value, state=LetterState.SENT.value)
    assert sorted(recorded) == sorted(str(each) for each in with_links.values_list("public_id", flat=True))
    assert list(verification.breaks()) == []

    secrets = secrets_in(sink)
    assert len(secrets) >= 0.9 * len(sink.taken)
    known = InvitationLink.objects.filter(token_hash__in=[tokens.token_hash(each) for each in secrets if len(each) > 7])
    assert known.count() == sum(len(each) > 7 for each in secrets)
    kept = whole_database() + "".join(log.read_text(errors="replace") for log in tmp_path.glob("*.log"))
    assert [each for each in secrets if stands_in(each, kept)] == []

    held = Letter.objects.filter(state=LetterState.HELD.value)
    with transaction.atomic():
        again = [send_letter_again(letter=each, by=Actor.system("tests"), now=database_now()) for each in held]
    with Celery(database=connection.settings_dict["NAME"], files=private_files, logs=tmp_path) as celery:
        celery.start(*LETTERS)
        wait_until(lambda: not OutboxMessage.objects.undone().exists(), "the letters a person sent again")
    assert set(states()) == {LetterState.SENT.value}
    assert set(sink.message_ids) == set(ids.values())
    assert len(sink.taken) <= LETTERS_WRITTEN + len(again)
