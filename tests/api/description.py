"""The API's description as it is committed, and what its operations and schemas are."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import yaml

FILE = Path(__file__).resolve().parents[2] / "docs" / "api" / "openapi.yaml"


@dataclass(frozen=True)
class Operation:
    """One method of one address."""

    method: str
    path: str
    said: dict[str, Any]

    @property
    def id(self) -> str:
        name: str = self.said["operationId"]
        return name

    def examples_sent(self) -> dict[str, Any]:
        body = self.said.get("requestBody", {}).get("content", {}).get("application/json", {})
        return {name: example["value"] for name, example in body.get("examples", {}).items()}

    def examples_answered(self, name: str = "") -> dict[tuple[str, int], Any]:
        return {
            (known, int(status)): example["value"]
            for status, answer in self.said["responses"].items()
            for content in answer.get("content", {}).values()
            for known, example in content.get("examples", {}).items()
            if name in {"", known}
        }


@cache
def description() -> dict[str, Any]:
    said: dict[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))
    return said


def operations() -> Iterator[Operation]:
    for path, methods in description()["paths"].items():
        for method, said in methods.items():
            yield Operation(method=method.upper(), path=path, said=said)


def operation(name: str) -> Operation:
    return next(each for each in operations() if each.id == name)


def agrees_with_description(value: Any, answer: dict[str, Any], media_type: str) -> None:
    """Raises unless the value is what an answer of the description promises."""
    schema = answer["content"][media_type]["schema"]
    whole = {**schema, "components": description()["components"]}
    jsonschema_rs.Draft202012Validator(whole, validate_formats=True).validate(value)
