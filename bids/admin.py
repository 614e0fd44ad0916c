"""Offers and what is made of them, for those who keep the site: looked at, never changed."""

from typing import ClassVar

from django.contrib import admin
from django.db import models

from bids.models import (
    ActualQuantity,
    Approval,
    ApprovalRevocation,
    Asset,
    Bid,
    BidFile,
    ChangeRequest,
    Client,
    ClientContact,
    ClientLink,
    CounterOffer,
    Decision,
    DecisionPaper,
    DecisionStanding,
    Document,
    Evidence,
    FrozenSheet,
    Group,
    GroupMember,
    GroupYes,
    HeldAnswer,
    Invitation,
    InvitationLink,
    InvoiceMark,
    LegalAnswer,
    Letter,
    LineItem,
    Meeting,
    Milestone,
    MilestoneNeed,
    Need,
    OneTimeCode,
    OptionGroup,
    Package,
    PackageLine,
    Part,
    PartDone,
    PlannedInstalment,
    Question,
    Revision,
    RevisionPart,
    RevisionStanding,
    Section,
    Suggestion,
    Term,
    ToldPrice,
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


@admin.register(Letter)
class LetterAdmin(ReadOnly):
    """Letters, and whether they went."""

    list_display = ("kind", "state", "to_email", "language", "bid", "due_at", "sent_at", "failure")
    list_filter = ("state", "kind", "language")
    list_select_related = ("bid",)
    search_fields = ("public_id", "to_email", "bid__number")
    ordering = ("-written_at",)


@admin.register(Invitation)
class InvitationAdmin(ReadOnly):
    """Firms asked into offers."""

    list_display = ("name", "bid", "part", "answer", "asked_at", "answer_until", "withdrawn_at")
    list_filter = ("answer", "language")
    list_select_related = ("bid", "part")
    search_fields = ("public_id", "name", "email", "bid__number")
    ordering = ("-asked_at",)


@admin.register(Revision)
class RevisionAdmin(ReadOnly):
    """Numbered versions of offers, as clients got them."""

    list_display = ("bid", "number", "binding", "frozen_at", "expires_at")
    list_select_related = ("bid",)
    search_fields = ("public_id", "bid__number")
    ordering = ("-frozen_at",)


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
_plain(Approval, ("part", "firm", "kind", "method", "given_at"), ("part", "firm"), ("part__bid__number", "firm__name"))
_plain(ApprovalRevocation, ("approval", "was_not_me", "revoked_at"), ("approval",), ("approval__part__bid__number",))
_plain(ClientLink, ("contact_name", "bid", "scope", "way", "expires_at", "revoked_at"), ("bid",), ("bid__number",))
_plain(ChangeRequest, ("revision", "kind", "state", "asked_at"), ("revision",), ("bid__number",))
_plain(CounterOffer, ("revision", "is_late", "way", "arrived_at"), ("revision",), ("bid__number",))
_plain(Decision, ("revision", "kind", "method", "way", "decided_at"), ("revision",), ("public_id", "bid__number"))
_plain(DecisionPaper, ("decision", "kind", "part", "state"), ("decision", "part"), ("decision__bid__number",))
_plain(DecisionStanding, ("revision", "kind", "state", "objected_at"), ("revision",), ("bid__number",))
_plain(Evidence, ("decision",), ("decision",), ("decision__public_id", "decision__bid__number"))
_plain(Group, ("name", "made_by", "rules_version"), ("made_by",), ("name", "made_by__name"))
_plain(GroupMember, ("group", "firm"), ("group", "firm"), ("group__name", "firm__name"))
_plain(GroupYes, ("group", "firm", "rules_version", "given_at"), ("group", "firm"), ("group__name", "firm__name"))
_plain(HeldAnswer, ("revision", "act", "made_at", "expires_at"), ("revision",), ("revision__bid__number",))
_plain(InvitationLink, ("invitation", "way", "made_at", "expires_at", "revoked_at"), ("invitation",), ("public_id",))
_plain(LegalAnswer, ("lead", "question", "answer", "answered_at"), ("lead",), ("lead__name", "question"))
_plain(Meeting, ("client_name", "firm", "met_on", "next_on", "bid"), ("firm", "bid"), ("client_name", "firm__name"))
_plain(OneTimeCode, ("about", "purpose", "made_at", "attempts", "used_at"), (), ("about", "purpose"))
_plain(Question, ("revision", "to_part", "state", "asked_at"), ("revision", "to_part"), ("bid__number",))
_plain(RevisionPart, ("revision", "part", "firm"), ("revision", "part", "firm"), ("firm__name", "part__bid__number"))
_plain(RevisionStanding, ("revision", "state", "changed_at", "sent_how"), ("revision",), ("bid__number", "state"))
_plain(Suggestion, ("part", "made_by_firm", "state", "made_at"), ("part", "made_by_firm"), ("bid__number",))
_plain(ToldPrice, ("part", "state", "told_at"), ("part",), ("part__bid__number", "part__key"))
_plain(InvoiceMark, ("part", "number", "gross", "invoiced_on", "undone_at"), ("part",), ("part__bid__number",))
_plain(ActualQuantity, ("part", "code", "quantity", "reported_at"), ("part",), ("part__bid__number", "code"))
_plain(PartDone, ("part", "done_at", "undone_at"), ("part",), ("part__bid__number",))
