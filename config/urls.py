"""Every address of the program."""

from importlib.util import find_spec

from allauth.account import views as account
from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from config import health, pages
from members.web.components import components
from members.web.front import front
from members.web.one_try import one_try_at_a_time
from members.web.staff import guard
from worker.letters.provider_reports import report_addresses

guard(admin.site)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", front, name="front"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("robots.txt", pages.robots, name="robots"),
    path(".well-known/security.txt", pages.security_txt, name="security-txt"),
    path("", include("bids.web.urls")),
    path("", include("members.web.urls")),
    # One door for everybody: a new address gets its person there.
    path(
        "account/signup/",
        RedirectView.as_view(pattern_name="account_request_login_code", query_string=True),
        name="account_signup",
    ),
    path(
        "account/login/code/confirm/",
        one_try_at_a_time(account.confirm_login_code),
        name="account_confirm_login_code",
    ),
    path(
        "account/confirm-email/",
        one_try_at_a_time(account.email_verification_sent),
        name="account_email_verification_sent",
    ),
    path("account/", include("allauth.urls")),
    *report_addresses(),
    path(f"{settings.ADMIN_PATH}/", admin.site.urls),
]
if find_spec("config.api_urls"):
    urlpatterns.append(path("api/", include("config.api_urls")))
if settings.DEMO:
    urlpatterns.append(path("demo/", include("members.web.demo_urls")))
if settings.DEBUG or settings.DEMO:
    urlpatterns.append(path("ui/", components, name="components"))

handler400 = "config.pages.bad_request"
handler403 = "config.pages.permission_denied"
handler404 = "config.pages.page_not_found"
handler500 = "config.pages.server_error"
