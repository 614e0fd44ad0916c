"""A firm's own copy of what was agreed: its share in the accepted version, and no figure that it may not see."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from bids.exports.agreed import what_was_agreed
from bids.exports.certificate import Said, arrival, moment
from bids.exports.deciding import how_confirmed
from bids.exports.own_part import OwnPart, own_part_as_json
from bids.models import Approval, Decision, Part, RevisionPart
from bids.promises import frame_promise
from bids.queries.oks import PartOk, Tick, said
from bids.sheets.decision_sentences import way_words
from bids.sheets.offer import offer_sheet
from bids.sheets.rules_of_the_game import rules_of_the_game
from bids.sheets.shape import OfferSheet
from bids.visibility import Eyes, Reader, seen
from bids.vocabulary import ConfirmedBy, DecisionWay, Language, OkKind, PriceVisibility, Role
from kernel.errors import NotVisible

FORMAT = "punos.own-copy/1"


@dataclass(frozen=True, kw_only=True)
class AgreedCopy:
    """One firm's share as it was agreed, as these eyes read it, and what is told of the yes."""

    decision: Decision
    own: OwnPart
    sheet: OfferSheet
    eyes: Eyes
    version: int
    language: Language

    @property
    def reach(self) -> PriceVisibility:
        """Whose prices may be in it: what must still be open to a reader it is handed to."""
        if self.eyes.sees_every_price:
            return PriceVisibility.ALL
        return PriceVisibility.OWN_AND_TOTAL if self.eyes.sees_totals else PriceVisibility.OWN

    def of_the_yes(self) -> tuple[Said, ...]:
        """What is told of the yes: when and how, and nothing of who; the words are the copy's own language."""
        with override(self.language.value):
            return tuple(_of_the_yes(self))


def agreed_copy(decision: Decision, part: Part, *, eyes: Eyes, language: Language) -> AgreedCopy:
    """The copy of a firm of the version; `NotVisible` for eyes whose own part it is not, and for a firm not in it."""
    frozen = RevisionPart.objects.filter(revision=decision.revision, part=part).first()
    if frozen is None or eyes.key != part.key:
        raise NotVisible
    agreed = what_was_agreed(decision)
    ok = _ok_as_frozen(frozen, part)
    is_lead = part.role == Role.LEAD.value
    with override(language.value):
        rules = rules_of_the_game(
            _frame(ok) or frame_promise(agreed.version.offer, part.key),
            lead=agreed.offer.lead.firm.name,
            language=language,
            is_lead=is_lead,
        )
    return AgreedCopy(
        decision=decision,
        own=OwnPart(key=part.key, seen=seen(agreed.offer, eyes), rules=rules, ok=ok),
        sheet=offer_sheet(agreed.offer, eyes=eyes, language=language, version=agreed.version.number),
        eyes=eyes,
        version=agreed.version.number,
        language=language,
    )


def firms_eyes(part: Part, mode: PriceVisibility) -> Eyes:
    """The eyes a firm's own copy is drawn for: the lead's read every price, a partner's what the mode in force lets."""
    reader = Reader.LEAD if part.role == Role.LEAD.value else Reader.FIRM
    return Eyes(reader=reader, key=part.key, mode=mode)


def agreed_copy_as_json(copy: AgreedCopy) -> dict[str, Any]:
    """The copy for programs: the part as in `docs/bid-package.md`, and the yes it was agreed by."""
    decision = copy.decision
    return {
        "format": FORMAT,
        "agreed": {
            "offer": str(decision.bid.public_id),
            "version": copy.version,
            "version_hash": bytes(decision.revision_hash).hex(),
            "decided_at": decision.decided_at.isoformat(timespec="microseconds"),
            "written_at": decision.written_at.isoformat(timespec="microseconds"),
            "method": decision.method,
            "way": decision.way or None,
            "confirmed_by": how_confirmed(decision),
        },
        "own_part": own_part_as_json(copy.own),
    }


def agreed_copy_bytes(copy: AgreedCopy) -> bytes:
    """The same as a file: UTF-8, always the same bytes for the same copy."""
    return (json.dumps(agreed_copy_as_json(copy), ensure_ascii=False, indent=2) + "\n").encode()


def _ok_as_frozen(frozen: RevisionPart, part: Part) -> PartOk:
    """The OKs the version was frozen with, whatever the firm has OK'd since."""
    hashes = {OkKind.PART: bytes(frozen.part_hash), OkKind.FRAME: bytes(frozen.frame_hash)}
    own, frame = (_tick(part, kind, hashes[kind]) for kind in (OkKind.PART, OkKind.FRAME))
    return PartOk(
        part=part,
        name=part.card.get("name", ""),
        is_lead=part.role == Role.LEAD.value,
        own=own,
        frame=frame,
        part_hash=hashes[OkKind.PART].hex(),
        frame_hash=hashes[OkKind.FRAME].hex(),
    )


def _tick(part: Part, kind: OkKind, content: bytes) -> Tick:
    given = Approval.objects.filter(part=part, kind=kind.value, hash=content).order_by("given_at", "pk").last()
    return Tick(kind=kind, given=given, approval=given, lack=None)


def _frame(ok: PartOk) -> Mapping[str, Any] | None:
    return said(ok.frame.approval.seen) if ok.frame.approval is not None else None


def _of_the_yes(copy: AgreedCopy) -> Iterator[Said]:
    decision, language = copy.decision, copy.language
    if decision.is_recorded:
        yield Said(
            label=_("The client's yes"),
            value=_("recorded by the lead: it came %(way)s. Nobody clicked it in the service.")
            % {"way": way_words(DecisionWay(decision.way))},
        )
        yield Said(label=_("Arrived"), value=arrival(decision.decided_at, language))
    else:
        yield Said(label=_("The client's yes"), value=_clicked(how_confirmed(decision)))
        yield Said(label=_("Accepted"), value=moment(decision.decided_at, language))
    yield Said(label=_("The version"), value=bytes(decision.revision_hash).hex(), is_print=True)


def _clicked(confirmed: ConfirmedBy | None) -> str:
    if confirmed is ConfirmedBy.BUTTON:
        return _("clicked, with a name and a mailed button: a simple electronic signature (eIDAS, Art. 3(10), 25(1))")
    return _("clicked, with a name and a mailed code: a simple electronic signature (eIDAS, Art. 3(10), 25(1))")
