"""Objects of a bid package described key by key, from which reading, writing and the schema follow."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from bids.exports.bid_package.document import JsonObject
from bids.exports.bid_package.faults import Findings, item_path, key_path
from bids.exports.bid_package.kinds import BAD, Kind, Schema, bad, nearest

REQUIRED: Final = object()
"""The default of a key that must be there."""

_MOST_UNKNOWN_KEYS = 20


@dataclass
class Node:
    """An object of the package as it was read: by key its value, its default, or `BAD`."""

    path: str
    values: dict[str, Any]
    given: frozenset[str] = frozenset()

    def get(self, key: str) -> Any:
        """The value of a key, None where it was refused."""
        value = self.values[key]
        return None if value is BAD else value

    def is_bad(self, *keys: str) -> bool:
        """Whether one of these keys was refused."""
        return any(self.values[key] is BAD for key in keys)

    def has_bad(self, key: str) -> bool:
        """Whether a list, or one of its items, was refused."""
        value = self.values[key]
        return value is BAD or any(each is BAD for each in value)

    def at(self, key: str) -> str:
        """The path of a key."""
        return key_path(self.path, key)

    def nodes(self, key: str) -> "Iterator[Node]":
        """The objects of a list that could be read."""
        return (each for each in self.get(key) or () if isinstance(each, Node))

    def items(self, key: str) -> Iterator[tuple[str, Any]]:
        """Path and value of each item of a list that could be read."""
        path = self.at(key)
        return ((item_path(path, at), each) for at, each in enumerate(self.get(key) or ()) if each is not BAD)


@dataclass(frozen=True)
class Key:
    """One key of an object. `attribute` names what it becomes in the offer, `take` gets it back out."""

    name: str
    kind: Kind
    says: str
    default: Any = REQUIRED
    attribute: str = ""
    take: Callable[[Any], Any] | None = None

    @property
    def is_required(self) -> bool:
        """Whether the key must be there."""
        return self.default is REQUIRED

    @property
    def may_be_null(self) -> bool:
        """Whether null stands for the key being left out: only where leaving it out means that there is nothing."""
        return self.default in (None, "", ())

    @property
    def target(self) -> str:
        """The name in the offer."""
        return self.attribute or self.name

    def taken_from(self, value: Any) -> Any:
        """What the key says of a value of the offer."""
        return self.take(value) if self.take else getattr(value, self.target)


@dataclass(frozen=True)
class Shape(Kind):
    """An object with known keys, and the value of the offer it becomes."""

    name: str
    made: Callable[..., Any]
    keys: tuple[Key, ...] = field(repr=False)

    def read(self, raw: Any, path: str, findings: Findings) -> Any:
        """A `Node`."""
        if not isinstance(raw, JsonObject):
            return bad(findings, path, "not_an_object")
        self._refuse_keys(raw, path, findings)
        values = {key.name: _value(key, raw, key_path(path, key.name), findings) for key in self.keys}
        return Node(path=path, values=values, given=frozenset(name for name in values if raw.get(name) is not None))

    def _refuse_keys(self, raw: JsonObject, path: str, findings: Findings) -> None:
        for name in raw.repeated[:_MOST_UNKNOWN_KEYS]:
            findings.add(key_path(path, name), "key_repeated")
        known = [key.name for key in self.keys]
        missing = [key.name for key in self.keys if key.is_required and key.name not in raw]
        for name in [name for name in raw if name not in known][:_MOST_UNKNOWN_KEYS]:
            unsaid = [each for each in known if each not in raw]
            meant = "" if findings.are_enough else nearest(name, missing) or nearest(name, unsaid)
            if meant:
                findings.add(key_path(path, name), "key_meant", meant=meant)
            else:
                findings.add(key_path(path, name), "key_unknown")

    def build(self, value: Any) -> Any:
        """The value of the offer; None where there is no object."""
        if value is None:
            return None
        return self.made(**{key.target: key.kind.build(value.values[key.name]) for key in self.keys})

    def write(self, value: Any) -> Any:
        """An object in which keys equal to their default are left out."""
        said = ((key, key.taken_from(value)) for key in self.keys)
        return {key.name: key.kind.write(each) for key, each in said if key.is_required or each != key.default}

    def schema(self) -> Schema:
        """A reference to the definition."""
        return {"$ref": f"#/$defs/{self.name}"}

    def definition(self) -> Schema:
        """The whole description of the object in JSON Schema."""
        required = [key.name for key in self.keys if key.is_required]
        return {
            "type": "object",
            "properties": {key.name: _property(key) for key in self.keys},
            **({"required": required} if required else {}),
            "additionalProperties": False,
        }


def _value(key: Key, raw: JsonObject, path: str, findings: Findings) -> Any:
    if key.name not in raw:
        return bad(findings, path, "key_missing") if key.is_required else key.default
    given = raw[key.name]
    if given is None:
        return key.default if key.may_be_null else bad(findings, path, "key_null")
    return key.kind.read(given, path, findings)


def _property(key: Key) -> Schema:
    described = key.kind.schema()
    if key.may_be_null:
        described = {"anyOf": [described, {"type": "null"}]}
    written = key.kind.write(key.default) if not key.is_required and not key.may_be_null else None
    return {"description": key.says, **described, **({} if written is None else {"default": written})}


@dataclass(frozen=True)
class MapOf(Kind):
    """An object whose keys are names of one kind and whose values have one shape."""

    name: Kind
    item: Shape
    most: int

    def read(self, raw: Any, path: str, findings: Findings) -> Any:
        """A list of `Node`s that also know their name."""
        if not isinstance(raw, JsonObject):
            return bad(findings, path, "not_an_object")
        for name in raw.repeated[:_MOST_UNKNOWN_KEYS]:
            findings.add(key_path(path, name), "key_repeated")
        if len(raw) > self.most:
            findings.add(path, "list_too_long", length=len(raw), most=self.most)
        return [self._entry(name, raw[name], key_path(path, name), findings) for name in list(raw)[: self.most]]

    def _entry(self, name: str, raw: Any, path: str, findings: Findings) -> Any:
        node = self.item.read(raw, path, findings)
        if self.name.read(name, path, findings) is BAD or node is BAD:
            return BAD
        node.values["name"] = name
        return node

    def build(self, value: Any) -> Any:
        """A tuple of values that hold their name."""
        built = (
            self.item.made(
                name=node.values["name"],
                **{key.target: key.kind.build(node.values[key.name]) for key in self.item.keys},
            )
            for node in value
        )
        return tuple(built)

    def write(self, value: Any) -> Any:
        """An object by name."""
        return {each.name: self.item.write(each) for each in value}

    def schema(self) -> Schema:
        """An object whose keys are names."""
        return {
            "type": "object",
            "propertyNames": self.name.schema(),
            "additionalProperties": self.item.schema(),
            "maxProperties": self.most,
        }


def shapes_within(shape: Shape) -> dict[str, Shape]:
    """Every shape reached from one, by name, itself first."""
    found: dict[str, Shape] = {shape.name: shape}
    for key in shape.keys:
        kind: Any = key.kind
        while not isinstance(kind, Shape) and hasattr(kind, "item"):
            kind = kind.item
        if isinstance(kind, Shape) and kind.name not in found:
            found |= shapes_within(kind)
    return found
