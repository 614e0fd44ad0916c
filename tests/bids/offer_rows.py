"""Rows around an offer, as asking, answering and sending leave them, for tests that only read them."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from bids.models import (
    Approval,
    Bid,
    Document,
    FrozenSheet,
    Invitation,
    Letter,
    Part,
    Revision,
    RevisionPart,
    RevisionStanding,
)
from bids.queries.answer_screen import asked_for
from bids.queries.assets import asset_of
from bids.vocabulary import (
    Answer,
    DocumentKind,
    DocumentState,
    Language,
    LetterKind,
    LetterState,
    OkKind,
    OkMethod,
    PartState,
    Profile,
    RevisionState,
    SentHow,
    Theme,
)
from members.models import Person
from tests.bids.unchecked import nobody_decided

WEEK = timedelta(days=7)


def ask(part: Part, *, at: datetime, email: str = "sari@example.invalid", until: datetime | None = None) -> Invitation:
    part.state = PartState.ASKED.value
    part.save()
    return Invitation.objects.create(
        bid=part.bid, part=part, name="Sari Selko", email=email, asked_at=at, answer_until=until or at + WEEK
    )


def answer(invitation: Invitation, said: Answer, *, at: datetime) -> None:
    invitation.answer, invitation.answered_at = said.value, at
    invitation.save()
    invitation.part.state = PartState(said.value).value
    invitation.part.save()


def give_ok(part: Part, *, at: datetime, invitation: Invitation | None = None, person: Person | None = None) -> None:
    promised = asked_for(part).promised
    part.content_hash, part.frame_hash = promised.part_hash, promised.frame_hash
    part.save()
    for kind, stored, seen in (
        (OkKind.PART, promised.part_hash, promised.part_bytes),
        (OkKind.FRAME, promised.frame_hash, promised.frame_bytes),
    ):
        Approval.objects.create(
            part=part,
            firm=part.firm,
            kind=kind.value,
            hash=stored,
            seen=seen,
            method=OkMethod.ANSWERED.value,
            invitation=invitation,
            person=person,
            given_at=at,
        )


def everybody_in(bid: Bid, *, at: datetime) -> None:
    """Every firm but the lead has answered and its OK counts."""
    for part in bid.parts.exclude(firm=bid.lead):
        invitation = ask(part, at=at, email=f"{part.key.lower()}@example.invalid")
        answer(invitation, Answer.IN, at=at)
        give_ok(part, at=at, invitation=invitation)


def a_version(
    bid: Bid,
    *,
    at: datetime,
    state: RevisionState = RevisionState.SENT,
    expires_at: datetime | None = None,
    person: Person,
) -> Revision:
    """A version that binds nobody but the lead, as far as the database asks."""
    lead = bid.parts.get(firm=bid.lead)
    give_ok(lead, at=at, person=person)
    last = bid.revisions.order_by("-number").first()
    payload = b"offer.v1\0" + secrets.token_bytes(8)
    revision = Revision.objects.create(
        bid=bid,
        number=last.number + 1 if last else 1,
        payload=payload,
        content_hash=sha256(payload).digest(),
        prev_hash=bytes(last.content_hash) if last else bytes(32),
        binding=False,
        expires_at=expires_at or at + 4 * WEEK,
        expires_zone="Europe/Helsinki",
        frozen_at=at,
    )
    RevisionPart.objects.create(
        revision=revision, part=lead, firm=lead.firm, part_hash=lead.content_hash, frame_hash=lead.frame_hash
    )
    standing = RevisionStanding.objects.create(
        revision=revision, bid=bid, changed_at=at, expires_at=revision.expires_at
    )
    for step in _way_to(state):
        standing.state = step.value
        if step is RevisionState.SENT:
            _draw(revision, at)
            standing.sent_at, standing.sent_how = at, SentHow.LETTER.value
        standing.changed_at = revision.expires_at if step is RevisionState.EXPIRED else at
        if step in {RevisionState.ACCEPTED, RevisionState.DECLINED}:
            with nobody_decided():
                standing.save()
        else:
            standing.save()
    return revision


def _way_to(state: RevisionState) -> tuple[RevisionState, ...]:
    if state is RevisionState.FROZEN:
        return ()
    return (state,) if state in {RevisionState.SENT, RevisionState.ABANDONED} else (RevisionState.SENT, state)


def _draw(revision: Revision, at: datetime) -> None:
    sheet = FrozenSheet.objects.create(
        bid=revision.bid, payload=b"{}", sha256=secrets.token_hex(32), line_count=1, created_at=at
    )
    Document.objects.create(
        bid=revision.bid,
        revision=revision,
        sheet=sheet,
        kind=DocumentKind.OFFER_PDF.value,
        language=Language.FI.value,
        theme=Theme.SELKEA.value,
        profile=Profile.COMPACT.value,
        state=DocumentState.DONE.value,
        asset=asset_of(secrets.token_bytes(8), "application/pdf", firm=revision.bid.lead, now=at),
        requested_at=at,
        finished_at=at,
    )


def a_letter(
    bid: Bid, kind: LetterKind, *, state: LetterState, at: datetime, to: str = "sari@example.invalid"
) -> Letter:
    return Letter.objects.create(
        kind=kind.value,
        bid=bid,
        to_email=to,
        language="fi",
        effect_key=secrets.token_hex(8),
        state=state.value,
        written_at=at,
        due_at=at,
        sent_at=at if state is LetterState.SENT else None,
    )
