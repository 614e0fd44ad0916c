"""A client says yes or no on pages without a script: once, to what is shown, with a code from their own mailbox."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from bids.models import ClientLink, CounterOffer, Decision, DecisionStanding, EvidenceIdentity, Letter, OneTimeCode
from bids.steps.minting import mint
from bids.vocabulary import CodeFor, LetterKind, LinkScope, RevisionState
from bids.web.client_page import cookie_name
from kernel.clock import database_now, helsinki_day, is_day_alone
from kernel.models import AuditEvent
from tests.bids.decisions import TIINA, VILLE, Offered, a_link, an_offered, records, two_readers
from tests.bids.sendings import sent, state_of
from tests.kept import kept
from tests.web.test_answering import fields_of
from tests.web.test_greedy_scanner_clients import Scanner, every_row
from tests.web.test_greedy_scanner_invitations import ORIGINS

pytestmark = pytest.mark.django_db

WITH_A7 = {"chosen": "1", "choose": "A7", "language": "en"}


@kept
def offered() -> Offered:
    now = database_now()
    offer = replace(two_readers(), issued_on=now.date(), valid_until=(now + timedelta(days=30)).date())
    return an_offered(offer, now=now - timedelta(minutes=1))


class Reader:
    """Somebody at the client's with a browser that has followed the link in their own letter."""

    def __init__(self, offered: Offered, to: str = TIINA) -> None:
        letter = Letter.objects.get(revision=offered.revision, kind=LetterKind.OFFER_TO_CLIENT.value, to_email=to)
        minted = mint(letter, now=database_now())
        assert isinstance(minted.row, ClientLink)
        minted.row.save(force_insert=True)
        self.link = minted.row
        self.token = minted.address.rsplit("/", 1)[1]
        self.browser = Client(headers={"user-agent": "Selain/1.0"}, REMOTE_ADDR="192.0.2.7")
        self.browser.get(f"/o/{self.token}")

    def where(self, name: str, **said: str) -> str:
        return f"{reverse(f'bids:client-{name}', args=[self.link.public_id])}?{urlencode({'language': 'en'} | said)}"

    def sees(self, name: str, **said: str) -> str:
        answer = self.browser.get(self.where(name, **said))
        assert answer.status_code == 200, (name, answer.status_code, answer.headers.get("Location"))
        return answer.content.decode()

    def sends(self, page: str, **typed: str) -> Any:
        """The form of a page as it stands, with what is typed into it."""
        fields = fields_of(page) | typed
        action = re.search(r'<form[^>]*action="([^"]+)"', page)
        assert action
        return self.browser.post(action[1].replace("&amp;", "&"), fields)

    def code(self) -> str:
        """The code in the latest letter, as the worker minted it."""
        letter = Letter.objects.filter(
            kind=LetterKind.DECISION_CODE.value, to_email=self.link.contact_email
        ).latest_first()
        minted = mint(letter[0], now=database_now())
        assert isinstance(minted.row, OneTimeCode)
        minted.row.save(force_insert=True)
        return minted.code

    def begins(self, act: CodeFor = CodeFor.ACCEPT, **said: str) -> HttpResponse:
        name = {CodeFor.ACCEPT: "accept", CodeFor.DECLINE: "decline", CodeFor.OBJECT: "not-so"}[act]
        page = self.sees(name, **said)
        seen = fields_of(page)["seen"]
        answer: HttpResponse = self.sends(page, agreed=seen, name="Tiina Tikka")
        return answer

    def accepts(self, **said: str) -> Any:
        begun = self.begins(**said)
        assert begun.status_code == 303
        page = self.browser.get(begun.headers["Location"]).content.decode()
        return self.sends(page, code=self.code(), act="give")


def text(answer: Any) -> str:
    page = answer if isinstance(answer, str) else answer.content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_a_yes_with_an_option_from_the_first_page_to_the_receipt(offered: Offered) -> None:
    reader = Reader(offered)
    page = reader.sees("accept", **WITH_A7)
    fields = fields_of(page)
    assert (fields["name"], "agreed" in fields) == ("", False)
    assert "Ruotsinnos" in text(page)

    done = reader.accepts(**WITH_A7)

    assert done.status_code == 303
    decision = Decision.objects.get()
    assert decision.chosen == {"lines": ["A7"], "package": ""}
    assert state_of(offered.revision) == RevisionState.ACCEPTED
    known = dict(EvidenceIdentity.objects.values_list("name", "value"))
    assert known == {"name": "Tiina Tikka", "ip": "192.0.2.7", "user_agent": "Selain/1.0"}
    receipts = {text(reader.sees("decision")) for _look in range(2)}
    assert len(receipts) == 1
    receipt = receipts.pop()
    assert "Tiina Tikka accepted on" in receipt
    assert "simple electronic signature" in receipt
    assert "Ruotsinnos" in receipt


def test_a_typed_name_is_in_no_form_and_leaves_the_browser_with_the_decision(offered: Offered) -> None:
    """Between name and code it is kept in a cookie of this offer's pages, which no script reads."""
    reader = Reader(offered)

    def kept(whose: Reader) -> Any:
        return next(one for name, one in whose.browser.cookies.items() if name.startswith("says-"))

    reader.begins(**WITH_A7)
    cookie = kept(reader)
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 2 * 60 * 60)
    assert cookie["path"] == reverse("bids:client-offer", args=[reader.link.public_id])
    said = signing.loads(cookie.value, salt=f"client-says:{reader.link.public_id}")
    assert set(said) == {"act", "seen", "nonce", "name"}
    page = reader.sees("accept", **WITH_A7)
    assert fields_of(page)["name"] == ""
    assert "Tiina Tikka" not in page.split("<form", 1)[1].split("</form>", 1)[0]

    page = reader.sees("accept-code", **WITH_A7)
    other = Reader(offered)
    assert other.accepts(**WITH_A7).status_code == 303
    assert (kept(other).value, kept(other)["max-age"]) == ("", 0)
    late = reader.sends(page, code="123456", act="give")
    assert (late.status_code, kept(reader).value, kept(reader)["max-age"]) == (409, "", 0)


def test_looking_changes_nothing(offered: Offered) -> None:
    reader = Reader(offered)
    before = every_row()
    for name in ("accept", "decline", "decision", "not-so", "anew", "accept-code", "decline-code", "not-so-code"):
        for method in ("get", "head", "options"):
            getattr(reader.browser, method)(reader.where(name))
    assert every_row() == before


@pytest.mark.parametrize("typed", [{"name": "Tiina"}, {"agreed": "1"}, {"name": " ", "agreed": "yes"}])
def test_no_code_is_mailed_before_name_and_tick(offered: Offered, typed: dict[str, str]) -> None:
    reader = Reader(offered)
    answer = reader.sends(reader.sees("accept", **WITH_A7), **typed)

    assert answer.status_code == 422
    assert not Letter.objects.filter(kind=LetterKind.DECISION_CODE.value).exists()
    assert fields_of(answer.content.decode())["name"].strip() == typed.get("name", "").strip()


def test_a_wrong_code_is_said_and_the_right_one_still_works(offered: Offered) -> None:
    reader = Reader(offered)
    page = reader.browser.get(reader.begins(**WITH_A7).headers["Location"]).content.decode()
    right = reader.code()
    wrong = f"{(int(right) + 1) % 1_000_000:06}"

    for typed in (wrong, "abc", ""):
        answer = reader.sends(page, code=typed, act="give")
        assert answer.status_code == 422
    assert reader.sends(page, code=right, act="give").status_code == 303
    assert Decision.objects.count() == 1


def test_a_double_click_a_reload_and_the_way_back_come_to_the_same_receipt(offered: Offered) -> None:
    reader = Reader(offered)
    begun = reader.begins(**WITH_A7)
    page = reader.browser.get(begun.headers["Location"]).content.decode()
    kept = {name: morsel.value for name, morsel in reader.browser.cookies.items()}
    code = reader.code()
    first = reader.sends(page, code=code, act="give")
    # The second click was on its way with the cookies of the first.
    for name, value in kept.items():
        reader.browser.cookies[name] = value
    second = reader.sends(page, code=code, act="give")

    assert first.headers["Location"] == second.headers["Location"] == reader.where("decision")
    assert Decision.objects.count() == 1
    for name in ("accept", "decline"):
        back = reader.browser.get(reader.where(name))
        assert (back.status_code, back.headers["Location"]) == (303, reader.where("decision"))


def test_a_second_tab_is_told_that_it_was_accepted_and_led_to_the_receipt(offered: Offered) -> None:
    reader = Reader(offered)
    tab = reader.sees("accept", **WITH_A7)
    other = Reader(offered)
    other.accepts()

    answer = reader.sends(tab, agreed=fields_of(tab)["seen"], name="Tiina Tikka")

    assert answer.status_code == 409
    assert "accepted already" in text(answer)
    assert reader.where("decision").replace("&", "&amp;") in answer.content.decode()
    assert Decision.objects.count() == 1


def test_a_page_of_an_earlier_version_is_told_of_the_new_one(offered: Offered) -> None:
    reader = Reader(offered)
    stale = reader.sees("accept", **WITH_A7)
    sent(offered.world, now=database_now())

    answer = reader.sends(stale, agreed=fields_of(stale)["seen"], name="Tiina Tikka")

    assert answer.status_code == 409
    assert "has changed since you opened it" in text(answer)
    assert not Letter.objects.filter(kind=LetterKind.DECISION_CODE.value).exists()


def test_the_page_of_the_code_says_that_there_is_a_new_version_or_that_a_choice_cannot_be_made(
    offered: Offered,
) -> None:
    reader = Reader(offered)
    begun = reader.begins(**WITH_A7)
    where = begun.headers["Location"]
    page = reader.browser.get(where).content.decode()

    wrong = reader.browser.get(where.replace("choose=A7", "choose=ZZ"))
    assert wrong.status_code == 422
    typed = fields_of(page) | {"choose": "ZZ", "code": "123", "act": "give"}
    assert reader.browser.post(where, typed).status_code == 422

    sent(offered.world, now=database_now())
    late = reader.browser.post(where, fields_of(page) | {"code": "123", "act": "give"})
    assert late.status_code == 409
    assert "has changed since you opened it" in text(late)
    assert reader.browser.get(where).status_code == 303, "what the first page told is forgotten"


@pytest.mark.parametrize("act", ["accept", "decline"])
def test_a_link_that_only_asks_decides_nothing_and_the_try_is_written_down(offered: Offered, act: str) -> None:
    reader = Reader(offered, VILLE)
    assert reader.link.scope == LinkScope.ASK
    assert reader.browser.get(reader.where(act)).status_code == 403

    answer = reader.browser.post(reader.where(act), {"name": "Ville", "agreed": offered.seen, "seen": offered.seen})

    assert answer.status_code == 403
    assert AuditEvent.objects.filter(type="decision.refused").count() == 1
    assert not Decision.objects.exists()


def test_a_no_needs_a_code_and_may_say_why(offered: Offered) -> None:
    reader = Reader(offered)
    page = reader.browser.get(reader.begins(CodeFor.DECLINE).headers["Location"]).content.decode()
    done = reader.sends(page, code=reader.code(), words="Valitsimme toisen.", act="give")

    assert done.status_code == 303
    assert (Decision.objects.get().kind, Decision.objects.get().reason) == ("decline", "Valitsimme toisen.")
    assert "Valitsimme toisen." in text(reader.sees("decision"))


def test_another_code_is_mailed_when_asked_for_and_not_by_a_reload(offered: Offered) -> None:
    reader = Reader(offered)
    begun = reader.begins(**WITH_A7)
    for _look in range(3):
        page = reader.browser.get(begun.headers["Location"]).content.decode()
    codes = Letter.objects.filter(kind=LetterKind.DECISION_CODE.value)
    assert codes.count() == 1
    assert reader.sends(page, act="again").status_code == 303
    assert codes.count() == 2


def test_when_no_more_codes_are_mailed_the_latest_can_still_be_typed(offered: Offered) -> None:
    """A program, or somebody in doubt, has asked for all of them: the name is kept, and the last code decides."""
    reader = Reader(offered)
    for _time in range(5):
        assert reader.begins(**WITH_A7).status_code == 303
    answer = reader.begins(**WITH_A7)

    assert answer.status_code == 429
    assert "Use the latest one" in text(answer)
    assert "on its way" not in text(answer)
    assert reader.sends(answer.content.decode(), code=reader.code(), act="give").status_code == 303
    assert "Tiina Tikka accepted on" in text(reader.sees("decision"))


def test_what_was_typed_on_a_page_that_has_closed_is_handed_back_and_nothing_was_done(offered: Offered) -> None:
    reader = Reader(offered)
    page = reader.browser.get(reader.begins(CodeFor.DECLINE).headers["Location"]).content.decode()
    del reader.browser.cookies[cookie_name(reader.link.public_id)]
    code = reader.code()
    answer = reader.sends(page, code=code, words="Valitsimme <b>toisen</b>.", act="give")

    assert answer.status_code == 404
    assert "Valitsimme &lt;b&gt;toisen&lt;/b&gt;." in answer.content.decode()
    assert "nothing was decided" in text(answer)
    assert '<html lang="en">' in answer.content.decode()
    assert not Decision.objects.exists()

    reader.browser.get(f"/o/{reader.token}")
    page = reader.sees("decline-code")
    assert reader.sends(page, code=code, act="give").status_code == 303
    assert Decision.objects.count() == 1


def test_the_page_of_the_code_stays_open_for_as_long_as_the_code_takes(offered: Offered) -> None:
    reader = Reader(offered)
    begun = reader.begins(**WITH_A7)
    renewed = begun.cookies[cookie_name(reader.link.public_id)]
    assert int(renewed["max-age"]) > timedelta(minutes=30).total_seconds()


def test_an_offer_that_is_over_leads_to_a_new_one() -> None:
    now = database_now()
    begins = now - timedelta(days=40)
    offer = replace(
        two_readers(), number="YT-2026-0555", issued_on=begins.date(), valid_until=(now - timedelta(days=2)).date()
    )
    reader = Reader(an_offered(offer, now=begins))
    answer = reader.browser.get(reader.where("accept"))
    assert answer.status_code == 409
    page = reader.sees("anew")
    assert reader.sends(page).status_code == 422
    assert reader.sends(page, agreed=fields_of(page)["seen"], words="Vieläkö?").status_code == 303

    made = CounterOffer.objects.get()
    assert (made.is_late, made.words) == (True, "Vieläkö?")
    assert Letter.objects.filter(kind=LetterKind.COUNTER_OFFER.value).count() == 1
    assert not Decision.objects.exists()


def test_what_was_recorded_says_so_and_can_be_objected_to(offered: Offered) -> None:
    records(offered, arrived_at=database_now() - timedelta(seconds=30), now=database_now())
    reader = Reader(offered)
    page = text(reader.sees("decision"))
    assert "wrote this answer down" in page
    assert "electronic signature" not in page

    begun = reader.begins(CodeFor.OBJECT)
    code_page = reader.browser.get(begun.headers["Location"]).content.decode()
    done = reader.sends(code_page, code=reader.code(), words="Ei ole.", act="give")

    assert done.status_code == 303
    assert DecisionStanding.objects.get().objection == "Ei ole."
    assert "You have said that it is not so" in text(reader.sees("decision"))


def test_nothing_of_it_opens_without_the_link(offered: Offered) -> None:
    reader = Reader(offered)
    for name in ("accept", "decline", "decision", "not-so", "anew", "accept-code"):
        assert Client().get(reader.where(name)).status_code == 404
        assert Client().post(reader.where(name), {}).status_code in {404, 405}


def test_no_page_of_it_is_kept_or_framed(offered: Offered) -> None:
    reader = Reader(offered)
    answer = reader.browser.get(reader.where("accept"))
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Referrer-Policy"] == "strict-origin"
    assert reader.browser.get(reader.where("decision")).headers["Referrer-Policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert "punos" not in text(answer).casefold()


def test_each_form_is_protected_against_other_sites(offered: Offered) -> None:
    reader = Reader(offered)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = reader.browser.cookies
    for name in ("accept", "decline", "not-so", "anew", "accept-code"):
        assert strict.post(reader.where(name), {"seen": offered.seen}).status_code == 403


def test_a_greedy_scanner_decides_nothing_and_the_link_still_works(offered: Offered) -> None:
    """T01: every link is opened and every form sent, as it stands and with nonsense, twice, from three places."""
    reader = Reader(offered)
    start = [reader.where(name) for name in ("accept", "decline", "anew", "not-so", "accept-code", "decline-code")]
    before = every_row()

    for origin in ORIGINS[:3]:
        for _time in range(2):
            scanner = Scanner(origin)
            scanner.run(f"/o/{reader.token}", *start)
            assert {urlsplit(each).path for each in start} < {urlsplit(each).path for each in scanner.seen}

    assert every_row() == before
    assert reader.accepts(**WITH_A7).status_code == 303
    assert Decision.objects.count() == 1


# The lead writes down


def test_the_lead_writes_a_slip_down(offered: Offered) -> None:
    lead = Client(headers={"accept-language": "en"})
    lead.force_login(offered.world.lead_person)
    where = reverse("bids:record-decision", args=[offered.world.bid.public_id])
    page = lead.get(where).content.decode()
    fields = fields_of(page)
    assert "kind" not in fields
    day = helsinki_day(database_now()).isoformat()
    slip = SimpleUploadedFile("slip.pdf", b"%PDF-1.7 slip", "application/pdf")

    assert lead.post(where, fields).status_code == 422
    without = lead.post(where, fields | {"kind": "accept", "way": "slip", "day": day})
    assert without.status_code == 422
    for far in ("0001-01-01", "9999-12-31"):
        for hour in ("", "00:00"):
            distant = fields | {"kind": "accept", "way": "phone", "day": far, "hour": hour}
            assert lead.post(where, distant).status_code == 422
    said = fields | {"kind": "accept", "way": "slip", "day": day, "file": slip, "choose": "A8"}
    assert lead.post(where, said).status_code == 302

    decision = Decision.objects.get()
    assert (decision.method, decision.way, decision.chosen) == ("recorded", "slip", {"lines": ["A8"], "package": ""})
    assert is_day_alone(decision.decided_at), "no time of day was typed"


def test_nobody_else_writes_answers_down(offered: Offered) -> None:
    where = reverse("bids:record-decision", args=[offered.world.bid.public_id])
    assert Client().get(where).status_code == 302
    assert Client().post(where, {}).status_code == 302
    reader = Reader(offered)
    assert reader.browser.get(where).status_code == 302
    assert a_link(offered.world).bid_id == offered.world.bid.pk
