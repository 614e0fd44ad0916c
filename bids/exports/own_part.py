"""A firm's own copy of its part: what it sells, at which price and by which rules, and no figure it may not see."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import override

from bids.content import JointOffer
from bids.exports.bid_package import write_package
from bids.models import Bid, Part
from bids.pricing import plain, priced_lines
from bids.queries.content_of import content_of
from bids.queries.oks import PartOk, ok_of, promised_by, said
from bids.sheets.rules_of_the_game import Rule, rules_of_the_game
from bids.visibility import Eyes, Seen, seen, seen_totals_as_json
from bids.vocabulary import Language, Role
from kernel.clock import HELSINKI
from kernel.errors import NotVisible

FORMAT = "punos.own-part/1"

_OF_THE_OFFER = (
    "number",
    "title",
    "reference",
    "issued_on",
    "valid_until",
    "language",
    "binding",
    "invoicing",
    "liability",
    "payment_days",
    "delivery",
    "general_terms",
    "terms",
)


@dataclass(frozen=True, kw_only=True)
class OwnPart:
    """One firm's part as these eyes read it, the rules its OK is bound to, and the OKs it has given."""

    key: str
    seen: Seen
    rules: tuple[Rule, ...]
    ok: PartOk

    @property
    def offer(self) -> JointOffer:
        """The offer with every figure taken out that these eyes may not read."""
        return self.seen.offer


def own_part(bid: Bid, part: Part, *, eyes: Eyes, language: Language, now: datetime) -> OwnPart:
    """The part as it stands; `NotVisible` for eyes whose own part it is not, and for a firm out of the offer."""
    promised = promised_by(bid).get(part.pk)
    if promised is None or eyes.key != part.key:
        raise NotVisible
    is_lead = part.role == Role.LEAD.value
    with override(language.value):
        rules = rules_of_the_game(said(promised.frame_bytes), lead=bid.lead.name, language=language, is_lead=is_lead)
    return OwnPart(key=part.key, seen=seen(content_of(bid), eyes), rules=rules, ok=ok_of(part, now=now))


def own_part_as_json(own: OwnPart) -> dict[str, Any]:
    """The part in the JSON of `docs/bid-package.md`, priced; null is a sum this firm does not read."""
    offer = write_package(own.offer)
    key = own.key
    steps = (each for each in offer.get("milestones", ()) if key in {each["owner"], each.get("hands_over_to")})
    priced = priced_lines(own.offer)
    part = next(each for each in offer["parts"] if each["key"] == key)
    lines = [
        {
            **line,
            "net": f"{priced[line['code']].net:f}",
            "vat": {
                "category": priced[line["code"]].category.value,
                "rate": None if priced[line["code"]].rate is None else plain(priced[line["code"]].rate),  # type: ignore[arg-type]
                "reason": priced[line["code"]].reason,
            },
            "counts": line["code"] in own.seen.sums.counted,
        }
        for line in part.get("lines", ())
    ]
    sums = seen_totals_as_json(own.seen.sums)
    return {
        "format": FORMAT,
        "offer": {name: offer[name] for name in _OF_THE_OFFER if name in offer},
        "client": {name: value for name, value in offer["client"].items() if name in {"name", "business_id"}},
        "lead": _firm(own.offer.lead.key, offer),
        "part": {**part, "lines": lines},
        "milestones": list(steps),
        "sums": next((each for each in sums["parts"] if each["firm"] == key), None),
        "invoices": [each for each in sums["settlement"] if key in {each["from"], each["to"]}],
        "total": {name: sums[name] for name in ("net", "vat", "gross")},
        "rules": [{"about": rule.label, "says": rule.says, "follows": rule.follows} for rule in own.rules],
        "oks": [
            {
                "about": tick.kind.value,
                "given_at": tick.approval.given_at.astimezone(HELSINKI).isoformat(),
                "method": tick.approval.method,
                "hash": bytes(tick.approval.hash).hex(),
                "counts": tick.counts,
            }
            for tick in own.ok.ticks
            if tick.approval is not None
        ],
    }


def own_part_bytes(own: OwnPart) -> bytes:
    """The copy as a file: UTF-8, always the same bytes for the same part."""
    return (json.dumps(own_part_as_json(own), ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def _firm(key: str, offer: Mapping[str, Any]) -> dict[str, Any]:
    firm = next(each["firm"] for each in offer["parts"] if each["key"] == key)
    return {"key": key, **{name: firm[name] for name in ("name", "business_id", "contact") if name in firm}}
