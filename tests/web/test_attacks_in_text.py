"""Whatever people write, a page only shows it."""

import json
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from bids.actions.import_bid import import_bid
from bids.content import JointOffer
from bids.models import Bid
from kernel.actor import Actor
from members.models import Firm, Person
from tests.bids.cases import daycare, tourism
from tests.web.conftest import a_waiting_document, logged_in
from tests.web.markup import dangers_in
from tests.world import a_person

ATTACKS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg onload=alert(1)>",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "javascript:alert(1)",
    "[x](javascript:alert(1))",
    "![x](javascript:alert(1))",
    '<a href="javascript:alert(1)">x</a>',
    "<iframe src=javascript:alert(1)>",
    "<details open ontoggle=alert(1)>",
    "{{7*7}}{% csrf_token %}",
    '" autofocus onfocus=alert(1) x="',
    "<style>*{background:red}</style>",
    '<b style="background:url(//evil.example)">x</b>',
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<base href=//evil.example/>",
]  # fmt: skip

KEPT = {"business_id", "vat_number", "municipality", "colour", "logo", "media_type", "legal_form", "replaces", "group"}
NAMES = {"key", "code", "id", "owner", "needs", "hands_over_to", "lines", "number", "unit", "role", "language"}


def _dosed(attacks: list[str], at_most: int) -> list[str]:
    """The attacks in as few texts as hold them: names here have two hundred letters."""
    doses = [""]
    for attack in attacks:
        if len(doses[-1]) + len(attack) > at_most:
            doses.append("")
        doses[-1] = f"{doses[-1]} {attack}".strip()
    return doses


DOSES = _dosed(ATTACKS, 120)
TELEPHONE = 40


def poisoned(value: Any, attack: str) -> Any:
    """The same value with the attack added to every text that people write."""
    if is_dataclass(value) and not isinstance(value, type):
        changes = {
            each.name: poisoned(getattr(value, each.name), attack)
            for each in fields(value)
            if each.name not in KEPT and not (each.name in NAMES and not is_dataclass(value.__dict__[each.name])
                                              and not _is_cards(value.__dict__[each.name]))
        }  # fmt: skip
        if "phone" in changes:
            changes["phone"] = attack[:TELEPHONE]
        return replace(value, **changes)
    if isinstance(value, tuple):
        return tuple(poisoned(each, attack) for each in value)
    return f"{value} {attack}" if type(value) is str and not isinstance(value, Enum) else value


def _is_cards(value: Any) -> bool:
    return isinstance(value, tuple) and bool(value) and is_dataclass(value[0])


def test_the_poison_reaches_every_kind_of_text() -> None:
    offer = poisoned(daycare(), "POISON")

    texts = [
        offer.title,
        offer.client.name,
        offer.lead.firm.name,
        offer.lines[0].text,
        offer.need.text,
        offer.terms[0].text,
    ]
    assert all("POISON" in text for text in texts)
    assert "POISON" not in offer.lines[0].code


@pytest.mark.parametrize("attack", DOSES)
@pytest.mark.parametrize("case", [daycare, tourism], ids=["daycare", "tourism"])
def test_nothing_written_in_an_offer_runs_on_a_page(attack: str, case: Any, system: Actor, now: datetime) -> None:
    offer: JointOffer = poisoned(case(), attack)
    bid: Bid = import_bid(offer=offer, by=system, now=now)
    person = a_person(at=bid.lead, language="en")
    Person.objects.filter(pk=person.pk).update(name=f"Maija {attack}"[:200])
    Firm.objects.filter(pk=bid.lead_id).update(name=f"Firm {attack}"[:200])
    lead = logged_in(person)
    waiting = a_waiting_document(bid, system, now)

    for where in (
        reverse("bids:my-offers"),
        reverse("bids:offer", args=[bid.public_id]),
        reverse("bids:document", args=[waiting.public_id]),
        reverse("members:details"),
        reverse("members:firm"),
    ):
        answer = lead.get(where)
        assert answer.status_code == 200
        assert dangers_in(answer.content.decode()) == [], where


@pytest.mark.parametrize("attack", DOSES)
def test_nothing_typed_into_a_form_runs_when_it_comes_back(attack: str, lead: Client, stranger: Client) -> None:
    answers = [
        lead.post(reverse("members:details"), {"name": attack, "phone": attack, "language": attack}),
        lead.post(
            reverse("members:firm"),
            {
                **dict.fromkeys(("name", "business_id", "colour", "municipality", "staff"), attack),
                "seen": "1",
            },
        ),
        lead.post(reverse("members:keys"), {"name": attack, "may": "read", "days": "30"}),
        lead.post(reverse("bids:open-package"), {"text": attack}),
        lead.post(reverse("bids:open-package"), {"text": json.dumps({"format": "punos.bid-package/1", attack: "x"})}),
        lead.get(reverse("bids:my-offers") + "?page=" + attack),
        lead.get("/" + attack),
        stranger.post(reverse("members:new-firm"), {"name": attack, "business_id": attack, "colour": attack}),
    ]  # fmt: skip

    for answer in answers:
        assert answer.status_code < 500
        assert dangers_in(answer.content.decode()) == []


@pytest.mark.parametrize("attack", ATTACKS[:6])
def test_a_firms_colour_cannot_write_style(attack: str, bid: Bid, lead: Client) -> None:
    Firm.objects.filter(pk=bid.lead_id).update(colour=attack[:7])
    part = bid.parts.get(key="KUV")
    part.card = {**part.card, "colour": "red}*{background:url(//evil.example)}"}
    part.save()

    page = lead.get(reverse("bids:offer", args=[bid.public_id])).content.decode()

    assert "evil.example" not in page.split("</style>")[0]
    assert dangers_in(page) == []
