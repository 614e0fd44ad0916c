"""Writing in an offer on its own page: in place or on a page of its own, by its lead and by its partners."""

import re
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from bids.models import Bid, Draft, Suggestion
from bids.queries.content_of import content_of
from bids.vocabulary import PartState
from kernel.models import AuditEvent
from members.vocabulary import MembershipRole
from tests.bids.editors import asked, line_of, part_of, someone_at
from tests.web.conftest import logged_in

HTMX = {"HX-Request": "true"}


def address(bid: Bid, kind: str, key: str = "", more: str = "") -> str:
    below = f"edit/{kind}/{key}/" if key else f"edit/{kind}/"
    return reverse("bids:offer", args=[bid.public_id]) + below + more


def form_of(page: str) -> dict[str, str]:
    """The hidden fields and what stands in the others."""
    fields = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', page))
    return {name: value for name, value in fields.items() if name in {"version", "was", "fresh"}}


ALL_PLACES = [
    ("title", ""),
    ("dates", ""),
    ("looks", ""),
    ("need", ""),
    ("client", ""),
    ("rules", ""),
    ("terms", ""),
    ("discount", ""),
    ("fee", ""),
    ("plan", ""),
    ("packages", ""),
    ("line", "A1"),
    ("line", "A5b"),
    ("new-line", "KUV"),
    ("part", "KUV"),
    ("new-section", ""),
    ("milestone", "m1"),
    ("new-milestone", ""),
]


@pytest.mark.parametrize(("kind", "key"), ALL_PLACES)
def test_every_place_opens_on_a_page_and_as_a_part_of_one(kind: str, key: str, lead: Client, bid: Bid) -> None:
    key = content_of(bid).milestones[0].id if kind == "milestone" else key
    page = lead.get(address(bid, kind, key))
    part = lead.get(address(bid, kind, key), headers=HTMX)

    assert (page.status_code, part.status_code) == (200, 200)
    assert "<html" in page.content.decode()
    assert "<html" not in part.content.decode()
    assert 'name="version"' in part.content.decode()


def test_the_offer_page_opens(lead: Client, bid: Bid) -> None:
    page = lead.get(reverse("bids:offer", args=[bid.public_id]))
    assert page.status_code == 200
    assert 'href="edit/line/A1/"' in page.content.decode()
