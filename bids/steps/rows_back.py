"""Put an offer's rows back to what was agreed, so that what is changed is changed from there."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from django.db.models import F

from bids.content import CLIENT, Adjustment, JointOffer, Line, OfferPart, Period
from bids.models import Bid, LineItem, Milestone, MilestoneNeed, Need, Part, PlannedInstalment, Section, Term
from bids.queries.costs import forget_costs_of
from bids.queries.firm_cards import card_as_json
from bids.queries.rows_of import client_row
from bids.steps.line_rows import columns_of, forget_empty_groups
from bids.vocabulary import IN_THE_OFFER, PartState

_ASIDE = 15_000
"""Far above every place, so that rows in a new order never meet on their way."""


def put_rows_back(bid: Bid, offer: JointOffer, *, valid_until: date) -> None:
    """The rows of a locked offer say what this agreed one says, valid for another time.

    A firm that came in since is left out again, one that was left out is in again. Rows keep their codes and their
    identity, so that what they cost their firm stays known to it. How firms see each other's prices, and the pictures,
    stay as they are.
    """
    _facts(bid, offer, valid_until=valid_until)
    parts = _parts(bid, offer)
    _lines(bid, offer, parts)
    _texts(bid, offer, parts)
    _milestones(bid, offer, parts)
    bid.refresh_from_db()


def _facts(bid: Bid, offer: JointOffer, *, valid_until: date) -> None:
    Bid.objects.filter(pk=bid.pk).update(
        version=F("version") + 1,
        client=client_row(offer.client, lead=bid.lead),
        title=offer.title,
        language=offer.language.value,
        issued_on=min(offer.issued_on, valid_until),
        valid_until=valid_until,
        binding=offer.binding,
        reference=offer.reference,
        delivery_from=_first(offer.delivery),
        delivery_to=_last(offer.delivery),
        invoicing=offer.invoicing.value,
        liability=offer.liability.value,
        payment_days=offer.payment_days,
        theme=offer.theme.value,
        profile=offer.profile.value,
        general_terms=offer.general_terms,
        notes=list(offer.notes),
        **_adjustment("discount", offer.discount),
        **_adjustment("fee", offer.coordination_fee),
    )
    if offer.need is not None and bid.need_id is not None:
        Need.objects.filter(pk=bid.need_id).update(
            title=offer.need.title,
            text=offer.need.text,
            skills=list(offer.need.skills),
            municipality=offer.need.municipality,
            version=F("version") + 1,
        )
    bid.packages.all().delete()
    bid.payment_plan.all().delete()
    PlannedInstalment.objects.bulk_create(
        PlannedInstalment(bid=bid, position=place, name=step.name, percent=step.percent)
        for place, step in enumerate(offer.payment_plan)
    )
    bid.terms.all().delete()
    Term.objects.bulk_create(
        Term(bid=bid, position=place, title=term.title, text=term.text) for place, term in enumerate(offer.terms)
    )


def _parts(bid: Bid, offer: JointOffer) -> dict[str, Part]:
    rows = {part.key: part for part in Part.objects.filter(bid=bid).order_by("pk")}
    agreed = {part.key for part in offer.parts}
    Part.objects.filter(bid=bid).update(position=F("position") + _ASIDE)
    order = [*(part.key for part in offer.parts), *sorted(rows.keys() - agreed)]
    for place, key in enumerate(order):
        Part.objects.filter(pk=rows[key].pk).update(position=place)
    for said in offer.parts:
        _changed(rows[said.key], _columns_of_part(said))
    for key, row in rows.items():
        if key not in agreed and row.state in IN_THE_OFFER:
            _changed(row, {"state": PartState.LEFT_OUT.value})
    return {key: row for key, row in rows.items() if key in agreed}


def _columns_of_part(part: OfferPart) -> dict[str, Any]:
    return {
        "role": part.role.value,
        "state": PartState.IN.value,
        "card": card_as_json(part.firm),
        "summary": part.summary,
        "included": list(part.included),
        "excluded": list(part.excluded),
        "assumptions": list(part.assumptions),
        "references": [asdict(each) for each in part.references],
        "endorsements": [asdict(each) for each in part.endorsements],
    }


def _lines(bid: Bid, offer: JointOffer, parts: Mapping[str, Part]) -> None:
    agreed = {line.code for line in offer.lines}
    standing = LineItem.objects.filter(bid=bid)
    standing.update(replaces=None, group=None, default=False)
    # What a firm that is out had in it stays with it: nobody sees it.
    standing.filter(part__in=parts.values()).exclude(code__in=agreed).delete()
    LineItem.objects.filter(bid=bid).update(position=F("position") + _ASIDE)
    rows = {row.code: row for row in LineItem.objects.filter(bid=bid).select_related("part")}
    for part in offer.parts:
        for place, line in enumerate(part.lines):
            _put_line(bid, rows.get(line.code), line, parts[part.key], place)
    for place, row in enumerate(LineItem.objects.filter(bid=bid).exclude(code__in=agreed).order_by("part", "position")):
        LineItem.objects.filter(pk=row.pk).update(position=place)
    forget_empty_groups(bid)


def _put_line(bid: Bid, row: LineItem | None, line: Line, part: Part, place: int) -> None:
    columns = columns_of(line, bid)
    if row is None:
        LineItem.objects.create(bid=bid, part=part, position=place, code=line.code, **columns)
        return
    if row.part_id != part.pk:
        forget_costs_of([row])
        columns["part"] = part
    _changed(row, columns)
    LineItem.objects.filter(pk=row.pk).update(position=place)


def _texts(bid: Bid, offer: JointOffer, parts: Mapping[str, Part]) -> None:
    said = [(each.title, each.text, each.owner, each.language) for each in offer.sections]
    rows = Section.objects.filter(bid=bid).select_related("owner").order_by("position")
    if [(row.title, row.text, row.owner.key if row.owner else "", row.language) for row in rows] == said:
        return
    rows.delete()
    Section.objects.bulk_create(
        Section(bid=bid, position=place, title=title, text=text, owner=parts.get(owner), language=language)
        for place, (title, text, owner, language) in enumerate(said)
    )


def _milestones(bid: Bid, offer: JointOffer, parts: Mapping[str, Part]) -> None:
    Milestone.objects.filter(bid=bid).exclude(identifier__in=[card.id for card in offer.milestones]).delete()
    Milestone.objects.filter(bid=bid).update(position=F("position") + _ASIDE)
    MilestoneNeed.objects.filter(milestone__bid=bid).delete()
    rows = {row.identifier: row for row in Milestone.objects.filter(bid=bid)}
    for place, card in enumerate(offer.milestones):
        row = rows.get(card.id) or Milestone(bid=bid, identifier=card.id)
        row.position = place
        row.name, row.starts_on, row.ends_on = card.name, card.starts_on, card.ends_on
        row.owner, row.hands_over_to = parts.get(card.owner), parts.get(card.hands_over_to)
        row.hands_over_to_client = card.hands_over_to == CLIENT
        row.version += int(row.pk is not None)
        row.save()
        rows[card.id] = row
    MilestoneNeed.objects.bulk_create(
        MilestoneNeed(milestone=rows[card.id], needs=rows[needed], position=place)
        for card in offer.milestones
        for place, needed in enumerate(card.needs)
    )


def _changed(row: Part | LineItem, columns: Mapping[str, Any]) -> None:
    """The row with these columns; its version moves on only where one of them was another."""
    if any(getattr(row, name) != value for name, value in columns.items()):
        row.__class__.objects.filter(pk=row.pk).update(version=F("version") + 1, **columns)
        row.refresh_from_db()


def _first(period: Period | None) -> date | None:
    return period.starts_on if period else None


def _last(period: Period | None) -> date | None:
    return period.ends_on if period else None


def _adjustment(prefix: str, adjustment: Adjustment | None) -> dict[str, object]:
    return {
        f"{prefix}_name": adjustment.name if adjustment else "",
        f"{prefix}_percent": adjustment.percent if adjustment else None,
        f"{prefix}_amount": adjustment.amount if adjustment else None,
    }
