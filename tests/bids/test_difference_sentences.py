"""What differs from what a firm said OK to, in the reader's words."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from django.utils import translation
from hypothesis import given, settings

from bids.content import JointOffer, Period
from bids.promises import differences, frame_promise, part_promise
from bids.sheets.difference_sentences import DifferenceInWords, in_words
from bids.vocabulary import Invoicing, Liability, PriceVisibility
from tests.bids.cases import daycare, with_hourly_price
from tests.bids.offer_strategies import joint_offers

NAMES = {"KUV": "Kuvakulma Design Tmi", "SEL": "Selkopolku Tmi", "PAI": "Painopiste Savo Oy"}
Change = Callable[[JointOffer], JointOffer]


def frame_words(before: JointOffer, after: JointOffer, key: str, language: str = "en") -> list[str]:
    with translation.override(language):
        found = differences(frame_promise(before, key), frame_promise(after, key))
        return [str(each).replace("\u00a0", " ") for each in in_words(found, firms=NAMES)]


def part_words(before: JointOffer, after: JointOffer, key: str) -> list[str]:
    with translation.override("en"):
        return [str(each) for each in in_words(differences(part_promise(before, key), part_promise(after, key)))]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda offer: replace(offer, payment_days=21), ["Time to pay: 14 days → 21 days"]),
        (lambda offer: replace(offer, valid_until=date(2026, 4, 8)), ["Valid until: 1 April 2026 → 8 April 2026"]),
        (
            lambda offer: replace(offer, liability=Liability.JOINT),
            [
                "Who answers for what: each firm answers for its own share → all firms answer for the whole together",
                "The whole offer, new: €3,484.03",
            ],
        ),
        (
            lambda offer: replace(offer, invoicing=Invoicing.LEAD),
            [
                "Who pays you: the client → the lead",
                "Invoicing: each firm invoices its own share → the lead invoices everything",
                "The whole offer, new: €3,606.43",
            ],
        ),
        (
            lambda offer: replace(offer, liability=Liability.LEAD, price_visibility=PriceVisibility.OWN),
            [
                "Who answers for what: each firm answers for its own share → the lead answers for the whole",
                "Who sees which prices: every firm sees all prices → own prices only",
                "The whole offer, new: Kuvakulma Design Tmi, Selkopolku Tmi, Painopiste Savo Oy",
            ],
        ),
        (
            lambda offer: replace(offer, liability=Liability.JOINT, price_visibility=PriceVisibility.OWN),
            [
                "Who answers for what: each firm answers for its own share → all firms answer for the whole together",
                "Who sees which prices: every firm sees all prices → own prices and the total",
                "The whole offer, new: €3,484.03",
            ],
        ),
        (
            lambda offer: replace(offer, delivery=Period(starts_on=date(2026, 3, 9), ends_on=date(2026, 5, 3))),
            ["Time of delivery: 9 March – 26 April 2026 → 9 March – 3 May 2026"],
        ),
    ],
    ids=[
        "time to pay",
        "last day",
        "joint liability",
        "the lead invoices",
        "own prices, the lead answers",
        "own prices, all answer",
        "delivery",
    ],
)
def test_a_changed_frame_is_told_in_words(change: Change, said: list[str]) -> None:
    assert frame_words(daycare(), change(daycare()), "PAI") == said


def test_a_changed_price_is_told_to_its_firm_with_its_row() -> None:
    after = with_hourly_price(daycare(), "A4", "52.00")

    assert part_words(daycare(), after, "SEL") == ["Row A4, price: €48.00 → €52.00"]
    assert frame_words(daycare(), after, "SEL") == [
        "Your share, with VAT: €480.00 → €520.00",
        "Your share, without VAT: €480.00 → €520.00",
    ]


def test_a_moved_hand_over_names_the_firms_and_the_day() -> None:
    offer = daycare()
    moved = replace(offer.milestones[1], ends_on=date(2026, 3, 31))
    after = replace(offer, milestones=(offer.milestones[0], moved, *offer.milestones[2:]))

    assert frame_words(offer, after, "SEL") == [
        "Hand-over, no longer: luonnos from Kuvakulma Design Tmi to Selkopolku Tmi by 29 March 2026",
        "Hand-over, new: luonnos from Kuvakulma Design Tmi to Selkopolku Tmi by 31 March 2026",
    ]


def test_a_new_row_is_told_whole() -> None:
    offer = daycare()
    fewer = tuple(replace(part, lines=part.lines[:1]) if part.key == "SEL" else part for part in offer.parts)

    assert part_words(replace(offer, parts=fewer), offer, "SEL") == ["Row A7, new: Ruotsinnos, 6 × €52.00"]


def test_in_finnish_a_difference_reads_as_a_finn_says_it() -> None:
    assert frame_words(daycare(), replace(daycare(), payment_days=21), "PAI", "fi") == [
        "Maksuaika: 14 päivää → 21 päivää"
    ]


@settings(max_examples=60, deadline=None)
@given(before=joint_offers(), after=joint_offers())
def test_any_two_promises_can_be_told_apart_in_words(before: JointOffer, after: JointOffer) -> None:
    own, others = before.parts[0].key, after.parts[0].key
    frames = differences(frame_promise(before, own, always_ask=True), frame_promise(after, others, always_ask=True))
    parts = differences(part_promise(before, own), part_promise(after, others))
    for language in ("fi", "sv", "en"):
        with translation.override(language):
            for said in (*in_words(frames), *in_words(parts)):
                assert isinstance(said, DifferenceInWords)
                assert said.what
                assert "None" not in str(said)
                assert "{" not in str(said)
