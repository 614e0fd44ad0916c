"""API keys: made here, shown once, revoked here."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from kernel.clock import database_now
from kernel.errors import NotVisible, Refusal
from members.actions.create_api_token import create_api_token
from members.actions.revoke_api_token import revoke_api_token
from members.models import ApiToken
from members.permissions import may_create_api_token
from members.vocabulary import TokenScope
from members.web.acting import actor_of, membership_of
from members.web.details import CleanLineField

SCOPES = {"read": [TokenScope.READ.value], "write": [TokenScope.READ.value, TokenScope.WRITE.value]}


class KeyForm(forms.Form):
    """What a program may do, and for how long."""

    name = CleanLineField(
        label=_("What is it for?"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    may = forms.ChoiceField(
        label=_("It may"), choices=[("read", _("only read")), ("write", _("read and write"))], initial="read"
    )
    days = forms.TypedChoiceField(
        label=_("It works for"),
        choices=[(30, _("a month")), (90, _("three months")), (365, _("a year"))],
        coerce=int,
        initial=90,
    )


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def my_keys(request: HttpRequest) -> HttpResponse:
    """The keys of the firm one acts for; a new one's secret stands on the answer to the form and nowhere else."""
    membership = membership_of(request)
    if membership is None:
        return redirect("members:new-firm")
    actor, now = actor_of(request), database_now()
    form = KeyForm(request.POST or None)
    page: dict[str, Any] = {"may_create": may_create_api_token(actor, membership.firm)}
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            known = form.cleaned_data
            try:
                token, secret = create_api_token(
                    name=known["name"],
                    firm=membership.firm,
                    scopes=SCOPES[known["may"]],
                    lives=timedelta(days=known["days"]),
                    by=actor,
                    now=now,
                )
                page |= {"made": token, "secret": secret}
                form, status = KeyForm(), 200
            except Refusal as refusal:
                form.add_error(None, str(refusal))
                status = refusal.status
    standing = ApiToken.objects.filter(person_id=membership.person_id, firm=membership.firm, revoked_at=None)
    page |= {"form": form, "keys": standing.order_by("-created_at"), "now": now}
    return render(request, "members/keys.html", page, status=status)


@login_required
@require_POST
def revoke_key(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take a key away."""
    token = ApiToken.objects.select_related("firm").filter(public_id=public_id).first()
    if token is None:
        raise NotVisible
    revoke_api_token(token=token, by=actor_of(request), now=database_now())
    messages.success(request, gettext("The key no longer opens anything."))
    return redirect("members:keys")
