"""What letters tell of a client's yes or no."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from bids.exports.deciding import choice_in, decision_about
from bids.models import CounterOffer, Decision, Document
from bids.pricing import totals
from bids.sheets.decision_sentences import way_words
from bids.sums import Totals
from bids.vocabulary import PDFS, CodeFor, DecisionWay
from kernel.clock import is_day_alone
from worker.letters import plain
from worker.letters.rules import Fact
from worker.letters.telling import NotTellable, Telling


def decision_code(telling: Telling) -> dict[str, Any]:
    """To the client: the digits, which answer they confirm, and the button for who has lost the page."""
    digits = telling.minted.code
    return {
        "code": f"{digits[:3]} {digits[3:]}",
        "button": telling.minted.button,
        "act": CodeFor(str(telling.letter.facts.get("act"))).value,
        "title": plain.line(telling.version.offer.title),
    }


def decision_receipt(telling: Telling) -> dict[str, Any]:
    """To the client, who has just clicked: what was answered to what, and the document it was about."""
    decision = _decision(telling)
    facts = [*_which(telling), *_agreed(telling, decision)]
    if decision.is_yes:
        facts += [Fact(label=_("Fingerprint of the document"), value=one) for one in _fingerprints(telling)]
    return _said(telling, decision) | {"facts": tuple(facts), "quote": plain.lines(decision.reason)}


def decision_recorded(telling: Telling) -> dict[str, Any]:
    """To the client: what the lead wrote down in its name, and where to say that it is not so."""
    decision = _decision(telling)
    told = telling.day if is_day_alone(decision.decided_at) else telling.moment
    facts = [
        *_which(telling),
        *_agreed(telling, decision),
        Fact(label=_("How it came"), value=_way(decision)),
        Fact(label=_("When"), value=told(decision.decided_at)),
    ]
    address = f"{telling.minted.address}?next=decision" if telling.minted.address else ""
    return _said(telling, decision) | {
        "facts": tuple(facts),
        "quote": plain.lines(decision.reason),
        "address": address,
    }


def offer_decided(telling: Telling) -> dict[str, Any]:
    """To the lead, all of it; to a partner its own share, and the client's reason only where the lead tells it."""
    decision = _decision(telling)
    to_lead = bool(telling.letter.facts.get("lead"))
    if to_lead:
        facts = [*_which(telling), *_agreed(telling, decision)]
    else:
        facts = [*_which(telling), *_own_share(telling, decision)]
    if decision.is_recorded:
        facts.append(Fact(label=_("How it came"), value=_way(decision)))
    shows_reason = to_lead or decision.standing.reason_told_at is not None
    return _said(telling, decision) | {
        "facts": tuple(facts),
        "asked": () if to_lead or not decision.is_yes else _own_lines(telling, decision),
        "quote": plain.lines(decision.reason) if shows_reason else (),
        "to_lead": to_lead,
        "is_out": not to_lead and not _own_lines(telling, decision),
    }


def decision_objected(telling: Telling) -> dict[str, Any]:
    """To the lead with the client's words; to a partner that there is an objection."""
    decision = _decision(telling)
    to_lead = bool(telling.letter.facts.get("lead"))
    facts = [*_which(telling), Fact(label=_("How it came"), value=_way(decision))]
    return _said(telling, decision) | {
        "facts": tuple(facts),
        "quote": plain.lines(decision.standing.objection) if to_lead else (),
        "to_lead": to_lead,
    }


def decision_annulled(telling: Telling) -> dict[str, Any]:
    """To client and partners: that what was written down does not count, why, and how the offer stands without it."""
    decision, ends = _decision(telling), telling.revision.expires_at
    return _said(telling, decision) | {
        "facts": (*_which(telling), Fact(label=_("How it came"), value=_way(decision))),
        "quote": plain.lines(decision.standing.reason),
        "valid_until": telling.last_moment(ends) if telling.now < ends else "",
    }


def counter_offer(telling: Telling) -> dict[str, Any]:
    """To the lead: that the client would say yes to something else, or says it too late."""
    named = str(telling.letter.facts.get("counter_offer"))
    made = CounterOffer.objects.filter(revision=telling.revision, public_id=UUID(named)).first()
    if made is None:
        raise NotTellable(f"letter {telling.letter.public_id} is about no counter-offer")
    return {
        "title": plain.line(telling.version.offer.title),
        "client": plain.line(telling.version.offer.client.name),
        "day": telling.day(made.arrived_at),
        "is_late": made.is_late,
        "facts": tuple(_which(telling)),
        "quote": plain.lines(made.words),
        "to_lead": True,
    }


def own_copy(telling: Telling) -> dict[str, Any]:
    """To a firm: that its own copy of what was agreed is attached."""
    return {
        "title": plain.line(telling.version.offer.title),
        "client": plain.line(telling.version.offer.client.name),
        "facts": tuple(_which(telling)),
        "to_lead": bool(telling.letter.facts.get("lead")),
    }


def _decision(telling: Telling) -> Decision:
    named = telling.letter.facts.get("decision")
    if named:
        found = Decision.objects.filter(revision=telling.revision, public_id=UUID(str(named))).first()
    else:
        found = decision_about(telling.revision)
    if found is None:
        raise NotTellable(f"letter {telling.letter.public_id} is about no decision")
    return found


def _said(telling: Telling, decision: Decision) -> dict[str, Any]:
    return {
        "title": plain.line(telling.version.offer.title),
        "client": plain.line(telling.version.offer.client.name),
        "day": telling.day(decision.decided_at),
        "is_yes": decision.is_yes,
        "is_recorded": decision.is_recorded,
    }


def _which(telling: Telling) -> list[Fact]:
    return [
        Fact(label=_("The client"), value=plain.line(telling.version.offer.client.name)),
        Fact(label=_("The work"), value=plain.line(telling.version.offer.title)),
        Fact(label=_("Number"), value=plain.line(telling.version.offer.number)),
        Fact(label=_("Version"), value=str(telling.revision.number)),
    ]


def _sums(telling: Telling, decision: Decision) -> Totals:
    return totals(telling.version.offer, choice_in(decision.chosen or {"lines": [], "package": ""}))


def _agreed(telling: Telling, decision: Decision) -> Iterator[Fact]:
    """What was accepted, as it was reckoned then."""
    if decision.chosen is None or decision.net is None or decision.gross is None:
        return
    chosen = "; ".join(_chosen(telling, decision))
    if chosen:
        yield Fact(label=_("Chosen"), value=chosen)
    yield Fact(label=_("Total, excl. VAT"), value=telling.money(decision.net))
    if decision.gross != decision.net:
        yield Fact(label=_("Total, incl. VAT"), value=telling.money(decision.gross))


def _chosen(telling: Telling, decision: Decision) -> Iterator[str]:
    chosen = decision.chosen or {"lines": [], "package": ""}
    offer = telling.version.offer
    yield from (plain.line(one.name) for one in offer.packages if one.id == chosen["package"])
    yield from (plain.line(line.text) for line in offer.lines if line.code in set(chosen["lines"]))


def _own_share(telling: Telling, decision: Decision) -> Iterator[Fact]:
    if not decision.is_yes:
        return
    own = next((one for one in _sums(telling, decision).parts if one.firm == telling.part.key), None)
    if own is None:
        return
    yield Fact(label=_("Your price, without VAT"), value=telling.money(own.net))
    if own.gross is not None and own.gross != own.net:
        yield Fact(label=_("with VAT"), value=telling.money(own.gross))


def _own_lines(telling: Telling, decision: Decision) -> tuple[str, ...]:
    counted = set(_sums(telling, decision).counted)
    part = next((one for one in telling.version.offer.parts if one.key == telling.part.key), None)
    return tuple(plain.line(line.text) for line in part.lines if line.code in counted) if part else ()


def _way(decision: Decision) -> str:
    return way_words(DecisionWay(decision.way)) if decision.way else ""


def _fingerprints(telling: Telling) -> Iterator[str]:
    pdfs = Document.objects.filter(revision=telling.revision, kind__in=PDFS)
    for one in pdfs.select_related("asset").order_by("pk"):
        if one.asset is not None:
            yield f"{one.asset.sha256} ({one.language})"
