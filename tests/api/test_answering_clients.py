"""Answering the client through the API: who reads which questions, by which version they are answered, and once."""

from dataclasses import replace

import pytest

from bids.models import ChangeRequest, ClientLink, Question
from kernel.clock import database_now
from tests.api.asker import Asker, a_key, said
from tests.api.test_sending import gone_out, kind_of
from tests.bids.cases import daycare
from tests.bids.clients import a_client_link, asked, wished
from tests.bids.ok_world import OkWorld, an_ok_world
from tests.bids.sendings import sent
from tests.kept import kept
from tests.world import a_person


@kept
def world() -> OkWorld:
    now = database_now()
    world = an_ok_world(replace(daycare(), valid_until=daycare().valid_until.replace(year=now.year + 1)), now=now)
    sent(world, now=now)
    return world


@pytest.fixture
def link(world: OkWorld) -> ClientLink:
    return a_client_link(world, now=database_now())


@pytest.fixture
def question(link: ClientLink) -> Question:
    return asked(link, "Sisältyykö taitto?", about="line:A4", now=database_now())


@pytest.fixture
def lead(world: OkWorld) -> Asker:
    return Asker(key=a_key(world.lead_person, world.bid.lead))


@pytest.fixture
def partner(world: OkWorld) -> Asker:
    return Asker(key=a_key(a_person(at=world.firm("SEL")), world.firm("SEL")))


def of(world: OkWorld, name: str) -> str:
    return f"bids/{world.bid.public_id}/{name}/"


def verb(row: Question | ChangeRequest, name: str) -> str:
    return f"{'questions' if isinstance(row, Question) else 'change-requests'}/{row.public_id}/{name}/"


def tag(row: Question | ChangeRequest) -> dict[str, str]:
    row.refresh_from_db()
    return {"If-Match": f'"{row.public_id}.{row.version}"'}


def test_a_question_is_drafted_by_its_firm_and_answered_by_the_lead(
    world: OkWorld, question: Question, lead: Asker, partner: Asker
) -> None:
    drafted = partner.post(verb(question, "draft"), {"text": "Kyllä."}, headers=tag(question))
    assert (drafted.status_code, said(drafted)["state"], said(drafted)["draft"]) == (200, "drafted", "Kyllä.")
    assert drafted.headers["ETag"] == tag(question)["If-Match"]
    refused = partner.post(verb(question, "release"), {}, headers=tag(question))
    assert refused.status_code == 403

    released = lead.post(verb(question, "release"), {}, headers=tag(question))

    assert (said(released)["state"], said(released)["answer"]) == ("released", "Kyllä.")
    (told,) = said(lead.get(of(world, "questions")))
    assert (told["place"], told["key"], told["firm"], told["asked_by"]) == ("line", "A4", "SEL", "Johtaja")
    again = lead.post(verb(question, "release"), {}, headers=tag(question))
    assert (again.status_code, kind_of(again)) == (409, "question-is-over")


def test_a_draft_is_read_by_its_firm_and_the_lead_alone(
    world: OkWorld, question: Question, link: ClientLink, lead: Asker, partner: Asker
) -> None:
    other = asked(link, "Entä paino?", about="line:A5", now=database_now())
    assert [one["id"] for one in said(partner.get(of(world, "questions")))] == [str(question.public_id)]
    assert partner.post(verb(other, "draft"), {"text": "x"}, headers=tag(other)).status_code == 404

    lead.post(verb(other, "draft"), {"text": "Vain meille."}, headers=tag(other))
    lead.post(verb(other, "release"), {"text": "Kyllä."}, headers=tag(other))

    own, told = said(partner.get(of(world, "questions")))
    assert (told["answer"], told["draft"]) == ("Kyllä.", "")
    assert "Vain meille." not in str(own)


def test_a_wish_is_declined_once_and_read_by_the_lead_alone(
    world: OkWorld, link: ClientLink, lead: Asker, partner: Asker
) -> None:
    wish = wished(link, now=database_now())
    assert said(partner.get(of(world, "change-requests"))) == []
    assert partner.post(verb(wish, "decline"), {}, headers=tag(wish)).status_code == 404

    declined = lead.post(verb(wish, "decline"), {"words": "Ei käy."}, headers=tag(wish))

    assert (said(declined)["state"], said(declined)["words"], said(declined)["weeks"]) == ("declined", "Ei käy.", 2)
    again = lead.post(verb(wish, "decline"), {}, headers=tag(wish))
    assert (again.status_code, kind_of(again)) == (409, "wish-is-over")


@pytest.mark.parametrize(
    ("body", "status"),
    [({"text": ""}, 422), ({"text": 5}, 422), ({"text": "x" * 4001}, 422), ({"words": "Kyllä."}, 422), ([], 400)],
)
def test_what_cannot_be_read_is_refused(question: Question, lead: Asker, body: object, status: int) -> None:
    answer = lead.post(verb(question, "release"), body, headers=tag(question))

    assert answer.status_code in {status, 400, 422}
    question.refresh_from_db()
    assert question.state == "open"


def test_without_a_version_or_with_an_old_one_nothing_is_answered(question: Question, lead: Asker) -> None:
    for name in ("draft", "release", "drop"):
        body = None if name == "drop" else {"text": "Kyllä."}
        assert lead.post(verb(question, name), body).status_code == 428
        assert (
            lead.post(verb(question, name), body, headers={"If-Match": f'"{question.public_id}.9"'}).status_code == 412
        )
    question.refresh_from_db()
    assert question.state == "open"


def test_a_version_sent_through_the_api_names_what_it_answers(world: OkWorld, link: ClientLink, lead: Asker) -> None:
    one = wished(link, now=database_now())
    gone_out(lead, world)  # which does nothing about it
    assert ChangeRequest.objects.get(pk=one.pk).state == "open"

    number = gone_out(lead, world, answers=[str(one.public_id)])

    (told,) = said(lead.get(of(world, "change-requests")))
    assert (told["state"], told["answered_in"]) == ("answered", number)
