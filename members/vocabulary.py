"""The words people and firms are described with, each a closed list."""

from enum import StrEnum


class MembershipRole(StrEnum):
    """What a person may do for a firm."""

    OWNER = "owner"
    EDITOR = "editor"
    VIEWER = "viewer"
    PRODUCER = "producer"


WRITING_ROLES = (MembershipRole.OWNER, MembershipRole.EDITOR, MembershipRole.PRODUCER)
"""Roles that may change what their firm offers."""


class TokenScope(StrEnum):
    """What a program may do with a person's key."""

    READ = "read"
    WRITE = "write"
