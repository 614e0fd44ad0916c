"""What the client answered through the API: read as far as one may, written down with its file, taken back."""

from base64 import b64encode
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from bids.models import CounterOffer, Decision
from bids.vocabulary import RevisionState
from kernel.clock import database_now
from tests.api.asker import Asker, a_key, said
from tests.bids.decisions import SLIP, Offered, a_code, accepts, an_offered, two_readers
from tests.bids.sendings import state_of
from tests.bids.test_deciding import holds
from tests.world import a_firm, a_person

pytestmark = pytest.mark.django_db
FILE = b64encode(SLIP.data).decode()


@pytest.fixture
def offered() -> Offered:
    now = database_now()
    offer = replace(two_readers(), issued_on=now.date(), valid_until=(now + timedelta(days=30)).date())
    return an_offered(offer, now=now - timedelta(minutes=30))


@pytest.fixture
def lead(offered: Offered) -> Asker:
    return Asker(key=a_key(offered.world.lead_person, offered.world.bid.lead))


@pytest.fixture
def partner(offered: Offered) -> Asker:
    return Asker(key=a_key(a_person(at=offered.world.firm("SEL")), offered.world.firm("SEL")))


def a_yes(offered: Offered, **more: Any) -> dict[str, Any]:
    return {
        "hash": offered.seen,
        "nonce": str(uuid4()),
        "kind": "accept",
        "way": "slip",
        "arrived_at": before(10).isoformat(),
        "file": FILE,
        "lines": ["A7"],
    } | more


def before(minutes: int) -> datetime:
    return database_now() - timedelta(minutes=minutes)


def test_a_yes_is_written_down_with_its_file_read_and_taken_back(offered: Offered, lead: Asker, partner: Asker) -> None:
    address = f"bids/{offered.world.bid.public_id}/decisions/"
    assert said(lead.get(address)) == {"results": []}
    asked = a_yes(offered)
    made = lead.post(address, asked)
    holds()
    assert made.status_code == 201, said(made)
    told = said(made)
    assert (told["kind"], told["method"], told["state"], told["way"]) == ("accept", "recorded", "standing", "slip")
    assert told["confirmed_by"] is None
    assert (told["chosen"], told["name"], told["has_file"]) == (["Ruotsinnos"], "", True)
    assert told["recorded_by"] == offered.world.lead_person.name
    assert said(lead.post(address, asked))["id"] == told["id"], "the same form is the same answer"
    assert lead.post(address, a_yes(offered)).status_code == 409
    assert state_of(offered.revision) == RevisionState.ACCEPTED

    file = f"bids/{offered.world.bid.public_id}/answers/{told['id']}/file/"
    assert lead.get(file).content == SLIP.data
    assert lead.get(file).headers["Content-Disposition"] == "attachment"
    assert partner.get(file).status_code == 403
    viewer = Asker(key=a_key(a_person(at=offered.world.bid.lead, role="viewer"), offered.world.bid.lead))
    assert viewer.get(file).status_code == 403

    (theirs,) = said(partner.get(address))["results"]
    assert (theirs["method"], theirs["recorded_by"], theirs["net"]) == ("recorded", "", told["net"])
    assert theirs["own_net"] not in (None, told["net"])

    annul = f"decisions/{told['id']}/annulled/"
    assert partner.post(annul, {"reason": "Ei"}).status_code == 403
    assert lead.post(annul, {"reason": ""}).status_code == 400
    for _time in range(2):
        done = lead.post(annul, {"reason": "Väärä tarjous"})
        assert (done.status_code, said(done)["state"]) == (200, "annulled")
    assert said(partner.get(address))["results"][0]["annulled_because"] == "Väärä tarjous"
    assert state_of(offered.revision) == RevisionState.SENT


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"file": "ei tiedosto"}, 400),
        ({"file": b64encode(b"MZ").decode()}, 422),
        ({"file": None}, 422),
        ({"hash": "x"}, 400),
        ({"hash": "0" * 64}, 409),
        ({"lines": ["A99"]}, 422),
        ({"net": "1.00"}, 400),
        ({"arrived_at": "2099-01-01T00:00:00Z"}, 422),
        ({"way": "rumour"}, 400),
    ],
    ids=[
        "no base64",
        "a program",
        "no file",
        "no hash",
        "another version",
        "another row",
        "a sum",
        "to come",
        "a word",
    ],
)
def test_what_is_no_answer_is_not_written_down(
    offered: Offered, lead: Asker, more: dict[str, Any], status: int
) -> None:
    answer = lead.post(f"bids/{offered.world.bid.public_id}/decisions/", a_yes(offered) | more)
    assert answer.status_code == status, said(answer)
    assert not Decision.objects.exists()


def test_only_the_lead_writes_down_and_takes_back_and_no_one_what_was_clicked(
    offered: Offered, lead: Asker, partner: Asker
) -> None:
    bid = offered.world.bid.public_id
    other = a_firm("Muu Oy")
    stranger = Asker(key=a_key(a_person(at=other), other))
    for address, body in (
        (f"bids/{bid}/decisions/", a_yes(offered)),
        (f"bids/{bid}/counter-offers/", {"hash": offered.seen, "way": "phone", "arrived_at": before(1).isoformat()}),
    ):
        assert partner.post(address, body).status_code == 403
        assert stranger.post(address, body).status_code == 404
        assert stranger.get(address).status_code == 404
    a_code(offered.link, offered.revision, now=before(10))
    made = accepts(offered, now=before(5))
    holds()
    assert made
    (seen,) = said(lead.get(f"bids/{bid}/decisions/"))["results"]
    assert (seen["method"], seen["name"], seen["email"]) == ("clicked", "Tiina Tikka", "tiina@example.invalid")
    (seen,) = said(partner.get(f"bids/{bid}/decisions/"))["results"]
    assert (seen["method"], seen["name"], seen["email"]) == ("clicked", "", "")
    assert seen["confirmed_by"] == "mailed_code"
    refused = lead.post(f"decisions/{made.public_id}/annulled/", {"reason": "Väärin"})
    assert (refused.status_code, said(refused)["type"]) == (409, "/api/problems/clicked-by-the-client")
    assert lead.post(f"decisions/{uuid4()}/annulled/", {"reason": "Väärin"}).status_code == 404


def test_a_counter_offer_and_the_reason_of_a_no(offered: Offered, lead: Asker, partner: Asker) -> None:
    bid = offered.world.bid.public_id
    asked = {"hash": offered.seen, "nonce": str(uuid4()), "way": "phone", "arrived_at": before(9).isoformat()}
    for _time in range(2):
        made = lead.post(f"bids/{bid}/counter-offers/", asked | {"words": "Kyllä, jos 3 000 €."})
        assert (made.status_code, said(made)["waits"]) == (201, True)
    assert CounterOffer.objects.count() == 1
    assert lead.post(f"bids/{bid}/counter-offers/", asked | {"nonce": str(uuid4())}).status_code == 422
    assert len(said(lead.get(f"bids/{bid}/counter-offers/"))["results"]) == 1
    assert said(partner.get(f"bids/{bid}/counter-offers/")) == {"results": []}

    no = a_yes(offered, kind="decline", file=None, lines=[], reason="Kallis")
    told = said(lead.post(f"bids/{bid}/decisions/", no))
    holds()
    assert said(partner.get(f"bids/{bid}/decisions/"))["results"][0]["reason"] == ""
    assert partner.post(f"decisions/{told['id']}/reason-told/").status_code == 403
    assert said(lead.post(f"decisions/{told['id']}/reason-told/"))["reason_told_at"]
    assert said(partner.get(f"bids/{bid}/decisions/"))["results"][0]["reason"] == "Kallis"
