"""What the lead and the partners read once the client has answered, and what the lead does about it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from bids import formats
from bids.actions.annul_decision import annul_decision
from bids.actions.cancel_change import cancel_change
from bids.actions.make_counter_offer import make_counter_offer
from bids.exports.deciding import sums_of
from bids.models import Bid, DecisionStanding, InvitationLink, Letter
from bids.vocabulary import CodeFor, DecisionKind, DecisionWay, Language, LinkWay, PriceVisibility, RevisionState
from kernel.clock import database_now
from kernel.models import AuditEvent
from kernel.tokens import new_token, token_hash
from members.models import Person
from tests.bids.changes import added, begun, change_sent
from tests.bids.clients import a_client_link, wished
from tests.bids.decisions import (
    Offered,
    a_code,
    accepts,
    an_offered,
    declines,
    holder_of,
    records,
    two_readers,
)
from tests.bids.sendings import sent, state_of
from tests.bids.test_deciding import holds, objects
from tests.web.test_client_decision import text
from tests.world import a_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def offered() -> Offered:
    now = database_now()
    offer = replace(two_readers(), issued_on=now.date(), valid_until=(now + timedelta(days=30)).date())
    return an_offered(offer, now=now - timedelta(minutes=30))


def browser(person: Any) -> Client:
    Person.objects.filter(pk=person.pk).update(language="en")
    browser = Client()
    browser.force_login(person)
    return browser


def page(who: Client, offered: Offered, name: str = "offer") -> str:
    answer = who.get(reverse(f"bids:{name}", args=[offered.world.bid.public_id]))
    assert answer.status_code == 200
    return answer.content.decode()


def asked_of(offered: Offered, key: str) -> Callable[[], str]:
    """The page of its request, for somebody of a firm who has followed the link in their letter."""
    invitation, token = offered.world.invitations[key], new_token()
    InvitationLink.objects.create(
        invitation=invitation,
        way=LinkWay.MAILED.value,
        token_hash=token_hash(token),
        made_at=at(30),
        expires_at=database_now() + timedelta(days=30),
    )
    invited = Client(headers={"accept-language": "en"})
    invited.get(reverse("bids:invitation-link", args=[token]))

    def seen() -> str:
        return invited.get(reverse("bids:asked", args=[invitation.public_id])).content.decode()

    return seen


def money(amount: Decimal | None) -> str:
    assert amount is not None
    return formats.money(amount, Language.EN)


def at(minutes: int) -> Any:
    return database_now() - timedelta(minutes=minutes)


def test_the_lead_takes_back_what_was_recorded_by_saying_what_was_wrong(offered: Offered) -> None:
    lead = browser(offered.world.lead_person)
    made = records(offered, arrived_at=at(20), now=at(10))
    holds()
    here = reverse("bids:annul-decision", args=[offered.world.bid.public_id, made.public_id])
    assert lead.get(reverse("bids:annul-decision", args=[offered.world.bid.public_id, uuid4()])).status_code == 404
    assert here in page(lead, offered)
    assert escape("It was written down that the client said yes to version 1") in lead.get(here).content.decode()

    empty = lead.post(here, {"reason": " "})
    assert (empty.status_code, "Say what was wrong" in text(empty)) == (422, True)
    for _time in range(2):
        done = lead.post(here, {"reason": "Väärä tarjous"}, follow=True)
        assert "Taken back. The client and every firm hear of it." in text(done)
    assert state_of(offered.revision) == RevisionState.SENT
    assert DecisionStanding.objects.get().reason == "Väärä tarjous"

    strangers = {
        browser(a_person(at=offered.world.bid.lead, role="viewer")): 403,
        browser(a_person(at=offered.world.firm("SEL"))): 404,
    }
    for who, status in strangers.items():
        assert who.post(here).status_code == status
    assert Client().post(here).status_code == 302


def test_a_no_to_a_change_is_taken_back_by_its_own_link_until_the_change_is_given_up(offered: Offered) -> None:
    lead, bid = browser(offered.world.lead_person), offered.world.bid
    wished(a_client_link(offered.world, now=at(28)), now=at(27))
    assert "Begin a change" not in page(lead, offered, "questions")
    records(offered, arrived_at=at(25), now=at(24))
    assert "Begin a change of what was agreed" in page(lead, offered, "questions")
    assert "Move the schedule" not in page(lead, offered, "questions"), "that cannot be done to what was agreed"
    begun(offered, now=at(20))
    added(offered, "Lisätyö", "10", now=at(20))
    change = change_sent(offered, now=at(19))
    said = {"kind": DecisionKind.DECLINE, "way": DecisionWay.PHONE, "file": None}
    no = records(change, arrived_at=at(15), now=at(14), **said)
    holds()
    link = reverse("bids:annul-decision", args=[bid.public_id, no.public_id])
    assert link in page(lead, offered)
    assert escape("It was written down that the client said no to change 1") in lead.get(link).content.decode()
    waits = lead.get(reverse("bids:work")).content.decode()
    assert escape("said no to change 1. What was agreed stands.") in waits
    assert reverse("bids:change-agreed", args=[bid.public_id]) in waits

    cancel_change(bid=bid, by=offered.world.lead, now=at(10))
    assert "The client said no to change 1" in text(page(lead, offered))
    assert "/annul/" not in page(lead, offered)
    begun(offered, now=at(9))
    assert "said no to change 1" not in text(lead.get(reverse("bids:work"))), "another change with the same number"
    cancel_change(bid=bid, by=offered.world.lead, now=at(8))
    refused = lead.post(link, {"reason": "Väärä tarjous"})
    assert (refused.status_code, "The change was cancelled since" in text(refused)) == (409, True)


def test_lead_and_partner_read_a_clicked_yes_each_as_far_as_they_may(offered: Offered) -> None:
    lead, partner = browser(offered.world.lead_person), browser(a_person(at=offered.world.firm("SEL")))
    assert 'id="answer"' not in page(lead, offered)
    a_code(offered.link, offered.revision, now=at(25))
    made = accepts(offered, now=at(20), lines=["A7"])
    assert made
    holds()

    said = text(page(lead, offered))
    assert "The client said yes Version 1. Tiina Tikka clicked it on" in said
    assert "with a code mailed to tiina@example.invalid" in said
    assert f"{money(made.net)} excl. VAT, {money(made.gross)} incl. VAT" in said
    assert "Chosen: Ruotsinnos" in said
    assert "Take back" not in said
    assert "said yes to" in text(lead.get(reverse("bids:work")))

    theirs = text(page(partner, offered))
    assert "The client said yes Version 1. The client clicked it on" in theirs
    assert "Tiina Tikka clicked" not in theirs
    own = next(one for one in sums_of(made).parts if one.firm == "SEL")
    assert f"Your share: {money(own.net)}" in theirs

    invitation = offered.world.invitations["SEL"]
    without_firm = browser(a_person(email=invitation.email))
    assert "What the client has said yes to" in text(without_firm.get(reverse("bids:work")))
    assert without_firm.get(reverse("bids:asked-work", args=[invitation.public_id])).status_code == 200
    assert "What the client has said yes to" not in text(browser(a_person(email="x@example.invalid")).get("/my-work/"))

    Bid.objects.update(price_visibility=PriceVisibility.OWN.value)
    theirs = text(page(partner, offered))
    assert money(made.net) not in theirs.replace(money(own.net), "")
    assert "Chosen: Ruotsinnos" in theirs, "the row is its own"
    other = browser(a_person(at=offered.world.firm("PAI")))
    assert "Chosen" not in text(page(other, offered))


def test_a_recorded_yes_is_never_shown_as_clicked_and_an_objection_waits_for_the_lead(offered: Offered) -> None:
    lead, partner = browser(offered.world.lead_person), browser(a_person(at=offered.world.firm("SEL")))
    made = records(offered, arrived_at=at(20), now=at(10))
    holds()
    said = text(page(lead, offered))
    assert f"{offered.world.lead_person.name} wrote it down: it came on the signed slip on" in said
    assert "Nobody clicked it." in said
    file = reverse("bids:answer-file", args=[offered.world.bid.public_id, made.public_id])
    got = lead.get(file)
    assert (got.status_code, got.headers["Content-Type"]) == (200, "application/pdf")
    assert got.content == b"%PDF-1.7 a signed slip"
    assert partner.get(file).status_code == 404
    # Whoever at the lead's may not read every price does not read them in the order either.
    Bid.objects.update(price_visibility=PriceVisibility.OWN.value)
    viewer = browser(a_person(at=offered.world.bid.lead, role="viewer"))
    assert viewer.get(file).status_code == 404
    assert file not in page(viewer, offered)
    assert file in page(lead, offered)
    Bid.objects.update(price_visibility=PriceVisibility.ALL.value)

    a_code(offered.link, offered.revision, CodeFor.OBJECT, now=at(9))
    assert objects(offered, now=at(8))
    said = text(page(lead, offered))
    assert "The client says that this is not so. En ole hyväksynyt mitään." in said
    waits = text(lead.get(reverse("bids:work")))
    assert "says that the answer written down is not so." in waits
    assert "said yes to" not in waits
    theirs = text(page(partner, offered))
    assert "The client says that this is not so." in theirs
    assert "En ole hyväksynyt" not in theirs
    assert "Do not begin the work" in theirs

    invited = asked_of(offered, "SEL")
    assert "Do not begin the work" in text(invited())
    assert "En ole hyväksynyt" not in text(invited())

    annul_decision(decision=made, reason="Väärä asiakas", by=offered.world.lead, now=at(5))
    assert "written down wrongly and taken back. Väärä asiakas" in text(invited())
    for who in (lead, partner):
        assert "written down wrongly and taken back. Väärä asiakas" in text(page(who, offered))
    assert "is not so." not in text(lead.get(reverse("bids:work")))


def test_why_it_was_a_no_is_kept_and_told_the_firms_only_if_the_lead_wants(offered: Offered) -> None:
    lead, partner = browser(offered.world.lead_person), browser(a_person(at=offered.world.firm("SEL")))
    a_code(offered.link, offered.revision, CodeFor.DECLINE, now=at(25))
    made = declines(offered, reason="Valitsimme toisen", now=at(20))
    assert made
    holds()
    said = page(lead, offered)
    assert "The client said no" in text(said)
    assert "Valitsimme toisen" in text(said)
    assert f"?copy={offered.world.bid.public_id}" in said
    assert "Valitsimme toisen" not in text(page(partner, offered))
    invited = asked_of(offered, "PAI")
    assert "Valitsimme toisen" not in text(invited())
    assert len(Letter.objects.filter(kind="offer_declined").exclude(facts__has_key="lead")) == 2

    here, form = reverse("bids:tell-reason", args=[offered.world.bid.public_id]), {"decision": str(made.public_id)}
    assert partner.post(here, form).status_code == 404
    assert lead.post(here, {"decision": "x"}).status_code == 404
    for _time in range(2):
        assert "The firms read on their pages why." in text(lead.post(here, form, follow=True))
    assert "Valitsimme toisen" in text(page(partner, offered))
    assert "Valitsimme toisen" in text(invited())
    assert AuditEvent.objects.filter(type="decision.reason_told").count() == 1


def test_a_counter_offer_waits_for_the_lead_until_a_newer_version_is_sent(offered: Offered) -> None:
    lead, partner = browser(offered.world.lead_person), browser(a_person(at=offered.world.firm("SEL")))
    make_counter_offer(
        link=offered.link,
        seen=offered.seen,
        nonce=uuid4(),
        words="Kyllä, jos ilman A7:ää.",
        by=holder_of(offered.link),
        now=at(10),
    )
    said = text(page(lead, offered))
    assert "The client would say yes with changes. Tiina Tikka, on" in said
    assert "Kyllä, jos ilman A7:ää." in said
    assert "made a new offer in answer to yours." in text(lead.get(reverse("bids:work")))
    assert "Kyllä, jos" not in page(partner, offered)

    sent(offered.world, now=at(5))
    assert "Kyllä, jos" not in text(page(lead, offered))
    assert "made a new offer" not in text(lead.get(reverse("bids:work")))
