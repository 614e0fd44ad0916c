"""Addresses of the pages an asked firm sees, without an account."""

from django.urls import path

from bids.web import (
    answering,
    asked_costs,
    asked_questions,
    invitation_links,
    link_code,
    not_me,
    own_part,
    own_work,
    papers,
    pass_on,
    told_price,
)

urlpatterns = [
    path("i/<str:token>", invitation_links.open_link, name="invitation-link"),
    path("asked/<uuid:public_id>/", answering.asked, name="asked"),
    path("asked/<uuid:public_id>/draft/", answering.keep, name="keep-answer"),
    path("asked/<uuid:public_id>/code/", link_code.link_code, name="asked-code"),
    path("asked/<uuid:public_id>/price/", told_price.told_price, name="confirm-price"),
    path("asked/<uuid:public_id>/not-me/", not_me.not_me, name="not-me"),
    path("asked/<uuid:public_id>/reminders/", not_me.stop_asking, name="stop-asking"),
    path("asked/<uuid:public_id>/pass-on/", pass_on.pass_on, name="pass-on"),
    path("asked/<uuid:public_id>/costs/", asked_costs.asked_costs, name="asked-costs"),
    path("asked/<uuid:public_id>/questions/", asked_questions.asked_questions, name="asked-questions"),
    path("asked/<uuid:public_id>/own-part/", own_part.asked_copy, name="asked-own-part"),
    path("asked/<uuid:public_id>/proof/<str:what>/", papers.asked_proof, name="asked-proof"),
    path("asked/<uuid:public_id>/work/", own_work.asked_work, name="asked-work"),
    path("asked/<uuid:public_id>/renew/", invitation_links.renew, name="renew-link"),
]
