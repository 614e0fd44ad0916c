"""Codes are tried one after another, however many requests of a session come at once."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

View = Callable[..., HttpResponseBase]


def one_try_at_a_time(view: View) -> View:
    """The view, whose POSTs read and count wrong codes behind a lock on their session.

    Without it requests that come together all read the same count of tries, and each is given one more. Whoever has
    waited while the session ended, because the right code was among the tries, is sent on to where that one leads.
    """

    @wraps(view)
    def trying(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        key = request.session.session_key
        if request.method != "POST" or key is None:
            return view(request, *args, **kwargs)
        with transaction.atomic():
            if not Session.objects.select_for_update().filter(session_key=key).exists():
                return redirect("bids:work")
            request.session = SessionStore(key)
            answer = view(request, *args, **kwargs)
            if request.session.modified:
                request.session.save()
                # A session that has kept its key would be saved once more at the end of the request, without the lock.
                request.session.modified = request.session.session_key != key
        return answer

    return trying
