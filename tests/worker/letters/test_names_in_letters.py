"""Whatever people call themselves and their work, a letter has one reader, its own headers and our own addresses."""

from email import message_from_bytes, policy
from email.utils import getaddresses

import pytest

from bids.models import Bid, Client, Invitation, Part
from bids.steps.minting import mint
from bids.vocabulary import LetterKind
from members.models import Person
from tests.worker.letters.rows import SARI, World, letter_of
from worker.letters import plain
from worker.letters.composing import compose
from worker.letters.mailing import mail_of

pytestmark = pytest.mark.django_db

ATTACKS = [
    "Maija\r\nBcc: victim@example.invalid",
    "Maija\nSubject: won\n\n<h1>body</h1>",
    "Maija\u2028Bcc: victim@example.invalid",
    "Maija\u2029To: victim@example.invalid",
    "Maija\x0bBcc: victim@example.invalid\x85Cc: victim@example.invalid",
    "Maija, victim@example.invalid",
    "Maija <victim@example.invalid>",
    '"Maija" <victim@example.invalid>, "x',
    "Maija; victim@example.invalid:",
    "\u202egro.live@ajiam",
    "Maija https://evil.example.invalid/login now",
    "<a href='https://evil.example.invalid'>Maija</a>",
    "javascript:alert(1)",
    "{{ settings.SECRET_KEY }}{% include 'x' %}%(title)s %s",
    "=?utf-8?q?Bcc=3A_victim=40example=2Einvalid?=",
    "Å" * 190,
    "😀" * 90,
]


def named(world: World, attack: str) -> None:
    """The attack stands wherever somebody can type a name or a text, past what the fields clean."""
    Person.objects.filter(pk=world.maija.pk).update(name=attack[:200])
    Bid.objects.filter(pk=world.bid.pk).update(title=attack)
    Client.objects.filter(pk=world.bid.client_id).update(name=attack[:200])
    Invitation.objects.filter(pk=world.invitation.pk).update(name=attack[:200])
    Part.objects.filter(pk=world.part.pk).update(asked=f"{attack}\n{attack}")


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("kind", [LetterKind.ASKED, LetterKind.ANSWERED])
def test_no_name_makes_a_header_a_reader_or_a_link(world: World, kind: LetterKind, attack: str) -> None:
    named(world, attack)
    letter = letter_of(world, kind)
    type(letter).objects.filter(pk=letter.pk).update(to_name=attack[:200])
    letter.refresh_from_db()
    letter.to_name = attack

    composed = compose(letter, mint(letter, now=world.now), now=world.now)
    mail = mail_of(letter, composed)
    assert mail.recipients() == [letter.to_email]
    raw = mail.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]  # Django's own message takes it
    read = message_from_bytes(raw, policy=policy.default)

    assert {name.lower() for name in read} == {
        "content-type",
        "mime-version",
        "subject",
        "from",
        "to",
        "reply-to",
        "date",
        "message-id",
        "auto-submitted",
        "x-auto-response-suppress",
    }
    assert [address for _name, address in getaddresses([str(read["To"])])] == [letter.to_email]
    assert [each.addr_spec for each in read["From"].addresses] == ["offers@localhost"]
    answers_to = SARI if kind is LetterKind.ANSWERED else "maija@example.invalid"
    assert [each.addr_spec for each in read["Reply-To"].addresses] == [answers_to]
    assert len(composed.subject) <= 80
    text, html = (read.get_body((kind_of,)).get_content() for kind_of in ("plain", "html"))
    for said in (composed.subject, text, html):
        assert "//evil" not in said
        assert "javascript:" not in said.casefold()
        assert "\u202e" not in said
        assert "\u2028" not in said
    assert "<h1>body" not in html
    assert "<a href='" not in html
    assert "SECRET" not in text or "settings.SECRET_KEY" in text


def test_a_long_title_gives_way_in_the_subject_not_the_name(world: World) -> None:
    Bid.objects.filter(pk=world.bid.pk).update(title="Pohjoissavolaisen kulttuuriperintöverkoston " * 8)
    letter = letter_of(world, LetterKind.REMINDER)

    subject = compose(letter, mint(letter, now=world.now), now=world.now).subject

    assert len(subject) <= 80
    assert "Maija Kuvakulma" in subject
    assert subject.endswith("…")


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("katso https://kuvakulma.fi/työt?a=1", "katso kuvakulma.fi/työt?a=1"),
        ("//evil.example.invalid", "evil.example.invalid"),
        ("HTTP://a", "a"),
        ("ftp://a b://c", "a c"),
        ("hinta 5//10 €", "hinta 5//10 €"),
        ("klo 9:30", "klo 9:30"),
        ("a/b", "a/b"),
    ],
)
def test_typed_addresses_stay_readable_and_are_no_links(typed: str, shown: str) -> None:
    assert plain.line(typed) == shown


def test_blank_lines_inside_a_text_stay_and_those_around_it_go() -> None:
    assert plain.lines("\n\nyksi\r\n\r\nkaksi \n") == ("yksi", "", "kaksi")
    assert plain.lines(" \n ") == ()
    assert plain.lines(None) == ()
