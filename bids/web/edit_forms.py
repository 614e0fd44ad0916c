"""The small forms an offer is written with; each says in the words of a bid package what was typed."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bids import vat
from bids.content import CLIENT, Adjustment, ClientCard, JointOffer, Line, MilestoneCard, OfferPart, Section
from bids.exports.bid_package.vat_word import VAT_WORDS
from bids.formats import percent
from bids.units import known_units, unit_name
from bids.vocabulary import Language
from bids.web import edit_words as words
from bids.web.edit_fields import (
    Items,
    Picked,
    Prose,
    TypedDays,
    TypedNumber,
    TypedPercent,
    TypedUnit,
    day_as_typed,
    items_as_typed,
    number_as_typed,
)
from bids.web.order_form import PROFILES
from bids.web.speaking import page_language
from kernel.business_id import BusinessIdNotValid, normalised
from members.places import municipalities, municipality_name
from members.web.details import CleanLineField

YEARS_BACK = timedelta(days=400)


class EditForm(forms.Form):
    """A form of one place. `said` is what it says once valid; `field_of` the field a key of the package stands in."""

    field_of: ClassVar[Mapping[str, str]] = {}

    def __init__(self, *args: Any, offer: JointOffer, **kwargs: Any) -> None:
        self.offer = offer
        kwargs.setdefault("auto_id", "e-%s")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, TypedDays):
                field.first_day = offer.issued_on - YEARS_BACK

    def said(self) -> dict[str, Any]:
        """What was typed, in the words of a package."""
        return dict(self.cleaned_data)

    def tell(self, faults: Mapping[str, Any]) -> None:
        """Put refusals next to the fields they are about; those of no field stand above them all."""
        for path, sentence in faults.items():
            key = path.split(".")[0].split("[")[0]
            name = self.field_of.get(path, self.field_of.get(key, key))
            self.add_error(name if name in self.fields else None, str(sentence))

    @property
    def language(self) -> Language:
        """The page's."""
        return page_language()


class TitleForm(EditForm):
    """What the offer is called and what it refers to."""

    title = CleanLineField(label=_("Name of the offer"), max_length=500)
    reference = CleanLineField(
        label=_("Refers to"), max_length=500, required=False, help_text=_("A meeting, a request, the client's number.")
    )

    @staticmethod
    def values(offer: JointOffer) -> dict[str, Any]:
        """As it stands."""
        return {"title": offer.title, "reference": offer.reference}


class DatesForm(EditForm):
    """When the offer is dated and when the work is done."""

    field_of = {"delivery": "last"}

    issued_on = TypedDays(label=_("Date of the offer"))
    first = TypedDays(label=_("Work begins"), required=False)
    last = TypedDays(label=_("Ready by"), required=False, last=True, help_text=_("A day, or a week like “week 17”."))

    @staticmethod
    def values(offer: JointOffer) -> dict[str, Any]:
        """As it stands."""
        language, period = page_language(), offer.delivery
        first = period.starts_on if period and period.starts_on != period.ends_on else None
        return {
            "issued_on": day_as_typed(offer.issued_on, language),
            "first": day_as_typed(first, language),
            "last": day_as_typed(period.ends_on if period else None, language),
        }

    def clean(self) -> dict[str, Any]:
        """A first day without a last one says nothing."""
        known = super().clean() or self.cleaned_data
        if known.get("first") and not known.get("last") and "last" not in self.errors:
            self.add_error("last", gettext("By when is it ready?"))
        return known

    def said(self) -> dict[str, Any]:
        """The day of the offer and its period."""
        first, last = self.cleaned_data["first"], self.cleaned_data["last"]
        return {
            "issued_on": self.cleaned_data["issued_on"],
            "delivery": {"from": first or last, "to": last} if last else None,
        }


class LooksForm(EditForm):
    """In which language the offer is a promise, and how much of it is printed."""

    language_ = Picked(label=_("Language of the offer"), choices=settings.LANGUAGES)
    profile = Picked(label=_("Length"), choices=PROFILES)
    field_of = {"language": "language_"}

    @staticmethod
    def values(offer: JointOffer) -> dict[str, Any]:
        """As it stands."""
        return {"language_": offer.language.value, "profile": offer.profile.value}

    def said(self) -> dict[str, Any]:
        """Language and length."""
        return {"language": self.cleaned_data["language_"], "profile": self.cleaned_data["profile"]}


class NeedForm(EditForm):
    """What the client wants, as the firms understand it."""

    field_of = {"need": "text"}

    title = CleanLineField(label=_("In one line"), max_length=500, required=False)
    text = Prose(label=_("What the client needs"), required=False)

    @staticmethod
    def values(offer: JointOffer) -> dict[str, Any]:
        """As it stands."""
        return {"title": offer.need.title if offer.need else "", "text": offer.need.text if offer.need else ""}

    def said(self) -> dict[str, Any]:
        """The need; skills and place stay as they are."""
        need = self.offer.need
        if need is None and not any(self.cleaned_data.values()):
            return {}
        kept = {"skills": list(need.skills), "municipality": need.municipality} if need else {}
        return {"need": {**kept, **self.cleaned_data}}


CONTACTS = 4


class ClientForm(EditForm):
    """Whom the offer is for, and who says yes there."""

    name = CleanLineField(label=_("Client"), max_length=200)
    kind = forms.ChoiceField(label=_("What kind of client"), choices=words.CLIENT_KIND)
    deducts_vat = forms.BooleanField(label=_("Gets the VAT back, and compares prices without it"), required=False)
    business_id = CleanLineField(label=_("Business ID"), max_length=20, required=False)
    vat_number = CleanLineField(label=_("VAT number"), max_length=20, required=False)
    municipality = forms.ChoiceField(label=_("Municipality"), required=False)
    e_invoice = CleanLineField(label=_("E-invoice address"), max_length=200, required=False)
    order_reference = CleanLineField(label=_("Reference on invoices"), max_length=200, required=False)
    accepts = forms.ChoiceField(label=_("Who may say yes"), required=False, widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = sorted((municipality_name(code, self.language), code) for code in municipalities())
        self.fields["municipality"] = forms.ChoiceField(
            label=_("Municipality"), required=False, choices=[("", "–"), *((code, name) for name, code in named)]
        )
        for number in range(CONTACTS):
            self.fields[f"person_{number}"] = CleanLineField(label=_("Name"), max_length=200, required=False)
            self.fields[f"email_{number}"] = forms.EmailField(label=_("E-mail"), max_length=254, required=False)
            self.fields[f"phone_{number}"] = CleanLineField(label=_("Telephone"), max_length=40, required=False)
        people = [(str(number), self._name_of(number)) for number in self._shown()]
        self.fields["accepts"].choices = [*people, ("", _("Not known yet"))]  # type: ignore[attr-defined]

    @staticmethod
    def values(client: ClientCard) -> dict[str, Any]:
        """As it stands."""
        said: dict[str, Any] = {
            "name": client.name,
            "kind": client.kind.value,
            "deducts_vat": client.deducts_vat,
            "business_id": client.business_id or "",
            "vat_number": client.vat_number or "",
            "municipality": client.municipality,
            "e_invoice": client.e_invoice or "",
            "order_reference": client.order_reference or "",
            "accepts": "",
        }
        for number, contact in enumerate(client.contacts[:CONTACTS]):
            said |= {
                f"person_{number}": contact.name,
                f"email_{number}": contact.email,
                f"phone_{number}": contact.phone,
            }
            if contact.role == "accepts":
                said["accepts"] = str(number)
        return said

    def people(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields of each person, those that are filled in and one more."""
        return [(str(n), [self[f"person_{n}"], self[f"email_{n}"], self[f"phone_{n}"]]) for n in self._shown()]

    def _shown(self) -> range:
        """Who is shown: whoever has a word in a field or is said to say yes, and one more."""
        filled = [n for n in range(CONTACTS) if any(self[f"{k}_{n}"].value() for k in ("person", "email", "phone"))]
        chosen = str(self["accepts"].value() or "")
        filled += [n for n in range(CONTACTS) if str(n) == chosen]
        return range(min(CONTACTS, (max(filled) + 2) if filled else 1))

    def _name_of(self, number: int) -> str:
        """How the person is named where one of them is chosen."""
        said = str(self[f"person_{number}"].value() or self[f"email_{number}"].value() or "").strip()
        return said or gettext("Person %(n)s") % {"n": number + 1}

    def clean_business_id(self) -> str | None:
        """In its stored form."""
        try:
            return normalised(self.cleaned_data["business_id"]) if self.cleaned_data["business_id"] else None
        except BusinessIdNotValid:
            raise forms.ValidationError(
                _("A Business ID has seven digits, a hyphen and a check digit, like 1234567-8.")
            ) from None

    def said(self) -> dict[str, Any]:
        """The card with its people; those beyond the ones shown stay."""
        known = self.cleaned_data
        people = []
        for number in range(CONTACTS):
            name, email, phone = (known[f"{key}_{number}"] for key in ("person", "email", "phone"))
            if name or email or phone:
                was = self.offer.client.contacts[number].role if number < len(self.offer.client.contacts) else ""
                role = "accepts" if known["accepts"] == str(number) else ("" if was == "accepts" else was)
                people.append({"name": name or email or phone, "email": email, "phone": phone, "role": role})
        people += [vars(contact) for contact in self.offer.client.contacts[CONTACTS:]]
        plain = ("name", "kind", "deducts_vat", "business_id", "municipality")
        return {
            **{key: known[key] for key in plain},
            **{key: known[key] or None for key in ("vat_number", "e_invoice", "order_reference")},
            "contacts": people,
        }


class RulesForm(EditForm):
    """The rules of the game."""

    invoicing = Picked(label=_("Who invoices"), choices=words.INVOICING)
    liability = Picked(label=_("Who answers for what"), choices=words.LIABILITY)
    payment_days = forms.IntegerField(label=_("Days to pay"), min_value=0, max_value=365)
    valid_until = TypedDays(label=_("Valid until"), last=True)
    price_visibility = Picked(
        label=_("Who sees which price"), choices=words.VISIBILITY, help_text=words.ANSWERING_SEES_TOTAL
    )
    always_ask = forms.BooleanField(label=_("Ask every firm about every change"), required=False)

    @staticmethod
    def values(offer: JointOffer, *, always_ask: bool) -> dict[str, Any]:
        """As they stand."""
        return {
            "invoicing": offer.invoicing.value,
            "liability": offer.liability.value,
            "payment_days": str(offer.payment_days),
            "valid_until": day_as_typed(offer.valid_until, page_language()),
            "price_visibility": offer.price_visibility.value,
            "always_ask": always_ask,
        }

    def said(self) -> dict[str, Any]:
        """The rules; whether all are asked about everything stands apart, for a package does not say it."""
        known = dict(self.cleaned_data)
        known.pop("always_ask")
        return known | {"payment_days": str(known["payment_days"])}


TERMS_MORE = 1


class TermsForm(EditForm):
    """Conditions, general terms and notes."""

    general_terms = CleanLineField(label=_("General terms"), max_length=500, required=False)
    notes = Items(label=_("Notes"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.count = len(self.offer.terms) + TERMS_MORE
        for number in range(self.count):
            self.fields[f"title_{number}"] = CleanLineField(label=_("Heading"), max_length=500, required=False)
            self.fields[f"text_{number}"] = Prose(label=_("Condition"), rows=3, required=False)

    @staticmethod
    def values(offer: JointOffer) -> dict[str, Any]:
        """As they stand."""
        said: dict[str, Any] = {"general_terms": offer.general_terms, "notes": items_as_typed(offer.notes)}
        for number, term in enumerate(offer.terms):
            said |= {f"title_{number}": term.title, f"text_{number}": term.text}
        return said

    def pairs(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Heading and text of each condition, and one more."""
        return [(self[f"title_{n}"], self[f"text_{n}"]) for n in range(self.count)]

    def clean(self) -> dict[str, Any]:
        """A condition has both a heading and a text."""
        known = super().clean() or self.cleaned_data
        for number in range(self.count):
            title, text = known.get(f"title_{number}"), str(known.get(f"text_{number}") or "").strip()
            if bool(title) != bool(text):
                missing = "text" if title else "title"
                self.add_error(f"{missing}_{number}", gettext("A condition has a heading and a text."))
        return known

    def said(self) -> dict[str, Any]:
        """The conditions that are filled in, in their order."""
        known = self.cleaned_data
        pairs = [(known[f"title_{n}"], known[f"text_{n}"]) for n in range(self.count)]
        return {
            "terms": [{"title": title, "text": text} for title, text in pairs if title],
            "general_terms": known["general_terms"],
            "notes": known["notes"],
        }


class AdjustmentForm(EditForm):
    """A discount or a fee."""

    by = Picked(label=_("How much"), choices=words.ADJUSTED_BY)
    figure = TypedNumber(label=_("Figure"), decimals=3, required=False)
    name = CleanLineField(label=_("What it is called"), max_length=200, required=False)
    field_of = {"amount": "figure", "percent": "figure", "name": "name", "discount": "figure"}
    key: ClassVar[str] = ""
    usual_name: ClassVar[Any] = ""

    @staticmethod
    def values(adjustment: Adjustment | None) -> dict[str, Any]:
        """As it stands."""
        if adjustment is None:
            return {"by": "none", "figure": "", "name": ""}
        by = "percent" if adjustment.percent is not None else "amount"
        figure = adjustment.percent if adjustment.percent is not None else adjustment.amount
        return {"by": by, "figure": number_as_typed(figure, page_language()), "name": adjustment.name}

    def clean(self) -> dict[str, Any]:
        """A figure where there is something to adjust."""
        known = super().clean() or self.cleaned_data
        if known.get("by") != "none" and not known.get("figure") and "figure" not in self.errors:
            self.add_error("figure", gettext("How much is it?"))
        return known

    def said(self) -> dict[str, Any]:
        """The adjustment or none."""
        known = self.cleaned_data
        if known["by"] == "none":
            return {self.key: None}
        return {self.key: {"name": known["name"] or str(self.usual_name), known["by"]: known["figure"]}}


class DiscountForm(AdjustmentForm):
    """A discount on the whole offer."""

    key = "discount"
    usual_name = _("Discount")


class FeeForm(AdjustmentForm):
    """The lead's fee for coordinating."""

    key = "coordination_fee"
    usual_name = _("Coordination")


PLAN_ROWS = 6


class PlanForm(EditForm):
    """In which instalments the offer is paid."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.count = max(PLAN_ROWS, len(self.offer.payment_plan) + 1)
        for number in range(self.count):
            self.fields[f"name_{number}"] = CleanLineField(label=_("When"), max_length=200, required=False)
            self.fields[f"percent_{number}"] = TypedPercent(label=_("Percent"), required=False)

    @staticmethod
    def values(offer: JointOffer) -> dict[str, Any]:
        """As it stands."""
        said: dict[str, Any] = {}
        for number, step in enumerate(offer.payment_plan):
            said |= {f"name_{number}": step.name, f"percent_{number}": number_as_typed(step.percent, page_language())}
        return said

    def pairs(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Each instalment that is filled in, and one or two more."""
        filled = [n for n in range(self.count) if self[f"name_{n}"].value() or self[f"percent_{n}"].value()]
        shown = min(self.count, max(2, (max(filled) + 2) if filled else 2))
        return [(self[f"name_{n}"], self[f"percent_{n}"]) for n in range(shown)]

    def clean(self) -> dict[str, Any]:
        """An instalment has both a name and a share."""
        known = super().clean() or self.cleaned_data
        for number in range(self.count):
            name, share = known.get(f"name_{number}"), known.get(f"percent_{number}")
            if bool(name) != bool(share) and f"percent_{number}" not in self.errors:
                missing = "percent" if name else "name"
                self.add_error(f"{missing}_{number}", gettext("An instalment has a name and a share."))
        return known

    def said(self) -> dict[str, Any]:
        """The instalments that are filled in."""
        known = self.cleaned_data
        rows = [(known[f"name_{n}"], known[f"percent_{n}"]) for n in range(self.count)]
        return {"payment_plan": [{"name": name, "percent": share} for name, share in rows if name]}


class PackagesForm(EditForm):
    """What the client can take as one choice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.count = len(self.offer.packages) + 1
        choosable = [line for line in self.offer.lines if line.optional or line.replaces or line.group]
        named = [(line.code, f"{line.code} {line.text[:60]}") for line in choosable]
        for number in range(self.count):
            self.fields[f"name_{number}"] = CleanLineField(label=_("Name"), max_length=200, required=False)
            self.fields[f"text_{number}"] = Prose(label=_("What one gets"), rows=2, required=False)
            self.fields[f"lines_{number}"] = forms.MultipleChoiceField(
                label=_("Rows"), choices=named, required=False, widget=forms.CheckboxSelectMultiple
            )
        numbers = [(str(n), gettext("Package %(n)s") % {"n": n + 1}) for n in range(self.count)]
        self.fields["default"] = forms.ChoiceField(
            label=_("Chosen beforehand"), choices=[("", _("None")), *numbers], required=False
        )

    @staticmethod
    def values(offer: JointOffer) -> dict[str, Any]:
        """As they stand."""
        said: dict[str, Any] = {"default": ""}
        for number, package in enumerate(offer.packages):
            said |= {
                f"name_{number}": package.name,
                f"text_{number}": package.text,
                f"lines_{number}": list(package.lines),
            }
            if package.default:
                said["default"] = str(number)
        return said

    def sets(self) -> list[tuple[forms.BoundField, ...]]:
        """The fields of each package and of one more."""
        return [(self[f"name_{n}"], self[f"text_{n}"], self[f"lines_{n}"]) for n in range(self.count)]

    def said(self) -> dict[str, Any]:
        """The packages that have a name; each keeps its id."""
        known, packages = self.cleaned_data, []
        taken = {package.id for package in self.offer.packages}
        for number in range(self.count):
            if not known[f"name_{number}"]:
                continue
            standing = self.offer.packages[number].id if number < len(self.offer.packages) else ""
            identifier = standing or _free("p", taken)
            taken.add(identifier)
            packages.append(
                {
                    "id": identifier,
                    "name": known[f"name_{number}"],
                    "text": known[f"text_{number}"],
                    "lines": known[f"lines_{number}"],
                    "default": known["default"] == str(number),
                }
            )
        return {"packages": packages}


def _free(letter: str, taken: set[str]) -> str:
    number = 1
    while f"{letter}{number}" in taken:
        number += 1
    return f"{letter}{number}"


class LineForm(EditForm):
    """A row: what, how much, at what price; the rest unfolds."""

    text = Prose(label=_("What"), rows=2)
    quantity = TypedNumber(label=_("How many"), decimals=3)
    unit = TypedUnit(label=_("Unit"), max_length=40, widget=forms.TextInput(attrs={"list": "units"}))
    unit_price = TypedNumber(label=_("Price of one, €"), decimals=4)
    price_basis = Picked(label=_("The price is"), choices=words.BASIS)
    vat = forms.ChoiceField(label=_("VAT"))
    vat_reason = CleanLineField(
        label=_("Why no VAT is charged"),
        max_length=200,
        required=False,
        help_text=_("A section of law, like AVL 34 §."),
    )
    pricing = forms.ChoiceField(label=_("How the price is promised"), choices=words.PRICING)
    cap_quantity = TypedNumber(label=_("At most how many"), decimals=3, required=False)
    discount_percent = TypedPercent(label=_("Discount of this row, %"), required=False)
    first = TypedDays(label=_("Begins"), required=False)
    last = TypedDays(label=_("Ready by, if not with the rest"), required=False, last=True)
    counts = forms.ChoiceField(label=_("When it counts"), choices=words.COUNTS)
    replaces = forms.ChoiceField(label=_("In place of"), required=False)
    group = CleanLineField(label=_("Name of the group"), max_length=40, required=False)
    default = forms.BooleanField(label=_("Counts until the client chooses another"), required=False)
    supply = forms.ChoiceField(label=_("Kind of service, for the law's sake"), choices=words.SUPPLY, required=False)

    field_of = {
        "delivered_on": "last",
        "delivered_from": "first",
        "delivered_to": "last",
        "optional": "counts",
    }
    main = ("text", "quantity", "unit", "unit_price", "price_basis", "vat")

    def __init__(self, *args: Any, part: OfferPart, line: Line | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.line = line
        period = (line.delivered if line else None) or self.offer.delivery
        self._choices("vat", _vat_choices(period.ends_on if period else self.offer.issued_on, line, self.language))
        others = [one for one in self.offer.lines if one != line and not one.replaces and not one.group]
        self._choices("replaces", [("", "–"), *((one.code, f"{one.code} {one.text[:60]}") for one in others)])
        self.is_outside_vat = not part.firm.charges_vat
        self.units = [unit_name(word, self.language) for word in known_units()]

    def _choices(self, name: str, choices: Sequence[tuple[Any, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = list(choices)

    @staticmethod
    def values(line: Line) -> dict[str, Any]:
        """As it stands."""
        language, period = page_language(), line.delivered
        one_day = period is not None and period.starts_on == period.ends_on
        return {
            "text": line.text,
            "quantity": number_as_typed(line.quantity, language),
            "unit": unit_name(line.unit, language),
            "unit_price": number_as_typed(line.unit_price, language, decimals=2),
            "price_basis": line.price_basis.value,
            "vat": VAT_WORDS.get(line.vat.category) or f"{line.vat.rate:f}",
            "vat_reason": line.vat.reason,
            "pricing": line.pricing.value,
            "cap_quantity": number_as_typed(line.cap_quantity, language),
            "discount_percent": number_as_typed(line.discount_percent or None, language),
            "first": day_as_typed(period.starts_on if period and not one_day else None, language),
            "last": day_as_typed(period.ends_on if period else None, language),
            "counts": _counts(line),
            "replaces": line.replaces or "",
            "group": line.group or "",
            "default": line.default,
            "supply": line.supply.value if line.supply else "",
        }

    @property
    def is_unfolded(self) -> bool:
        """Whether something of the rest is said already, or wrong."""
        usual = {"pricing": "fixed", "counts": "always"}
        rest = [name for name in self.fields if name not in self.main]
        return any(name in self.errors for name in rest) or any(
            (self[name].value() or "") not in {usual.get(name, ""), ""} and self[name].value() is not False
            for name in rest
        )

    def clean(self) -> dict[str, Any]:
        """What belongs together is there together."""
        known = super().clean() or self.cleaned_data
        counts = known.get("counts")
        if counts == "instead" and not known.get("replaces"):
            self.add_error("replaces", gettext("In place of which row?"))
        if counts == "group" and not known.get("group"):
            self.add_error("group", gettext("What is the group called?"))
        if known.get("pricing") == "cap" and not known.get("cap_quantity") and "cap_quantity" not in self.errors:
            self.add_error("cap_quantity", gettext("At most how many will be charged?"))
        if known.get("first") and not known.get("last") and "last" not in self.errors:
            self.add_error("last", gettext("By when is it ready?"))
        return known

    def said(self) -> dict[str, Any]:
        """The row in the words of a package."""
        known = self.cleaned_data
        counts, first, last = known["counts"], known["first"], known["last"]
        said = {name: known[name] for name in ("text", "quantity", "unit", "unit_price", "price_basis", "pricing")}
        return said | {
            "vat": known["vat"],
            "vat_reason": known["vat_reason"] if known["vat"] in VAT_WORDS.values() else "",
            "cap_quantity": known["cap_quantity"] if known["pricing"] == "cap" else None,
            "discount_percent": known["discount_percent"] or "0",
            "delivered_on": None if first else last,
            "delivered_from": first,
            "delivered_to": last if first else None,
            "optional": counts == "option",
            "replaces": known["replaces"] if counts == "instead" else None,
            "group": known["group"] if counts == "group" else None,
            "default": counts == "group" and known["default"],
            "supply": known["supply"] or None,
        }


def _counts(line: Line) -> str:
    if line.group:
        return "group"
    if line.replaces:
        return "instead"
    return "option" if line.optional else "always"


def _vat_choices(day: date, line: Line | None, language: Language) -> list[tuple[str, Any]]:
    rates = list(vat.rates_on(day))
    if line and line.vat.rate is not None and line.vat.rate not in rates:
        rates.insert(0, line.vat.rate)
    return [*((f"{rate:f}", percent(rate, language)) for rate in rates), *words.NO_VAT]


class PartForm(EditForm):
    """What a firm promises in words."""

    summary = Prose(label=_("What we do"), required=False)
    included = Items(label=_("Included in the price"))
    excluded = Items(label=_("Not included"))
    assumptions = Items(label=_("What the price rests on"))

    @staticmethod
    def values(part: OfferPart) -> dict[str, Any]:
        """As it stands."""
        lists = {key: items_as_typed(getattr(part, key)) for key in ("included", "excluded", "assumptions")}
        return {"summary": part.summary, **lists}


class SectionForm(EditForm):
    """A titled text."""

    title = CleanLineField(label=_("Heading"), max_length=500)
    text = Prose(label=_("Text"), rows=10, help_text=_("Text from Word can be pasted as it is."))
    language_ = forms.ChoiceField(label=_("Language of this text"), required=False)
    field_of = {"language": "language_"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["language_"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [("", _("As the offer")), *settings.LANGUAGES]

    @staticmethod
    def values(section: Section) -> dict[str, Any]:
        """As it stands."""
        return {"title": section.title, "text": section.text, "language_": section.language}

    def said(self) -> dict[str, Any]:
        """Heading, text, language."""
        known = dict(self.cleaned_data)
        return {"title": known["title"], "text": known["text"], "language": known["language_"]}


class MilestoneForm(EditForm):
    """A dated step."""

    name = CleanLineField(label=_("What is ready or happens"), max_length=500)
    first = TypedDays(label=_("Begins"))
    last = TypedDays(label=_("Ends"), required=False, last=True)
    owner = forms.ChoiceField(label=_("Who does it"))
    hands_over_to = forms.ChoiceField(label=_("Who goes on from it"), required=False)
    needs = forms.MultipleChoiceField(label=_("Waits for"), required=False, widget=forms.CheckboxSelectMultiple)
    field_of = {"starts_on": "first", "ends_on": "last"}

    def __init__(self, *args: Any, milestone: MilestoneCard | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        who = [*((part.key, part.firm.name) for part in self.offer.parts), (CLIENT, self.offer.client.name)]
        others = [(one.id, one.name) for one in self.offer.milestones if one != milestone]
        for name, choices in (("owner", who), ("hands_over_to", [("", "–"), *who]), ("needs", others)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
            field.choices = choices

    @staticmethod
    def values(card: MilestoneCard) -> dict[str, Any]:
        """As it stands."""
        language = page_language()
        return {
            "name": card.name,
            "first": day_as_typed(card.starts_on, language),
            "last": day_as_typed(card.ends_on if card.ends_on != card.starts_on else None, language),
            "owner": card.owner,
            "hands_over_to": card.hands_over_to,
            "needs": list(card.needs),
        }

    def said(self) -> dict[str, Any]:
        """The step; one day when no last one is said."""
        known = self.cleaned_data
        return {
            "name": known["name"],
            "starts_on": known["first"],
            "ends_on": known["last"] or known["first"],
            "owner": known["owner"],
            "hands_over_to": known["hands_over_to"],
            "needs": known["needs"],
        }


def blank_line(vat_word: str) -> dict[str, Any]:
    """What a new row's form begins with."""
    return {
        "quantity": "1",
        "unit": unit_name("erä", page_language()),
        "price_basis": "net",
        "vat": vat_word,
        "pricing": "fixed",
        "counts": "always",
    }
