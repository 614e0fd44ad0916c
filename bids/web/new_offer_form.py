"""What is typed on the page a joint offer starts from, read forgivingly, with every fault beside its field."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bids import formats, typed
from bids.content import Period
from bids.queries.partners import EarlierPartner
from bids.steps.asking import Asked
from bids.steps.starting import NewOffer, Rules
from bids.typed import NotReadable
from bids.vocabulary import ClientKind, Invoicing, Language, Liability, PriceVisibility, Profile
from bids.web import typed_moment
from bids.web.edit_words import ANSWERING_SEES_TOTAL
from bids.web.order_form import PROFILES
from bids.web.typed_moment import Moment, moment
from kernel.clock import helsinki_day
from kernel.errors import Malformed
from members.web.details import CleanLineField

MOST_ROWS: Final = 60
"""Rows that are read of one form; more than may be asked, so that whoever writes too many is told so."""
AT_FIRST: Final = 2

_EMAIL = re.compile(r"[^\s<>,;]*@[^\s<>,;]*")
_PHONE = re.compile(r"\+?[0-9][0-9\s().\-/]{3,}")

NO_CONTACT: Final = _("Write an e-mail address like sari@example.fi, or a telephone number like 040 123 4567.")
READY: Final = {
    "not_a_day": _("This is not understood. Write a day like 24.4. or a week like “week 17”."),
    "no_such_day": _("There is no such day. Look at the calendar."),
    "past": _("That day has passed already. Choose a later one."),
    "too_far": _("That is too many years ahead. Choose an earlier day."),
}
INVOICING: Final = [
    (Invoicing.EACH.value, _("Each firm invoices its own part")),
    (Invoicing.LEAD.value, _("The lead invoices everything")),
]
LIABILITY: Final = [
    (Liability.SEVERAL.value, _("Each answers for its own part")),
    (Liability.LEAD.value, _("The lead answers for the whole")),
    (Liability.JOINT.value, _("All answer together for the whole")),
]
VISIBILITY: Final = [
    (PriceVisibility.ALL.value, _("Every firm sees the prices the client sees")),
    (PriceVisibility.OWN_AND_TOTAL.value, _("Each sees its own price and the total")),
    (PriceVisibility.OWN.value, _("Each sees its own price only")),
]
KINDS: Final = [
    (ClientKind.BUSINESS.value, _("A firm")),
    (ClientKind.PUBLIC.value, _("A municipality or another public body")),
    (ClientKind.ASSOCIATION.value, _("An association")),
    (ClientKind.CONSUMER.value, _("A private person")),
]
SHORTLY: Final = {
    Invoicing.EACH.value: _("each invoices its own part"),
    Invoicing.LEAD.value: _("the lead invoices everything"),
}
IN_LANGUAGE: Final = {"fi": _("in Finnish"), "sv": _("in Swedish"), "en": _("in English")}


@dataclass(kw_only=True)
class Row:
    """One firm that is to be asked, as typed. `part` is its key in the offer this one is made from."""

    number: int
    name: str = ""
    contact: str = ""
    what: str = ""
    part: str = ""
    initials: str = ""
    colour: str = ""
    faults: dict[str, str] = field(default_factory=dict)

    @property
    def is_blank(self) -> bool:
        """Whether nobody is named in it and nothing asked."""
        return not (self.name.strip() or self.contact.strip() or self.what.strip())

    def asked(self, known: Mapping[str, EarlierPartner]) -> Asked:
        """Whom it asks for what; the address of an earlier partner need not be typed again."""
        name, contact = self.name.strip(), read_contact(self.contact)
        before = known.get(name.casefold())
        if before is not None and not self.contact.strip():
            contact = Contact(email=before.email, phone=before.phone, name=before.contact)
        return Asked(name=name, what=self.what, email=contact.email, phone=contact.phone, contact=contact.name)


@dataclass(frozen=True, kw_only=True)
class Contact:
    """How somebody is reached: an address, a number, a name, each perhaps empty."""

    email: str = ""
    phone: str = ""
    name: str = ""


def read_contact(text: str) -> Contact:
    """An address or a telephone number, or both with a name: `Sari Selko <sari@selko.fi>, 040 123 4567`.

    What is neither is taken for a number, so that it is told to be none.
    """
    email = _EMAIL.search(text)
    rest = _EMAIL.sub(" ", text) if email else text
    phone = _PHONE.search(rest)
    name = " ".join((rest.replace(phone[0], " ") if phone else rest).strip(" <>,;").split()).strip(" <>,;")
    if email is None and phone is None:
        return Contact(phone=name)
    return Contact(email=email[0] if email else "", phone=phone[0].strip() if phone else "", name=name)


def rows_in(words: Mapping[str, Any]) -> list[Row]:
    """The rows typed, blank ones too, in their order."""
    numbers = sorted(
        {int(match[1]) for key in words if (match := re.fullmatch(r"firm-([0-9]{1,3})-(?:name|contact|what)", key))}
    )
    return [
        Row(
            number=place,
            name=str(words.get(f"firm-{number}-name", ""))[:1000],
            contact=str(words.get(f"firm-{number}-contact", ""))[:1000],
            what=str(words.get(f"firm-{number}-what", ""))[:10000],
            part=str(words.get(f"firm-{number}-part", ""))[:12],
        )
        for place, number in enumerate(numbers[:MOST_ROWS])
    ]


class NewOfferForm(forms.Form):
    """The client, the sentence, the two moments, and behind one fold what nobody is asked."""

    client_name = CleanLineField(
        label=_("Client's name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Whom is the offer for?")},
    )
    client_email = CleanLineField(
        label=_("Client's e-mail"),
        max_length=254,
        required=False,
        widget=forms.TextInput(attrs={"type": "email", "inputmode": "email", "autocomplete": "off"}),
    )
    title = forms.CharField(
        label=_("What we offer, in one sentence"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2, "class": "short"}),
        error_messages={"required": _("Say in one sentence what you offer. It becomes the title.")},
    )
    leaves = forms.CharField(
        label=_("Leaves"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("When does it leave? Write a day and an hour, like “tomorrow 18.00”.")},
    )
    ready = forms.CharField(
        label=_("Done by"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": _("week 17")}),
    )
    client_kind = forms.ChoiceField(label=_("The client is"), choices=KINDS, required=False)
    language = forms.ChoiceField(label=_("Language of the offer"), choices=settings.LANGUAGES, required=False)
    profile = forms.ChoiceField(label=_("Length"), choices=PROFILES, required=False)
    invoicing = forms.ChoiceField(label=_("Who invoices"), choices=INVOICING, required=False)
    liability = forms.ChoiceField(label=_("Who answers for what"), choices=LIABILITY, required=False)
    price_visibility = forms.ChoiceField(
        label=_("Who sees which price"), choices=VISIBILITY, required=False, help_text=ANSWERING_SEES_TOTAL
    )
    payment_days = forms.IntegerField(
        label=_("Days to pay"), required=False, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    valid_days = forms.IntegerField(
        label=_("Valid for days"), required=False, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    always_ask = forms.BooleanField(label=_("Ask every firm again about every change"), required=False)

    places: Final = {
        "client_name": "client_name",
        "client_email": "client_email",
        "client_contact": "client_name",
        "title": "title",
        "leaves_at": "leaves",
        "ready": "ready",
        "payment_days": "payment_days",
        "valid_days": "valid_days",
    }
    """Where on the page a fault of the action is shown."""

    def __init__(
        self,
        words: Mapping[str, Any],
        *,
        now: datetime,
        partners: Iterable[EarlierPartner] = (),
        is_sent: bool = False,
    ) -> None:
        self.now = now
        self.rows = rows_in(words)
        self.partners = {each.name.casefold(): each for each in partners}
        self.firms_fault = ""
        defaults = {**self.defaults(), **{key: words[key] for key in words if key in self.base_fields}}
        if is_sent:
            super().__init__({**self.defaults(words), **_plain(words)}, initial=defaults)
        else:
            super().__init__(initial=defaults)

    @staticmethod
    def defaults(words: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """What holds unless it is changed; a tick that is not there was taken away."""
        rules = Rules()
        found: dict[str, Any] = {
            "client_kind": ClientKind.BUSINESS.value,
            "language": rules.language.value,
            "profile": rules.profile.value,
            "invoicing": rules.invoicing.value,
            "liability": rules.liability.value,
            "price_visibility": rules.price_visibility.value,
            "payment_days": str(rules.payment_days),
            "valid_days": str(rules.valid_days),
        }
        return found if words is None else {key: value for key, value in found.items() if not words.get(key)}

    def clean_leaves(self) -> Moment:
        """The moment typed."""
        try:
            return moment(self.cleaned_data["leaves"], now=self.now)
        except NotReadable as refused:
            sentence = typed_moment.SENTENCES.get(refused.code, typed_moment.SENTENCES["not_a_day"])
            raise forms.ValidationError(str(sentence)) from None

    def clean_ready(self) -> Period | None:
        """The day or the week typed; None when it is left open."""
        text = self.cleaned_data["ready"]
        if not text.strip():
            return None
        try:
            return typed.days(text, today=helsinki_day(self.now))
        except NotReadable as refused:
            raise forms.ValidationError(READY.get(refused.code, READY["not_a_day"])) from None

    def new_offer(self, *, meeting: UUID | None = None, group: UUID | None = None) -> NewOffer:
        """What is to be started, once the form is valid."""
        said = self.cleaned_data
        client = read_contact(said["client_email"]) if "<" in said["client_email"] else None
        return NewOffer(
            client_name=said["client_name"],
            client_email=client.email if client else said["client_email"],
            client_contact=client.name if client else "",
            client_kind=ClientKind(said["client_kind"]),
            title=said["title"],
            leaves_at=said["leaves"].at,
            delivery=said["ready"],
            firms=tuple(row.asked(self.partners) for row in self.filled),
            rules=Rules(
                language=Language(said["language"]),
                profile=Profile(said["profile"]),
                invoicing=Invoicing(said["invoicing"]),
                liability=Liability(said["liability"]),
                payment_days=said["payment_days"],
                valid_days=said["valid_days"],
                price_visibility=PriceVisibility(said["price_visibility"]),
                always_ask=said["always_ask"],
            ),
            meeting=meeting,
            group=group,
        )

    @property
    def filled(self) -> list[Row]:
        """The rows somebody is named in."""
        return [row for row in self.rows if not row.is_blank]

    def take_faults(self, refused: Malformed) -> None:
        """Put every fault the action found beside what it is about."""
        for path, sentence in refused.faults.items():
            match = re.fullmatch(r"firms\[([0-9]+)\]\.([a-z]+)", path)
            if match is not None:
                place = "contact" if match[2] in {"email", "phone", "contact"} else match[2]
                told = NO_CONTACT if match[2] == "phone" else sentence
                self.filled[int(match[1])].faults.setdefault(place, str(told))
            elif path == "firms":
                self.firms_fault = str(sentence)
            else:
                self.add_error(self.places.get(path), str(sentence))

    @property
    def shortly(self) -> str:
        """What nobody was asked, in one line."""
        said = {**self.defaults(), **{key: self[key].value() for key in self.fields if self[key].value()}}
        pieces = [
            SHORTLY.get(str(said["invoicing"])),
            gettext("%(days)s days net") % {"days": said["payment_days"]},
            gettext("valid %(days)s days") % {"days": said["valid_days"]},
            IN_LANGUAGE.get(str(said["language"])),
        ]
        line = " · ".join(str(piece) for piece in pieces if piece)
        return line[:1].upper() + line[1:]

    @property
    def behind_the_fold(self) -> list[forms.BoundField]:
        """The fields nobody needs to look at."""
        return [self[name] for name in list(self.fields)[list(self.fields).index("client_kind") :]]

    @property
    def must_unfold(self) -> bool:
        """Whether something behind the fold needs correcting."""
        return any(bound.errors for bound in self.behind_the_fold)


def first_words(*, now: datetime, language: Language) -> dict[str, str]:
    """What an empty page says: tomorrow at six, and two rows to fill."""
    tomorrow = moment("huomenna", now=now)
    words = {"leaves": typed_moment.as_typed(tomorrow.at, now=now, language=language)}
    return words | {f"firm-{number}-name": "" for number in range(AT_FIRST)}


def as_ready(period: Period | None, language: Language) -> str:
    """How one would type these days."""
    if period is None:
        return ""
    if formats.is_whole_week(period.starts_on, period.ends_on):
        return gettext("week %(number)s") % {"number": period.ends_on.isocalendar().week}
    if language is Language.EN:
        return period.ends_on.isoformat()
    return formats.day(period.ends_on, language)


def _plain(words: Mapping[str, Any]) -> dict[str, Any]:
    return {key: words[key] for key in words if words[key]}
