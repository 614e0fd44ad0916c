"""What is said of an offer as a whole: proposed first, then written."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db.models import Prefetch

from bids.content import Adjustment, JointOffer, NamedChoice, NeedCard
from bids.exports.bid_package.layout import OFFER
from bids.exports.bid_package.pieces import Piece, read_piece
from bids.models import Bid, LineItem, Need, Package, PackageLine, PlannedInstalment, Term
from bids.vocabulary import IN_THE_OFFER

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
    """Write the packages given; what is in them of a firm that is out of the offer stays, for it may come back."""
    standing = {row.identifier: row for row in _packages_with_lines(bid)}
    bid.packages.all().delete()
    own = {line.code: line for line in LineItem.objects.filter(bid=bid)}
    given = [
        (
            Package(bid=bid, identifier=card.id, name=card.name, text=card.text, default=card.default),
            _with_lines_away([own[code] for code in card.lines], standing.get(card.id)),
        )
        for card in packages
    ]
    has_default = any(card.default for card in packages)
    written = {card.id for card in packages}
    for identifier, row in standing.items():
        lines = [each.line for each in row.package_lines.all()]
        if identifier not in written and lines and all(map(_is_away, lines)):
            unseen = Package(
                bid=bid, identifier=identifier, name=row.name, text=row.text, default=row.default and not has_default
            )
            given.append((unseen, lines))
    for place, (row, _lines) in enumerate(given):
        row.position = place
    rows = Package.objects.bulk_create([row for row, _lines in given])
    PackageLine.objects.bulk_create(
        PackageLine(package=row, line=line, position=place)
        for row, (_row, lines) in zip(rows, given, strict=True)
        for place, line in enumerate(lines)
    )


def _packages_with_lines(bid: Bid) -> list[Package]:
    lines = PackageLine.objects.select_related("line__part").order_by("position")
    return list(Package.objects.filter(bid=bid).prefetch_related(Prefetch("package_lines", lines)))


def _is_away(line: LineItem) -> bool:
    return line.part.state not in IN_THE_OFFER


def _with_lines_away(lines: list[LineItem], standing: Package | None) -> list[LineItem]:
    """The lines with those nobody sees now put back behind what they stood behind, where a package may hold both."""
    before = [each.line for each in standing.package_lines.all()] if standing else []
    if all(map(_is_away, before)):
        return lines
    found = list(lines)
    for place, line in enumerate(before):
        if not _is_away(line) or any(_exclude_each_other(line, each) for each in found):
            continue
        ahead = next((each for each in reversed(before[:place]) if each in found), None)
        found.insert(found.index(ahead) + 1 if ahead else 0, line)
    return found


def _exclude_each_other(one: LineItem, other: LineItem) -> bool:
    """Whether no package may hold both: two of one group, or two in place of one row."""
    shares_group = one.group_id is not None and one.group_id == other.group_id
    return shares_group or (one.replaces_id is not None and one.replaces_id == other.replaces_id)
