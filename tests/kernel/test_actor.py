"""Who stands behind a change is never half known."""

from dataclasses import FrozenInstanceError
from uuid import UUID

import pytest

from kernel.actor import Actor, ActorKind

MAIJA = UUID("11111111-1111-4111-8111-111111111111")


def test_a_person_is_kept_in_the_trail_by_pseudonym() -> None:
    person = Actor(kind=ActorKind.PERSON, id=7, public_id=MAIJA, label="Maija")

    assert person.pseudonym == "person:11111111-1111-4111-8111-111111111111"
    assert "Maija" not in person.pseudonym


def test_the_system_is_known_by_what_it_was_doing() -> None:
    assert Actor.system("worker").pseudonym == "system:worker"


def test_an_actor_does_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        Actor.system("worker").label = "somebody else"  # type: ignore[misc]


def test_a_person_without_an_id_is_nobody() -> None:
    with pytest.raises(ValueError, match="named by both its ids"):
        Actor(kind=ActorKind.PERSON, label="Maija")
    with pytest.raises(ValueError, match="named by both its ids"):
        Actor(kind=ActorKind.PERSON, label="Maija", public_id=MAIJA)


def test_a_firm_is_named_by_both_its_ids_or_not_at_all() -> None:
    with pytest.raises(ValueError, match="the firm acted for"):
        Actor(kind=ActorKind.PERSON, id=7, public_id=MAIJA, label="Maija", firm_id=3)
