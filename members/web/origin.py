"""Where a request comes from, as far as it can be believed."""

from allauth.account.adapter import get_adapter
from django.http import HttpRequest


def origin_of(request: HttpRequest) -> str:
    """The address of whoever asks; what proxies say counts only as far as the settings trust them."""
    return str(get_adapter(request).get_client_ip(request))
