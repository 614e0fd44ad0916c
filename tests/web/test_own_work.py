"""After the yes every firm finds its work on one page, by its link or logged in, and says what it has to say there."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from bids.actions.mark_invoiced import mark_invoiced
from bids.actions.tell_firm_is_gone import tell_firm_is_gone
from bids.models import ActualQuantity, Invitation, InvitationLink, InvoiceMark, PartDone
from bids.vocabulary import LeavingWhy, LinkWay
from kernel.clock import database_now, helsinki_day
from kernel.tokens import new_token, token_hash
from tests.bids.changes import begun, change_sent, said_yes
from tests.bids.decisions import Offered
from tests.bids.yeses import agreed_daycare
from tests.kept import kept
from tests.web.conftest import logged_in
from tests.web.test_answering import text_of
from tests.web.test_invitation_links import code_for
from tests.world import a_person

pytestmark = pytest.mark.django_db


@kept
def offered() -> Offered:
    offered = agreed_daycare(lines=("A7",))
    Invitation.objects.filter(bid=offered.world.bid).update(answer_until=database_now() + timedelta(days=9))
    return offered


def by_link(offered: Offered, key: str) -> Client:
    """A browser that has followed the link in a letter to this firm, and no more."""
    token, now = new_token(), database_now()
    InvitationLink.objects.create(
        invitation=offered.world.invitations[key],
        way=LinkWay.MAILED.value,
        token_hash=token_hash(token),
        made_at=now,
        expires_at=now + timedelta(days=30),
    )
    client = Client(headers={"accept-language": "en"})
    answer = client.get(f"/i/{token}?next=work")
    assert answer.headers["Location"] == asked_address(offered, key)
    return client


def asked_address(offered: Offered, key: str) -> str:
    return reverse("bids:asked-work", args=[offered.world.invitations[key].public_id])


def offer_address(offered: Offered) -> str:
    return reverse("bids:offer-work", args=[offered.world.bid.public_id])


def presses(client: Client, address: str, act: str, **typed: str) -> Any:
    return client.post(address, {"act": act} | typed)


def test_who_has_only_followed_a_link_reads_and_writes_nothing_before_a_code(offered: Offered) -> None:
    client, address = by_link(offered, "SEL"), asked_address(offered, "SEL")

    page = client.get(address)
    said = text_of(page)
    for words in (
        "Selkokielinen toimitustyö",
        "Ruotsinnos",
        "792.00",
        "selkotarkistus",
        "14 days net",
        "Mail me a code",
    ):
        assert words in said, words
    assert 'value="done"' not in page.content.decode()
    for act in ("done", "invoiced:1", "quantity:A4"):
        answer = presses(client, address, act, quantity="5")
        assert "code" in answer.headers["Location"]
    assert not PartDone.objects.exists()
    assert not InvoiceMark.objects.exists()
    assert not ActualQuantity.objects.exists()

    code = f"{reverse('bids:asked-code', args=[offered.world.invitations['SEL'].public_id])}?next=work"
    assert client.get(code).status_code == 200
    assert client.post(code, {"act": "mail"}).headers["Location"] == code
    assert client.post(code, {"act": "give", "code": code_for()}).headers["Location"] == address
    assert presses(client, address, "done").status_code == 302
    assert PartDone.objects.get().firm == offered.world.firm("SEL")
    assert 'value="not-done"' in client.get(address).content.decode()


def test_a_firm_says_what_there_is_to_say_and_the_lead_sees_it_and_closes(offered: Offered) -> None:
    world = offered.world
    own = logged_in(a_person(at=world.firm("SEL"), email="selma@firm.invalid", language="en"))
    address = offer_address(offered)

    wrong = presses(own, address, "quantity:A4", quantity="paljon", seen="0")
    assert wrong.status_code == 422
    assert 'value="paljon"' in wrong.content.decode()
    assert presses(own, address, "quantity:A4", quantity="13,5", seen="0").status_code == 302
    assert presses(own, address, "quantity:A4", quantity="9", seen="0").status_code == 412
    page = text_of(own.get(address))
    assert "The cap is reached" in page
    assert "888.00" in page
    late = presses(own, address, "invoiced:1", invoiced_on="31.12.2099")
    assert late.status_code == 422
    assert 'value="31.12.2099"' in late.content.decode()
    today = helsinki_day(database_now())
    for _time in range(2):
        answer = presses(own, address, "invoiced:1", invoiced_on=today.isoformat(), invoice_number="1234")
        assert answer.status_code == 302
    assert InvoiceMark.objects.count() == 1
    page = text_of(own.get(address))
    assert "12344 (RF" in page
    assert "How the whole stands" not in page
    assert "2,587.81" not in page
    for act in ("invoiced:9", "quantity:A1", "sold:1", "invoiced:x"):
        assert presses(own, address, act, quantity="1", seen="0").status_code == 404

    lead = logged_in(world.lead_person)
    assert presses(own, address, "done").status_code == 302
    for act in ("done", "invoiced:1"):
        assert presses(lead, address, act).status_code == 302
    close = reverse("bids:close-offer", args=[world.bid.public_id])
    assert close not in lead.get(address).content.decode()
    other = logged_in(a_person(at=world.firm("PAI"), email="pai@firm.invalid"))
    for act in ("done", "invoiced:1"):
        assert presses(other, address, act).status_code == 302
    page = lead.get(address).content.decode()
    assert close in page
    assert close not in other.get(address).content.decode()
    lead.post(close)
    world.bid.refresh_from_db()
    assert world.bid.state == "closed"


def test_files_of_the_page_are_the_firms_own(offered: Offered) -> None:
    client, address = by_link(offered, "SEL"), asked_address(offered, "SEL")

    calendar = client.get(address, {"as": "calendar"})
    assert calendar.headers["Content-Type"].startswith("text/calendar")
    assert calendar.content.startswith(b"BEGIN:VCALENDAR\r\n")
    assert b"DTSTART;VALUE=DATE:20260330" in calendar.content
    for missing in ("99", "x", "0"):
        assert client.get(address, {"as": "rows", "invoice": missing}).status_code == 404
    rows = client.get(address, {"as": "rows", "invoice": "1"})
    assert rows.headers["Content-Type"].startswith("text/csv")
    lines = rows.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 3
    assert "Selkopolku Tmi;9000003-8;Päiväkoti Pikkutikka Oy;9000020-6" in lines[1]
    assert "Kuvakulma" not in rows.content.decode()


def test_nobody_else_finds_the_page(offered: Offered) -> None:
    stranger = logged_in(a_person(email="muu@firm.invalid"))

    assert stranger.get(offer_address(offered)).status_code == 404
    assert Client().get(asked_address(offered, "SEL")).status_code == 404
    assert by_link(offered, "PAI").get(asked_address(offered, "SEL")).status_code == 404


def test_a_firm_that_is_put_out_after_it_has_invoiced_reads_what_it_pays_back_and_so_does_the_lead(
    offered: Offered,
) -> None:
    world, now = offered.world, database_now()
    pai, invited = world.part("PAI"), world.asked("PAI")
    today = helsinki_day(now)
    mark_invoiced(part=pai, number=1, invoiced_on=today, invoice_number="8", by=invited, now=now)
    begun(offered, now=now)
    tell_firm_is_gone(part=pai, why=LeavingWhy.ENDED, on=today, by=world.lead, now=now)
    said_yes(change_sent(offered, now=now), now=now)

    client = by_link(offered, "PAI")
    page = text_of(client.get(asked_address(offered, "PAI")))
    for words in (
        "A change has taken all your work out",
        "416.22",
        "back with a credit note",
        "Then take the mark away.",
    ):
        assert words in page, words
    assert (
        reverse("bids:asked-work", args=[world.invitations["PAI"].public_id])
        in client.get(reverse("bids:asked", args=[world.invitations["PAI"].public_id])).content.decode()
    )
    lead = logged_in(world.lead_person)
    assert "palautettavaa" in text_of(lead.get(offer_address(offered)))
