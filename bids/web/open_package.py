"""Bring an offer in from a file: look at it first, and make rows only when asked to."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import NAMESPACE_OID, uuid5

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from bids.actions.import_bid import NumberTaken, import_bid
from bids.content import NOTHING_CHOSEN, JointOffer
from bids.exports.bid_package import PackageRefused, fault_sentence, package_bytes, read_package
from bids.visibility import SYSTEMS_EYES
from bids.web.example import example_offer
from bids.web.kept_uploads import keep, kept
from bids.web.presenting import presented
from bids.web.speaking import page_language
from kernel.actor import Actor
from kernel.clock import database_now, helsinki_day
from kernel.errors import Refusal
from members.web.acting import ACTING_FOR, actor_of, membership_of

LARGEST: Final = 5_000_000
EDITABLE: Final = 400_000
"""Characters of a refused file that the page still shows for mending."""


class PackageForm(forms.Form):
    """A file, or its text pasted."""

    file = forms.FileField(
        label=_("Package file (JSON)"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
    )
    text = forms.CharField(
        label=_("or paste its text here"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"class": "paste", "rows": 8, "spellcheck": "false", "autocomplete": "off"}),
    )

    def package(self) -> bytes:
        """What was given: the file, else the text; empty when there is neither."""
        file = self.cleaned_data["file"]
        if file is not None:
            return bytes(file.read(LARGEST + 1))
        return str(self.cleaned_data["text"]).encode()


@dataclass(frozen=True, kw_only=True)
class ShownFault:
    """A fault with its place and its sentence."""

    path: str
    sentence: str


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def open_package(request: HttpRequest) -> HttpResponse:
    """Take a package and show what is in it, or everything that is wrong with it. Writes no row."""
    given = request.POST if request.method == "POST" else request.GET
    if name := given.get("example"):
        return _example(request, name)
    if request.method != "POST":
        return render(request, "bids/open_package.html", {"form": PackageForm()})
    form = PackageForm(request.POST, request.FILES)
    data = form.package() if form.is_valid() else b""
    if not data.strip():
        form.add_error("file", gettext("Choose a file, or paste its text below."))
        return render(request, "bids/open_package.html", {"form": form}, status=422)
    try:
        offer = read_package(data)
    except PackageRefused as refused:
        return _refused(request, refused, data)
    return _preview(request, offer, data)


def _example(request: HttpRequest, name: str) -> HttpResponse:
    membership = membership_of(request)
    today = helsinki_day(database_now())
    offer = example_offer(name, lead=membership.firm if membership else None, today=today)
    if offer is None:
        return redirect("bids:open-package")
    if membership is None:
        return _only_to_look_at(request, offer, name)
    return _preview(request, offer, package_bytes(offer))


def _only_to_look_at(request: HttpRequest, offer: JointOffer, name: str) -> HttpResponse:
    """The example of somebody without a firm: its lead is invented, and nobody becomes the owner of that."""
    back = f"{reverse('bids:open-package')}?{urlencode({'example': name})}"
    page = _shown(offer, "") | {"own_firm_first": f"{reverse('members:new-firm')}?{urlencode({'next': back})}"}
    return render(request, "bids/preview.html", page)


def _refused(request: HttpRequest, refused: PackageRefused, data: bytes) -> HttpResponse:
    """Every fault with its place, and the text as it was, to be mended here or in the file."""
    shown = _text_for_mending(data)
    faults = [ShownFault(path=fault.path, sentence=fault_sentence(fault)) for fault in refused.faults]
    page = {"form": PackageForm(initial={"text": shown}), "faults": faults, "is_too_long_to_show": not shown}
    return render(request, "bids/open_package.html", page, status=422)


def _text_for_mending(data: bytes) -> str:
    """The text, when a page can show it without losing a letter; else nothing."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return ""
    return text if len(text) <= EDITABLE and "\0" not in text else ""


def _preview(request: HttpRequest, offer: JointOffer, data: bytes) -> HttpResponse:
    ticket = keep(data, holder=_holder(actor_of(request)))
    return render(request, "bids/preview.html", _shown(offer, ticket))


def _holder(actor: Actor) -> str:
    return f"person {actor.public_id}"


def _shown(offer: JointOffer, ticket: str) -> dict[str, Any]:
    return {"shown": presented(offer, NOTHING_CHOSEN, page_language(), eyes=SYSTEMS_EYES), "ticket": ticket}


@login_required
@require_POST
def bring_in(request: HttpRequest) -> HttpResponse:
    """Make the package that was looked at one's own offer."""
    actor = actor_of(request)
    ticket = request.POST.get("ticket", "")
    data = kept(ticket, holder=_holder(actor))
    if data is None:
        messages.warning(request, gettext("The file was put away after a day. Open it once more."))
        return redirect("bids:open-package")
    offer = read_package(data)
    try:
        bid = import_bid(
            offer=offer,
            by=actor,
            now=database_now(),
            new_number="new_number" in request.POST,
            # The same upload pressed twice, or again after going back, is the same offer.
            public_id=uuid5(actor.public_id or NAMESPACE_OID, ticket),
        )
    except NumberTaken as refusal:
        page = _shown(offer, ticket) | {"taken": str(refusal), "standing": refusal.params["bid"]}
        return render(request, "bids/preview.html", page, status=refusal.status)
    except Refusal as refusal:
        page = _shown(offer, ticket) | {"refusal": str(refusal)}
        return render(request, "bids/preview.html", page, status=refusal.status)
    request.session[ACTING_FOR] = str(bid.lead.public_id)
    messages.success(request, gettext("The offer is yours now, as %(number)s.") % {"number": bid.number})
    return redirect("bids:offer", public_id=bid.public_id)
