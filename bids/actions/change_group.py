"""Change a group: its name, its firms, its rules of the game."""

from datetime import datetime

from bids.models import Group, GroupMember
from bids.permissions import may_lead_group
from bids.steps.groups import GroupRules, GroupSaid, ask_members, checked_group, say_yes, write_members
from bids.vocabulary import Invoicing, Liability, PriceVisibility
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import require


@action
def change_group(*, group: Group, said: GroupSaid, seen: int, by: Actor, now: datetime) -> Group:
    """The group says what was typed; Stale if it changed since it was read.

    Other rules are a new version, to which every firm but the one that makes it is asked to say yes anew; otherwise
    only those are written to that join or have another address. A firm that is no longer named is out.
    """
    group = Group.objects.select_for_update(of=("self",)).select_related("made_by").get(pk=group.pk)
    require(may_lead_group(by, group))
    cleaned = checked_group(said, made_by=group.made_by)
    has_new_rules = rules_of(group) != cleaned.rules
    version = group.rules_version + has_new_rules
    Group.objects.filter(pk=group.pk).update_version(
        seen=seen,
        name=cleaned.name,
        rules_version=version,
        invoicing=cleaned.rules.invoicing.value,
        liability=cleaned.rules.liability.value,
        payment_days=cleaned.rules.payment_days,
        valid_days=cleaned.rules.valid_days,
        price_visibility=cleaned.rules.price_visibility.value,
    )
    group.refresh_from_db()
    joined = write_members(group, cleaned.firms)
    say_yes(group, group.made_by_id, by=by, now=now)
    audit.record("group.changed", on=group, by=by, at=now, name=audit.Personal(cleaned.name), rules_version=version)
    asked = list(GroupMember.objects.filter(group=group).select_related("firm")) if has_new_rules else joined
    ask_members(group, asked, by=by, now=now)
    return group


def rules_of(group: Group) -> GroupRules:
    """The rules of the game as they stand."""
    return GroupRules(
        invoicing=Invoicing(group.invoicing),
        liability=Liability(group.liability),
        payment_days=group.payment_days,
        valid_days=group.valid_days,
        price_visibility=PriceVisibility(group.price_visibility),
    )
