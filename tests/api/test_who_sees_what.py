"""What each firm sees of an offer, and that for everybody else there is no offer."""

import uuid

import pytest

from bids.actions.request_document import request_document
from bids.exports.frozen_offer import DocumentOrder
from bids.models import Bid, Document, Part
from bids.vocabulary import DocumentKind, Language, PartState, PriceVisibility, Profile, Role, Theme
from kernel.actor import Actor
from kernel.clock import database_now
from kernel.errors import NotPermitted
from tests.api.asker import Asker, said
from tests.api.description import operations

ORDER = DocumentOrder(language=Language.FI, profile=Profile.COMPACT, theme=Theme.SELKEA)
BODIES = {"request_document": {"kind": "offer_pdf"}}
ABOUT_ONE_THING = {
    "get_bid",
    "get_bid_package",
    "get_bid_sheet",
    "get_bid_totals",
    "list_documents",
    "request_document",
    "get_document",
    "get_document_content",
}
"""What is looked at here; every address there is, `tests/stories/test_rights_matrix.py` looks at."""


@pytest.fixture
def document(bid: Bid, system: Actor) -> Document:
    return request_document(source=bid, kind=DocumentKind.OFFER_PDF, order=ORDER, by=system, now=database_now())


def statuses(asker: Asker, bid: Bid, document: Document) -> dict[str, int]:
    """How each operation that is about one thing answers this asker."""
    found = {}
    for one in operations():
        if one.id not in ABOUT_ONE_THING:
            continue
        named = document.public_id if one.path.startswith("/api/v1/documents/") else bid.public_id
        address = one.path.replace("{public_id}", str(named))
        answer = asker.get(address) if one.method == "GET" else asker.post(address, BODIES[one.id])
        found[one.id] = answer.status_code
    return found


def test_the_lead_sees_everything(lead: Asker, bid: Bid, document: Document) -> None:
    assert statuses(lead, bid, document) == {
        "get_bid": 200,
        "get_bid_package": 200,
        "get_bid_sheet": 200,
        "get_bid_totals": 200,
        "list_documents": 200,
        "request_document": 200,
        "get_document": 200,
        "get_document_content": 409,
    }


def test_a_partner_sees_the_offer_and_open_prices_but_no_documents(
    partner: Asker, bid: Bid, document: Document
) -> None:
    assert statuses(partner, bid, document) == {
        "get_bid": 200,
        "get_bid_package": 403,
        "get_bid_sheet": 200,
        "get_bid_totals": 200,
        "list_documents": 200,
        "request_document": 403,
        "get_document": 404,
        "get_document_content": 404,
    }
    assert said(partner.get(f"bids/{bid.public_id}/documents/"))["results"] == []
    assert [row["id"] for row in said(partner.get("bids/"))["results"]] == [str(bid.public_id)]


@pytest.mark.parametrize("mode", [PriceVisibility.OWN, PriceVisibility.OWN_AND_TOTAL])
def test_a_partner_reads_of_others_no_price_where_prices_are_not_open(
    partner: Asker, bid: Bid, document: Document, mode: PriceVisibility
) -> None:
    Bid.objects.update(price_visibility=mode.value)

    found = statuses(partner, bid, document)
    totals, sheet = (said(partner.get(f"bids/{bid.public_id}/{what}/")) for what in ("totals", "sheet"))

    assert (found["get_bid_totals"], found["get_bid_sheet"], found["get_bid_package"]) == (200, 200, 403)
    assert [one["firm"] for one in totals["parts"]] == ["PAI"]
    assert (totals["gross"] is None) == (mode is PriceVisibility.OWN)
    assert {firm["key"] for firm in sheet["firms"] if firm["lines_net"]["value"]} == {"PAI"}


def test_what_prices_hide_leaks_into_nothing_a_partner_may_fetch(partner: Asker, bid: Bid, document: Document) -> None:
    Bid.objects.update(price_visibility=PriceVisibility.OWN.value)

    def everything() -> list[bytes]:
        addresses = [f"bids/{bid.public_id}/{rest}" for rest in ("", "package/", "totals/", "sheet/", "documents/")]
        answers = [partner.get(address) for address in ("me/", "bids/", *addresses, f"documents/{document.public_id}/")]
        return [answer.content.replace(answer.headers["X-Request-ID"].encode(), b"") for answer in answers]

    before = everything()
    bid.lines.exclude(part__key="PAI").update(unit_price="77.7700", quantity="3")
    Document.objects.update(pages=77, progress_total=77)

    assert everything() == before


@pytest.mark.parametrize("state", [PartState.LISTED, PartState.NO, PartState.LEFT, PartState.LEFT_OUT])
def test_a_firm_that_is_only_named_or_has_gone_sees_nothing(
    partner: Asker, part: Part, bid: Bid, document: Document, state: PartState
) -> None:
    part.state = state.value
    part.save()

    assert set(statuses(partner, bid, document).values()) == {404}
    assert said(partner.get("bids/"))["results"] == []


def test_a_strangers_404_is_the_same_as_for_what_does_not_exist(stranger: Asker, bid: Bid, document: Document) -> None:
    assert set(statuses(stranger, bid, document).values()) == {404}
    assert said(stranger.get("bids/"))["results"] == []

    hidden = stranger.get(f"bids/{bid.public_id}/")
    missing = stranger.get(f"bids/{uuid.uuid4()}/")
    assert {**said(hidden), "instance": ""} == {**said(missing), "instance": ""}
    assert hidden.headers.keys() == missing.headers.keys()


def test_nobody_gets_nothing(nobody: Asker, bid: Bid, document: Document) -> None:
    assert set(statuses(nobody, bid, document).values()) == {401}
    assert {nobody.get("bids/").status_code, nobody.get("me/").status_code} == {401}
    assert {nobody.post(address, {}).status_code for address in ("bids/", "packages/check/", "packages/totals/")} == {
        401
    }


def test_asking_without_an_actor_is_refused_not_answered() -> None:
    with pytest.raises(NotPermitted):
        Bid.objects.visible_to(None)
    with pytest.raises(NotPermitted):
        Document.objects.visible_to(None)


def test_a_partner_of_any_role_but_the_leads_is_a_partner(partner: Asker, part: Part, bid: Bid) -> None:
    part.role = Role.SUBCONTRACTOR.value
    part.save()

    assert partner.get(f"bids/{bid.public_id}/").status_code == 200
