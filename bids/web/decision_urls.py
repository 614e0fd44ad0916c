"""Addresses of the client's yes and no, and of writing one down."""

from django.urls import path

from bids.vocabulary import CodeFor
from bids.web import annul_decision, answered, change, client_decision, papers, record_decision

urlpatterns = [
    path("offer/<uuid:public_id>/accept/", client_decision.accept, name="client-accept"),
    path(
        "offer/<uuid:public_id>/accept/code/",
        client_decision.code,
        {"act": CodeFor.ACCEPT.value},
        name="client-accept-code",
    ),
    path(
        "offer/<uuid:public_id>/accept/confirm/",
        client_decision.confirm,
        {"act": CodeFor.ACCEPT.value},
        name="client-accept-confirm",
    ),
    path("offer/<uuid:public_id>/decline/", client_decision.decline, name="client-decline"),
    path(
        "offer/<uuid:public_id>/decline/code/",
        client_decision.code,
        {"act": CodeFor.DECLINE.value},
        name="client-decline-code",
    ),
    path(
        "offer/<uuid:public_id>/decline/confirm/",
        client_decision.confirm,
        {"act": CodeFor.DECLINE.value},
        name="client-decline-confirm",
    ),
    path("offer/<uuid:public_id>/decision/", client_decision.decision, name="client-decision"),
    path("offer/<uuid:public_id>/proof/<str:what>/", papers.client_proof, name="client-proof"),
    path("offer/<uuid:public_id>/not-so/", client_decision.not_so, name="client-not-so"),
    path(
        "offer/<uuid:public_id>/not-so/code/",
        client_decision.code,
        {"act": CodeFor.OBJECT.value},
        name="client-not-so-code",
    ),
    path(
        "offer/<uuid:public_id>/not-so/confirm/",
        client_decision.confirm,
        {"act": CodeFor.OBJECT.value},
        name="client-not-so-confirm",
    ),
    path("offer/<uuid:public_id>/anew/", client_decision.anew, name="client-anew"),
    path("offers/<uuid:public_id>/change/", change.change, name="change-agreed"),
    path("offers/<uuid:public_id>/record/", record_decision.record, name="record-decision"),
    path("offers/<uuid:public_id>/answers/<uuid:answer>/annul/", annul_decision.annul, name="annul-decision"),
    path("offers/<uuid:public_id>/tell-reason/", answered.tell_why, name="tell-reason"),
    path("offers/<uuid:public_id>/answers/<uuid:answer>/file/", answered.answer_file, name="answer-file"),
    path("offers/<uuid:public_id>/answers/<uuid:answer>/proof/<str:what>/", papers.answer_proof, name="answer-proof"),
]
