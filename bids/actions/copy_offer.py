"""Make a new offer of an earlier one."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from bids.content import ClientCard, Contact, JointOffer, NeedCard
from bids.exports.agreed import to_make_another_of
from bids.models import Bid, Part
from bids.permissions import leads
from bids.queries.asked_before import COPIED, KeyUsed, asked_before
from bids.queries.numbers import next_number
from bids.queries.rows_of import write_offer
from bids.steps.asking import Asked, ask, invite
from bids.steps.copying import RateReplaced, at_rates_in_force, moved, without_others
from bids.steps.request_quota import count_offers, count_requests
from bids.steps.settling import settle
from bids.steps.starting import (
    ACCEPTS,
    NewOffer,
    checked,
    columns_of,
    content_hash,
    deducts_vat,
    firm_acted_for,
    group_of,
    lead_card,
    tie_to_meeting,
)
from bids.vocabulary import PartState, Role
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import NotVisible
from members.models import Firm


@dataclass(frozen=True, kw_only=True)
class CopiedOffer:
    """The new offer, and the rates that were replaced because they are no longer in force."""

    bid: Bid
    rates: tuple[RateReplaced, ...] = ()


@action
def copy_offer(
    *,
    bid: Bid,
    new: NewOffer,
    shares: tuple[str, ...],
    by: Actor,
    now: datetime,
    public_id: UUID | None = None,
) -> CopiedOffer:
    """A new offer stands under the next number with the lead's words and rows of the earlier one, moved in time.

    While what was agreed with the client is being changed, what was agreed goes along and nothing of the change.

    `shares` names for each of `new.firms` whose share of the earlier offer is theirs again, by its key, or nothing:
    such a firm is asked anew with its rows and texts as they were, and nobody has said OK to anything. Of those not
    named nothing is left. VAT rates that are over are replaced by what took their place. With a `public_id` asking
    twice makes one offer.
    """
    content = content_hash(new, str(bid.public_id), *shares)
    if public_id is not None and (known := asked_before(public_id)) is not None:
        if known.content != content or known.bid.lead_id != by.firm_id:
            raise KeyUsed
        return CopiedOffer(bid=known.bid)
    lead = firm_acted_for(by)
    if not leads(by, bid):
        raise NotVisible
    said = checked(new, lead=lead, by=by, now=now)
    count_offers(lead, now=now)
    count_requests([each.email for each in said.firms], lead=lead, by=by, now=now)
    earlier = to_make_another_of(bid)
    again = _again(earlier, said.firms, shares)
    offer, rates = at_rates_in_force(_offer(earlier, said, keys=again, lead=lead, by=by), earlier)
    source = {part.key: part for part in bid.parts.select_related("firm")}
    copy = write_offer(
        offer,
        lead=lead,
        number=next_number(lead, said.leaves_on.year),
        now=now,
        public_id=public_id,
        firms={key: source[key].firm for key in again},
    )
    Bid.objects.filter(pk=copy.pk).update(
        **columns_of(said, group=group_of(said, by=by)), copied_from=bid, next_code=bid.next_code
    )
    copy.refresh_from_db()
    audit.record(
        COPIED,
        on=copy,
        by=by,
        at=now,
        number=copy.number,
        earlier=bid.number,
        source=str(bid.public_id),
        firms=len(said.firms),
        rates=[f"{each.code}: {each.old} → {each.new or '?'}" for each in rates],
        content=content,
    )
    tie_to_meeting(copy, said, by=by, now=now)
    _ask_all(copy, said, again, source, by=by, now=now)
    settle(copy, by=by, now=now)
    return CopiedOffer(bid=copy, rates=rates)


def _again(earlier: JointOffer, firms: tuple[Asked, ...], shares: tuple[str, ...]) -> dict[str, Asked]:
    """Who does the same share again, by its key: a row that bears another name by now is another firm."""
    cards = {part.key: part.firm for part in earlier.parts if part.role is not Role.LEAD}
    again: dict[str, Asked] = {}
    for asked, key in zip(firms, shares, strict=False):
        if key in cards and key not in again and cards[key].name.casefold() == asked.name.casefold():
            again[key] = asked
    return again


def _offer(earlier: JointOffer, new: NewOffer, *, keys: dict[str, Asked], lead: Firm, by: Actor) -> JointOffer:
    ahead = without_others(moved(earlier, new), keys)
    rules = new.rules
    same_client = new.client_name.casefold() == earlier.client.name.casefold()
    client = _client(earlier.client, new) if same_client else _client(_bare(new), new)
    need = NeedCard(title=new.title)
    if earlier.need is not None and same_client:
        need = replace(earlier.need, title=new.title)
    parts = tuple(
        replace(part, firm=lead_card(lead, by=by))
        if part.role is Role.LEAD
        else replace(part, firm=replace(part.firm, contact=_contact(part.firm.contact, keys[part.key])))
        for part in ahead.parts
    )
    return replace(
        ahead,
        title=new.title,
        issued_on=new.leaves_on,
        valid_until=new.valid_until,
        delivery=new.delivery,
        language=rules.language,
        theme=rules.theme,
        profile=rules.profile,
        invoicing=rules.invoicing,
        liability=rules.liability,
        payment_days=rules.payment_days,
        price_visibility=rules.price_visibility,
        client=client,
        reference=earlier.reference if same_client else "",
        need=need,
        parts=parts,
    )


def _bare(new: NewOffer) -> ClientCard:
    return ClientCard(name=new.client_name, kind=new.client_kind, deducts_vat=deducts_vat(new.client_kind))


def _client(card: ClientCard, new: NewOffer) -> ClientCard:
    """The client's card with the person named now as the one who may say yes."""
    if not new.client_email and not new.client_contact:
        return card
    accepting = next((each for each in card.contacts if each.role == ACCEPTS), None)
    if accepting is not None and accepting.email.casefold() == new.client_email.casefold():
        return card
    person = Contact(name=new.client_contact or new.client_name, email=new.client_email, role=ACCEPTS)
    others = tuple(each for each in card.contacts if each.role != ACCEPTS)
    return replace(card, contacts=(person, *others))


def _contact(before: Contact | None, asked: Asked) -> Contact:
    known = before is not None and before.email.casefold() == asked.email.casefold()
    name = asked.contact or (before.name if before and known else asked.name)
    phone = asked.phone or (before.phone if before and known else "")
    return Contact(name=name, email=asked.email, phone=phone, role=before.role if before else "")


def _ask_all(
    copy: Bid, new: NewOffer, again: dict[str, Asked], source: dict[str, Part], *, by: Actor, now: datetime
) -> None:
    """Firms with a share of before find it there; the others are asked as in any new offer."""
    until = copy.leaves_at or now
    for key, asked in again.items():
        part = copy.parts.get(key=key)
        part.state, part.asked, part.always_ask = PartState.ASKED.value, asked.what, source[key].always_ask
        part.save(update_fields=["state", "asked", "always_ask"])
        part.bid = copy
        invite(part, asked, by=by, now=now, until=until)
    for asked in new.firms:
        if asked not in again.values():
            ask(copy, asked, by=by, now=now, until=until)
