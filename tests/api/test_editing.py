"""Changing an offer by program: by the version that was read, by whom it is, and nothing but what may change."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.http import HttpResponse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.exceptions import ValidationError

from bids.api.pieces import refuse_unknown
from bids.models import Bid, Client, LineItem, Milestone, Part, Section, Suggestion
from bids.queries.content_of import content_of
from kernel.models import AuditEvent
from tests.api.asker import Asker, said
from tests.bids.editors import asked, line_of


def patch(asker: Asker, address: str, body: Any, etag: str | None = None) -> HttpResponse:
    return asker._send("PATCH", address, body, {"If-Match": etag} if etag is not None else {}, "application/json")


def delete(asker: Asker, address: str, etag: str | None = None) -> HttpResponse:
    headers = {"If-Match": etag} if etag is not None else {}
    return asker._send("DELETE", address, {}, headers, "application/json")


def row_of(bid: Bid, code: str) -> tuple[str, str]:
    """Address and ETag of a row."""
    row = line_of(bid, code)
    return f"lines/{row.public_id}/", f'"{row.public_id}.{row.version}"'


def bid_tag(bid: Bid) -> str:
    bid.refresh_from_db()
    return f'"{bid.public_id}.{bid.version}"'


def test_a_row_is_changed_by_the_version_that_was_read(lead: Asker, bid: Bid) -> None:
    address, etag = row_of(bid, "A1")
    read = lead.get(address)
    assert read.headers["ETag"] == etag

    answer = patch(lead, address, {"unit_price": "99.50"}, etag)

    assert answer.status_code == 200, answer.content
    assert said(answer)["says"]["unit_price"] == "99.50"
    assert said(answer)["version"] == 2
    assert answer.headers["ETag"] == row_of(bid, "A1")[1]


def test_without_a_version_nothing_changes(lead: Asker, bid: Bid) -> None:
    address, _etag = row_of(bid, "A1")
    before = content_of(bid)

    assert patch(lead, address, {"unit_price": "1"}).status_code == 428
    assert delete(lead, address).status_code == 428
    assert content_of(bid) == before


@pytest.mark.parametrize(
    "seen", ["*", '"00000000-0000-4000-8000-000000000000.1"', "W/{}", "{older}", '"1"', "1", '"x", "y"']
)
def test_an_old_or_vague_version_is_told_what_stands_now(seen: str, lead: Asker, bid: Bid) -> None:
    address, first = row_of(bid, "A1")
    patch(lead, address, {"unit_price": "99.50"}, first)
    now = row_of(bid, "A1")[1]
    before = content_of(bid)

    answer = patch(lead, address, {"unit_price": "1"}, seen.format(first.replace(".1", ".2"), older=first))

    if seen.startswith("W/"):
        assert answer.status_code in {200, 412}
        return
    assert answer.status_code == 412
    assert answer.headers["ETag"] == now
    assert said(answer)["about"] == {"unit_price": "99.50"}
    assert content_of(bid) == before


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.tuples(st.integers(0, 2), st.booleans(), st.integers(1, 10_000), st.sampled_from(["A1", "A2"])),
        min_size=1,
        max_size=12,
    )
)
def test_no_change_is_lost_however_readings_and_writings_are_interleaved(
    steps: list[tuple[int, bool, int, str]], lead: Asker, bid: Bid
) -> None:
    """Three writers read whenever they like; every 200 is in history, and none came without the version that stood."""
    read: dict[tuple[int, str], str] = {}
    written = AuditEvent.objects.about(bid.public_id).filter(type="line.changed").count()
    taken = 0
    for writer, reads, cents, code in steps:
        address, stands = row_of(bid, code)
        if reads or (writer, code) not in read:
            read[writer, code] = lead.get(address).headers["ETag"]
            assert read[writer, code] == stands
            continue
        price = f"{cents / 100:.2f}"
        was = line_of(bid, code).unit_price
        answer = patch(lead, address, {"unit_price": price}, read[writer, code])
        if read[writer, code] == stands:
            assert answer.status_code == 200
            taken += was != line_of(bid, code).unit_price
        else:
            assert answer.status_code == 412
            assert line_of(bid, code).unit_price == was
    assert AuditEvent.objects.about(bid.public_id).filter(type="line.changed").count() == written + taken


OFFER_CHANGES = [
    ("details", {"title": "Uusi nimi", "delivery": {"from": "2026-04-01", "to": "2026-04-30"}}),
    ("details", {"need": {"title": "Kyltti", "text": "Tarvitaan"}}),
    ("rules", {"payment_days": "30", "invoicing": "lead", "always_ask": True}),
    ("terms", {"notes": ["muista"], "terms": [{"title": "Ehto", "text": "Näin on."}]}),
    ("discount", {"discount": {"name": "alennus", "amount": "10.00"}}),
    ("discount", {"discount": None}),
    ("fee", {"coordination_fee": {"name": "koordinointi", "percent": "8"}}),
    ("payment-plan", {"payment_plan": [{"name": "nyt", "percent": "40"}, {"name": "sitten", "percent": "60"}]}),
    ("packages", {"packages": [{"id": "p1", "name": "Laaja", "lines": ["A7", "A8"]}]}),
]


@pytest.mark.parametrize(("address", "body"), OFFER_CHANGES)
def test_what_is_said_of_the_offer_is_changed(address: str, body: dict[str, Any], lead: Asker, bid: Bid) -> None:
    where = f"bids/{bid.public_id}/{address}/"

    assert patch(lead, where, body).status_code == 428
    assert patch(lead, where, body, "*").status_code == 412
    answer = patch(lead, where, body, bid_tag(bid))

    assert answer.status_code == 200, answer.content
    assert answer.headers["ETag"] == bid_tag(bid)
    for key, value in body.items():
        if key in said(answer)["says"] and not isinstance(value, dict) and key != "payment_days":
            assert said(answer)["says"][key] == value


def test_what_cannot_be_priced_is_refused_at_its_own_field(lead: Asker, bid: Bid) -> None:
    body = {"discount": {"name": "liian suuri", "amount": "1000000.00"}}
    answer = patch(lead, f"bids/{bid.public_id}/discount/", body, bid_tag(bid))

    assert answer.status_code == 422
    assert said(answer)["errors"][0]["pointer"] == "#/amount"


def test_the_client_and_its_people_are_changed(lead: Asker, bid: Bid) -> None:
    client = Client.objects.get(bids=bid)
    body = {
        "name": "Päiväkoti Uusi Oy",
        "contacts": [{"name": "Anna", "email": "anna@example.invalid", "role": "accepts"}],
    }
    answer = patch(lead, f"bids/{bid.public_id}/client/", body, f'"{client.public_id}.{client.version}"')

    assert answer.status_code == 200, answer.content
    assert content_of(bid).client.name == "Päiväkoti Uusi Oy"
    assert [one.name for one in content_of(bid).client.contacts] == ["Anna"]


def test_a_client_other_offers_name_stays_as_it_is_there(lead: Asker, bid: Bid) -> None:
    client = Client.objects.get(bids=bid)
    other = Bid.objects.get(pk=bid.pk)
    other.pk, other.public_id, other.number, other.need = None, uuid4(), "YT-2026-0099", None  # type: ignore[assignment]
    other.save(force_insert=True)

    answer = patch(lead, f"bids/{bid.public_id}/client/", {"name": "Toinen"}, f'"{client.public_id}.{client.version}"')

    assert answer.status_code == 200
    client.refresh_from_db()
    assert client.name == "Päiväkoti Pikkutikka Oy"
    assert content_of(bid).client.name == "Toinen"


def test_rows_texts_and_steps_are_made_changed_moved_and_taken_away(lead: Asker, bid: Bid) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    new = {"text": "Kyltti", "quantity": "2", "unit_price": "10.00"}
    made = lead.post(f"bids/{bid.public_id}/parts/KUV/lines/", new, headers=key)
    again = lead.post(f"bids/{bid.public_id}/parts/KUV/lines/", new, headers=key)
    assert (made.status_code, again.status_code) == (201, 201)
    assert said(made)["id"] == said(again)["id"] == key["Idempotency-Key"]
    moved = lead.post(f"lines/{said(made)['id']}/move/", {"to": "0"}, headers={"If-Match": made.headers["ETag"]})
    assert said(moved)["place"] == 0
    assert delete(lead, f"lines/{said(made)['id']}/", moved.headers["ETag"]).status_code == 204

    pasted = lead.post(f"bids/{bid.public_id}/parts/KUV/lines/paste/", {"lines": [new, new]})
    assert pasted.status_code == 201
    assert len(said(pasted)) == 2

    text = lead.post(f"bids/{bid.public_id}/sections/", {"title": "Otsikko", "text": "Teksti"})
    address = f"sections/{said(text)['id']}/"
    changed = patch(lead, address, {"text": "Uusi"}, text.headers["ETag"])
    assert said(changed)["says"]["text"] == "Uusi"
    assert patch(lead, address, {"text": "Vanha"}, text.headers["ETag"]).status_code == 412
    assert delete(lead, address, changed.headers["ETag"]).status_code == 204

    step = {"name": "työpaja", "starts_on": "2026-03-09", "ends_on": "2026-03-10", "owner": "KUV"}
    made = lead.post(f"bids/{bid.public_id}/milestones/", step)
    address = f"milestones/{said(made)['id']}/"
    backwards = patch(lead, address, {"ends_on": "2026-03-01"}, made.headers["ETag"])
    assert (backwards.status_code, said(backwards)["errors"][0]["pointer"]) == (422, "#/ends_on")
    assert delete(lead, address, made.headers["ETag"]).status_code == 204


def test_contents_name_everything_with_its_version(lead: Asker, bid: Bid) -> None:
    contents = said(lead.get(f"bids/{bid.public_id}/contents/"))
    assert {line["code"] for line in contents["lines"]} == {line.code for line in content_of(bid).lines}
    assert {part["firm"] for part in contents["parts"]} == {"KUV", "SEL", "PAI"}


# --- whose it is -----------------------------------------------------------------------------------------------------


def test_a_partner_changes_its_own_rows_and_nothing_else(partner: Asker, bid: Bid) -> None:
    own = content_of(bid).parts[2].lines[0].code
    address, etag = row_of(bid, own)
    assert patch(partner, address, {"text": "oma"}, etag).status_code == 200
    others = row_of(bid, "A1")
    assert patch(partner, others[0], {"text": "toisen"}, others[1]).status_code == 403
    assert patch(partner, f"bids/{bid.public_id}/rules/", {"payment_days": "7"}, bid_tag(bid)).status_code == 403
    assert patch(partner, f"bids/{bid.public_id}/details/", {"title": "x"}, bid_tag(bid)).status_code == 403
    assert lead_text(bid) != "toisen"


def lead_text(bid: Bid) -> str:
    return line_of(bid, "A1").text


def test_hidden_rows_are_not_there(partner: Asker, bid: Bid) -> None:
    Bid.objects.filter(pk=bid.pk).update(price_visibility="own")
    contents = said(partner.get(f"bids/{bid.public_id}/contents/"))
    assert {line["firm"] for line in contents["lines"]} == {"PAI"}
    address, etag = row_of(bid, "A1")
    assert partner.get(address).status_code == 404
    assert patch(partner, address, {"text": "x"}, etag).status_code == 404


def test_for_strangers_there_is_nothing_to_change(stranger: Asker, nobody: Asker, bid: Bid) -> None:
    address, etag = row_of(bid, "A1")
    assert patch(stranger, address, {"text": "x"}, etag).status_code == 404
    assert patch(nobody, address, {"text": "x"}, etag).status_code == 401
    assert stranger.get(f"bids/{bid.public_id}/contents/").status_code == 404


def test_the_lead_suggests_and_the_partner_decides(lead: Asker, partner: Asker, bid: Bid) -> None:
    own = content_of(bid).parts[2].lines[0].code
    address, etag = row_of(bid, own)
    assert patch(lead, address, {"unit_price": "1.00"}, etag).status_code == 403
    before = content_of(bid)

    made = lead.post(
        f"bids/{bid.public_id}/suggestions/",
        {"firm": "PAI", "line": own, "changes": {"unit_price": "1.00"}, "why": "sovittiin puhelimessa"},
    )

    assert made.status_code == 201, made.content
    assert content_of(bid) == before
    (read,) = said(partner.get(f"bids/{bid.public_id}/suggestions/"))
    assert (read["changes"], read["line"]) == ({"unit_price": "1.00"}, own)
    take = f"suggestions/{read['id']}/take/"
    tag = {"If-Match": made.headers["ETag"]}
    assert lead.post(take, {}, headers=tag).status_code == 403
    assert partner.post(take, {}).status_code == 428
    assert partner.post(take, {}, headers=tag).status_code == 200
    assert str(line_of(bid, own).unit_price) == "1.0000"
    assert partner.post(take, {}, headers=tag).status_code == 412


def test_what_has_changed_since_is_not_taken_blindly(lead: Asker, partner: Asker, bid: Bid) -> None:
    own = content_of(bid).parts[2].lines[0].code
    body = {"firm": "PAI", "line": own, "changes": {"unit_price": "1.00"}}
    made = lead.post(f"bids/{bid.public_id}/suggestions/", body)
    address, etag = row_of(bid, own)
    patch(partner, address, {"unit_price": "7.00"}, etag)

    answer = partner.post(f"suggestions/{said(made)['id']}/take/", {}, headers={"If-Match": made.headers["ETag"]})

    assert (answer.status_code, said(answer)["type"].rsplit("/", 1)[1]) == (409, "suggestion-outdated")
    assert str(line_of(bid, own).unit_price) == "7.0000"


def test_consequences_are_told_before_anything_changes(lead: Asker, bid: Bid) -> None:
    before = content_of(bid)
    answer = lead.post(f"bids/{bid.public_id}/consequences/", {"payment_days": "90"})
    assert answer.status_code == 200, answer.content
    assert {each["firm"]: each["what"] for each in said(answer)} == {"SEL": "not_yet", "PAI": "not_yet"}
    assert content_of(bid) == before


# --- nothing but what may change -------------------------------------------------------------------------------------

MODELS = ("Bid", "LineItem", "Part", "Section", "Milestone", "Client", "Suggestion")


def every_field() -> set[str]:
    """The name of every column of the things an offer is made of."""
    config = apps.get_app_config("bids")
    names = {field.name for model in MODELS for field in config.get_model(model)._meta.get_fields()}
    attnames = {field.attname for model in MODELS for field in config.get_model(model)._meta.concrete_fields}
    return names | attnames


def snapshot() -> dict[str, Any]:
    """Every row of everything an offer is made of, but when it was last changed and what follows by itself."""
    follows = {"changed_at", "content_hash", "frame_hash", "told_hash", "told_seen"}
    rows = {}
    for model in (Bid, LineItem, Part, Section, Milestone, Client, Suggestion):
        for row in model.objects.all().values():  # type: ignore[attr-defined]
            kept = {name: value for name, value in row.items() if name not in follows}
            rows[f"{model.__name__}:{row['id']}"] = {name: str(value) for name, value in kept.items()}
    return rows


WRITABLE: dict[str, set[str]] = {
    "lines/{line}/": {
        "text", "pricing", "quantity", "unit", "unit_price", "price_basis", "discount_percent", "vat", "vat_reason",
        "supply", "delivered_on", "delivered_from", "delivered_to", "optional", "replaces", "group", "default",
        "cap_quantity",
    },
    "sections/{section}/": {"title", "text", "owner", "language"},
    "milestones/{milestone}/": {"name", "starts_on", "ends_on", "owner", "needs", "hands_over_to"},
    "bids/{bid}/details/": {
        "title", "reference", "language", "profile", "theme", "issued_on", "delivery", "need",
    },
    "bids/{bid}/rules/": {
        "invoicing", "liability", "payment_days", "valid_until", "price_visibility", "binding", "always_ask",
    },
    "bids/{bid}/terms/": {"terms", "general_terms", "notes"},
    "bids/{bid}/discount/": {"discount"},
    "bids/{bid}/fee/": {"coordination_fee"},
    "bids/{bid}/payment-plan/": {"payment_plan"},
    "bids/{bid}/packages/": {"packages"},
    "bids/{bid}/client/": {
        "name", "kind", "business_id", "vat_number", "municipality", "deducts_vat", "e_invoice", "order_reference",
        "contacts",
    },
    "bids/{bid}/parts/KUV/texts/": {"summary", "included", "excluded", "assumptions"},
}  # fmt: skip


@pytest.mark.parametrize("address", WRITABLE)
def test_no_field_that_is_not_offered_can_be_set(address: str, lead: Asker, bid: Bid) -> None:
    """Every column of every model is sent to the address: those not on its list are refused, and nothing moves."""
    lead.post(f"bids/{bid.public_id}/sections/", {"title": "Otsikko", "text": "Teksti"})
    line, section, step = line_of(bid, "A1"), Section.objects.get(bid=bid), Milestone.objects.filter(bid=bid)[0]
    where = address.format(line=line.public_id, section=section.public_id, milestone=step.public_id, bid=bid.public_id)
    things = {"lines": line, "sections": section, "milestones": step}
    thing: Any = things.get(address.split("/", maxsplit=1)[0], bid)
    if "client" in address:
        thing = Client.objects.get(bids=bid)
    if "texts" in address:
        thing = Part.objects.get(bid=bid, key="KUV")
    thing.refresh_from_db()
    etag = f'"{thing.public_id}.{thing.version}"'
    before = snapshot()

    refused = sorted(every_field() - WRITABLE[address])
    allowed = min(WRITABLE[address])
    values: list[object] = ["1", None, True, {}]
    for value in values:
        answer = patch(lead, where, {allowed: None, **dict.fromkeys(refused, value)}, etag)
        assert answer.status_code == 400, (value, answer.content)
        assert {error["code"] for error in said(answer)["errors"]} == {"key_unknown"}
    for name in refused:
        with pytest.raises(ValidationError) as told:
            refuse_unknown({name: "1"}, only=WRITABLE[address])
        assert list(told.value.get_codes()) == [name]
    assert snapshot() == before


def test_a_change_moves_only_its_own_columns(lead: Asker, bid: Bid) -> None:
    address, etag = row_of(bid, "A1")
    row = line_of(bid, "A1")
    before = snapshot()

    assert patch(lead, address, {"unit_price": "3.00"}, etag).status_code == 200

    after = snapshot()
    changed = {(thing, name) for thing in before for name in before[thing] if before[thing][name] != after[thing][name]}
    assert changed == {(f"LineItem:{row.pk}", "unit_price"), (f"LineItem:{row.pk}", "version")}


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-1", "1e309", "9" * 29, "0x10", "１２", "", " 1", "1,5"])
def test_a_price_is_a_plain_number_within_bounds(value: str, lead: Asker, bid: Bid) -> None:
    address, etag = row_of(bid, "A1")
    answer = patch(lead, address, {"unit_price": value}, etag)
    assert (answer.status_code, said(answer)["errors"][0]["pointer"]) == (422, "#/unit_price")


def test_a_number_without_quotes_is_refused_as_everywhere(lead: Asker, bid: Bid) -> None:
    address, etag = row_of(bid, "A1")
    raw = json.dumps({"unit_price": 1.5}).encode()
    assert patch(lead, address, raw, etag).status_code == 400


def test_what_is_being_sent_cannot_be_changed(lead: Asker, bid: Bid) -> None:
    address, etag = row_of(bid, "A1")
    Bid.objects.filter(pk=bid.pk).update(state="sending")
    answer = patch(lead, address, {"unit_price": "1.00"}, etag)
    assert (answer.status_code, said(answer)["type"].rsplit("/", 1)[1]) == (409, "being-sent")


def test_a_firm_that_left_has_no_part_to_change(lead: Asker, bid: Bid) -> None:
    asked(bid, "SEL")
    Part.objects.filter(bid=bid, key="SEL").update(state="left_out")
    code = LineItem.objects.filter(part__key="SEL")[0].code
    address, etag = row_of(bid, code)
    assert patch(lead, address, {"text": "x"}, etag).status_code == 404
