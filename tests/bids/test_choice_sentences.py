"""Every fault of a choice can be said."""

import pytest
from django.utils import translation

from bids import choosing, pricing
from bids.pricing import ChoiceFault
from bids.sheets.choice_sentences import choice_sentence

PARAMS = {"line": "A1", "lines": "A1, A2", "package": "laaja", "group": "paperi", "discount": "1", "lines_net": "0"}
CODES = [
    value
    for module in (choosing, pricing)
    for name, value in vars(module).items()
    if name.isupper() and isinstance(value, str) and name != "CLIENT"
]


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("code", sorted(set(CODES)))
def test_every_fault_of_a_choice_has_its_sentence(code: str, language: str) -> None:
    with translation.override(language):
        sentence = choice_sentence(ChoiceFault(code=code, params=PARAMS))

    assert sentence.endswith(".")
    assert "%(" not in sentence
