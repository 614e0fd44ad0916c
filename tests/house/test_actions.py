"""Every action reads the same."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import bids.actions
import members.actions


def actions() -> Iterator[tuple[str, Callable[..., Any]]]:
    for package in (bids.actions, members.actions):
        for module_info in pkgutil.iter_modules(package.__path__):
            module = importlib.import_module(f"{package.__name__}.{module_info.name}")
            yield module.__name__, getattr(module, module_info.name, None)  # type: ignore[misc]


@pytest.mark.parametrize(("module", "function"), list(actions()), ids=[name for name, _ in actions()])
def test_a_file_of_actions_holds_one_verb_of_its_name(module: str, function: Callable[..., Any] | None) -> None:
    assert function is not None, f"{module} has no function of its own name"
    assert function.__doc__
    signature = inspect.signature(function)
    assert {parameter.kind for parameter in signature.parameters.values()} == {inspect.Parameter.KEYWORD_ONLY}
    assert {"by", "now"} <= set(signature.parameters)
    assert hasattr(function, "__wrapped__"), f"{module} is not decorated with @action"
