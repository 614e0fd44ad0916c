"""Offers and what is made of them, for those who keep the site: looked at, never changed."""

from typing import ClassVar

from django.contrib import admin
from django.db import models

from bids.models import (
    Asset,
    Bid,
    BidFile,
    Client,
    ClientContact,
    Document,
    FrozenSheet,
    LineItem,
    Milestone,
    MilestoneNeed,
    Need,
    OptionGroup,
    Package,
    PackageLine,
    Part,
    PlannedInstalment,
    Section,
    Term,
)
from members.admin import ReadOnly, ReadOnlyInline


class PartsOfBid(ReadOnlyInline):
    """The firms of an offer."""

    model = Part
    fields = ("key", "firm", "role", "state", "version")
    readonly_fields = fields


@admin.register(Bid)
class BidAdmin(ReadOnly):
    """Joint offers."""

    list_display = ("number", "title", "lead", "client", "state", "valid_until", "changed_at")
    list_filter = ("state", "language", "invoicing", "liability")
    list_select_related = ("lead", "client")
    search_fields = ("number", "title", "public_id", "lead__name", "client__name")
    ordering = ("-changed_at",)
    date_hierarchy = "issued_on"
    inlines: ClassVar = [PartsOfBid]


@admin.register(Part)
class PartAdmin(ReadOnly):
    """Firms' shares of offers."""

    list_display = ("key", "bid", "firm", "role", "state", "version")
    list_filter = ("role", "state")
    list_select_related = ("bid", "firm")
    search_fields = ("key", "bid__number", "firm__name")


@admin.register(LineItem)
class LineItemAdmin(ReadOnly):
    """Price lines."""

    list_display = ("code", "bid", "part", "text", "quantity", "unit", "unit_price", "vat_category", "vat_rate")
    list_filter = ("pricing", "vat_category", "optional")
    list_select_related = ("bid", "part")
    search_fields = ("code", "text", "bid__number")


@admin.register(Client)
class ClientAdmin(ReadOnly):
    """Clients, as one lead firm knows them."""

    list_display = ("name", "kind", "business_id", "firm")
    list_filter = ("kind",)
    list_select_related = ("firm",)
    search_fields = ("name", "business_id", "firm__name")


@admin.register(ClientContact)
class ClientContactAdmin(ReadOnly):
    """People at clients."""

    list_display = ("name", "client", "role")
    list_select_related = ("client",)
    search_fields = ("name", "client__name")


@admin.register(Document)
class DocumentAdmin(ReadOnly):
    """Rendered files."""

    list_display = (
        "kind",
        "language",
        "profile",
        "state",
        "bid",
        "pages",
        "requested_at",
        "finished_at",
        "failure_code",
    )
    list_filter = ("state", "kind", "language", "failure_code")
    list_select_related = ("bid",)
    search_fields = ("public_id", "bid__number", "failure_code")
    ordering = ("-requested_at",)


@admin.register(FrozenSheet)
class FrozenSheetAdmin(ReadOnly):
    """What documents were drawn from."""

    list_display = ("sha256", "bid", "line_count", "created_at")
    list_select_related = ("bid",)
    search_fields = ("sha256", "bid__number")
    exclude = ("payload",)


@admin.register(Asset)
class AssetAdmin(ReadOnly):
    """Stored files."""

    list_display = ("sha256", "media_type", "size", "firm", "created_at")
    list_filter = ("media_type",)
    list_select_related = ("firm",)
    search_fields = ("sha256", "firm__name")


def _plain(
    model: type[models.Model], shown: tuple[str, ...], related: tuple[str, ...], searched: tuple[str, ...]
) -> None:
    """A table with nothing more to say about it than its columns."""
    options = {
        "list_display": shown,
        "list_select_related": related,
        "search_fields": searched,
        "__doc__": model.__doc__,
    }
    admin.site.register(model, type(f"{model.__name__}Admin", (ReadOnly,), options))


_plain(Need, ("title", "firm", "municipality"), ("firm",), ("title",))
_plain(OptionGroup, ("name", "bid"), ("bid",), ("name", "bid__number"))
_plain(Package, ("name", "bid", "default"), ("bid",), ("name", "bid__number"))
_plain(PackageLine, ("package", "line"), ("package", "line"), ("package__name",))
_plain(Section, ("title", "bid", "owner"), ("bid", "owner"), ("title", "bid__number"))
_plain(Term, ("title", "bid"), ("bid",), ("title", "bid__number"))
_plain(PlannedInstalment, ("name", "percent", "bid"), ("bid",), ("name", "bid__number"))
_plain(Milestone, ("name", "bid", "starts_on", "ends_on", "owner"), ("bid", "owner"), ("name", "bid__number"))
_plain(MilestoneNeed, ("milestone", "needs"), ("milestone", "needs"), ("milestone__name",))
_plain(BidFile, ("name", "bid", "asset"), ("bid", "asset"), ("name", "bid__number"))
