"""Addresses of sending, of versions, and of the client's own page."""

from django.urls import path

from bids.web import client_page, client_questions, questions, sending, versions

urlpatterns = [
    path("offers/<uuid:public_id>/send/", sending.send, name="send"),
    path("offers/<uuid:public_id>/send/state/", sending.send_state, name="send-state"),
    path("offers/<uuid:public_id>/send/greeting/", sending.keep_greeting, name="keep-greeting"),
    path("offers/<uuid:public_id>/send/cancel/", sending.cancel, name="cancel-sending"),
    path("offers/<uuid:public_id>/send/own-mail/", sending.own_mail, name="own-mail"),
    path("offers/<uuid:public_id>/withdraw/", sending.withdraw, name="withdraw"),
    path("offers/<uuid:public_id>/more-time/", sending.extend, name="extend-validity"),
    path("offers/<uuid:public_id>/move-schedule/", sending.move, name="move-schedule"),
    path("offers/<uuid:public_id>/close/", sending.close, name="close-offer"),
    path("offers/<uuid:public_id>/links/", sending.make_link, name="make-client-link"),
    path("offers/<uuid:public_id>/links/<uuid:link>/revoke/", sending.revoke_link, name="revoke-client-link"),
    path("offers/<uuid:public_id>/versions/", versions.versions, name="versions"),
    path("offers/<uuid:public_id>/versions/<int:number>/", versions.one_version, name="version"),
    path(
        "offers/<uuid:public_id>/versions/<int:number>/files/<uuid:document>/",
        versions.version_file,
        name="version-file",
    ),
    path("offers/<uuid:public_id>/questions/", questions.questions, name="questions"),
    path("o/<str:token>", client_page.open_link, name="client-link"),
    path("c/<str:token>", client_page.open_button, name="client-button"),
    path("offer/<uuid:public_id>/", client_page.client_offer, name="client-offer"),
    path("offer/<uuid:public_id>/ask/", client_questions.ask, name="client-ask"),
    path("offer/<uuid:public_id>/changes/", client_questions.changes, name="client-changes"),
    path("offer/<uuid:public_id>/files/<uuid:document>/", client_page.client_file, name="client-file"),
]
