"""Addresses of people and firms."""

from django.urls import URLPattern, path

from members.api.me import Me

urlpatterns: list[URLPattern] = [path("me/", Me.as_view(), name="me")]
