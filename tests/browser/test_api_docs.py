"""The page that describes the API, under the same rules as every page."""

import pytest

from tests.api.description import operations
from tests.browser.conftest import Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


READ_TO_THE_END = """async () => {
    const seen = new Set(), drawn = () => new Promise(then => requestAnimationFrame(() => setTimeout(then)));
    let still = 0;
    while (still < 30) {
        const before = seen.size, top = scrollY;
        for (const one of document.querySelectorAll(".opblock-summary-path")) seen.add(one.dataset.path);
        scrollBy(0, innerHeight / 3);
        await drawn();
        await drawn();
        still = seen.size === before && scrollY === top ? still + 1 : 0;
    }
    return [...seen];
}"""
"""The page draws only what is near the window, so it is read while it is scrolled."""


def test_every_operation_stands_there_and_nothing_comes_from_elsewhere(visit: Visit) -> None:
    visitor = visit()
    page = visitor.go("/api/docs/")
    page.wait_for_selector(".opblock")

    assert set(page.evaluate(READ_TO_THE_END)) == {one.path for one in operations()}
