"""A field of a form is drawn as markup, never as the text of markup."""

import pytest
from django import forms
from django.test import Client
from django.urls import reverse

from tests.web.markup import text_of


class OneOfEach(forms.Form):
    word = forms.CharField(help_text="A word.")
    is_so = forms.BooleanField(required=False)
    either = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect, help_text="One.")


@pytest.mark.parametrize("name", ["word", "is_so", "either"])
def test_a_field_is_drawn_in_one_element_around_it(name: str) -> None:
    drawn = str(OneOfEach()[name].as_field_group())

    assert "<" not in text_of(drawn)
    assert "class=" not in text_of(drawn)
    element = "fieldset" if name == "either" else "div"
    assert drawn.count(f"<{element}") == drawn.count(f"</{element}>") >= 1


def test_no_page_with_a_form_shows_its_own_markup(lead: Client) -> None:
    for where in ("bids:my-offers", "members:firm", "members:details", "bids:new-meeting", "bids:new-offer"):
        assert "class=" not in text_of(lead.get(reverse(where)).content.decode()), where
