"""Refusals speak the language of whoever reads them."""

import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy

from kernel.errors import (
    Malformed,
    NotPermitted,
    NotVisible,
    Refusal,
    Stale,
    TooLarge,
    TooOften,
    VersionMissing,
    require,
)


class OvenIsHot(Refusal):
    sentence = gettext_lazy("You may not do this.")
    code = "oven-is-hot"


def test_each_refusal_knows_its_status() -> None:
    statuses = {each.__name__: each.status for each in Refusal.__subclasses__() if each.__module__ == "kernel.errors"}

    assert statuses == {
        "NotPermitted": 403,
        "NotVisible": 404,
        "Stale": 412,
        "VersionMissing": 428,
        "Malformed": 422,
        "TooLarge": 413,
        "TooOften": 429,
    }
    assert Refusal.status == 409


def test_the_sentence_is_put_in_words_when_it_is_read() -> None:
    refusal = OvenIsHot()

    with translation.override("fi"):
        finnish = str(refusal)
    with translation.override("sv"):
        swedish = str(refusal)

    assert (finnish, swedish) == ("Sinulla ei ole oikeutta tähän.", "Du har inte rätt att göra det här.")


def test_what_a_sentence_speaks_of_is_filled_in() -> None:
    refusal = Refusal("%(firm)s has left.", code="left", params={"firm": "Kuvaamo 100 %"})

    assert str(refusal) == "Kuvaamo 100 % has left."
    assert (refusal.code, refusal.params) == ("left", {"firm": "Kuvaamo 100 %"})


def test_a_percent_sign_is_only_that_where_nothing_is_filled_in() -> None:
    assert str(Refusal("VAT is 25.5 % now")) == "VAT is 25.5 % now"


def test_a_subclass_may_fix_sentence_and_code_and_one_raise_may_change_them() -> None:
    assert OvenIsHot().code == "oven-is-hot"
    assert OvenIsHot(code="very-hot").code == "very-hot"
    assert OvenIsHot.code == "oven-is-hot"


def test_malformed_input_names_each_culprit() -> None:
    refusal = Malformed(faults={"lines[0].quantity": "“24h” is not a number"})

    assert refusal.faults == {"lines[0].quantity": "“24h” is not a number"}


def test_require_refuses_only_what_is_not_allowed() -> None:
    require(True, "Only the lead may send.")  # noqa: FBT003

    with pytest.raises(NotPermitted, match="Only the lead may send"):
        require(False, "Only the lead may send.")  # noqa: FBT003


@pytest.mark.parametrize("refusal", [NotPermitted, NotVisible, Stale, VersionMissing, TooLarge, TooOften])
def test_every_refusal_has_a_sentence_and_a_code_of_its_own(refusal: type[Refusal]) -> None:
    assert str(refusal()) != str(Refusal())
    assert refusal.code != Refusal.code
