"""My details: name, telephone, language, and the ways to what else is mine."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kernel.clock import database_now
from kernel.text import clean_line
from members.actions.change_details import change_details
from members.models import Person
from members.web.acting import actor_of


class CleanLineField(forms.CharField):
    """One line of text without control or direction characters."""

    def clean(self, value: Any) -> str:
        """The cleaned line, which may not be empty where one is required."""
        return str(super().clean(clean_line(value) if isinstance(value, str) else value))


class DetailsForm(forms.Form):
    """What a person says about themselves."""

    name = CleanLineField(
        label=_("Name"), max_length=200, required=False, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    phone = CleanLineField(
        label=_("Telephone"),
        max_length=40,
        required=False,
        help_text=_("Partners and clients see it on your offers."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
    )
    language = forms.ChoiceField(
        label=_("Language of pages and letters"), choices=settings.LANGUAGES, widget=forms.Select
    )


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def my_details(request: HttpRequest) -> HttpResponse:
    """Show and change one's own details."""
    person = request.user
    assert isinstance(person, Person)  # noqa: S101 - login_required has seen to it
    known = {
        "name": person.name,
        "phone": person.phone,
        "language": person.language or translation.get_language() or settings.LANGUAGE_CODE,
    }
    form = DetailsForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        change_details(**form.cleaned_data, by=actor_of(request), now=database_now())
        translation.activate(form.cleaned_data["language"])
        messages.success(request, gettext("Saved."))
        return redirect("members:details")
    return render(request, "members/details.html", {"form": form}, status=422 if form.errors else 200)
