"""Put a letter into words: subject, plain text and HTML, in its reader's language."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final

from django.template import Context, loader
from django.utils import translation
from django.utils.translation import gettext as _

from bids.models import Letter
from bids.queries.letter_people import Writer
from bids.steps.minting import Minted
from bids.vocabulary import LetterKind
from kernel.text import clean_line
from worker.letters import plain
from worker.letters.attachments import Attachment, attachments_of
from worker.letters.particulars import told

LONGEST_SUBJECT: Final = 80
LENGTHS_TRIED: Final = (60, 45, 32, 24, 16, 10, 6)
IN_A_SUBJECT: Final = ("title", "writer", "partner", "group")

_MANY_BLANKS: Final = re.compile(r"\n{3,}")
_TRAILING: Final = re.compile(r"[ \t]+\n")


@dataclass(frozen=True, kw_only=True)
class Composed:
    """A letter in words, with what is attached to it and who it is from."""

    subject: str
    text: str
    html: str
    writer: Writer
    attachments: tuple[Attachment, ...] = ()

    def __repr__(self) -> str:
        return f"Composed({self.subject!r})"


def compose(letter: Letter, minted: Minted, *, now: datetime) -> Composed:
    """The letter's words from the rows as they are now, with the link or code that was minted for it."""
    with translation.override(letter.language):
        what, writer = told(letter, minted, now=now)
        named: dict[str, Any] = {each.name: getattr(what, each.name) for each in fields(what)}
        subject = _subject(letter.kind, named)
        named["subject"] = subject
        return Composed(
            subject=subject,
            text=_text(f"letters/{letter.kind}/body.txt", named),
            html=_rendered(f"letters/{letter.kind}/body.html", named, escaped=True),
            writer=writer,
            attachments=attachments_of(letter),
        )


def _subject(kind: str, named: Mapping[str, Any]) -> str:
    """The subject on one line of eighty characters at most: names and titles in it give way first."""
    subject = ""
    for length in LENGTHS_TRIED:
        shortened = {**named, **{name: plain.cut(named[name], length) for name in IN_A_SUBJECT}}
        subject = clean_line(_rendered(f"letters/{kind}/subject.txt", shortened, escaped=False))
        if named["change"] and kind != LetterKind.OFFER_TO_CLIENT:
            subject = _("Change %(number)s: %(subject)s") % {"number": named["change"], "subject": subject}
        if len(subject) <= LONGEST_SUBJECT:
            return subject
    return plain.cut(subject, LONGEST_SUBJECT)


def _text(name: str, named: Mapping[str, Any]) -> str:
    rendered = _TRAILING.sub("\n", _rendered(name, named, escaped=False).strip() + "\n")
    return _MANY_BLANKS.sub("\n\n", rendered)


def _rendered(name: str, named: Mapping[str, Any], *, escaped: bool) -> str:
    template = loader.get_template(name)
    return str(template.template.render(Context(dict(named), autoescape=escaped)))  # type: ignore[attr-defined]
