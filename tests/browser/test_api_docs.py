"""The page that describes the API, under the same rules as every page."""

import pytest

from tests.api.description import operations
from tests.browser.conftest import Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_every_operation_stands_there_and_nothing_comes_from_elsewhere(visit: Visit) -> None:
    visitor = visit()
    page = visitor.go("/api/docs/")
    page.wait_for_selector(".opblock")

    shown = set(page.locator(".opblock-summary-path").evaluate_all("all => all.map(one => one.dataset.path)"))

    assert shown == {one.path for one in operations()}
