"""Model fields that keep text clean: in NFC and without control or direction characters, however it got here."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models.expressions import Combinable

from kernel.text import clean_line, clean_text

if TYPE_CHECKING:
    _CharField = models.CharField[str | int | Combinable, str]
    _TextField = models.TextField[str | Combinable, str]
else:
    _CharField = models.CharField
    _TextField = models.TextField


class CleanCharField(_CharField):
    """One line of clean text."""

    def to_python(self, value: Any) -> Any:
        """What a form or a serializer gets to see."""
        return _cleaned(super().to_python(value), clean_line)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: FBT001 - Django's signature
        """What is stored, which the instance then holds too."""
        return _kept(self, model_instance, super().pre_save(model_instance, add), clean_line)

    def get_prep_value(self, value: Any) -> Any:
        """What the database is asked for, or told by an update."""
        return _cleaned(super().get_prep_value(value), clean_line)


class CleanTextField(_TextField):
    """Clean text of several lines."""

    def to_python(self, value: Any) -> Any:
        """What a form or a serializer gets to see."""
        return _cleaned(super().to_python(value), clean_text)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: FBT001 - Django's signature
        """What is stored, which the instance then holds too."""
        return _kept(self, model_instance, super().pre_save(model_instance, add), clean_text)

    def get_prep_value(self, value: Any) -> Any:
        """What the database is asked for, or told by an update."""
        return _cleaned(super().get_prep_value(value), clean_text)


def _cleaned(value: Any, clean: Callable[[str], str]) -> Any:
    return clean(value) if isinstance(value, str) else value


def _kept(field: "models.Field[Any, Any]", instance: models.Model, value: Any, clean: Callable[[str], str]) -> Any:
    cleaned = _cleaned(value, clean)
    if cleaned != value:
        setattr(instance, field.attname, cleaned)
    return cleaned
