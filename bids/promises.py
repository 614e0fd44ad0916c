"""What a firm's OK binds, in canonical words: its own part, and what binds or pays it in the whole offer.

A promise is a plain JSON value, the same for the same content whatever the order of rows. Its bytes (RFC 8785) are what
the answer screen is drawn from and what is hashed, behind a prefix that tells the two kinds apart and the part's salt,
without which no price can be guessed from a hash.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

import rfc8785

from bids.content import CLIENT, ClientCard, Contact, JointOffer, Line, MilestoneCard, OfferPart, Section
from bids.pricing import ChoiceRefused, totals
from bids.sums import Totals
from bids.vat import NoRateKnown
from bids.visibility import Eyes, Reader, mode_in_force, without_hidden
from bids.vocabulary import Invoicing, Liability, OkKind, Role

ACCEPTS = "accepts"
"""The role of the client's person who may say yes."""

_PREFIXES = {OkKind.PART: b"part.v1\0", OkKind.FRAME: b"frame.v1\0"}

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One thing that is not as it was approved. `path` leads to it; None stands for nothing being there.

    A line is reached by its code and a milestone by its id; of a list of texts each text that came or went is one.
    """

    path: tuple[str, ...]
    before: object
    after: object


def part_promise(offer: JointOffer, key: str, *, pictures: Mapping[str, str] | None = None) -> Json:
    """The firm's own part: its card as copied, its lines, its texts, its own milestones with their dates.

    `pictures` are the SHA-256 of the offer's files by name, for an offer that was gathered without their bytes. The
    order of lines, texts' places in the document and the part's place among others are no promise.
    """
    part = _part_of(offer, key)
    known = _hashes_of(offer) if pictures is None else pictures
    return {
        "firm": _json(part.firm) | {"logo": known.get(part.firm.logo, part.firm.logo)},
        "lines": {line.code: _line(line) for line in part.lines},
        "summary": part.summary,
        "included": list(part.included),
        "excluded": list(part.excluded),
        "assumptions": list(part.assumptions),
        "references": [_json(reference) for reference in part.references],
        "endorsements": [_json(endorsement) for endorsement in part.endorsements],
        "texts": _texts(section for section in offer.sections if section.owner == key),
        "milestones": {step.id: _dated(step) for step in offer.milestones if step.owner == key},
    }


def frame_promise(offer: JointOffer, key: str, *, always_ask: bool = False) -> Json:
    """What binds or pays this firm: rules of the game, client, need, its own settlement, hand-overs that touch it.

    Where the firms answer for one another, or the lead answers for or sells all, the list of firms too, and the totals
    if the firm may see them: a firm that answers for the whole always does. Not in it: others' prices, joint prose,
    looks. In strict mode (`always_ask`) everything the firm can see is in it, so that every change of that asks.
    """
    part = _part_of(offer, key)
    sums = _sums(offer)
    frame: Json = {
        "role": part.role.value,
        "rules": {
            "binding": offer.binding,
            "invoicing": offer.invoicing.value,
            "liability": offer.liability.value,
            "payment_days": offer.payment_days,
            "valid_until": offer.valid_until.isoformat(),
            "price_visibility": mode_in_force(offer.price_visibility, offer.liability).value,
            "language": offer.language.value,
            "general_terms": offer.general_terms,
            "terms": _in_order(_json(term) for term in offer.terms),
            "payment_plan": [_json(step) for step in offer.payment_plan],
        },
        "client": _client(offer.client),
        "need": _need(offer),
        "own": _own(sums, part),
        "hand_overs": _hand_overs(offer.milestones, key),
    }
    if answers_for_all(offer):
        frame["whole"] = _whole(sums, offer, with_total=_eyes(offer, key).sees_totals)
    if always_ask:
        frame["everything"] = visible_to(offer, key)
    return frame


def without_total(frame: Mapping[str, Any]) -> Json:
    """The frame for somebody who may not read what the offer comes to; no OK is bound to this one."""
    left = {name: value for name, value in frame.items() if name != "everything"}
    return left | ({"whole": {"firms": left["whole"]["firms"]}} if "whole" in left else {})


def answers_for_all(offer: JointOffer) -> bool:
    """Whether somebody answers for, or sells, more than their own part."""
    return offer.liability != Liability.SEVERAL or offer.invoicing == Invoicing.LEAD


def visible_to(offer: JointOffer, key: str) -> Json:
    """What the firm can see of the offer besides its own part: what it is told about when it changes.

    Others' prices as far as the offer's price visibility lets them be seen; how the document looks is left out.
    """
    eyes = _eyes(offer, key)
    left = without_hidden(offer, eyes)
    seen: Json = {
        "title": offer.title,
        "reference": offer.reference,
        "issued_on": offer.issued_on.isoformat(),
        "client": _json(offer.client) | {"contacts": _in_order(map(_json, offer.client.contacts))},
        "need": _json(offer.need) if offer.need else None,
        "notes": list(offer.notes),
        "sections": _in_order(_json(section) for section in offer.sections if section.owner != key),
        "packages": {each.id: _json(each) | {"lines": sorted(each.lines)} for each in offer.packages},
        "milestones": {step.id: _json(step) for step in offer.milestones},
        "discount": _json(left.discount),
        "fee": _json(left.coordination_fee),
        "firms": {part.key: _others(part) for part in left.parts if part.key != key},
    }
    if eyes.sees_totals:
        seen["total"] = _total(_sums(offer))
    return seen


def promise_bytes(promise: Mapping[str, Any]) -> bytes:
    """The canonical bytes of a promise."""
    return rfc8785.dumps(dict(promise))


def promise_hash(kind: OkKind, salt: bytes, promise: Mapping[str, Any]) -> bytes:
    """What an OK to exactly this promise carries."""
    return hash_of(kind, salt, promise_bytes(promise))


def hash_of(kind: OkKind, salt: bytes, canonical: bytes) -> bytes:
    """The same of a promise's canonical bytes."""
    return sha256(_PREFIXES[kind] + bytes(salt) + canonical).digest()


def told_hash(salt: bytes, seen: Mapping[str, Any]) -> bytes:
    """What tells whether anything changed that the firm can see and nobody asks it about."""
    return sha256(b"told.v1\0" + bytes(salt) + promise_bytes(seen)).digest()


def no_worse(approved: Mapping[str, Any], current: Mapping[str, Any], *, agreed: frozenset[str] = frozenset()) -> bool:
    """Whether whoever approved the one frame is at no point worse off with the other.

    The firm gets no less, is paid no later, is bound no longer and no more firmly; where it answers for the whole, the
    whole is no dearer. Whatever else differs counts as worse. A frame that held everything, and no longer does because
    strict mode is over, is compared without that. Rules named in `agreed` the firm has approved elsewhere, as they are.
    """
    now, then = dict(current), dict(approved)
    if "everything" not in now:
        then.pop("everything", None)
    if now.keys() != then.keys():
        return False
    return (
        _rules_no_worse(then["rules"] | {name: now["rules"].get(name) for name in agreed}, now["rules"])
        and _own_no_worse(then["own"], now["own"])
        and _whole_no_worse(then.get("whole"), now.get("whole"))
        and all(now[name] == then[name] for name in now.keys() - {"rules", "own", "whole"})
    )


def differences(approved: Mapping[str, Any], current: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Everything in which one promise differs from another of the same kind, in the order of its paths."""
    return tuple(_differing((), dict(approved), dict(current)))


def _eyes(offer: JointOffer, key: str) -> Eyes:
    return Eyes(
        reader=Reader.LEAD if offer.lead.key == key else Reader.FIRM,
        key=key,
        mode=mode_in_force(offer.price_visibility, offer.liability),
    )


def _part_of(offer: JointOffer, key: str) -> OfferPart:
    return next(part for part in offer.parts if part.key == key)


def _hashes_of(offer: JointOffer) -> dict[str, str]:
    return {file.name: sha256(file.data).hexdigest() for file in offer.files}


def _json(value: object) -> Any:
    match value:
        case None | bool() | int():
            return value
        case Decimal():
            return _amount(value)
        case date():
            return value.isoformat()
        case str():
            return str(value)
        case tuple() | list():
            return [_json(each) for each in value]
        case _ if is_dataclass(value) and not isinstance(value, type):
            return {field.name: _json(getattr(value, field.name)) for field in fields(value)}
        case _:
            raise TypeError(f"a promise cannot say {value!r}")


def _amount(value: Decimal) -> str:
    """The number without zeros that say nothing, never with an exponent."""
    return format(value.normalize() if value else Decimal(0), "f")


def _line(line: Line) -> Json:
    """A line by its code, which is therefore not repeated."""
    said: Json = _json(line)
    del said["code"]
    return said


def _texts(sections: Iterable[Section]) -> list[Json]:
    return _in_order({"title": each.title, "text": each.text, "language": each.language} for each in sections)


def _in_order(said: Iterable[Json]) -> list[Json]:
    """In an order of their own: where they stand in the document is no promise."""
    return sorted(said, key=rfc8785.dumps)


def _dated(step: MilestoneCard) -> Json:
    return {"name": step.name, "starts_on": step.starts_on.isoformat(), "ends_on": step.ends_on.isoformat()}


def _client(client: ClientCard) -> Json:
    return {
        "name": client.name,
        "kind": client.kind.value,
        "business_id": client.business_id,
        "vat_number": client.vat_number,
        "accepts": _accepting(client.contacts),
    }


def _accepting(contacts: Iterable[Contact]) -> list[Json]:
    accepting = [{"name": each.name, "email": each.email} for each in contacts if each.role == ACCEPTS]
    return sorted(accepting, key=lambda each: (each["name"], each["email"]))


def _need(offer: JointOffer) -> Json:
    """The facts of the need: what and how much, where, and when."""
    need, delivery = offer.need, offer.delivery
    return {
        "title": need.title if need else "",
        "text": need.text if need else "",
        "municipality": need.municipality if need else "",
        "delivery": [delivery.starts_on.isoformat(), delivery.ends_on.isoformat()] if delivery else None,
    }


def _sums(offer: JointOffer) -> Totals | None:
    """The sums of the default choice; None while they cannot be counted."""
    try:
        return totals(offer)
    except (ChoiceRefused, NoRateKnown):
        return None


def _own(sums: Totals | None, part: OfferPart) -> Json | None:
    """What the firm gets for the default choice, after fee and discount, and from whom."""
    if sums is None:
        return None
    if part.role == Role.LEAD:
        net, buyer = sums.lead_keeps.net, CLIENT
    else:
        net = next(each.net for each in sums.parts if each.firm == part.key)
        buyer = CLIENT if sums.invoicing == Invoicing.EACH else "lead"
    invoice = next((each for each in sums.settlement if each.seller == part.key), None)
    sells_all = part.role == Role.LEAD and sums.invoicing == Invoicing.LEAD
    gross = None if sells_all else _amount(invoice.gross if invoice else net)
    return {"net": _amount(net), "gross": gross, "paid_by": buyer}


def _hand_overs(steps: Iterable[MilestoneCard], key: str) -> list[Json]:
    """Every step that passes from one pair of hands to another, where one of them is this firm's.

    A step that waits for another's step receives from it, also when nobody wrote so down as a hand-over.
    """
    by_id = {step.id: step for step in steps}
    passed = {(step.id, step.hands_over_to) for step in by_id.values() if step.hands_over_to}
    passed |= {(needed, step.owner) for step in by_id.values() for needed in step.needs if needed in by_id}
    touching = (
        {
            "what": by_id[identity].name,
            "from": by_id[identity].owner,
            "to": receiver,
            "by": by_id[identity].ends_on.isoformat(),
        }
        for identity, receiver in passed
        if key in (by_id[identity].owner, receiver) and by_id[identity].owner != receiver
    )
    return sorted(touching, key=lambda each: (each["by"], each["from"], each["to"], each["what"]))


def _whole(sums: Totals | None, offer: JointOffer, *, with_total: bool) -> Json:
    firms = {
        part.key: {"name": part.firm.name, "business_id": part.firm.business_id, "role": part.role.value}
        for part in offer.parts
    }
    return {"total": _total(sums), "firms": firms} if with_total else {"firms": firms}


def _total(sums: Totals | None) -> Json | None:
    return {"net": _amount(sums.net), "gross": _amount(sums.gross)} if sums else None


def _others(part: OfferPart) -> Json:
    said: Json = _json(part)
    del said["key"]
    said["lines"] = {line.code: _line(line) for line in part.lines}
    return said


def _rules_no_worse(then: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    loosened = {"binding", "payment_days", "valid_until"}
    return (
        (then["binding"] or not now["binding"])
        and now["payment_days"] <= then["payment_days"]
        and date.fromisoformat(now["valid_until"]) <= date.fromisoformat(then["valid_until"])
        and all(now.get(name) == then.get(name) for name in (now.keys() | then.keys()) - loosened)
    )


def _own_no_worse(then: Mapping[str, Any] | None, now: Mapping[str, Any] | None) -> bool:
    if then is None or now is None:
        return then == now
    return (
        Decimal(now["net"]) >= Decimal(then["net"])
        and (now["gross"] is None) == (then["gross"] is None)
        and (now["gross"] is None or Decimal(now["gross"]) >= Decimal(then["gross"]))
        and now["paid_by"] == then["paid_by"]
    )


def _whole_no_worse(then: Mapping[str, Any] | None, now: Mapping[str, Any] | None) -> bool:
    """Where the whole no longer tells the total, that binds the firm no more than knowing it did."""
    if then is None or now is None:
        return then == now
    if now["firms"] != then["firms"]:
        return False
    if "total" not in now:
        return True
    before, after = then.get("total"), now["total"]
    if before is None or after is None:
        return then == now
    return Decimal(after["net"]) <= Decimal(before["net"]) and Decimal(after["gross"]) <= Decimal(before["gross"])


def _differing(path: tuple[str, ...], before: object, after: object) -> Iterator[Difference]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for name in sorted(before.keys() | after.keys()):
            yield from _differing((*path, name), before.get(name), after.get(name))
    elif isinstance(before, list) and isinstance(after, list) and path[-1:] != ("delivery",):
        yield from _come_and_gone(path, before, after)
    else:
        yield Difference(path=path, before=before, after=after)


def _come_and_gone(path: tuple[str, ...], before: list[object], after: list[object]) -> Iterator[Difference]:
    """What left a list and what came; when only the order is another, the lists themselves."""
    gone, come = list(before), list(after)
    for each in before:
        if each in come:
            come.remove(each)
            gone.remove(each)
    if not gone and not come:
        yield Difference(path=path, before=before, after=after)
    yield from (Difference(path=path, before=each, after=None) for each in gone)
    yield from (Difference(path=path, before=None, after=each) for each in come)
