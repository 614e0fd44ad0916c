"""What stays in a browser that others use too, once somebody has left."""

import pytest
from django.test import Client
from django.urls import reverse

from bids.models import Bid


@pytest.mark.parametrize(
    "name",
    [
        "bids:work",
        "bids:my-offers",
        "bids:open-package",
        "members:details",
        "members:firm",
        "members:new-firm",
        "members:keys",
    ],
)
def test_the_back_button_shows_no_page_of_somebody_who_has_left(name: str, lead: Client) -> None:
    assert "no-store" in lead.get(reverse(name)).headers["Cache-Control"]


def test_an_offer_is_not_kept_by_the_browser_either(lead: Client, bid: Bid) -> None:
    assert "no-store" in lead.get(reverse("bids:offer", args=[bid.public_id])).headers["Cache-Control"]
