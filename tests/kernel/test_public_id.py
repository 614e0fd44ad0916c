"""Things with an address and a version, tried on the firm."""

import uuid

import pytest

from kernel.errors import Stale
from kernel.public_id import VersionedQuerySet
from members.models import Firm

pytestmark = pytest.mark.django_db


def firms() -> VersionedQuerySet[Firm]:
    return VersionedQuerySet(Firm)


def test_a_public_id_is_given_at_random_and_once() -> None:
    first, second = Firm.objects.create(name="Kuvaamo"), Firm.objects.create(name="Kuvaamo")

    assert first.public_id != second.public_id
    assert first.public_id.version == 4
    assert isinstance(first.public_id, uuid.UUID)


def test_a_change_from_the_version_seen_raises_it() -> None:
    firm = Firm.objects.create(name="Kuvaamo")

    assert firms().filter(pk=firm.pk).update_version(seen=1, name="Kuvaamo Oy") == 2

    firm.refresh_from_db()
    assert (firm.name, firm.version) == ("Kuvaamo Oy", 2)


def test_a_change_from_an_older_version_is_refused_and_changes_nothing() -> None:
    firm = Firm.objects.create(name="Kuvaamo")
    firms().filter(pk=firm.pk).update_version(seen=1, name="Kuvaamo Oy")

    with pytest.raises(Stale):
        firms().filter(pk=firm.pk).update_version(seen=1, name="Valokuvaamo")

    firm.refresh_from_db()
    assert (firm.name, firm.version) == ("Kuvaamo Oy", 2)


def test_a_version_is_of_one_thing() -> None:
    Firm.objects.create(name="Kuvaamo")
    Firm.objects.create(name="Puupaja")

    with pytest.raises(ValueError, match="belongs to one thing"):
        firms().all().update_version(seen=1, name="Firma")
