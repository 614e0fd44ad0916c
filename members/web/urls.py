"""Addresses of the pages about people and firms."""

from django.urls import path

from members.web import appearance, details, firm, keys, language

app_name = "members"
urlpatterns = [
    path("me/", details.my_details, name="details"),
    path("me/firm/", firm.my_firm, name="firm"),
    path("me/firm/new/", firm.new_firm, name="new-firm"),
    path("me/firm/take-over/", firm.take_over, name="take-over"),
    path("me/acting/", firm.choose_firm, name="choose-firm"),
    path("me/keys/", keys.my_keys, name="keys"),
    path("me/keys/<uuid:public_id>/revoke/", keys.revoke_key, name="revoke-key"),
    path("language/", language.choose_language, name="language"),
    path("appearance/", appearance.choose_look, name="look"),
]
