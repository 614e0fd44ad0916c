"""A sheet as JSON and back, so that what was sent can be drawn again from what was stored."""

import json
import types
import typing
from dataclasses import MISSING, asdict, fields, is_dataclass
from typing import Any

from bids.sheets.change import ChangeSheet
from bids.sheets.shape import OfferSheet

FORM = 1
"""The shape of the stored JSON; it is raised whenever a stored sheet could not be read as before."""


def sheet_as_json(sheet: OfferSheet) -> dict[str, Any]:
    """The sheet as plain lists, dictionaries, texts and numbers; the same sheet always gives the same JSON."""
    return {"form": FORM, **asdict(sheet)}


def sheet_from_json(data: dict[str, Any] | str) -> OfferSheet:
    """The sheet that `sheet_as_json` wrote. ValueError for another form, KeyError or TypeError for anything else."""
    stored = json.loads(data) if isinstance(data, str) else dict(data)
    form = stored.pop("form", None)
    if form != FORM:
        raise ValueError(f"A stored sheet of form {form!r} cannot be read.")
    sheet: OfferSheet = _read(OfferSheet, stored)
    return sheet


def change_as_json(change: ChangeSheet) -> dict[str, Any]:
    """A change of what was agreed as plain lists, dictionaries and texts."""
    return asdict(change)


def change_from_json(data: dict[str, Any]) -> ChangeSheet:
    """The change that `change_as_json` wrote."""
    change: ChangeSheet = _read(ChangeSheet, data)
    return change


def _read(kind: Any, value: Any) -> Any:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        inner = next(one for one in arguments if one is not types.NoneType)
        return None if value is None else _read(inner, value)
    if origin is tuple:
        return tuple(_read(arguments[0], item) for item in value)
    if is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        # A field that came later has a default, which is what a sheet stored before it says.
        known = [field for field in fields(kind) if field.name in value or field.default is MISSING]
        return kind(**{field.name: _read(hints[field.name], value[field.name]) for field in known})  # type: ignore[operator]
    return value
