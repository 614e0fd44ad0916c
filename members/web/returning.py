"""Going back to where somebody was, and nowhere else."""

from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme


def local_address(request: HttpRequest, address: str | None) -> str | None:
    """The address if it is one of this site's own, from its root, else None."""
    is_ours = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if address and address.startswith("/") and is_ours else None


def redirect_back(request: HttpRequest, otherwise: str = "front") -> HttpResponseRedirect:
    """To the page named in the form, when it is one of ours."""
    return HttpResponseRedirect(local_address(request, request.POST.get("next")) or resolve_url(otherwise))
