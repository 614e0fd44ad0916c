"""Every letter, in every language: whole, short in its subject, plain, and from nobody but us."""

import copy
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from html import unescape
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.mail import EmailMultiAlternatives
from django.template import engines
from pytest_django import Settings

from bids.steps.minting import mint
from bids.vocabulary import ClientKind, Language, LetterKind
from tests.bids.cases import daycare
from tests.kept import kept
from tests.worker.letters.rows import World, a_world, letter_of
from tests.world import NOON
from worker.letters.composing import Composed, compose
from worker.letters.mailing import mail_of

MISSING = "⁇%s⁇"
TO_THE_CLIENT = [
    LetterKind.OFFER_TO_CLIENT,
    LetterKind.OFFER_WITHDRAWN,
    LetterKind.VALIDITY_EXTENDED,
    LetterKind.QUESTION_ANSWERED,
    LetterKind.CHANGES_ANSWERED,
    LetterKind.DECISION_CODE,
    LetterKind.DECISION_RECEIPT,
    LetterKind.DECISION_RECORDED,
]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _missing_variables_show(settings: Settings) -> Iterator[None]:
    templates = copy.deepcopy(settings.TEMPLATES)
    templates[0]["OPTIONS"]["string_if_invalid"] = MISSING
    settings.TEMPLATES = templates
    engines._engines.clear()
    yield
    engines._engines.clear()


@kept
def world() -> World:
    return a_world(NOON)


def written(world: World, kind: LetterKind) -> dict[Language, tuple[Composed, EmailMultiAlternatives]]:
    """One letter of the kind, put into words once in every language."""
    letter = letter_of(world, kind)
    said = {}
    for language in Language:
        letter.language = language.value
        composed = compose(letter, mint(letter, now=world.now), now=world.now)
        said[language] = (composed, mail_of(letter, composed))
        if folder := os.environ.get("PUNOS_KEEP_LETTERS"):
            Path(folder, f"{kind}.{language}.html").write_text(composed.html)
            Path(folder, f"{kind}.{language}.txt").write_text(f"{composed.subject}\n\n{composed.text}")
    return said


def words_of(html: str) -> str:
    body = re.sub(r"(?s)<style>.*?</style>|<title>.*?</title>", "", html)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


@pytest.mark.parametrize("kind", list(LetterKind))
def test_a_letter_is_whole_says_the_same_twice_and_links_only_to_us(world: World, kind: LetterKind) -> None:
    for language, (composed, _mail) in written(world, kind).items():
        for said in (composed.subject, composed.text, composed.html):
            assert "⁇" not in said
            assert "None" not in said
            assert "{" not in re.sub(r"(?s)<style>.*?</style>", "", said)
        assert 0 < len(composed.subject) <= 80
        assert f'lang="{language}"' in composed.html
        shown = words_of(composed.html)
        lines = [line.strip(" >-") for line in composed.text.splitlines()]
        for line in (line for line in lines if line and "http" not in line and not line.endswith(":")):
            for piece in line.split(": ", maxsplit=1):
                assert " ".join(piece.split()) in shown, f"only in the text version: {piece}"
        addresses = re.findall(r"https?://[^\s\"'<>]+", composed.text + composed.html)
        assert [each for each in addresses if not each.startswith(django_settings.PUBLIC_BASE_URL)] == []
        assert set(re.findall(r'href="([a-z]+):', composed.html)) <= {"http", "mailto", "tel"}
        said = f"{composed.subject} {composed.text}".casefold()
        for never in ("frame", "revision", "seal", "hash", "coverage", "model a", "model b", "waive", "markdown"):
            assert not re.search(rf"\b{never}\b", said)


@pytest.mark.parametrize("kind", TO_THE_CLIENT)
def test_a_client_never_reads_the_products_name(world: World, kind: LetterKind) -> None:
    for composed, mail in written(world, kind).values():
        assert "punos" not in mail.message().as_string().casefold()
        assert "punos" not in (composed.text + composed.html + composed.subject).casefold()


@pytest.mark.parametrize("kind", [LetterKind.ASKED, LetterKind.REMINDER, LetterKind.PRICE_TOLD])
def test_a_request_says_all_that_matters_without_a_click(world: World, kind: LetterKind) -> None:
    composed, mail = written(world, kind)[Language.FI]

    for said in (composed.text, words_of(composed.html)):
        assert "Maija Kuvakulma" in said
        assert "Päiväkoti Pikkutikka Oy" in said
        assert "noin 10 tuntia." in said
        assert "+358 40 000 0001" in said.replace("\u00a0", " ")
    assert mail.from_email == "Maija Kuvakulma <offers@localhost>"
    assert mail.reply_to == ["Maija Kuvakulma <maija@example.invalid>"]


def test_a_request_says_by_when_and_by_which_rules(world: World) -> None:
    composed, _mail = written(world, LetterKind.ASKED)[Language.FI]

    text = composed.text.replace("\u00a0", " ")
    assert "9.3.2026 klo 12.00" in text
    rules = text.split("Mitä vastauksesi tarkoittaa")[1].casefold()
    for said in ("laskut", "vastaat vain omasta osuudestasi", "14", "1.4.2026", "maija kuvakulma"):
        assert said in rules


def test_a_public_buyer_gets_an_anbud(now: datetime) -> None:
    offer = daycare()
    world = a_world(now, offer=replace(offer, client=replace(offer.client, kind=ClientKind.PUBLIC)))

    swedish, _mail = written(world, LetterKind.OFFER_TO_CLIENT)[Language.SV]

    assert swedish.subject.startswith("Anbud: ")
    assert "offert" not in swedish.text.casefold()


@pytest.mark.parametrize("kind", [LetterKind.OFFER_SENT, LetterKind.OFFER_WITHDRAWN, LetterKind.VALIDITY_EXTENDED])
def test_a_firm_in_an_offer_to_a_public_buyer_reads_of_an_anbud(kind: LetterKind, now: datetime) -> None:
    offer = daycare()
    world = a_world(now, offer=replace(offer, client=replace(offer.client, kind=ClientKind.PUBLIC)))

    swedish, _mail = written(world, kind)[Language.SV]

    letter, _heading, _rules = swedish.text.partition("Spelreglerna")
    for said in (swedish.subject, letter):
        assert "anbud" in said.casefold()
        assert "offert" not in said.casefold()


def test_a_missing_variable_would_show() -> None:
    assert "⁇nothing⁇" in engines["django"].from_string("{{ nothing }}").render({})
