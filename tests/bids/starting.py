"""A lead at her desk, and what she would type to start a joint offer."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from bids.content import Period
from bids.steps.asking import Asked
from bids.steps.starting import NewOffer
from kernel.actor import Actor
from members.models import Firm, Person
from tests.world import a_firm, a_person, acting

TOMORROW_AT_SIX = datetime(2026, 3, 3, 16, 0, tzinfo=UTC)
WEEK_17 = Period(starts_on=date(2026, 4, 20), ends_on=date(2026, 4, 24))


@dataclass(frozen=True, kw_only=True)
class Lead:
    """A firm that leads, its owner, and the two as one actor."""

    firm: Firm
    person: Person
    actor: Actor


def a_lead(
    name: str = "Kuvakulma Design Tmi", *, business_id: str = "9000001-2", role: str = "owner", language: str = "fi"
) -> Lead:
    firm = a_firm(name, business_id=business_id)
    person = a_person(at=firm, role=role, language=language)
    return Lead(firm=firm, person=person, actor=acting(person, firm))


def selkopolku(**said: Any) -> Asked:
    return Asked(
        **{
            "name": "Selkopolku Tmi",
            "what": "Selkokielinen teksti, noin 10 tuntia",
            "email": "sari@selkopolku.invalid",
            **said,
        }
    )


def painopiste(**said: Any) -> Asked:
    return Asked(
        **{
            "name": "Painopiste Savo Oy",
            "what": "Juliste A2, 15 kpl, ja esite A5, 500 kpl",
            "email": "pekka@painopiste.invalid",
            **said,
        }
    )


def pikkutikka(**said: Any) -> NewOffer:
    """The daycare's offer as it begins."""
    return NewOffer(
        **{
            "client_name": "Päiväkoti Pikkutikka Oy",
            "client_email": "johtaja@pikkutikka.invalid",
            "title": "Infografiikka, joka selittää palvelusetelin ja maksut",
            "leaves_at": TOMORROW_AT_SIX,
            "delivery": WEEK_17,
            "firms": (selkopolku(), painopiste()),
            **said,
        }
    )
