"""Every address of the API; what is none of them is told so in the API's own form."""

from typing import NoReturn

from django.urls import URLPattern, URLResolver, include, path, re_path
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.exceptions import NotFound
from rest_framework.permissions import AllowAny
from rest_framework.request import Request

from config.api_schema import Description
from members.api.asking import ApiView, speak_as_asked


class Documentation(SpectacularSwaggerSplitView):
    """The description as a page where addresses can be tried."""

    authentication_classes = ()
    template_name = "api/docs.html"
    url_name = "api:schema"
    title = "Punos API"


@extend_schema(exclude=True)
class NothingHere(ApiView):
    """An address the API does not have."""

    permission_classes = [AllowAny]
    authentication_classes = ()

    def initial(self, request: Request, *args: object, **kwargs: object) -> NoReturn:  # noqa: ARG002 - REST framework's signature
        """Whatever was asked, in whatever way."""
        speak_as_asked(request)
        if not request.path.endswith("/"):
            raise NotFound(_("There is nothing here. Addresses end with a slash."), code="no-slash")
        raise NotFound


app_name = "api"
urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/", include("members.api.urls")),
    path("v1/", include("bids.api.urls")),
    path("schema/", Description.as_view(), name="schema"),
    path("docs/", Documentation.as_view(), name="docs"),
    re_path(r"", NothingHere.as_view(), name="nothing-here"),
]
