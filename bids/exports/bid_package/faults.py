"""What is wrong with a bid package: each fault with the path of the culprit, all of them together."""

from collections.abc import Mapping
from dataclasses import dataclass, field

MOST_FAULTS = 200
"""So many faults are told at once; one more says that there are others."""

_MOST_KEPT = 10 * MOST_FAULTS
_LONGEST_SHOWN = 40


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One fault: where (`parts[1].lines[0].quantity`, empty for the file itself), which, and what it names."""

    path: str
    code: str
    params: Mapping[str, str | int] = field(default_factory=dict, hash=False)


class PackageRefused(Exception):
    """The package is not taken, not even in part; `faults` are all that was found, in the order of the file."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("; ".join(f"{fault.path}: {fault.code}" for fault in faults))
        self.faults = faults


class Findings:
    """The faults found so far, in the order they were found; of very many the first ones, and how many there are."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.count = 0

    @property
    def are_enough(self) -> bool:
        """Whether there are more faults already than will be told."""
        return self.count >= MOST_FAULTS

    def add(self, path: str, code: str, **params: str | int) -> None:
        """Note a fault; values of the file are shortened and made visible before they get into a sentence."""
        self.count += 1
        if len(self.faults) >= _MOST_KEPT:
            return
        shown = {name: value if isinstance(value, int) else shown_value(value) for name, value in params.items()}
        self.faults.append(Fault(path=path, code=code, params=shown))

    def touches(self, *beginnings: str) -> bool:
        """Whether a fault was found at or below one of these paths."""
        return self.count > len(self.faults) or any(fault.path.startswith(beginnings) for fault in self.faults)


def shown_value(value: str) -> str:
    """A value of the file as a sentence can show it: one line, nothing invisible, not long."""
    visible = "".join(
        letter if letter.isprintable() else f"\\u{ord(letter):04x}" for letter in value[: _LONGEST_SHOWN + 1]
    )
    return visible if len(value) <= _LONGEST_SHOWN else visible[:_LONGEST_SHOWN] + "…"


def key_path(parent: str, key: str) -> str:
    """The path of a key below a path."""
    if not key.replace("_", "a").isalnum() or key[0].isdigit():
        return f'{parent}["{shown_value(key)}"]'
    return f"{parent}.{shown_value(key)}" if parent else shown_value(key)


def item_path(parent: str, index: int) -> str:
    """The path of an item of the list at a path."""
    return f"{parent}[{index}]"
