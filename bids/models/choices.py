"""The closed lists of the vocabulary in the form a model field wants them."""

from enum import StrEnum


def choices_of(words: type[StrEnum]) -> list[tuple[str, str]]:
    """Each word as its own value and label; pages translate, models do not."""
    return [(word.value, word.value) for word in words]


def is_one_of(words: type[StrEnum]) -> list[str]:
    """The values of a closed list, for a database constraint."""
    return [word.value for word in words]
