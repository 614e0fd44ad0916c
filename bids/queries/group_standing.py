"""Which firms of a group have said yes to its rules of the game as they stand."""

from dataclasses import dataclass

from bids.models import Group, GroupMember, GroupYes


@dataclass(frozen=True, kw_only=True)
class MemberStanding:
    """One firm of a group. `is_lead` is the firm that made it."""

    member: GroupMember
    is_lead: bool
    has_agreed: bool


def standing_of_group(group: Group) -> tuple[MemberStanding, ...]:
    """Every firm of the group, the one that made it first, the others as they came."""
    agreed = set(
        GroupYes.objects.filter(group=group, rules_version=group.rules_version).values_list("firm_id", flat=True)
    )
    members = GroupMember.objects.filter(group=group).select_related("firm").order_by("pk")
    rows = [
        MemberStanding(member=member, is_lead=member.firm_id == group.made_by_id, has_agreed=member.firm_id in agreed)
        for member in members
    ]
    return tuple(sorted(rows, key=lambda row: not row.is_lead))
