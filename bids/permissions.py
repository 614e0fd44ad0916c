"""Who may do what to an offer: one small predicate a verb."""

from bids.models import Bid, Document, Invitation, Part
from bids.vocabulary import IN_THE_OFFER, PartState, PriceVisibility, Role
from kernel.actor import Actor, ActorKind
from members.models import Firm
from members.permissions import may_change_firm, may_write_for


def is_system(actor: Actor) -> bool:
    """Whether the program itself acts: a command at the console, or the worker."""
    return actor.kind is ActorKind.SYSTEM


def leads(actor: Actor, bid: Bid) -> bool:
    """Whether the actor acts for the firm that leads this offer."""
    return actor.firm_id is not None and actor.firm_id == bid.lead_id


def may_import_for(actor: Actor, lead: Firm) -> bool:
    """An offer is brought in by those who write for the firm that leads it, or at the console."""
    return is_system(actor) or may_write_for(actor, lead)


def may_request_document(actor: Actor, bid: Bid) -> bool:
    """Those who write for the lead have documents made of its offer."""
    return is_system(actor) or (leads(actor, bid) and may_write_for(actor, bid.lead))


def may_export(actor: Actor, bid: Bid) -> bool:
    """The whole offer, with every price in it, leaves only in its lead's hands."""
    return is_system(actor) or leads(actor, bid)


def may_see_every_price(actor: Actor, bid: Bid) -> bool:
    """The lead sees what every firm's part costs; a partner too, where the offer's prices are open to all its firms."""
    return may_export(actor, bid) or bid.price_visibility == PriceVisibility.ALL.value


def may_see_document(actor: Actor, document: Document) -> bool:
    """A document is seen by the firm that leads its offer."""
    return is_system(actor) or (document.bid is not None and leads(actor, document.bid))


def may_change_offer(actor: Actor, bid: Bid) -> bool:
    """Title, client, rules of the game, money and order are the lead's owners' and editors' to change."""
    return is_system(actor) or (leads(actor, bid) and may_change_firm(actor, bid.lead))


def may_write_joint_words(actor: Actor, bid: Bid) -> bool:
    """The offer's common texts are written by all who write for the lead, its producers too."""
    return is_system(actor) or (leads(actor, bid) and may_write_for(actor, bid.lead))


def may_write_part(actor: Actor, part: Part) -> bool:
    """A firm's rows are its owners' and editors', or whoever holds its invitation; the lead's until it is asked."""
    if is_system(actor) or _holds_invitation(actor, part):
        return True
    if part.state == PartState.LISTED.value and part.role != Role.LEAD.value and may_change_offer(actor, part.bid):
        return True
    return actor.firm_id == part.firm_id and may_change_firm(actor, part.firm)


def may_write_words_of(actor: Actor, part: Part) -> bool:
    """A firm's texts are written by all who write for it, its producers too."""
    return may_write_part(actor, part) or (actor.firm_id == part.firm_id and may_write_for(actor, part.firm))


def may_suggest_to(actor: Actor, part: Part) -> bool:
    """The lead suggests changes of a partner's words and prices, a producer changes of its own firm's rows."""
    if part.state not in IN_THE_OFFER or may_write_part(actor, part):
        return False
    own = actor.firm_id == part.firm_id and may_write_for(actor, part.firm)
    return own or may_write_joint_words(actor, part.bid)


def _holds_invitation(actor: Actor, part: Part) -> bool:
    return (
        actor.kind is ActorKind.INVITED
        and actor.firm_id == part.firm_id
        and Invitation.objects.standing().filter(pk=actor.id, part=part).exists()
    )
