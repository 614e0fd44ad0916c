"""Whatever way text comes into a row, it is clean there."""

import pytest
from django.core.exceptions import ValidationError

from bids.models import Need
from members.models import Firm

DIRTY, CLEAN = " Kuva\u202eamo\0 A\u0308 ", "Kuvaamo Ä"

pytestmark = pytest.mark.django_db


def test_saving_cleans_the_row_and_the_instance() -> None:
    firm = Firm.objects.create(name=DIRTY)

    assert firm.name == CLEAN
    assert Firm.objects.get(pk=firm.pk).name == CLEAN


def test_updating_and_writing_in_bulk_clean_too() -> None:
    firm = Firm.objects.create(name="x")
    Firm.objects.filter(pk=firm.pk).update(name=DIRTY)
    Firm.objects.bulk_create([Firm(name=DIRTY)])

    assert set(Firm.objects.values_list("name", flat=True)) == {CLEAN}


def test_a_list_of_texts_is_cleaned_one_by_one() -> None:
    firm = Firm.objects.create(name="x", skills=[DIRTY, "puu"])

    firm.refresh_from_db()
    assert firm.skills == [CLEAN, "puu"]


def test_what_is_searched_for_is_cleaned_like_what_is_found() -> None:
    firm = Firm.objects.create(name=CLEAN)

    assert Firm.objects.get(name=DIRTY) == firm


def test_text_that_is_only_unseen_characters_is_no_text() -> None:
    with pytest.raises(ValidationError, match="name"):
        Firm(name="\u202e\u200e").full_clean()


def test_text_of_several_lines_keeps_its_lines() -> None:
    need = Need.objects.create(title="x", text="Rivi 1\r\nRivi\u2066 2", firm=Firm.objects.create(name="x"))

    assert need.text == "Rivi 1\nRivi 2"
