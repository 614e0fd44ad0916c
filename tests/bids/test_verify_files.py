"""A byte that changed in storage is found and named."""

from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from bids.actions.import_bid import import_bid
from bids.actions.request_document import request_document
from bids.content import OfferFile
from bids.exports.frozen_offer import DocumentOrder
from bids.models import Asset, Bid, FrozenSheet
from bids.vocabulary import DocumentKind, Language, Profile, Theme
from kernel.actor import Actor
from kernel.files import path_of
from tests.bids.cases import daycare
from tests.bids.offer_strategies import PICTURE
from tests.kept import kept
from tests.world import NOON

pytestmark = pytest.mark.django_db
ORDER = DocumentOrder(language=Language.FI, profile=Profile.COMPACT, theme=Theme.SELKEA)


@kept
def bid() -> Bid:
    logo = OfferFile(name="logo", media_type="image/png", data=PICTURE)
    bid = import_bid(offer=replace(daycare(), files=(logo,)), by=Actor.system("tests"), now=NOON)
    request_document(source=bid, kind=DocumentKind.OFFER_PDF, order=ORDER, by=Actor.system("tests"), now=NOON)
    return bid


def verified() -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("verify_files", stdout=StringIO(), stderr=out)
    except SystemExit as ended:
        return int(ended.code or 0), out.getvalue()
    return 0, out.getvalue()


@pytest.mark.usefixtures("bid")
def test_what_nobody_touched_is_what_it_was() -> None:
    assert verified()[0] == 0


@pytest.mark.usefixtures("bid")
@pytest.mark.parametrize("at", [0, -1])
def test_one_flipped_byte_of_a_file_names_its_asset(at: int) -> None:
    asset = Asset.objects.get()
    data = bytearray(path_of(asset.sha256).read_bytes())
    data[at] ^= 1
    path_of(asset.sha256).write_bytes(data)

    code, said = verified()

    assert code == 1
    assert str(asset.public_id) in said


@pytest.mark.usefixtures("bid")
def test_a_file_that_is_gone_names_its_asset() -> None:
    asset = Asset.objects.get()
    path_of(asset.sha256).unlink()

    assert verified() == (1, f"file {asset.sha256} of asset {asset.public_id} is missing or was changed\n")


@pytest.mark.usefixtures("bid")
def test_frozen_bytes_changed_past_the_trigger_are_named() -> None:
    sheet = FrozenSheet.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE bids_frozensheet DISABLE TRIGGER USER")
        cursor.execute("UPDATE bids_frozensheet SET payload = overlay(payload PLACING 'x'::bytea FROM 5)")
        cursor.execute("ALTER TABLE bids_frozensheet ENABLE TRIGGER USER")

    assert verified() == (1, f"frozen sheet {sheet.public_id} was changed\n")
