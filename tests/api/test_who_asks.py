"""Who asks: keys, sessions, scopes and roles."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client

from bids.models import Bid
from kernel.clock import database_now
from members.models import ApiToken, Membership, Person
from members.vocabulary import TokenScope
from tests.api.asker import Asker, a_key, said
from tests.world import a_firm, a_person


def refused(asker: Asker) -> tuple[int, str]:
    answer = asker.get("me/")
    return answer.status_code, said(answer)["type"]


def test_nobody_is_told_how_to_say_who_they_are(nobody: Asker) -> None:
    answer = nobody.get("me/")

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="punos"'
    assert said(answer)["type"] == "/api/problems/not-authenticated"


@pytest.mark.parametrize(
    "header",
    [
        "Bearer punos_0123abcd_unknown",
        "Bearer",
        "Bearer ",
        "bearer x y",
        "Bearer ä",
        "Bearer \udcff",
        "BEARER " + "x" * 9000,
    ],
)
def test_a_key_that_is_none_opens_nothing(nobody: Asker, header: str) -> None:
    answer = nobody.get("me/", headers={"Authorization": header})

    assert (answer.status_code, said(answer)["type"]) == (401, "/api/problems/key-unknown")
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_another_scheme_is_nobody(nobody: Asker) -> None:
    answer = nobody.get("me/", headers={"Authorization": "Basic bWFpamE6c2FsYXNhbmE="})

    assert (answer.status_code, said(answer)["type"]) == (401, "/api/problems/not-authenticated")


def test_a_key_opens_until_the_instant_it_ends(bid: Bid, maija: Person) -> None:
    made_at = database_now() - timedelta(days=30)
    over = a_key(maija, bid.lead, made_at=made_at, lives=timedelta(days=30))
    still = a_key(maija, bid.lead, made_at=made_at, lives=timedelta(days=30, minutes=5))

    assert refused(Asker(key=over)) == (401, "/api/problems/key-expired")
    assert Asker(key=still).get("me/").status_code == 200


def test_a_revoked_key_opens_nothing(bid: Bid, maija: Person) -> None:
    key = a_key(maija, bid.lead, revoked_at=database_now())

    assert refused(Asker(key=key)) == (401, "/api/problems/key-revoked")


def test_a_key_falls_with_the_membership_it_was_made_by(bid: Bid, maija: Person, lead: Asker) -> None:
    assert lead.get("me/").status_code == 200

    Membership.objects.filter(person=maija, firm=bid.lead).delete()

    assert refused(lead) == (401, "/api/problems/key-unknown")


def test_a_key_falls_with_its_person(maija: Person, lead: Asker) -> None:
    maija.is_active = False
    maija.save()

    assert refused(lead) == (401, "/api/problems/key-unknown")


def test_a_key_hashed_under_an_older_secret_still_opens(
    bid: Bid, maija: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = a_key(maija, bid.lead)
    monkeypatch.setattr(settings, "SECRET_KEY_FALLBACKS", [settings.SECRET_KEY])
    monkeypatch.setattr(settings, "SECRET_KEY", "another-secret-of-the-throw-away-world-of-the-tests-01234")

    assert Asker(key=key).get("me/").status_code == 200


def test_when_a_key_was_used_is_written_at_most_once_a_minute(bid: Bid, maija: Person) -> None:
    asker = Asker(key=a_key(maija, bid.lead))
    asker.get("me/")
    first = ApiToken.objects.get().last_used_at
    assert first is not None

    asker.get("me/")
    assert ApiToken.objects.get().last_used_at == first

    long_ago = first - timedelta(seconds=61)
    ApiToken.objects.update(last_used_at=long_ago)
    asker.get("me/")
    assert ApiToken.objects.get().last_used_at > first


def test_a_key_beats_a_session_and_never_falls_back_on_it(maija: Person) -> None:
    own = a_firm("Toinen Tmi")
    Membership.objects.create(person=maija, firm=own, role="owner", since_at=database_now())
    both = Asker(key=a_key(maija, own), person=maija)
    wrong = Asker(key="punos_0123abcd_wrong", person=maija)

    assert said(both.get("me/"))["acting_for"]["name"] == "Toinen Tmi"
    assert wrong.get("me/").status_code == 401


def test_a_key_acts_for_its_own_firm_only(bid: Bid, maija: Person) -> None:
    own = a_firm("Toinen Tmi")
    Membership.objects.create(person=maija, firm=own, role="owner", since_at=database_now())
    asker = Asker(key=a_key(maija, own))

    assert asker.get(f"bids/{bid.public_id}/").status_code == 404
    assert [held["firm"]["name"] for held in said(asker.get("me/"))["firms"]] == ["Toinen Tmi"]


def test_a_session_acts_for_the_firm_that_was_chosen_in_it(bid: Bid, maija: Person) -> None:
    own = a_firm("Toinen Tmi")
    Membership.objects.create(person=maija, firm=own, role="owner", since_at=database_now())
    asker = Asker(person=maija)
    assert said(asker.get("me/"))["acting_for"]["name"] == bid.lead.name

    session = asker.client.session
    session["acting_for"] = str(own.public_id)
    session.save()

    assert said(asker.get("me/"))["acting_for"]["name"] == "Toinen Tmi"
    assert asker.get(f"bids/{bid.public_id}/").status_code == 404


def test_whoever_has_no_firm_sees_nothing(bid: Bid) -> None:
    asker = Asker(person=a_person())

    assert said(asker.get("me/"))["acting_for"] is None
    assert said(asker.get("bids/"))["results"] == []
    assert asker.get(f"bids/{bid.public_id}/").status_code == 404


def test_reading_needs_a_scope_and_changing_needs_to_write(bid: Bid, maija: Person) -> None:
    reader = Asker(key=a_key(maija, bid.lead, scopes=(TokenScope.READ,)))
    writer = Asker(key=a_key(maija, bid.lead, scopes=(TokenScope.WRITE,)))
    nothing = Asker(key=a_key(maija, bid.lead, scopes=()))
    documents = f"bids/{bid.public_id}/documents/"

    assert reader.get(documents).status_code == 200
    assert said(reader.post(documents, {"kind": "offer_pdf"}))["type"] == "/api/problems/may-not-write"
    assert said(reader.post("bids/", {}))["type"] == "/api/problems/may-not-write"
    assert writer.get(documents).status_code == 200
    assert writer.post(documents, {"kind": "offer_pdf"}).status_code == 201
    assert (nothing.get(documents).status_code, nothing.get("me/").status_code) == (403, 403)


def test_what_writes_nothing_needs_no_right_to_write(bid: Bid, maija: Person) -> None:
    reader = Asker(key=a_key(maija, bid.lead, scopes=(TokenScope.READ,)))
    package = said(reader.get(f"bids/{bid.public_id}/package/"))

    assert said(reader.post("packages/check/", package))["is_good"] is True
    assert reader.post("packages/totals/", {"package": package}).status_code == 200


@pytest.mark.parametrize(("role", "status"), [("owner", 201), ("editor", 201), ("producer", 201), ("viewer", 403)])
def test_a_viewer_only_looks_on(bid: Bid, role: str, status: int) -> None:
    person = a_person(at=bid.lead, role=role)

    for asker in (Asker(key=a_key(person, bid.lead)), Asker(person=person)):
        assert asker.get(f"bids/{bid.public_id}/").status_code == 200
        bid.documents.all().delete()
        assert asker.post(f"bids/{bid.public_id}/documents/", {"kind": "offer_pdf"}).status_code == status


def test_a_session_writes_only_from_a_page_of_ours(bid: Bid, maija: Person) -> None:
    browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
    browser.force_login(maija, backend="django.contrib.auth.backends.ModelBackend")
    address, order = f"/api/v1/bids/{bid.public_id}/documents/", {"kind": "offer_pdf"}

    foreign = browser.post(address, order, content_type="application/json", headers={"Accept-Language": "en"})
    assert (foreign.status_code, said(foreign)["type"]) == (403, "/api/problems/csrf")

    browser.cookies[settings.CSRF_COOKIE_NAME] = "x" * 32
    own = browser.post(address, order, content_type="application/json", headers={"X-CSRFToken": "x" * 32})
    assert own.status_code == 201


def test_a_key_needs_no_mark_of_a_page(bid: Bid, maija: Person) -> None:
    program = Client(enforce_csrf_checks=True)

    answer = program.post(
        f"/api/v1/bids/{bid.public_id}/documents/",
        {"kind": "offer_pdf"},
        content_type="application/json",
        headers={"Authorization": f"Bearer {a_key(maija, bid.lead)}"},
    )

    assert answer.status_code == 201


def test_the_clock_is_read_once(lead: Asker, bid: Bid, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[object] = []

    def counted() -> object:
        read.append(database_now())
        return read[-1]

    monkeypatch.setattr("members.api.moment.database_now", counted)

    lead.post(f"bids/{bid.public_id}/documents/", {"kind": "offer_pdf"})

    assert len(read) == 1
    assert bid.documents.get().requested_at == read[0]
