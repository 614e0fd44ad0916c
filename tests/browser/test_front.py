"""The front page: what strangers see first."""

import pytest

from tests.browser.conftest import DESK, PHONE, Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

THREAD_AT_MOST = 64


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_threads_leave_the_width_to_the_names_of_the_firms(width: int, visit: Visit) -> None:
    page = visit(width).go("/")

    threads = page.locator("figure .rows-marked > li > :first-child")

    assert threads.count() == 3
    for thread in threads.all():
        box = thread.bounding_box()
        assert box is not None
        assert box["width"] <= THREAD_AT_MOST
