"""Who may do what to an offer: one small predicate a verb."""

from bids.models import Bid, Document
from bids.vocabulary import PriceVisibility
from kernel.actor import Actor, ActorKind
from members.models import Firm
from members.permissions import may_write_for


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
