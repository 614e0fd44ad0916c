"""What a client told on the first page, held until a button in a letter confirms it; and the digits of that page."""

import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

import rfc8785
from django.utils.translation import gettext_lazy as _

from bids.models import ClientLink, HeldAnswer, Revision
from bids.vocabulary import CodeFor, Language
from kernel.errors import Refusal
from kernel.tokens import token_hashes

LIVES: Final = timedelta(hours=2)
"""As long as a browser keeps what its first page told."""
DIGITS: Final = 3


class FormOfAnother(Refusal):
    """The form was made for another link."""

    sentence = _("This page is out of date. Open it once more.")
    code = "form-of-another"


class HeldOtherwise(Refusal):
    """What is held is not what was looked at."""

    sentence = _("What was chosen has been changed on another page meanwhile. Look at it here once more.")
    code = "held-otherwise"


def digits_of(form: UUID) -> str:
    """The three digits of a form, always the same. The page that sent it shows them; they are kept nowhere."""
    return _digits(form)[0]


def are_digits_of(typed: str, form: UUID) -> bool:
    """Whether these are the digits of that form."""
    return any(hmac.compare_digest(typed.encode(), each.encode()) for each in _digits(form))


def hold_answer(  # noqa: PLR0913 - whose, about what, and everything the first page told
    revision: Revision,
    link: ClientLink,
    act: CodeFor,
    *,
    nonce: UUID,
    lines: Sequence[str],
    package: str | None,
    name: str,
    language: Language,
    now: datetime,
) -> HeldAnswer:
    """What the form tells is held for two hours; sent again, it is held as it was sent last. The offer is locked."""
    told: dict[str, Any] = {
        "revision": revision,
        "act": act.value,
        "chosen": {"lines": sorted(lines), "package": package},
        "name": name,
        "language": language.value,
        "made_at": now,
        "expires_at": now + LIVES,
    }
    held, _is_new = HeldAnswer.objects.select_for_update().get_or_create(nonce=nonce, defaults=told | {"link": link})
    if held.link_id != link.pk:
        raise FormOfAnother
    for name_of, value in told.items():
        setattr(held, name_of, value)
    held.save()
    return held


def held_by(link: ClientLink, form: UUID | None, *, act: CodeFor, now: datetime) -> HeldAnswer | None:
    """What is held of a form of this link, while it is."""
    living = HeldAnswer.objects.filter(link=link, act=act.value, expires_at__gt=now)
    return living.filter(nonce=form).select_related("revision").first() if form is not None else None


def require_held(
    form: UUID, link: ClientLink, act: CodeFor, revision: Revision, told: dict[str, Any], *, now: datetime
) -> None:
    """`HeldOtherwise` unless this, and nothing else, is what is held of the form."""
    found = held_by(link, form, act=act, now=now)
    same = found is not None and found.revision_id == revision.pk
    if found is None or not same or any(getattr(found, name) != value for name, value in told.items()):
        raise HeldOtherwise


def fingerprint_of(held: HeldAnswer) -> str:
    """What a page carries to say which answer it showed; another choice, name or version has another."""
    told = [held.act, bytes(held.revision.content_hash).hex(), held.chosen, held.name, held.language]
    return sha256(rfc8785.dumps(told)).hexdigest()


def let_go(revision: Revision) -> None:
    """Nothing that is held about this version can become an answer any more."""
    HeldAnswer.objects.filter(revision=revision).delete()


def let_go_of_what_is_over(*, now: datetime) -> int:
    """Delete what nobody has confirmed in time; how many those were."""
    deleted, _each = HeldAnswer.objects.filter(expires_at__lte=now).delete()
    return deleted


def _digits(form: UUID) -> list[str]:
    return [f"{int.from_bytes(each) % 10**DIGITS:0{DIGITS}}" for each in token_hashes(f"digits:{form}")]
