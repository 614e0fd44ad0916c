"""What the client was answered goes into the next version: into its files and onto every page that shows it."""

import re
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from bids.actions.release_answer import release_answer
from bids.actions.remove_line import remove_line
from bids.content import Section
from bids.exports.frozen_offer import thaw
from bids.exports.frozen_version import read_version, version_tree
from bids.exports.twin import offer_twin
from bids.exports.version_faults import version_faults
from bids.exports.version_sheet import version_sheet
from bids.models import ClientLink, FrozenSheet, Question, Revision
from bids.vocabulary import DocumentKind, Language, LinkScope, PriceVisibility
from kernel.clock import database_now
from kernel.tokens import new_token
from tests.bids.cases import daycare
from tests.bids.clients import a_client_link, asked
from tests.bids.ok_world import OkWorld, an_ok_world
from tests.bids.sendings import sent
from tests.bids.test_verify import overwrite
from tests.web.conftest import logged_in
from tests.web.test_sending_pages import this_year
from tests.world import a_person

pytestmark = pytest.mark.django_db

SAID = {
    "": ("Onko teillä vakuutus?", "On meillä."),
    "section:1": ("Kuka kirjoittaa tekstit?", "Selkopolku."),
    "part:PAI": ("Missä painatte?", "Omassa painossa."),
    "line:A4": ("Sisältyykö 480 euroon taitto?", "Sisältyy 480 euroon."),
    "line:A7": ("Milloin lisätyö alkaa?", "Kun valitsette sen."),
    "line:A3": ("Tarvitaanko tätä?", "Ei välttämättä."),
}
"""By place: the whole, a text, a share, a row, an option that does not count, and a row that is taken out."""


def answered_world(mode: PriceVisibility = PriceVisibility.ALL) -> tuple[OkWorld, ClientLink, str]:
    """Version 1 was asked about and answered everywhere; version 2, without row A3, is with the client."""
    now = database_now()
    offer = replace(
        this_year(daycare()), sections=(Section(title="Näin teemme", text="Yhdessä."),), price_visibility=mode
    )
    world = an_ok_world(offer, now=now)
    sent(world, now=now)
    token = new_token()
    link = a_client_link(world, scope=LinkScope.ASK, now=now, token=token)
    for place, (question, answer) in SAID.items():
        release_answer(
            question=asked(link, question, about=place, now=now), text=answer, seen=1, by=world.lead, now=now
        )
    line = world.line("A3")
    remove_line(line=line, seen=line.version, by=world.lead, now=now)
    for key in world.invitations:
        world.says_ok(key, now=now)
    sent(world, now=now, languages=[Language.SV])
    return world, link, token


def text_of(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def shown(text: str) -> list[str]:
    """Which places' answers a page shows, each as often as it does."""
    return [place for place, (question, _answer) in SAID.items() for _ in range(text.count(question))]


def test_answers_stand_in_everything_a_version_is_read_in() -> None:
    world, link, token = answered_world()
    first, second = Revision.objects.order_by("number")
    version = read_version(bytes(second.payload))
    assert [one.firm for one in version.answers] == ["KUV", "KUV", "PAI", "SEL", "SEL", "KUV"]

    drawn_from = {one.order.language: one.sheet_sha256 for one in version.files}
    for language in (Language.FI, Language.SV):
        sheet = thaw(bytes(FrozenSheet.objects.get(sha256=drawn_from[language]).payload)).sheet
        assert [one.answer for one in sheet.answers] == [answer for _question, answer in SAID.values()]
        assert [one.place for one in sheet.answers] == ["", "section:1", "part:PAI", "line:A4", "line:A7", ""]
        assert sheet == version_sheet(second, language)
        twin = offer_twin(version.offer, next(one.order.choice for one in version.files), sheet)
        assert [(one["question"], one["answer"]) for one in twin["answers"]] == list(SAID.values())
    in_english = version_sheet(second, Language.EN)
    assert in_english.answers[3].about.startswith("Row A4 ")
    assert [one.answer for one in in_english.answers] == [one.answer for one in sheet.answers]
    assert not any(version_sheet(first, one).answers for one in Language)
    assert "answers" not in version_tree(bytes(first.payload))

    client = Client(headers={"accept-language": "en"})
    assert client.get(f"/o/{token}").status_code == 303
    page = reverse("bids:client-offer", args=[link.public_id])
    as_offered = client.get(page).content.decode()
    assert sorted(shown(as_offered.split('id="rest"')[1])) == sorted(SAID), "each once, beside its place"
    row = as_offered.index("Selkokielinen toimitustyö", as_offered.index('id="rows-SEL"'))
    assert row < as_offered.index(SAID["line:A4"][0], row) < as_offered.index("</tr>", as_offered.index("<tr", row))
    assert SAID[""][0] in as_offered.split('id="answers"')[1]
    number = re.search(r'class="choice-answer small" href="#(answer-\d)"', as_offered)
    assert number is not None, "what can be chosen leads to its answer"
    assert f'id="{number[1]}"' in as_offered
    chosen = client.get(page, {"chosen": "1", "line": "A7", "version": "2"}).content.decode()
    assert sorted(shown(chosen.split('id="rest"')[1])) == sorted(SAID)
    assert f"Vastaus kysymykseen ”{SAID['line:A4'][0]}”: Sisältyy 480 euroon" in as_offered

    assert list(version_faults(only=[world.bid.public_id])) == []
    overwrite(Question.objects.get(place="line", key="A4"), answer="Ei sisälly.")
    found = [str(one) for one in version_faults(only=[world.bid.public_id])]
    assert [one.split(": ", 1)[1] for one in found] == [
        "version 2 carries an answer about line:A4 that is not the one given"
    ]


@pytest.mark.parametrize(
    ("mode", "reads"),
    [
        (PriceVisibility.ALL, set(SAID)),
        (PriceVisibility.OWN, {"line:A4", "line:A7"}),
        (PriceVisibility.OWN_AND_TOTAL, {"line:A4", "line:A7"}),
    ],
)
def test_the_lead_reads_what_a_version_carries_and_a_partner_what_it_may(
    mode: PriceVisibility, reads: set[str]
) -> None:
    world, _link, _token = answered_world(mode)
    sari = logged_in(a_person(at=world.firm("SEL")))
    lead = logged_in(world.lead_person)

    for who, may in ((lead, set(SAID)), (sari, reads)):
        for page in ("bids:version", "api:bid-version"):
            answer = who.get(reverse(page, args=[world.bid.public_id, 2]), headers={"accept-language": "en"})
            assert answer.status_code == 200
            assert set(shown(text_of(answer))) == may, (page, may)
    said = lead.get(reverse("api:bid-version", args=[world.bid.public_id, 2]), headers={"accept-language": "en"}).json()
    assert said["changes"][-1]["heading"] == "Questions and answers"
    assert {one["kind"] for one in said["changes"][-1]["changes"]} == {"added"}
    assert {one["question"] for one in said["answers"]} == {question for question, _answer in SAID.values()}


def test_a_version_sent_without_them_tells_that_they_are_not_in_it() -> None:
    world, link, token = answered_world()
    sent(world, now=database_now(), with_answers=False)
    third = Revision.objects.get(number=3)

    assert not any(version_sheet(third, one).answers for one in Language)
    client = Client(headers={"accept-language": "en"})
    client.get(f"/o/{token}")
    text = text_of(client.get(reverse("bids:client-offer", args=[link.public_id])))
    assert shown(text.split('id="rest"')[1]) == []
    gone = logged_in(world.lead_person).get(reverse("api:bid-version", args=[world.bid.public_id, 3])).json()["changes"]
    assert [(one["kind"]) for one in gone[-1]["changes"]] == ["removed"] * len(SAID)
    assert list(version_faults(only=[world.bid.public_id])) == []
    assert DocumentKind.TWIN_JSON.value in {file.kind.value for file in read_version(bytes(third.payload)).files}
