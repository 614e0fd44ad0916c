"""Leave a group."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from bids.models import Group, GroupMember
from bids.permissions import may_agree_to_group
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import Refusal, require


class LeadsGroup(Refusal):
    """The firm that made the group does not leave it."""

    sentence = _("Your firm made this group. Take the other firms out of it instead.")
    code = "leads-group"


@action
def leave_group(*, group: Group, member: GroupMember, by: Actor, now: datetime) -> None:
    """The firm is in the group no more; offers it is in, and what it has agreed to for them, stay as they are."""
    group = Group.objects.select_for_update().get(pk=group.pk)
    found = GroupMember.objects.filter(pk=member.pk, group=group).select_related("firm").first()
    if found is None:
        return
    require(may_agree_to_group(by, found))
    if found.firm_id == group.made_by_id:
        raise LeadsGroup
    audit.record("group.left", on=group, by=by, at=now, firm=str(found.firm.public_id))
    found.delete()
