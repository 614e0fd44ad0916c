"""Addresses of writing in an offer."""

from django.urls import URLPattern, path

from bids.api import editing, suggestions

urlpatterns: list[URLPattern] = [
    path("bids/<uuid:public_id>/contents/", editing.BidContents.as_view(), name="bid-contents"),
    path("bids/<uuid:public_id>/details/", editing.BidDetails.as_view(), name="bid-details"),
    path("bids/<uuid:public_id>/rules/", editing.BidRules.as_view(), name="bid-rules"),
    path("bids/<uuid:public_id>/terms/", editing.BidTerms.as_view(), name="bid-terms"),
    path("bids/<uuid:public_id>/discount/", editing.BidDiscount.as_view(), name="bid-discount"),
    path("bids/<uuid:public_id>/fee/", editing.BidFee.as_view(), name="bid-fee"),
    path("bids/<uuid:public_id>/payment-plan/", editing.BidPlan.as_view(), name="bid-payment-plan"),
    path("bids/<uuid:public_id>/packages/", editing.BidPackages.as_view(), name="bid-packages"),
    path("bids/<uuid:public_id>/consequences/", editing.BidConsequences.as_view(), name="bid-consequences"),
    path("bids/<uuid:public_id>/client/", editing.BidClient.as_view(), name="bid-client"),
    path("bids/<uuid:public_id>/parts/<str:key>/texts/", editing.PartTexts.as_view(), name="part-texts"),
    path("bids/<uuid:public_id>/parts/<str:key>/lines/", editing.PartLines.as_view(), name="part-lines"),
    path("bids/<uuid:public_id>/parts/<str:key>/lines/paste/", editing.PastedLines.as_view(), name="pasted-lines"),
    path("bids/<uuid:public_id>/sections/", editing.BidSections.as_view(), name="bid-sections"),
    path("bids/<uuid:public_id>/milestones/", editing.BidMilestones.as_view(), name="bid-milestones"),
    path("bids/<uuid:public_id>/suggestions/", suggestions.BidSuggestions.as_view(), name="bid-suggestions"),
    path("lines/<uuid:public_id>/", editing.OneLine.as_view(), name="line"),
    path("lines/<uuid:public_id>/move/", editing.MovedLine.as_view(), name="move-line"),
    path("sections/<uuid:public_id>/", editing.OneSection.as_view(), name="section"),
    path("sections/<uuid:public_id>/move/", editing.MovedSection.as_view(), name="move-section"),
    path("milestones/<uuid:public_id>/", editing.OneMilestone.as_view(), name="milestone"),
    path("suggestions/<uuid:public_id>/take/", suggestions.SuggestionTaken.as_view(), name="take-suggestion"),
    path("suggestions/<uuid:public_id>/decline/", suggestions.SuggestionDeclined.as_view(), name="decline-suggestion"),
    path(
        "suggestions/<uuid:public_id>/withdraw/", suggestions.SuggestionWithdrawn.as_view(), name="withdraw-suggestion"
    ),
]
