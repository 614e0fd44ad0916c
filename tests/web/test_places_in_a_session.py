"""What is kept while somebody types takes nothing from what their answer has left in the session."""

import pytest
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.test import RequestFactory

from bids.models import InvitationLink
from bids.web.asked import Visit, Way, open_place, place_of, remember
from kernel.clock import database_now
from tests.bids.requests import a_link, a_request

pytestmark = pytest.mark.django_db


class Memory(SessionBase):
    """A session that lives as long as its request."""

    def cycle_key(self) -> None:
        self.modified = True


def test_a_place_that_is_open_already_is_not_written_again() -> None:
    asked = a_request(database_now())
    a_link(asked.invitation, database_now())
    link = InvitationLink.objects.get(invitation=asked.invitation)
    visit = Visit(invitation=asked.invitation, way=Way.LINK, actor=asked.invited, link=link)
    request: HttpRequest = RequestFactory().get("/")
    request.session = Memory()
    request.session._session_cache = {}  # type: ignore[attr-defined]

    open_place(request, visit)
    assert request.session.modified
    remember(request, asked.invitation.public_id, typed=True)
    request.session.modified = False

    open_place(request, visit)
    assert not request.session.modified
    assert place_of(request, asked.invitation.public_id)["typed"] is True
