"""Actions: the only functions that change something."""

import inspect
from collections.abc import Callable
from contextvars import ContextVar
from datetime import datetime
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import transaction

from kernel.actor import Actor

P = ParamSpec("P")
R = TypeVar("R")

_running: ContextVar[str | None] = ContextVar("running_action", default=None)

EVERY_ACTION_TAKES = {"by": Actor, "now": datetime}


class NotAnAction(TypeError):
    """A function that was decorated as an action without being shaped like one."""


class ActionInsideAction(RuntimeError):
    """An action was called by an action: what they share belongs in a function of models or queries."""


def action(function: Callable[P, R]) -> Callable[P, R]:
    """Run a function in one transaction that either happens whole or not at all.

    An action takes keywords only, `by: Actor` and `now: datetime` among them, and never runs inside another action.
    It is not durable by itself: the outermost transaction belongs to the request, the command or the relay.
    """
    _check_shape(function)

    @wraps(function)
    def acting(*args: P.args, **kwargs: P.kwargs) -> R:
        outer = _running.get()
        if outer is not None:
            raise ActionInsideAction(f"{function.__qualname__} was called inside {outer}")
        token = _running.set(function.__qualname__)
        try:
            with transaction.atomic():
                return function(*args, **kwargs)
        finally:
            _running.reset(token)

    return acting


def _check_shape(function: Callable[..., object]) -> None:
    parameters = inspect.signature(function).parameters
    loose = [name for name, each in parameters.items() if each.kind is not inspect.Parameter.KEYWORD_ONLY]
    if loose:
        raise NotAnAction(f"{function.__qualname__} takes more than keywords: {', '.join(loose)}")
    for name, wanted in EVERY_ACTION_TAKES.items():
        if name not in parameters or parameters[name].annotation not in (wanted, wanted.__name__):
            raise NotAnAction(f"{function.__qualname__} does not take {name}: {wanted.__name__}")
