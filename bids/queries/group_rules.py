"""What a firm has approved beforehand by its yes to its group's rules of the game."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bids.content import JointOffer
from bids.models import Bid, Group, GroupMember, GroupYes
from kernel.clock import helsinki_day

AGREED_RULES = frozenset({"invoicing", "liability", "payment_days", "valid_until", "price_visibility"})
"""The rules, as a firm's frame names them, that a group agrees on once for all its offers."""


@dataclass(frozen=True, kw_only=True)
class Agreed:
    """The firms, by primary key, that have said yes to the very rules an offer has, and how long these bind them."""

    firms: frozenset[int] = frozenset()
    valid_days: int = 0
    valid_until: date = date.min

    def rules_of(self, firm_id: int, *, given_at: datetime) -> frozenset[str]:
        """The rules this firm has approved, whatever it saw when it said OK to the offer at that moment.

        It has agreed to be bound for so many days: an offer that is dated anew does not bind it for longer than that
        from its own OK.
        """
        if firm_id not in self.firms:
            return frozenset()
        bound_until = helsinki_day(given_at) + timedelta(days=self.valid_days)
        return AGREED_RULES if self.valid_until <= bound_until else AGREED_RULES - {"valid_until"}


def agreed_by_group(bid: Bid, offer: JointOffer | Bid) -> Agreed:
    """Who of its group has agreed to the rules an offer has, or would have; nobody when they are not the group's own.

    Only firms count that are in the group still.
    """
    group = bid.group
    if group is None or not _plays_by(offer, group):
        return Agreed()
    members = GroupMember.objects.filter(group=group).values("firm_id")
    yeses = GroupYes.objects.filter(group=group, rules_version=group.rules_version, firm_id__in=members)
    return Agreed(
        firms=frozenset(yeses.values_list("firm_id", flat=True)),
        valid_days=group.valid_days,
        valid_until=offer.valid_until,
    )


def _plays_by(offer: JointOffer | Bid, group: Group) -> bool:
    return (
        offer.invoicing == group.invoicing
        and offer.liability == group.liability
        and offer.payment_days == group.payment_days
        and offer.price_visibility == group.price_visibility
        and offer.valid_until - offer.issued_on == timedelta(days=group.valid_days)
    )
