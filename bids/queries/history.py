"""What happened to an offer, with names in place of ids, for those who may know."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from bids.models import Bid, ClientLink, Document, Invitation, Part, RevisionStanding
from bids.visibility import Eyes, Reader
from bids.vocabulary import RevisionState
from kernel import verification
from kernel.actor import ActorKind
from kernel.models import AuditEvent
from kernel.verification import Break
from members.models import Firm, Person

ABOUT_THE_WHOLE = frozenset(
    {
        "bid.imported",
        "change.begun",
        "change.cancelled",
        "client.changed",
        "milestone.removed",
        "milestone.set",
        "offer.changed",
        "decision.annulled",
        "decision.objected",
        "decision.reason_told",
        "offer.accepted",
        "offer.closed",
        "offer.copied",
        "offer.declined",
        "offer.expired",
        "offer.frozen",
        "offer.no_recorded",
        "offer.sent",
        "offer.started",
        "offer.withdrawn",
        "offer.yes_recorded",
        "packages.changed",
        "payment_plan.set",
        "rules.changed",
        "schedule.moved",
        "section.changed",
        "section.moved",
        "section.removed",
        "section.written",
        "terms.changed",
        "validity.extended",
    }
)
"""Events that are about the offer and no one firm's part: every firm in it may read of them."""

NOBODYS_BUT_THEIR_OWN = ("cost.",)
"""Events only the firm that did them may read of, its lead no more than others."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """One event with names. `person` and `firm` are empty when unknown or erased; `is_system` when a program did it."""

    seq: int
    type: str
    at: datetime
    person: str
    firm: str
    is_system: bool
    facts: Mapping[str, object]


@dataclass(frozen=True, kw_only=True)
class _MadeFile:
    """A file of a version, as its event is told: how many of that version's files were ready by then."""

    version: int
    made: int
    all: int


def events_of(bid: Bid, eyes: Eyes) -> QuerySet[AuditEvent]:
    """The events these eyes may read of, the latest first: the lead's all, a partner's its own and the offer's."""
    events = AuditEvent.objects.filter(chain=bid.public_id).order_by("-seq")
    own = Part.objects.filter(bid=bid, key=eyes.key).values_list("public_id", "firm__public_id").first()
    if eyes.reader is Reader.SYSTEM:
        return events
    part, firm = own or (None, None)
    theirs = Q(actor_firm=firm) if firm else Q(pk=None)
    if eyes.reader is Reader.LEAD:
        for start in NOBODYS_BUT_THEIR_OWN:
            events = events.filter(~Q(type__startswith=start) | theirs)
        return events
    return events.filter(Q(type__in=ABOUT_THE_WHOLE) | theirs | Q(facts__part=str(part)))


def with_documents_together(bid: Bid, events: QuerySet[AuditEvent]) -> QuerySet[AuditEvent]:
    """The same events, but of all the files drawn for one version only the one that was ready last."""
    files = _files_of_versions(bid)
    last = {made.version: seq for seq, made in files.items()}
    return events.exclude(seq__in=files.keys() - last.values())


def told(bid: Bid, events: Iterable[AuditEvent]) -> list[Told]:
    """The events with every id that has a name in its place, in a number of queries that does not grow with them."""
    found = list(events)
    names, files = _names(bid, found), _files_of_versions(bid)
    return [
        Told(
            seq=event.seq,
            type=event.type,
            at=event.at,
            person=names.get(_id_in(event.actor), ""),
            firm=names.get(str(event.actor_firm), ""),
            is_system=event.actor.startswith(f"{ActorKind.SYSTEM}:"),
            facts=_facts(event, names) | (asdict(files[event.seq]) if event.seq in files else {}),
        )
        for event in found
    ]


def versions_for(bid: Bid, eyes: Eyes) -> QuerySet[RevisionStanding]:
    """The versions these eyes may know of, the latest first: to others than the lead, only what reached the client."""
    standings = RevisionStanding.objects.filter(bid=bid).select_related("revision").order_by("-revision__number")
    if eyes.reader in {Reader.LEAD, Reader.SYSTEM}:
        return standings
    return standings.exclude(state__in=[RevisionState.FROZEN.value, RevisionState.ABANDONED.value])


def first_break(bid: Bid) -> Break | None:
    """The first place where the offer's chain of events does not hold; None when all of it does."""
    return next(verification.breaks(only=[bid.public_id]), None)


def _files_of_versions(bid: Bid) -> dict[int, _MadeFile]:
    """By the number of its event, each file that was drawn for a version."""
    belongs = Document.objects.filter(bid=bid, revision__isnull=False).values_list("public_id", "revision__number")
    version_of = {str(public_id): number for public_id, number in belongs}
    all_of, made_of = Counter(version_of.values()), Counter[int]()
    files: dict[int, _MadeFile] = {}
    ready = AuditEvent.objects.filter(chain=bid.public_id, type="document.finished", facts__document__in=[*version_of])
    for seq, document in ready.order_by("seq").values_list("seq", "facts__document"):
        version = version_of[document]
        made_of[version] += 1
        files[seq] = _MadeFile(version=version, made=made_of[version], all=all_of[version])
    return files


def _facts(event: AuditEvent, names: Mapping[str, str]) -> dict[str, object]:
    known = {identity.name: identity.value for identity in event.identities.all()}
    return {name: known.get(name) if _is_personal(fact) else _named(fact, names) for name, fact in event.facts.items()}


def _is_personal(fact: object) -> bool:
    return isinstance(fact, dict) and set(fact) == {"commitment"}


def _named(fact: Any, names: Mapping[str, str]) -> object:
    if isinstance(fact, list):
        return [_named(each, names) for each in fact]
    return names.get(fact, fact) if isinstance(fact, str) else fact


def _names(bid: Bid, events: Sequence[AuditEvent]) -> dict[str, str]:
    """Names by public id: of the offer's firms as their cards there say, of people, of those asked and written to."""
    ids = {UUID(each) for event in events for each in _ids_of(event)}
    names = {str(person.public_id): str(person) for person in Person.objects.filter(public_id__in=ids)}
    names |= {str(firm.public_id): firm.name for firm in Firm.objects.filter(public_id__in=ids)}
    for link in ClientLink.objects.filter(bid=bid):
        names[str(link.public_id)] = link.contact_name or link.contact_email
    for one in Invitation.objects.filter(bid=bid):
        names[str(one.public_id)] = one.name or one.email
    for part in Part.objects.filter(bid=bid).select_related("firm"):
        names[str(part.public_id)] = names[str(part.firm.public_id)] = part.card["name"]
    return names


def _ids_of(event: AuditEvent) -> Iterable[str]:
    said = [_id_in(event.actor), str(event.actor_firm)]
    for fact in event.facts.values():
        said += fact if isinstance(fact, list) else [fact]
    for each in said:
        try:
            yield str(UUID(each))
        except (ValueError, AttributeError, TypeError):
            continue


def _id_in(pseudonym: str) -> str:
    return pseudonym.partition(":")[2]
