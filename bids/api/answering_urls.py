"""Addresses of requests as those who are asked see them."""

from django.urls import URLPattern, path

from bids.api.answering import (
    Asked,
    AskedAnswer,
    AskedCall,
    AskedDecline,
    AskedPrice,
    OneAsked,
    RequestToldPrice,
)

urlpatterns: list[URLPattern] = [
    path("asked/", Asked.as_view(), name="asked"),
    path("asked/<uuid:public_id>/", OneAsked.as_view(), name="one-asked"),
    path("asked/<uuid:public_id>/answer/", AskedAnswer.as_view(), name="asked-answer"),
    path("asked/<uuid:public_id>/decline/", AskedDecline.as_view(), name="asked-decline"),
    path("asked/<uuid:public_id>/call-me/", AskedCall.as_view(), name="asked-call"),
    path("asked/<uuid:public_id>/told-price/", AskedPrice.as_view(), name="asked-price"),
    path("requests/<uuid:public_id>/told-price/", RequestToldPrice.as_view(), name="request-told-price"),
]
