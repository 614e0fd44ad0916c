"""Who stands behind a change."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self
from uuid import UUID


class ActorKind(StrEnum):
    """What an actor can be."""

    PERSON = "person"
    INVITED = "invited"
    CLIENT_LINK = "client_link"
    SYSTEM = "system"
    STAFF = "staff"


@dataclass(frozen=True, kw_only=True, slots=True)
class Actor:
    """A person, the holder of an invitation or a client's link, the system itself or staff, and the firm they act for.

    `id` and `public_id` are those of the person, the invitation or the link, None for the system. `firm_id` and
    `firm_public_id` name the one firm acted for, or none. `label` is what a reader is shown.
    """

    kind: ActorKind
    label: str
    id: int | None = None
    public_id: UUID | None = None
    firm_id: int | None = None
    firm_public_id: UUID | None = None

    def __post_init__(self) -> None:
        if (self.public_id is None) != (self.kind is ActorKind.SYSTEM) or (self.id is None) != (self.public_id is None):
            raise ValueError(f"an actor of kind {self.kind} is named by both its ids, or by none if it is the system")
        if (self.firm_id is None) != (self.firm_public_id is None):
            raise ValueError("the firm acted for is named by both its ids or by neither")

    @classmethod
    def system(cls, label: str) -> Self:
        """The program itself; the label says which part of it."""
        return cls(kind=ActorKind.SYSTEM, label=label)

    @property
    def pseudonym(self) -> str:
        """The name the audit trail keeps: says who to those who can look it up, and nothing once they are erased."""
        return f"{self.kind}:{self.label if self.public_id is None else self.public_id}"
