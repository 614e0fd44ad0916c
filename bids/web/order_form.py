"""What a document is to be like."""

from typing import Final

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from bids.vocabulary import DocumentKind, Language, Profile

PROFILES: Final = [(Profile.COMPACT.value, _("Compact")), (Profile.FULL.value, _("Full"))]


class OrderForm(forms.Form):
    """Language, length and kind of a document."""

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    profile = forms.ChoiceField(label=_("Length"), choices=PROFILES)
    kind = forms.ChoiceField(
        choices=[(kind.value, kind.value) for kind in DocumentKind if kind != DocumentKind.CHANGE_PDF],
        required=False,
        widget=forms.HiddenInput,
    )

    def clean_kind(self) -> str:
        """A PDF unless another kind is asked for."""
        return self.cleaned_data["kind"] or DocumentKind.OFFER_PDF.value

    @property
    def ordered_language(self) -> Language:
        """The language asked for, once the form is valid."""
        return Language(self.cleaned_data["language"])

    @property
    def ordered_profile(self) -> Profile:
        """The length asked for, once the form is valid."""
        return Profile(self.cleaned_data["profile"])
