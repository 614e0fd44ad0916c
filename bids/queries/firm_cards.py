"""A firm's card as it is copied into an offer, to and from JSON."""

from dataclasses import asdict
from typing import Any

from bids.content import Contact, FirmCard, ServiceCompany


def card_as_json(card: FirmCard) -> dict[str, Any]:
    """The card in plain JSON values; `card_from_json` gives it back unchanged."""
    return asdict(card)


def card_from_json(stored: dict[str, Any]) -> FirmCard:
    """The card that was stored."""
    through = stored.get("invoiced_through")
    contact = stored.get("contact")
    return FirmCard(
        **{
            **stored,
            "fields": tuple(stored.get("fields", ())),
            "skills": tuple(stored.get("skills", ())),
            "invoiced_through": ServiceCompany(**through) if through else None,
            "contact": Contact(**contact) if contact else None,
        }
    )
