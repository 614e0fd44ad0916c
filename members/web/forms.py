"""How forms are drawn, and the forms about people and firms."""

from functools import cached_property
from pathlib import Path
from typing import Any

import django.forms
from django.conf import settings
from django.forms.renderers import DjangoTemplates
from django.template.backends.django import DjangoTemplates as DjangoTemplatesBackend


class PunosFormRenderer(DjangoTemplates):
    """Draws every form and field with our own components; widgets stay Django's."""

    form_template_name = "ui/form.html"
    field_template_name = "ui/field.html"

    @cached_property
    def engine(self) -> Any:
        """Our templates first, then those that come with Django's forms."""
        return DjangoTemplatesBackend(
            {
                "APP_DIRS": True,
                "DIRS": [settings.BASE_DIR / "templates", Path(django.forms.__file__).parent / "templates"],
                "NAME": "punosforms",
                "OPTIONS": {},
            }
        )
