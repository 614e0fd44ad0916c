"""Lists: filtered by what is allowed, piece by piece, in as many queries for many as for one."""

from base64 import urlsafe_b64encode
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bids.actions.import_bid import import_bid
from bids.models import Bid, Document, FrozenSheet
from kernel.actor import Actor
from kernel.clock import database_now
from tests.api.asker import Asker, said
from tests.api.description import agrees_with_description, operation
from tests.api.test_problems import is_a_problem
from tests.bids.cases import daycare


def more_bids(count: int, system: Actor) -> None:
    now = database_now()
    for serial in range(count):
        offer = replace(daycare(), number=f"YT-2026-{100 + serial:04d}")
        import_bid(offer=offer, by=system, now=now + timedelta(seconds=serial // 3))


def more_documents(count: int, bid: Bid) -> None:
    now = database_now()
    sheet = FrozenSheet.objects.create(bid=bid, payload=b"{}", sha256=f"{count:064d}", line_count=1, created_at=now)
    said_so = {"bid": bid, "sheet": sheet, "kind": "offer_pdf", "language": "fi", "theme": "selkea", "profile": "full"}
    Document.objects.bulk_create(
        Document(**said_so, chosen={"lines": [], "package": None}, requested_at=now) for _ in range(count)
    )


def test_a_list_of_offers_asks_as_many_queries_for_twenty_as_for_one(
    lead: Asker, system: Actor, django_assert_max_num_queries: Any
) -> None:
    lead.get("bids/")
    with django_assert_max_num_queries(12) as one:
        assert len(said(lead.get("bids/"))["results"]) == 1
    more_bids(19, system)
    with django_assert_max_num_queries(12) as twenty:
        assert len(said(lead.get("bids/"))["results"]) == 20

    assert len(one) == len(twenty) == 3


def test_a_list_of_documents_asks_as_many_queries_for_twenty_as_for_one(
    lead: Asker, bid: Bid, django_assert_max_num_queries: Any
) -> None:
    address = f"bids/{bid.public_id}/documents/"
    lead.get(address)
    more_documents(1, bid)
    with django_assert_max_num_queries(12) as one:
        assert len(said(lead.get(address))["results"]) == 1
    more_documents(19, bid)
    with django_assert_max_num_queries(12) as twenty:
        assert len(said(lead.get(address))["results"]) == 20

    assert len(one) == len(twenty)


def test_an_offer_asks_as_many_queries_for_many_firms_as_for_few(
    lead: Asker, bid: Bid, system: Actor, django_assert_max_num_queries: Any
) -> None:
    lead.get(f"bids/{bid.public_id}/")
    with django_assert_max_num_queries(12) as three:
        lead.get(f"bids/{bid.public_id}/")
    one_firm = replace(daycare(), number="YT-2026-0099", parts=daycare().parts[:1], milestones=())
    alone = import_bid(offer=one_firm, by=system, now=database_now())
    with django_assert_max_num_queries(12) as one:
        assert len(said(lead.get(f"bids/{alone.public_id}/"))["parts"]) == 1

    assert len(one) == len(three)


@pytest.mark.parametrize("size", [1, 3, 4, 7, 20])
def test_pieces_together_are_the_whole_newest_first_each_once(lead: Asker, system: Actor, size: int) -> None:
    more_bids(19, system)
    address, seen = f"/api/v1/bids/?page_size={size}", []
    while address:
        piece = said(lead.get(address))
        agrees_with_description(piece, operation("list_bids").said["responses"]["200"], "application/json")
        assert len(piece["results"]) <= size
        seen += piece["results"]
        address = (piece["next"] or "").removeprefix("http://testserver")

    assert len({row["id"] for row in seen}) == len(seen) == 20
    assert [row["changed_at"] for row in seen] == sorted((row["changed_at"] for row in seen), reverse=True)


def test_the_next_piece_keeps_to_what_was_asked(lead: Asker, system: Actor) -> None:
    more_bids(3, system)

    piece = said(lead.get("bids/", state="drafting", page_size=2))

    assert "state=drafting" in piece["next"]
    assert "page_size=2" in piece["next"]


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "ä",
        "====",
        "%00",
        *(
            urlsafe_b64encode(text).decode()
            for text in (
                b"",
                b"1 2",
                b"9" * 30 + b" 6d0e5a1c-2b4f-4c3d-9e8a-1f2b3c4d5e6f",
                b"2026-03-02 x",
                b"\xff\xfe",
                b"o=1&p=2",
            )
        ),
    ],
)
def test_a_cursor_of_somebodys_own_making_is_refused(stranger: Asker, cursor: str) -> None:
    problem = is_a_problem(stranger.get("bids/", cursor=cursor), 400, "invalid")

    assert problem["errors"][0]["parameter"] == "cursor"


def test_a_cursor_says_no_primary_key(lead: Asker, bid: Bid, system: Actor) -> None:
    more_bids(1, system)

    rows = said(lead.get("bids/", page_size=1))

    assert not {"pk", "lead_id", "client_id"} & rows["results"][0].keys()
    assert f" {bid.pk}" not in rows["next"]


def test_offers_are_found_by_number_state_and_client(lead: Asker, bid: Bid, system: Actor) -> None:
    more_bids(2, system)

    def found(**asked: str) -> set[str]:
        return {row["number"] for row in said(lead.get("bids/", **asked))["results"]}

    assert found(number="YT-2026-0101") == {"YT-2026-0101"}
    assert found(number="yt-2026") == set()
    assert found(state="closed") == set()
    assert len(found(state="drafting")) == 3
    assert found(client=str(bid.client.public_id), number="YT-2026-0001") == {"YT-2026-0001"}
    assert found(client="6d0e5a1c-2b4f-4c3d-9e8a-1f2b3c4d5e6f") == set()


@pytest.mark.parametrize(
    "asked",
    [
        {"lead": "1"},
        {"number__startswith": "Y"},
        {"number__regex": "(a+)+$"},
        {"client__firm__memberships__person__password__startswith": "x"},
        {"_connector": "OR"},
        {"_negated": "1"},
        {"ordering": "lead__name"},
        {"order_by": "-pk"},
        {"limit": "1000000"},
        {"offset": "1"},
        {"page": "2"},
        {"page_size": "0"},
        {"page_size": "101"},
        {"page_size": "1e2"},
        {"state": "open"},
        {"state": ["drafting", "closed"]},
        {"client": "x"},
        {"client": "1 OR 1=1"},
        {"number": "a\x00b"},
        {"number": "x" * 41},
        {"": ""},
        {"%00": "1"},
    ],
    ids=str,
)
def test_nothing_else_is_asked_of_the_database(stranger: Asker, asked: dict[str, str]) -> None:
    problem = is_a_problem(stranger.get("bids/", **asked), 400, "invalid")

    assert len(problem["errors"]) == 1


@pytest.mark.parametrize("address", ["", "package/", "totals/", "sheet/", "documents/"])
def test_an_unknown_parameter_is_refused_everywhere(lead: Asker, bid: Bid, address: str) -> None:
    problem = is_a_problem(lead.get(f"bids/{bid.public_id}/{address}", debug="1"), 400, "invalid")

    assert problem["errors"] == [
        {"parameter": "debug", "code": "parameter_unknown", "detail": "This parameter is not known."}
    ]


@pytest.mark.parametrize(
    ("asked", "place"),
    [
        ({"invoicing": "both"}, "invoicing"),
        ({"no_package": "yes"}, "no_package"),
        ({"choose": "x" * 41}, "choose"),
        ({"choose": ["A7"] * 401}, "choose"),
        ({"choose": "A\x007"}, "choose"),
    ],
)
def test_a_choice_in_the_address_is_read_strictly(lead: Asker, bid: Bid, asked: dict[str, str], place: str) -> None:
    problem = is_a_problem(lead.get(f"bids/{bid.public_id}/totals/", **asked), 400, "invalid")

    assert problem["errors"][0]["parameter"] == place


def test_a_package_and_none_at_once_contradict_each_other(lead: Asker, bid: Bid) -> None:
    answer = lead.get(f"bids/{bid.public_id}/totals/", package="laaja", no_package="true")

    is_a_problem(answer, 422, "choice-contradicted")


def test_an_empty_package_in_the_address_says_nothing_of_packages(lead: Asker, bid: Bid) -> None:
    assert lead.get(f"bids/{bid.public_id}/totals/", package="", no_package="true").status_code == 200


def test_a_sheet_speaks_the_language_asked_for_whatever_the_reader_speaks(lead: Asker, bid: Bid) -> None:
    address = f"bids/{bid.public_id}/sheet/"

    own = said(lead.get(address))
    swedish = said(lead.get(address, language="sv", profile="full", choose="A7"))

    assert (own["language"], own["document_name"], own["profile"]) == ("fi", "Yhteistarjous", "compact")
    assert (swedish["language"], swedish["content_language"], swedish["profile"]) == ("sv", "fi", "full")
    assert swedish["totals"]["gross"]["value"] == "3796.03"
