"""Make a group of firms that work together again and again."""

from datetime import datetime
from uuid import UUID

from bids.models import Group
from bids.permissions import may_start_for
from bids.queries.asked_before import KeyUsed
from bids.steps.groups import GroupSaid, ask_members, checked_group, say_yes, write_members
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import NotPermitted, TooOften, require
from members.models import Firm

MOST_GROUPS = 50


class TooManyGroups(TooOften):
    """The firm has made as many groups as it may."""


@action
def make_group(*, said: GroupSaid, by: Actor, now: datetime, public_id: UUID | None = None) -> Group:
    """The group is there, the making firm has agreed to its rules, and each other firm has one letter about them.

    Making twice under one `public_id` makes one.
    """
    if by.firm_id is None:
        raise NotPermitted
    firm = Firm.objects.select_for_update(no_key=True).get(pk=by.firm_id)
    require(may_start_for(by, firm))
    known = Group.objects.filter(public_id=public_id).first() if public_id else None
    if known is not None:
        if known.made_by_id != firm.pk:
            raise KeyUsed
        return known
    if Group.objects.filter(made_by=firm).count() >= MOST_GROUPS:
        raise TooManyGroups
    cleaned = checked_group(said, made_by=firm)
    rules = cleaned.rules
    group = Group.objects.create(
        **({"public_id": public_id} if public_id else {}),
        name=cleaned.name,
        made_by=firm,
        made_at=now,
        invoicing=rules.invoicing.value,
        liability=rules.liability.value,
        payment_days=rules.payment_days,
        valid_days=rules.valid_days,
        price_visibility=rules.price_visibility.value,
    )
    joined = write_members(group, cleaned.firms)
    say_yes(group, firm.pk, by=by, now=now)
    audit.record("group.made", on=group, by=by, at=now, name=audit.Personal(cleaned.name), firms=len(cleaned.firms) + 1)
    ask_members(group, joined, by=by, now=now)
    return group
