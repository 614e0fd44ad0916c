"""What letters about a client's answer tell, to whom, and what opens what."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest

from bids import formats
from bids.actions.forget_held_answers import forget_held_answers
from bids.actions.start_decision import start_decision
from bids.exports.frozen_version import read_version
from bids.models import ClientLink, Document, Letter, OneTimeCode
from bids.pricing import totals
from bids.steps.held_answers import digits_of
from bids.steps.minting import mint
from bids.vocabulary import CodeFor, DecisionKind, DocumentKind, Language, LetterKind, LinkScope
from kernel.actor import Actor
from kernel.tokens import token_hashes
from tests.bids.decisions import (
    TIINA,
    VILLE,
    Offered,
    accepts,
    an_offered,
    no_with_code,
    records,
    yes_with_code,
)
from tests.bids.sendings import sent
from tests.kept import kept
from tests.worker.letters.decided_rows import decided_letter, objected, the_letter
from tests.world import NOON
from worker.letters.composing import Composed, compose

pytestmark = pytest.mark.django_db

A_PARTNER = "1@partner.invalid"


@kept
def offered() -> Offered:
    return an_offered()


def in_words(letter: Letter) -> Composed:
    return compose(letter, mint(letter, now=NOON), now=NOON)


def minted_link(letter: Letter) -> ClientLink:
    row = mint(letter, now=NOON).row
    assert isinstance(row, ClientLink)
    return row


def test_only_whom_the_version_names_gets_a_link_that_decides(offered: Offered) -> None:
    tiina = minted_link(the_letter(offered, LetterKind.OFFER_TO_CLIENT, TIINA))
    ville = minted_link(the_letter(offered, LetterKind.OFFER_TO_CLIENT, VILLE))

    assert (tiina.scope, tiina.contact_email, tiina.way) == (LinkScope.ACCEPT, TIINA, "mailed")
    assert ville.scope == LinkScope.ASK


def test_who_no_longer_accepts_in_a_new_version_gets_no_such_link(offered: Offered) -> None:
    offered.world.bid.client.contacts.filter(email=TIINA).update(role="")
    offered.world.bid.client.contacts.filter(email=VILLE).update(role="accepts")
    offered.world.after(lambda: None)
    for key in offered.world.invitations:
        offered.world.says_ok(key)
    second = sent(offered.world, now=NOON + timedelta(minutes=1))

    letters = Letter.objects.filter(revision=second, kind=LetterKind.OFFER_TO_CLIENT.value)
    scopes = {letter.to_email: minted_link(letter).scope for letter in letters}
    assert scopes == {TIINA: LinkScope.ASK, VILLE: LinkScope.ACCEPT}


def test_a_link_outlives_its_offer_by_two_weeks_and_no_quarter(offered: Offered) -> None:
    link = minted_link(the_letter(offered, LetterKind.OFFER_TO_CLIENT, TIINA))
    assert link.expires_at == offered.revision.expires_at + timedelta(days=14)
    yes_with_code(offered)
    receipt = minted_link(the_letter(offered, LetterKind.DECISION_RECEIPT, TIINA))
    assert receipt.expires_at == NOON + timedelta(days=90)


@pytest.mark.parametrize("act", list(CodeFor))
def test_a_code_comes_first_and_beside_it_a_button_that_opens_a_page(offered: Offered, act: CodeFor) -> None:
    if act is CodeFor.OBJECT:
        records(offered)
    form = next(each for each in iter(uuid4, None) if digits_of(each) == "777")
    told = {"link": offered.link, "act": act, "seen": offered.seen, "nonce": form, "now": NOON}
    start_decision(**told, language=Language.EN, name="Tiina Tikka", by=offered.client)
    letter = the_letter(offered, LetterKind.DECISION_CODE, TIINA)
    minted = mint(letter, now=NOON)
    composed = compose(letter, minted, now=NOON)

    assert isinstance(minted.row, OneTimeCode)
    assert minted.row.purpose == letter.facts["purpose"]
    assert bytes(minted.row.code_hash) in token_hashes(minted.code)
    assert minted.row.button_hash is not None
    assert bytes(minted.row.button_hash) in token_hashes(minted.button.rpartition("/c/")[2])
    words = composed.text
    assert words.index(f"{minted.code[:3]} {minted.code[3:]}") < words.index("Lost the page?") < words.index("http")
    assert re.findall(r"http\S+", words) == re.findall(r'href="(http[^"]+)"', composed.html) == [minted.button]
    assert composed.attachments == ()
    assert minted.code not in composed.subject
    assert minted.button not in composed.subject
    rest = words.replace(minted.button, "").replace(f"{minted.code[:3]} {minted.code[3:]}", "")
    assert digits_of(form) not in rest, "they stand on the first page alone"
    pressed = re.search(r">([^<]+)</a>", composed.html)
    assert pressed
    assert pressed[1].strip().startswith("Open a page where you confirm ")


def test_without_a_held_answer_the_letter_brings_the_code_alone() -> None:
    letter = decided_letter(LetterKind.DECISION_CODE, now=NOON)
    assert letter is not None
    forget_held_answers(by=Actor.system("worker"), now=NOON + timedelta(hours=2))
    minted = mint(letter, now=NOON)
    composed = compose(letter, minted, now=NOON)

    assert isinstance(minted.row, OneTimeCode)
    assert minted.row.button_hash is None
    assert "http" not in composed.text
    assert re.sub(r"\D", "", minted.code) in re.sub(r"[^\d]", "", composed.text)


def test_a_mailed_code_is_the_one_that_accepts(offered: Offered) -> None:
    nonce = offered.link.public_id
    start_decision(
        link=offered.link,
        act=CodeFor.ACCEPT,
        seen=offered.seen,
        nonce=nonce,
        language=Language.SV,
        name="Tiina Tikka",
        by=offered.client,
        now=NOON,
    )
    minted = mint(the_letter(offered, LetterKind.DECISION_CODE, TIINA), now=NOON)
    assert minted.row is not None
    minted.row.save(force_insert=True)

    assert accepts(offered, code=f"{minted.code[:3]} {minted.code[3:]}", nonce=nonce) is not None


def test_the_receipt_brings_the_document_and_names_it(offered: Offered) -> None:
    yes_with_code(offered, lines=["A7"])
    composed = in_words(the_letter(offered, LetterKind.DECISION_RECEIPT, TIINA))

    pdf = Document.objects.get(revision=offered.revision, kind=DocumentKind.OFFER_PDF.value)
    assert pdf.asset is not None
    assert pdf.asset.sha256 in composed.text
    assert [one.media_type for one in composed.attachments] == ["application/pdf"]
    assert "Ruotsinnos" in composed.text
    assert "punos" not in (composed.text + composed.html).casefold()


def test_a_partner_reads_its_own_share_and_nobody_elses(offered: Offered) -> None:
    yes_with_code(offered)
    composed = in_words(the_letter(offered, LetterKind.OFFER_ACCEPTED, A_PARTNER))
    lead = in_words(the_letter(offered, LetterKind.OFFER_ACCEPTED, offered.world.lead_person.email))

    parts = read_version(bytes(offered.revision.payload)).offer.parts
    own = next(part for part in parts if part.key == "SEL")
    for part in parts:
        for line in part.lines:
            wanted = part is own and line.optional is False and line.replaces is None
            assert (line.text in composed.text) is wanted, line.text
    sums = totals(read_version(bytes(offered.revision.payload)).offer)
    assert formats.money(sums.net, Language.FI) in lead.text
    assert formats.money(sums.net, Language.FI) not in composed.text
    assert formats.money(next(one.net for one in sums.parts if one.firm == "SEL"), Language.FI) in composed.text


@pytest.mark.parametrize("tells", [False, True])
def test_a_partner_reads_the_reason_of_a_no_only_if_the_lead_tells_it(offered: Offered, *, tells: bool) -> None:
    no = {"kind": DecisionKind.DECLINE, "reason": "SEL pyysi liikaa", "tells_reason": tells}
    records(offered, **no)

    partner = in_words(the_letter(offered, LetterKind.OFFER_DECLINED, A_PARTNER))
    assert ("SEL pyysi liikaa" in partner.text) is tells
    assert "Kiitos" in partner.text


def test_why_a_client_clicked_no_is_read_by_the_lead_alone(offered: Offered) -> None:
    no_with_code(offered, reason="SEL pyysi liikaa")

    partner = in_words(the_letter(offered, LetterKind.OFFER_DECLINED, A_PARTNER))
    lead = in_words(the_letter(offered, LetterKind.OFFER_DECLINED, offered.world.lead_person.email))
    assert "SEL pyysi liikaa" not in partner.text
    assert "SEL pyysi liikaa" in lead.text


def test_what_was_recorded_says_so_in_every_letter(offered: Offered) -> None:
    records(offered)
    partner = in_words(the_letter(offered, LetterKind.OFFER_ACCEPTED, A_PARTNER))
    client = in_words(the_letter(offered, LetterKind.DECISION_RECORDED, TIINA))

    assert "kirjattu" in partner.text
    assert "kirjanneet" in client.text
    assert "?next=decision" in client.text
    assert minted_link(the_letter(offered, LetterKind.DECISION_RECORDED, TIINA)).scope == LinkScope.ACCEPT


def test_the_words_of_an_objection_go_to_the_lead_alone(offered: Offered) -> None:
    objected(offered, NOON)
    partner = in_words(the_letter(offered, LetterKind.DECISION_OBJECTED, A_PARTNER))
    lead = in_words(the_letter(offered, LetterKind.DECISION_OBJECTED, offered.world.lead_person.email))

    assert "En ole hyväksynyt." in lead.text
    assert "En ole hyväksynyt." not in partner.text
