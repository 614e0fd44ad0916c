"""Codes that prove a mailbox: asked for at most five times an hour, each tried at most five times."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID, uuid4

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from bids.models import Invitation, OneTimeCode
from bids.steps.held_answers import are_digits_of
from bids.steps.letters import Recipient, write_letter
from bids.vocabulary import LetterKind
from kernel.errors import Refusal, TooOften
from kernel.tally import count_one
from kernel.tokens import token_hashes

MOST_AN_HOUR: Final = 5
MOST_TRIES: Final = 5
MOST_PRESSES: Final = 2
"""Wrong digits a button bears: three digits are guessed in one of five hundred letters then."""
AN_HOUR: Final = timedelta(hours=1)
PICKING: Final = "told_price"
"""The purpose of a code that lets somebody pick a told price once more."""


class TooManyCodes(TooOften):
    """As many codes were mailed in this hour as may be."""

    sentence = _("Five codes have been mailed within the hour. Use the latest one, or wait a while and ask again.")
    code = "too-many-codes"


class ButtonIsOver(Refusal):
    """The button was used, is too old, or was tried with wrong digits too often."""

    sentence = _(
        "The button in the letter works no more: it is good once, for half an hour, and for two tries. "
        "Begin again from the offer; it takes a minute."
    )
    code = "button-is-over"


@dataclass(frozen=True, kw_only=True)
class Pressed:
    """The button of a letter was pressed: the code beside it, its form, and the digits that were typed."""

    code: UUID
    form: UUID
    digits: str


def purpose_for(email: str) -> str:
    """The purpose of a code that opens a link: for whoever reads this address."""
    return f"link:{sha256(email.casefold().encode()).hexdigest()[:32]}"


def count_code(code_for: UUID, *, now: datetime) -> None:
    """Count one more code that is mailed for this thing; `TooManyCodes` for the sixth within an hour."""
    if count_one("code", str(code_for), now=now, window=AN_HOUR) > MOST_AN_HOUR:
        raise TooManyCodes


def mail_code(invitation: Invitation, to: Recipient, *, code_for: UUID, purpose: str, now: datetime) -> None:
    """A letter with a fresh code is on its way; `TooManyCodes` for the sixth within an hour."""
    count_code(code_for, now=now)
    write_letter(
        LetterKind.CODE,
        to,
        about=invitation,
        key=str(uuid4()),
        now=now,
        purpose=purpose,
        code_for=str(code_for),
    )


def is_right_code(typed: str, *, code_for: UUID, purpose: str, now: datetime) -> bool:
    """Whether this is a live code for this thing and purpose, which is then used up (see `right_code`)."""
    return right_code(typed, code_for=code_for, purpose=purpose, now=now) is not None


def right_code(typed: str, *, code_for: UUID, purpose: str, now: datetime) -> OneTimeCode | None:
    """The live code for this thing and purpose that was typed, which is then used up; None for a wrong try.

    Every try counts on every live code, in one statement, before anything is compared; the caller must let the
    transaction commit also when the answer is None.
    """
    digits = "".join(letter for letter in typed if not letter.isspace())
    if not (digits.isascii() and digits.isdecimal()):
        return None
    tried = list(_living(code_for, purpose, now=now).select_for_update().order_by("pk"))
    _of(tried).update(attempts=F("attempts") + 1)
    hashes = token_hashes(digits)
    right = [code for code in tried if any(hmac.compare_digest(each, bytes(code.code_hash)) for each in hashes)]
    if not right:
        return None
    _use_up(code_for, purpose, now=now)
    return right[0]


def living_button(code: UUID, *, code_for: UUID, now: datetime) -> OneTimeCode | None:
    """The code whose button can still be pressed."""
    found = OneTimeCode.objects.filter(
        public_id=code, about=code_for, used_at__isnull=True, expires_at__gt=now, attempts__lt=MOST_TRIES
    )
    return found.filter(button_hash__isnull=False, button_attempts__lt=MOST_PRESSES).first()


def right_button(pressed: Pressed, *, code_for: UUID, purpose: str, now: datetime) -> OneTimeCode | None:
    """The code whose button was pressed with the digits of its form, which is then used up; None for wrong digits.

    `ButtonIsOver` for one that is not good for this form, thing and purpose, or no more. Every try counts on every live
    code and button, before anything is compared, as for `right_code`.
    """
    tried = list(_living(code_for, purpose, now=now).select_for_update().order_by("pk"))
    good = [one for one in tried if one.button_hash is not None and one.button_attempts < MOST_PRESSES]
    mine = [one for one in good if one.public_id == pressed.code and one.form == pressed.form]
    if not mine:
        raise ButtonIsOver
    _of(tried).update(attempts=F("attempts") + 1)
    _of(good).update(button_attempts=F("button_attempts") + 1)
    if not are_digits_of(pressed.digits, pressed.form):
        return None
    _use_up(code_for, purpose, now=now)
    return mine[0]


def _living(code_for: UUID, purpose: str, *, now: datetime) -> QuerySet[OneTimeCode]:
    return OneTimeCode.objects.filter(
        about=code_for, purpose=purpose, used_at__isnull=True, expires_at__gt=now, attempts__lt=MOST_TRIES
    )


def _of(codes: Sequence[OneTimeCode]) -> QuerySet[OneTimeCode]:
    return OneTimeCode.objects.filter(pk__in=[code.pk for code in codes])


def _use_up(code_for: UUID, purpose: str, *, now: datetime) -> None:
    mailed = OneTimeCode.objects.filter(about=code_for, purpose=purpose, used_at__isnull=True, made_at__lte=now)
    mailed.update(used_at=now)
