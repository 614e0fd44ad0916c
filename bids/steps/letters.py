"""Write a letter: a row now, its words and its sending after the commit."""

from dataclasses import dataclass
from datetime import datetime

from bids.models import Bid, Group, Invitation, Letter, Part, Revision
from bids.vocabulary import LetterKind
from kernel import outbox

TOPIC = "letter.written"


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """One person's address, and the language they are written to in."""

    name: str
    email: str
    language: str


def write_letter(
    kind: LetterKind,
    to: Recipient,
    *,
    about: Bid | Part | Invitation | Revision | Group,
    key: str,
    now: datetime,
    due: datetime | None = None,
    **facts: str | int | None,
) -> Letter | None:
    """One letter of this kind to one address; None without an address.

    `key` names the event it tells of (the kind and the address are added), so that writing it twice writes it once.
    `facts` are ids and plain values, never a secret. A letter due later may still be cancelled.
    """
    if not to.email:
        return None
    letter, is_new = Letter.objects.get_or_create(
        effect_key=f"{kind}:{key}:{to.email.casefold()}"[:400],
        defaults={
            "kind": kind.value,
            "to_name": to.name,
            "to_email": to.email,
            "language": to.language,
            "facts": facts,
            "written_at": now,
            "due_at": due or now,
            **_thing(about),
        },
    )
    if is_new:
        outbox.post(TOPIC, due=due or now, key=outbox.effect_key(TOPIC, letter), letter=str(letter.public_id))
    return letter


def _thing(about: Bid | Part | Invitation | Revision | Group) -> dict[str, object]:
    match about:
        case Invitation():
            return {"invitation": about, "part": about.part, "bid": about.bid}
        case Part():
            return {"part": about, "bid": about.bid}
        case Revision():
            return {"revision": about, "bid": about.bid}
        case Bid():
            return {"bid": about}
        case Group():
            return {"group": about}
