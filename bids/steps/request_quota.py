"""How many requests and offers a firm and a person may send by mail, counted in the database."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bids.models import Bid, Letter, Revision
from bids.permissions import is_system
from bids.vocabulary import WITH_A_VERSION, LetterKind
from kernel.actor import Actor, ActorKind
from kernel.errors import TooOften
from members.models import Firm, Person

A_DAY: Final = timedelta(days=1)
MOST_A_DAY: Final = 80
"""Requests of one firm, and of one person whichever firm they act for."""
MOST_TO_ONE: Final = 6
"""Requests of one firm to the same address."""

MOST_OFFERS_A_DAY: Final = 100

MOST_TO_CLIENTS: Final = 200
"""Letters with offers from one firm to its clients."""
MOST_VERSIONS: Final = 50
"""Versions of one offer."""

REQUESTS: Final = (LetterKind.ASKED.value, LetterKind.GROUP_ASKED.value)


class TooManyRequests(TooOften):
    """The firm, or its person, has sent as many requests as go out in a day."""

    sentence = _("At most %(most)s requests go out in a day. What you typed is kept: send the rest tomorrow.")
    code = "too-many-requests"


class TooManyToOne(TooOften):
    """The firm has written to this address as often as it may in a day."""

    sentence = _("You have already asked %(email)s %(most)s times today. Call them, or ask again tomorrow.")
    code = "too-many-to-one"


class TooManyOffers(TooOften):
    """The firm has started as many offers as it may in a day."""

    sentence = _("At most %(most)s offers are started in a day. What you typed is kept: go on tomorrow.")
    code = "too-many-offers"


class TooManyVersions(TooOften):
    """The offer has been sent as often as it may be in a day."""

    sentence = _("An offer is sent at most %(most)s times in a day. Go on tomorrow.")
    code = "too-many-versions"


class TooManyToClients(TooOften):
    """The firm has written to clients as often as it may in a day."""

    sentence = _("At most %(most)s letters with offers go out in a day. Nothing was sent: go on tomorrow.")
    code = "too-many-to-clients"


def count_versions(bid: Bid, *, letters: int, now: datetime) -> None:
    """Refuse a version, and letters to the client, beyond the day's; the caller holds the lock of the offer.

    What other offers of the firm have on their way counts once it has gone out.
    """
    if Revision.objects.filter(bid=bid, frozen_at__gt=now - A_DAY).count() >= MOST_VERSIONS:
        raise TooManyVersions(params={"most": MOST_VERSIONS})
    sent = Letter.objects.filter(kind__in=WITH_A_VERSION, bid__lead=bid.lead_id, written_at__gt=now - A_DAY)
    if letters and sent.count() + letters > MOST_TO_CLIENTS:
        raise TooManyToClients(params={"most": MOST_TO_CLIENTS})


def count_offers(lead: Firm, *, now: datetime) -> None:
    """Refuse an offer beyond the day's; the caller holds the lock of the firm."""
    if Bid.objects.filter(lead=lead, created_at__gt=now - A_DAY).count() >= MOST_OFFERS_A_DAY:
        raise TooManyOffers(params={"most": MOST_OFFERS_A_DAY})


def count_requests(addresses: Collection[str], *, lead: Firm, by: Actor, now: datetime) -> None:
    """Refuse requests beyond the day's; to be called before they are written, in their transaction.

    Person and firm stay locked until it ends, so that requests that come together are counted one after another.
    """
    asked = [address.casefold() for address in addresses if address]
    if not asked or is_system(by):
        return
    if by.kind is ActorKind.PERSON:
        Person.objects.select_for_update(no_key=True).get(pk=by.id or 0)
    Firm.objects.select_for_update(no_key=True).get(pk=lead.pk)
    today = Letter.objects.filter(kind__in=REQUESTS, written_at__gt=now - A_DAY)
    of_firm = today.filter(Q(bid__lead=lead) | Q(group__made_by=lead))
    if of_firm.count() + len(asked) > MOST_A_DAY:
        raise TooManyRequests(params={"most": MOST_A_DAY})
    if by.kind is ActorKind.PERSON:
        of_person = today.filter(facts__asked_by=str(by.public_id))
        if of_person.count() + len(asked) > MOST_A_DAY:
            raise TooManyRequests(params={"most": MOST_A_DAY})
    for address in set(asked):
        if of_firm.filter(to_email__iexact=address).count() + asked.count(address) > MOST_TO_ONE:
            raise TooManyToOne(params={"email": address, "most": MOST_TO_ONE})
