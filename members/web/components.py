"""Every component in every state, on one page for those who build and test."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from members.web.colours import DEFAULT_COLOURS

NAMES = ("KUV", "SEL", "PAI", "Å", "NAULA", "LUM", "VAL", "HIR", "KOI", "TAM")


class ShownForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label="Nimi", help_text="Niin kuin se lukee tarjouksessa.")
    email = forms.EmailField(label="Sähköposti")
    phone = forms.CharField(label="Puhelin", required=False, widget=forms.TextInput(attrs={"type": "tel"}))
    municipality = forms.ChoiceField(label="Kunta", choices=[("491", "Mikkeli"), ("405", "Lappeenranta")])
    story = forms.CharField(label="Mitä tarjoamme", widget=forms.Textarea(attrs={"rows": 3}))
    vat = forms.BooleanField(label="Arvonlisäverovelvollinen", required=False, help_text="Kuuluu alv-rekisteriin.")
    locked = forms.CharField(label="Lukittu", required=False, disabled=True, initial="ei muutettavissa")


@dataclass(frozen=True)
class ShownMoney:
    """An amount as sheets hold it."""

    value: str
    text: str


@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """The page of components."""
    wrong = ShownForm({"email": "maija(at)example.invalid", "name": "", "municipality": "491", "story": ""})
    wrong.is_valid()
    marks: list[dict[str, Any]] = [
        {"initials": name, "colour": colour, "firm": f"{name.title()} Oy"}
        for name, colour in zip(NAMES, DEFAULT_COLOURS, strict=True)
    ]
    page = {
        "form": ShownForm(initial={"name": "Kuvakulma Design Tmi", "municipality": "491"}),
        "wrong": wrong,
        "marks": marks,
        "colours": DEFAULT_COLOURS,
        "braids": [(count, DEFAULT_COLOURS[:count]) for count in (1, 2, 3, 4, 6, 10)],
        "three": DEFAULT_COLOURS[:3],
        "money": ShownMoney("3484.03", "3 484,03 €"),
        "steps": (0, 35, 100),
    }
    return render(request, "components.html", page)
