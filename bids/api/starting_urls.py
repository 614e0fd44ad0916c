"""Addresses of what an offer starts from, and of the requests it sends."""

from django.urls import URLPattern, path

from bids.api.groups import GroupAgreed, GroupLeft, Groups, OneGroup
from bids.api.meetings import MeetingPhoto, Meetings, OneMeeting
from bids.api.requests import BidRequests, OneRequest, RequestLink, RequestPassedOn, RequestTakenBack
from bids.api.starting import CopyOffer, Partners, StartOffer

urlpatterns: list[URLPattern] = [
    path("bids/start/", StartOffer.as_view(), name="start-offer"),
    path("bids/<uuid:public_id>/copy/", CopyOffer.as_view(), name="copy-offer"),
    path("bids/<uuid:public_id>/requests/", BidRequests.as_view(), name="bid-requests"),
    path("partners/", Partners.as_view(), name="partners"),
    path("requests/<uuid:public_id>/", OneRequest.as_view(), name="request"),
    path("requests/<uuid:public_id>/take-back/", RequestTakenBack.as_view(), name="request-taken-back"),
    path("requests/<uuid:public_id>/pass-on/", RequestPassedOn.as_view(), name="request-passed-on"),
    path("requests/<uuid:public_id>/link/", RequestLink.as_view(), name="request-link"),
    path("meetings/", Meetings.as_view(), name="meetings"),
    path("meetings/<uuid:public_id>/", OneMeeting.as_view(), name="meeting"),
    path("meetings/<uuid:public_id>/photo/", MeetingPhoto.as_view(), name="meeting-photo"),
    path("groups/", Groups.as_view(), name="groups"),
    path("groups/<uuid:public_id>/", OneGroup.as_view(), name="group"),
    path("groups/<uuid:public_id>/agree/", GroupAgreed.as_view(), name="group-agreed"),
    path("groups/<uuid:public_id>/leave/", GroupLeft.as_view(), name="group-left"),
]
