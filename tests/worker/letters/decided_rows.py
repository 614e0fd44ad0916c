"""Letters about a client's answer, written by what causes them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from bids.actions.annul_decision import annul_decision
from bids.actions.finish_paper import finish_paper
from bids.actions.make_counter_offer import make_counter_offer
from bids.actions.object_to_decision import object_to_decision
from bids.actions.start_decision import start_decision
from bids.actions.tell_firm_is_gone import tell_firm_is_gone
from bids.models import Decision, DecisionPaper, Letter
from bids.steps.papers import Drawn
from bids.vocabulary import CodeFor, DecisionWay, Language, LeavingWhy, LetterKind, PaperKind, PriceVisibility
from kernel import files
from kernel.clock import helsinki_day
from tests.bids.changes import begun
from tests.bids.decisions import (
    CODE,
    TIINA,
    Offered,
    a_code,
    accepts,
    an_offered,
    holder_of,
    no_with_code,
    records,
    two_readers,
    yes_with_code,
)
from tests.bids.sendings import SYSTEM
from tests.bids.test_deciding import holds

LATER: Final = timedelta(minutes=5)


def the_letter(offered: Offered, kind: LetterKind, to: str) -> Letter:
    """The one of this kind to this address."""
    return Letter.objects.get(bid=offered.world.bid, kind=kind.value, to_email=to)


def _code(offered: Offered, now: datetime) -> Letter:
    start_decision(
        link=offered.link,
        act=CodeFor.ACCEPT,
        seen=offered.seen,
        nonce=uuid4(),
        language=Language.FI,
        name="Tiina Tikka",
        by=holder_of(offered.link),
        now=now,
    )
    return the_letter(offered, LetterKind.DECISION_CODE, TIINA)


def _receipt(offered: Offered, now: datetime) -> Letter:
    yes_with_code(offered, lines=["A7"], now=now)
    return the_letter(offered, LetterKind.DECISION_RECEIPT, TIINA)


def _accepted(offered: Offered, now: datetime) -> Letter:
    records(offered, lines=["A7"], way=DecisionWay.REPLY_MAIL, arrived_at=now, now=now + LATER)
    return the_letter(offered, LetterKind.OFFER_ACCEPTED, "1@partner.invalid")


def _declined(offered: Offered, now: datetime) -> Letter:
    no_with_code(offered, reason="Valitsimme toisen.\nKiitos silti!", now=now)
    return the_letter(offered, LetterKind.OFFER_DECLINED, "1@partner.invalid")


def _recorded(offered: Offered, now: datetime) -> Letter:
    records(offered, arrived_at=now, now=now + LATER)
    return the_letter(offered, LetterKind.DECISION_RECORDED, TIINA)


def objected(offered: Offered, now: datetime) -> None:
    """The lead has recorded a yes, and the client says that it is not so."""
    records(offered, arrived_at=now, now=now + LATER)
    a_code(offered.link, offered.revision, CodeFor.OBJECT, now=now)
    object_to_decision(
        link=offered.link,
        seen=offered.seen,
        words="En ole hyväksynyt.",
        code=CODE,
        by=holder_of(offered.link),
        now=now + LATER,
    )


def _objected(offered: Offered, now: datetime) -> Letter:
    objected(offered, now)
    return the_letter(offered, LetterKind.DECISION_OBJECTED, "1@partner.invalid")


def _annulled(offered: Offered, now: datetime) -> Letter:
    made = records(offered, arrived_at=now, now=now + LATER)
    holds()
    annul_decision(decision=made, reason="Väärä tarjous.", by=offered.world.lead, now=now + LATER)
    return the_letter(offered, LetterKind.DECISION_ANNULLED, "1@partner.invalid")


def _counter_offer(offered: Offered, now: datetime) -> Letter:
    make_counter_offer(
        link=offered.link,
        seen=offered.seen,
        nonce=uuid4(),
        words="Kyllä, jos saamme sen viikkoa aiemmin.",
        by=holder_of(offered.link),
        now=now,
    )
    return the_letter(offered, LetterKind.COUNTER_OFFER, offered.world.lead_person.email)


def _own_copy(offered: Offered, now: datetime) -> Letter:
    copies_are_drawn(yes_with_code(offered, lines=["A7"], now=now), now)
    return the_letter(offered, LetterKind.OWN_COPY, "1@partner.invalid")


def _firm_gone(offered: Offered, now: datetime) -> Letter:
    a_code(offered.link, offered.revision, now=now)
    assert accepts(offered, lines=["A7"], now=now)
    begun(offered, now=now)
    gone = offered.world.part("PAI")
    told = {"why": LeavingWhy.BANKRUPT, "on": helsinki_day(now), "done": ["A5"], "taken_over": ["A6"]}
    tell_firm_is_gone(part=gone, **told, by=offered.world.lead, now=now)
    return Letter.objects.get(part=gone, kind=LetterKind.FIRM_GONE.value)


def copies_are_drawn(decision: Decision, now: datetime) -> None:
    """Every firm's own copy of a yes is there, and on its way to it."""
    pdf, data = b"%PDF-1.7 own", b"{}"
    for paper in DecisionPaper.objects.filter(decision=decision, kind=PaperKind.OWN_COPY.value):
        drawn = Drawn(
            sha256=files.store(pdf),
            size=len(pdf),
            pages=1,
            data=(files.store(data), len(data)),
            reach=PriceVisibility.ALL.value,
        )
        finish_paper(paper=paper, drawn=drawn, by=SYSTEM, now=now)


_WRITE: Final[Mapping[LetterKind, Callable[[Offered, datetime], Letter]]] = {
    LetterKind.DECISION_CODE: _code,
    LetterKind.DECISION_RECEIPT: _receipt,
    LetterKind.DECISION_RECORDED: _recorded,
    LetterKind.DECISION_OBJECTED: _objected,
    LetterKind.DECISION_ANNULLED: _annulled,
    LetterKind.OFFER_ACCEPTED: _accepted,
    LetterKind.OFFER_DECLINED: _declined,
    LetterKind.COUNTER_OFFER: _counter_offer,
    LetterKind.OWN_COPY: _own_copy,
    LetterKind.FIRM_GONE: _firm_gone,
}


def decided_letter(kind: LetterKind, *, now: datetime) -> Letter | None:
    """A letter of this kind, of an offer of its own; None for kinds that are about something else."""
    write = _WRITE.get(kind)
    if write is None:
        return None
    offer = replace(two_readers(), number="YT-2026-0777")
    today = helsinki_day(now)
    if today > offer.valid_until:
        offer = replace(offer, issued_on=today, valid_until=today + timedelta(days=30))
    return write(an_offered(offer, now=now), now)
