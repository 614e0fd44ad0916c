"""Write down a person's own name, telephone number and language."""

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kernel import audit
from kernel.action import action
from kernel.actor import Actor, ActorKind
from kernel.errors import Malformed, NotPermitted
from members.models import Person


@action
def change_details(*, name: str, phone: str, language: str, by: Actor, now: datetime) -> Person:
    """The acting person has this name, telephone number and language. Asking twice changes nothing more.

    The event says what was changed, and the new values only in a form that can be erased.
    """
    if by.kind is not ActorKind.PERSON or by.id is None:
        raise NotPermitted
    if language and language not in dict(settings.LANGUAGES):
        raise Malformed(faults={"language": _("Choose one of the languages.")})
    person = Person.objects.select_for_update().get(pk=by.id)
    before = {"name": person.name, "phone": person.phone, "language": person.language}
    person.name, person.phone, person.language = name, phone, language
    person.save(update_fields=["name", "phone", "language"])
    changed = [key for key, value in before.items() if getattr(person, key) != value]
    if changed:
        personal = {key: audit.Personal(getattr(person, key)) for key in changed if key != "language"}
        audit.record("person.details_changed", on=person, by=by, at=now, changed=changed, **personal)
    return person
