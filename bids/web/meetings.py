"""Meetings with clients: whom one met, what they want, a photo, what comes next; and the way from there to an offer."""

from typing import Any, Final
from uuid import UUID, uuid4, uuid5

from csp.decorators import csp
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bids import formats
from bids.actions.change_meeting import change_meeting
from bids.actions.note_meeting import note_meeting
from bids.actions.remove_meeting import remove_meeting
from bids.models import Meeting
from bids.permissions import may_note_meetings, may_start_for
from bids.steps.meetings import MeetingNote, Photo
from bids.web.downloads import SANDBOX
from bids.web.new_offer_form import NO_CONTACT, Contact, read_contact
from bids.web.offer_sources import contact_words
from bids.web.speaking import page_language
from kernel.actor import Actor
from kernel.clock import database_now, helsinki_day
from kernel.errors import Malformed, NotVisible, Stale, require
from kernel.files import read
from kernel.picture_sentences import picture_sentence
from kernel.pictures import MAX_BYTES, PictureRefused, clean_picture
from members.web.acting import actor_of, membership_of
from members.web.details import CleanLineField

ON_A_PAGE: Final = 24
DAYS: Final = ["%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y"]
LONGEST_SIDE: Final = 1600


class MeetingForm(forms.Form):
    """A note. `seen` is the version it was read at."""

    client_name = CleanLineField(
        label=_("Whom did you meet"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Whom did you meet?")},
    )
    wants = forms.CharField(
        label=_("What they want"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "short"}),
        error_messages={"required": _("What do they want? A few words are enough.")},
    )
    contact = CleanLineField(
        label=_("Their e-mail or telephone"),
        max_length=320,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "email", "autocomplete": "off"}),
    )
    photo = forms.FileField(
        label=_("A photo"),
        required=False,
        allow_empty_file=True,
        help_text=_("Place and camera are taken out of it."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    without_photo = forms.BooleanField(label=_("Take the photo away"), required=False)
    next_step = CleanLineField(
        label=_("Next step"), max_length=500, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    next_on = forms.DateField(
        label=_("On"),
        required=False,
        input_formats=DAYS,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": _("Write a day like 24.4.2026.")},
    )
    met_on = forms.DateField(
        label=_("You met on"),
        input_formats=DAYS,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"required": _("When did you meet?"), "invalid": _("Write a day like 24.4.2026.")},
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean_photo(self) -> Photo | None:
        """The picture made safe, or none."""
        file = self.cleaned_data["photo"]
        if file is None:
            return None
        try:
            picture = clean_picture(bytes(file.read(MAX_BYTES + 1)), longest_side=LONGEST_SIDE)
        except PictureRefused as refused:
            raise forms.ValidationError(picture_sentence(refused)) from None
        return Photo(content=picture.content, media_type=picture.media_type)

    def note(self) -> MeetingNote:
        """What the person noted, once the form is valid."""
        said = self.cleaned_data
        contact: Contact = read_contact(said["contact"]) if said["contact"] else Contact()
        return MeetingNote(
            client_name=said["client_name"],
            wants=said["wants"],
            met_on=said["met_on"],
            contact_name=contact.name,
            contact_email=contact.email,
            contact_phone=contact.phone,
            next_step=said["next_step"],
            next_on=said["next_on"],
        )

    def take_faults(self, refused: Malformed) -> None:
        """Put every fault the action found beside its field."""
        for path, sentence in refused.faults.items():
            place = "contact" if path.startswith("contact_") else path
            told = NO_CONTACT if path == "contact_phone" else sentence
            self.add_error(place if place in self.fields else None, str(told))


@login_required
@never_cache
@require_safe
def meetings(request: HttpRequest) -> HttpResponse:
    """The firm's notes, the latest first."""
    membership = membership_of(request)
    actor = actor_of(request)
    notes = Meeting.objects.visible_to(actor).select_related("bid", "photo").order_by("-met_on", "-pk")
    page = Paginator(notes, ON_A_PAGE).get_page(request.GET.get("page"))
    language, today = page_language(), helsinki_day(database_now())
    cards = [
        {
            "note": note,
            "met": formats.day(note.met_on, language),
            "next": formats.day(note.next_on, language) if note.next_on else "",
            "is_due": bool(note.next_on and note.next_on <= today and note.bid is None),
        }
        for note in page.object_list
    ]
    may_note = membership is not None and may_note_meetings(actor, membership.firm)
    may_start = membership is not None and may_start_for(actor, membership.firm)
    shown = {"cards": cards, "page": page, "may_note": may_note, "may_start": may_start}
    return render(request, "bids/meetings.html", shown)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_meeting(request: HttpRequest) -> HttpResponse:
    """Note a meeting; the second button begins an offer of it at once."""
    membership = membership_of(request)
    if membership is None:
        messages.info(request, gettext("Add your firm first: notes belong to it."))
        return redirect("members:new-firm")
    actor, now = actor_of(request), database_now()
    require(may_note_meetings(actor, membership.firm))
    form = MeetingForm(request.POST or None, request.FILES or None, initial={"met_on": helsinki_day(now)})
    ticket = request.POST.get("ticket") or str(uuid4())
    page = {"form": form, "ticket": ticket, "may_start": may_start_for(actor, membership.firm)}
    if request.method != "POST":
        return render(request, "bids/meeting.html", page)
    if form.is_valid():
        try:
            meeting = note_meeting(
                note=form.note(),
                photo=form.cleaned_data["photo"],
                by=actor,
                now=now,
                public_id=uuid5(membership.firm.public_id, f"{actor.public_id}:{ticket}"),
            )
        except Malformed as refused:
            form.take_faults(refused)
        else:
            return _onward(request, meeting, gettext("Noted."))
    return render(request, "bids/meeting.html", page, status=422)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def meeting(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One note, to be read and changed."""
    actor, now = actor_of(request), database_now()
    note = _note_for(actor, public_id)
    may_change = may_note_meetings(actor, note.firm)
    form = MeetingForm(request.POST or None, request.FILES or None, initial=_as_it_is(note))
    may_start = may_start_for(actor, note.firm)
    page: dict[str, Any] = {"form": form, "note": note, "may_change": may_change, "may_start": may_start}
    if request.method != "POST":
        return render(request, "bids/meeting.html", page)
    require(may_change)
    if form.is_valid():
        try:
            change_meeting(
                meeting=note,
                note=form.note(),
                seen=form.cleaned_data["seen"] or 0,
                photo=form.cleaned_data["photo"],
                without_photo=form.cleaned_data["without_photo"],
                by=actor,
                now=now,
            )
        except Malformed as refused:
            form.take_faults(refused)
        except Stale as refused:
            again = MeetingForm({**request.POST.dict(), "seen": str(note.version)}, initial=_as_it_is(note))
            shown = page | {"form": again, "conflict": str(refused), "stands": _as_it_is(note)}
            return render(request, "bids/meeting.html", shown, status=409)
        else:
            return _onward(request, note, gettext("Saved."))
    return render(request, "bids/meeting.html", page, status=422)


@login_required
@require_POST
def remove(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Throw a note away."""
    actor = actor_of(request)
    remove_meeting(meeting=_note_for(actor, public_id), by=actor, now=database_now())
    messages.success(request, gettext("The note is gone."))
    return redirect("bids:meetings")


@login_required
@never_cache
@require_safe
def photo(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The photo of a note, for its firm."""
    note = _note_for(actor_of(request), public_id)
    if note.photo is None:
        raise NotVisible
    response = HttpResponse(read(note.photo.sha256), content_type=note.photo.media_type)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Disposition"] = "inline"
    csp(SANDBOX)(lambda _request: response)(request)
    return response


def _note_for(actor: Actor, public_id: UUID) -> Meeting:
    found = Meeting.objects.visible_to(actor).select_related("firm", "bid", "photo").filter(public_id=public_id).first()
    if found is None:
        raise NotVisible
    return found


def _onward(request: HttpRequest, note: Meeting, sentence: str) -> HttpResponse:
    if "start" in request.POST and note.bid_id is None:
        return redirect(f"{reverse('bids:new-offer')}?{urlencode({'meeting': str(note.public_id)})}")
    messages.success(request, sentence)
    return redirect("bids:meetings")


def _as_it_is(note: Meeting) -> dict[str, Any]:
    return {
        "client_name": note.client_name,
        "wants": note.wants,
        "contact": contact_words(note.contact_name, note.contact_email, note.contact_phone),
        "next_step": note.next_step,
        "next_on": note.next_on,
        "met_on": note.met_on,
        "seen": note.version,
    }
