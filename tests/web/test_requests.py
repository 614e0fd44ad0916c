"""The requests of an offer on its lead's page: what became of them, and every way to act on one."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from bids.actions.start_offer import start_offer
from bids.models import Bid, Invitation, InvitationLink, Letter, Part, ToldPrice
from bids.vocabulary import BidState, LetterKind, LetterState, PartState
from kernel.clock import database_now
from kernel.tokens import token_hash
from tests.bids.starting import Lead, a_lead, painopiste, pikkutikka, selkopolku
from tests.web.conftest import logged_in
from tests.web.markup import dangers_in
from tests.world import a_person


@pytest.fixture
def maija() -> Lead:
    return a_lead(language="en")


@pytest.fixture
def bid(maija: Lead) -> Bid:
    now = database_now()
    firms = (selkopolku(), painopiste(email="", phone="+358 40 123 4567"))
    new = pikkutikka(leaves_at=now + timedelta(days=2), delivery=None, firms=firms)
    return start_offer(new=new, by=maija.actor, now=now)


@pytest.fixture
def desk(maija: Lead) -> Client:
    return logged_in(maija.person)


@pytest.fixture
def sari(bid: Bid) -> Invitation:
    return Invitation.objects.get(bid=bid, part__key="SEL")


def page_of(client: Client, bid: Bid) -> str:
    return client.get(reverse("bids:requests", args=[bid.public_id])).content.decode()


def to(name: str, invitation: Invitation) -> str:
    return reverse(f"bids:{name}", args=[invitation.public_id])


def test_every_firm_stands_there_with_what_can_be_done(desk: Client, bid: Bid, sari: Invitation) -> None:
    page = page_of(desk, bid)
    assert "Selkopolku Tmi" in page
    assert "waits for their price" in page
    assert "on its way" in page
    assert to("remind-request", sari) in page
    assert 'href="tel:+358401234567"' in page
    assert "no e-mail address: copy a link, or call" in page
    assert page.count("button-small") == 1
    assert not dangers_in(page)


def test_a_letter_that_came_back_says_what_to_do(desk: Client, bid: Bid) -> None:
    Letter.objects.filter(kind=LetterKind.ASKED.value).update(state=LetterState.BOUNCED.value)
    assert "did not arrive" in page_of(desk, bid)


def test_whoever_no_letter_reaches_is_not_reminded_by_another(desk: Client, bid: Bid, sari: Invitation) -> None:
    assert to("remind-request", sari) in page_of(desk, bid)

    Letter.objects.filter(invitation=sari).update(state=LetterState.BOUNCED.value, failure="550 no such user")

    assert to("remind-request", sari) not in page_of(desk, bid)
    assert to("change-request", sari) in page_of(desk, bid)


def test_on_a_closed_offer_nothing_is_offered_that_would_be_refused(desk: Client, bid: Bid, sari: Invitation) -> None:
    Bid.objects.filter(pk=bid.pk).update(state=BidState.CLOSED.value)

    shown = page_of(desk, bid)

    assert "Selkopolku Tmi" in shown
    for name in ("remind-request", "change-request", "take-back", "copy-link"):
        assert to(name, sari) not in shown
    assert reverse("bids:ask-firm", args=[bid.public_id]) not in shown


def test_what_a_firm_answered_stands_there(desk: Client, bid: Bid, sari: Invitation) -> None:
    Invitation.objects.filter(pk=sari.pk).update(
        answer="no", answered_at=database_now(), message="Olen lomalla", suggests_name="Timo",
        suggests_email="timo@example.invalid", suggests_why="tekee samaa",
    )  # fmt: skip
    Part.objects.filter(pk=sari.part_id).update(state=PartState.NO.value)
    page = page_of(desk, bid)
    assert "has no time" in page
    assert "Olen lomalla" in page
    assert "Suggests Timo &lt;timo@example.invalid&gt;." in page
    asked = desk.get(f"{reverse('bids:ask-firm', args=[bid.public_id])}?part={sari.part.public_id}&suggested=1")
    assert 'value="timo@example.invalid"' in asked.content.decode()


def test_one_more_firm_is_asked_from_the_page(desk: Client, bid: Bid) -> None:
    address = reverse("bids:ask-firm", args=[bid.public_id])
    said = {"name": "Timon Kyltit", "contact": "timo@example.invalid", "what": "Kyltti", "until": "huomenna 18.00"}
    answer = desk.post(address, said, follow=True)
    assert "Timon Kyltit is asked." in answer.content.decode()
    assert Letter.objects.filter(kind=LetterKind.ASKED.value, to_email="timo@example.invalid").count() == 1


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"name": "Selkopolku Tmi"}, "This firm is here already."),
        ({"contact": "SARI@selkopolku.invalid"}, "This address is here already."),
        ({"contact": "timo"}, "Write an e-mail address like"),
        ({"what": ""}, "What do you ask from them?"),
        ({"until": "eilen"}, "This is not understood."),
        ({"until": "28.3.2027 3.30"}, "that hour does not exist"),
    ],
)
def test_what_cannot_be_asked_is_said_beside_its_field(
    said: dict[str, str], sentence: str, desk: Client, bid: Bid
) -> None:
    words = {"name": "Timon Kyltit", "contact": "timo@x.invalid", "what": "Kyltti", "until": "huomenna 18", **said}
    answer = desk.post(reverse("bids:ask-firm", args=[bid.public_id]), words)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert bid.parts.count() == 3


def test_a_request_is_changed_from_the_page(desk: Client, sari: Invitation) -> None:
    page = desk.get(to("change-request", sari)).content.decode()
    until = re.search(r'name="until"\s+value="([^"]+)"', page)
    assert until is not None
    said = {
        "name": "Selkopolku Tmi", "contact": "sari@uusi.invalid", "what": sari.part.asked, "until": until[1],
        "until_before": until[1], "seen": "1",
    }  # fmt: skip
    assert desk.post(to("change-request", sari), said).status_code == 302
    sari.refresh_from_db()
    before = sari.answer_until
    assert (sari.email, sari.version) == ("sari@uusi.invalid", 2)
    stale = desk.post(to("change-request", sari), {**said, "what": "Muuta"})
    assert stale.status_code == 409
    assert "Muuta" in stale.content.decode()
    sari.refresh_from_db()
    assert (sari.answer_until, sari.version) == (before, 2)


def test_a_request_is_taken_back_from_the_page(desk: Client, bid: Bid, sari: Invitation) -> None:
    answer = desk.post(to("take-back", sari), follow=True)
    page = answer.content.decode()
    assert "Selkopolku Tmi is no longer asked." in page
    assert "left out" in page
    assert "Ask again" in page
    again = desk.get(f"{reverse('bids:ask-firm', args=[bid.public_id])}?part={sari.part.public_id}").content.decode()
    assert 'value="sari@selkopolku.invalid"' in again


def test_a_reminder_goes_out_once(desk: Client, sari: Invitation) -> None:
    first = desk.post(to("remind-request", sari), follow=True).content.decode()
    second = desk.post(to("remind-request", sari), follow=True).content.decode()
    assert "Selkopolku Tmi is reminded." in first
    assert "was reminded within a day" in second
    assert Letter.objects.filter(kind=LetterKind.REMINDER.value, facts__by_hand=1).count() == 1


def test_a_copied_link_is_shown_once(desk: Client, sari: Invitation) -> None:
    page = desk.post(to("copy-link", sari)).content.decode()
    found = re.search(r"/i/([\w-]{40,})<", page)
    assert found is not None
    assert bytes(InvitationLink.objects.get(way="copied").token_hash) == token_hash(found[1])
    assert found[1] not in page_of(desk, sari.bid)
    assert desk.get(to("copy-link", sari)).status_code == 405


def test_a_copied_link_says_where_its_code_goes(desk: Client, bid: Bid, sari: Invitation) -> None:
    without_address = Invitation.objects.get(bid=bid, part__key="PAI")

    known = desk.post(to("copy-link", sari)).content.decode()
    unknown = desk.post(to("copy-link", without_address)).content.decode()

    assert f"gets a code by mail to {sari.email}" in known
    assert "types their e-mail address" in unknown
    assert "types their e-mail address" not in known


def test_a_price_told_on_the_phone_waits_for_one_tap(desk: Client, bid: Bid, sari: Invitation) -> None:
    page = desk.post(to("told-price", sari), {"amount": "450,00 €", "basis": "net"}, follow=True).content.decode()
    assert "is asked to confirm the price" in page
    assert ToldPrice.objects.get().amount == 450
    assert Part.objects.get(pk=sari.part_id).state == PartState.ASKED.value
    assert "you wrote down €450.00 without VAT, waits for their tap" in page

    pekka = Invitation.objects.get(bid=bid, part__key="PAI", email="")
    page = desk.post(to("told-price", pekka), {"amount": "460", "basis": "gross"}, follow=True).content.decode()
    assert "The price is written down. Copy a link for Painopiste Savo Oy" in page
    assert "you wrote down €460.00 with VAT; copy a link" in page
    for typed, sentence in (("", "Write a price"), ("1.200", "can be read in two ways"), ("-5", "more than nothing")):
        assert sentence in desk.post(to("told-price", pekka), {"amount": typed}, follow=True).content.decode()


def test_what_one_took_over_is_asked_for_again_and_nothing_else(desk: Client, bid: Bid, sari: Invitation) -> None:
    desk.post(reverse("bids:take-over", args=[bid.public_id, sari.part.public_id]), {"price": "450"})

    page = page_of(desk, bid)

    assert Part.objects.get(pk=sari.part_id).state == PartState.TAKEN_OVER
    assert to("take-back", sari) not in page
    assert to("change-request", sari) not in page
    assert f"?part={sari.part.public_id}" in page


def test_a_price_that_is_none_stays_in_its_field_with_the_sentence_beside_it(desk: Client, bid: Bid) -> None:
    pekka = Invitation.objects.get(bid=bid, part__key="PAI")
    own = reverse("bids:take-over", args=[bid.public_id, pekka.part.public_id])
    for address, field in ((to("told-price", pekka), "amount"), (own, "price")):
        answer = desk.post(address, {field: "noin <300>", "basis": "gross", "next": "/offers/"})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert 'value="noin &lt;300&gt;"' in page
        assert "Write a price, like 450,00." in page
        assert page.count("aria-invalid") == page.count('class="unfold" open') == 1
        assert '<input type="hidden" name="next" value="/offers/">' in page


@pytest.mark.parametrize("name", ["change-request", "take-back", "remind-request", "copy-link", "told-price"])
def test_for_everybody_else_there_is_no_such_request(name: str, bid: Bid, sari: Invitation) -> None:
    other = logged_in(a_lead("Toinen Oy", business_id="9000019-3").person)
    asked = logged_in(a_person(at=sari.part.firm))
    for client in (other, asked):
        assert client.post(to(name, sari)).status_code == 404
        assert client.get(reverse("bids:requests", args=[bid.public_id])).status_code == 404
        assert client.get(reverse("bids:ask-firm", args=[bid.public_id])).status_code == 404
    assert Client().post(to(name, sari)).status_code == 302
    sari.refresh_from_db()
    assert sari.withdrawn_at is None


@pytest.mark.parametrize("name", ["change-request", "take-back", "copy-link", "told-price"])
def test_a_viewer_of_the_lead_only_looks(name: str, maija: Lead, bid: Bid, sari: Invitation) -> None:
    viewer = logged_in(a_person(at=maija.firm, role="viewer"))
    answer = viewer.post(to(name, sari), {"amount": "5"})
    assert answer.status_code in {302, 403}
    page = page_of(viewer, bid)
    assert to("take-back", sari) not in page
    sari.refresh_from_db()
    assert (sari.withdrawn_at, InvitationLink.objects.count(), ToldPrice.objects.count()) == (None, 0, 0)


def test_a_request_nobody_made_is_not_there(desk: Client) -> None:
    assert desk.post(reverse("bids:take-back", args=[uuid4()])).status_code == 404
