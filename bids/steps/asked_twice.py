"""Things made under an id of the asker's own choice, so that asking twice makes one."""

from typing import TypeVar
from uuid import UUID

from bids.queries.asked_before import KeyUsed
from kernel.public_id import Published

Thing = TypeVar("Thing", bound=Published)


def made_before(kind: type[Thing], public_id: UUID | None, **where: object) -> Thing | None:
    """The thing of this id that belongs where it is said to; KeyUsed when the id is that of another.

    The caller holds the lock of the offer the thing would be made in.
    """
    if public_id is None:
        return None
    found: Thing | None = kind._default_manager.filter(public_id=public_id).first()  # noqa: SLF001 - any kind of thing
    if found is not None and any(getattr(found, name) != value for name, value in where.items()):
        raise KeyUsed
    return found
