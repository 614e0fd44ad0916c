"""The front page: what this is, for whoever has not come in yet."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

EXAMPLE = (
    {
        "initials": "KUV",
        "colour": "#1d5c63",
        "name": "Kuvakulma Design Tmi",
        "does": "Infografiikka",
        "sum": "2 587,81 €",
    },
    {"initials": "SEL", "colour": "#b4532a", "name": "Selkopolku Tmi", "does": "Selkokieli", "sum": "480,00 €"},
    {"initials": "PAI", "colour": "#5b3a86", "name": "Painopiste Savo Oy", "does": "Painotyöt", "sum": "416,22 €"},
)
"""The offer drawn on the front page: made-up firms, the figures of the worked example."""


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """One's own work for whoever is in, else the front page."""
    if request.user.is_authenticated:
        return redirect("bids:work")
    return render(request, "front.html", {"example": EXAMPLE, "example_colours": [one["colour"] for one in EXAMPLE]})
