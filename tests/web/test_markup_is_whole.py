"""What a person reads is words, never a tag that came apart."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.web.markup import text_of


@pytest.mark.parametrize("name", ["members:details", "members:firm", "members:new-firm", "bids:my-offers"])
def test_no_tag_is_read_out(name: str, lead: Client) -> None:
    page = lead.get(reverse(name)).content.decode()

    assert "<" not in text_of(page)
    assert "class=" not in text_of(page)
