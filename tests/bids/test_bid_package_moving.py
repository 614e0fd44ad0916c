import json
from datetime import date, timedelta

import pytest

from bids.content import JointOffer, Line, Period
from bids.exports.bid_package import moved_by_weeks, read_package
from bids.exports.bid_package.writing import package_bytes
from bids.pricing import totals
from tests.bids.package_files import changed, example


def daycare(**changes: object) -> JointOffer:
    return read_package(json.dumps(changed(example("daycare"), changes), ensure_ascii=False))


def first_line(offer: JointOffer) -> Line:
    return offer.parts[0].lines[0]


def test_every_day_moves_and_stays_the_same_weekday() -> None:
    offer = daycare()

    moved = moved_by_weeks(offer, 40)

    by = timedelta(weeks=40)
    assert (moved.issued_on, moved.valid_until) == (offer.issued_on + by, offer.valid_until + by)
    assert moved.issued_on.weekday() == offer.issued_on.weekday()
    assert moved.delivery == Period(starts_on=date(2026, 12, 14), ends_on=date(2027, 1, 31))
    assert [step.starts_on - by for step in moved.milestones] == [step.starts_on for step in offer.milestones]


def test_a_lines_own_day_moves_too() -> None:
    package = example("daycare")
    package["parts"][0]["lines"][0]["delivered_on"] = "2026-03-12"
    offer = read_package(json.dumps(package))

    assert first_line(moved_by_weeks(offer, 1)).delivered == Period(
        starts_on=date(2026, 3, 19), ends_on=date(2026, 3, 19)
    )


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        ("jos tilaus tehdään viimeistään 6.3.2026", "jos tilaus tehdään viimeistään 27.3.2026"),
        ("(TuuniCafe 16.2.2026)", "(TuuniCafe 9.3.2026)"),
        ("työpaja 9.–15.3.2026.", "työpaja 30.3.–5.4.2026."),
        ("2.–8.3.2026", "23.–29.3.2026"),
        ("30.3. – 5.4.2026", "20.4. – 26.4.2026"),
        ("28.12.2026–3.1.2027", "18.1.2027–24.1.2027"),
        ("14.–20.12.2026", "4.–10.1.2027"),
        ("7.–13.12.2026", "28.12.2026–3.1.2027"),
        ("28.12.–3.1.2027", "18.1.–24.1.2027"),
        ("[ohje](https://example.invalid/2026-03-06)", "[ohje](https://example.invalid/2026-03-27)"),
        ("31.4.2026 ei ole päivä", "31.4.2026 ei ole päivä"),
        ("kohta 1.2.3.2026 ja luku 6.3 ja vuosi 2026", "kohta 1.2.3.2026 ja luku 6.3 ja vuosi 2026"),
        ("FI-2026-03-06-1", "FI-2026-03-06-1"),
    ],
)
def test_days_written_in_texts_move_along(text: str, moved: str) -> None:
    assert moved_by_weeks(daycare(notes=[text]), 3).notes == (moved,)


def test_the_reference_and_the_texts_of_firms_move_along() -> None:
    moved = moved_by_weeks(daycare(), 1)

    assert moved.reference == "TuuniCafe 23.2.2026"
    assert moved.parts[2].assumptions == ("Painovalmis aineisto on meillä viimeistään 27.4.2026.",)


def test_numbers_codes_and_sums_stay() -> None:
    offer = daycare()

    moved = moved_by_weeks(offer, 52)

    assert moved.number == offer.number
    assert [line.code for line in moved.lines] == [line.code for line in offer.lines]
    assert totals(moved) == totals(offer)


@pytest.mark.parametrize("weeks", [-7, 0, 1, 200])
def test_moving_there_and_back_changes_nothing(weeks: int) -> None:
    offer = daycare()

    assert moved_by_weeks(moved_by_weeks(offer, weeks), -weeks) == offer
    assert read_package(package_bytes(moved_by_weeks(offer, weeks))) == moved_by_weeks(offer, weeks)
