"""The answer screen: one screen, one press, nothing typed lost, and no account."""

import re
from datetime import timedelta
from decimal import Decimal
from html import unescape
from html.parser import HTMLParser
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from bids import formats
from bids.actions.answer_request import answer_request
from bids.actions.tell_price import tell_price
from bids.models import Approval, Bid, BidFile, Draft, Invitation, LineItem, Milestone, Part, Suggestion
from bids.queries.oks import ok_of
from bids.vocabulary import Language, PriceBasis
from kernel.clock import database_now
from members.models import Firm, Person
from tests.bids.requests import SIGN, Request, a_link, a_request, an_answer, hashes
from tests.kept import kept
from tests.web.conftest import logged_in
from tests.web.markup import dangers_in
from tests.world import a_person


@kept
def asked() -> Request:
    """Asked just now, by the database's clock: pages read no other."""
    return a_request(database_now())


@pytest.fixture
def pekka(asked: Request) -> Client:
    return opened(asked)


def opened(asked: Request, **link: Any) -> Client:
    """A browser that has followed the mailed link."""
    client = Client(headers={"accept-language": "en"})
    answer = client.get(f"/i/{a_link(asked.invitation, database_now(), **link)}")
    assert answer.status_code == 303
    return client


def address(asked: Request, name: str = "asked") -> str:
    return reverse(f"bids:{name}", args=[asked.invitation.public_id])


class Fields(HTMLParser):
    """The fields of a page as a browser would send them, untouched."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.values: dict[str, str] = {}
        self._area = self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        name, kind = known.get("name", ""), known.get("type", "text")
        if tag == "input" and name and kind not in {"submit", "file"}:
            if kind not in {"radio", "checkbox"} or "checked" in known:
                self.values[name] = known.get("value", "")
        elif tag == "textarea":
            self._area, self.values[name] = name, ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in known or self._select not in self.values):
            self.values[self._select] = known.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._area:
            self.values[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""
        if tag == "select":
            self._select = ""


def fields_of(page: str) -> dict[str, str]:
    """The fields of the page's own form; those of its head and foot are others'."""
    parser = Fields()
    parser.feed(page[page.index("<main") : page.index("</main>")])
    return {name: value for name, value in parser.values.items() if name != "csrfmiddlewaretoken"}


def sent(client: Client, asked: Request, act: str = "in", **typed: Any) -> Any:
    """The screen as it stands, with what is typed, sent by one button."""
    page = client.get(address(asked)).content.decode()
    return client.post(address(asked), {**fields_of(page), **typed, "act": act})


def text_of(answer: Any) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())))


def test_the_screen_says_who_asks_for_whom_what_and_by_what_rules(pekka: Client, asked: Request) -> None:
    shown = text_of(pekka.get(address(asked)))
    for words in (
        "Maija Kuvakulma asks for your price",
        "Kuvakulma Design Tmi, Mikkeli",
        "040 000 0000",
        "Client: Päiväkoti Pikkutikka Oy, Mikkeli",
        SIGN,
        "you invoice your own share",
        "you answer for your own share only",
        "14 days from the invoice",
        f"until {formats.day(asked.bid.valid_until, Language.EN)}".replace("\u00a0", " "),
        "Maija finds a way with the client",
    ):
        assert words in shown, words


def test_no_word_of_ours_stands_on_the_screen(pekka: Client, asked: Request) -> None:
    for language in ("en", "sv", "fi"):
        pekka.cookies["punos_language"] = language
        words = set(re.findall(r"[a-zåäö]+", text_of(pekka.get(address(asked))).lower()))
        assert not words & {"frame", "revision", "seal", "hash", "token", "markdown"}


def test_price_day_and_business_id_and_one_press_are_an_answer(pekka: Client, asked: Request) -> None:
    answer = sent(pekka, asked, price="1 200,50 €", ready="24.4.2027", business_id="9000004-6")

    assert answer.status_code == 302
    asked.fresh()
    row = LineItem.objects.get(part=asked.part)
    assert row.unit_price == Decimal("1200.50")
    assert ok_of(asked.part, now=database_now()).is_ok
    shown = text_of(pekka.get(address(asked)))
    assert "Thank you. You are in at €1,200.50 without VAT." in shown
    assert Person.objects.filter(email="pekka@example.invalid").count() == 0


def test_the_effort_is_three_inputs_four_if_new_one_screen_one_press(pekka: Client, asked: Request) -> None:
    page = pekka.get(address(asked)).content.decode()
    before_the_button = page[page.index('class="form answer"') : page.index('value="in"')]
    empty = [
        name
        for name, value in fields_of(f"<main{before_the_button}</main>").items()
        if not value and name not in {"leave_empty", "list", "removed", "removed_steps", "row"}
    ]
    assert empty == ["price", "business_id"]
    typed = re.findall(r'<input id="id_\w+" name="(\w+)" type="text"', before_the_button)
    assert sorted(typed) == ["business_id", "price", "ready"]


def test_a_phoned_price_is_one_tap(asked: Request) -> None:
    now = database_now()
    tell_price(part=asked.part, amount=Decimal(450), price_basis=PriceBasis.NET, by=asked.lead, now=now)
    client = Client(headers={"accept-language": "en"})
    client.get(f"/i/{a_link(asked.invitation, now)}?next=price")
    page = client.get(address(asked, "confirm-price")).content.decode()
    assert len(re.findall(r'name="amount"', page)) == 3

    answer = client.post(address(asked, "confirm-price"), {**fields_of(page), "amount": "450.00"})

    assert answer.status_code == 302
    asked.fresh()
    assert ok_of(asked.part, now=database_now()).is_ok
    assert {approval.method for approval in Approval.objects.filter(part=asked.part)} == {"tapped"}
    assert LineItem.objects.get(part=asked.part).unit_price == Decimal(450)


BAD_PRICES = {
    "": "Write your price",
    "abc": "digits",
    "-5": "below zero",
    "1e309": "digits",
    "NaN": "digits",
    "9" * 28: "more than a price",
    "1.200": "thousands or decimals",
    "0": "above zero",
    "0,001": "decimals",
}


@pytest.mark.parametrize(("typed", "sentence"), BAD_PRICES.items())
def test_a_price_that_is_none_gets_a_sentence_and_keeps_everything(
    typed: str, sentence: str, pekka: Client, asked: Request
) -> None:
    answer = sent(pekka, asked, price=typed, what="Kaksi kylttiä", business_id="9000004-6", ready="viikko 17")
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    kept = fields_of(answer.content.decode())
    assert (kept["price"], kept["what"], kept["ready"]) == (typed, "Kaksi kylttiä", "viikko 17")
    assert not LineItem.objects.filter(part=asked.part).exists()


@pytest.mark.parametrize("typed", ["31.4.", "30.2.2027", "huomenna", "1.1.2020", "vko 60", "24.4.9999"])
def test_a_day_that_is_none_gets_a_sentence(typed: str, pekka: Client, asked: Request) -> None:
    answer = sent(pekka, asked, price="450", business_id="9000004-6", ready=typed)
    assert answer.status_code == 422
    assert fields_of(answer.content.decode())["ready"] == typed
    assert 'aria-describedby="ready-says"' in answer.content.decode()


BAD_IDS = {
    "": "Write your Business ID",
    "9000001-8": "check digit",
    "123456-7": "check digit",
    "FI90000046": "Business ID in it is 9000004-6",
    "abc": "seven digits",
    "٩٠٠٠٠٠٤-٦": "ordinary digits",
}


@pytest.mark.parametrize(("typed", "sentence"), BAD_IDS.items())
def test_a_business_id_that_is_none_gets_a_clear_sentence(
    typed: str, sentence: str, pekka: Client, asked: Request
) -> None:
    answer = sent(pekka, asked, price="450", business_id=typed)
    assert answer.status_code == 422
    assert sentence in text_of(answer)


def test_a_light_entrepreneur_answers_on_the_same_screen(pekka: Client, asked: Request) -> None:
    typed = {"price": "450", "service_name": "Laskupalvelu Oy", "service_id": "9000012-6", "business_id": ""}
    assert sent(pekka, asked, **typed).status_code == 302
    assert "You invoice Päiväkoti Pikkutikka Oy €450.00 and VAT, together €564.75." in text_of(
        pekka.get(address(asked))
    )


def test_a_service_company_is_named_whole(pekka: Client, asked: Request) -> None:
    answer = sent(pekka, asked, price="450", service_name="Laskupalvelu Oy", business_id="")
    assert "The invoices need the service company's Business ID." in text_of(answer)
    assert 'value="Laskupalvelu Oy"' in answer.content.decode()


def test_rows_are_added_without_scripts_and_keep_what_was_typed(pekka: Client, asked: Request) -> None:
    page = sent(pekka, asked, "add-row", what="Juliste", price="100", business_id="9000004-6")
    assert page.status_code == 200
    kept = fields_of(page.content.decode())
    assert (kept["row-0-text"], kept["row-0-price"], kept["business_id"]) == ("Juliste", "100", "9000004-6")
    two = {**kept, "row-1-text": "Esite", "row-1-quantity": "500", "row-1-unit": "kpl", "row-1-price": "0,315"}

    three = pekka.post(address(asked), {**two, "act": "add-row"})
    fewer = pekka.post(address(asked), {**fields_of(three.content.decode()), "act": "drop-row:2"})
    answer = pekka.post(address(asked), {**fields_of(fewer.content.decode()), "act": "in"})

    assert answer.status_code == 302
    rows = LineItem.objects.filter(part=asked.part).order_by("position").values_list("text", "quantity", "unit_price")
    assert list(rows) == [("Juliste", Decimal(1), Decimal(100)), ("Esite", Decimal(500), Decimal("0.3150"))]


def logo() -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", (30, 30), "navy").save(out, "PNG")
    return SimpleUploadedFile("logo.png", out.getvalue(), "image/png")


def test_texts_days_and_a_picture_come_along(pekka: Client, asked: Request) -> None:
    page = sent(pekka, asked, "add-step", price="450", business_id="9000004-6", included="Asennus\nTakuu")
    typed = {**fields_of(page.content.decode()), "step-0-name": "Asennus", "step-0-days": "viikko 17"}

    answer = pekka.post(address(asked), {**typed, "act": "in", "picture": logo()})

    assert answer.status_code == 302
    asked.fresh()
    assert asked.part.included == ["Asennus", "Takuu"]
    assert Milestone.objects.get(owner=asked.part).name == "Asennus"
    assert BidFile.objects.filter(bid=asked.bid).count() == 1


def test_a_picture_stays_chosen_while_something_else_is_corrected(pekka: Client, asked: Request) -> None:
    refused = sent(pekka, asked, "in", price="paljon", business_id="9000004-6", picture=logo())
    assert refused.status_code == 422
    kept = fields_of(refused.content.decode())
    more = pekka.post(address(asked), {**kept, "price": "450", "act": "add-step"})
    again = fields_of(more.content.decode())
    assert again["picture_ticket"] == kept["picture_ticket"]

    answer = pekka.post(address(asked), {**again, "act": "in"})

    assert answer.status_code == 302
    asked.fresh()
    assert asked.part.card["logo"] == BidFile.objects.get(bid=asked.bid).name


def test_a_picture_chosen_before_can_be_left_out_again(pekka: Client, asked: Request) -> None:
    page = sent(pekka, asked, "add-step", price="450", business_id="9000004-6", picture=logo())
    kept = fields_of(page.content.decode())
    assert kept["picture_ticket"]

    without = fields_of(pekka.post(address(asked), {**kept, "act": "drop-picture"}).content.decode())
    answer = pekka.post(address(asked), {**without, "act": "in"})

    assert (answer.status_code, without.get("picture_ticket")) == (302, None)
    assert not BidFile.objects.filter(bid=asked.bid).exists()


def test_a_picture_put_away_meanwhile_is_asked_for_again_beside_its_field(pekka: Client, asked: Request) -> None:
    page = sent(pekka, asked, "in", price="450", business_id="9000004-6", picture_ticket="put:away")
    assert page.status_code == 422
    assert 'id="picture-says"' in page.content.decode()
    answer = pekka.post(address(asked), {**fields_of(page.content.decode()), "act": "in"})
    assert answer.status_code == 302


def test_a_picture_that_is_none_is_refused_beside_its_field(pekka: Client, asked: Request) -> None:
    page = pekka.get(address(asked)).content.decode()
    junk = SimpleUploadedFile("logo.png", b"not a picture", "image/png")
    answer = pekka.post(
        address(asked), {**fields_of(page), "price": "450", "business_id": "9000004-6", "act": "in", "picture": junk}
    )
    assert answer.status_code == 422
    assert 'id="picture-says"' in answer.content.decode()


def test_what_changed_meanwhile_is_shown_and_one_more_press_is_enough(pekka: Client, asked: Request) -> None:
    page = fields_of(pekka.get(address(asked)).content.decode())
    Bid.objects.filter(pk=asked.bid.pk).update(payment_days=30)

    answer = pekka.post(address(asked), {**page, "price": "450", "business_id": "9000004-6", "act": "in"})

    assert answer.status_code == 409
    shown = text_of(answer)
    assert "14 days" in shown or "14" in shown
    again = fields_of(answer.content.decode())
    assert again["price"] == "450"
    assert pekka.post(address(asked), {**again, "act": "in"}).status_code == 302
    assert ok_of(asked.fresh().part, now=database_now()).is_ok


def test_no_time_needs_a_reason_and_may_name_somebody(pekka: Client, asked: Request) -> None:
    bare = sent(pekka, asked, "no")
    assert bare.status_code == 422
    assert "Choose why" in text_of(bare)

    answer = sent(pekka, asked, "no", why="time", ask_name="Timo", ask_why="tekee kylttejä")

    assert answer.status_code == 302
    asked.fresh()
    assert (asked.part.state, asked.invitation.suggests_name) == ("no", "Timo")
    assert "You said no, and Maija knows." in text_of(pekka.get(address(asked)))


def test_a_no_becomes_a_yes_on_the_same_screen(pekka: Client, asked: Request) -> None:
    sent(pekka, asked, "no", why="time")
    assert sent(pekka, asked, price="450", business_id="9000004-6").status_code == 302
    assert ok_of(asked.fresh().part, now=database_now()).is_ok


def test_call_me_needs_a_number_and_a_time(pekka: Client, asked: Request) -> None:
    bare = sent(pekka, asked, "call")
    assert bare.status_code == 422
    answer = sent(pekka, asked, "call", phone="040 123 4567", when="now", call_note="klo 15 jälkeen")
    assert answer.status_code == 302
    asked.fresh()
    assert (asked.part.state, asked.invitation.phone) == ("call_me", "040 123 4567")


@pytest.mark.parametrize(
    ("state", "words"), [("taken_over", "taken this work over"), ("left_out", "left this work out")]
)
def test_whose_work_is_gone_is_told_and_loses_nothing(state: str, words: str, pekka: Client, asked: Request) -> None:
    page = fields_of(pekka.get(address(asked)).content.decode())
    Part.objects.filter(pk=asked.part.pk).update(state=state)
    answer = pekka.post(address(asked), {**page, "price": "450", "business_id": "9000004-6", "act": "in"})
    assert answer.status_code == 409
    assert words in text_of(answer)
    assert "450" in text_of(answer)


def test_while_the_offer_is_being_sent_nothing_changes_and_nothing_is_lost(pekka: Client, asked: Request) -> None:
    page = fields_of(pekka.get(address(asked)).content.decode())
    Bid.objects.filter(pk=asked.bid.pk).update(state="sending")
    answer = pekka.post(address(asked), {**page, "price": "450", "business_id": "9000004-6", "act": "in"})
    assert answer.status_code == 409
    assert fields_of(answer.content.decode())["price"] == "450"


def test_what_is_typed_is_kept_and_found_again_in_the_same_browser(pekka: Client, asked: Request) -> None:
    page = fields_of(pekka.get(address(asked)).content.decode())
    kept = pekka.post(address(asked, "keep-answer"), {**page, "price": "45"})
    assert "saved" in text_of(kept)
    assert Draft.objects.get(invitation=asked.invitation).words["price"] == "45"
    assert fields_of(pekka.get(address(asked)).content.decode())["price"] == "45"


def test_another_browser_that_only_followed_the_link_finds_no_typed_price(pekka: Client, asked: Request) -> None:
    pekka.post(address(asked, "keep-answer"), {"price": "45"})
    assert fields_of(opened(asked).get(address(asked)).content.decode())["price"] == ""


def test_after_answering_only_the_same_browser_gets_the_price_filled_in(pekka: Client, asked: Request) -> None:
    sent(pekka, asked, price="450", business_id="9000004-6")
    assert fields_of(pekka.get(address(asked)).content.decode())["price"] == "450,00"
    other = opened(asked).get(address(asked))
    assert fields_of(other.content.decode())["price"] == ""
    assert "450.00" in other.content.decode()


def test_rows_with_prices_of_earlier_need_their_sum_typed_by_who_only_has_the_link(asked: Request) -> None:
    now = database_now()
    rows = an_answer(
        rows=tuple(type(an_answer().rows[0])(text=text, unit_price=Decimal(100)) for text in ("Yksi", "Kaksi"))
    )
    answer_request(part=asked.part, answer=rows, **hashes(asked.part), by=asked.invited, now=now)
    Bid.objects.filter(pk=asked.bid.pk).update(payment_days=60)
    client = opened(asked)

    bare = sent(client, asked)
    assert bare.status_code == 422
    assert "Your rows come to €200.00" in text_of(bare)

    assert sent(client, asked, total="200").status_code == 302


def test_an_owned_business_id_hands_the_answer_to_its_owner(pekka: Client, asked: Request) -> None:
    owned = Firm.objects.create(name="Omistettu Oy", business_id="9000013-4")
    owner = a_person(at=owned, email="omistaja@example.invalid", language="en")

    answer = sent(pekka, asked, price="450", business_id="9000013-4")

    assert answer.status_code == 200
    assert "asked to confirm" in text_of(answer)
    assert "omistaja" not in text_of(answer)
    assert pekka.get(address(asked)).status_code == 410
    handed = Invitation.objects.standing().get(part=asked.part)
    page = logged_in(owner).get(reverse("bids:asked", args=[handed.public_id]))
    assert fields_of(page.content.decode())["price"] == "450"
    assert not Approval.objects.exists()


def test_a_person_with_the_same_address_answers_without_the_link_as_their_own_firm(asked: Request) -> None:
    firm = Firm.objects.create(name="Painopiste Savo Oy", business_id="9000004-6", staff=4)
    client = logged_in(a_person(at=firm, email="Pekka@example.invalid", language="en"))
    assert "Painopiste Savo Oy, with its own card" in text_of(client.get(address(asked)))

    assert sent(client, asked, price="450", as_firm=str(firm.public_id)).status_code == 302

    asked.fresh()
    assert asked.part.firm_id == firm.pk
    assert ok_of(asked.part, now=database_now()).is_ok
    assert "Thank you" in text_of(client.get(address(asked)))


def test_a_stranger_who_has_logged_in_sees_nothing(asked: Request, stranger: Client) -> None:
    assert stranger.get(address(asked)).status_code == 404
    assert stranger.post(address(asked), {"act": "in", "price": "1"}).status_code == 404


def test_a_suggestion_is_taken_by_a_choice_never_by_a_bare_press(pekka: Client, asked: Request) -> None:
    sent(pekka, asked, price="450", business_id="9000004-6")
    row = LineItem.objects.get(part=asked.part)
    suggestion = Suggestion.objects.create(
        bid=asked.bid,
        part=asked.part,
        target=row.public_id,
        changes={"unit_price": "430.00"},
        before={"unit_price": "450.00"},
        made_by=asked.maija,
        made_by_firm=asked.bid.lead,
        made_at=database_now(),
    )
    shown = pekka.get(address(asked))
    assert "430" in text_of(shown)
    assert '<details class="unfold" open>' in shown.content.decode()
    sent(pekka, asked, "suggestions")
    suggestion.refresh_from_db()
    assert suggestion.state == "open"

    sent(pekka, asked, "suggestions", **{f"suggestion-{suggestion.public_id}": "take"})

    row.refresh_from_db()
    assert row.unit_price == Decimal(430)
    assert "Your OK is asked again" in text_of(pekka.get(address(asked)))


def test_this_was_not_me_needs_a_choice_and_takes_the_answer_back(pekka: Client, asked: Request) -> None:
    sent(pekka, asked, price="450", business_id="9000004-6")
    assert pekka.post(address(asked, "not-me"), {}).status_code == 422
    assert ok_of(asked.fresh().part, now=database_now()).is_ok

    answer = pekka.post(address(asked, "not-me"), {"what": "not_me"})

    assert "counts no more" in text_of(answer)
    assert not ok_of(asked.fresh().part, now=database_now()).is_ok
    assert pekka.get(address(asked)).status_code == 404


def test_reminders_are_stopped_from_a_letter(pekka: Client, asked: Request) -> None:
    assert pekka.get(address(asked, "stop-asking")).status_code == 200
    pekka.post(address(asked, "stop-asking"))
    assert asked.fresh().invitation.reminders_stopped_at is not None


def test_looking_changes_no_row(pekka: Client, asked: Request, rows: Any) -> None:
    before = rows()
    for name in ("asked", "confirm-price", "not-me", "stop-asking", "asked-code"):
        pekka.get(address(asked, name))
    assert rows() == before
    assert asked.fresh().invitation.opened_at is None


ATTACKS = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}", "\u202egnol", "' OR 1=1 --"]


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_typed_becomes_markup(attack: str, pekka: Client, asked: Request) -> None:
    typed = dict.fromkeys(("what", "price", "ready", "summary", "ask_name", "service_name", "phone", "name"), attack)
    answer = sent(pekka, asked, **typed)
    assert answer.status_code == 422
    assert dangers_in(answer.content.decode()) == []


def test_a_form_without_its_secret_is_refused(asked: Request) -> None:
    client = Client(enforce_csrf_checks=True)
    client.get(f"/i/{a_link(asked.invitation, database_now())}")
    assert client.post(address(asked), {"act": "in", "price": "450"}).status_code == 403


def test_the_page_is_light_and_needs_no_script(pekka: Client, asked: Request) -> None:
    page = pekka.get(address(asked))
    assert len(page.content) < 40_000
    assert dangers_in(page.content.decode()) == []


def test_the_screen_stays_open_until_the_link_is_over(pekka: Client, asked: Request) -> None:
    sent(pekka, asked, "no", why="time")
    asked.invitation.links.update(expires_at=database_now() - timedelta(seconds=1))
    assert pekka.get(address(asked)).status_code == 404
