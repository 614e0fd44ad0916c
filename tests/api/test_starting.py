"""Starting, asking, copying, noting and grouping through the API: the same rules as on the pages."""

from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image

from bids.models import Bid, Group, Invitation, InvitationLink, Letter, Meeting
from bids.steps import request_quota
from bids.vocabulary import LetterKind, LinkWay, PartState
from kernel.clock import database_now
from kernel.tokens import token_hash
from members.models import Firm
from members.vocabulary import TokenScope
from tests.api.asker import Asker, a_key, said
from tests.bids.starting import Lead, a_lead
from tests.world import a_person


@pytest.fixture
def desk() -> Lead:
    return a_lead()


@pytest.fixture
def asker(desk: Lead) -> Asker:
    return Asker(key=a_key(desk.person, desk.firm))


@pytest.fixture
def other() -> Asker:
    lead = a_lead("Toinen Oy", business_id="9000019-3")
    return Asker(key=a_key(lead.person, lead.firm))


def moment(days: int) -> str:
    return (database_now() + timedelta(days=days)).isoformat()


def beginning(**more: Any) -> dict[str, Any]:
    return {
        "client": {"name": "Päiväkoti Pikkutikka Oy", "email": "johtaja@pikkutikka.invalid"},
        "title": "Infografiikka",
        "leaves_at": moment(2),
        "firms": [
            {"name": "Selkopolku Tmi", "what": "Selkoteksti", "email": "sari@selkopolku.invalid"},
            {"name": "Painopiste Savo Oy", "what": "Juliste", "phone": "040 123 4567"},
        ],
        **more,
    }


def pointers(answer: Any) -> list[str]:
    return [fault["pointer"] for fault in said(answer)["errors"]]


@pytest.fixture
def bid(asker: Asker) -> Bid:
    assert asker.post("bids/start/", beginning()).status_code == 201
    return Bid.objects.get()


@pytest.fixture
def sari(bid: Bid) -> Invitation:
    return Invitation.objects.get(bid=bid, email="sari@selkopolku.invalid")


def etag(thing: Any) -> dict[str, str]:
    return {"If-Match": f'"{thing.public_id}.{thing.version}"'}


def test_an_offer_starts_and_its_firms_are_asked(asker: Asker) -> None:
    answer = asker.post("bids/start/", beginning(rules={"payment_days": "30", "language": "sv"}))
    bid = Bid.objects.get()
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/api/v1/bids/{bid.public_id}/"
    told = said(answer)
    assert (told["payment_days"], told["language"], len(told["parts"])) == (30, "sv", 3)
    assert Letter.objects.filter(kind=LetterKind.ASKED.value).count() == 1


def test_one_key_starts_one_offer(asker: Asker, other: Asker) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    body = beginning()
    first, again = (asker.post("bids/start/", body, headers=key) for _press in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert said(first)["id"] == said(again)["id"] == key["Idempotency-Key"]
    assert asker.post("bids/start/", {**body, "title": "Muu"}, headers=key).status_code == 422
    assert other.post("bids/start/", body, headers=key).status_code == 422
    assert (Bid.objects.count(), Letter.objects.filter(kind=LetterKind.ASKED.value).count()) == (1, 1)
    assert asker.post("bids/start/", body, headers={"Idempotency-Key": "7"}).status_code == 400


@pytest.mark.parametrize(
    ("more", "status", "pointer"),
    [
        ({"title": ""}, 422, "#/title"),
        ({"leaves_at": "2026-03-12T18:00:00"}, 400, "#/leaves_at"),
        ({"leaves_at": "huomenna 18"}, 400, "#/leaves_at"),
        ({"leaves_at": "46093"}, 400, "#/leaves_at"),
        ({"leaves_at": "2020-01-01T10:00:00Z"}, 422, "#/leaves_at"),
        ({"leaves_at": "9999-12-31T23:59:59-14:00"}, 400, "#/leaves_at"),
        ({"ready": {"from": "2030-01-02", "to": "2030-01-01"}}, 400, "#/ready/to"),
        ({"ready": {"from": "2020-01-02", "to": "2020-01-03"}}, 422, "#/ready"),
        ({"ready": {"from": "12.3.2030", "to": "12.3.2030"}}, 400, "#/ready/from"),
        ({"firms": [{"name": "A", "what": "b", "email": "ei"}]}, 422, "#/firms/0/email"),
        ({"firms": [{"name": "Kuvakulma Design Tmi", "what": "b"}]}, 422, "#/firms/0/name"),
        ({"firms": [{"name": "A", "what": "b"}, {"name": "a", "what": "c"}]}, 422, "#/firms/1/name"),
        ({"firms": [{"name": f"F{n}", "what": "b"} for n in range(25)]}, 422, "#/firms"),
        ({"firms": [{"name": "A", "what": "b", "business_id": "9000001-2"}]}, 400, "#/firms/0/business_id"),
        ({"lead": str(uuid4())}, 400, "#/lead"),
        ({"rules": {"fee": "5"}}, 400, "#/rules/fee"),
        ({"rules": {"payment_days": "999"}}, 422, "#/payment_days"),
        ({"rules": {"invoicing": "nobody"}}, 400, "#/rules/invoicing"),
    ],
)
def test_what_is_wrong_is_pointed_at(more: dict[str, Any], status: int, pointer: str, asker: Asker) -> None:
    answer = asker.post("bids/start/", beginning(**more))
    assert answer.status_code == status
    assert pointer in pointers(answer)
    assert not Bid.objects.exists()


def test_too_many_requests_are_refused_for_the_day(asker: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_quota, "MOST_A_DAY", 0)
    answer = asker.post("bids/start/", beginning())
    assert (answer.status_code, said(answer)["type"]) == (429, "/api/problems/too-many-requests")


def test_a_key_that_only_reads_starts_nothing(desk: Lead) -> None:
    reader = Asker(key=a_key(desk.person, desk.firm, scopes=(TokenScope.READ,)))
    assert reader.post("bids/start/", beginning()).status_code == 403
    viewer = Asker(key=a_key(a_person(at=desk.firm, role="viewer"), desk.firm))
    assert viewer.post("bids/start/", beginning()).status_code == 403
    producer = Asker(key=a_key(a_person(at=desk.firm, role="producer"), desk.firm))
    assert producer.post("bids/start/", beginning()).status_code == 403
    assert Asker().post("bids/start/", beginning()).status_code == 401


def test_an_offer_is_made_of_an_earlier_one(asker: Asker, other: Asker, bid: Bid) -> None:
    key = bid.parts.get(card__name="Selkopolku Tmi").key
    firm = {"name": "Selkopolku Tmi", "what": "Taas", "email": "sari@selkopolku.invalid", "share": key}
    answer = asker.post(f"bids/{bid.public_id}/copy/", beginning(firms=[firm]))
    assert answer.status_code == 201
    copy = Bid.objects.get(copied_from=bid)
    assert said(answer)["bid"]["id"] == str(copy.public_id)
    assert said(answer)["rates"] == []
    assert copy.parts.get(key=key).firm == bid.parts.get(key=key).firm
    assert other.post(f"bids/{bid.public_id}/copy/", beginning()).status_code == 404


def test_earlier_partners_are_the_firms_own(asker: Asker, other: Asker, bid: Bid) -> None:
    assert {each["name"] for each in said(asker.get("partners/"))["results"]} == {
        "Selkopolku Tmi",
        "Painopiste Savo Oy",
    }
    assert said(other.get("partners/")) == {"results": []}
    assert bid.parts.count() == 3


def test_requests_are_listed_with_what_became_of_them(asker: Asker, bid: Bid) -> None:
    listed = said(asker.get(f"bids/{bid.public_id}/requests/"))["results"]
    assert [(each["firm"], each["letter"], each["answer"]) for each in listed] == [
        ("Selkopolku Tmi", "waiting", None),
        ("Painopiste Savo Oy", None, None),
    ]


def test_one_more_firm_is_asked(asker: Asker, bid: Bid) -> None:
    firm = {"name": "Timon Kyltit", "what": "Kyltti", "email": "timo@example.invalid", "answer_until": moment(1)}
    answer = asker.post(f"bids/{bid.public_id}/requests/", firm)
    assert (answer.status_code, said(answer)["state"]) == (201, "asked")
    again = asker.post(f"bids/{bid.public_id}/requests/", firm)
    assert (again.status_code, sorted(pointers(again))) == (422, ["#/email", "#/name"])


def test_a_request_changes_only_from_the_version_that_was_read(asker: Asker, sari: Invitation) -> None:
    address = f"requests/{sari.public_id}/"
    body = b'{"email": "sari@uusi.invalid"}'

    def patch(**headers: str) -> Any:
        return asker.client.generic(
            "PATCH", f"/api/v1/{address}", body, content_type="application/json", headers={**asker.headers, **headers}
        )

    assert patch().status_code == 428
    changed = patch(**etag(sari))
    assert (changed.status_code, said(changed)["email"], said(changed)["version"]) == (200, "sari@uusi.invalid", 2)
    assert patch(**etag(sari)).status_code == 412
    assert said(asker.get(address))["version"] == 2


def test_a_request_is_taken_back(asker: Asker, sari: Invitation) -> None:
    address = f"requests/{sari.public_id}/take-back/"
    assert asker.post(address, {}).status_code == 428
    assert asker.post(address, {"why": "x"}, headers=etag(sari)).status_code == 400
    answer = asker.post(address, {}, headers=etag(sari))
    assert (answer.status_code, said(answer)["state"]) == (200, PartState.LEFT_OUT.value)
    assert said(asker.post(address, {}, headers={"If-Match": f'"{sari.public_id}.2"'}))["type"].endswith("taken-back")


def test_a_link_is_told_once(asker: Asker, sari: Invitation) -> None:
    answer = asker.post(f"requests/{sari.public_id}/link/", {})
    token = said(answer)["address"].rsplit("/", 1)[1]
    link = InvitationLink.objects.get()
    assert (answer.status_code, link.way, bytes(link.token_hash)) == (201, LinkWay.COPIED.value, token_hash(token))
    assert token not in asker.get(f"requests/{sari.public_id}/").content.decode()


def test_the_asked_firm_passes_its_request_on(sari: Invitation) -> None:
    firm = sari.part.firm
    own = Asker(key=a_key(a_person(at=firm), firm))
    body = {"email": "timo@selkopolku.invalid", "name": "Timo"}
    assert own.post(f"requests/{sari.public_id}/pass-on/", body).status_code == 204
    assert Invitation.objects.standing().get(part=sari.part).email == "timo@selkopolku.invalid"
    assert own.post(f"requests/{sari.public_id}/pass-on/", body).status_code == 404


def test_for_others_there_are_no_requests(other: Asker, bid: Bid, sari: Invitation) -> None:
    firm: Firm = sari.part.firm
    asked = Asker(key=a_key(a_person(at=firm), firm))
    for asker in (other, asked):
        assert asker.get(f"bids/{bid.public_id}/requests/").status_code == 404
        assert asker.post(f"bids/{bid.public_id}/requests/", {"name": "A", "what": "b"}).status_code == 404
        assert asker.get(f"requests/{sari.public_id}/").status_code == 404
        assert asker.post(f"requests/{sari.public_id}/take-back/", {}, headers=etag(sari)).status_code == 404
        assert asker.post(f"requests/{sari.public_id}/link/", {}).status_code == 404
    assert not InvitationLink.objects.exists()


def test_meetings_are_noted_changed_and_thrown_away(asker: Asker, other: Asker) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    note = {"client_name": "Pikkutikka", "wants": "Kuva", "met_on": database_now().date().isoformat()}
    first, again = (asker.post("meetings/", note, headers=key) for _press in range(2))
    assert (first.status_code, again.status_code, Meeting.objects.count()) == (201, 200, 1)
    meeting = Meeting.objects.get()
    address = f"meetings/{meeting.public_id}/"
    assert other.get(address).status_code == 404
    assert said(other.get("meetings/"))["results"] == []
    body = b'{"client_name": "Pikkutikka", "wants": "Kyltti", "met_on": "2026-01-02"}'

    def ask(method: str, **headers: str) -> Any:
        return asker.client.generic(
            method, f"/api/v1/{address}", body, content_type="application/json", headers={**asker.headers, **headers}
        )

    assert ask("PUT").status_code == 428
    assert said(ask("PUT", **etag(meeting)))["wants"] == "Kyltti"
    assert ask("PUT", **etag(meeting)).status_code == 412
    assert asker.ask("DELETE", address).status_code == 204
    assert asker.get(address).status_code == 404


def test_a_photo_keeps_nothing_but_its_pixels(asker: Asker, other: Asker) -> None:
    note = {"client_name": "Pikkutikka", "wants": "Kuva", "met_on": "2026-01-02"}
    asker.post("meetings/", note)
    meeting = Meeting.objects.get()
    exif = Image.Exif()
    exif[0x010F] = "SECRET CAMERA"
    packed = BytesIO()
    Image.new("RGB", (40, 30), "#b4532a").save(packed, "JPEG", exif=exif)
    address = f"/api/v1/meetings/{meeting.public_id}/photo/"

    def put(data: bytes, who: Asker = asker) -> Any:
        return who.client.generic(
            "PUT", address, data, content_type="image/jpeg", headers={**who.headers, **etag(meeting)}
        )

    assert put(b"no picture").status_code == 400
    assert put(packed.getvalue(), other).status_code == 404
    assert said(put(packed.getvalue()))["has_photo"] is True
    kept = asker.get(address)
    assert kept.headers["Content-Type"] == "image/jpeg"
    assert b"SECRET" not in kept.content
    assert other.get(address).status_code == 404


def test_groups_are_made_changed_agreed_to_and_left(asker: Asker, other: Asker) -> None:
    body = {"name": "Kaksikko", "firms": [{"name": "Selkopolku Tmi", "email": "sari@selkopolku.invalid"}]}
    made = asker.post("groups/", body)
    assert made.status_code == 201
    group = Group.objects.get()
    assert [(firm["name"], firm["has_agreed"]) for firm in said(made)["firms"]] == [
        ("Kuvakulma Design Tmi", True),
        ("Selkopolku Tmi", False),
    ]
    assert other.get(f"groups/{group.public_id}/").status_code == 404
    firm = group.members.get(firm__name="Selkopolku Tmi").firm
    sari = Asker(key=a_key(a_person(at=firm), firm))
    assert sari.post(f"groups/{group.public_id}/agree/", {"rules_version": "2"}).status_code == 412
    agreed = sari.post(f"groups/{group.public_id}/agree/", {"rules_version": "1"})
    assert said(agreed)["firms"][1]["has_agreed"] is True
    assert other.post(f"groups/{group.public_id}/agree/", {"rules_version": "1"}).status_code == 404
    changed = sari.client.generic(
        "PUT", f"/api/v1/groups/{group.public_id}/", b"{}", content_type="application/json",
        headers={**sari.headers, **etag(group)},
    )  # fmt: skip
    assert changed.status_code == 403
    assert sari.post(f"groups/{group.public_id}/leave/", {}).status_code == 204
    assert sari.get(f"groups/{group.public_id}/").status_code == 404
