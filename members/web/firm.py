"""My firm: its card, founding one, taking one over, and choosing for which one I act."""

from dataclasses import asdict
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from kernel.business_id import BusinessIdNotValid, normalised
from kernel.clock import database_now
from kernel.errors import Malformed, NotVisible, Refusal, Stale
from members.actions.change_firm import change_firm
from members.actions.claim_firm import claim_firm
from members.actions.create_firm import FirmIsKnown, create_firm
from members.details import FirmDetails
from members.models import Firm
from members.permissions import may_change_firm
from members.places import municipalities, municipality_name
from members.web.acting import act_for, actor_of, membership_of
from members.web.colours import DEFAULT_COLOURS, is_colour
from members.web.details import CleanLineField
from members.web.returning import local_address, redirect_back

WHAT_IS_WRONG = {
    "digits": _("Write the Business ID with ordinary digits, like 1234567-8."),
    "vat_number": _("This is a VAT number. Write the Business ID, like 1234567-8."),
    "shape": _("A Business ID has seven digits, a hyphen and a check digit, like 1234567-8."),
    "check_digit": _("The check digit does not match: one of the digits is probably mistyped."),
}


class BusinessIdField(forms.CharField):
    """A Business ID as people type it, kept in its stored form."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 20)
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "text", "autocomplete": "off"}))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        """`NNNNNNN-N`, or an empty string where it is optional."""
        typed = super().clean(value)
        if not typed:
            return ""
        try:
            return normalised(typed)
        except BusinessIdNotValid as fault:
            sentence = gettext("This is a VAT number; the Business ID in it is %(id)s.") % {"id": fault.suggestion}
            raise forms.ValidationError(sentence if fault.suggestion else WHAT_IS_WRONG[fault.reason]) from None


class FirmForm(forms.Form):
    """A firm's card. `seen` is the version it was read at."""

    name = CleanLineField(
        label=_("Name of the firm"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "organization"})
    )
    business_id = BusinessIdField(
        label=_("Business ID"), required=False, help_text=_("A firm that sells through an invoicing service has none.")
    )
    municipality = forms.ChoiceField(label=_("Municipality"), required=False)
    staff = forms.IntegerField(
        label=_("People in the firm"), required=False, min_value=0, max_value=9999, widget=forms.NumberInput
    )
    colour = forms.CharField(
        label=_("Colour"),
        required=False,
        help_text=_("Your thread in every offer."),
        widget=forms.TextInput(attrs={"type": "color"}),
    )
    vat_liable = forms.BooleanField(label=_("Registered for VAT"), required=False)
    service_company_name = CleanLineField(label=_("Invoicing service"), max_length=200, required=False)
    service_company_business_id = BusinessIdField(label=_("Its Business ID"), required=False)
    service_company_vat_liable = forms.BooleanField(label=_("It charges VAT"), required=False)
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "fi"
        named = sorted((municipality_name(code, language), code) for code in municipalities())
        current = self.initial.get("municipality", "")
        unnamed = [(current, current)] if current and current not in municipalities() else []
        field = self.fields["municipality"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [("", gettext("Not said")), *unnamed, *((code, name) for name, code in named)]

    def clean_colour(self) -> str:
        """`#rrggbb` or nothing."""
        colour = str(self.cleaned_data["colour"]).lower()
        if colour and not is_colour(colour):
            raise forms.ValidationError(_("Choose a colour from the picker."))
        return colour

    def clean(self) -> dict[str, Any]:
        """An invoicing service is named whole or not at all."""
        known = super().clean() or self.cleaned_data
        name, its_id = known.get("service_company_name"), known.get("service_company_business_id")
        if name and not its_id and "service_company_business_id" not in self.errors:
            self.add_error("service_company_business_id", _("The invoices need the service's Business ID."))
        if its_id and not name:
            self.add_error("service_company_name", _("Which invoicing service is it?"))
        return known

    def details(self) -> FirmDetails:
        """What the person says, once the form is valid."""
        known = {key: value for key, value in self.cleaned_data.items() if key != "seen"}
        return FirmDetails(**{**known, "business_id": known["business_id"] or None})

    @property
    def services(self) -> list[forms.BoundField]:
        """The fields about an invoicing service, which most firms leave shut."""
        return [self[name] for name in self.fields if name.startswith("service_company")]

    @property
    def has_service(self) -> bool:
        """Whether those fields hold anything."""
        return any(
            field.errors or (field.name != "service_company_vat_liable" and field.value()) for field in self.services
        )


def details_of(firm: Firm) -> FirmDetails:
    """What a firm's row says now."""
    return FirmDetails(**{key: getattr(firm, key) for key in FirmDetails.__dataclass_fields__})


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def my_firm(request: HttpRequest) -> HttpResponse:
    """The card of the firm one acts for, and changing it without overwriting what somebody else saved."""
    membership = membership_of(request)
    if membership is None:
        return redirect("members:new-firm")
    firm, actor = membership.firm, actor_of(request)
    known = asdict(details_of(firm)) | {"seen": firm.version, "business_id": firm.business_id or ""}
    form = FirmForm(request.POST or None, initial=known)
    page: dict[str, Any] = {"form": form, "firm": firm, "may_change": may_change_firm(actor, firm)}
    if request.method != "POST":
        return render(request, "members/firm.html", page)
    if not form.is_valid():
        return render(request, "members/firm.html", page, status=422)
    try:
        details = FirmDetails(**{**asdict(form.details()), "legal_form": firm.legal_form})
        change_firm(firm=firm, details=details, seen=form.cleaned_data["seen"] or 0, by=actor, now=database_now())
    except Stale as refusal:
        firm.refresh_from_db()
        return render(request, "members/firm.html", page | _conflict(form, firm, refusal), status=409)
    except Malformed as refusal:
        _add_faults(form, refusal)
        return render(request, "members/firm.html", page, status=422)
    messages.success(request, gettext("Saved."))
    return redirect("members:firm")


def _conflict(form: FirmForm, firm: Firm, refusal: Stale) -> dict[str, Any]:
    """What stands now beside what was typed; saving once more is then meant."""
    now = asdict(details_of(firm))
    typed = asdict(form.details())
    differing = [
        {"label": field.label, "now": _shown(field, now[field.name])}
        for field in form
        if field.name in now and now[field.name] != typed[field.name] and field.name != "legal_form"
    ]
    again = FirmForm({**form.data.dict(), "seen": str(firm.version)}, initial=form.initial)  # type: ignore[attr-defined]
    return {"conflict": str(refusal), "differing": differing, "form": again}


def _shown(field: forms.BoundField, value: Any) -> str:
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if field.name == "municipality":
        return municipality_name(value, get_language() or "fi") or value or "–"
    return str(value) if value not in {None, ""} else "–"


def _add_faults(form: FirmForm, refusal: Malformed) -> None:
    for name, sentence in refusal.faults.items():
        form.add_error(name if name in form.fields else None, str(sentence))


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_firm(request: HttpRequest) -> HttpResponse:
    """Add a firm of one's own; one that is only known by name is offered to be taken over."""
    suggested = {"vat_liable": True, "service_company_vat_liable": True, "colour": DEFAULT_COLOURS[0]}
    form = FirmForm(request.POST or None, initial=suggested)
    page: dict[str, Any] = {"form": form, "next": local_address(request, (request.POST or request.GET).get("next"))}
    if request.method != "POST" or not form.is_valid():
        return render(request, "members/new_firm.html", page, status=422 if form.errors else 200)
    try:
        firm = create_firm(details=form.details(), by=actor_of(request), now=database_now())
    except FirmIsKnown as refusal:
        page |= {"known": str(refusal), "business_id": form.cleaned_data["business_id"]}
        return render(request, "members/new_firm.html", page, status=refusal.status)
    except Refusal as refusal:
        form.add_error("business_id", str(refusal))
        return render(request, "members/new_firm.html", page, status=refusal.status)
    _start_acting(request, firm)
    messages.success(request, gettext("%(firm)s is here, and you are its owner.") % {"firm": firm.name})
    return redirect_back(request, "bids:work")


@login_required
@require_POST
def take_over(request: HttpRequest) -> HttpResponse:
    """Become the owner of a firm that others have named and nobody acts for."""
    firm = claim_firm(business_id=request.POST.get("business_id", ""), by=actor_of(request), now=database_now())
    _start_acting(request, firm)
    messages.success(request, gettext("%(firm)s is here, and you are its owner.") % {"firm": firm.name})
    return redirect_back(request, "members:firm")


@login_required
@require_POST
def choose_firm(request: HttpRequest) -> HttpResponse:
    """Act for another of one's firms from now on."""
    if not act_for(request, request.POST.get("firm", "")):
        raise NotVisible
    return redirect_back(request, "bids:work")


def _start_acting(request: HttpRequest, firm: Firm) -> None:
    request.__dict__.pop("_memberships", None)
    act_for(request, str(firm.public_id))
