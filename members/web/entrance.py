"""The one door: an address, a mailed code, and one is in, whether one has been here before or not."""

from typing import Any, Final

from allauth.account.forms import ConfirmEmailVerificationCodeForm, ConfirmLoginCodeForm, RequestLoginCodeForm
from allauth.account.models import EmailAddress
from django import forms
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from members.models import Person

CODE_INPUT: Final = {
    "class": "code-input",
    "inputmode": "numeric",
    "autocomplete": "one-time-code",
    "autofocus": True,
    "maxlength": 12,
    "placeholder": "",
}


class AskForCodeForm(RequestLoginCodeForm):  # type: ignore[misc]
    """Asks for an address. A new one gets a person, so that strangers and members are answered alike."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail address")
        self.fields["email"].widget.attrs = {"autocomplete": "email", "autofocus": True, "placeholder": ""}

    def clean_email(self) -> str:
        """The address; afterwards somebody has it."""
        email: str = super().clean_email()
        if email:
            self._user = person_for(email)
        return email


def person_for(email: str) -> Person | None:
    """The active person with this address, made if there was none; None when they are shut out.

    The address is also where allauth looks for it, to be proved by the code.
    """
    person = Person.objects.filter(email__iexact=email).first()
    if person is None:
        try:
            with transaction.atomic():
                person = Person.objects.create_user(email)
        except IntegrityError:
            person = Person.objects.get(email__iexact=email)
    EmailAddress.objects.get_or_create(
        user=person, email=person.email.lower(), defaults={"primary": True, "verified": False}
    )
    return person if person.is_active else None


class GiveCodeForm(ConfirmLoginCodeForm):  # type: ignore[misc]
    """Takes the code from the mail."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ask_for_code(self)


class VerifyAddressForm(ConfirmEmailVerificationCodeForm):  # type: ignore[misc]
    """Takes the code that proves a new address."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ask_for_code(self)


def _ask_for_code(form: forms.Form) -> None:
    form.fields["code"].label = _("Code from the mail")
    form.fields["code"].widget.attrs = dict(CODE_INPUT)
