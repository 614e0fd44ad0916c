"""What is said of an offer as a whole: proposed first, then written."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bids.content import Adjustment, JointOffer, NamedChoice, NeedCard
from bids.exports.bid_package.layout import OFFER
from bids.exports.bid_package.pieces import Piece, read_piece
from bids.models import Bid, LineItem, Need, Package, PackageLine, PlannedInstalment, Term

DETAILS = ("title", "reference", "language", "profile", "theme", "issued_on", "delivery", "need")
RULES = ("invoicing", "liability", "payment_days", "valid_until", "price_visibility", "binding")
TERMS = ("terms", "general_terms", "notes")
DISCOUNT = ("discount",)
FEE = ("coordination_fee",)
PLAN = ("payment_plan",)
PACKAGES = ("packages",)

_AS_SAID = ("title", "reference", "issued_on", "valid_until", "binding", "payment_days", "general_terms")
_WORDS = ("language", "profile", "theme", "invoicing", "liability", "price_visibility")


def read_offer_piece(said: Mapping[str, Any], *, only: tuple[str, ...]) -> Piece:
    """Some keys of an offer as they were said."""
    return read_piece(OFFER, said, only=only)


def proposed_offer(offer: JointOffer, piece: Piece) -> JointOffer:
    """The offer with what the piece says of it."""
    targets = {key.name: key.target for key in OFFER.keys}
    return replace(offer, **{targets[name]: value for name, value in piece.values.items()})


def changed_keys(before: JointOffer, after: JointOffer, piece: Piece) -> list[str]:
    """The keys of the piece that say something new."""
    targets = {key.name: key.target for key in OFFER.keys}
    return [name for name in piece.values if getattr(before, targets[name]) != getattr(after, targets[name])]


def columns_of_offer(piece: Piece) -> dict[str, Any]:
    """The columns of the bid that the piece changes."""
    columns: dict[str, Any] = {name: piece.get(name) for name in _AS_SAID if name in piece}
    columns |= {name: piece.get(name).value for name in _WORDS if name in piece}
    if "notes" in piece:
        columns["notes"] = list(piece.get("notes"))
    if "delivery" in piece:
        period = piece.get("delivery")
        columns |= {
            "delivery_from": period.starts_on if period else None,
            "delivery_to": period.ends_on if period else None,
        }
    if "discount" in piece:
        columns |= _adjusted("discount", piece.get("discount"))
    if "coordination_fee" in piece:
        columns |= _adjusted("fee", piece.get("coordination_fee"))
    return columns


def write_lists(piece: Piece, bid: Bid) -> None:
    """Write the terms, instalments and packages the piece gives, in place of those that were there."""
    if "terms" in piece:
        bid.terms.all().delete()
        Term.objects.bulk_create(
            Term(bid=bid, position=place, title=term.title, text=term.text)
            for place, term in enumerate(piece.get("terms"))
        )
    if "payment_plan" in piece:
        bid.payment_plan.all().delete()
        PlannedInstalment.objects.bulk_create(
            PlannedInstalment(bid=bid, position=place, name=step.name, percent=step.percent)
            for place, step in enumerate(piece.get("payment_plan"))
        )
    if "packages" in piece:
        _write_packages(piece.get("packages"), bid)


def write_need(piece: Piece, bid: Bid) -> dict[str, Any]:
    """Write the need the piece gives; the columns of the bid that follow."""
    if "need" not in piece:
        return {}
    need: NeedCard | None = piece.get("need")
    if need is None:
        return {"need": None}
    said = {"title": need.title, "text": need.text, "skills": list(need.skills), "municipality": need.municipality}
    if bid.need_id is None:
        return {"need": Need.objects.create(firm_id=bid.lead_id, **said)}
    row = Need.objects.get(pk=bid.need_id)
    Need.objects.filter(pk=row.pk).update_version(seen=row.version, **said)
    return {}


def _adjusted(prefix: str, adjustment: Adjustment | None) -> dict[str, Any]:
    return {
        f"{prefix}_name": adjustment.name if adjustment else "",
        f"{prefix}_percent": adjustment.percent if adjustment else None,
        f"{prefix}_amount": adjustment.amount if adjustment else None,
    }


def _write_packages(packages: tuple[NamedChoice, ...], bid: Bid) -> None:
    bid.packages.all().delete()
    lines = dict(LineItem.objects.filter(bid=bid).values_list("code", "pk"))
    rows = Package.objects.bulk_create(
        Package(bid=bid, position=place, identifier=card.id, name=card.name, text=card.text, default=card.default)
        for place, card in enumerate(packages)
    )
    PackageLine.objects.bulk_create(
        PackageLine(package=row, line_id=lines[code], position=place)
        for row, card in zip(rows, packages, strict=True)
        for place, code in enumerate(card.lines)
    )
