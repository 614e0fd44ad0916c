"""Doorbells for tests: one that is silent, and one that remembers."""

from uuid import UUID

rung: list[tuple[UUID, str]] = []


def silent(message_id: UUID, topic: str) -> None:
    pass


def remembering(message_id: UUID, topic: str) -> None:
    rung.append((message_id, topic))
