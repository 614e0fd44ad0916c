"""What becomes of a frozen version: it is sent to the client, or given up with the reason."""

import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils.translation import override

from bids.content import JointOffer
from bids.exports.bid_package import write_package
from bids.exports.change_checks import with_change_checks
from bids.exports.frozen_version import FrozenVersion, Posting, read_version, version_hash
from bids.models import Bid, Document, Letter, Part, Revision, RevisionPart, RevisionStanding
from bids.queries.oks import ok_board, promised_by
from bids.queries.send_checks import send_checks
from bids.sheets import send_sentences as why
from bids.steps.freezing import lock_parts
from bids.steps.letters import Recipient, letter_key, write_letter
from bids.steps.whom_to_write import lead_recipient, recipient_of
from bids.steps.wishes import answer_wishes, let_wishes_go
from bids.vocabulary import (
    IN_THE_OFFER,
    WITH_A_VERSION,
    BidState,
    DocumentState,
    LetterKind,
    PriceVisibility,
    RevisionState,
    Role,
    SentHow,
)
from kernel import audit
from kernel.actor import Actor
from kernel.files import FileIsCorruptError, read
from members.models import Membership, Person

logger = logging.getLogger(__name__)


def standing_of(revision: Revision) -> RevisionStanding:
    """What has become of a version, locked until the transaction ends; lock its offer first."""
    return RevisionStanding.objects.select_for_update().get(revision=revision)


def is_drawn(revision: Revision) -> bool:
    """Whether every document of the version is done."""
    return not Document.objects.filter(revision=revision).exclude(state=DocumentState.DONE.value).exists()


def why_not(bid: Bid, revision: Revision, *, now: datetime) -> str:
    """A word for what keeps a drawn version from going out now, or nothing; the offer is locked.

    The frozen bytes, every file and every firm's OK are looked at once more, and so are the last day and the rates.
    """
    if version_hash(bytes(revision.payload)) != bytes(revision.content_hash):
        return why.CONTENT_DAMAGED
    if now >= revision.expires_at:
        return why.VALIDITY_OVER
    damaged = _damage_of(revision)
    if damaged:
        return damaged
    lock_parts(bid)
    return _missing_ok(bid, revision, now=now) or _stop(bid, revision, now=now)


def send(bid: Bid, revision: Revision, standing: RevisionStanding, *, by: Actor, now: datetime, how: SentHow) -> None:
    """The version is with the client, the one before it is superseded, and the offer may be changed again.

    Letters to the client and to the partners, and the event in the trail, commit with it.
    """
    frozen = read_version(bytes(revision.payload))
    kind = LetterKind.VALIDITY_EXTENDED if only_validity_differs(bid, frozen) else LetterKind.OFFER_TO_CLIENT
    earlier = RevisionStanding.objects.select_for_update().filter(bid=bid, state=RevisionState.SENT.value).first()
    if earlier is not None:
        _move(earlier, RevisionState.SUPERSEDED, now=now)
    standing.sent_at, standing.sent_how = now, how.value
    _move(standing, RevisionState.SENT, now=now)
    _unlock(bid, now=now)
    if how == SentHow.LETTER:
        for one in frozen.posting.to:
            write_letter(
                kind,
                Recipient(name=one.name, email=one.email, language=one.language.value),
                about=revision,
                key=str(revision.public_id),
                now=now,
                message=frozen.posting.greeting,
            )
    told = [one.email for one in frozen.posting.to] if how == SentHow.LETTER else None
    answer_wishes(bid, revision, told=told, by=by, now=now)
    _tell_partners(bid, revision, now=now)
    audit.record(
        "offer.sent",
        on=bid,
        by=by,
        at=now,
        version=revision.number,
        hash=bytes(revision.content_hash).hex(),
        how=how.value,
        files={str(one.public_id): one.asset.sha256 for one in _documents(revision) if one.asset},
        to=len(frozen.posting.to) if how == SentHow.LETTER else 0,
        **{f"to_{place}": audit.Personal(one.email) for place, one in enumerate(frozen.posting.to)},
    )


def only_validity_differs(bid: Bid, frozen: FrozenVersion) -> bool:
    """Whether the version says what the one sent before it said, but for how long it is valid."""
    earlier = last_sent(bid)
    if earlier is None:
        return False
    before = read_version(bytes(earlier.payload)).offer
    return before.valid_until != frozen.offer.valid_until and same_but_validity(before, frozen.offer)


def same_but_validity(one: JointOffer, other: JointOffer) -> bool:
    """Whether two offers say the same to the client, but for how long they are valid. Pictures are not compared."""
    return _without_validity(one) == _without_validity(other)


def posting_of(revision: Revision) -> Posting:
    """How a version went out, each person at the address that their letter went to in the end."""
    posting = read_version(bytes(revision.payload)).posting
    letters = Letter.objects.filter(revision=revision, kind__in=WITH_A_VERSION)
    addresses = dict(letters.values_list("effect_key", "to_email"))
    key = str(revision.public_id)

    def of(email: str) -> str:
        keys = [letter_key(kind, key, email) for kind in WITH_A_VERSION]
        return next((addresses[each] for each in keys if each in addresses), email)

    return replace(posting, to=tuple(replace(one, email=of(one.email)) for one in posting.to))


def last_sent(bid: Bid) -> Revision | None:
    """The latest version that went out, whatever has become of it."""
    return Revision.objects.filter(bid=bid, standing__sent_at__isnull=False).latest_first().first()


def expire(bid: Bid, *, by: Actor, now: datetime) -> None:
    """Write down that a version with the client has passed its last day; readers reckon it themselves."""
    standing = RevisionStanding.objects.select_for_update().filter(bid=bid, state=RevisionState.SENT.value).first()
    if standing is not None and now >= standing.expires_at:
        _move(standing, RevisionState.EXPIRED, now=now)
        audit.record("offer.expired", on=bid, by=by, at=now, version=standing.revision.number)


def _without_validity(offer: JointOffer) -> dict[str, Any]:
    package = write_package(replace(offer, files=(), price_visibility=PriceVisibility.ALL, valid_until=offer.issued_on))
    del package["valid_until"]
    return package


def abandon(
    bid: Bid,
    revision: Revision,
    standing: RevisionStanding,
    *,
    reason: str,
    by: Actor,
    now: datetime,
    tells: bool = True,
) -> None:
    """The version goes nowhere, its number is not used again, and the offer may be changed again.

    The lead hears why, unless it was the lead who cancelled.
    """
    standing.reason = reason
    _move(standing, RevisionState.ABANDONED, now=now)
    let_wishes_go(revision)
    _unlock(bid, now=now)
    facts = {"version": revision.number, **_why_as_facts(reason)}
    audit.record("offer.not_sent", on=bid, by=by, at=now, **facts)
    recipient = sender_of(bid, revision)
    if tells and recipient is not None:
        with override(recipient.language):
            said = why.reason_sentence(reason)
        write_letter(LetterKind.OFFER_NOT_SENT, recipient, about=bid, key=str(revision.public_id), now=now, reason=said)


def _why_as_facts(reason: str) -> dict[str, object]:
    """The reason as the trail keeps it: a firm that it names may be a person's, and can be forgotten."""
    code, _colon, firm = reason.partition(":")
    return {"reason": code, "firm": audit.Personal(firm)} if code == why.OK_TAKEN_BACK else {"reason": reason}


def sender_of(bid: Bid, revision: Revision) -> Recipient | None:
    """Who pressed Send, as long as they are of the lead's people; else who hears for the lead."""
    person: Person | None = revision.frozen_by
    if person is not None and Membership.objects.filter(person=person, firm=bid.lead_id).exists():
        return Recipient(name=person.name, email=person.email, language=person.language or bid.language)
    return lead_recipient(bid)


def partners_in(bid: Bid) -> Iterable[Part]:
    """The parts of the firms that stand in the offer beside its lead."""
    parts = Part.objects.filter(bid=bid, state__in=[state.value for state in IN_THE_OFFER])
    return parts.exclude(role=Role.LEAD.value).select_related("bid", "firm").order_by("position")


def write_partners(bid: Bid, kind: LetterKind, revision: Revision, *, key: str, now: datetime) -> None:
    """The same letter to every partner that an address is known of, but to none that is gone: no OK of it binds."""
    for part in partners_in(bid):
        recipient = recipient_of(part)
        if recipient is not None and not part.is_gone:
            write_letter(kind, recipient, about=revision, key=f"{key}:{part.key}", now=now, part=str(part.public_id))


def _tell_partners(bid: Bid, revision: Revision, *, now: datetime) -> None:
    write_partners(bid, LetterKind.OFFER_SENT, revision, key=str(revision.public_id), now=now)


def _documents(revision: Revision) -> list[Document]:
    return list(Document.objects.filter(revision=revision).select_related("asset", "sheet").order_by("pk"))


def _damage_of(revision: Revision) -> str:
    promised = {(file.kind.value, file.order.language.value): file.sheet_sha256 for file in _frozen(revision).files}
    drawn = {}
    for document in _documents(revision):
        drawn[(document.kind, document.language)] = document.sheet.sha256
        try:
            if document.asset is None:
                return why.FILE_DAMAGED
            read(document.asset.sha256)
        except FileIsCorruptError:
            logger.exception("a file of version %s of offer %s is not what it was", revision.number, revision.bid_id)
            return why.FILE_DAMAGED
    return "" if drawn == promised else why.CONTENT_DAMAGED


def _frozen(revision: Revision) -> FrozenVersion:
    return read_version(bytes(revision.payload))


def _missing_ok(bid: Bid, revision: Revision, *, now: datetime) -> str:
    """Which firm's OK the version stands on no longer, by name; with none missing, whether it still says the same."""
    named = {row.part_id: row for row in RevisionPart.objects.filter(revision=revision)}
    promised = promised_by(bid)
    if named.keys() != promised.keys():
        return why.CHANGED_MEANWHILE
    for pk, row in named.items():
        if (bytes(row.part_hash), bytes(row.frame_hash)) != (promised[pk].part_hash, promised[pk].frame_hash):
            return why.CHANGED_MEANWHILE
    for ok in ok_board(bid, now=now):
        if not ok.is_ok and not ok.part.is_gone and (revision.binding or ok.is_lead):
            return f"{why.OK_TAKEN_BACK}:{ok.name}"
    return ""


def _stop(bid: Bid, revision: Revision, *, now: datetime) -> str:
    """Whether something that stops a sending has come up since; whom it goes to was fixed at freezing."""
    how = _frozen(revision).posting.how
    return why.STOPPED if with_change_checks(send_checks(bid, now=now, how=how), bid).stops else ""


def _move(standing: RevisionStanding, to: RevisionState, *, now: datetime) -> None:
    standing.state, standing.changed_at = to.value, now
    standing.save()


def _unlock(bid: Bid, *, now: datetime) -> None:
    bid.state = BidState.DRAFTING.value
    Bid.objects.filter(pk=bid.pk, state=BidState.SENDING.value).update(state=bid.state, changed_at=now)
