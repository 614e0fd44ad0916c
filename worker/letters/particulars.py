"""What a letter has to tell: gathered from the rows as they are, in the reader's language."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from bids import formats
from bids.exports.agreed import every_agreed
from bids.exports.change_chain import change_of_version
from bids.exports.frozen_version import FrozenVersion
from bids.models import Approval, ClientLink, Letter, Part, Revision, Suggestion
from bids.permissions import eyes_of
from bids.pricing import totals
from bids.promises import Difference, differences, frame_promise, part_promise
from bids.queries.letter_people import (
    Writer,
    is_for_the_client,
    is_member,
    part_of,
)
from bids.queries.oks import changed_since_ok, ok_of, promised_by, said
from bids.sheets.change import leaving_words
from bids.sheets.difference_sentences import in_words
from bids.sheets.offer import offer_sheet
from bids.sheets.shape import OfferSheet
from bids.steps.minting import Minted
from bids.steps.suggested import differences_of, row_named
from bids.visibility import Eyes
from bids.vocabulary import (
    IN_THE_OFFER,
    Answer,
    ClientKind,
    Invoicing,
    Language,
    LeavingWhy,
    LetterKind,
    LinkScope,
    OkKind,
    PriceBasis,
    Profile,
    Role,
)
from kernel.actor import Actor, ActorKind
from kernel.errors import NotVisible
from members.models import Person
from worker.letters import clients_said, decided, plain
from worker.letters.rules import Fact, rules_in_words, rules_of_group
from worker.letters.telling import NotTellable, Telling, Told

NEXT: Final = {
    LetterKind.PRICE_TOLD: "price",
    LetterKind.SUGGESTED: "suggestions",
    LetterKind.QUESTION_ASKED: "questions",
    LetterKind.QUESTION_ANSWERED: "questions",
    LetterKind.OFFER_ACCEPTED: "work",
}
"""Where on an asked firm's pages a letter's link leads, when not to the first of them."""

PAGES: Final = {
    LetterKind.QUESTION_ASKED: "bids:questions",
    LetterKind.ANSWER_DRAFTED: "bids:questions",
    LetterKind.QUESTION_ANSWERED: "bids:questions",
    LetterKind.CHANGES_ASKED: "bids:questions",
    LetterKind.OFFER_ACCEPTED: "bids:offer-work",
}
"""Where a letter leads whoever logs in, when not to the offer itself."""


def told(letter: Letter, minted: Minted, *, now: datetime) -> tuple[Told, Writer]:
    """What the letter tells, and who it is from; the reader's language must be the active one.

    NotTellable, or a missing row's own exception, where what it is about is not there.
    """
    telling = Telling(letter, minted, now)
    writer = telling.writer
    values: dict[str, Any] = {
        "language": telling.language.value,
        "for_client": is_for_the_client(letter),
        "to_name": plain.line(letter.to_name),
        "writer": plain.line(writer.name),
        "who": _who(writer),
        "firm": plain.line(writer.firm),
        "phone": formats.phone(plain.line(writer.phone)) if writer.phone else "",
        "phone_link": formats.phone_link(plain.line(writer.phone)) if writer.phone else "",
        "email": writer.email,
        "title": plain.line(telling.bid.title) if letter.bid_id else "",
        "client": telling.client,
        "number": plain.line(telling.bid.number) if letter.bid_id else "",
        "address": _address(telling),
        "link_until": _link_until(telling),
        "change": _change(telling),
        "shows_footer": bool(minted.address) and not is_for_the_client(letter),
        **_PARTICULARS[telling.kind](telling),
    }
    return Told(**values), writer


ABOUT_THE_ROWS: Final = frozenset(
    {
        LetterKind.ASKED,
        LetterKind.REMINDER,
        LetterKind.PRICE_TOLD,
        LetterKind.ASKED_AGAIN,
        LetterKind.CARRIED_OVER,
        LetterKind.CHANGES_TOLD,
        LetterKind.SUGGESTED,
    }
)
"""Letters about an offer as it is being written, and while what was agreed is being changed about that change."""


def _change(telling: Telling) -> str:
    """The number of the change of what was agreed that the letter is about; empty for an offer."""
    letter = telling.letter
    number = 0
    if letter.revision is not None:
        number = letter.revision.change
    elif letter.bid is not None and telling.kind in ABOUT_THE_ROWS:
        number = letter.bid.changing
    return str(number) if number else ""


def _who(writer: Writer) -> str:
    name, firm = plain.line(writer.name), plain.line(writer.firm)
    return f"{name} ({firm})" if firm and firm.casefold() != name.casefold() else name


def _address(telling: Telling) -> str:
    """Where the letter's button leads: its own link, or the page of whoever logs in."""
    if telling.minted.address:
        if is_for_the_client(telling.letter):
            return f"{telling.minted.address}{clients_said.where_to(telling)}"
        where = NEXT.get(telling.kind)
        return f"{telling.minted.address}?next={where}" if where else telling.minted.address
    if telling.letter.group is not None:
        return f"{settings.PUBLIC_BASE_URL}{reverse('bids:group', args=[telling.letter.group.public_id])}"
    lead = telling.bid.lead
    part = part_of(telling.letter)
    page = PAGES.get(telling.kind, "bids:offer")
    if is_member(telling.letter.to_email, lead) or (part is not None and is_member(telling.letter.to_email, part.firm)):
        return f"{settings.PUBLIC_BASE_URL}{reverse(page, args=[telling.bid.public_id])}"
    return ""


def _link_until(telling: Telling) -> str:
    row = telling.minted.row
    return telling.last_moment(row.expires_at) if row is not None else ""


def _rules(telling: Telling, part: Part) -> tuple[Fact, ...]:
    """The rules as the firm's OK would be bound to them now; none for a firm that is not in the offer."""
    promised = promised_by(telling.bid).get(part.pk)
    return _rules_of(telling, said(promised.frame_bytes)) if promised else ()


def _rules_of(telling: Telling, frame: Mapping[str, Any], *, tells_who_sees: bool = True) -> tuple[Fact, ...]:
    return rules_in_words(
        frame,
        lead=telling.writer.name or telling.bid.lead.name,
        language=telling.language,
        tells_who_sees=tells_who_sees,
    )


def _firms(telling: Telling) -> dict[str, str]:
    return {part.key: plain.line(part.card.get("name", "")) for part in telling.bid.parts.all()}


def _changes(telling: Telling, found: Iterable[Difference]) -> tuple[str, ...]:
    return tuple(plain.line(str(each)) for each in in_words(found, firms=_firms(telling)))


def _request(telling: Telling) -> list[Fact]:
    facts = [
        Fact(label=_("The client"), value=telling.client),
        Fact(label=_("The work"), value=plain.line(telling.bid.title)),
    ]
    if telling.bid.delivery_from and telling.bid.delivery_to:
        days = formats.days(telling.bid.delivery_from, telling.bid.delivery_to, telling.language)
        facts.append(Fact(label=_("Time of delivery"), value=days))
    return facts


def _with_answer_day(telling: Telling) -> tuple[Fact, ...]:
    facts = _request(telling)
    facts.append(Fact(label=_("Answer by"), value=telling.moment(telling.invitation.answer_until)))
    leaves = telling.bid.leaves_at
    if leaves is not None and leaves > telling.invitation.answer_until:
        facts.append(Fact(label=_("The offer leaves"), value=telling.moment(leaves)))
    return tuple(facts)


def _asked(telling: Telling) -> dict[str, Any]:
    firm = plain.line(telling.invitation.part.card.get("name", ""))
    return {
        "passed_on_by": firm if telling.letter.facts.get("passed_on") else "",
        "facts": _with_answer_day(telling),
        "asked": plain.lines(telling.invitation.part.asked),
        "rules": _rules(telling, telling.invitation.part),
    }


def _reminder(telling: Telling) -> dict[str, Any]:
    return {
        "facts": _with_answer_day(telling),
        "asked": plain.lines(telling.invitation.part.asked),
        "asked_on": telling.day(telling.invitation.asked_at),
        "stop_address": f"{telling.minted.address}?next=reminders" if telling.minted.address else "",
    }


def _link_renewed(telling: Telling) -> dict[str, Any]:
    return {"facts": _with_answer_day(telling)}


def _code(telling: Telling) -> dict[str, Any]:
    digits = telling.minted.code
    return {"code": f"{digits[:3]} {digits[3:]}"}


def _price_told(telling: Telling) -> dict[str, Any]:
    return {
        "facts": tuple(_request(telling)),
        "asked": plain.lines(telling.part.asked),
        "rules": _rules(telling, telling.part),
    }


def _asked_again(telling: Telling) -> dict[str, Any]:
    ok = ok_of(telling.part, now=telling.now)
    changed = [each for kind in OkKind for each in changed_since_ok(ok, kind)]
    return {
        "facts": tuple(_request(telling)),
        "changes": _changes(telling, changed),
        "rules": _rules(telling, telling.part),
    }


def _carried_over(telling: Telling) -> dict[str, Any]:
    named = telling.letter.facts.get("approval")
    carried = Approval.objects.filter(part=telling.part, carried_from__isnull=False).select_related("carried_from")
    one = (carried.filter(public_id=UUID(str(named))) if named else carried.order_by("-given_at", "-pk")).first()
    changed = differences(said(one.carried_from.seen), said(one.seen)) if one and one.carried_from else ()
    return {"facts": tuple(_request(telling)), "changes": _changes(telling, changed)}


def _changes_told(telling: Telling) -> dict[str, Any]:
    """What the firm sees against what it saw before; nothing of it once something else stands than the letter is about.

    Then another letter tells of it, or the firm is asked. Somebody of the lead who does not read every price is told
    that there is a change, and looks.
    """
    was, part = str(telling.letter.facts.get("was") or ""), telling.part
    promised = promised_by(telling.bid).get(part.pk)
    stands = promised is not None and promised.told_hash.hex() == telling.letter.facts.get("stands")
    if promised is None or not was or not stands or not _reads_all_its_firm_does(telling, part):
        return {"facts": tuple(_request(telling))}
    found = differences(json.loads(was), said(promised.told_bytes))
    return {"facts": tuple(_request(telling)), "changes": _changes(telling, found)}


def _reads_all_its_firm_does(telling: Telling, part: Part) -> bool:
    """Whether the letter's reader sees as many prices as their firm does; of a lead's people some see fewer."""
    if part.role != Role.LEAD.value:
        return True
    eyes = _eyes_of_the_leads_reader(telling)
    return eyes is not None and eyes.sees_every_price


def _ok_given(telling: Telling) -> dict[str, Any]:
    """From the very bytes the OK is bound to, not from what may have changed since."""
    facts = [*_request(telling)]
    part = telling.part
    own, frame = _seen(telling, OkKind.PART), _seen(telling, OkKind.FRAME)
    if frame is not None and frame.get("own"):
        facts += _own_price(telling, frame["own"])
    rules = _rules_of(telling, frame) if frame is not None else ()
    shares = [plain.line(_share(line, telling.language)) for line in own["lines"].values()] if own else []
    return {
        "facts": tuple(facts),
        "asked": tuple(shares) or plain.lines(part.summary or part.asked),
        "rules": rules,
        "not_me_address": f"{telling.minted.address}?next=not-me" if telling.minted.address else "",
    }


def _own_price(telling: Telling, own: Mapping[str, Any]) -> list[Fact]:
    net, gross = Decimal(own["net"]), own.get("gross")
    facts = [Fact(label=_("Your price, without VAT"), value=telling.money(net.quantize(Decimal("0.01"))))]
    if gross is not None and Decimal(gross) != net:
        facts.append(Fact(label=_("with VAT"), value=telling.money(Decimal(gross).quantize(Decimal("0.01")))))
    return facts


def _seen(telling: Telling, kind: OkKind) -> Mapping[str, Any] | None:
    named = telling.letter.facts.get("approval")
    found = Approval.objects.filter(part=telling.part, kind=kind.value)
    if named:
        one = Approval.objects.filter(part=telling.part, public_id=UUID(str(named))).first()
        if one is not None:
            found = found.filter(given_at__lte=one.given_at)
    last = found.order_by("given_at", "pk").last()
    return said(last.seen) if last else None


def _share(line: Mapping[str, Any], language: Language) -> str:
    quantity = formats.quantity(Decimal(line["quantity"]), language)
    price = formats.unit_price(Decimal(line["unit_price"]), language)
    vat = _("incl. VAT") if line.get("price_basis") == PriceBasis.GROSS.value else _("excl. VAT")
    off = Decimal(line.get("discount_percent") or 0)
    less = f" {formats.MINUS}{formats.percent(off, language)}" if off else ""
    return f"{line['text']}: {quantity} × {price}{formats.NBSP}€{less} ({vat})"


def _answered(telling: Telling) -> dict[str, Any]:
    invitation = telling.letter.invitation
    part = invitation.part if invitation is not None else telling.part
    facts = _request(telling)
    answer = _kind_of_answer(telling, part)
    if answer == Answer.IN and (price := _price_for_the_lead(telling, part)) is not None:
        facts.append(Fact(label=_("Price, without VAT"), value=telling.money(price)))
    known: dict[str, Any] = {
        "partner": plain.line(part.card.get("name", "")) or telling.writer.name,
        "answer": answer,
        "facts": tuple(facts),
    }
    if invitation is None:
        return known
    if invitation.phone:
        facts.append(Fact(label=_("Their phone"), value=formats.phone(plain.line(invitation.phone))))
    passed_on = plain.line(telling.letter.facts.get("passed_on_to"))
    return known | {
        "passed_on_to": passed_on or (invitation.email if answer == "address" else ""),
        "facts": tuple(facts),
        "quote": plain.lines(invitation.message),
        "suggests": ", ".join(filter(None, map(plain.line, (invitation.suggests_name, invitation.suggests_email)))),
        "reason": plain.line(invitation.suggests_why),
    }


_FACTS_OF_ANSWERS = (
    ("passed_on_to", "passed_on"),
    ("was_not_me", "not_me"),
    ("taken_back", "taken_back"),
    ("address_given", "address"),
)


def _kind_of_answer(telling: Telling, part: Part) -> str:
    facts, invitation = telling.letter.facts, telling.letter.invitation
    for fact, kind in _FACTS_OF_ANSWERS:
        if facts.get(fact):
            return kind
    if invitation is not None:
        return invitation.answer
    return part.state if part.state in set(Answer) else ""


def _price_for_the_lead(telling: Telling, part: Part) -> Decimal | None:
    """The firm's price, if the person of the lead who gets the letter may read it."""
    eyes = _eyes_of_the_leads_reader(telling)
    if telling.sums is None or eyes is None or not eyes.sees_price_of(part.key):
        return None
    return next((each.net for each in telling.sums.parts if each.firm == part.key), None)


def _eyes_of_the_leads_reader(telling: Telling) -> Eyes | None:
    """Whose eyes a person of the lead reads the letter with; None for an address that is nobody's there."""
    reader = Person.objects.filter(email__iexact=telling.letter.to_email, is_active=True).first()
    if reader is None:
        return None
    lead = telling.bid.lead
    actor = Actor(
        kind=ActorKind.PERSON,
        label=str(reader),
        id=reader.pk,
        public_id=reader.public_id,
        firm_id=lead.pk,
        firm_public_id=lead.public_id,
    )
    try:
        return eyes_of(actor, telling.bid)
    except NotVisible:
        return None


def _suggested(telling: Telling) -> dict[str, Any]:
    named = telling.letter.facts.get("suggestion")
    found = Suggestion.objects.filter(part=telling.part)
    suggestion = (found.filter(public_id=UUID(str(named))) if named else found.order_by("-made_at")).first()
    if suggestion is None:
        raise NotTellable(f"the suggestion of letter {telling.letter.public_id} is not there")
    changes = _changes(telling, differences_of(suggestion))
    facts = _request(telling)
    if row := plain.cut(plain.line(row_named(suggestion)), 200):
        facts.append(Fact(label=_("Row"), value=row))
    return {
        "partner": plain.line(suggestion.made_by_firm.name),
        "changes": changes,
        "quote": plain.lines(suggestion.why),
        "facts": tuple(facts),
    }


def _left_out(telling: Telling) -> dict[str, Any]:
    return {
        "facts": tuple(_request(telling)),
        "taken_over": bool(telling.letter.facts.get("taken_over")),
    }


def _firm_gone(telling: Telling) -> dict[str, Any]:
    part = telling.part
    rows = part.lines.order_by("position") if part.state in IN_THE_OFFER else ()
    return {
        "facts": tuple(_request(telling)),
        "asked": tuple(plain.line(row.text) for row in rows),
        "day": telling.day(part.gone_on) if part.gone_on else "",
        "reason": leaving_words(LeavingWhy(part.gone_why)) if part.gone_why else "",
    }


def _change_cancelled(telling: Telling) -> dict[str, Any]:
    return {"facts": tuple(_request(telling)), "change_number": str(telling.letter.facts.get("number", ""))}


def _offer_closed(telling: Telling) -> dict[str, Any]:
    said = telling.letter.facts
    told = {name: bool(said.get(name)) for name in ("was_sent", "was_accepted")}
    return {"facts": tuple(_request(telling)), **told}


def _working(version: FrozenVersion, sheet: OfferSheet) -> Iterator[str]:
    """The names of the firms that have something to do: a firm of which nothing is left is not told of."""
    idle = {part.key for part in version.offer.parts if not part.lines and part.role is not Role.LEAD}
    return (firm.name for firm in sheet.firms if firm.key not in idle)


def _offer_to_client(telling: Telling) -> dict[str, Any]:
    version = telling.version
    sheet = offer_sheet(
        version.offer, language=telling.language, profile=Profile(version.offer.profile), is_draft=False
    )
    net_first = sheet.headline == "net"
    is_anbud = version.offer.client.kind == ClientKind.PUBLIC
    totals_shown = [
        Fact(label=_("Total, incl. VAT"), value=sheet.totals.gross.text),
        Fact(label=_("Total, excl. VAT"), value=sheet.totals.net.text),
    ]
    facts = [
        *(reversed(totals_shown) if net_first else totals_shown),
        Fact(label=_("Valid until"), value=telling.last_moment(telling.revision.standing.expires_at)),
        Fact(label=_("Who does the work"), value=plain.line(", ".join(_working(version, sheet)))),
        Fact(label=_("Invoices"), value=_invoices(version)),
        Fact(label=_("Tender number") if is_anbud else _("Offer number"), value=plain.line(sheet.number)),
    ]
    if sheet.totals.gross.value == sheet.totals.net.value:
        facts.remove(totals_shown[1 if not net_first else 0])
    facts = [*_chain(telling, net_first=net_first), *facts]
    link = telling.minted.row
    return {
        "title": plain.line(version.offer.title),
        "facts": tuple(facts),
        "quote": plain.lines(telling.letter.facts.get("message") or version.posting.greeting),
        "valid_until": telling.last_moment(telling.revision.standing.expires_at),
        "is_anbud": is_anbud,
        "is_binding": version.offer.binding,
        "is_update": _replaces_a_sent_one(telling),
        "has_choices": bool(sheet.options or sheet.groups or sheet.packages),
        "accepts_here": isinstance(link, ClientLink) and link.scope == LinkScope.ACCEPT.value,
        "has_data": True,
        "wishes": clients_said.wishes_answered_for(telling),
    }


def _chain(telling: Telling, *, net_first: bool) -> Iterable[Fact]:
    """What was agreed at first and by how much each change is more or less; nothing for an offer."""
    change = change_of_version(telling.revision, language=telling.language)
    for row in change.chain if change else ():
        if not row.is_sum:
            yield Fact(label=row.name, value=_taxed(row.net if net_first else row.gross, net_first=net_first))


def _taxed(amount: str, *, net_first: bool) -> str:
    return (
        _("%(amount)s excl. VAT") % {"amount": amount} if net_first else _("%(amount)s incl. VAT") % {"amount": amount}
    )


def _invoices(version: FrozenVersion) -> str:
    sums = totals(version.offer)
    sellers = [invoice for invoice in sums.settlement if invoice.buyer == "client"]
    if len(sellers) == 1 or sums.invoicing is Invoicing.LEAD:
        return _("one invoice, from %(lead)s") % {"lead": plain.line(version.offer.lead.firm.seller_name)}
    return _("%(count)s invoices: each firm invoices its own share") % {"count": len(sellers)}


def _replaces_a_sent_one(telling: Telling) -> bool:
    earlier = Revision.objects.filter(bid=telling.bid, number__lt=telling.revision.number)
    return earlier.filter(standing__sent_at__isnull=False).exists()


def _offer_sent(telling: Telling) -> dict[str, Any]:
    version = telling.version
    sums = totals(version.offer)
    own = next((each for each in sums.parts if each.firm == telling.part.key), None)
    standing = telling.revision.standing
    facts = [
        Fact(label=_("The client"), value=plain.line(version.offer.client.name)),
        Fact(label=_("The work"), value=plain.line(version.offer.title)),
        Fact(label=_("Version"), value=str(telling.revision.number)),
    ]
    if own is not None:
        facts.append(Fact(label=_("Your price, without VAT"), value=telling.money(own.net)))
        if own.gross is not None and own.gross != own.net:
            facts.append(Fact(label=_("with VAT"), value=telling.money(own.gross)))
    facts.append(Fact(label=_("Valid until"), value=telling.last_moment(standing.expires_at)))
    lines = [line for part in version.offer.parts if part.key == telling.part.key for line in part.lines]
    frame = frame_promise(version.offer, telling.part.key)
    return {
        "facts": tuple(facts),
        "asked": tuple(plain.line(line.text) for line in lines),
        "day": telling.day(standing.sent_at or telling.now),
        "valid_until": telling.last_moment(standing.expires_at),
        "is_anbud": version.offer.client.kind == ClientKind.PUBLIC,
        "is_binding": version.offer.binding,
        "is_untouched": _is_untouched(telling),
        # What was frozen does not say how the firms see each other's prices.
        "rules": _rules_of(telling, frame, tells_who_sees=False),
    }


def _offer_not_sent(telling: Telling) -> dict[str, Any]:
    return {
        "facts": (
            Fact(label=_("The client"), value=telling.client),
            Fact(label=_("Offer number"), value=plain.line(telling.bid.number)),
        ),
        "reason": plain.line(telling.letter.facts.get("reason")),
    }


def _is_untouched(telling: Telling) -> bool:
    """Whether a change of what was agreed leaves the firm's own share as it was agreed before."""
    key, now = telling.part.key, telling.version.offer
    before = [one.offer for one in every_agreed(telling.bid) if one.revision.number < telling.revision.number]
    if not before or any(key not in {part.key for part in offer.parts} for offer in (before[-1], now)):
        return False
    return part_promise(before[-1], key) == part_promise(now, key)


def _offer_withdrawn(telling: Telling) -> dict[str, Any]:
    version, standing = telling.version, telling.revision.standing
    return {
        "title": plain.line(version.offer.title),
        "day": telling.day(standing.sent_at or telling.revision.frozen_at),
        "quote": plain.lines(telling.letter.facts.get("reason") or standing.reason),
        "is_anbud": version.offer.client.kind == ClientKind.PUBLIC,
    }


def _validity_extended(telling: Telling) -> dict[str, Any]:
    version, standing = telling.version, telling.revision.standing
    return {
        "title": plain.line(version.offer.title),
        "day": telling.day(standing.sent_at or telling.revision.frozen_at),
        "valid_until": telling.last_moment(standing.expires_at),
        "quote": plain.lines(telling.letter.facts.get("message")),
        "is_anbud": version.offer.client.kind == ClientKind.PUBLIC,
        "wishes": () if telling.letter.facts.get("part") else clients_said.wishes_answered_for(telling),
    }


def _group_asked(telling: Telling) -> dict[str, Any]:
    group = telling.group
    return {
        "group": plain.line(group.name),
        "rules": rules_of_group(group),
    }


_PARTICULARS: Final[dict[LetterKind, Callable[[Telling], dict[str, Any]]]] = {
    LetterKind.ASKED: _asked,
    LetterKind.REMINDER: _reminder,
    LetterKind.LINK_RENEWED: _link_renewed,
    LetterKind.CODE: _code,
    LetterKind.PRICE_TOLD: _price_told,
    LetterKind.ASKED_AGAIN: _asked_again,
    LetterKind.CARRIED_OVER: _carried_over,
    LetterKind.CHANGES_TOLD: _changes_told,
    LetterKind.OK_GIVEN: _ok_given,
    LetterKind.ANSWERED: _answered,
    LetterKind.SUGGESTED: _suggested,
    LetterKind.LEFT_OUT: _left_out,
    LetterKind.FIRM_GONE: _firm_gone,
    LetterKind.CHANGE_CANCELLED: _change_cancelled,
    LetterKind.OFFER_TO_CLIENT: _offer_to_client,
    LetterKind.OFFER_SENT: _offer_sent,
    LetterKind.OFFER_NOT_SENT: _offer_not_sent,
    LetterKind.OFFER_WITHDRAWN: _offer_withdrawn,
    LetterKind.OFFER_CLOSED: _offer_closed,
    LetterKind.VALIDITY_EXTENDED: _validity_extended,
    LetterKind.GROUP_ASKED: _group_asked,
    LetterKind.DECISION_CODE: decided.decision_code,
    LetterKind.DECISION_RECEIPT: decided.decision_receipt,
    LetterKind.DECISION_RECORDED: decided.decision_recorded,
    LetterKind.DECISION_OBJECTED: decided.decision_objected,
    LetterKind.DECISION_ANNULLED: decided.decision_annulled,
    LetterKind.OFFER_ACCEPTED: decided.offer_decided,
    LetterKind.OFFER_DECLINED: decided.offer_decided,
    LetterKind.COUNTER_OFFER: decided.counter_offer,
    LetterKind.OWN_COPY: decided.own_copy,
    LetterKind.QUESTION_ASKED: clients_said.question_asked,
    LetterKind.ANSWER_DRAFTED: clients_said.answer_drafted,
    LetterKind.QUESTION_ANSWERED: clients_said.question_answered,
    LetterKind.CHANGES_ASKED: clients_said.changes_asked,
    LetterKind.CHANGES_ANSWERED: clients_said.changes_answered,
}
