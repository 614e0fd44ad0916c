"""Addresses of the offer pages."""

from django.urls import path

from bids.web import (
    costs,
    documents,
    editing_urls,
    history,
    my_offers,
    new_offer,
    offer,
    offer_page,
    open_package,
    sending_urls,
    work,
)

app_name = "bids"
urlpatterns = [
    path("work/", work.work, name="work"),
    path("offers/", my_offers.my_offers, name="my-offers"),
    path("offers/new/", new_offer.new_offer, name="new-offer"),
    path("offers/new/keep/", new_offer.keep, name="keep-new-offer"),
    path("offers/new/partner/", new_offer.partner, name="new-offer-partner"),
    path("offers/open/", open_package.open_package, name="open-package"),
    path("offers/open/bring-in/", open_package.bring_in, name="bring-in"),
    path("offers/<uuid:public_id>/", offer_page.offer, name="offer"),
    path("offers/<uuid:public_id>/costs/", costs.costs, name="costs"),
    *sending_urls.urlpatterns,
    *editing_urls.urlpatterns,
    path("offers/<uuid:public_id>/history/", history.history, name="history"),
    path("offers/<uuid:public_id>/package/", offer.export_package, name="package"),
    path("offers/<uuid:public_id>/documents/", documents.order, name="order-document"),
    path("documents/<uuid:public_id>/", documents.document, name="document"),
    path("documents/<uuid:public_id>/state/", documents.document_state, name="document-state"),
    path("documents/<uuid:public_id>/pages/<int:page>/", documents.picture, name="page"),
    path("documents/<uuid:public_id>/file/", documents.document_file, name="file"),
]
