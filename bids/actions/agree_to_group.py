"""Say a firm's yes to its group's rules of the game."""

from datetime import datetime

from bids.models import Group, GroupMember, GroupYes
from bids.permissions import may_agree_to_group
from bids.steps.groups import say_yes
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import Stale, require


@action
def agree_to_group(*, group: Group, member: GroupMember, rules_version: int, by: Actor, now: datetime) -> GroupYes:
    """The firm agrees to exactly the rules that were read; Stale when there are others by now.

    For a firm that people act for, one of those says it who give its OK. For a firm nobody acts for, whoever has
    logged in with the address the group was made with. Agreeing twice agrees once.
    """
    group = Group.objects.select_for_update().get(pk=group.pk)
    member = GroupMember.objects.get(pk=member.pk, group=group)
    require(may_agree_to_group(by, member))
    if group.rules_version != rules_version:
        raise Stale
    is_new = not GroupYes.objects.filter(group=group, firm=member.firm_id, rules_version=rules_version).exists()
    yes = say_yes(group, member.firm_id, by=by, now=now)
    if is_new:
        audit.record(
            "group.agreed",
            on=group,
            by=by,
            at=now,
            firm=str(member.firm.public_id),
            rules_version=rules_version,
        )
    return yes
