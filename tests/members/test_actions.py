"""People and firms as actions change them: who may, what is recorded, and what asking twice does."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction

from kernel.actor import Actor
from kernel.errors import Malformed, NotPermitted, NotVisible, Stale
from kernel.models import AuditEvent, AuditIdentity
from kernel.tokens import is_token
from members.actions.change_details import change_details
from members.actions.change_firm import change_firm
from members.actions.change_language import change_language
from members.actions.claim_firm import claim_firm
from members.actions.create_api_token import STANDING_AT_MOST, TooManyTokens, create_api_token
from members.actions.create_firm import FirmHasAnOwner, FirmIsKnown, create_firm
from members.actions.revoke_api_token import revoke_api_token
from members.details import FirmDetails
from members.models import ApiToken, Firm, Membership, Person
from members.permissions import may_write_for
from members.vocabulary import MembershipRole
from tests.world import a_firm, a_person, acting

pytestmark = pytest.mark.django_db

DETAILS = FirmDetails(name="Uusi Tmi", business_id="9000014-2", municipality="491", staff=1, colour="#1d5c63")


def types(chain: object) -> list[str]:
    return [event.type for event in AuditEvent.objects.about(chain)]  # type: ignore[arg-type]


def test_who_adds_a_firm_owns_it(now: datetime) -> None:
    person = a_person()

    firm = create_firm(details=DETAILS, by=acting(person), now=now)

    assert (firm.name, firm.business_id, firm.municipality, firm.staff) == ("Uusi Tmi", "9000014-2", "491", 1)
    membership = Membership.objects.get(firm=firm)
    assert (membership.person, membership.role, membership.may_approve) == (person, "owner", True)
    assert types(firm.public_id) == ["firm.created", "membership.created"]


def test_an_owned_business_id_never_gives_a_membership(now: datetime) -> None:
    firm = a_firm(business_id="9000014-2")
    a_person(at=firm)
    other = a_person()

    with pytest.raises(FirmHasAnOwner):
        create_firm(details=DETAILS, by=acting(other), now=now)
    with pytest.raises(FirmHasAnOwner):
        claim_firm(business_id="9000014-2", by=acting(other), now=now)

    assert not Membership.objects.filter(person=other).exists()
    assert Firm.objects.count() == 1


def test_a_firm_others_have_named_is_claimed_not_made_twice(now: datetime) -> None:
    known = a_firm("Nimetty Oy", business_id="9000014-2")
    person = a_person()

    with pytest.raises(FirmIsKnown):
        create_firm(details=DETAILS, by=acting(person), now=now)
    claimed = claim_firm(business_id="9000014-2", by=acting(person), now=now)

    known.refresh_from_db()
    assert (claimed.name, claimed.business_id) == ("Nimetty Oy", "9000014-2")
    assert (claimed != known, known.business_id) == (True, None)
    assert (Membership.objects.get().firm, Membership.objects.get().role) == (claimed, MembershipRole.OWNER)
    assert types(claimed.public_id) == ["firm.claimed", "membership.created"]


def test_an_owner_who_claims_again_changes_nothing(now: datetime) -> None:
    firm = a_firm(business_id="9000014-2")
    person = a_person(at=firm)

    claim_firm(business_id="9000014-2", by=acting(person, firm), now=now)

    assert Membership.objects.count() == 1
    assert types(firm.public_id) == []


def test_a_business_id_nobody_has_named_cannot_be_claimed(now: datetime) -> None:
    with pytest.raises(NotVisible):
        claim_firm(business_id="9000014-2", by=acting(a_person()), now=now)


def test_firms_without_a_business_id_are_never_the_same(now: datetime) -> None:
    details = FirmDetails(name="Kevytyrittäjä")

    first = create_firm(details=details, by=acting(a_person()), now=now)
    second = create_firm(details=details, by=acting(a_person()), now=now)

    assert first != second


def test_only_a_person_owns_firms(system: Actor, now: datetime) -> None:
    with pytest.raises(NotPermitted):
        create_firm(details=DETAILS, by=system, now=now)
    with pytest.raises(NotPermitted):
        claim_firm(business_id="9000014-2", by=system, now=now)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_claim_at_once_one_gets_the_firm(now: datetime) -> None:
    import threading  # noqa: PLC0415 - what this test alone needs

    a_firm(business_id="9000014-2")
    people = [a_person() for _person in range(2)]
    gate, outcomes = threading.Barrier(2), []

    def claim(person: Person) -> None:
        try:
            gate.wait(timeout=10)
            claim_firm(business_id="9000014-2", by=acting(person), now=now)
            outcomes.append("owner")
        except FirmHasAnOwner:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=claim, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)

    assert sorted(outcomes) == ["owner", "refused"]
    assert Membership.objects.count() == 1


@pytest.fixture
def firm() -> Firm:
    return a_firm("Kuvakulma Design Tmi", business_id="9000001-1")


def test_a_changed_card_has_a_new_version_and_says_what_changed(firm: Firm, now: datetime) -> None:
    person = a_person(at=firm)
    details = FirmDetails(name="Uusi nimi", business_id="9000001-1", staff=3)

    changed = change_firm(firm=firm, details=details, seen=1, by=acting(person, firm), now=now)

    assert (changed.name, changed.staff, changed.version) == ("Uusi nimi", 3, 2)
    (event,) = AuditEvent.objects.about(firm.public_id)
    assert (event.type, event.facts["changed"]) == ("firm.changed", ["name", "staff"])


def test_saving_what_stands_changes_nothing(firm: Firm, now: datetime) -> None:
    person = a_person(at=firm)
    same = FirmDetails(name=firm.name, business_id=firm.business_id)

    change_firm(firm=firm, details=same, seen=1, by=acting(person, firm), now=now)

    firm.refresh_from_db()
    assert firm.version == 1
    assert types(firm.public_id) == []


def test_a_card_somebody_else_changed_is_not_overwritten(firm: Firm, now: datetime) -> None:
    person = a_person(at=firm)
    mine = FirmDetails(name="Minun", business_id=firm.business_id)
    change_firm(firm=firm, details=replace(mine, name="Toisen"), seen=1, by=acting(person, firm), now=now)

    with pytest.raises(Stale):
        change_firm(firm=firm, details=mine, seen=1, by=acting(person, firm), now=now)

    firm.refresh_from_db()
    assert firm.name == "Toisen"


def test_a_business_id_of_another_firm_is_refused_at_its_field(firm: Firm, now: datetime) -> None:
    a_firm("Toinen", business_id="9000014-2")
    person = a_person(at=firm)

    with pytest.raises(Malformed) as refused, transaction.atomic():
        change_firm(firm=firm, details=DETAILS, seen=1, by=acting(person, firm), now=now)

    assert list(refused.value.faults) == ["business_id"]


@pytest.mark.parametrize(("role", "may"), [("owner", True), ("editor", True), ("viewer", False), ("producer", False)])
def test_owners_and_editors_change_the_card(role: str, may: bool, firm: Firm, now: datetime) -> None:  # noqa: FBT001 - a table
    by = acting(a_person(at=firm, role=role), firm)
    change: Callable[[], Firm] = lambda: change_firm(firm=firm, details=DETAILS, seen=1, by=by, now=now)  # noqa: E731 - said once

    if may:
        assert change().name == DETAILS.name
    else:
        with pytest.raises(NotPermitted):
            change()


@pytest.mark.parametrize(("role", "may"), [("owner", True), ("editor", True), ("viewer", False), ("producer", True)])
def test_producers_write_offers_and_viewers_do_not(role: str, may: bool, firm: Firm) -> None:  # noqa: FBT001 - a table
    assert may_write_for(acting(a_person(at=firm, role=role), firm), firm) is may


def test_who_acts_for_another_firm_may_nothing_here(firm: Firm) -> None:
    other = a_firm("Toinen", business_id="9000014-2")
    person = a_person(at=firm)

    assert not may_write_for(acting(person, other), firm)
    assert not may_write_for(acting(person, other), other)
    assert not may_write_for(acting(a_person(), firm), firm)


def test_details_are_written_down_and_can_be_erased_from_the_trail(now: datetime) -> None:
    person = a_person()

    change_details(name="Maija Uusi", phone="040 1", language="sv", by=acting(person), now=now)

    person.refresh_from_db()
    assert (person.name, person.phone, person.language) == ("Maija Uusi", "040 1", "sv")
    (event,) = AuditEvent.objects.about(person.public_id)
    assert "Maija Uusi" not in str(event.facts)
    assert AuditIdentity.objects.get(event=event, name="name").value == "Maija Uusi"


def test_the_same_details_again_are_no_event(now: datetime) -> None:
    person = a_person()
    for _time in range(2):
        change_details(name="Sama", phone="", language="fi", by=acting(person), now=now)

    assert len(types(person.public_id)) == 1


def test_only_our_languages_are_spoken(now: datetime) -> None:
    person = a_person()

    with pytest.raises(Malformed):
        change_language(language="de", by=acting(person), now=now)
    change_language(language="sv", by=acting(person), now=now)
    change_language(language="sv", by=acting(person), now=now)

    person.refresh_from_db()
    assert person.language == "sv"
    assert types(person.public_id) == ["person.language_changed"]


def a_token(firm: Firm, person: Person, now: datetime, **changes: object) -> tuple[ApiToken, str]:
    values = {"name": "Taulukko", "scopes": ["read"], "lives": timedelta(days=30), **changes}
    return create_api_token(firm=firm, by=acting(person, firm), now=now, **values)  # type: ignore[arg-type]


def test_a_keys_secret_is_nowhere_but_in_the_answer(firm: Firm, now: datetime) -> None:
    person = a_person(at=firm)

    token, secret = a_token(firm, person, now)

    assert secret.startswith(f"punos_{token.prefix}_")
    assert is_token(secret, token.token_hash)
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(t)::text FROM members_apitoken t")
        (row,) = cursor.fetchone()
    assert secret.rpartition("_")[2] not in row
    assert secret.rpartition("_")[2] not in str(list(AuditEvent.objects.values_list("facts", flat=True)))
    assert token.expires_at == now + timedelta(days=30)


@pytest.mark.parametrize(
    "wrong", [{"scopes": []}, {"scopes": ["root"]}, {"lives": timedelta(days=400)}, {"lives": timedelta(0)}]
)
def test_a_key_without_bounds_is_refused(wrong: dict[str, object], firm: Firm, now: datetime) -> None:
    person = a_person(at=firm)

    with pytest.raises(Malformed):
        a_token(firm, person, now, **wrong)
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize("role", ["viewer", "producer"])
def test_not_everybody_makes_keys(role: str, firm: Firm, now: datetime) -> None:
    with pytest.raises(NotPermitted):
        a_token(firm, a_person(at=firm, role=role), now)


def test_there_are_only_so_many_keys(firm: Firm, now: datetime) -> None:
    person = a_person(at=firm)
    tokens = [a_token(firm, person, now)[0] for _key in range(STANDING_AT_MOST)]

    with pytest.raises(TooManyTokens):
        a_token(firm, person, now)
    revoke_api_token(token=tokens[0], by=acting(person, firm), now=now)
    a_token(firm, person, now)


def test_a_revoked_key_stays_revoked(firm: Firm, now: datetime) -> None:
    person = a_person(at=firm)
    token, _secret = a_token(firm, person, now)

    revoke_api_token(token=token, by=acting(person, firm), now=now)
    again = revoke_api_token(token=token, by=acting(person, firm), now=now + timedelta(hours=1))

    assert again.revoked_at == now
    assert types(firm.public_id) == ["api_token.created", "api_token.revoked"]


def test_a_key_is_revoked_by_its_person_or_an_owner_and_seen_by_nobody_else(firm: Firm, now: datetime) -> None:
    editor, owner, viewer = (a_person(at=firm, role=role) for role in ("editor", "owner", "viewer"))
    token, _secret = a_token(firm, editor, now)

    for stranger in (acting(viewer, firm), acting(a_person()), acting(a_person(at=a_firm("Muu")))):
        with pytest.raises(NotVisible):
            revoke_api_token(token=token, by=stranger, now=now)
    revoke_api_token(token=token, by=acting(owner, firm), now=now)

    token.refresh_from_db()
    assert token.revoked_at == now
