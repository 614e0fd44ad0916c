"""Sending from the pages: what stops, who gets it, progress, and what the client has; without scripts."""

import re
from dataclasses import replace
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from bids.actions.finish_sending import finish_sending
from bids.content import JointOffer
from bids.models import Bid, ClientLink, Draft, LegalAnswer, Letter, Part, Revision, RevisionStanding
from bids.vocabulary import LetterKind, LetterState, PartState, RevisionState, SentHow
from kernel.clock import database_now
from tests.bids.cases import daycare, tourism
from tests.bids.ok_world import OkWorld, an_ok_world
from tests.bids.sendings import SYSTEM, drawn
from tests.kept import kept
from tests.web.conftest import logged_in


def this_year(offer: JointOffer) -> JointOffer:
    """The case with its last day still to come, whatever day the tests run on."""
    return replace(offer, valid_until=offer.valid_until.replace(year=database_now().year + 1))


@kept
def world() -> OkWorld:
    return an_ok_world(this_year(daycare()), now=database_now())


@pytest.fixture
def maija(world: OkWorld) -> Client:
    return logged_in(world.lead_person)


def page(client: Client, world: OkWorld, name: str = "send") -> str:
    answer = client.get(reverse(f"bids:{name}", args=[world.bid.public_id]))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def found(pattern: str, text: str) -> str:
    """What the one group of a pattern is in a text that must hold it."""
    match = re.search(pattern, text)
    assert match, f"{pattern} is not there"
    return match[1]


def press(client: Client, world: OkWorld, **fields: object) -> HttpResponse:
    """What a browser sends of the dialog: every ticked person and every hidden field."""
    shown = page(client, world)
    to = re.findall(r'name="to" value="([0-9a-f-]{36})"[^>]* checked', shown)
    seen = re.search(r'name="seen_at" value="([^"]+)"', shown)
    asked = {"to": to, "seen_at": seen[1] if seen else "", "greeting": "Terve!", **fields}
    answer: Any = client.post(reverse("bids:send", args=[world.bid.public_id]), asked)
    return answer


def test_the_dialog_says_who_gets_it_and_what_the_letter_says(maija: Client, world: OkWorld) -> None:
    shown = page(maija, world)

    assert "tiina@example.invalid" in shown
    assert "Ohessa" in shown or "Here is our offer" in shown
    assert ">Send<" in shown or ">Lähetä<" in shown


def test_two_presses_send_a_version_and_the_page_says_to_whom(maija: Client, world: OkWorld) -> None:
    answer = press(maija, world)
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("bids:send", args=[world.bid.public_id]))
    assert 'hx-trigger="load delay:' in page(maija, world)

    revision = Revision.objects.get(bid=world.bid)
    drawn(revision, now=database_now())
    finish_sending(revision=revision, by=SYSTEM, now=database_now())

    letter = Letter.objects.get(kind=LetterKind.OFFER_TO_CLIENT.value)
    assert letter.facts["message"] == "Terve!"
    assert "tiina@example.invalid" in page(maija, world)


def test_without_scripts_progress_shows_itself_anew(maija: Client, world: OkWorld) -> None:
    press(maija, world)

    assert re.search(r'<noscript>\s*<meta http-equiv="refresh" content="3">', page(maija, world))


def test_pressing_twice_sends_once(maija: Client, world: OkWorld) -> None:
    shown = page(maija, world)
    fields = {
        "to": re.findall(r'name="to" value="([0-9a-f-]{36})"', shown),
        "seen_at": found(r'name="seen_at" value="([^"]+)"', shown),
        "greeting": "",
    }
    address = reverse("bids:send", args=[world.bid.public_id])

    assert [maija.post(address, fields).status_code for _ in range(2)] == [302, 302]
    assert Revision.objects.filter(bid=world.bid).count() == 1


def test_what_stops_it_is_said_and_what_was_typed_is_kept(maija: Client, world: OkWorld) -> None:
    Part.objects.filter(bid=world.bid, key="SEL").update(state=PartState.CALL_ME.value)
    world.after(lambda: None, now=database_now())
    world.line("A4").__class__.objects.filter(bid=world.bid, code="A4").update(unit_price="40")
    world.after(lambda: None, now=database_now())

    answer = press(maija, world, greeting="Tämä säilyy")

    said = answer.content.decode()
    assert answer.status_code == 409
    assert "Selkopolku Tmi" in said
    assert "Tämä säilyy" in said
    assert Draft.objects.get(bid=world.bid).words == {"greeting": "Tämä säilyy"}
    assert not Revision.objects.exists()


def test_a_change_that_the_lead_has_not_seen_is_shown_first(maija: Client, world: OkWorld) -> None:
    shown = page(maija, world)
    seen = found(r'name="seen_at" value="([^"]+)"', shown)
    Bid.objects.filter(pk=world.bid.pk).update(title="Toinen otsikko")
    world.after(lambda: None, now=database_now())

    answer = press(maija, world, seen_at=seen)

    assert answer.status_code == 412
    assert not Revision.objects.exists()


def test_a_legal_question_is_answered_in_the_same_press() -> None:
    world = an_ok_world(this_year(tourism()), now=database_now())
    client = logged_in(world.lead_person)
    name = found(r'name="(question-[0-9a-f]{12})"', page(client, world))

    assert press(client, world).status_code == 409
    answer = press(client, world, **{name: "no"})

    assert answer.status_code == 302
    assert LegalAnswer.objects.get().answer == "no"
    assert Revision.objects.filter(bid=world.bid).count() == 1


def test_nobody_chosen_is_said_beside_the_field(maija: Client, world: OkWorld) -> None:
    answer = press(maija, world, to=[])

    assert answer.status_code == 422
    assert "Choose at least one person" in answer.content.decode() or "Valitse" in answer.content.decode()


def test_cancelling_gives_the_offer_back(maija: Client, world: OkWorld) -> None:
    press(maija, world)

    maija.post(reverse("bids:cancel-sending", args=[world.bid.public_id]))

    assert RevisionStanding.objects.get().state == RevisionState.ABANDONED.value
    assert Bid.objects.get(pk=world.bid.pk).state == "drafting"


def test_what_was_said_of_a_cancelled_version_is_there_for_the_next_one(maija: Client, world: OkWorld) -> None:
    first = found(r'name="to" value="([0-9a-f-]{36})"', page(maija, world))
    press(maija, world, greeting="Hinta nousi työpajan takia.", languages=["sv"], to=[first])

    maija.post(reverse("bids:cancel-sending", args=[world.bid.public_id]))

    again = page(maija, world)
    assert "Hinta nousi työpajan takia." in again
    assert re.findall(r'name="to" value="([0-9a-f-]{36})"[^>]* checked', again) == [first]
    assert re.findall(r'name="languages" value="([a-z]+)"[^>]* checked', again) == ["sv"]


def test_from_ones_own_mail_the_pdf_is_downloaded_and_then_it_counts_as_sent(maija: Client, world: OkWorld) -> None:
    press(maija, world, how="own_mail")
    revision = Revision.objects.get()
    drawn(revision, now=database_now())
    finish_sending(revision=revision, by=SYSTEM, now=database_now())
    shown = page(maija, world)
    file = found(r'href="(/documents/[0-9a-f-]+/file/)"', shown)
    assert maija.get(file).content.startswith(b"%PDF")

    maija.post(reverse("bids:own-mail", args=[world.bid.public_id]))

    standing = RevisionStanding.objects.get()
    assert (standing.state, standing.sent_how) == (RevisionState.SENT.value, SentHow.OWN_MAIL.value)
    assert not Letter.objects.filter(kind=LetterKind.OFFER_TO_CLIENT.value).exists()


def test_progress_costs_an_empty_answer_while_nothing_moves(maija: Client, world: OkWorld) -> None:
    press(maija, world)
    address = reverse("bids:send-state", args=[world.bid.public_id])
    first = maija.get(address)

    assert first.status_code == 200
    assert maija.get(address, headers={"if-none-match": first.headers["ETag"]}).status_code == 304


def test_what_is_typed_is_kept_without_pressing(maija: Client, world: OkWorld) -> None:
    maija.post(reverse("bids:keep-greeting", args=[world.bid.public_id]), {"greeting": "Kesken"})

    assert "Kesken" in page(maija, world)


def test_a_producer_sees_that_others_send(world: OkWorld, stranger: Client) -> None:
    world.lead_person.memberships.update(role="editor", may_approve=False)
    client = logged_in(world.lead_person)

    shown = page(client, world)
    assert 'id="send-form"' not in shown
    assert press(client, world).status_code in {403, 422, 409}
    assert stranger.get(reverse("bids:send", args=[world.bid.public_id])).status_code == 404
    assert not Revision.objects.exists()


def test_a_link_to_copy_is_shown_once_and_revoked(maija: Client, world: OkWorld) -> None:
    press(maija, world)
    revision = Revision.objects.get()
    drawn(revision, now=database_now())
    finish_sending(revision=revision, by=SYSTEM, now=database_now())

    made = maija.post(reverse("bids:make-client-link", args=[world.bid.public_id]), {"name": "Tiina"})
    token = found(r"/o/([A-Za-z0-9_-]{43})", made.content.decode())
    assert token not in page(maija, world)
    assert Client().get(f"/o/{token}").status_code == 303

    link = ClientLink.objects.get()
    maija.post(reverse("bids:revoke-client-link", args=[world.bid.public_id, link.public_id]))

    assert Client().get(f"/o/{token}").status_code == 404


@pytest.mark.parametrize("until", ["2020-01-01", "soon"])
def test_a_last_day_that_cannot_be_is_said_beside_its_field(until: str, maija: Client, world: OkWorld) -> None:
    press(maija, world)
    revision = Revision.objects.get(bid=world.bid)
    drawn(revision, now=database_now())
    finish_sending(revision=revision, by=SYSTEM, now=database_now())

    answer = maija.post(reverse("bids:extend-validity", args=[world.bid.public_id]), {"until": until})

    shown = answer.content.decode()
    assert answer.status_code == 422
    assert f'value="{until}"' in shown
    assert 'id="until-fault"' in shown
    assert Revision.objects.count() == 1


def test_whoever_withdraws_what_went_by_own_mail_is_told_to_tell_the_client(maija: Client, world: OkWorld) -> None:
    press(maija, world, how="own_mail")
    drawn(Revision.objects.get(bid=world.bid), now=database_now())
    maija.post(reverse("bids:own-mail", args=[world.bid.public_id]))

    answer = maija.post(reverse("bids:withdraw", args=[world.bid.public_id]), follow=True)

    assert not Letter.objects.filter(kind=LetterKind.OFFER_WITHDRAWN.value, to_email="tiina@example.invalid").exists()
    assert "Kerro siis asiakkaalle itse" in answer.content.decode()


def test_versions_tell_what_changed_and_hand_out_their_files(maija: Client, world: OkWorld) -> None:
    for title in ("Ensimmäinen", "Toinen"):
        Bid.objects.filter(pk=world.bid.pk).update(title=title)
        world.after(lambda: None, now=database_now())
        for key in world.invitations:
            world.says_ok(key, now=database_now())
        press(maija, world)
        revision = Revision.objects.filter(bid=world.bid).latest_first().first()
        drawn(revision, now=database_now())
        finish_sending(revision=revision, by=SYSTEM, now=database_now())

    assert "Version 2" in page(maija, world, "versions") or "Versio 2" in page(maija, world, "versions")
    shown = maija.get(reverse("bids:version", args=[world.bid.public_id, 2])).content.decode()
    assert "<del>Ensimmäinen</del>" in shown
    assert "<ins>Toinen</ins>" in shown
    file = found(rf'href="(/offers/{world.bid.public_id}/versions/2/files/[0-9a-f-]+/)"', shown)
    assert maija.get(file).headers["Content-Disposition"].startswith("attachment")


def test_a_letter_that_came_back_is_not_called_an_offer_with_the_client(maija: Client, world: OkWorld) -> None:
    press(maija, world)
    revision = Revision.objects.get(bid=world.bid)
    drawn(revision, now=database_now())
    finish_sending(revision=revision, by=SYSTEM, now=database_now())
    with_them = ("The offer is with the client", "Tarjous on asiakkaalla")
    assert any(said in page(maija, world) for said in with_them)

    Letter.objects.filter(revision=revision, kind=LetterKind.OFFER_TO_CLIENT.value).update(
        state=LetterState.BOUNCED.value, failure="550 5.1.1 no such user"
    )

    shown = page(maija, world)
    assert "The offer did not reach the client" in shown or "Tarjous ei tavoittanut asiakasta" in shown
    assert not any(said in shown for said in with_them)
    assert 'name="to_email"' in shown


def test_the_next_version_is_proposed_in_the_languages_of_the_last(maija: Client, world: OkWorld) -> None:
    press(maija, world, languages=["sv"])
    revision = Revision.objects.get(bid=world.bid)
    drawn(revision, now=database_now())
    finish_sending(revision=revision, by=SYSTEM, now=database_now())

    shown = page(maija, world)

    assert re.search(r'name="languages" value="sv"[^>]* checked', shown)
    assert not re.search(r'name="languages" value="en"[^>]* checked', shown)
