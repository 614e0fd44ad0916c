"""Codes that prove a mailbox: asked for at most five times an hour, each tried at most five times."""

import hmac
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID, uuid4

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from bids.models import Invitation, OneTimeCode
from bids.steps.letters import Recipient, write_letter
from bids.vocabulary import LetterKind
from kernel.errors import TooOften
from kernel.tally import count_one
from kernel.tokens import token_hashes

MOST_AN_HOUR: Final = 5
MOST_TRIES: Final = 5
AN_HOUR: Final = timedelta(hours=1)
PICKING: Final = "told_price"
"""The purpose of a code that lets somebody pick a told price once more."""


class TooManyCodes(TooOften):
    """As many codes were mailed in this hour as may be."""

    sentence = _("Five codes have been mailed within the hour. Use the latest one, or wait a while and ask again.")
    code = "too-many-codes"


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
    live = OneTimeCode.objects.filter(
        about=code_for, purpose=purpose, used_at__isnull=True, expires_at__gt=now, attempts__lt=MOST_TRIES
    )
    tried = list(live.select_for_update().order_by("pk"))
    OneTimeCode.objects.filter(pk__in=[code.pk for code in tried]).update(attempts=F("attempts") + 1)
    hashes = token_hashes(digits)
    right = [code for code in tried if any(hmac.compare_digest(each, bytes(code.code_hash)) for each in hashes)]
    if not right:
        return None
    mailed = OneTimeCode.objects.filter(about=code_for, purpose=purpose, used_at__isnull=True, made_at__lte=now)
    mailed.update(used_at=now)
    return right[0]
