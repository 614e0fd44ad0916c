"""The administration pages: every table, for staff with a second factor, and nothing to overwrite."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bids.models import Bid, Document
from kernel.models import AuditEvent
from members.models import Person
from tests.web.conftest import logged_in
from tests.world import a_person

NOBODYS_BUSINESS = {
    "bids.LineCost": "what a row costs is read by the firm that sells it, and by nobody else",
    "bids.EvidenceIdentity": "who typed which name from where stands in what proves it, for those it is proven to",
    "bids.Draft": "what somebody has not saved is theirs alone",
    "kernel.Tally": "counts under keyed names tell a reader nothing",
}
OURS = [
    model
    for label in ("kernel", "members", "bids")
    for model in apps.get_app_config(label).get_models()
    if model._meta.label not in NOBODYS_BUSINESS
]


@pytest.fixture
def keeper() -> Person:
    person = a_person(email="pitaja@example.invalid", language="en")
    Person.objects.filter(pk=person.pk).update(is_staff=True, is_superuser=True)
    person.refresh_from_db()
    return person


@pytest.fixture
def staff(keeper: Person) -> Client:
    Authenticator.objects.create(user=keeper, type=Authenticator.Type.TOTP, data={"secret": "x"})
    return logged_in(keeper)


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
@pytest.mark.usefixtures("document")
def test_every_table_is_there_to_be_looked_through(model: Any, staff: Client) -> None:
    where = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")

    answer = staff.get(where, {"q": "YT"} if admin.site._registry[model].search_fields else {})

    assert answer.status_code == 200
    assert admin.site._registry[model].search_fields


@pytest.mark.parametrize("label", NOBODYS_BUSINESS)
def test_what_is_nobodys_business_is_not_there_at_all(label: str) -> None:
    assert not admin.site.is_registered(apps.get_model(label))


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
@pytest.mark.usefixtures("document")
def test_a_list_asks_no_question_a_row(model: Any, staff: Client) -> None:
    where = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    with CaptureQueriesContext(connection) as asked:
        staff.get(where)

    assert len(asked) <= 14


def test_what_happened_and_what_was_drawn_is_only_looked_at(staff: Client, document: Document, bid: Bid) -> None:
    event = AuditEvent.objects.first()
    assert event is not None
    for thing in (event, document, document.sheet, document.asset, bid):
        where = reverse(f"admin:{thing._meta.app_label}_{thing._meta.model_name}_change", args=[thing.pk])  # type: ignore[union-attr]
        assert staff.get(where).status_code == 200
        assert staff.post(where, {"state": "done"}).status_code == 403
        assert staff.post(where.replace("change", "delete"), {"post": "yes"}).status_code == 403


@pytest.mark.usefixtures("bid")
def test_hashes_and_secrets_are_not_shown(staff: Client) -> None:
    event = AuditEvent.objects.first()
    assert event is not None
    page = staff.get(reverse("admin:kernel_auditevent_change", args=[event.pk])).content.decode()

    assert bytes(event.hash).hex() not in page


def test_staff_without_a_second_factor_are_sent_to_add_one(keeper: Person) -> None:
    answer = logged_in(keeper).get(reverse("admin:index"), follow=True)

    assert answer.redirect_chain[-1][0] == reverse("mfa_index")
    assert "second factor" in answer.content.decode()


def test_others_are_not_let_in(lead: Client, nobody: Client) -> None:
    assert lead.get(reverse("admin:index"), follow=True).status_code == 403
    door = nobody.get(reverse("admin:index"), follow=True)
    assert door.redirect_chain[-1][0].startswith(reverse("account_request_login_code"))


def test_only_a_superuser_makes_staff(keeper: Person) -> None:
    Person.objects.filter(pk=keeper.pk).update(is_superuser=False)
    keeper.refresh_from_db()
    shown = admin.site._registry[Person]
    request: Any = type("Request", (), {"user": keeper})()

    assert "is_staff" in shown.get_readonly_fields(request, keeper)
