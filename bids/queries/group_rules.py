"""Whose yes to a group's rules of the game holds for an offer."""

from datetime import timedelta

from bids.models import Bid, GroupYes

AGREED_RULES = frozenset({"invoicing", "liability", "payment_days", "valid_until", "price_visibility"})
"""The rules, as a firm's frame names them, that a group agrees on once for all its offers."""


def plays_by_its_groups_rules(bid: Bid) -> bool:
    """Whether the offer is its group's and has exactly the rules the group has agreed on as they are now."""
    group = bid.group
    if group is None:
        return False
    return (
        bid.invoicing == group.invoicing
        and bid.liability == group.liability
        and bid.payment_days == group.payment_days
        and bid.price_visibility == group.price_visibility
        and bid.valid_until - bid.issued_on == timedelta(days=group.valid_days)
    )


def firms_that_agreed(bid: Bid) -> frozenset[int]:
    """Primary keys of the firms whose yes to its group's rules holds for this offer; none when it has others."""
    fresh = Bid.objects.select_related("group").get(pk=bid.pk)
    if fresh.group is None or not plays_by_its_groups_rules(fresh):
        return frozenset()
    yeses = GroupYes.objects.filter(group=fresh.group, rules_version=fresh.group.rules_version)
    return frozenset(yeses.values_list("firm_id", flat=True))
