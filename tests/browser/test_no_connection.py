"""Without a connection nothing that is typed goes missing: the page stays, and says why."""

import pytest

from bids.models import Draft
from kernel.clock import database_now
from tests.bids.requests import a_link, a_request
from tests.browser.conftest import PHONE, Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_an_answer_pressed_without_a_connection_stays_on_the_screen_and_is_kept_when_it_is_back(visit: Visit) -> None:
    asked = a_request(database_now(), language="fi")
    page = visit(PHONE).go(f"/i/{a_link(asked.invitation, database_now())}")
    page.context.set_offline(True)
    page.locator("#trouble:not(:empty)").wait_for()
    page.locator("#id_price").press_sequentially("450")
    page.locator("button[value=in]").first.click()

    assert page.locator("#id_price").input_value() == "450"

    page.locator("#id_price").focus()
    page.context.set_offline(False)
    page.locator("#kept:not(:empty)").wait_for()
    assert page.locator("#trouble:not(:empty)").count() == 0
    assert Draft.objects.get(invitation=asked.invitation).words["price"] == "450"
