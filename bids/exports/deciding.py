"""What a version lets whom at the client decide, read from its own bytes, and what was decided."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from bids.choosing import can_be_chosen, choice_of
from bids.content import Choice, Contact, JointOffer
from bids.exports.evidence import Chosen, Consent, confirmed_by, evidence_tree
from bids.exports.frozen_version import read_version, version_tree
from bids.models import Bid, ClientLink, Decision, Part, Revision
from bids.pricing import TRAVEL_MARGIN_SCHEME, ChoiceFault, ChoiceRefused, Totals, totals
from bids.promises import ACCEPTS
from bids.vocabulary import ConfirmedBy, Language, LinkScope, LinkWay

CONSENT: Final = ("acceptance", "acceptance_choices", "acceptance_change")
"""The sentences of legal weight that a yes is said with; each version has one of them, in every language."""


@dataclass(frozen=True, kw_only=True)
class Priced:
    """A choice in a version: as it is kept, and every sum of it."""

    chosen: Chosen
    sums: Totals


def accepting_contacts(offer: JointOffer) -> tuple[Contact, ...]:
    """Whom the version names as those who may say yes, as far as they have an address."""
    return tuple(one for one in offer.client.contacts if one.role == ACCEPTS and one.email)


def may_accept_from(offer: JointOffer, email: str) -> bool:
    """Whether the version names whoever reads this address as one who may say yes."""
    return any(one.email.lower() == email.lower() for one in accepting_contacts(offer))


def can_decide(link: ClientLink, offer: JointOffer, *, now: datetime) -> bool:
    """Whether the link is a living one that was mailed to somebody whom this version lets decide."""
    lives = link.revoked_at is None and link.made_at <= now < link.expires_at
    mailed = link.scope == LinkScope.ACCEPT.value and link.way == LinkWay.MAILED.value
    return lives and mailed and may_accept_from(offer, link.contact_email)


def priced(offer: JointOffer, lines: Iterable[str], package: str | None) -> Priced:
    """A choice with its sums, put so that every way to choose the same is kept the same.

    Raises `bids.pricing.ChoiceRefused` for a choice the offer does not allow, or one whose VAT nobody has reckoned.
    """
    choice = choice_of(lines, package)
    sums = totals(offer, choice)
    if TRAVEL_MARGIN_SCHEME in sums.warnings:
        raise ChoiceRefused([ChoiceFault(code=TRAVEL_MARGIN_SCHEME)])
    choosable = {line.code for line in offer.lines if can_be_chosen(line)}
    chosen = Chosen(
        lines=tuple(sorted(choosable & set(sums.counted))),
        package=_package(offer, choice),
        counted=sums.counted,
        net=sums.net,
        vat=sums.vat,
        gross=sums.gross,
    )
    return Priced(chosen=chosen, sums=sums)


def choice_in(chosen: dict[str, Any]) -> Choice:
    """The choice a decision keeps, to reckon with."""
    return Choice(lines=frozenset(chosen["lines"]), package=chosen["package"])


def consent_of(revision: Revision, language: Language) -> Consent:
    """The sentence that was frozen with the version for a yes, in a language."""
    sentences = version_tree(bytes(revision.payload))["as_offered"]["sentences"]
    text = next(one[language.value] for one in sentences if one["key"] in CONSENT)
    return Consent(text=text, language=language)


def decision_about(revision: Revision) -> Decision | None:
    """What was decided about the version and counts."""
    found = Decision.objects.standing().filter(revision=revision)
    return found.select_related("standing", "evidence", "link", "revision", "bid").first()


def yes_to(bid: Bid) -> Decision | None:
    """The latest yes to a version of the offer that counts."""
    found = Decision.objects.standing().filter(bid=bid, kind="accept").order_by("-revision__number")
    return found.select_related("standing", "evidence", "link", "revision", "bid").first()


def yes_naming(part: Part) -> Decision | None:
    """The latest yes that counts to a version with this part in it, for a firm that a change since left nothing."""
    found = Decision.objects.standing().filter(kind="accept", revision__in=part.revision_parts.values("revision"))
    return found.order_by("-revision__number").select_related("standing", "evidence", "link", "revision", "bid").first()


def how_confirmed(decision: Decision) -> ConfirmedBy | None:
    """What of a letter the client confirmed it with, as its evidence says; None for what the lead wrote down."""
    return confirmed_by(evidence_tree(bytes(decision.evidence.content)))


def sums_of(decision: Decision) -> Totals | None:
    """Every sum of what was accepted, reckoned anew from what was frozen; None for a no."""
    if decision.chosen is None:
        return None
    return totals(read_version(bytes(decision.revision.payload)).offer, choice_in(decision.chosen))


def _package(offer: JointOffer, choice: Choice) -> str:
    if choice.package is not None:
        return choice.package
    return next((package.id for package in offer.packages if package.default), "")
