"""Speak another language to a person from now on."""

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kernel import audit
from kernel.action import action
from kernel.actor import Actor, ActorKind
from kernel.errors import Malformed, NotPermitted
from members.models import Person


@action
def change_language(*, language: str, by: Actor, now: datetime) -> Person:
    """The acting person is spoken to in this language. Asking twice changes nothing more."""
    if by.kind is not ActorKind.PERSON or by.id is None:
        raise NotPermitted
    if language not in dict(settings.LANGUAGES):
        raise Malformed(faults={"language": _("Choose one of the languages.")})
    person = Person.objects.select_for_update().get(pk=by.id)
    if person.language != language:
        person.language = language
        person.save(update_fields=["language"])
        audit.record("person.language_changed", on=person, by=by, at=now, language=language)
    return person
