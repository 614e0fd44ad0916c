"""The form that looks for offers: only what it knows counts, and what it cannot use it says and passes over."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from bids.models import Bid
from bids.queries.finding import Place, Wish, clients_of, partners_in, years_of
from bids.sheets.offer_state import stage_name
from bids.vocabulary import OfferStage

PLACES = {Place.LEADS: _("we lead"), Place.TAKES_PART: _("we take part")}


class FindForm(forms.Form):
    """A few words, and choices from what there is."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=100,
        help_text=_("Client, firm, word, number, Business ID or year"),
    )
    state = forms.ChoiceField(label=_("State"), required=False)
    place = forms.ChoiceField(label=_("Our place"), required=False)
    client = forms.ChoiceField(label=_("Client"), required=False)
    firm = forms.ChoiceField(label=_("With whom"), required=False)
    year = forms.ChoiceField(label=_("Year"), required=False)

    def __init__(self, data: Mapping[str, Any], *, among: QuerySet[Bid], firm_id: int) -> None:
        super().__init__({name: data[name] for name in self.base_fields if name in data})
        self._offer("state", [(stage.value, stage_name(stage)) for stage in OfferStage])
        self._offer("place", [(place.value, str(name)) for place, name in PLACES.items()])
        self._offer("client", [(str(one.public_id), one.name) for one in clients_of(among)])
        self._offer("firm", [(str(one.public_id), one.name) for one in partners_in(among, firm_id=firm_id)])
        self._offer("year", [(str(year), str(year)) for year in years_of(among)])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = [("", _("all")), *choices]

    @property
    def wish(self) -> Wish:
        """What is looked for: every field that could be read."""
        self.full_clean()
        said = {name: value for name, value in self.cleaned_data.items() if value}
        return Wish(
            words=said.get("q", ""),
            stage=OfferStage(said["state"]) if "state" in said else None,
            place=Place(said["place"]) if "place" in said else None,
            client=UUID(said["client"]) if "client" in said else None,
            firm=UUID(said["firm"]) if "firm" in said else None,
            year=int(said["year"]) if "year" in said else None,
        )

    @property
    def query(self) -> str:
        """The same search as a query, for the pages that follow."""
        self.full_clean()
        return urlencode({name: value for name, value in self.cleaned_data.items() if value})

    @property
    def words_alone(self) -> str:
        """The search for the words without what is chosen beside them; empty when there is no such difference."""
        self.full_clean()
        words = self.cleaned_data.get("q", "")
        alone = urlencode({"q": words}) if words else ""
        return "" if alone == self.query else alone

    @property
    def has_unfolded(self) -> bool:
        """Whether one of the choices that are folded away is in use."""
        self.full_clean()
        return any(self.cleaned_data.get(name) for name in ("place", "client", "firm", "year"))
