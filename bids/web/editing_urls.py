"""Addresses of writing in an offer."""

from django.urls import path

from bids.web import editing, offer_page, pasting, suggestions

urlpatterns = [
    path("offers/<uuid:public_id>/board/", offer_page.board, name="board"),
    path("offers/<uuid:public_id>/choices/", offer_page.choices, name="all-choices"),
    path("offers/<uuid:public_id>/asked/", offer_page.asked_firms, name="asked-firms"),
    path("offers/<uuid:public_id>/words/", offer_page.words, name="words"),
    path("offers/<uuid:public_id>/invoicing/", offer_page.invoicing, name="invoicing"),
    path("offers/<uuid:public_id>/edit/<slug:kind>/", editing.edit, name="edit-offer"),
    path("offers/<uuid:public_id>/edit/<slug:kind>/typing/", editing.typing, name="typing-offer"),
    path("offers/<uuid:public_id>/edit/<slug:kind>/<str:key>/", editing.edit, name="edit"),
    path("offers/<uuid:public_id>/edit/<slug:kind>/<str:key>/typing/", editing.typing, name="typing"),
    path("offers/<uuid:public_id>/move/", editing.move, name="move"),
    path("offers/<uuid:public_id>/paste/<str:key>/", pasting.paste, name="paste"),
    path(
        "offers/<uuid:public_id>/suggestions/<uuid:suggestion>/",
        suggestions.answer_suggestion,
        name="answer-suggestion",
    ),
]
