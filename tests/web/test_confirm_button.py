"""Who loses the page where the code is typed confirms by the button of the letter, in whatever browser opens it."""

import random
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from bids.actions.revoke_client_link import revoke_client_link
from bids.actions.withdraw_offer import withdraw_offer
from bids.models import ClientLink, Decision, DecisionStanding, EvidenceIdentity, HeldAnswer, Letter, OneTimeCode
from bids.vocabulary import CodeFor, LetterKind
from bids.web.answer_form import TRAP
from kernel.clock import database_now
from tests.bids.decisions import Mailed, Offered, an_offered, in_letter, records, two_readers
from tests.bids.sendings import sent
from tests.kept import kept
from tests.web.test_answering import fields_of
from tests.web.test_client_decision import WITH_A7, Reader, text
from tests.web.test_greedy_scanner_clients import every_row

pytestmark = pytest.mark.django_db

WORKS_NO_MORE = "This button works no more"
OVER = "The button in the letter works no more"


@kept
def offered() -> Offered:
    now = database_now()
    offer = replace(two_readers(), issued_on=now.date(), valid_until=(now + timedelta(days=30)).date())
    return an_offered(offer, now=now - timedelta(minutes=1))


class Pocket:
    """A browser inside a mail app, which has nothing but what the letter after the first page brought."""

    def __init__(self, reader: Reader, letter: Mailed) -> None:
        self.letter, self.link = letter, reader.link
        self.browser = Client(
            headers={"user-agent": "Taskuselain/1.0", "accept-language": "en"}, REMOTE_ADDR="192.0.2.9"
        )

    def opens(self) -> HttpResponse:
        """The button."""
        answer: Any = self.browser.get(f"/c/{self.letter.token}")
        return answer

    def sees(self) -> str:
        opened = self.opens()
        assert opened.status_code == 303
        answer = self.browser.get(opened.headers["Location"])
        assert answer.status_code == 200, text(answer)
        return answer.content.decode()

    def writes(self, page: str, digits: str | None = None, **more: str) -> Any:
        """The digits, and the one press."""
        form = re.search(r'<form[^>]*action="([^"]+)"', page)
        assert form
        typed = {"digits": self.letter.digits if digits is None else digits, "act": "give"}
        return self.browser.post(form[1].replace("&amp;", "&"), fields_of(page) | typed | more)


def begun(offered: Offered, act: CodeFor = CodeFor.ACCEPT, **said: str) -> tuple[Reader, str, Pocket]:
    """Somebody has sent the first page; what they see then, and the letter in their pocket."""
    reader = Reader(offered)
    answer = reader.begins(act, **(WITH_A7 if act is CodeFor.ACCEPT else {}) | said)
    assert answer.status_code == 303
    shown = text(reader.browser.get(answer.headers["Location"]))
    held = HeldAnswer.objects.latest("made_at", "pk")
    return reader, shown, Pocket(reader, in_letter(held.nonce, now=database_now()))


def test_a_yes_from_the_first_browser_to_the_receipt_in_the_second(offered: Offered) -> None:
    reader, shown, pocket = begun(offered)
    assert f"press the button in the letter and write {pocket.letter.digits} ." in shown

    page = pocket.sees()
    assert "Ruotsinnos" in text(page)
    assert "In the name of Tiina Tikka" in text(page)
    assert f"write {pocket.letter.digits}" not in text(page)
    done = pocket.writes(page, choose="A5b", chosen="1", name="Ville Vilkas", lines="A5b", package="x", words="Kiitos")

    assert done.status_code == 303
    decision = Decision.objects.get()
    assert decision.chosen == {"lines": ["A7"], "package": ""}, "what is held counts, not what a browser sends"
    known = dict(EvidenceIdentity.objects.values_list("name", "value"))
    assert known == {"name": "Tiina Tikka", "ip": "192.0.2.9", "user_agent": "Taskuselain/1.0"}
    receipt = text(pocket.browser.get(done.headers["Location"]))
    assert "Accepted. Thank you!" in receipt
    assert "with a button mailed to tiina@example.invalid: a simple electronic signature" in receipt

    # Pressed once more, sent once more, and looked at where it began: the receipt, and no other decision.
    assert pocket.writes(page).headers["Location"] == done.headers["Location"]
    again = pocket.opens()
    assert (again.status_code, "accept/confirm" in again.headers["Location"]) == (303, True)
    led_on = pocket.browser.get(again.headers["Location"]).headers["Location"]
    assert led_on.split("?")[0] == done.headers["Location"].split("?")[0]
    first = reader.browser.get(reader.where("accept-code"))
    assert first.headers["Location"] == reader.where("decision")
    assert "with a button mailed to" in text(reader.sees("decision"))
    assert Decision.objects.count() == 1
    # A browser that had nothing of it learns nothing by the used button.
    stranger = Pocket(reader, pocket.letter).opens()
    assert (stranger.status_code, WORKS_NO_MORE in text(stranger), stranger.cookies) == (410, True, {})


def test_looking_changes_nothing_and_the_secret_stays_in_no_address(offered: Offered) -> None:
    _reader, _shown, pocket = begun(offered)
    before = every_row()

    for method in ("get", "head", "options", "post", "put", "delete"):
        answer = getattr(pocket.browser, method)(f"/c/{pocket.letter.token}")
        assert answer.status_code == (303 if method in {"get", "head"} else 405)
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
    opened = pocket.opens()
    where = reverse("bids:client-accept-confirm", args=[pocket.link.public_id])
    assert opened.headers["Location"] == f"{where}?language=en"
    cookies = {name.split("-")[0]: one for name, one in opened.cookies.items()}
    assert set(cookies) == {"offer", "button"}
    assert {(one["httponly"], one["samesite"], one["max-age"]) for one in cookies.values()} == {(True, "Lax", 7200)}
    assert cookies["button"]["path"] == reverse("bids:client-offer", args=[pocket.link.public_id])
    for name in ("accept", "decline", "not-so"):
        for method in ("get", "head", "options"):
            getattr(pocket.browser, method)(reverse(f"bids:client-{name}-confirm", args=[pocket.link.public_id]))
    assert pocket.letter.token not in f"{opened.cookies} {pocket.sees()}"
    assert every_row() == before

    unknown = Client(headers={"accept-language": "en"})
    answers = [unknown.get(f"/{door}/{secret}") for door in "oc" for secret in ("x" * 43, f"{pocket.letter.token}x")]
    assert {(one.status_code, one.content, one.headers.get("Set-Cookie")) for one in answers} == {
        (404, answers[0].content, None)
    }


def test_two_wrong_tries_end_the_button_in_plain_words_and_the_code_goes_on(offered: Offered) -> None:
    reader, _shown, pocket = begun(offered)
    page = pocket.sees()
    for typed in ("", "12", "1234", "abc", "٣٣٣"):
        answer = pocket.writes(page, typed)
        assert (answer.status_code, "Write the three digits." in text(answer)) == (422, True)
    assert OneTimeCode.objects.get().attempts == 0

    wrong = pocket.writes(page, pocket.letter.wrong_digits)
    assert (wrong.status_code, "You can try once more." in text(wrong)) == (422, True)
    assert "Ruotsinnos" in text(wrong)
    for digits in (pocket.letter.wrong_digits, pocket.letter.digits):
        dead = pocket.writes(page, digits)
        assert (dead.status_code, OVER in text(dead)) == (409, True)
    assert OVER in text(pocket.browser.get(pocket.opens().headers["Location"]))
    assert Pocket(reader, pocket.letter).opens().status_code == 410
    assert not Decision.objects.exists()

    code_page = reader.sees("accept-code", **WITH_A7)
    assert reader.sends(code_page, code=pocket.letter.code, act="give").status_code == 303
    assert "with a code mailed to" in text(reader.sees("decision"))


def test_a_program_that_reads_the_letter_and_guesses_decides_nothing(offered: Offered) -> None:
    """It leaves alone what nobody sees, and still has two tries; one with the trap filled in has none."""
    _reader, _shown, pocket = begun(offered)
    page, dice = pocket.sees(), random.Random(11)  # noqa: S311 - the same guesses every time
    guesses = [f"{dice.randrange(1000):03}" for _guess in range(12)]
    guesses = [each for each in guesses if each != pocket.letter.digits]
    for guess in guesses:
        assert pocket.writes(page, guess, **{TRAP: "x"}).status_code == 422
    assert OneTimeCode.objects.get().attempts == 0

    told = [pocket.writes(page, guess).status_code for guess in guesses]

    assert told == [422] + [409] * (len(guesses) - 1)
    assert OneTimeCode.objects.values_list("attempts", "button_attempts", "used_at").get() == (2, 2, None)
    assert not Decision.objects.exists()


def test_what_was_changed_on_the_first_page_meanwhile_is_shown_before_it_is_confirmed(offered: Offered) -> None:
    reader = Reader(offered)
    first = reader.sees("accept", **WITH_A7)
    seen = fields_of(first)["seen"]
    begun = reader.sends(first, agreed=seen, name="Tiina Tikka")
    assert begun.status_code == 303
    pocket = Pocket(reader, in_letter(HeldAnswer.objects.get().nonce, now=database_now()))
    page = pocket.sees()
    # Back in the first browser the same form is sent once more, with another name in it.
    assert reader.sends(first, agreed=seen, name="Tiina Tikka-Takka").status_code == 303
    assert Letter.objects.filter(kind=LetterKind.DECISION_CODE.value).count() == 1

    stale = pocket.writes(page)

    assert stale.status_code == 409
    assert "has been changed on another page meanwhile" in text(stale)
    assert "In the name of Tiina Tikka-Takka" in text(stale)
    assert not Decision.objects.exists()
    assert OneTimeCode.objects.get().attempts == 0
    assert pocket.writes(stale.content.decode()).status_code == 303
    assert EvidenceIdentity.objects.get(name="name").value == "Tiina Tikka-Takka"


def test_a_no_and_an_objection_take_their_words_here(offered: Offered) -> None:
    _reader, shown, pocket = begun(offered, CodeFor.DECLINE)
    assert f"write {pocket.letter.digits} ." in shown
    page = pocket.sees()
    assert "Confirm your no" in text(page)
    wrong = pocket.writes(page, pocket.letter.wrong_digits, words="Valitsimme toisen.")
    assert 'rows="3"' in wrong.content.decode()
    assert ">Valitsimme toisen.</textarea>" in wrong.content.decode()
    long = pocket.writes(page, words="x" * 2001)
    assert (long.status_code, "At most 2,000 characters." in text(long)) == (422, True)
    done = pocket.writes(page, words="Valitsimme toisen.")
    assert done.status_code == 303
    assert (Decision.objects.get().kind, Decision.objects.get().reason) == ("decline", "Valitsimme toisen.")
    assert "with a button mailed to" in text(pocket.browser.get(done.headers["Location"]))


def test_an_objection_is_confirmed_by_the_button(offered: Offered) -> None:
    now = database_now()
    records(offered, arrived_at=now, now=now)
    _reader, _shown, pocket = begun(offered, CodeFor.OBJECT)
    page = pocket.sees()
    assert "Confirm that it is not so" in text(page)
    assert pocket.writes(page, words="En ole hyväksynyt.").status_code == 303
    assert DecisionStanding.objects.get().objection == "En ole hyväksynyt."
    assert pocket.writes(page).status_code == 303


def test_what_happened_meanwhile_is_said_as_where_the_code_is_typed(offered: Offered) -> None:
    reader, _shown, pocket = begun(offered)
    page = pocket.sees()
    where = pocket.opens().headers["Location"]
    code = OneTimeCode.objects.get()

    OneTimeCode.objects.update(made_at=code.made_at - timedelta(hours=1), expires_at=database_now())
    for answer in (pocket.browser.get(where), pocket.writes(page)):
        assert (answer.status_code, OVER in text(answer)) == (409, True)
    assert "/accept/confirm/" in pocket.opens().headers["Location"]
    assert Pocket(reader, pocket.letter).opens().status_code == 410
    OneTimeCode.objects.update(made_at=code.made_at, expires_at=code.expires_at)

    # Another offer's link opens nothing of this one, and no other deed.
    for name in ("decline", "not-so"):
        other = pocket.browser.get(reverse(f"bids:client-{name}-confirm", args=[pocket.link.public_id]))
        assert other.status_code in {303, 409}, name
    assert Client().get(where).status_code == 404

    later = database_now()
    sent(offered.world, now=later)
    for answer in (pocket.browser.get(where), pocket.writes(page)):
        assert (answer.status_code, "has changed since you opened it" in text(answer)) == (409, True)
    withdraw_offer(revision=offered.world.bid.revisions.latest("number"), by=offered.world.lead, now=database_now())
    assert pocket.browser.get(where).headers["Location"].startswith(f"/offer/{pocket.link.public_id}/?")
    revoke_client_link(link=ClientLink.objects.get(pk=pocket.link.pk), by=offered.world.lead, now=database_now())
    for answer in (pocket.opens(), pocket.browser.get(where), pocket.writes(page)):
        assert answer.status_code == 404
    assert not Decision.objects.exists()
