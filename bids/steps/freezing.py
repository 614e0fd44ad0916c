"""Freeze an offer into its next version and promise the drawing of its documents."""

import logging
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from django.utils.translation import gettext_lazy as _

from bids.content import FrozenAnswer, JointOffer
from bids.exports.agreed import agreed, agreed_at_first
from bids.exports.bid_package import Fault, PackageRefused, fault_sentence
from bids.exports.change_chain import change_of_rows
from bids.exports.change_checks import with_change_checks
from bids.exports.frozen_offer import DocumentOrder, freeze, hash_of
from bids.exports.frozen_version import (
    NOTHING_BEFORE,
    FrozenChange,
    FrozenVersion,
    Posting,
    Sheaf,
    read_version,
    version_hash,
    version_payload,
    version_tree,
)
from bids.lifecycle import bid_may_become
from bids.models import Bid, Document, FrozenSheet, Part, Question, Revision, RevisionPart, RevisionStanding
from bids.pricing import ChoiceRefused
from bids.queries.content_of import content_of
from bids.queries.oks import Promised, promised_by
from bids.queries.send_checks import BREAKS_A_RULE, Check, SendChecks, send_checks
from bids.sheets.places import place_at
from bids.sheets.send_sentences import check_sentence, question_sentence
from bids.steps.oks import give_ok
from bids.steps.request_quota import count_versions
from bids.steps.settling import settle
from bids.vocabulary import (
    BidState,
    DocumentKind,
    Language,
    OkMethod,
    PlaceKind,
    Profile,
    QuestionState,
    RevisionState,
    Role,
    Theme,
)
from kernel import audit, outbox
from kernel.actor import Actor
from kernel.clock import HELSINKI, end_of_day_in_helsinki, helsinki_day
from kernel.errors import Refusal
from members.models import Person

logger = logging.getLogger(__name__)

_IN_A_PART: Final = re.compile(r"parts\[(\d+)\]")
MOST_TOLD: Final = 3
"""So many faults are told at once of a version that could not be read again."""


class CannotBeSent(Refusal):
    """Something stops the offer; `checks` names all of it."""

    code = "cannot-be-sent"

    def __init__(self, checks: SendChecks) -> None:
        said = [check_sentence(each) for each in checks.stops] or [question_sentence(each) for each in checks.questions]
        super().__init__(" ".join(said).replace("%", "%%"), params={"first": ""})
        self.checks = checks


class DoesNotAddUp(Refusal):
    """What is stored of the firms' OKs does not belong to what the rows say: nothing may be built on that."""

    sentence = _("Something is wrong with this offer's stored state, so it was not sent. Tell support.")
    code = "does-not-add-up"


def freeze_version(
    bid: Bid,
    *,
    posting: Posting,
    languages: Sequence[Language],
    by: Actor,
    now: datetime,
    with_answers: bool = True,
) -> Revision:
    """The next version of a locked offer, frozen, with the lead's OK; its documents are drawn after the commit.

    Parts are locked in the order of their ids, every hash is reckoned anew from the rows and must be the stored one.
    With `with_answers` everything the client was answered so far is part of the version.
    Refused with `CannotBeSent` while anything stops it.
    """
    if not bid_may_become(BidState(bid.state), BidState.SENDING):
        raise CannotBeSent(with_change_checks(send_checks(bid, now=now, how=posting.how), bid))
    count_versions(bid, letters=len(posting.to), now=now)
    promised = promises_in_order(bid, by=by, now=now)
    checks = with_change_checks(send_checks(bid, now=now, how=posting.how), bid)
    if not checks.may_go:
        raise CannotBeSent(checks)
    _say_ok_for_the_lead(promised, by=by, now=now)
    answers = answers_so_far(bid) if with_answers else ()
    revision = _revision(bid, posting=posting, languages=languages, answers=answers, by=by, now=now)
    # The hashes named are those reckoned from the rows, so that no OK to anything else can pass for one to this.
    RevisionPart.objects.bulk_create(
        RevisionPart(
            revision=revision,
            part=each.part,
            firm_id=each.part.firm_id,
            part_hash=each.part_hash,
            frame_hash=each.frame_hash,
        )
        for each in promised
    )
    RevisionStanding.objects.create(
        revision=revision,
        bid=bid,
        state=RevisionState.FROZEN.value,
        changed_at=now,
        expires_at=revision.expires_at,
    )
    _ask_for_documents(revision, by=by, now=now)
    bid.state = BidState.SENDING.value
    Bid.objects.filter(pk=bid.pk).update(state=bid.state, changed_at=now)
    audit.record(
        "offer.frozen",
        on=bid,
        by=by,
        at=now,
        version=revision.number,
        hash=bytes(revision.content_hash).hex(),
        stands_on={str(each.part.public_id): [each.part_hash.hex(), each.frame_hash.hex()] for each in promised},
        known=[{"code": note.code, "firm": note.firm} for note in checks.notes],
    )
    return revision


def promises_in_order(bid: Bid, *, by: Actor, now: datetime) -> list[Promised]:
    """What every firm's OK binds, from the rows, its part locked; `DoesNotAddUp` when something else is stored."""
    stored = lock_parts(bid)
    if all(part.content_hash is None for part in stored.values()):
        settle(bid, by=by, now=now)
        stored = lock_parts(bid)
    promised = sorted(promised_by(bid).values(), key=lambda each: each.part.pk)
    refuse_other_hashes(bid, stored, promised)
    return promised


def lock_parts(bid: Bid) -> dict[int, Part]:
    """The parts of a locked offer, locked in the order of their ids, as they are stored."""
    return {part.pk: part for part in Part.objects.select_for_update().filter(bid=bid).order_by("pk")}


def refuse_other_hashes(bid: Bid, stored: dict[int, Part], promised: Iterable[Promised]) -> None:
    """Refuse to build on OKs whose stored hashes are not those of what the rows say."""
    for each in promised:
        part = stored[each.part.pk]
        known = (bytes(part.content_hash or b""), bytes(part.frame_hash or b""))
        if known != (each.part_hash, each.frame_hash):
            logger.error("the stored hashes of part %s of offer %s are not those of its rows", part.key, bid.public_id)
            raise DoesNotAddUp


def _say_ok_for_the_lead(promised: Iterable[Promised], *, by: Actor, now: datetime) -> None:
    lead = next(each for each in promised if each.part.role == Role.LEAD.value)
    give_ok(
        lead.part,
        by=by,
        now=now,
        method=OkMethod.SENT,
        seen_part_hash=lead.part_hash.hex(),
        seen_frame_hash=lead.frame_hash.hex(),
        person=Person.objects.get(pk=by.id or 0),
    )


def answers_so_far(bid: Bid) -> tuple[FrozenAnswer, ...]:
    """Every question of the client that was answered, named by its place in the version it was asked about."""
    released = Question.objects.filter(bid=bid, state=QuestionState.RELEASED.value)
    offers: dict[int, JointOffer] = {}
    found = []
    for one in released.select_related("revision", "to_part").order_by("released_at", "pk"):
        if one.revision_id not in offers:
            offers[one.revision_id] = read_version(bytes(one.revision.payload)).offer
        place = place_at(offers[one.revision_id], PlaceKind(one.place), one.key)
        found.append(
            FrozenAnswer(
                version=one.revision.number,
                place=place.address,
                about=place.words,
                question=one.text,
                answer=one.answer,
                answered_at=one.released_at or one.asked_at,
                firm=one.to_part.key,
            )
        )
    return tuple(found)


def _revision(
    bid: Bid,
    *,
    posting: Posting,
    languages: Sequence[Language],
    answers: tuple[FrozenAnswer, ...],
    by: Actor,
    now: datetime,
) -> Revision:
    last = Revision.objects.filter(bid=bid).latest_first().first()
    number = last.number + 1 if last else 1
    previous = bytes(last.content_hash) if last else NOTHING_BEFORE
    # Planned for one day and sent on another, an offer bears the day it leaves: no OK hangs on it, and no price.
    offer = replace(content_of(bid), issued_on=helsinki_day(now))
    expires_at = end_of_day_in_helsinki(offer.valid_until)
    change = _change(bid)
    payload = version_payload(
        FrozenVersion(
            bid=bid.public_id,
            number=number,
            previous=previous,
            nonce=secrets.token_bytes(32),
            offer=offer,
            expires_at=expires_at,
            posting=posting,
            files=tuple(_sheaves(bid, offer, languages, number=number, answers=answers, now=now)),
            answers=answers,
            change=change,
        )
    )
    return Revision.objects.create(
        bid=bid,
        number=number,
        change=bid.changing,
        payload=payload,
        content_hash=version_hash(payload),
        prev_hash=previous,
        binding=offer.binding,
        expires_at=expires_at,
        expires_zone=HELSINKI.key,
        frozen_at=now,
        frozen_by_id=by.id,
    )


def _change(bid: Bid) -> FrozenChange | None:
    """What the version says it changes, while what was agreed is being changed."""
    if not bid.changing:
        return None
    first, holds = agreed_at_first(bid), agreed(bid)
    if first is None or holds is None:
        raise DoesNotAddUp
    return FrozenChange(
        number=bid.changing,
        of=bytes(first.revision.content_hash),
        to=bytes(holds.revision.content_hash),
        reason=bid.change_reason,
        gone=tuple(bid.parts.filter(gone_on__isnull=False).order_by("key").values_list("key", flat=True)),
    )


def _sheaves(
    bid: Bid,
    offer: JointOffer,
    languages: Sequence[Language],
    *,
    number: int,
    answers: tuple[FrozenAnswer, ...],
    now: datetime,
) -> Iterable[Sheaf]:
    """The files of the version: a PDF in each language, the offer's own first, and its data in the offer's own.

    One that changes what was agreed has a page about the change in each language before that.
    """
    own = offer.language
    for language in dict.fromkeys((own, *languages)):
        order = DocumentOrder(language=language, profile=Profile(bid.profile), theme=Theme(bid.theme))
        try:
            change = change_of_rows(bid, offer, language=language)
            payload = freeze(offer, order, version=number, answers=answers, change=change)
        except ChoiceRefused as refused:
            raise DoesNotAddUp from refused
        sha256 = hash_of(payload)
        FrozenSheet.objects.get_or_create(
            bid=bid,
            sha256=sha256,
            defaults={"payload": payload, "line_count": len(offer.lines), "created_at": now},
        )
        kinds = list(DocumentKind) if language == own else [DocumentKind.CHANGE_PDF, DocumentKind.OFFER_PDF]
        if not bid.changing:
            kinds.remove(DocumentKind.CHANGE_PDF)
        yield from (Sheaf(kind=kind, order=order, sheet_sha256=sha256) for kind in kinds)


def _readable(revision: Revision) -> FrozenVersion:
    """What was frozen, read as whoever holds it later will read it; what they could not read is not sent."""
    try:
        return read_version(bytes(revision.payload))
    except PackageRefused as refused:
        logger.exception("version %s of offer %s could not be read again", revision.number, revision.bid_id)
        stops = tuple(
            Check(code=BREAKS_A_RULE, params={"what": _whose(fault, revision) + fault_sentence(fault)})
            for fault in refused.faults[:MOST_TOLD]
        )
        raise CannotBeSent(SendChecks(stops=stops, notes=(), questions=())) from refused


def _whose(fault: Fault, revision: Revision) -> str:
    """The name of the firm in whose part the fault is, before a colon."""
    found = _IN_A_PART.match(fault.path)
    if found is None:
        return ""
    return f"{version_tree(bytes(revision.payload))['offer']['parts'][int(found[1])]['firm']['name']}: "


def _ask_for_documents(revision: Revision, *, by: Actor, now: datetime) -> None:
    sheets = {sheet.sha256: sheet for sheet in FrozenSheet.objects.filter(bid=revision.bid)}
    for file in _readable(revision).files:
        document = Document.objects.create(
            bid=revision.bid,
            revision=revision,
            sheet=sheets[file.sheet_sha256],
            kind=file.kind.value,
            language=file.order.language.value,
            theme=file.order.theme.value,
            profile=file.order.profile.value,
            chosen={"lines": [], "package": None},
            requested_by_id=by.id,
            requested_at=now,
        )
        outbox.post(
            "document.requested",
            due=now,
            key=outbox.effect_key("document.requested", document),
            document=str(document.public_id),
        )
