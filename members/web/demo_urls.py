"""Addresses that exist only in the demo."""

from django.urls import path

from members.web import demo

app_name = "demo"
urlpatterns = [
    path("mail/", demo.demo_mail, name="mail"),
    path("mail/<str:name>/", demo.demo_letter, name="letter"),
    path("mail/<str:name>/html/", demo.demo_letter_html, name="letter-html"),
    path("mail/<str:name>/files/<int:number>/", demo.demo_attachment, name="attachment"),
    path("login/<str:token>/", demo.demo_login, name="login"),
]
