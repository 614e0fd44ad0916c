"""What changed from one version of an offer to the next, in words a reader sees at a glance."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import override

from bids import formats
from bids.content import CLIENT, Adjustment, Contact, FrozenAnswer, JointOffer, Line, OfferPart, Period
from bids.pricing import ChoiceRefused, Totals, totals
from bids.units import unit_name
from bids.vat import NoRateKnown, vat_wording
from bids.vocabulary import Invoicing, Language, Liability, Role, VatCategory
from kernel.markdown import to_plain

ADDED, REMOVED, CHANGED = "added", "removed", "changed"
_LONGEST_QUESTION = 100


@dataclass(frozen=True, kw_only=True)
class Change:
    """One thing that came, went or is otherwise now. `firm` is the key of the firm it is about, or empty."""

    kind: str
    what: str
    before: str = ""
    after: str = ""
    firm: str = ""


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What changed in one respect."""

    heading: str
    changes: tuple[Change, ...]


Shows = Callable[[str], bool]
"""Whether the reader sees the prices of the firm with this key; of the empty key, those of the whole."""


def version_diff(
    before: JointOffer,
    after: JointOffer,
    *,
    language: Language,
    shows_prices: Shows = lambda _key: True,
    answers: tuple[Sequence[FrozenAnswer], Sequence[FrozenAnswer]] = ((), ()),
) -> tuple[Changes, ...]:
    """The changes, each respect under its heading, without those in which nothing changed.

    Prices the reader may not see are left out, and so is whether they changed. `answers` are those of the two versions;
    a question may name a price, so each is read by who may read the prices of the firm that was asked.
    """
    with override(language.value):
        found = _Differ(before, after, language, shows_prices)
        groups = (
            Changes(heading=_("Price in all"), changes=tuple(found.sums())),
            Changes(heading=_("Firms"), changes=tuple(found.firms())),
            Changes(heading=_("Rows"), changes=tuple(found.lines())),
            Changes(heading=_("Choices"), changes=tuple(found.packages())),
            Changes(heading=_("Dates"), changes=tuple(found.dates())),
            Changes(heading=_("Rules of the game"), changes=tuple(found.rules())),
            Changes(heading=_("Texts"), changes=tuple(found.texts())),
            Changes(heading=_("Client"), changes=tuple(found.client())),
            Changes(heading=_("Questions and answers"), changes=tuple(_answers(*answers, shows_prices))),
        )
    return tuple(group for group in groups if group.changes)


class _Differ:
    """Two offers beside each other."""

    def __init__(self, before: JointOffer, after: JointOffer, language: Language, shows: Shows) -> None:
        self.before, self.after, self.language, self.shows = before, after, language, shows
        self.then, self.now = _totals(before), _totals(after)

    def sums(self) -> Iterator[Change]:
        if self.then is None or self.now is None:
            return
        if self.shows(""):
            for what, one, other in (
                (_("Without VAT"), self.then.net, self.now.net),
                (_("VAT"), self.then.vat, self.now.vat),
                (_("With VAT"), self.then.gross, self.now.gross),
            ):
                yield from _told(what, self._money(one), self._money(other))
        nets = {part.firm: part.net for part in self.then.parts}
        for part in self.now.parts:
            if part.firm in nets and self.shows(part.firm):
                what = _("%(firm)s, without VAT") % {"firm": self._name(part.firm)}
                yield from _told(what, self._money(nets[part.firm]), self._money(part.net), firm=part.firm)

    def firms(self) -> Iterator[Change]:
        then, now = _by_key(self.before), _by_key(self.after)
        for key in now.keys() - then.keys():
            yield Change(kind=ADDED, what=now[key].firm.name, firm=key)
        for key in then.keys() - now.keys():
            yield Change(kind=REMOVED, what=then[key].firm.name, firm=key)
        for key in (key for key in now if key in then):
            one, other = then[key].firm, now[key].firm
            name = other.name
            yield from _told(_("Name"), one.name, name, firm=key)
            pairs = (
                (_("%(firm)s: Business ID"), one.business_id or "", other.business_id or ""),
                (_("%(firm)s: invoiced through"), _seller(one.seller_name, one.name), _seller(other.seller_name, name)),
                (_("%(firm)s: VAT"), _liable(liable=one.charges_vat), _liable(liable=other.charges_vat)),
                (_("%(firm)s: contact"), _person(one.contact), _person(other.contact)),
                (_("%(firm)s: role"), _role(then[key].role), _role(now[key].role)),
            )
            for what, was, is_now in pairs:
                yield from _told(what % {"firm": name}, was, is_now, firm=key)

    def lines(self) -> Iterator[Change]:
        then = {line.code: (part, line) for part in self.before.parts for line in part.lines}
        now = {line.code: (part, line) for part in self.after.parts for line in part.lines}
        for code, (part, line) in now.items():
            said = self._line(line, part)
            if code not in then:
                yield Change(kind=ADDED, what=self._named(line), after=said, firm=part.key)
            else:
                owner, earlier = then[code]
                yield from _told(self._named(line), self._line(earlier, owner), said, firm=part.key)
        for code, (part, line) in then.items():
            if code not in now:
                yield Change(kind=REMOVED, what=self._named(line), before=self._line(line, part), firm=part.key)

    def packages(self) -> Iterator[Change]:
        then = {one.id: self._package(one.name, one.lines, one.text) for one in self.before.packages}
        now = {one.id: self._package(one.name, one.lines, one.text) for one in self.after.packages}
        names = {one.id: one.name for one in (*self.before.packages, *self.after.packages)}
        yield from _items(then, now, names)

    def dates(self) -> Iterator[Change]:
        one, other = self.before, self.after
        yield from _told(_("Valid until"), self._day(one.valid_until), self._day(other.valid_until))
        yield from _told(_("Delivery"), self._period(one.delivery), self._period(other.delivery))
        then = {
            step.id: self._period(Period(starts_on=step.starts_on, ends_on=step.ends_on)) for step in one.milestones
        }
        now = {
            step.id: self._period(Period(starts_on=step.starts_on, ends_on=step.ends_on)) for step in other.milestones
        }
        names = {step.id: step.name for step in (*one.milestones, *other.milestones)}
        yield from _items(then, now, names)
        doers = {step.id: self._name(step.owner) for step in one.milestones}
        for step in other.milestones:
            if step.id in doers:
                yield from _told(_("%(step)s: who") % {"step": step.name}, doers[step.id], self._name(step.owner))

    def rules(self) -> Iterator[Change]:
        one, other = self.before, self.after
        pairs = (
            (_("Binding offer"), _yes(is_so=one.binding), _yes(is_so=other.binding)),
            (_("Invoicing"), _invoicing(one.invoicing), _invoicing(other.invoicing)),
            (_("Who answers for it"), _liability(one.liability), _liability(other.liability)),
            (_("Payment"), _days_net(one.payment_days), _days_net(other.payment_days)),
            (_("General terms"), one.general_terms, other.general_terms),
            (_("Payment plan"), self._plan(one), self._plan(other)),
        )
        for what, was, is_now in pairs:
            yield from _told(what, was, is_now)
        if self.shows(""):
            yield from _told(_("Discount"), self._adjustment(one.discount), self._adjustment(other.discount))
            fee = _("Coordination fee")
            yield from _told(fee, self._adjustment(one.coordination_fee), self._adjustment(other.coordination_fee))
        yield from _titled(_("Terms"), _terms(one), _terms(other))

    def texts(self) -> Iterator[Change]:
        one, other = self.before, self.after
        yield from _told(_("Title"), one.title, other.title)
        yield from _told(_("Reference"), one.reference, other.reference)
        yield from _told(_("The need"), _need(one), _need(other))
        yield from _titled(
            _("Text"), [(text.title, text.text) for text in one.sections], [(t.title, t.text) for t in other.sections]
        )
        yield from _list(_("Note"), one.notes, other.notes)
        then = _by_key(one)
        for part in other.parts:
            if part.key not in then:
                continue
            earlier, name = then[part.key], part.firm.name
            about = {"firm": name}
            summary = _("%(firm)s: what it does") % about
            yield from _told(summary, to_plain(earlier.summary), to_plain(part.summary), firm=part.key)
            yield from _list(_("%(firm)s: included") % about, earlier.included, part.included, firm=part.key)
            yield from _list(_("%(firm)s: not included") % about, earlier.excluded, part.excluded, firm=part.key)
            yield from _list(_("%(firm)s: assumptions") % about, earlier.assumptions, part.assumptions, firm=part.key)
            works = [[work.title for work in each.references] for each in (earlier, part)]
            yield from _list(_("%(firm)s: earlier work") % about, works[0], works[1], firm=part.key)
            praise = [[one.text for one in each.endorsements] for each in (earlier, part)]
            yield from _list(_("%(firm)s: recommendations") % about, praise[0], praise[1], firm=part.key)

    def client(self) -> Iterator[Change]:
        one, other = self.before.client, self.after.client
        pairs = (
            (_("Name"), one.name, other.name),
            (_("Business ID"), one.business_id or "", other.business_id or ""),
            (_("VAT number"), one.vat_number or "", other.vat_number or ""),
            (_("E-invoice address"), one.e_invoice or "", other.e_invoice or ""),
            (_("Order reference"), one.order_reference or "", other.order_reference or ""),
        )
        for what, was, is_now in pairs:
            yield from _told(what, was, is_now)
        people = [[_contact(each) for each in client.contacts] for client in (one, other)]
        yield from _list(_("Contact"), people[0], people[1])

    def _name(self, key: str) -> str:
        if key == CLIENT:
            return self.after.client.name
        known = {**_by_key(self.before), **_by_key(self.after)}
        return known[key].firm.name if key in known else key

    def _named(self, line: Line) -> str:
        return f"{line.code} {' '.join(to_plain(line.text).split())}"

    def _line(self, line: Line, part: OfferPart) -> str:
        """Everything about a row but its code, in one line."""
        unit = unit_name(line.unit, self.language, line.quantity)
        said = [" ".join(to_plain(line.text).split()), f"{formats.quantity(line.quantity, self.language)} {unit}"]
        if self.shows(part.key):
            price = formats.price(line.unit_price, self.language)
            basis = _("with VAT") if line.price_basis == "gross" else _("without VAT")
            said.append(_("at %(price)s %(basis)s") % {"price": price, "basis": basis})
            if line.discount_percent:
                less = formats.percent(line.discount_percent, self.language)
                said.append(_("discount %(percent)s") % {"percent": less})
        said.append(self._vat(line))
        said.append(_promise(line))
        if line.cap_quantity is not None:
            said.append(_("at most %(most)s") % {"most": formats.quantity(line.cap_quantity, self.language)})
        if line.delivered:
            said.append(self._period(line.delivered))
        if line.optional:
            said.append(_("option"))
        if line.replaces:
            said.append(_("instead of row %(code)s") % {"code": line.replaces})
        if line.group:
            said.append(line.group)
        return " · ".join(one for one in said if one)

    def _vat(self, line: Line) -> str:
        if line.vat.category == VatCategory.STANDARD and line.vat.rate is not None:
            return _("VAT %(rate)s") % {"rate": formats.percent(line.vat.rate, self.language)}
        return vat_wording(line.vat.category, line.vat.reason, self.language)

    def _package(self, name: str, lines: Iterable[str], text: str) -> str:
        return " · ".join(one for one in (name, ", ".join(lines), to_plain(text)) if one)

    def _plan(self, offer: JointOffer) -> str:
        return ", ".join(f"{step.name} {formats.percent(step.percent, self.language)}" for step in offer.payment_plan)

    def _adjustment(self, one: Adjustment | None) -> str:
        if one is None:
            return ""
        much = self._money(one.amount) if one.amount is not None else ""
        much = formats.percent(one.percent, self.language) if one.percent is not None else much
        return f"{one.name} {much}".strip()

    def _money(self, value: Decimal) -> str:
        return formats.money(value, self.language)

    def _day(self, value: object) -> str:
        return formats.day(value, self.language)  # type: ignore[arg-type]

    def _period(self, period: Period | None) -> str:
        return formats.days(period.starts_on, period.ends_on, self.language) if period else ""


def _answers(before: Sequence[FrozenAnswer], after: Sequence[FrozenAnswer], shows: Shows) -> Iterator[Change]:
    """Answers that came, or that the later version does not carry; by whoever was asked, they are told alike."""
    for kind, here, there in ((ADDED, after, before), (REMOVED, before, after)):
        known = {(one.version, one.place, one.question, one.answered_at) for one in there}
        for one in here:
            if (one.version, one.place, one.question, one.answered_at) not in known and shows(one.firm):
                asked = " ".join(one.question.split())
                what = _("Answer to “%(question)s”") % {"question": Truncator(asked).chars(_LONGEST_QUESTION)}
                said = " ".join(one.answer.split())
                yield Change(
                    kind=kind,
                    what=what,
                    before=said if kind == REMOVED else "",
                    after=said if kind == ADDED else "",
                    firm=one.firm,
                )


def _terms(offer: JointOffer) -> list[tuple[str, str]]:
    """The offer's terms as titles and texts."""
    return [(term.title, term.text) for term in offer.terms]


def _totals(offer: JointOffer) -> Totals | None:
    try:
        return totals(offer)
    except (ChoiceRefused, NoRateKnown):
        return None


def _by_key(offer: JointOffer) -> dict[str, OfferPart]:
    return {part.key: part for part in offer.parts}


def _told(what: str, before: str, after: str, *, firm: str = "") -> Iterator[Change]:
    if before == after:
        return
    kind = CHANGED if before and after else ADDED if after else REMOVED
    yield Change(kind=kind, what=what, before=before, after=after, firm=firm)


def _items(before: Mapping[str, str], after: Mapping[str, str], names: Mapping[str, str]) -> Iterator[Change]:
    for name in names:
        yield from _told(names[name], before.get(name, ""), after.get(name, ""))


def _titled(what: str, before: list[tuple[str, str]], after: list[tuple[str, str]]) -> Iterator[Change]:
    """Titled texts; those under a title of their own are told by it, however they are ordered."""
    then, now = dict(before), dict(after)
    for title in dict.fromkeys((*then, *now)):
        yield from _told(
            f"{what}: {title}" if title else what, to_plain(then.get(title, "")), to_plain(now.get(title, ""))
        )


def _list(what: str, before: Iterable[str], after: Iterable[str], *, firm: str = "") -> Iterator[Change]:
    gone, come = list(before), list(after)
    for each in list(gone):
        if each in come:
            gone.remove(each)
            come.remove(each)
    yield from (Change(kind=REMOVED, what=what, before=to_plain(each), firm=firm) for each in gone)
    yield from (Change(kind=ADDED, what=what, after=to_plain(each), firm=firm) for each in come)


def _need(offer: JointOffer) -> str:
    return " – ".join(one for one in (offer.need.title, to_plain(offer.need.text)) if one) if offer.need else ""


def _person(contact: Contact | None) -> str:
    return _contact(contact) if contact else ""


def _contact(contact: Contact) -> str:
    accepts = _("may say yes") if contact.role == "accepts" else contact.role
    return ", ".join(one for one in (contact.name, contact.email, contact.phone, accepts) if one)


def _role(role: Role) -> str:
    return {Role.LEAD: _("lead firm"), Role.SUBCONTRACTOR: _("subcontractor")}.get(role, _("partner"))


def _seller(seller: str, name: str) -> str:
    return "" if seller == name else seller


def _yes(*, is_so: bool) -> str:
    return _("yes") if is_so else _("no")


def _liable(*, liable: bool) -> str:
    return _("charges VAT") if liable else _("no VAT")


def _days_net(days: int) -> str:
    return _("%(days)s days net") % {"days": days}


def _invoicing(word: Invoicing) -> str:
    return _("each firm invoices its own part") if word == Invoicing.EACH else _("the lead invoices everything")


def _liability(word: Liability) -> str:
    return {
        Liability.SEVERAL: _("each firm answers for its own part"),
        Liability.JOINT: _("the firms answer jointly"),
        Liability.LEAD: _("the lead answers for everything"),
    }[word]


def _promise(line: Line) -> str:
    return {
        "fixed": _("fixed price"),
        "unit": _("unit price"),
        "estimate": _("estimate"),
        "cap": _("estimate with a cap"),
        "recurring": _("recurring"),
    }[line.pricing.value]
