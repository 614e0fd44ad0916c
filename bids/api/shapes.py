"""How offers, documents and choices are said in the API, and what may be asked with them."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from bids.api.bodies import StrictSerializer
from bids.api.paging import PageAsked
from bids.models import Bid, Document, Part
from bids.queries.finding import Place
from bids.sheets.document_sentences import failure_sentence
from bids.visibility import mode_in_force
from bids.vocabulary import (
    IN_THE_OFFER,
    BidState,
    DocumentKind,
    DocumentState,
    Invoicing,
    Language,
    Liability,
    OfferStage,
    PartState,
    PriceVisibility,
    Profile,
    Role,
    Theme,
)
from members.api.fields import Flag, Instant, Word

MOST_CODES = 400
LONGEST_NAME = 40


class Codes(serializers.ListField):
    """Codes of lines, as they stand in the offer."""

    def __init__(self, **said: Any) -> None:
        child = serializers.CharField(max_length=LONGEST_NAME, trim_whitespace=False)
        super().__init__(**{"child": child, "required": False, "max_length": MOST_CODES, **said})


class PackageName(serializers.CharField):
    """The id of a package of the offer."""

    def __init__(self, **said: Any) -> None:
        strict = {"required": False, "allow_blank": True, "trim_whitespace": False, "max_length": LONGEST_NAME}
        super().__init__(**{**strict, **said})


class Named(serializers.Serializer[Any]):
    """A thing by its id and name."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()


class Days(serializers.Serializer[Any]):
    """A first and a last day, both included."""

    first = serializers.DateField()
    last = serializers.DateField()

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Under the names the bid package uses; one of them is a word Python keeps for itself."""
        return {"from": serializers.DateField(source="first"), "to": serializers.DateField(source="last")}


class BidRow(serializers.Serializer[Bid]):
    """An offer in a list."""

    id = serializers.UUIDField(source="public_id")
    version = serializers.IntegerField()
    number = serializers.CharField()
    title = serializers.CharField()
    state = Word(BidState)
    language = Word(Language)
    issued_on = serializers.DateField()
    valid_until = serializers.DateField()
    client = Named()
    lead = Named()
    created_at = Instant()
    changed_at = Instant()


class PartRow(serializers.Serializer[Part]):
    """A firm's place in an offer; `key` is the name the offer's own texts and sums know it by."""

    key = serializers.CharField()
    role = Word(Role)
    state = Word(PartState)
    firm = serializers.SerializerMethodField()

    @extend_schema_field(Named)
    def get_firm(self, part: Part) -> dict[str, Any]:
        """The firm under the name it bears in this offer."""
        return {"id": str(part.firm.public_id), "name": part.card["name"]}


class BidShape(BidRow):
    """An offer, without its contents: these are the package, the totals and the sheet."""

    binding = serializers.BooleanField()
    reference = serializers.CharField()
    delivery = serializers.SerializerMethodField()
    invoicing = Word(Invoicing)
    liability = Word(Liability)
    payment_days = serializers.IntegerField()
    price_visibility = Word(PriceVisibility)
    price_visibility_in_force = serializers.SerializerMethodField()
    theme = Word(Theme)
    profile = Word(Profile)
    parts = serializers.SerializerMethodField()

    @extend_schema_field(PartRow(many=True))
    def get_parts(self, bid: Bid) -> list[Mapping[str, Any]]:
        """The firms that take part; the lead reads of those too that do not, or no longer.

        `firm_id` in the context is the firm of whoever reads.
        """
        reader = self.context["firm_id"]
        parts = [
            part for part in bid.parts.all() if part.state in IN_THE_OFFER or reader in (bid.lead_id, part.firm_id)
        ]
        return [PartRow(part).data for part in parts]

    @extend_schema_field(
        Word(PriceVisibility, help_text="What holds: where all firms answer for everything, each sees the total too.")
    )
    def get_price_visibility_in_force(self, bid: Bid) -> str:
        """The mode partners read by, which is not in every case the one that was chosen."""
        return mode_in_force(PriceVisibility(bid.price_visibility), Liability(bid.liability)).value

    @extend_schema_field(Days(allow_null=True))
    def get_delivery(self, bid: Bid) -> dict[str, str] | None:
        """The period of the whole offer, if it has one."""
        if bid.delivery_from is None or bid.delivery_to is None:
            return None
        return {"from": bid.delivery_from.isoformat(), "to": bid.delivery_to.isoformat()}


class Chosen(serializers.Serializer[Any]):
    """What the client has picked in a document."""

    lines = serializers.ListField(child=serializers.CharField())
    package = serializers.CharField(
        allow_null=True, help_text="null: the preselected package, if there is one; an empty text: none."
    )


class Progress(serializers.Serializer[Document]):
    """How far the drawing has come; `total` is 0 while that is not known."""

    step = serializers.CharField(source="progress_step")
    done = serializers.IntegerField(source="progress_done")
    total = serializers.IntegerField(source="progress_total")


class Failure(serializers.Serializer[Document]):
    """Why a document could not be drawn."""

    code = serializers.CharField(source="failure_code")
    sentence = serializers.SerializerMethodField()

    @extend_schema_field(OpenApiTypes.STR)
    def get_sentence(self, document: Document) -> str:
        """In the reader's language."""
        return failure_sentence(document.failure_code)


class FileShape(serializers.Serializer[Document]):
    """The drawn file. Its bytes never change; they lie at the document's `content/`."""

    sha256 = serializers.CharField(source="asset.sha256")
    size = serializers.IntegerField(source="asset.size")
    media_type = serializers.CharField(source="asset.media_type")
    pages = serializers.IntegerField(allow_null=True)


class DocumentShape(serializers.Serializer[Document]):
    """A document of an offer and how far it has come."""

    id = serializers.UUIDField(source="public_id")
    bid = serializers.UUIDField(source="bid.public_id")
    kind = Word(DocumentKind)
    language = Word(Language)
    profile = Word(Profile)
    theme = Word(Theme)
    chosen = Chosen()
    state = Word(DocumentState)
    progress = Progress(source="*")
    failure = serializers.SerializerMethodField()
    file = serializers.SerializerMethodField()
    requested_at = Instant()
    finished_at = Instant(allow_null=True)

    @extend_schema_field(Failure(allow_null=True))
    def get_failure(self, document: Document) -> Mapping[str, Any] | None:
        """Only of a document that has failed."""
        return Failure(document).data if document.state == DocumentState.FAILED.value else None

    @extend_schema_field(FileShape(allow_null=True))
    def get_file(self, document: Document) -> Mapping[str, Any] | None:
        """Only of a document that is done."""
        return FileShape(document).data if document.asset else None


class BidsAsked(PageAsked):
    """Which offers."""

    number = serializers.CharField(required=False, max_length=LONGEST_NAME, help_text="Exactly this number.")
    state = Word(BidState, required=False)
    stage = Word(OfferStage, required=False, help_text="How far it has come, as the lists of the pages say it.")
    place = Word(Place, required=False, help_text="What your firm is in it.")
    client = serializers.UUIDField(required=False, help_text="The id of a client.")
    firm = serializers.UUIDField(required=False, help_text="The id of a firm that is named in it.")
    year = serializers.IntegerField(
        required=False, min_value=1, max_value=9999, help_text="The year of the day it is dated, or one it was sent in."
    )
    q = serializers.CharField(
        required=False,
        max_length=100,
        help_text="Words that must each stand, in whatever form, in its title, number, reference, client, a firm's name"
        " or Business ID, in texts and rows of one's own firm or of an offer it leads, or be the year.",
    )


class ImportAsked(serializers.Serializer[Any]):
    """How an offer is brought in."""

    new_number = Flag(
        required=False, default=False, help_text="Give it the next free number if its own is taken already."
    )


class ChoiceAsked(serializers.Serializer[Any]):
    """What the client would choose."""

    choose = Codes(help_text="The code of a line that is chosen; may stand several times.")
    package = PackageName(help_text="The id of the package that is chosen. Without it, the preselected one holds.")
    no_package = Flag(required=False, default=False, help_text="Not even the preselected package.")


class TotalsAsked(ChoiceAsked):
    """A choice, and who would invoice."""

    invoicing = Word(Invoicing, required=False, help_text="Without it, as the offer says.")


class SheetAsked(ChoiceAsked):
    """A choice, and how it is to be read."""

    language = Word(Language, required=False, help_text="Without it, the offer's own.")
    profile = Word(Profile, required=False, help_text="Without it, the offer's own.")


class DocumentOrdered(StrictSerializer):
    """The document to make; what is left out is as the offer says."""

    kind = Word(DocumentKind)
    language = Word(Language, required=False)
    profile = Word(Profile, required=False)
    theme = Word(Theme, required=False)
    choose = Codes(help_text="The codes of the lines that are chosen.")
    package = PackageName(
        allow_null=True,
        help_text="The id of the package that is chosen; null: the preselected one; an empty text: none.",
    )


class PackageTotalsAsked(StrictSerializer):
    """The choice that stands beside a package in a request for its totals."""

    choose = Codes(help_text="The codes of the lines that are chosen.")
    package_choice = PackageName(
        allow_null=True,
        help_text="The id of the package that is chosen; null: the preselected one; an empty text: none.",
    )
    invoicing = Word(Invoicing, required=False, allow_null=True, help_text="Without it, as the package says.")
