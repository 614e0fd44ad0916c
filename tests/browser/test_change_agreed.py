"""A partner goes bankrupt in June: what was agreed is changed, at the screens of the lead, the firms and the client."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from bids import formats
from bids.actions.finish_paper import finish_paper
from bids.exports.agreed import Agreed, agreed, agreed_at_first
from bids.models import ClientLink, Decision, DecisionPaper, Letter, LineItem
from bids.queries.oks import ok_of
from bids.steps.papers import Drawn
from bids.vocabulary import DecisionWay, Language, LetterKind, PaperKind
from kernel import files
from kernel.actor import Actor
from kernel.clock import database_now, helsinki_day
from tests.bids.decisions import SLIP, Offered, a_code, accepts, an_offered, two_readers
from tests.bids.requests import a_link
from tests.bids.sendings import sent
from tests.browser.conftest import DESK, PATIENCE_MS, PHONE, Visit, Visitor
from tests.browser.test_client_decision import looked_at, mailed_code, name_and_tick, opened

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
expect.set_options(timeout=PATIENCE_MS)

SPRING = timedelta(days=60)
BANKRUPT = "Painopiste Savo Oy on konkurssissa. Kierrekirja Oy painaa julisteet."


@pytest.fixture
def offered() -> Offered:
    """Accepted in spring, with the window stickers the client chose: SEL writes, PAI prints, KUV leads and draws."""
    spring = database_now() - SPRING
    offer = replace(two_readers(), issued_on=spring.date(), valid_until=(spring + timedelta(days=30)).date())
    offered = an_offered(offer, now=spring)
    a_code(offered.link, offered.revision, now=spring)
    assert accepts(offered, lines=("A8",), now=spring) is not None
    return offered


class Firms:
    """The lead at its own screen, and whoever is asked at theirs."""

    def __init__(self, offered: Offered, visit: Visit, width: int) -> None:
        self.world, self.bid = offered.world, offered.world.bid
        self.visit, self.width = visit, width
        self.lead = visit(width, person=self.world.lead_person)

    def at(self, name: str) -> Visitor:
        self.lead.go(reverse(f"bids:{name}", args=[self.bid.public_id]))
        return self.lead

    def reads(self, name: str, picture: str) -> None:
        looked_at(self.at(name), picture)

    def partner(self, key: str, kind: LetterKind) -> Visitor:
        """A partner who has got a letter of this kind about the change, and follows the link to their request."""
        told = Letter.objects.filter(bid=self.bid, kind=kind.value, written_at__gt=database_now() - timedelta(days=1))
        assert self.world.invitations[key].email in set(told.values_list("to_email", flat=True))
        partner = self.visit(self.width)
        partner.go(f"/i/{a_link(self.world.invitations[key], database_now())}")
        return partner


@pytest.mark.parametrize(("width", "done"), [(PHONE, ("A5",)), (DESK, ())], ids=["phone", "desk"])
def test_a_partner_goes_bankrupt_in_june_and_the_client_says_yes_to_what_is_otherwise(
    width: int, done: tuple[str, ...], visit: Visit, offered: Offered
) -> None:
    """On the telephone the client clicks; at the desk a signed slip comes back, and the firm had done nothing yet."""
    firms = Firms(offered, visit, width)
    the_lead_writes_it_down(firms, done)
    the_firms_hear_of_it(firms)
    revision = sent(firms.world, now=database_now())
    client = visit(width)
    link = opened(client, offered)
    what_was = agreed_at_first(firms.bid)
    assert what_was is not None
    the_client_reads_one_page(client, link, what_was)
    (the_client_clicks if done else the_lead_writes_a_slip_down)(firms, client, link)
    what_is = agreed(firms.bid)
    assert what_is is not None
    assert what_is.revision == revision
    codes = {part.key: [line.code for line in part.lines] for part in what_is.offer.parts if part.lines}
    assert codes == {"KUV": ["A1", "A2", "A3", *(() if done else ("A5",))], "SEL": ["A4", "A6"]} | (
        {"PAI": ["A5"]} if done else {}
    )
    everybody_has_their_work(firms, client, link, what_is)


def the_lead_writes_it_down(firms: Firms, done: tuple[str, ...]) -> None:
    """Begin, say who is gone since when and what becomes of its rows, and hand one of them on to the other firm."""
    firms.reads("change-agreed", "change-none")
    page = firms.lead.page
    page.get_by_label("Miksi muutos tehdään").fill(BANKRUPT)
    firms.lead.press("Muuta sovittua")
    expect(page.locator("#on-PAI")).to_have_count(1)
    firms.reads("change-agreed", "change-begun")
    leaves = page.locator("form").filter(has=page.locator("#on-PAI"))
    leaves.locator("details").evaluate("fold => { fold.open = true }")
    leaves.get_by_role("button").click()
    expect(page.get_by_text("Valitse syy.")).to_be_visible()
    looked_at(firms.lead, "change-gone-refused")
    page.locator("#why-PAI").select_option("bankrupt")
    page.locator("#on-PAI").fill(helsinki_day(database_now()).isoformat())
    for code in ("A5", "A6"):
        page.locator(f"#row-{code}").select_option("done" if code in done else "take")
    leaves.get_by_role("button").click()
    expect(page.locator("#on-PAI")).to_have_count(0)
    page.locator("#line-A6").check()
    page.locator("#to").select_option(label="Selkopolku Tmi")
    firms.lead.press("Siirrä tai poista")
    expect(page.get_by_text("Yrityksiltä, joita se koskee")).to_be_visible()
    looked_at(firms.lead, "change-made")
    firms.reads("offer", "offer-changing")
    firms.reads("send", "send-waits")


def the_firms_hear_of_it(firms: Firms) -> None:
    """Who is gone reads that its OK is not asked; who has a new row is asked for it, and gives it with one press."""
    gone = firms.partner("PAI", LetterKind.FIRM_GONE)
    looked_at(gone, "asked-gone")
    asked = firms.partner("SEL", LetterKind.ASKED_AGAIN)
    looked_at(asked, "asked-again")
    asked.page.locator("input[name=read]").check()
    with asked.page.expect_navigation():
        asked.page.locator("button[value=ok]").first.click()
    assert ok_of(firms.world.part("SEL"), now=database_now()).is_ok
    looked_at(asked, "asked-ok")


def the_client_reads_one_page(client: Visitor, link: ClientLink, original: Agreed) -> None:
    """What was agreed at first, what the change comes to and what holds with it add up on the page itself."""
    page = client.page
    chain = page.locator(".change-chain tbody tr")
    expect(chain).to_have_count(3)
    first, change, now = ([cell.inner_text() for cell in row.locator("td").all()] for row in chain.all())
    assert first == [
        formats.money(each, Language.FI) for each in (original.sums.net, original.sums.vat, original.sums.gross)
    ]
    assert [cents(one) + cents(other) for one, other in zip(first, change, strict=True)] == [
        cents(each) for each in now
    ]
    expect(page.get_by_text(BANKRUPT)).to_be_visible()
    looked_at(client, "client-change")
    for language in ("sv", "en"):
        client.go(f"{reverse('bids:client-offer', args=[link.public_id])}?language={language}")
        looked_at(client, f"client-change-{language}")
    client.go(f"{reverse('bids:client-offer', args=[link.public_id])}?language=fi")


def cents(money: str) -> int:
    """A sum of money on a Finnish page, in cents."""
    return int("".join(each for each in money if each.isdigit())) * (-1 if formats.MINUS in money else 1)


def the_client_clicks(_firms: Firms, client: Visitor, link: ClientLink) -> None:
    page = client.page
    page.get_by_role("link", name="Hyväksykää muutos").first.click()
    expect(page.get_by_role("heading", name="Hyväksykää muutos")).to_be_visible()
    looked_at(client, "change-accept")
    name_and_tick(page)
    client.press("Pyytäkää koodi ja jatkakaa")
    expect(page.locator("#id_code")).to_be_visible()
    looked_at(client, "change-code")
    page.locator("#id_code").fill(mailed_code())
    client.press("Hyväksyn muutoksen")
    expect(page.get_by_role("heading", name="Muutos 1 on hyväksytty. Kiitos!")).to_be_visible()
    assert Decision.objects.latest("pk").link == link


def the_lead_writes_a_slip_down(firms: Firms, client: Visitor, link: ClientLink) -> None:
    """The slip of the change comes back on paper; the lead records it, and the client sees that at the link."""
    page = firms.at("record-decision").page
    looked_at(firms.lead, "change-record")
    page.get_by_label("Kyllä, sellaisenaan").check()
    page.get_by_label("allekirjoitetulla lomakkeella").check()
    page.get_by_label("Minä päivänä vastaus tuli").fill(helsinki_day(database_now()).isoformat())
    page.locator("input[type=file]").set_input_files(
        {"name": "lomake.pdf", "mimeType": "application/pdf", "buffer": SLIP.data}
    )
    firms.lead.press("Kirjaa")
    expect(page.get_by_text("Asiakas hyväksyi muutoksen 1").first).to_be_visible()
    assert Decision.objects.latest("pk").way == DecisionWay.SLIP
    client.go(reverse("bids:client-decision", args=[link.public_id]))
    expect(client.page.get_by_role("heading", name="Muutos 1 on kirjattu hyväksytyksi")).to_be_visible()
    firms.lead.go(reverse("bids:annul-decision", args=[firms.bid.public_id, Decision.objects.latest("pk").public_id]))
    looked_at(firms.lead, "change-annul")


def everybody_has_their_work(firms: Firms, client: Visitor, link: ClientLink, now: Agreed) -> None:
    """One's own rows and invoices as they are now, the settlement to the cent, and the certificate of the change."""
    certificate = DecisionPaper.objects.get(decision=now.decision, kind=PaperKind.CERTIFICATE.value)
    drawn = Drawn(
        sha256=files.store(b"%PDF-1.7 certificate"), size=20, pages=1, bears_name=not now.decision.is_recorded
    )
    finish_paper(paper=certificate, drawn=drawn, by=Actor.system("tests"), now=database_now())
    client.go(reverse("bids:client-decision", args=[link.public_id]))
    expect(client.page.get_by_role("link", name="Todistus (PDF)")).to_be_visible()
    looked_at(client, "change-receipt")
    client.go(reverse("bids:client-offer", args=[link.public_id]))
    looked_at(client, "client-change-agreed")
    writes = firms.partner("SEL", LetterKind.OFFER_ACCEPTED)
    writes.go(reverse("bids:asked-work", args=[firms.world.invitations["SEL"].public_id]))
    looked_at(writes, "work-SEL")
    for code, text in LineItem.objects.filter(bid=firms.bid, code__in=("A4", "A6")).values_list("code", "text"):
        expect(writes.page.locator(".work-rows").get_by_text(text).first, code).to_be_visible()
    gone = firms.partner("PAI", LetterKind.OFFER_ACCEPTED)
    gone.go(reverse("bids:asked-work", args=[firms.world.invitations["PAI"].public_id]))
    looked_at(gone, "work-PAI")
    firms.reads("offer-work", "work-lead")
    firms.reads("change-agreed", "change-agreed-now")
