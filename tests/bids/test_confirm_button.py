"""The button beside a mailed code: it confirms exactly what the first page told, with that page's digits, once."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override
from pytest_django import Settings

from bids.actions.forget_held_answers import forget_held_answers
from bids.actions.object_to_decision import object_to_decision
from bids.actions.revoke_client_link import revoke_client_link
from bids.actions.withdraw_offer import withdraw_offer
from bids.exports import verify_bundle
from bids.exports.agreed_copy import agreed_copy, agreed_copy_as_json, firms_eyes
from bids.exports.bundle import whole_bundle
from bids.exports.certificate import certificate_of
from bids.exports.evidence import confirmed_by, evidence_tree
from bids.models import Decision, DecisionStanding, Evidence, HeldAnswer, Letter, OneTimeCode, Part
from bids.steps.deciding import AcceptedAlready, NewerVersion, WasWithdrawn, purpose_of
from bids.steps.held_answers import FormOfAnother, HeldOtherwise, digits_of
from bids.steps.one_time_codes import ButtonIsOver, right_button, right_code
from bids.vocabulary import CodeFor, ConfirmedBy, Language, LetterKind, PriceVisibility
from kernel.actor import Actor
from kernel.errors import Malformed, NotPermitted, NotVisible
from tests.bids.decisions import (
    LATER,
    VILLE,
    Mailed,
    Offered,
    a_link,
    accepts,
    an_offered,
    declines,
    holder_of,
    in_letter,
    mailed,
    records,
    yes_with_code,
)
from tests.bids.sendings import sent
from tests.bids.test_bundles import members_of
from tests.kept import kept
from tests.world import NOON

pytestmark = pytest.mark.django_db

HALF_AN_HOUR = timedelta(minutes=30)


@kept
def offered() -> Offered:
    return an_offered()


def confirms(offered: Offered, letter: Mailed, digits: str | None = None, **more: Any) -> Decision | None:
    """The last press of a yes, on the page behind the button."""
    said: dict[str, Any] = {"nonce": letter.form, "code": "", "pressed": letter.pressed(digits)} | more
    return accepts(offered, **said)


def evidence_of(decision: Decision) -> dict[str, Any]:
    return evidence_tree(bytes(Evidence.objects.get(decision=decision).content))


def test_a_yes_by_the_button_is_to_what_is_held_and_every_proof_says_how_it_came(offered: Offered) -> None:
    letter = mailed(offered, lines=["A7"])
    other = mailed(offered)

    decision = confirms(offered, letter, lines=["A7"], now=NOON + HALF_AN_HOUR / 2)

    assert decision is not None
    assert decision.chosen == {"lines": ["A7"], "package": ""}
    said = evidence_of(decision)
    assert said["proof"]["how"] == "mailed_button"
    assert said["proof"]["code"] == str(letter.row.public_id)
    assert not HeldAnswer.objects.exists(), "the name goes with the answer"
    assert not OneTimeCode.objects.filter(used_at__isnull=True).exists(), "what else was mailed for it is used up too"
    assert confirms(offered, letter, lines=["A7"]) == decision, "the same form sent again gets its decision"
    with pytest.raises(AcceptedAlready):
        confirms(offered, other)

    decision = Decision.objects.select_related("evidence", "standing", "revision", "bid", "file").get()
    how = [one.value for one in certificate_of(decision).how]
    assert any("painike" in one for one in how)
    assert not any("koodi" in one for one in how)
    told = verify_bundle.verify(members_of(whole_bundle(decision)))
    assert any("confirmed with the button of a letter" in one for one in told)
    part = Part.objects.get(bid=decision.bid, key="SEL")
    copy = agreed_copy(decision, part, eyes=firms_eyes(part, PriceVisibility.ALL), language=Language.EN)
    assert agreed_copy_as_json(copy)["agreed"]["confirmed_by"] == "mailed_button"
    with override("en"):
        assert "a mailed button" in copy.of_the_yes()[0].value


def test_evidence_that_does_not_say_what_confirmed_it_is_of_a_code(offered: Offered) -> None:
    decision = yes_with_code(offered)
    said = evidence_of(decision)
    assert confirmed_by(said) is ConfirmedBy.CODE
    del said["proof"]["how"]
    assert confirmed_by(said) is ConfirmedBy.CODE
    assert verify_bundle.way(said) == ", confirmed with a code from a letter"
    with pytest.raises(verify_bundle.Wrong, match="no known way"):
        verify_bundle.way(said | {"proof": {"how": "a wave of the hand"}})
    assert verify_bundle.way(said | {"proof": None}) == ""


def test_after_two_wrong_tries_the_button_is_dead_and_the_code_still_works(offered: Offered) -> None:
    letter = mailed(offered)
    for tried in (1, 2):
        assert confirms(offered, letter, letter.wrong_digits) is None
        letter.row.refresh_from_db()
        assert (letter.row.button_attempts, letter.row.attempts, letter.row.used_at) == (tried, tried, None)
    with pytest.raises(ButtonIsOver):
        confirms(offered, letter)
    letter.row.refresh_from_db()
    assert letter.row.attempts == 2, "a dead button costs the code no try"
    for field, too_many in (("button_attempts", 3), ("form", None)):
        with transaction.atomic(), pytest.raises(IntegrityError):
            OneTimeCode.objects.filter(pk=letter.row.pk).update(**{field: too_many})

    assert accepts(offered, code=letter.code, nonce=letter.form) is not None
    assert evidence_of(Decision.objects.get())["proof"]["how"] == "mailed_code"


def test_wrong_digits_count_on_every_button_that_is_out(offered: Offered) -> None:
    """Two letters of one form have the same digits: whoever guesses has two tries, not four."""
    first = mailed(offered)
    mailed(offered, nonce=first.form, again=True)
    second = in_letter(first.form)
    assert second.digits == first.digits
    assert confirms(offered, first, first.wrong_digits) is None
    assert confirms(offered, second, first.wrong_digits) is None
    for letter in (first, second):
        with pytest.raises(ButtonIsOver):
            confirms(offered, letter)


def test_a_button_confirms_nothing_but_what_is_held(offered: Offered) -> None:
    letter = mailed(offered, lines=["A7"])
    others: list[dict[str, Any]] = [
        {"lines": []},
        {"name": "Ville Vilkas"},
        {"language": Language.SV},
        {"nonce": uuid4()},
    ]
    for other in others:
        with pytest.raises(HeldOtherwise):
            confirms(offered, letter, **({"lines": ["A7"]} | other))
    assert OneTimeCode.objects.get().attempts == 0

    # The form is sent again with something else in it: no other letter, and what was sent last is what is held.
    mailed(offered, nonce=letter.form, lines=["A5b"])
    assert Letter.objects.filter(kind=LetterKind.DECISION_CODE.value).count() == 1
    with pytest.raises(HeldOtherwise):
        confirms(offered, letter, lines=["A7"])
    assert HeldAnswer.objects.get().chosen == {"lines": ["A5b"], "package": None}
    decision = confirms(offered, letter, lines=["A5b"])
    assert decision is not None
    assert decision.chosen == {"lines": ["A5b"], "package": ""}


def test_a_button_is_of_one_link_one_form_one_deed_and_one_version(offered: Offered) -> None:
    letter = mailed(offered)
    other_link = a_link(offered.world)
    with pytest.raises(HeldOtherwise):
        confirms(offered, letter, link=other_link)
    with pytest.raises(FormOfAnother):
        mailed(offered, nonce=letter.form, link=other_link)
    own = mailed(offered, link=other_link)
    for pressed in (letter.pressed(own.digits), own.pressed()):
        with pytest.raises((HeldOtherwise, ButtonIsOver)):
            accepts(offered, nonce=own.form, pressed=pressed)
    no = mailed(offered, CodeFor.DECLINE)
    with pytest.raises(HeldOtherwise):
        confirms(offered, no)
    with pytest.raises(ButtonIsOver):
        right_button(
            letter.pressed(),
            code_for=offered.link.public_id,
            purpose=purpose_of(CodeFor.DECLINE, offered.revision),
            now=NOON,
        )

    second = sent(offered.world, now=NOON + timedelta(minutes=1))
    at = NOON + timedelta(minutes=2)
    with pytest.raises(NewerVersion):
        confirms(offered, letter, now=at)
    with pytest.raises(HeldOtherwise):
        confirms(offered, letter, seen=bytes(second.content_hash).hex(), now=at)
    assert not Decision.objects.exists()


def test_a_button_ends_with_its_half_hour_its_code_its_offer_and_its_link(offered: Offered) -> None:
    letter = mailed(offered)
    with pytest.raises(ButtonIsOver):
        confirms(offered, letter, now=NOON + HALF_AN_HOUR)
    about = {"code_for": offered.link.public_id, "purpose": letter.row.purpose, "now": NOON}
    with transaction.atomic():
        assert right_code(letter.code, **about) is not None
        with pytest.raises(ButtonIsOver):
            right_button(letter.pressed(), **about)
        transaction.set_rollback(True)
    with transaction.atomic():
        assert right_button(letter.pressed(), **about) is not None
        assert right_code(letter.code, **about) is None
        transaction.set_rollback(True)
    with transaction.atomic():
        for _try in range(5):
            assert accepts(offered, code="000000" if letter.code != "000000" else "111111") is None
        with pytest.raises(ButtonIsOver):
            confirms(offered, letter)
        transaction.set_rollback(True)
    with transaction.atomic():
        revoke_client_link(link=offered.link, by=offered.world.lead, now=NOON)
        assert not HeldAnswer.objects.exists()
        with pytest.raises(NotVisible):
            confirms(offered, letter)
        transaction.set_rollback(True)
    withdraw_offer(revision=offered.revision, by=offered.world.lead, now=NOON + timedelta(minutes=1))
    with pytest.raises(WasWithdrawn):
        confirms(offered, letter, now=NOON + timedelta(minutes=2))


def test_a_no_and_an_objection_are_confirmed_so_too(offered: Offered) -> None:
    with transaction.atomic():
        letter = mailed(offered, CodeFor.DECLINE)
        said = {"nonce": letter.form, "code": "", "reason": "Valitsimme toisen."}
        assert declines(offered, **said, pressed=letter.pressed(letter.wrong_digits)) is None
        decision = declines(offered, **said, pressed=letter.pressed())
        assert decision is not None
        assert (decision.kind, decision.reason) == ("decline", "Valitsimme toisen.")
        assert evidence_of(decision)["proof"]["how"] == "mailed_button"
        transaction.set_rollback(True)

    wrong = records(offered)
    letter = mailed(offered, CodeFor.OBJECT, now=LATER)
    about = {"link": offered.link, "seen": offered.seen, "words": "En ole.", "by": offered.client, "now": LATER}
    assert object_to_decision(**about, pressed=letter.pressed(letter.wrong_digits)) is None
    assert object_to_decision(**about, pressed=letter.pressed()) == wrong
    assert DecisionStanding.objects.get().objection == "En ole."
    assert not HeldAnswer.objects.exists()


def test_a_name_is_held_for_two_hours_and_no_longer(offered: Offered) -> None:
    first = mailed(offered)
    second = mailed(offered, now=NOON + timedelta(hours=1))
    with pytest.raises(NotPermitted):
        forget_held_answers(by=holder_of(offered.link), now=NOON + timedelta(hours=9))

    assert forget_held_answers(by=Actor.system("worker"), now=NOON + timedelta(hours=2)) == 1

    assert HeldAnswer.objects.get().nonce == second.form
    assert HeldAnswer.objects.get().name == "Tiina Tikka"
    with pytest.raises(HeldOtherwise):
        confirms(offered, first, now=NOON + timedelta(minutes=5))


def test_nothing_is_held_of_a_page_that_may_not_decide_or_lacks_something(offered: Offered) -> None:
    with pytest.raises(NotPermitted):
        mailed(offered, link=a_link(offered.world, email=VILLE))
    for wrong in ({"name": " "}, {"lines": ["A99"]}):
        with pytest.raises(Malformed):
            mailed(offered, **wrong)
    assert not HeldAnswer.objects.exists()


def test_the_digits_of_a_form_are_its_own_and_hold_while_the_key_is_changed(
    offered: Offered, settings: Settings
) -> None:
    letter = mailed(offered)
    shown = letter.digits
    assert len({digits_of(uuid4()) for _form in range(400)}) > 300
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [settings.SECRET_KEY]

    assert confirms(offered, letter, shown) is not None
