"""Make the secret a letter carries: the words get it, the database only its keyed hash."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings

from bids.exports.deciding import may_accept_from
from bids.exports.frozen_version import read_version
from bids.models import ClientLink, HeldAnswer, Invitation, InvitationLink, Letter, OneTimeCode, Revision
from bids.queries.letter_people import invitation_of, is_for_the_client
from bids.vocabulary import LetterKind, LinkScope, LinkWay
from kernel import tokens

LONGEST_CLIENT_LINK: Final = timedelta(days=90)
SHORTEST_LINK: Final = timedelta(days=3)
AFTER_THE_ANSWER: Final = timedelta(days=14)
AFTER_THE_END: Final = timedelta(days=14)
"""So long a client still reads an offer that is no longer valid, and may ask for it anew."""
CODE_LIVES: Final = timedelta(minutes=30)
CODE_DIGITS: Final = 6

WITHOUT_A_LINK: Final = frozenset(
    {
        LetterKind.CODE,
        LetterKind.ANSWERED,
        LetterKind.LEFT_OUT,
        LetterKind.FIRM_GONE,
        LetterKind.CHANGE_CANCELLED,
        LetterKind.OFFER_CLOSED,
        LetterKind.OFFER_NOT_SENT,
        LetterKind.GROUP_ASKED,
    }
)
CODES: Final = frozenset({LetterKind.CODE, LetterKind.DECISION_CODE})
NO_LINK_FOR_THE_CLIENT: Final = frozenset({LetterKind.OFFER_WITHDRAWN})
ONCE_DECIDED: Final = frozenset({LetterKind.DECISION_RECEIPT, LetterKind.DECISION_RECORDED})
BEFORE_THE_ANSWER: Final = frozenset({LetterKind.ASKED, LetterKind.REMINDER, LetterKind.LINK_RENEWED})


@dataclass(frozen=True, kw_only=True)
class Minted:
    """What opens something, in the clear, and the row that will recognise it, not saved yet."""

    address: str = ""
    code: str = ""
    button: str = ""
    row: InvitationLink | ClientLink | OneTimeCode | None = None

    def __repr__(self) -> str:
        return "Minted(…)"


NOTHING = Minted()


def mint(letter: Letter, *, now: datetime) -> Minted:
    """The link or code this letter is to carry; writing the letter once more makes another.

    A link goes only to the address it was meant for: an invitation's to the one that was asked, a client's to the
    letter's own. Whoever else is written to gets none.
    """
    kind = LetterKind(letter.kind)
    if kind in CODES:
        return _code(letter, now=now)
    if is_for_the_client(letter):
        return _client_link(letter, kind, now=now) if kind not in NO_LINK_FOR_THE_CLIENT else NOTHING
    invitation = invitation_of(letter)
    if kind in WITHOUT_A_LINK or invitation is None:
        return NOTHING
    return _invitation_link(invitation, kind, now=now)


def _invitation_link(invitation: Invitation, kind: LetterKind, *, now: datetime) -> Minted:
    token = tokens.new_token()
    shortest = SHORTEST_LINK if kind in BEFORE_THE_ANSWER else AFTER_THE_ANSWER
    row = InvitationLink(
        invitation=invitation,
        way=LinkWay.MAILED.value,
        token_hash=tokens.token_hash(token),
        made_at=now,
        expires_at=max(invitation.answer_until, now + shortest),
    )
    return Minted(address=f"{settings.PUBLIC_BASE_URL}/i/{token}", row=row)


def _client_link(letter: Letter, kind: LetterKind, *, now: datetime) -> Minted:
    """A link of the letter's reader alone; it lets them decide if the version names them as who may.

    It is mailed and nothing else: no page, no answer of the API and no other letter ever holds it.
    """
    if letter.revision is None or letter.bid is None:
        return NOTHING
    token = tokens.new_token()
    lives_until = letter.revision.standing.expires_at + AFTER_THE_END
    if kind in ONCE_DECIDED:
        lives_until = now + LONGEST_CLIENT_LINK
    row = ClientLink(
        bid=letter.bid,
        contact_name=letter.to_name,
        contact_email=letter.to_email,
        scope=_scope(letter.revision, letter.to_email).value,
        way=LinkWay.MAILED.value,
        token_hash=tokens.token_hash(token),
        made_at=now,
        expires_at=min(max(lives_until, now + SHORTEST_LINK), now + LONGEST_CLIENT_LINK),
    )
    return Minted(address=f"{settings.PUBLIC_BASE_URL}/o/{token}", row=row)


def _scope(revision: Revision, email: str) -> LinkScope:
    offer = read_version(bytes(revision.payload)).offer
    return LinkScope.ACCEPT if may_accept_from(offer, email) else LinkScope.ASK


def _code(letter: Letter, *, now: datetime) -> Minted:
    about = letter.facts.get("code_for") or (letter.invitation.public_id if letter.invitation else None)
    if about is None:
        raise ValueError(f"letter {letter.public_id} does not say what its code is for")
    code = "".join(secrets.choice("0123456789") for _digit in range(CODE_DIGITS))
    row = OneTimeCode(
        about=UUID(str(about)),
        purpose=str(letter.facts.get("purpose", "")),
        code_hash=tokens.token_hash(code),
        made_at=now,
        expires_at=now + CODE_LIVES,
    )
    form = _held_form(letter, UUID(str(about)), now=now)
    if form is None:
        return Minted(code=code, row=row)
    token = tokens.new_token()
    row.form, row.button_hash = form, tokens.token_hash(token)
    return Minted(code=code, button=f"{settings.PUBLIC_BASE_URL}/c/{token}", row=row)


def _held_form(letter: Letter, link: UUID, *, now: datetime) -> UUID | None:
    """The form whose answer is held for the client until it is confirmed, while it is."""
    if letter.kind != LetterKind.DECISION_CODE.value:
        return None
    held = HeldAnswer.objects.filter(nonce=letter.facts.get("nonce"), link__public_id=link, expires_at__gt=now)
    return held.values_list("nonce", flat=True).first()
