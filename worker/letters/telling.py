"""One letter about to be written: the rows it is about, and everything its templates may name."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property

from django.utils.translation import gettext as _

from bids import formats
from bids.exports.frozen_version import FrozenVersion, read_version
from bids.models import Bid, Group, Invitation, Letter, Part, Revision
from bids.pricing import ChoiceRefused, totals
from bids.queries.content_of import offer_of, whole_bids
from bids.queries.letter_people import (
    Writer,
    invitation_of,
    is_for_the_client,
    owner_of,
    part_of,
    writer_for,
)
from bids.steps.minting import Minted
from bids.sums import Totals
from bids.vat import NoRateKnown
from bids.vocabulary import Language, LetterKind
from kernel.clock import HELSINKI
from worker.letters import plain
from worker.letters.rules import Fact


class NotTellable(Exception):
    """A letter that lacks what it is to be about."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """Everything the templates of a letter may name. What a letter does not have is empty."""

    language: str
    for_client: bool
    to_name: str
    writer: str
    who: str
    firm: str
    phone: str
    phone_link: str
    email: str
    title: str
    client: str
    number: str
    address: str
    link_until: str
    stop_address: str = ""
    not_me_address: str = ""
    leads_to: str = ""
    code: str = ""
    button: str = ""
    asked_on: str = ""
    day: str = ""
    valid_until: str = ""
    partner: str = ""
    answer: str = ""
    passed_on_to: str = ""
    passed_on_by: str = ""
    suggests: str = ""
    reason: str = ""
    is_anbud: bool = False
    is_binding: bool = True
    is_update: bool = False
    has_choices: bool = False
    accepts_here: bool = False
    has_data: bool = False
    taken_over: bool = False
    was_sent: bool = False
    was_accepted: bool = False
    is_yes: bool = False
    is_recorded: bool = False
    is_late: bool = False
    act: str = ""
    change: str = ""
    change_number: str = ""
    is_untouched: bool = False
    is_out: bool = False
    to_lead: bool = False
    version: str = ""
    shows_footer: bool = False
    group: str = ""
    facts: tuple[Fact, ...] = ()
    rules: tuple[Fact, ...] = ()
    asked: tuple[str, ...] = ()
    quote: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    question: tuple[str, ...] = ()
    wishes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Telling:
    """One letter about to be written: its rows, and what its link or code is."""

    letter: Letter
    minted: Minted
    now: datetime
    kind: LetterKind = field(init=False)
    language: Language = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", LetterKind(self.letter.kind))
        object.__setattr__(self, "language", Language(self.letter.language))

    @cached_property
    def bid(self) -> Bid:
        """The offer the letter is about."""
        if self.letter.bid_id is None:
            raise NotTellable(f"letter {self.letter.public_id} is about no offer")
        return whole_bids().get(pk=self.letter.bid_id)

    @cached_property
    def invitation(self) -> Invitation:
        """The invitation the letter is about."""
        found = self.letter.invitation or invitation_of(self.letter)
        if found is None:
            raise NotTellable(f"letter {self.letter.public_id} is about no invitation")
        return found

    @cached_property
    def part(self) -> Part:
        """The firm's share the letter is about."""
        found = part_of(self.letter)
        if found is None:
            raise NotTellable(f"letter {self.letter.public_id} is about no firm's share")
        return found

    @cached_property
    def revision(self) -> Revision:
        """The version the letter is about."""
        if self.letter.revision is None:
            raise NotTellable(f"letter {self.letter.public_id} is about no version")
        return self.letter.revision

    @cached_property
    def group(self) -> Group:
        """The group the letter is about."""
        if self.letter.group is None:
            raise NotTellable(f"letter {self.letter.public_id} is about no group")
        return self.letter.group

    @cached_property
    def version(self) -> FrozenVersion:
        """What was frozen in that version."""
        return read_version(bytes(self.revision.payload))

    @cached_property
    def sums(self) -> Totals | None:
        """The sums of the offer as it stands; None while they cannot be counted."""
        try:
            return totals(offer_of(self.bid, with_files=False))
        except (ChoiceRefused, NoRateKnown):
            return None

    @cached_property
    def writer(self) -> Writer:
        """Whose name the letter bears; nobody's when it goes to the very person who would write it."""
        writer = self._writer()
        own = writer.email.casefold() == self.letter.to_email.casefold() or self.kind is LetterKind.OFFER_NOT_SENT
        return Writer(name="", firm=writer.firm) if own or self.letter.facts.get("lead") else writer

    def _writer(self) -> Writer:
        if self.kind is LetterKind.ANSWERED:
            asked = self.letter.invitation
            firm = (asked.part if asked is not None else self.part).card.get("name", "")
            if asked is None:
                return Writer(name=firm, firm=firm)
            return Writer(name=asked.name or firm, email=asked.email, phone=asked.phone, firm=firm)
        if self.letter.group is not None:
            return owner_of(self.letter.group.made_by)
        if is_for_the_client(self.letter):
            return writer_for(self.bid)
        standing = self.letter.invitation or invitation_of(self.letter)
        return writer_for(self.bid, standing.asked_by if standing else None)

    @property
    def client(self) -> str:
        """The client's name, as one line."""
        return plain.line(self.bid.client.name) if self.letter.bid_id else ""

    def day(self, value: date | datetime) -> str:
        """A day in the reader's language."""
        return formats.day(value.astimezone(HELSINKI).date() if isinstance(value, datetime) else value, self.language)

    def moment(self, instant: datetime) -> str:
        """A day and the time of day in Helsinki."""
        there = instant.astimezone(HELSINKI)
        clock = f"{there.hour}{':' if self.language is Language.EN else '.'}{there.minute:02}"
        return _("%(day)s at %(time)s") % {"day": formats.day(there.date(), self.language), "time": clock}

    def last_moment(self, instant: datetime) -> str:
        """Until when something holds that ends at an instant: the last day, and the hour where it ends within one."""
        last = (instant - timedelta(microseconds=1)).astimezone(HELSINKI)
        ends_with_the_day = (instant.astimezone(HELSINKI).hour, instant.astimezone(HELSINKI).minute) == (0, 0)
        return formats.day(last.date(), self.language) if ends_with_the_day else self.moment(instant)

    def money(self, amount: Decimal) -> str:
        """An amount in the reader's language."""
        return formats.money(amount, self.language)
