"""The sheet of a joint offer: all that page, PDF and letters show of it, made from its content and nothing else."""

import re
from collections.abc import Iterable
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import override

from bids import formats
from bids.content import CLIENT, NOTHING_CHOSEN, Choice, Contact, FrozenAnswer, JointOffer, Line, OfferPart
from bids.pricing import Invoice as PricedInvoice
from bids.pricing import PricedLine, Sum, VatGroup, priced_lines
from bids.sheets import amounts, shape
from bids.sheets.choices import Choices, counted_as
from bids.sheets.clauses import clauses_in, clauses_in_all
from bids.sheets.frozen import sheet_as_json, sheet_from_json
from bids.sheets.places import about_words, address_now, place_of_answer
from bids.sheets.schedule import gantt, steps
from bids.sheets.shape import OfferSheet
from bids.sheets.threads import threads
from bids.units import unit_name
from bids.vat import vat_wording
from bids.visibility import CLIENTS_EYES, Eyes, Seen, seen
from bids.vocabulary import ClientKind, Language, LinePricing, Profile, Role, VatCategory
from kernel.clock import helsinki_day
from kernel.markdown import to_plain
from members.places import municipality_name

__all__ = ["OfferSheet", "offer_sheet", "sheet_as_json", "sheet_from_json"]

_ONE_LINE = 130
_NAMED_ROWS = 3
_EVENT_DAYS = 7


def offer_sheet(
    offer: JointOffer,
    choice: Choice = NOTHING_CHOSEN,
    *,
    eyes: Eyes = CLIENTS_EYES,
    language: Language | None = None,
    profile: Profile | None = None,
    is_draft: bool = False,
    version: int | None = None,
    answers: tuple[FrozenAnswer, ...] = (),
) -> OfferSheet:
    """The offer as its client reads it, for a choice, in a language (the offer's own unless another is asked for).

    For other `eyes` it holds what they may read of that; `answers` may name prices, and are read by who may read the
    asked firm's. Raises `pricing.ChoiceRefused` for a choice that cannot be
    priced.
    """
    language = language or offer.language
    with override(language.value):
        sheet = _Sheet(seen(offer, eyes, choice), language)
        return sheet.made(profile or offer.profile, is_draft=is_draft, version=version, answers=answers)


class _Sheet:
    """What its reader sees of an offer, in a language, and what several fields of the sheet are made from.

    Only `sums` holds amounts to be shown; what is hidden from the reader is not in here at all.
    """

    def __init__(self, seen: Seen, language: Language) -> None:
        self.offer = offer = seen.offer
        self.eyes = seen.eyes
        self.language = language
        self.sums = seen.sums
        self.shape = seen.shape
        self.choices = Choices(seen, language)
        self.priced = priced_lines(offer)
        self.counted = frozenset(seen.shape.counted)
        self.threads = threads(offer.parts)
        self.client_invoices = [invoice for invoice in seen.shape.settlement if invoice.buyer == CLIENT]
        self.is_joint = len(offer.parts) > 1

    def made(
        self, profile: Profile, *, is_draft: bool, version: int | None, answers: tuple[FrozenAnswer, ...]
    ) -> OfferSheet:
        offer, now = self.offer, self.sums
        options, groups, packages = self.choices.options(), self.choices.groups(), self.choices.packages()
        clauses = clauses_in_all(offer, self.shape, has_choices=bool(options or groups or packages))
        clause_texts = {clause.key: clause.text for clause in clauses_in(self.language, clauses)}
        return OfferSheet(
            number=offer.number,
            title=offer.title,
            document_name=self._document_name(),
            language=self.language.value,
            content_language=offer.language.value,
            profile=profile.value,
            theme=offer.theme.value,
            is_draft=is_draft,
            binding=offer.binding,
            is_joint=self.is_joint,
            headline="net" if offer.client.deducts_vat else "gross",
            reference=offer.reference,
            issued_on=amounts.day(offer.issued_on, self.language),
            valid_until=amounts.day(offer.valid_until, self.language),
            delivery=self._delivery(),
            invoicing=offer.invoicing.value,
            liability=offer.liability.value,
            payment_days=offer.payment_days,
            client=self._client(),
            contact=self._person(offer.lead.firm.contact),
            lead_text=self._lead_text(),
            facts=self._facts(),
            firms=tuple(map(self._firm, offer.parts)),
            totals=self._sums(now.total),
            lines_net=self._money(now.lines_net),
            fee=self._money(now.fee) if now.fee else None,
            fee_name=offer.coordination_fee.name if offer.coordination_fee else "",
            discount=self._money(-now.discount) if now.discount else None,
            discount_name=offer.discount.name if offer.discount else "",
            vat_rows=self._vat_rows(now.vat_groups if self.eyes.sees_every_price else ()),
            invoices=tuple(
                self._invoice(self._ordinal(one.seller), one) for one in now.settlement if one.buyer == CLIENT
            ),
            options=options,
            groups=groups,
            packages=packages,
            plan=self._plan(),
            ceiling=None if now.ceiling_gross is None else self._money(now.ceiling_gross),
            caps_reached=self._caps_reached(),
            need=self._need(),
            sections=tuple(
                shape.Text(title=one.title, text=one.text, owner=one.owner, language=one.language)
                for one in offer.sections
            ),
            steps=steps(offer, self.language),
            gantt=gantt(offer, self.language),
            terms=tuple(shape.Text(title=one.title, text=one.text) for one in offer.terms),
            general_terms=offer.general_terms,
            notes=offer.notes,
            clauses=clauses_in(self.language, clauses),
            clauses_in_all=clauses,
            slip=shape.Slip(
                sentence=next(text for key, text in clause_texts.items() if key.startswith("acceptance")),
                return_to=offer.lead.firm.contact.email if offer.lead.firm.contact else "",
                by=amounts.day(offer.valid_until, self.language),
            ),
            version=version,
            answers=tuple(
                answer_row(one, self.offer, self.language) for one in answers if self.eyes.sees_price_of(one.firm)
            ),
        )

    def _money(self, value: Decimal | None) -> shape.Money:
        return shape.HIDDEN if value is None else amounts.money(value, self.language)

    def _sums(self, value: Sum | None) -> shape.Sums:
        if value is None:
            return shape.HIDDEN_SUMS
        return amounts.sums(value.net, value.vat, value.gross, self.language)

    def _ordinal(self, seller: str) -> int:
        """Which of the client's invoices is this firm's, counted from 1; 0 for a firm that sends the client none."""
        sellers = [invoice.seller for invoice in self.client_invoices]
        return sellers.index(seller) + 1 if seller in sellers else 0

    def _document_name(self) -> str:
        if self.offer.client.kind == ClientKind.PUBLIC:
            return _("Joint tender") if self.is_joint else _("Tender")
        return _("Joint offer") if self.is_joint else _("Offer")

    def _person(self, contact: Contact | None) -> shape.Person | None:
        if contact is None:
            return None
        return shape.Person(
            name=contact.name,
            email=contact.email,
            phone=formats.phone(contact.phone) if contact.phone else "",
            phone_link=formats.phone_link(contact.phone),
        )

    def _client(self) -> shape.Client:
        card = self.offer.client
        who_accepts = [contact for contact in card.contacts if contact.role == "accepts"] or list(card.contacts)
        return shape.Client(
            name=card.name,
            kind=card.kind.value,
            business_id=_printed(card.business_id),
            vat_number=card.vat_number or "",
            municipality=municipality_name(card.municipality, self.language.value),
            contact=self._person(who_accepts[0]) if who_accepts else None,
            e_invoice=card.e_invoice or "",
            order_reference=card.order_reference or "",
            deducts_vat=card.deducts_vat,
        )

    def _need(self) -> shape.Need | None:
        need = self.offer.need
        if need is None or not (need.title or need.text):
            return None
        place = municipality_name(need.municipality, self.language.value)
        return shape.Need(title=need.title, text=need.text, municipality=place)

    def _lead_text(self) -> str:
        """The first paragraph that says what it is about: of the shared or the lead's texts, else of the need."""
        shared = [section.text for section in self.offer.sections if section.owner in {"", self.offer.lead.key}]
        need = self.offer.need.text if self.offer.need else ""
        return next((paragraph for text in (*shared, need) if (paragraph := first_paragraph(text))), "")

    def _delivery(self) -> str:
        period = self.offer.delivery
        return formats.days(period.starts_on, period.ends_on, self.language) if period else ""

    def _facts(self) -> tuple[shape.Fact, ...]:
        return (
            *self._ready(),
            shape.Fact(key="valid", label=_("Valid until"), text=formats.day(self.offer.valid_until, self.language)),
            shape.Fact(
                key="payment",
                label=_("Payment"),
                text=_("%(days)s days net") % {"days": self.offer.payment_days},
            ),
        )

    def _ready(self) -> tuple[shape.Fact, ...]:
        """When the work is there: an event's days, the week in which the last step ends, or the last day."""
        of_lines = [
            self.offer.delivery_of(line)
            for line in self.offer.lines
            if line.code in self.counted and line.pricing != LinePricing.RECURRING
        ]
        periods = [period for period in (*of_lines, self.offer.delivery) if period is not None]
        if not periods:
            return ()
        first = min(period.starts_on for period in periods)
        last = max(period.ends_on for period in periods)
        if (last - first).days < _EVENT_DAYS:
            return (shape.Fact(key="when", label=_("When"), text=formats.days(first, last, self.language)),)
        in_week = any(
            one.ends_on == last and formats.is_whole_week(one.starts_on, one.ends_on) for one in self.offer.milestones
        )
        text = formats.in_week(last, self.language) if in_week else formats.day(last, self.language)
        return (shape.Fact(key="ready", label=_("Ready"), text=text),)

    def _firm(self, part: OfferPart) -> shape.Firm:
        firm = part.firm
        lines = [line for line in part.lines if line.code in self.counted]
        ordinal, invoice = self._ordinal(part.key), self.sums.invoice_of(part.key)
        share = self.sums.part_of(part.key)
        own = None if invoice is None else Sum(net=invoice.net, vat=invoice.vat, gross=invoice.gross)
        status = "" if firm.charges_vat else vat_wording(VatCategory.OUTSIDE, "", self.language)
        return shape.Firm(
            key=part.key,
            thread=self.threads[part.key],
            is_lead=part.role == Role.LEAD,
            role=part.role.value,
            role_text=self._role(part),
            name=firm.name,
            business_id=_printed(firm.business_id),
            legal_form=firm.legal_form,
            municipality=municipality_name(firm.municipality, self.language.value),
            seller_name=firm.seller_name,
            seller_business_id=_printed(firm.seller_business_id),
            invoiced_through=firm.invoiced_through.name if firm.invoiced_through else "",
            vat_status=status,
            contact=self._person(firm.contact),
            logo=firm.logo,
            staff=str(firm.staff) if firm.staff is not None else "",
            fields=firm.fields,
            skills=firm.skills,
            does=self._does(part, lines),
            summary=part.summary,
            included=part.included,
            excluded=part.excluded,
            assumptions=part.assumptions,
            references=tuple(
                shape.Reference(
                    title=one.title,
                    line=", ".join(filter(None, (one.client, str(one.year) if one.year else ""))),
                    text=one.text,
                )
                for one in part.references
            ),
            endorsements=tuple(shape.Endorsement(text=one.text, by=one.by) for one in part.endorsements),
            rows=tuple(self._row(line, self.priced[line.code]) for line in lines),
            row_notes=self._row_notes(self.priced[line.code] for line in lines),
            lines_net=self._money(share.lines_net if share else None),
            discount=self._money(-share.discount) if share and share.discount else None,
            net=self._money(share.net if share else None),
            sums=self._sums(own) if ordinal else None,
            invoice=ordinal,
        )

    def _role(self, part: OfferPart) -> str:
        if not self.is_joint:
            return ""
        if part.role == Role.LEAD:
            return _("lead firm")
        return _("subcontractor") if part.role == Role.SUBCONTRACTOR else _("partner")

    def _does(self, part: OfferPart, lines: list[Line]) -> str:
        summary = " ".join(to_plain(part.summary).split())
        if summary:
            return cut_at_word(summary, _ONE_LINE)
        named = [_described(line, self.language) for line in lines[:_NAMED_ROWS]]
        more = len(lines) - len(named)
        if more > 0:
            named.append(_("%(count)s more") % {"count": more})
        return "; ".join(named)

    def _row(self, line: Line, priced: PricedLine) -> shape.PriceRow:
        by_code = {one.code: one for one in self.offer.lines} if line.replaces else {}
        is_seen = self.eyes.sees_price_of(priced.firm)
        return shape.PriceRow(
            code=line.code,
            text=line.text,
            quantity=formats.quantity(line.quantity, self.language) if is_seen else "",
            unit=unit_name(line.unit, self.language, line.quantity) if is_seen else "",
            unit_price=formats.unit_price(line.unit_price, self.language) if is_seen else "",
            discount=formats.percent(line.discount_percent, self.language) if line.discount_percent else "",
            net=self._money(priced.net if is_seen else None),
            gross=None if priced.gross_entered is None else self._money(priced.gross_entered),
            vat=self._vat_text(priced.category, priced.rate),
            vat_category=priced.category.value,
            vat_rate="" if priced.rate is None else f"{priced.rate:f}",
            pricing=line.pricing.value,
            mark=self._mark(line),
            promise=self._promise(line),
            delivered=self._delivered(line),
            is_chosen=line.optional or line.replaces is not None,
            stands_for=by_code[line.replaces].text if line.replaces and line.replaces in by_code else "",
        )

    def _mark(self, line: Line) -> str:
        return {
            LinePricing.ESTIMATE: _("estimate"),
            LinePricing.CAP: _("estimate with a cap"),
            LinePricing.RECURRING: _("recurring"),
        }.get(line.pricing, "")

    def _promise(self, line: Line) -> str:
        mark = self._mark(line)
        if line.pricing != LinePricing.CAP or line.cap_quantity is None:
            return mark
        most = formats.quantity(line.cap_quantity, self.language)
        unit = unit_name(line.unit, self.language, line.cap_quantity)
        return _("%(mark)s, at most %(most)s") % {"mark": mark, "most": f"{most}{formats.NBSP}{unit}"}

    def _delivered(self, line: Line) -> str:
        period = line.delivered
        return formats.days(period.starts_on, period.ends_on, self.language) if period else ""

    def _vat_text(self, category: VatCategory, rate: Decimal | None) -> str:
        if category == VatCategory.STANDARD and rate is not None:
            return formats.percent(rate, self.language)
        return {
            VatCategory.OUTSIDE: _("no VAT"),
            VatCategory.EXEMPT: _("exempt"),
            VatCategory.REVERSE: _("reverse charge"),
        }.get(category, formats.percent(Decimal(0), self.language))

    def _row_notes(self, priced: Iterable[PricedLine]) -> tuple[str, ...]:
        notes = (vat_wording(one.category, one.reason, self.language) for one in priced)
        return tuple(dict.fromkeys(note for note in notes if note))

    def _vat_rows(self, groups: Iterable[VatGroup]) -> tuple[shape.VatRow, ...]:
        """One row for each category and rate over all sellers, highest rate first, then what carries no VAT."""
        gathered: dict[tuple[VatCategory, Decimal | None], list[VatGroup]] = {}
        for group in groups:
            gathered.setdefault((group.category, group.rate), []).append(group)
        ordered = sorted(gathered.items(), key=lambda one: (-(one[0][1] or Decimal(-1)), one[0][0]))
        return tuple(self._vat_row(category, rate, same) for (category, rate), same in ordered)

    def _vat_row(self, category: VatCategory, rate: Decimal | None, groups: list[VatGroup]) -> shape.VatRow:
        reasons = dict.fromkeys(reason for group in groups for reason in (group.reasons or ("",)))
        wordings = (vat_wording(category, reason, self.language) for reason in reasons)
        return shape.VatRow(
            label=self._vat_text(category, rate),
            category=category.value,
            rate="" if rate is None else f"{rate:f}",
            taxable=self._money(sum((group.taxable for group in groups), Decimal("0.00"))),
            vat=self._money(sum((group.vat for group in groups), Decimal("0.00"))),
            reason="; ".join(dict.fromkeys(filter(None, wordings))),
        )

    def _invoice(self, ordinal: int, invoice: PricedInvoice) -> shape.Invoice:
        part = next(part for part in self.offer.parts if part.key == invoice.seller)
        return shape.Invoice(
            ordinal=ordinal,
            firm=part.key,
            seller_name=part.firm.seller_name,
            seller_business_id=_printed(part.firm.seller_business_id),
            sums=amounts.sums(invoice.net, invoice.vat, invoice.gross, self.language),
            vat_rows=self._vat_rows(invoice.vat_groups),
            carries_vat=part.firm.charges_vat,
        )

    def _plan(self) -> tuple[shape.Instalment, ...]:
        return tuple(
            shape.Instalment(
                name=one.name,
                percent=formats.percent(one.percent, self.language),
                gross=self._money(one.gross),
                shares=tuple(
                    shape.InstalmentShare(firm=invoice.seller, gross=self._money(one.by_seller[invoice.seller]))
                    for invoice in self.client_invoices
                    if invoice.seller in one.by_seller
                ),
            )
            for one in self.sums.instalments
        )

    def _caps_reached(self) -> shape.Sums | None:
        reached, total = self.sums.caps_reached, self.sums.total
        if reached is None or total is None or reached.gross == total.gross:
            return None
        return self._sums(reached)


def answer_row(one: FrozenAnswer, offer: JointOffer, language: Language) -> shape.Answer:
    """An answer beside the offer that carries it; `about` is in the active language."""
    return shape.Answer(
        place=address_now(one, offer),
        about=about_words(place_of_answer(one)),
        question=one.question,
        answer=one.answer,
        day=amounts.day(helsinki_day(one.answered_at), language),
        version=one.version,
    )


def first_paragraph(text: str) -> str:
    """The first paragraph of a Markdown text that is neither a heading nor a list, as it was typed."""
    for block in re.split(r"\n\s*\n", text.strip()):
        if block.strip() and not re.match(r"\s*(#|[-*+]\s|\d+[.)]\s|>)", block):
            return block.strip()
    return ""


def cut_at_word(text: str, length: int) -> str:
    """The text, or its beginning up to the last whole word that fits, with an ellipsis."""
    if len(text) <= length:
        return text
    whole = text[: length + 1].rsplit(" ", 1)[0]
    return f"{whole[:length].rstrip(' ,;:.–')}…"


def _described(line: Line, language: Language) -> str:
    text = " ".join(to_plain(line.text).split())
    counted = counted_as(line, language)
    return f"{text}, {counted}" if counted else text


def _printed(business_id: str | None) -> str:
    return formats.business_id(business_id) if business_id else ""
