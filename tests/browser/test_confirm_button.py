"""A client on a phone loses the page while it looks for the code: the button in the letter confirms, elsewhere."""

from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from bids import formats
from bids.content import Choice
from bids.models import Decision, HeldAnswer
from bids.pricing import totals
from bids.vocabulary import CodeFor, Language
from kernel.clock import database_now
from tests.bids.decisions import Mailed, Offered, an_offered, in_letter, records, two_readers
from tests.browser.conftest import PHONE, Visit, Visitor
from tests.browser.test_client_decision import looked_at, name_and_tick, opened
from tests.browser.test_every_page import faults_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TONGUES = ("fi", "sv", "en")


@pytest.fixture
def offered() -> Offered:
    now = database_now()
    offer = replace(two_readers(), issued_on=now.date(), valid_until=(now + timedelta(days=60)).date())
    return an_offered(offer, now=now - timedelta(minutes=1))


def latest() -> Mailed:
    """The letter that the form sent last has asked for."""
    return in_letter(HeldAnswer.objects.latest("made_at", "pk").nonce, now=database_now())


def digits_on(visitor: Visitor) -> str:
    """What the page says to write if it is lost."""
    return visitor.page.locator("form.form p strong.one-piece").inner_text().strip()


def looked_at_in_every_tongue(visitor: Visitor, name: str) -> None:
    """Accessible, light, no wider than the window."""
    here = visitor.page.url.removeprefix(visitor.base).split("?")
    for tongue in TONGUES:
        query = f"{here[1]}&" if len(here) > 1 else ""
        address = f"{here[0]}?{query.replace('language=fi', '')}language={tongue}".replace("&&", "&")
        assert faults_of(visitor, address) == []
        looked_at(visitor, f"{name}-{tongue}")
    visitor.page.goto(f"{visitor.base}{'?'.join(here)}")


def test_a_page_lost_on_the_way_to_the_letter_is_made_up_for_by_its_button(visit: Visit, offered: Offered) -> None:
    client, pocket, third = (visit(PHONE, look=look) for look in ("light", "dark", "light"))
    opened(client, offered)
    client.page.locator("#choose-A7").check()
    total = formats.money(totals(two_readers(), Choice(lines=frozenset({"A7"}))).gross, Language.FI)
    expect(client.page.locator("#totals .totals-main dd")).to_have_text(total)
    client.page.get_by_role("link", name="Hyväksykää tarjous").first.click()
    name_and_tick(client.page)
    client.press("Pyytäkää koodi ja jatkakaa")
    letter, digits = latest(), digits_on(client)
    assert digits == letter.digits
    looked_at_in_every_tongue(client, "code-with-digits")

    # The mail app opens the button in a browser of its own, which has none of the first one's cookies.
    pocket.go(f"/c/{letter.token}")
    assert letter.token not in pocket.page.url
    expect(pocket.page.get_by_role("heading", name="Vahvistakaa hyväksyntä")).to_be_visible()
    expect(pocket.page.get_by_text("Ruotsinnos")).to_be_visible()
    looked_at_in_every_tongue(pocket, "confirm")
    pocket.page.get_by_label("Kolme numeroa").fill(letter.wrong_digits)
    pocket.press("Hyväksyn")
    expect(pocket.page.get_by_text("Voitte yrittää vielä kerran.")).to_be_visible()
    looked_at(pocket, "confirm-wrong")
    pocket.page.get_by_label("Kolme numeroa").fill(digits)
    pocket.press("Hyväksyn")
    expect(pocket.page.get_by_role("heading", name="Hyväksytty. Kiitos!")).to_be_visible()
    looked_at(pocket, "confirmed")
    assert Decision.objects.get().chosen == {"lines": ["A7"], "package": ""}

    for visitor in (pocket, client):
        visitor.go(f"/c/{letter.token}")
        expect(visitor.page.get_by_role("heading", name="Hyväksytty. Kiitos!")).to_be_visible()
    third.go(f"/c/{letter.token}")
    expect(third.page.get_by_role("heading", name="Tämä painike ei enää toimi")).to_be_visible()
    looked_at(third, "button-over")


@pytest.mark.parametrize("act", [CodeFor.DECLINE, CodeFor.OBJECT])
def test_a_no_and_an_objection_are_confirmed_on_a_phone(act: CodeFor, visit: Visit, offered: Offered) -> None:
    if act is CodeFor.OBJECT:
        now = database_now()
        records(offered, arrived_at=now, now=now)
    client, pocket = visit(PHONE), visit(PHONE)
    link = opened(client, offered)
    client.go(f"/offer/{link.public_id}/{'decline' if act is CodeFor.DECLINE else 'not-so'}/")
    client.page.get_by_role("checkbox").check()
    client.page.locator("main form button.button").first.click()
    client.page.wait_for_url("**/code/**")
    letter, digits = latest(), digits_on(client)
    pocket.go(f"/c/{letter.token}")
    looked_at_in_every_tongue(pocket, f"confirm-{act.value}")
    pocket.page.get_by_label("Kolme numeroa").fill(digits)
    pocket.page.locator("#words").fill("Näin on.")
    pocket.page.locator("main form button.button").first.click()
    pocket.page.wait_for_url("**/decision/**")
    looked_at(pocket, f"confirmed-{act.value}")
    decision = Decision.objects.select_related("standing").get()
    assert "Näin on." in (decision.reason, decision.standing.objection)
