"""Sending through the API: what stops it, the version that was seen, what became of it, and who may."""

from dataclasses import replace

import pytest
from django.http import HttpResponse
from django.test import Client

from bids.actions.finish_sending import finish_sending
from bids.models import Bid, Revision
from kernel.clock import database_now
from tests.api.asker import Asker, a_key, said
from tests.bids.cases import daycare
from tests.bids.ok_world import OkWorld, an_ok_world
from tests.bids.sendings import SYSTEM, drawn
from tests.kept import kept
from tests.world import a_person


@kept
def world() -> OkWorld:
    later = daycare().valid_until.replace(year=database_now().year + 1)
    return an_ok_world(replace(daycare(), valid_until=later), now=database_now())


@pytest.fixture
def lead(world: OkWorld) -> Asker:
    return Asker(key=a_key(world.lead_person, world.bid.lead))


@pytest.fixture
def partner(world: OkWorld) -> Asker:
    return Asker(key=a_key(a_person(at=world.firm("PAI")), world.firm("PAI")))


def address(world: OkWorld, *more: str) -> str:
    return "/".join(["bids", str(world.bid.public_id), *more, ""])


def kind_of(answer: HttpResponse) -> str:
    return str(said(answer)["type"]).rsplit("/", 1)[-1].rsplit(":", 1)[-1]


def pressed(lead: Asker, world: OkWorld, **body: object) -> HttpResponse:
    seen = lead.get(address(world, "sending")).headers["ETag"]
    return lead.post(address(world, "sending"), body, headers={"If-Match": seen})


def gone_out(lead: Asker, world: OkWorld, **body: object) -> int:
    number = said(pressed(lead, world, **body))["number"]
    revision = Revision.objects.get(bid=world.bid, number=number)
    drawn(revision, now=database_now())
    finish_sending(revision=revision, by=SYSTEM, now=database_now())
    return int(number)


def test_what_stops_an_offer_is_told_in_codes_and_sentences(lead: Asker, world: OkWorld) -> None:
    told = said(lead.get(address(world, "sending")))
    assert (told["may_go"], told["stops"], told["on_its_way"]) == (True, [], None)

    world.after(lambda: Bid.objects.filter(pk=world.bid.pk).update(payment_days=60), now=database_now())
    told = said(lead.get(address(world, "sending")))

    assert told["may_go"] is False
    assert {(one["code"], one["firm"]) for one in told["stops"]} == {("asked_again", "SEL"), ("asked_again", "PAI")}
    assert "Selkopolku Tmi" in told["stops"][0]["sentence"]
    answer = pressed(lead, world)
    assert (answer.status_code, kind_of(answer)) == (409, "cannot-be-sent")


def test_sending_names_what_was_seen(lead: Asker, world: OkWorld) -> None:
    assert lead.post(address(world, "sending"), {}).status_code == 428
    assert lead.post(address(world, "sending"), {}, headers={"If-Match": '"another.1"'}).status_code == 412

    answer = pressed(lead, world, greeting="Hei!", languages=["sv"])

    version = said(answer)
    assert (answer.status_code, version["number"], version["state"]) == (201, 1, "frozen")
    assert answer.headers["Location"].endswith(address(world, "versions", "1"))
    assert [(one["kind"], one["language"]) for one in version["documents"]] == [
        ("offer_pdf", "fi"),
        ("twin_json", "fi"),
        ("twin_ubl", "fi"),
        ("offer_pdf", "sv"),
    ]
    again = pressed(lead, world)
    assert (again.status_code, kind_of(again)) == (409, "being-sent")


@pytest.mark.parametrize(
    "body", [{"state": "sent"}, {"to": ["not an address"]}, {"languages": ["de"]}, {"how": "pigeon"}, {"greeting": 1}]
)
def test_what_is_not_known_is_refused(lead: Asker, world: OkWorld, body: dict[str, object]) -> None:
    assert pressed(lead, world, **body).status_code in {400, 422}
    assert not Revision.objects.exists()


def test_somebody_who_is_no_contact_gets_nothing(lead: Asker, world: OkWorld) -> None:
    """And nobody else either: one mistyped address among others is not passed over."""
    known = world.bid.client.contacts.exclude(email="")[0].email
    for to, place in (["somebody@example.invalid"], 0), ([known, "somebody@example.invalid"], 1):
        answer = pressed(lead, world, to=to)
        (fault,) = said(answer)["errors"]
        assert (answer.status_code, fault["pointer"]) == (400, f"#/to/{place}")
    assert not Revision.objects.exists()
    assert pressed(lead, world, to=[known.upper()]).status_code == 201


def test_the_next_version_tells_what_changed(lead: Asker, world: OkWorld, partner: Asker) -> None:
    gone_out(lead, world)
    world.after(lambda: Bid.objects.filter(pk=world.bid.pk).update(title="Uusi otsikko"), now=database_now())
    for key in world.invitations:
        world.says_ok(key, now=database_now())
    gone_out(lead, world)

    for asker in (lead, partner):
        version = said(asker.get(address(world, "versions", "2")))
        assert (version["state"], version["earlier"]) == ("sent", 1)
        (change,) = version["changes"][0]["changes"]
        assert (change["after"], change["kind"]) == ("Uusi otsikko", "changed")
    assert [one["state"] for one in said(lead.get(address(world, "versions")))["results"]] == ["sent", "superseded"]


def test_a_version_is_cancelled_withdrawn_and_known_to_whom_it_concerns(
    lead: Asker, world: OkWorld, partner: Asker
) -> None:
    pressed(lead, world)
    assert said(lead.post(address(world, "versions", "1", "cancelled"), {}))["state"] == "abandoned"
    number = gone_out(lead, world)

    assert partner.get(address(world, "versions", "1")).status_code == 404
    assert partner.post(address(world, "versions", "2", "withdrawn"), {}).status_code == 404
    answer = lead.post(address(world, "versions", str(number), "withdrawn"), {"reason": "Paperi loppui"})

    assert (said(answer)["state"], said(answer)["why"]) == ("withdrawn", "Paperi loppui")
    assert [one["number"] for one in said(partner.get(address(world, "versions")))["results"]] == [2]


def test_ones_own_mail_is_said_afterwards(lead: Asker, world: OkWorld) -> None:
    pressed(lead, world, how="own_mail")
    early = lead.post(address(world, "versions", "1", "sent"), {})
    assert (early.status_code, kind_of(early)) == (409, "not-drawn")
    revision = Revision.objects.get()
    drawn(revision, now=database_now())

    assert said(lead.post(address(world, "versions", "1", "sent"), {}))["sent_how"] == "own_mail"


def test_more_time_and_another_schedule_name_the_version_they_change(lead: Asker, world: OkWorld) -> None:
    gone_out(lead, world)
    seen = lead.get(address(world)).headers["ETag"]
    assert lead.post(address(world, "schedule-moved"), {"days": "7"}).status_code == 428

    moved = lead.post(address(world, "schedule-moved"), {"days": "7"}, headers={"If-Match": seen})
    stale = lead.post(address(world, "schedule-moved"), {"days": "7"}, headers={"If-Match": seen})

    assert (moved.status_code, stale.status_code) == (200, 412)
    until = world.bid.valid_until.replace(year=world.bid.valid_until.year + 1).isoformat()
    answer = lead.post(address(world, "valid-until"), {"until": until}, headers={"If-Match": moved.headers["ETag"]})
    assert said(answer)["valid_until"] == until


def test_a_link_is_told_once_and_taken_away(lead: Asker, world: OkWorld) -> None:
    early = lead.post(address(world, "client-links"), {})
    assert (early.status_code, kind_of(early)) == (409, "nothing-to-show")
    gone_out(lead, world)

    made = said(lead.post(address(world, "client-links"), {"name": "Tiina"}))
    token = made["address"].rsplit("/", 1)[1]

    assert made["scope"] == "view"
    assert token not in lead.get(address(world, "client-links")).content.decode()
    assert Client().get(f"/o/{token}").status_code == 303
    lead.post(f"client-links/{made['id']}/revoked/", {})
    assert Client().get(f"/o/{token}").status_code == 404


def test_an_offer_that_is_with_the_client_is_not_closed(lead: Asker, world: OkWorld) -> None:
    gone_out(lead, world)
    refused = lead.post(address(world, "closed"), {})
    assert (refused.status_code, kind_of(refused)) == (409, "still-with-the-client")

    lead.post(address(world, "versions", "1", "withdrawn"), {})
    assert said(lead.post(address(world, "closed"), {}))["state"] == "closed"


@pytest.mark.parametrize("where", ["sending", "client-links"])
def test_what_is_the_leads_own_is_not_there_for_others(
    where: str, world: OkWorld, partner: Asker, stranger: Asker
) -> None:
    for asker in (partner, stranger):
        assert asker.get(address(world, where)).status_code == 404
        assert asker.post(address(world, where), {}, headers={"If-Match": '"x"'}).status_code in {403, 404}
