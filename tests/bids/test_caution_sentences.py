"""Every caution can be said in every language, with everything it names."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from bids import cautions, vat
from bids.cautions import Caution, CautionKind
from bids.formats import NBSP
from bids.pricing import TRAVEL_MARGIN_SCHEME
from bids.sheets.caution_sentences import proposed_note, sentence
from bids.vocabulary import Language
from tests.bids.cases import daycare, tourism

SPRING = date(2026, 4, 5)
NAMED = {
    cautions.SELLER_WITHOUT_BUSINESS_ID: {"firm": "Selkopolku Tmi"},
    cautions.MORE_THAN_TEN_FIRMS: {"count": 12},
    vat.RATE_NOT_IN_FORCE: {"line": "A1", "rate": Decimal("13.5"), "day": SPRING},
    vat.SPLIT_THE_LINE: {"line": "A1", "rate": Decimal("13.5"), "day": SPRING},
    cautions.TRAVEL_PACKAGE: {"lines": ("B1", "B8")},
    cautions.COMPETITORS: {"firms": ("Selkopolku Tmi", "Erärinki Oy"), "fields": ("kuvaus",)},
    cautions.CONSTRUCTION_REVERSE_CHARGE: {"lines": ("B1", "B8")},
    cautions.CONSTRUCTION_REVERSE_CHARGE_TO_LEAD: {"lines": ("B1", "B8"), "firm": "Selkopolku Tmi"},
    cautions.HEALTH_RESOLD: {"lines": ("B1", "B8")},
    cautions.PUBLIC_PAYMENT_DAYS: {"days": 45},
    cautions.LONG_PAYMENT_DAYS: {"days": 45},
    TRAVEL_MARGIN_SCHEME: {"lines": ("B1", "B8")},
    cautions.REVERSE_CHARGE_WITHOUT_VAT_NUMBER: {"lines": ("B1", "B8")},
    cautions.EACH_INVOICES_LEAD_ANSWERS: {},
    cautions.LEAD_INVOICES_EACH_ANSWERS: {},
    cautions.LEAD_OUTSIDE_VAT: {"firm": "Selkopolku Tmi"},
    cautions.CONTRACTORS_OBLIGATIONS: {"firm": "Selkopolku Tmi", "amount": Decimal("9000.01")},
    cautions.MILESTONE_BEFORE_VALIDITY_ENDS: {"milestone": "työpaja", "starts_on": SPRING, "order_by": SPRING},
    cautions.NOT_A_MICRO_ENTERPRISE: {"firm": "Selkopolku Tmi", "staff": 12},
    cautions.NOBODY_ACCEPTS: {},
    cautions.CONSUMER_CLIENT: {},
}
WRITTEN = {
    Language.FI: {SPRING: "5.4.2026", Decimal("13.5"): f"13,5{NBSP}%", Decimal("9000.01"): f"9{NBSP}000,01{NBSP}€"},
    Language.SV: {SPRING: "5.4.2026", Decimal("13.5"): f"13,5{NBSP}%", Decimal("9000.01"): f"9{NBSP}000,01{NBSP}€"},
    Language.EN: {SPRING: f"5{NBSP}April 2026", Decimal("13.5"): "13.5%", Decimal("9000.01"): "€9,000.01"},
}
NOT_SAID = {(vat.SPLIT_THE_LINE, "rate"), (cautions.TRAVEL_PACKAGE, "lines")}


def said(code: str, language: Language) -> str:
    with translation.override(language.value):
        return sentence(Caution(kind=CautionKind.NOTE, code=code, params=NAMED[code]))


def test_every_code_there_is_can_be_said() -> None:
    codes = {
        value
        for module in (cautions, vat)
        for name, value in vars(module).items()
        if name.isupper() and isinstance(value, str) and not name.startswith("_")
    }

    assert codes == set(NAMED)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("code", NAMED)
def test_a_caution_is_said_with_everything_it_names(code: str, language: Language) -> None:
    words = said(code, language)

    assert words.endswith((".", "?"))
    assert "%" not in words.replace("13,5\u00a0%", "").replace("13.5%", "")
    for name, value in NAMED[code].items():
        if (code, name) in NOT_SAID:
            continue
        expected = ", ".join(value) if isinstance(value, tuple) else WRITTEN[language].get(value, str(value))
        assert expected in words


@pytest.mark.parametrize("code", NAMED)
def test_a_caution_is_said_differently_in_every_language(code: str) -> None:
    assert len({said(code, language) for language in Language}) == len(Language)


def test_a_legal_question_is_asked() -> None:
    for code in (
        cautions.TRAVEL_PACKAGE,
        cautions.COMPETITORS,
        cautions.CONSTRUCTION_REVERSE_CHARGE,
        cautions.HEALTH_RESOLD,
        cautions.PUBLIC_PAYMENT_DAYS,
    ):
        assert all("?" in said(code, language) for language in Language)


@pytest.mark.parametrize(
    ("language", "proposed"),
    [
        (Language.FI, "Päivät pätevät, jos tilaus tehdään viimeistään 6.3.2026."),
        (Language.SV, "Datumen gäller om beställningen görs senast 6.3.2026."),
        (Language.EN, f"The dates hold if the order comes by 6{NBSP}March 2026."),
    ],
)
def test_a_date_before_validity_ends_brings_its_sentence_for_the_offer(language: Language, proposed: str) -> None:
    (caution,) = cautions.cautions(daycare())

    assert proposed_note(caution, language) == proposed


def test_other_cautions_propose_nothing() -> None:
    assert [proposed_note(caution, Language.FI) for caution in cautions.cautions(tourism())] == [None]
