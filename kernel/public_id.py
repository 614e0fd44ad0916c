"""What every thing with an address has: an opaque name, and a version that tells two readings apart."""

import uuid
from typing import Any, ClassVar, TypeVar

from django.db import models
from django.db.models import F

from kernel.errors import Stale

M_co = TypeVar("M_co", bound=models.Model, covariant=True)


class Published(models.Model):
    """A thing that addresses and the API name by a random id; its primary key is never shown."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        abstract = True


class VersionedQuerySet(models.QuerySet[M_co]):
    """Questions about versioned things, and the one way their version goes up."""

    def update_version(self, *, seen: int, **changes: Any) -> int:
        """Change the one thing selected if it still has the version seen, and return its new version.

        One compare-and-set UPDATE: of two who saw the same version, the second is refused with Stale.
        """
        changed = self.filter(version=seen).update(version=F("version") + 1, **changes)
        if changed > 1:
            raise ValueError("a version belongs to one thing: select it before raising its version")
        if not changed:
            raise Stale
        return seen + 1


class Versioned(models.Model):
    """A thing whose every change raises its version, so that nobody overwrites what they have not seen."""

    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[models.Manager[Any]] = VersionedQuerySet.as_manager()

    class Meta:
        abstract = True
