"""Whose unsaved words are whose."""

from typing import Any

from kernel.actor import Actor, ActorKind
from kernel.errors import NotPermitted


def writer_of(by: Actor) -> dict[str, Any]:
    """The columns that name the writer of a draft; NotPermitted for anybody who types nothing here."""
    if by.kind is ActorKind.PERSON:
        return {"person_id": by.id}
    if by.kind is ActorKind.INVITED:
        return {"invitation_id": by.id}
    raise NotPermitted
