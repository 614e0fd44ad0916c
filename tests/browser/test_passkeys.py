"""Coming in with a passkey, as a real browser with a made-up finger does it."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from playwright.sync_api import expect

from tests.browser.conftest import DESK, Visit, Visitor
from tests.world import a_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def give_a_finger(visitor: Visitor) -> None:
    session = visitor.page.context.new_cdp_session(visitor.page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def test_a_passkey_is_added_and_opens_the_door(visit: Visit) -> None:
    person = a_person(email="maija@example.invalid")
    EmailAddress.objects.create(user=person, email=person.email, primary=True, verified=True)
    visitor = visit(DESK, person=person)
    give_a_finger(visitor)
    page = visitor.go("/account/2fa/webauthn/add/")
    page.get_by_label("Salasanaton").check()
    page.get_by_role("main").get_by_role("button").first.click()
    page.wait_for_url(lambda address: "/add/" not in address)
    assert Authenticator.objects.filter(user=person, type=Authenticator.Type.WEBAUTHN).count() == 1

    page.locator("details.menu summary").click()
    page.get_by_role("button", name="Kirjaudu ulos").click()
    page.wait_for_url(visitor.base + "/")
    visitor.go("/account/login/")
    page.get_by_role("button", name="Kirjaudu pääsyavaimella").click()

    expect(page.get_by_role("heading", name="Tervetuloa")).to_be_visible()
