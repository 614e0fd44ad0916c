"""The places of an offer that somebody can write in: which form stands there, and what saving it does."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext as _

from bids.actions.add_line import add_line
from bids.actions.change_client import change_client
from bids.actions.change_line import change_line
from bids.actions.change_offer_details import change_offer_details
from bids.actions.change_packages import change_packages
from bids.actions.change_rules import change_rules
from bids.actions.change_terms import change_terms
from bids.actions.make_suggestion import make_suggestion
from bids.actions.move_line import move_line
from bids.actions.move_section import move_section
from bids.actions.remove_line import remove_line
from bids.actions.remove_milestone import remove_milestone
from bids.actions.remove_section import remove_section
from bids.actions.set_discount import set_discount
from bids.actions.set_fee import set_fee
from bids.actions.set_milestone import set_milestone
from bids.actions.set_payment_plan import set_payment_plan
from bids.actions.write_part_texts import write_part_texts
from bids.actions.write_section import write_section
from bids.content import JointOffer
from bids.content import Section as SectionText
from bids.exports.bid_package.layout import LINE, PART
from bids.exports.bid_package.pieces import Piece
from bids.exports.bid_package.shapes import Shape
from bids.exports.bid_package.vat_word import VAT_WORDS
from bids.models import Bid, Client, LineItem, Milestone, Part, Section
from bids.steps.desk import Desk, Right
from bids.steps.offer_rows import DETAILS, DISCOUNT, FEE, PACKAGES, PLAN, RULES, TERMS, proposed_offer, read_offer_piece
from bids.steps.proposed_lines import (
    changed_line,
    new_line,
    one_default_each,
    part_by_key,
    read_line,
    read_line_change,
    usual_vat,
    with_line,
)
from bids.steps.written_texts import read_client, read_milestone, read_part_texts, read_section
from bids.web import edit_forms as forms
from kernel.actor import Actor
from kernel.errors import NotVisible


class Place(ABC):
    """One place of one offer. `seen` is the version its form was made from."""

    kind: ClassVar[str]
    template: ClassVar[str] = "bids/edit/fields.html"
    has_totals: ClassVar[bool] = False
    may_be_removed: ClassVar[bool] = False
    may_be_moved: ClassVar[bool] = False
    removal_question: ClassVar[str] = ""

    def __init__(self, desk: Desk, key: str) -> None:
        self.desk, self.key = desk, key
        self.fresh_id: UUID | None = None
        self.find()

    @property
    def name(self) -> str:
        """What a draft of this place is kept under."""
        return f"{self.kind}:{self.key}" if self.key else self.kind

    @property
    def path(self) -> str:
        """Its address below the offer's."""
        return f"edit/{self.kind}/{self.key}/" if self.key else f"edit/{self.kind}/"

    def find(self) -> None:  # noqa: B027 - most places are always there
        """Look up what stands here; NotVisible when there is no such thing."""

    @property
    @abstractmethod
    def heading(self) -> str:
        """What is written here."""

    @property
    def right(self) -> Right:
        """What the writer may do here."""
        return "write" if self.desk.offers else ""

    @property
    def version(self) -> int:
        """The version that stands now."""
        return self.desk.bid.version

    @abstractmethod
    def values(self) -> dict[str, Any]:
        """What stands here, as one would type it."""

    @abstractmethod
    def form(self, data: Mapping[str, Any] | None = None, initial: Mapping[str, Any] | None = None) -> forms.EditForm:
        """The form, with what was typed, or with what stands here."""

    def proposed(self, said: Mapping[str, Any]) -> JointOffer:
        """The offer as it would be, if it can be said before saving."""
        del said
        return self.desk.offer

    @abstractmethod
    def save(self, form: forms.EditForm, *, seen: int, by: Actor, now: datetime) -> None:
        """Make what was typed stand here."""

    def suggest(self, form: forms.EditForm, *, why: str, by: Actor, now: datetime) -> None:  # noqa: ARG002 - what places share
        """Propose what was typed to the firm whose place it is."""
        raise NotVisible

    def remove(self, *, seen: int, by: Actor, now: datetime) -> None:  # noqa: ARG002 - what places share
        """Take away what stands here."""
        raise NotVisible

    def suggest_removal(self, *, why: str, by: Actor, now: datetime) -> None:  # noqa: ARG002 - what places share
        """Propose to take away what stands here."""
        raise NotVisible

    def move(self, to: int, *, seen: int, by: Actor, now: datetime) -> None:  # noqa: ARG002 - what places share
        """Put what stands here in another place of its list."""
        raise NotVisible

    def standing_at(self) -> int:
        """Its place in its list."""
        return 0

    def behind(self, other: str) -> int:
        """The place right behind another of its list; the first one behind nothing."""
        del other
        return 0

    @property
    def leaves(self) -> bool:
        """Whether leaving the form saves it: not where others are asked or told, or something new begins."""
        return self.right == "write" and self.version > 0 and self.kind not in {"rules", "discount", "fee", "plan"}


OfferAction = Callable[..., Bid]


class OfferPlace(Place):
    """Something said of the offer as a whole."""

    form_class: ClassVar[type[forms.EditForm]]
    keys: ClassVar[tuple[str, ...]]
    action: ClassVar[OfferAction]

    def form(self, data: Mapping[str, Any] | None = None, initial: Mapping[str, Any] | None = None) -> forms.EditForm:
        """The form of this place."""
        return self.form_class(data, initial=initial or self.values(), offer=self.desk.offer)

    def values(self) -> dict[str, Any]:
        """What the form's own `values` says of the offer."""
        said: dict[str, Any] = self.form_class.values(self.desk.offer)  # type: ignore[attr-defined]
        return said

    def proposed(self, said: Mapping[str, Any]) -> JointOffer:
        """The offer with this said of it."""
        return proposed_offer(self.desk.offer, read_offer_piece(said, only=self.keys))

    def save(self, form: forms.EditForm, *, seen: int, by: Actor, now: datetime) -> None:
        """By the place's own action."""
        piece = read_offer_piece(form.said(), only=self.keys)
        type(self).action(bid=self.desk.bid, changes=piece, seen=seen, by=by, now=now)


class TitlePlace(OfferPlace):
    """Name and reference."""

    kind, form_class, keys, action = "title", forms.TitleForm, DETAILS, staticmethod(change_offer_details)

    @property
    def heading(self) -> str:
        """Of the form."""
        return _("Name and reference")


class DatesPlace(OfferPlace):
    """When."""

    kind, form_class, keys, action = "dates", forms.DatesForm, DETAILS, staticmethod(change_offer_details)

    @property
    def heading(self) -> str:
        """Of the form."""
        return _("Dates")


class LooksPlace(OfferPlace):
    """Language and length."""

    kind, form_class, keys, action = "looks", forms.LooksForm, DETAILS, staticmethod(change_offer_details)

    @property
    def heading(self) -> str:
        """Of the form."""
        return _("Language and length")


class NeedPlace(OfferPlace):
    """The client's need."""

    kind, form_class, keys, action = "need", forms.NeedForm, DETAILS, staticmethod(change_offer_details)

    @property
    def heading(self) -> str:
        """Of the form."""
        return _("What the client needs")


class TermsPlace(OfferPlace):
    """Conditions and notes."""

    kind, form_class, keys, action = "terms", forms.TermsForm, TERMS, staticmethod(change_terms)
    template = "bids/edit/pairs.html"

    @property
    def heading(self) -> str:
        """Of the form."""
        return _("Terms")


class DiscountPlace(OfferPlace):
    """The discount."""

    kind, form_class, keys, action = "discount", forms.DiscountForm, DISCOUNT, staticmethod(set_discount)
    has_totals = True

    def values(self) -> dict[str, Any]:
        """The discount that stands."""
        return forms.AdjustmentForm.values(self.desk.offer.discount)

    @property
    def heading(self) -> str:
        """Of the form."""
        return _("Discount on the whole offer")


class FeePlace(OfferPlace):
    """The coordination fee."""

    kind, form_class, keys, action = "fee", forms.FeeForm, FEE, staticmethod(set_fee)
    has_totals = True

    def values(self) -> dict[str, Any]:
        """The fee that stands."""
        return forms.AdjustmentForm.values(self.desk.offer.coordination_fee)

    @property
    def heading(self) -> str:
        """Of the form."""
        return _("Fee for coordinating, of the partners' rows")


class PlanPlace(OfferPlace):
    """The payment plan."""

    kind, form_class, keys, action = "plan", forms.PlanForm, PLAN, staticmethod(set_payment_plan)
    template = "bids/edit/pairs.html"

    @property
    def heading(self) -> str:
        """Of the form."""
        return _("Instalments")


class PackagesPlace(OfferPlace):
    """The packages."""

    kind, form_class, keys, action = "packages", forms.PackagesForm, PACKAGES, staticmethod(change_packages)
    template = "bids/edit/packages.html"

    @property
    def heading(self) -> str:
        """Of the form."""
        return _("Packages the client can choose")


class RulesPlace(OfferPlace):
    """The rules of the game."""

    kind, form_class, keys = "rules", forms.RulesForm, RULES
    template = "bids/edit/rules.html"
    has_totals = True

    def values(self) -> dict[str, Any]:
        """As they stand."""
        return forms.RulesForm.values(self.desk.offer, always_ask=self.desk.bid.always_ask)

    @property
    def heading(self) -> str:
        """Of the form."""
        return _("Rules of the game")

    def save(self, form: forms.EditForm, *, seen: int, by: Actor, now: datetime) -> None:
        """The rules, and whether all are asked about everything."""
        changes = read_offer_piece(form.said(), only=self.keys)
        asks = bool(form.cleaned_data["always_ask"])
        change_rules(bid=self.desk.bid, changes=changes, seen=seen, by=by, now=now, always_ask=asks)


class ClientPlace(Place):
    """Whom the offer is for."""

    kind = "client"
    template = "bids/edit/client.html"

    @property
    def heading(self) -> str:
        """Of the form."""
        return _("Client")

    @property
    def version(self) -> int:
        """The client's own."""
        return self._client.version

    @property
    def _client(self) -> Client:
        return self.desk.bid.client

    def values(self) -> dict[str, Any]:
        """As it stands."""
        return forms.ClientForm.values(self.desk.offer.client)

    def form(self, data: Mapping[str, Any] | None = None, initial: Mapping[str, Any] | None = None) -> forms.EditForm:
        """The client's card."""
        return forms.ClientForm(data, initial=initial or self.values(), offer=self.desk.offer)

    def save(self, form: forms.EditForm, *, seen: int, by: Actor, now: datetime) -> None:
        """The card."""
        change_client(bid=self.desk.bid, changes=read_client(form.said()), seen=seen, by=by, now=now)


def really_changed(
    shape: Shape, said: Mapping[str, Any], read: Callable[[Mapping[str, Any]], Piece], written: Mapping[str, Any]
) -> dict[str, Any]:
    """Of what a whole form says, only what differs from what is written there."""
    defaults = {key.name: key.default for key in shape.keys}
    kept = {}
    for name, value in said.items():
        was = read({name: written[name]}).get(name) if name in written else defaults.get(name)
        if read({name: value}).get(name) != was:
            kept[name] = value
    return kept


class LinePlace(Place):
    """A row that is there."""

    kind = "line"
    template = "bids/edit/line.html"
    has_totals = True
    may_be_removed = True
    may_be_moved = True

    def find(self) -> None:
        """The row and its part."""
        self.part, self.row = self.desk.line(self.key)
        self.said_part = part_by_key(self.desk.offer, self.part.key)
        self.said_line = next(line for line in self.said_part.lines if line.code == self.key)
        if not self.desk.eyes.sees_price_of(self.part.key):
            raise NotVisible

    @property
    def heading(self) -> str:
        """Of the form."""
        return _("Row %(code)s, %(firm)s") % {"code": self.key, "firm": self.said_part.firm.name}

    @property
    def right(self) -> Right:
        """By whose row it is."""
        return self.desk.rows_right(self.part)

    @property
    def version(self) -> int:
        """The row's own."""
        return self.row.version

    def values(self) -> dict[str, Any]:
        """As it stands."""
        return forms.LineForm.values(self.said_line)

    def form(self, data: Mapping[str, Any] | None = None, initial: Mapping[str, Any] | None = None) -> forms.EditForm:
        """The row's form."""
        return forms.LineForm(
            data, initial=initial or self.values(), offer=self.desk.offer, part=self.said_part, line=self.said_line
        )

    def proposed(self, said: Mapping[str, Any]) -> JointOffer:
        """The offer with the row as typed."""
        line = changed_line(self.said_line, read_line_change(said), self.desk.offer, self.part.key)
        proposed = with_line(self.desk.offer, self.part.key, line)
        return one_default_each(proposed, self.part.key, newest=self.key if line.default else "")

    def save(self, form: forms.EditForm, *, seen: int, by: Actor, now: datetime) -> None:
        """The row."""
        change_line(line=self._row(), changes=read_line_change(form.said()), seen=seen, by=by, now=now)

    def suggest(self, form: forms.EditForm, *, why: str, by: Actor, now: datetime) -> None:
        """Only what differs is suggested."""
        changes = really_changed(LINE, form.said(), read_line_change, LINE.write(self.said_line))
        make_suggestion(part=self.part, line=self._row(), changes=changes, why=why, by=by, now=now)

    def remove(self, *, seen: int, by: Actor, now: datetime) -> None:
        """Take the row away."""
        remove_line(line=self._row(), seen=seen, by=by, now=now)

    def suggest_removal(self, *, why: str, by: Actor, now: datetime) -> None:
        """Suggest to take the row away."""
        make_suggestion(part=self.part, line=self._row(), changes={"removed": True}, why=why, by=by, now=now)

    def move(self, to: int, *, seen: int, by: Actor, now: datetime) -> None:
        """Within its part."""
        move_line(line=self._row(), to=to, seen=seen, by=by, now=now)

    def standing_at(self) -> int:
        """Among the rows of its part."""
        return self._codes.index(self.key)

    def behind(self, other: str) -> int:
        """Among the rows of its part, itself left out."""
        others = [code for code in self._codes if code != self.key]
        return others.index(other) + 1 if other in others else 0

    @property
    def _codes(self) -> list[str]:
        return [line.code for line in self.said_part.lines]

    def _row(self) -> LineItem:
        self.row.part, self.row.bid = self.part, self.desk.bid
        return self.row


class NewLinePlace(Place):
    """A row that is not there yet."""

    kind = "new-line"
    template = "bids/edit/line.html"
    has_totals = True

    def find(self) -> None:
        """The part."""
        self.part = self.desk.part(self.key)
        self.said_part = part_by_key(self.desk.offer, self.key)

    @property
    def heading(self) -> str:
        """Of the form."""
        return _("New row, %(firm)s") % {"firm": self.said_part.firm.name}

    @property
    def right(self) -> Right:
        """By whose part it is."""
        return self.desk.rows_right(self.part)

    @property
    def version(self) -> int:
        """Nothing stands here."""
        return 0

    def values(self) -> dict[str, Any]:
        """What a new row usually is."""
        period = self.desk.offer.delivery
        supply = usual_vat(self.desk.offer, self.key, period.ends_on if period else self.desk.offer.issued_on)
        return forms.blank_line(VAT_WORDS.get(supply.category) or f"{supply.rate:f}") | {"vat_reason": supply.reason}

    def form(self, data: Mapping[str, Any] | None = None, initial: Mapping[str, Any] | None = None) -> forms.EditForm:
        """A row's form."""
        return forms.LineForm(
            data, initial=initial or self.values(), offer=self.desk.offer, part=self.said_part, line=None
        )

    def proposed(self, said: Mapping[str, Any]) -> JointOffer:
        """The offer with the row as typed."""
        line = new_line(read_line(said), self.desk.offer, self.key, code="+")
        return one_default_each(with_line(self.desk.offer, self.key, line), self.key)

    def save(self, form: forms.EditForm, *, seen: int, by: Actor, now: datetime) -> None:
        """One more row."""
        del seen
        add_line(part=self._part(), line=read_line(form.said()), by=by, now=now, public_id=self.fresh_id)

    def suggest(self, form: forms.EditForm, *, why: str, by: Actor, now: datetime) -> None:
        """Suggest one more row."""
        said = {name: value for name, value in form.said().items() if value not in (None, "", False)}
        make_suggestion(part=self._part(), changes={"new_line": said}, why=why, by=by, now=now)

    def _part(self) -> Part:
        self.part.bid = self.desk.bid
        return self.part


class PartPlace(Place):
    """A firm's own words."""

    kind = "part"

    def find(self) -> None:
        """The part."""
        self.part = self.desk.part(self.key)
        self.said_part = part_by_key(self.desk.offer, self.key)

    @property
    def heading(self) -> str:
        """Of the form."""
        return _("What %(firm)s promises") % {"firm": self.said_part.firm.name}

    @property
    def right(self) -> Right:
        """By whose part it is."""
        return self.desk.words_right(self.part)

    @property
    def version(self) -> int:
        """The part's own."""
        return self.part.version

    def values(self) -> dict[str, Any]:
        """As they stand."""
        return forms.PartForm.values(self.said_part)

    def form(self, data: Mapping[str, Any] | None = None, initial: Mapping[str, Any] | None = None) -> forms.EditForm:
        """The texts."""
        return forms.PartForm(data, initial=initial or self.values(), offer=self.desk.offer)

    def save(self, form: forms.EditForm, *, seen: int, by: Actor, now: datetime) -> None:
        """The texts."""
        self.part.bid = self.desk.bid
        write_part_texts(part=self.part, changes=read_part_texts(form.said()), seen=seen, by=by, now=now)

    def suggest(self, form: forms.EditForm, *, why: str, by: Actor, now: datetime) -> None:
        """Only what differs is suggested."""
        self.part.bid = self.desk.bid
        kinds = {key.name: key.kind for key in PART.keys}
        written = {name: kinds[name].write(getattr(self.said_part, name)) for name in form.said()}
        changes = really_changed(PART, form.said(), read_part_texts, written)
        make_suggestion(part=self.part, changes=changes, why=why, by=by, now=now)


class SectionPlace(Place):
    """A titled text that is there."""

    kind = "section"
    may_be_removed = True
    may_be_moved = True

    def find(self) -> None:
        """The text and its place."""
        self.place, self.row = self.desk.section(self.key)
        self.text: SectionText = self.desk.offer.sections[self.place]

    @property
    def heading(self) -> str:
        """Of the form."""
        return _("Text")

    @property
    def right(self) -> Right:
        """By whose words they are."""
        return self.desk.section_right(self.row)

    @property
    def version(self) -> int:
        """The text's own."""
        return self.row.version

    def values(self) -> dict[str, Any]:
        """As it stands."""
        return forms.SectionForm.values(self.text)

    def form(self, data: Mapping[str, Any] | None = None, initial: Mapping[str, Any] | None = None) -> forms.EditForm:
        """Heading and text."""
        return forms.SectionForm(data, initial=initial or self.values(), offer=self.desk.offer)

    def save(self, form: forms.EditForm, *, seen: int, by: Actor, now: datetime) -> None:
        """The text."""
        changes = read_section(form.said(), is_new=False)
        write_section(bid=self.desk.bid, section=self._row(), changes=changes, seen=seen, by=by, now=now)

    def remove(self, *, seen: int, by: Actor, now: datetime) -> None:
        """Take the text away."""
        remove_section(section=self._row(), seen=seen, by=by, now=now)

    def move(self, to: int, *, seen: int, by: Actor, now: datetime) -> None:
        """Among the texts."""
        move_section(section=self._row(), to=to, seen=seen, by=by, now=now)

    def standing_at(self) -> int:
        """Among the texts."""
        return self.place

    def _row(self) -> Section:
        self.row.bid = self.desk.bid
        return self.row


class NewSectionPlace(Place):
    """A titled text that is not there yet; `key` is the firm whose words it is, or nothing."""

    kind = "new-section"

    def find(self) -> None:
        """The firm it would belong to."""
        self.part = self.desk.part(self.key) if self.key else None

    @property
    def heading(self) -> str:
        """Of the form."""
        return _("New text")

    @property
    def right(self) -> Right:
        """A joint text is the lead's, an owned one its firm's."""
        if self.part is None:
            return "write" if self.desk.joint else ""
        return "write" if self.desk.words_right(self.part) == "write" else ""

    @property
    def version(self) -> int:
        """Nothing stands here."""
        return 0

    def values(self) -> dict[str, Any]:
        """Nothing."""
        return {}

    def form(self, data: Mapping[str, Any] | None = None, initial: Mapping[str, Any] | None = None) -> forms.EditForm:
        """Heading and text."""
        return forms.SectionForm(data, initial=initial or {}, offer=self.desk.offer)

    def save(self, form: forms.EditForm, *, seen: int, by: Actor, now: datetime) -> None:
        """One more text."""
        del seen
        changes = read_section(form.said() | ({"owner": self.key} if self.key else {}), is_new=True)
        write_section(bid=self.desk.bid, changes=changes, by=by, now=now, public_id=self.fresh_id)


class MilestonePlace(Place):
    """A dated step that is there."""

    kind = "milestone"
    may_be_removed = True

    def find(self) -> None:
        """The step."""
        self.row = self.desk.milestone(self.key)
        self.card = next(card for card in self.desk.offer.milestones if card.id == self.key)

    @property
    def heading(self) -> str:
        """Of the form."""
        return _("Step of the schedule")

    @property
    def right(self) -> Right:
        """The lead's, or its firm's."""
        return self.desk.milestone_right(self.row)

    @property
    def version(self) -> int:
        """The step's own."""
        return self.row.version

    def values(self) -> dict[str, Any]:
        """As it stands."""
        return forms.MilestoneForm.values(self.card)

    def form(self, data: Mapping[str, Any] | None = None, initial: Mapping[str, Any] | None = None) -> forms.EditForm:
        """What, when, who."""
        return forms.MilestoneForm(data, initial=initial or self.values(), offer=self.desk.offer, milestone=self.card)

    def save(self, form: forms.EditForm, *, seen: int, by: Actor, now: datetime) -> None:
        """The step."""
        changes = read_milestone(form.said(), is_new=False)
        set_milestone(bid=self.desk.bid, milestone=self._row(), changes=changes, seen=seen, by=by, now=now)

    def remove(self, *, seen: int, by: Actor, now: datetime) -> None:
        """Take the step away."""
        remove_milestone(milestone=self._row(), seen=seen, by=by, now=now)

    def _row(self) -> Milestone:
        self.row.bid = self.desk.bid
        return self.row


class NewMilestonePlace(Place):
    """A dated step that is not there yet."""

    kind = "new-milestone"

    @property
    def heading(self) -> str:
        """Of the form."""
        return _("New step of the schedule")

    @property
    def right(self) -> Right:
        """The lead's, or a firm's own step."""
        own = self.desk.own is not None and self.desk.rows_right(self.desk.own) == "write"
        return "write" if self.desk.offers or own else ""

    @property
    def version(self) -> int:
        """Nothing stands here."""
        return 0

    def values(self) -> dict[str, Any]:
        """One's own step."""
        return {"owner": self.desk.own.key} if self.desk.own else {}

    def form(self, data: Mapping[str, Any] | None = None, initial: Mapping[str, Any] | None = None) -> forms.EditForm:
        """What, when, who."""
        return forms.MilestoneForm(data, initial=initial or self.values(), offer=self.desk.offer, milestone=None)

    def save(self, form: forms.EditForm, *, seen: int, by: Actor, now: datetime) -> None:
        """One more step."""
        del seen
        changes = read_milestone(form.said(), is_new=True)
        set_milestone(bid=self.desk.bid, changes=changes, by=by, now=now, public_id=self.fresh_id)


KINDS: dict[str, type[Place]] = {
    place.kind: place
    for place in (
        TitlePlace,
        DatesPlace,
        LooksPlace,
        NeedPlace,
        ClientPlace,
        RulesPlace,
        TermsPlace,
        DiscountPlace,
        FeePlace,
        PlanPlace,
        PackagesPlace,
        LinePlace,
        NewLinePlace,
        PartPlace,
        SectionPlace,
        NewSectionPlace,
        MilestonePlace,
        NewMilestonePlace,
    )
}


def place_of(desk: Desk, kind: str, key: str) -> Place:
    """The place of this name; NotVisible when there is none, or it is not the writer's to change."""
    if kind not in KINDS:
        raise NotVisible
    place = KINDS[kind](desk, key)
    if not place.right:
        raise NotVisible
    return place
