"""Values that are said in one way only."""

from datetime import UTC
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

_LONGEST_SHOWN = 40


class Flag(serializers.BooleanField):
    """`true` or `false`, nothing else."""

    def to_internal_value(self, data: Any) -> bool:
        """Which of the two."""
        if not isinstance(data, str | bool) or data not in ("true", "false", True, False):
            self.fail("invalid", input=data)
        return data in ("true", True)


class Word(serializers.ChoiceField):
    """A word of a closed list."""

    def __init__(self, words: type[StrEnum], **said: Any) -> None:
        self.words = words
        super().__init__(choices=[(word.value, word.name) for word in words], **said)

    def to_internal_value(self, data: Any) -> Any:
        """The word itself; of one that is not known it is said which are."""
        if not isinstance(data, str) or data not in {word.value for word in self.words}:
            sentence = gettext('"%(value)s" is not known here. Known are: %(known)s.')
            named = {"value": str(data)[:_LONGEST_SHOWN], "known": ", ".join(self.words)}
            raise ValidationError(sentence % named, code="word_unknown")
        return self.words(data)


class Instant(serializers.DateTimeField):
    """A moment, in UTC."""

    def __init__(self, **said: Any) -> None:
        super().__init__(**{"default_timezone": UTC, **said})
