"""Groups: firms that work together again and again, their rules of the game, and each one's yes to them."""

import re
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID, uuid4, uuid5

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bids.actions.agree_to_group import agree_to_group
from bids.actions.change_group import change_group
from bids.actions.leave_group import leave_group
from bids.actions.make_group import make_group
from bids.models import Bid, Group, GroupMember
from bids.permissions import leads, may_agree_to_group, may_lead_group, may_start_for
from bids.queries.group_standing import MemberStanding, standing_of_group
from bids.queries.partners import earlier_partners
from bids.steps.groups import GroupFirm, GroupRules, GroupSaid, firms_of_offer
from bids.visibility import mode_in_force
from bids.vocabulary import Invoicing, Liability, PriceVisibility
from bids.web import edit_words
from bids.web.letters import letters_of_group
from bids.web.new_offer import words_of
from bids.web.new_offer_form import INVOICING, LIABILITY, NO_CONTACT, VISIBILITY, Row, read_contact, rows_in
from bids.web.offer_sources import contact_words
from kernel.actor import Actor
from kernel.clock import database_now
from kernel.errors import Malformed, NotVisible, Refusal, Stale, require
from members.models import Person
from members.web.acting import actor_of, membership_of
from members.web.details import CleanLineField

AT_FIRST: Final = 2
MOST_SHOWN: Final = 100
_LONG: Final = 10
"""Digits no version has."""


class GroupForm(forms.Form):
    """A group's name and its rules of the game; its firms are rows beside it."""

    name = CleanLineField(
        label=_("Name of the group"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("What is the group called?")},
    )
    invoicing = forms.ChoiceField(label=_("Who invoices"), choices=INVOICING)
    liability = forms.ChoiceField(label=_("Who answers for what"), choices=LIABILITY)
    price_visibility = forms.ChoiceField(
        label=_("Who sees which price"), choices=VISIBILITY, help_text=edit_words.ANSWERING_SEES_TOTAL
    )
    payment_days = forms.IntegerField(label=_("Days to pay"), widget=forms.TextInput(attrs={"inputmode": "numeric"}))
    valid_days = forms.IntegerField(label=_("Valid for days"), widget=forms.TextInput(attrs={"inputmode": "numeric"}))
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, words: Mapping[str, Any], *, is_sent: bool = False) -> None:
        self.rows = rows_in(words)
        self.firms_fault = ""
        defaults = {"invoicing": "each", "liability": "several", "price_visibility": "all"}
        defaults |= {"payment_days": "14", "valid_days": "30"}
        if is_sent:
            super().__init__({**defaults, **words})
        else:
            super().__init__(initial={**defaults, **{key: words[key] for key in words if key in self.base_fields}})

    @property
    def filled(self) -> list[Row]:
        """The rows a firm is named in."""
        return [row for row in self.rows if not row.is_blank]

    @property
    def rules(self) -> list[forms.BoundField]:
        """The rules of the game."""
        return [self[name] for name in self.fields if name not in {"name", "seen"}]

    def said(self) -> GroupSaid:
        """What is said of the group, once the form is valid."""
        said = self.cleaned_data
        return GroupSaid(
            name=said["name"],
            firms=tuple(_firm(row) for row in self.filled),
            rules=GroupRules(
                invoicing=Invoicing(said["invoicing"]),
                liability=Liability(said["liability"]),
                payment_days=said["payment_days"],
                valid_days=said["valid_days"],
                price_visibility=PriceVisibility(said["price_visibility"]),
            ),
        )

    def take_faults(self, refused: Malformed) -> None:
        """Put every fault the action found beside what it is about."""
        for path, sentence in refused.faults.items():
            match = re.fullmatch(r"firms\[([0-9]+)\]\.([a-z_]+)", path)
            if match is not None:
                place = {"email": "contact", "phone": "contact", "usual_share": "what"}.get(match[2], match[2])
                told = NO_CONTACT if match[2] == "phone" else sentence
                self.filled[int(match[1])].faults.setdefault(place, str(told))
            elif path == "firms":
                self.firms_fault = str(sentence)
            else:
                self.add_error(path if path in self.fields else None, str(sentence))


def _firm(row: Row) -> GroupFirm:
    contact = read_contact(row.contact)
    return GroupFirm(
        name=row.name, email=contact.email, phone=contact.phone, contact=contact.name, usual_share=row.what
    )


@login_required
@never_cache
@require_safe
def groups(request: HttpRequest) -> HttpResponse:
    """The groups one's firm is in, and those one is asked to join by letter."""
    membership, actor = membership_of(request), actor_of(request)
    found = _groups_for(actor).order_by("name", "pk")
    may_make = membership is not None and may_start_for(actor, membership.firm)
    standings = [(group, standing_of_group(group)) for group in found[:MOST_SHOWN]]
    rows = [
        {"group": group, "standing": standing, "waits": not all(each.has_agreed for each in standing)}
        for group, standing in standings
    ]
    return render(request, "bids/groups.html", {"rows": rows, "may_make": may_make})


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_group(request: HttpRequest) -> HttpResponse:
    """Make a group, by hand or of the firms of an offer."""
    membership = membership_of(request)
    if membership is None:
        messages.info(request, gettext("Add your firm first: it makes the group."))
        return redirect("members:new-firm")
    actor, now = actor_of(request), database_now()
    require(may_start_for(actor, membership.firm))
    ticket = request.POST.get("ticket") or str(uuid4())
    page: dict[str, Any] = {"ticket": ticket, "partners": earlier_partners(membership.firm)}
    if request.method != "POST":
        return render(request, "bids/group_form.html", page | {"form": GroupForm(_first_words(request, actor))})
    if "save" not in request.POST:
        return render(request, "bids/group_form.html", page | {"form": _rearranged(request)})
    form = GroupForm(words_of(request.POST), is_sent=True)
    if form.is_valid():
        try:
            group = make_group(
                said=form.said(),
                by=actor,
                now=now,
                public_id=uuid5(membership.firm.public_id, f"group:{actor.public_id}:{ticket}"),
            )
        except Malformed as refused:
            form.take_faults(refused)
        except Refusal as refused:
            shown = page | {"form": form, "refusal": str(refused)}
            return render(request, "bids/group_form.html", shown, status=refused.status)
        else:
            messages.success(request, gettext("The group is there, and its firms are asked to agree to the rules."))
            return redirect("bids:group", public_id=group.public_id)
    return render(request, "bids/group_form.html", page | {"form": form}, status=422)


@login_required
@never_cache
@require_safe
def group(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One group: its firms, its rules, who has agreed; and what one may do about it."""
    actor = actor_of(request)
    found = _group_for(actor, public_id)
    standing = standing_of_group(found)
    own = [row for row in standing if may_agree_to_group(actor, row.member)]
    membership = membership_of(request)
    is_in = any(row.member.firm_id == actor.firm_id for row in standing)
    page = {
        "group": found,
        "standing": standing,
        "rules": _rules_in_words(found),
        "to_agree": [row for row in own if not row.has_agreed],
        "own": [row for row in own if not row.is_lead],
        "may_change": may_lead_group(actor, found),
        "letters": letters_of_group(found, by=actor, now=database_now()),
        "may_start": bool(membership and is_in and may_start_for(actor, membership.firm)),
    }
    return render(request, "bids/group.html", page)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Change a group's name, firms and rules."""
    actor, now = actor_of(request), database_now()
    found = _group_for(actor, public_id)
    require(may_lead_group(actor, found))
    page: dict[str, Any] = {"group": found, "partners": earlier_partners(found.made_by)}
    if request.method != "POST":
        return render(request, "bids/group_form.html", page | {"form": GroupForm(_as_it_is(found))})
    if "save" not in request.POST:
        return render(request, "bids/group_form.html", page | {"form": _rearranged(request)})
    form = GroupForm(words_of(request.POST), is_sent=True)
    if form.is_valid():
        try:
            changed = change_group(
                group=found, said=form.said(), seen=form.cleaned_data["seen"] or 0, by=actor, now=now
            )
        except Malformed as refused:
            form.take_faults(refused)
        except Stale as refused:
            again = GroupForm({**words_of(request.POST), "seen": str(found.version)}, is_sent=True)
            shown = page | {"form": again, "refusal": str(refused)}
            return render(request, "bids/group_form.html", shown, status=409)
        except Refusal as refused:
            shown = page | {"form": form, "refusal": str(refused)}
            return render(request, "bids/group_form.html", shown, status=refused.status)
        else:
            is_new = changed.rules_version != found.rules_version
            sentence = gettext("The rules are new: each firm is asked to agree anew.") if is_new else gettext("Saved.")
            messages.success(request, sentence)
            return redirect("bids:group", public_id=found.public_id)
    return render(request, "bids/group_form.html", page | {"form": form}, status=422)


@login_required
@require_POST
def agree(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Say yes to the rules that were read."""
    actor = actor_of(request)
    found = _group_for(actor, public_id)
    member = _member_for(found, request.POST.get("member", ""))
    version = request.POST.get("rules_version", "")
    try:
        agree_to_group(
            group=found,
            member=member,
            rules_version=int(version) if version.isascii() and version.isdecimal() and len(version) < _LONG else 0,
            by=actor,
            now=database_now(),
        )
    except Stale:
        messages.warning(request, gettext("The rules have changed in the meantime. Read them once more."))
    else:
        messages.success(request, gettext("%(firm)s has agreed to the rules.") % {"firm": member.firm.name})
    return redirect("bids:group", public_id=found.public_id)


@login_required
@require_POST
def leave(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Leave a group."""
    actor = actor_of(request)
    found = _group_for(actor, public_id)
    member = _member_for(found, request.POST.get("member", ""))
    try:
        leave_group(group=found, member=member, by=actor, now=database_now())
    except Refusal as refused:
        messages.error(request, str(refused))
        return redirect("bids:group", public_id=found.public_id)
    messages.success(request, gettext("%(firm)s has left the group.") % {"firm": member.firm.name})
    return redirect("bids:groups")


def _groups_for(actor: Actor) -> Any:
    """The actor's own groups, and those that have a firm nobody acts for at the actor's own address."""
    own = Group.objects.visible_to(actor).values("pk")
    email = Person.objects.filter(pk=actor.id or 0).values_list("email", flat=True).first() or ""
    asked = GroupMember.objects.filter(email__iexact=email, firm__memberships__isnull=True).exclude(email="")
    return Group.objects.filter(Q(pk__in=own) | Q(pk__in=asked.values("group_id"))).select_related("made_by")


def _group_for(actor: Actor, public_id: UUID) -> Group:
    found: Group | None = _groups_for(actor).filter(public_id=public_id).first()
    if found is None:
        raise NotVisible
    return found


def _member_for(group: Group, public_id: str) -> GroupMember:
    try:
        found = GroupMember.objects.filter(group=group, public_id=UUID(public_id)).select_related("firm").first()
    except ValueError:
        found = None
    if found is None:
        raise NotVisible
    return found


def _rules_in_words(group: Group) -> list[tuple[str, str]]:
    mode = mode_in_force(PriceVisibility(group.price_visibility), Liability(group.liability))
    return [
        (gettext("Who invoices"), str(dict(INVOICING)[group.invoicing])),
        (gettext("Who answers for what"), str(dict(LIABILITY)[group.liability])),
        (gettext("Who sees which price"), str(dict(VISIBILITY)[mode])),
        (gettext("Days to pay"), str(group.payment_days)),
        (gettext("Valid for days"), str(group.valid_days)),
    ]


def _first_words(request: HttpRequest, actor: Actor) -> dict[str, str]:
    """Two empty rows, or the firms and rules of the offer named."""
    try:
        named: UUID | None = UUID(request.GET.get("from", ""))
    except ValueError:
        named = None
    if named is None:
        return {f"firm-{number}-name": "" for number in range(AT_FIRST)}
    bid = Bid.objects.visible_to(actor).filter(public_id=named).first()
    if bid is None or not leads(actor, bid):
        raise NotVisible
    words = {
        "invoicing": bid.invoicing,
        "liability": bid.liability,
        "price_visibility": bid.price_visibility,
        "payment_days": str(bid.payment_days),
        "valid_days": str((bid.valid_until - bid.issued_on).days or 30),
    }
    return words | _words_of_firms(firms_of_offer(bid))


def _as_it_is(group: Group) -> dict[str, str]:
    rows: list[MemberStanding] = [row for row in standing_of_group(group) if not row.is_lead]
    firms = tuple(
        GroupFirm(
            name=row.member.firm.name,
            email=row.member.email,
            phone=row.member.phone,
            contact=row.member.name,
            usual_share=row.member.usual_share,
        )
        for row in rows
    )
    return {
        "name": group.name,
        "invoicing": group.invoicing,
        "liability": group.liability,
        "price_visibility": group.price_visibility,
        "payment_days": str(group.payment_days),
        "valid_days": str(group.valid_days),
        "seen": str(group.version),
    } | _words_of_firms(firms)


def _words_of_firms(firms: tuple[GroupFirm, ...]) -> dict[str, str]:
    words: dict[str, str] = {}
    for number, each in enumerate(firms):
        words |= {
            f"firm-{number}-name": each.name,
            f"firm-{number}-contact": contact_words(each.contact, each.email, each.phone),
            f"firm-{number}-what": each.usual_share,
        }
    return words


def _rearranged(request: HttpRequest) -> GroupForm:
    """The form with one row more or less, and everything typed still in it."""
    words = words_of(request.POST)
    form = GroupForm(words)
    drop = request.POST.get("drop")
    form.rows = [row for row in form.rows if drop is None or str(row.number) != drop]
    if "add" in request.POST:
        form.rows.append(Row(number=0))
    for number, row in enumerate(form.rows):
        row.number = number
    return form
