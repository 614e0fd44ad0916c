import json
from io import StringIO
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from tests.bids.package_files import EXAMPLES, PACKAGES

DAYCARE = EXAMPLES / "daycare.json"
TOURISM = EXAMPLES / "tourism.json"
FAULTY = PACKAGES / "twelve_faults.json"

# Chosen lines; net, VAT and total; VAT and total if the lead sold everything.
DAYCARE_CHOICES = [
    ([], "2873.65", "610.38", "3484.03", "732.78", "3606.43"),
    (["A5b"], "2948.50", "629.47", "3577.97", "751.87", "3700.37"),
    (["A7"], "3185.65", "610.38", "3796.03", "812.34", "3997.99"),
    (["A8"], "3043.45", "653.68", "3697.13", "776.08", "3819.53"),
    (["A7", "A8"], "3355.45", "653.68", "4009.13", "855.64", "4211.09"),
    (["A5b", "A7"], "3260.50", "629.47", "3889.97", "831.43", "4091.93"),
    (["A5b", "A8"], "3118.30", "672.77", "3791.07", "795.17", "3913.47"),
    (["A5b", "A7", "A8"], "3430.30", "672.77", "4103.07", "874.73", "4305.03"),
]


def run(file: Path, *arguments: str) -> str:
    out = StringIO()
    call_command("totals", str(file), *arguments, stdout=out)
    return out.getvalue()


def figures(file: Path, *arguments: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(run(file, "--json", *arguments))
    return answer


def refused(file: Path, *arguments: str) -> list[str]:
    out, errors = StringIO(), StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("totals", str(file), *arguments, stdout=out, stderr=errors)
    assert stopped.value.code == 2
    assert out.getvalue() == ""
    return errors.getvalue().splitlines()


def choosing(codes: list[str]) -> list[str]:
    return list(chain.from_iterable(("--choose", code) for code in codes))


@pytest.mark.parametrize(("codes", "net", "vat", "gross", "lead_vat", "lead_gross"), DAYCARE_CHOICES)
def test_every_choice_of_the_daycare_costs_what_the_case_says(
    codes: list[str], net: str, vat: str, gross: str, lead_vat: str, lead_gross: str
) -> None:
    said = figures(DAYCARE, *choosing(codes))
    by_lead = figures(DAYCARE, "--invoicing", "lead", *choosing(codes))

    assert (said["net"], said["vat"], said["gross"]) == (net, vat, gross)
    assert said["other_invoicing"] == {"net": net, "vat": lead_vat, "gross": lead_gross}
    assert (by_lead["net"], by_lead["vat"], by_lead["gross"]) == (net, lead_vat, lead_gross)
    assert by_lead["other_invoicing"] == {"net": net, "vat": vat, "gross": gross}


def test_the_weekend_costs_what_the_case_says() -> None:
    said, buffet = figures(TOURISM), figures(TOURISM, "--choose", "B4b")

    assert (said["net"], said["vat"], said["gross"]) == ("3890.27", "616.21", "4506.48")
    assert (buffet["net"], buffet["vat"], buffet["gross"]) == ("3791.27", "602.84", "4394.11")
    assert len(said["vat_groups"]) == 7
    assert said["other_invoicing"] == {"net": None, "vat": None, "gross": None, "why": "travel_margin_scheme"}


def test_the_table_says_the_same_in_the_offers_language_or_the_one_asked_for() -> None:
    finnish, english = run(DAYCARE, "--choose", "A7"), run(DAYCARE, "--choose", "A7", "--language", "en")

    assert "Valittu: A7" in finnish
    assert "3\u00a0796,03\u00a0€" in finnish
    assert "Selkopolku Tmi → Päiväkoti Pikkutikka Oy" in finnish
    assert "Chosen: A7" in english
    assert "€3,796.03" in english


def test_twelve_faults_are_twelve_lines_with_their_paths() -> None:
    lines = refused(FAULTY, "--json")

    assert len(lines) == 12
    assert (
        lines[0] == 'valid_until: "31.4.2026" does not exist: April 2026 has 30 days. Dates are written as 2026-04-30.'
    )
    assert [line.partition(": ")[0] for line in lines][3:5] == [
        "parts[0].lines[0].unit_price",
        "parts[0].lines[1].quantity",
    ]


def test_every_wrong_choice_is_told() -> None:
    assert refused(DAYCARE, *choosing(["A1", "X9"]), "--package", "laaja") == [
        "There is no package laaja in this offer.",
        "There is no line X9 in this offer.",
        "Line A1 is part of the offer anyway.",
    ]
    assert refused(DAYCARE, *choosing(["A7", "A7"])) == ["Line A7 was picked twice."]


def test_a_file_that_is_no_json_says_where_without_a_path(tmp_path: Path) -> None:
    file = tmp_path / "paketti.json"
    file.write_text('{"number": "1",}')

    assert refused(file) == ["Line 1, column 16: take away the comma before the closing bracket."]


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    (line,) = refused(tmp_path / "ei-ole.json")

    assert "ei-ole.json" in line
