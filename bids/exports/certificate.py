"""What the certificate of a yes says: read from the evidence and the frozen version, in the offer's own language."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from bids import formats
from bids.content import NOTHING_CHOSEN, JointOffer
from bids.exports.agreed import Agreed, what_was_agreed
from bids.exports.change_chain import steps_agreed
from bids.exports.evidence import confirmed_by, evidence_hash, evidence_tree, files_named
from bids.models import Decision, DecisionStanding, EvidenceIdentity
from bids.sheets.change import AgreedStep, ChangeSheet, change_sheet
from bids.sheets.decision_sentences import way_words
from bids.sheets.document_sentences import in_language
from bids.sheets.offer import offer_sheet
from bids.sheets.shape import OfferSheet
from bids.visibility import CLIENTS_EYES
from bids.vocabulary import ConfirmedBy, DecisionState, DecisionWay, DocumentKind, Language, LetterState
from kernel.clock import HELSINKI, is_day_alone

LETTERS: Final[dict[LetterState, Promise]] = {
    LetterState.WAITING: gettext_lazy("waiting to be sent"),
    LetterState.SENDING: gettext_lazy("being sent"),
    LetterState.SENT: gettext_lazy("taken by the mail server"),
    LetterState.BOUNCED: gettext_lazy("did not arrive"),
    LetterState.HELD: gettext_lazy("not certain that it went"),
    LetterState.CANCELLED: gettext_lazy("not sent"),
}


FILES: Final[dict[DocumentKind, Promise]] = {
    DocumentKind.CHANGE_PDF: gettext_lazy("The page about the change (PDF, %(language)s)"),
    DocumentKind.OFFER_PDF: gettext_lazy("The offer (PDF, %(language)s)"),
    DocumentKind.TWIN_JSON: gettext_lazy("The offer as data (JSON)"),
    DocumentKind.TWIN_UBL: gettext_lazy("The offer as data (UBL)"),
}


class EvidenceIsCorruptError(Exception):
    """The stored bytes of the evidence are not those that were written."""


@dataclass(frozen=True, kw_only=True)
class Said:
    """One thing the certificate says; `is_print` marks a fingerprint, to be set so that it can be compared."""

    label: str
    value: str
    is_print: bool = False


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """Everything the certificate shows. `sheet` is the offer as agreed, with nothing left to choose.

    `change` is what a yes to a change added to what was agreed before; None for a yes to the offer itself.
    """

    sheet: OfferSheet
    language: Language
    is_recorded: bool
    statement: str
    signature: str
    warnings: tuple[str, ...]
    what: tuple[Said, ...]
    how: tuple[Said, ...]
    consent: str
    consent_language: str
    chosen: tuple[str, ...]
    letters: tuple[Said, ...]
    prints: tuple[Said, ...]
    change: ChangeSheet | None
    bears_name: bool
    tells_objection: bool
    tells_annulment: bool
    decided_at: datetime


def certificate_of(decision: Decision) -> Certificate:
    """What the certificate of a yes says now. `VersionIsCorruptError` or `EvidenceIsCorruptError` for altered bytes.

    All of it stands in the bytes of version and evidence, but for the typed name, which the evidence holds to by a
    salted commitment, and for what became of the yes since.
    """
    content = bytes(decision.evidence.content)
    if evidence_hash(content) != bytes(decision.evidence.content_hash):
        raise EvidenceIsCorruptError(decision.public_id)
    said = evidence_tree(content)
    agreed = what_was_agreed(decision)
    language = agreed.offer.language
    name = EvidenceIdentity.objects.filter(evidence=decision.evidence, name="name").values_list("value", flat=True)
    typed = name.first() or ""
    with override(language.value):
        sheet = offer_sheet(
            agreed.offer, NOTHING_CHOSEN, eyes=CLIENTS_EYES, language=language, version=agreed.version.number
        )
        return Certificate(
            sheet=sheet,
            language=language,
            is_recorded=decision.is_recorded,
            statement=_statement(said, agreed, typed, language),
            signature=_signature(said),
            warnings=tuple(_warnings(decision.standing, language)),
            what=tuple(_what(said, agreed.offer, language)),
            how=tuple(_how(said, agreed.offer, typed, language)),
            consent=said["consent"]["text"] if said["consent"] else "",
            consent_language=said["consent"]["language"] if said["consent"] else "",
            chosen=tuple(_chosen(agreed)),
            letters=tuple(_letters(said, language)),
            prints=tuple(_prints(said, content)),
            change=_change(agreed, language),
            bears_name=bool(typed),
            tells_objection=decision.standing.objected_at is not None,
            tells_annulment=decision.standing.state == DecisionState.ANNULLED.value,
            decided_at=decision.decided_at,
        )


def moment(instant: datetime, language: Language) -> str:
    """A day and the time of day in Helsinki, to the second, and the same in UTC."""
    there = instant.astimezone(HELSINKI)
    sign = ":" if language is Language.EN else "."
    clock = f"{there.hour}{sign}{there.minute:02}{sign}{there.second:02}"
    utc = instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    told = _("%(day)s at %(time)s") % {"day": formats.day(there.date(), language), "time": clock}
    return _("%(moment)s, Finnish time (%(utc)s)") % {"moment": told, "utc": utc}


def arrival(instant: datetime, language: Language) -> str:
    """When a recorded answer came: the moment, or the day alone where no time of it is known."""
    if is_day_alone(instant):
        return formats.day(instant.astimezone(HELSINKI).date(), language)
    return moment(instant, language)


def _change(agreed: Agreed, language: Language) -> ChangeSheet | None:
    """What was agreed before the yes, and with it: original + changes = now, each as it was chosen."""
    revision = agreed.revision
    if not revision.change:
        return None
    before = steps_agreed(revision.bid, before=revision.number)
    return change_sheet((*before, AgreedStep(number=revision.change, offer=agreed.offer)), None, language=language)


def _statement(said: Mapping[str, Any], agreed: Agreed, name: str, language: Language) -> str:
    offer, change = agreed.offer, agreed.revision.change
    words = {
        "name": name,
        "number": change,
        "client": offer.client.name,
        "lead": offer.lead.firm.name,
        "day": formats.day(_instant(said["decided_at"]).astimezone(HELSINKI).date(), language),
    }
    if said["method"] == "recorded":
        words["way"] = way_words(DecisionWay(said["recorded"]["way"]))
        if change:
            return (
                _(
                    "%(lead)s wrote down that %(client)s said yes to change %(number)s on %(day)s, %(way)s."
                    " Nobody clicked it in the service."
                )
                % words
            )
        return (
            _("%(lead)s wrote down that %(client)s said yes on %(day)s, %(way)s. Nobody clicked it in the service.")
            % words
        )
    if change and name:
        return _("%(name)s accepted change %(number)s to what was agreed, for %(client)s on %(day)s.") % words
    if change:
        return (
            _("Change %(number)s was accepted for %(client)s on %(day)s. The name that was typed has been erased.")
            % words
        )
    if name:
        return _("%(name)s accepted this offer for %(client)s on %(day)s.") % words
    return _("This offer was accepted for %(client)s on %(day)s. The name that was typed has been erased.") % words


def _signature(said: Mapping[str, Any]) -> str:
    if said["method"] == "recorded":
        return _("Recorded by the seller from what it received: no electronic signature was given in the service.")
    return _("A simple electronic signature (eIDAS, Art. 3(10) and 25(1)), and no more than that.")


def _warnings(standing: DecisionStanding, language: Language) -> Iterator[str]:
    if standing.objected_at is not None:
        said = {"when": moment(standing.objected_at, language), "words": " ".join(standing.objection.split())}
        if standing.objection:
            yield _("The client has said that this is not so: %(when)s. In its words: “%(words)s”") % said
        else:
            yield _("The client has said that this is not so: %(when)s.") % said
    if standing.state == DecisionState.ANNULLED.value:
        said = {"when": moment(standing.changed_at, language), "words": " ".join(standing.reason.split())}
        if standing.reason:
            yield _("This yes was annulled: %(when)s. The reason: “%(words)s”") % said
        else:
            yield _("This yes was annulled: %(when)s.") % said


def _what(said: Mapping[str, Any], offer: JointOffer, language: Language) -> Iterator[Said]:
    version = said["version"]
    yield Said(label=_("Offer"), value=offer.number)
    yield Said(label=_("Version"), value=str(version["number"]))
    yield Said(label=_("The client"), value=" · ".join(filter(None, (offer.client.name, offer.client.business_id))))
    yield Said(label=_("The lead"), value=" · ".join(filter(None, (offer.lead.firm.name, offer.lead.firm.business_id))))
    yield Said(label=_("Sent"), value=moment(_instant(version["sent_at"]), language))
    last = _instant(version["expires_at"]) - timedelta(seconds=1)
    yield Said(label=_("Valid until"), value=moment(last, language))


def _how(said: Mapping[str, Any], offer: JointOffer, name: str, language: Language) -> Iterator[Said]:
    if said["method"] == "recorded":
        recorded = said["recorded"]
        yield Said(label=_("Written down by"), value=offer.lead.firm.name)
        yield Said(label=_("How it came"), value=way_words(DecisionWay(recorded["way"])))
        yield Said(label=_("Arrived"), value=arrival(_instant(said["decided_at"]), language))
        yield Said(label=_("Written down"), value=moment(_instant(said["written_at"]), language))
        if recorded["file"]:
            yield Said(label=_("The file it is seen from (SHA-256)"), value=recorded["file"], is_print=True)
        else:
            yield Said(label=_("The file it is seen from (SHA-256)"), value=_("none: it was said on the phone"))
        return
    yield Said(label=_("Who"), value=name or _("the name has been erased"))
    link = said["link"]
    yield Said(
        label=_("Whom the link was mailed to"),
        value=" · ".join(filter(None, (link["contact_name"], link["contact_email"]))),
    )
    if confirmed_by(said) is ConfirmedBy.BUTTON:
        how = _("typed name, tick, and a button mailed to that address, pressed with the three digits of the page")
        mailed = _("The button was mailed")
    else:
        how, mailed = _("typed name, tick, and a code mailed to that address"), _("The code was mailed")
    yield Said(label=_("How"), value=how)
    yield Said(label=mailed, value=moment(_instant(said["proof"]["mailed_at"]), language))
    yield Said(label=_("Accepted"), value=moment(_instant(said["decided_at"]), language))


def _chosen(agreed: Agreed) -> Iterator[str]:
    offer, choice = agreed.version.offer, agreed.choice
    yield from (one.name for one in offer.packages if one.id == choice.package)
    yield from (line.text for line in offer.lines if line.code in choice.lines)


def _letters(said: Mapping[str, Any], language: Language) -> Iterator[Said]:
    for one in said["letters"]:
        whom = _("to the one who answered") if one["to_contact"] else _("to another contact")
        state = str(LETTERS[LetterState(one["state"])])
        when = f", {moment(_instant(one['at']), language)}" if one["at"] else ""
        yield Said(label=whom, value=f"{state}{when}")


def _prints(said: Mapping[str, Any], content: bytes) -> Iterator[Said]:
    version = said["version"]
    yield Said(label=_("The version"), value=version["hash"], is_print=True)
    for file in files_named(said):
        words = {"language": in_language(file.language)}
        yield Said(label=FILES[file.kind] % words, value=file.sha256, is_print=True)
    yield Said(label=_("The evidence"), value=evidence_hash(content).hex(), is_print=True)
    if said["consent"]:
        yield Said(label=_("The sentence agreed to"), value=said["consent"]["sha256"], is_print=True)


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
