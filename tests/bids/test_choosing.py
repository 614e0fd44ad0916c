"""Which lines count for which choice."""

import pytest

from bids.choosing import ChoiceRefused, choice_of, counted_lines, in_fewest_words, making_way
from bids.content import NOTHING_CHOSEN, Choice, JointOffer, NamedChoice
from tests.bids.offers import a_line, a_part, an_offer


def the_offer(*, preselected: bool = False) -> JointOffer:
    lead = a_part(
        "VET",
        a_line("A1", "100.00"),
        a_line("A2", "50.00", optional=True),
        a_line("A3", "30.00", optional=True),
        a_line("G1", "10.00", group="väri", default=True),
        a_line("G2", "12.00", group="väri"),
        a_line("G3", "14.00", group="väri"),
        lead=True,
    )
    partner = a_part(
        "KUM",
        a_line("B1", "80.00"),
        a_line("B1b", "90.00", replaces="B1"),
        a_line("A1b", "95.00", replaces="A1"),
        a_line("A1c", "85.00", replaces="A1", optional=True),
        a_line("A2b", "40.00", replaces="A2"),
        a_line("G1b", "9.00", replaces="G1"),
    )
    laaja = NamedChoice(id="laaja", name="Laaja", lines=("A2", "B1b", "G2"), default=preselected)
    suppea = NamedChoice(id="suppea", name="Suppea", lines=("G3",))
    return an_offer(lead, partner, packages=(suppea, laaja))


def counted(offer: JointOffer, *codes: str, package: str | None = None) -> list[str]:
    return [line.code for line in counted_lines(offer, choice_of(codes, package))]


def faults(offer: JointOffer, *codes: str, package: str | None = None) -> list[tuple[str, dict[str, str]]]:
    with pytest.raises(ChoiceRefused) as refused:
        counted_lines(offer, choice_of(codes, package))
    return [(fault.code, dict(fault.params)) for fault in refused.value.faults]


def test_without_a_choice_only_plain_lines_and_defaults_count() -> None:
    assert counted(the_offer()) == ["A1", "G1", "B1"]


def test_an_option_counts_when_chosen() -> None:
    assert counted(the_offer(), "A3", "A2") == ["A1", "A2", "A3", "G1", "B1"]


def test_a_chosen_line_takes_out_the_one_it_replaces() -> None:
    assert counted(the_offer(), "B1b") == ["A1", "G1", "B1b"]


def test_a_chosen_line_takes_out_another_firms_line_too() -> None:
    assert counted(the_offer(), "A1b") == ["G1", "B1", "A1b"]
    assert counted(the_offer(), "A1c") == ["G1", "B1", "A1c"]


def test_a_replacement_of_an_option_stands_in_for_it_when_both_are_chosen() -> None:
    assert counted(the_offer(), "A2b") == ["A1", "G1", "B1", "A2b"]
    assert counted(the_offer(), "A2", "A2b") == ["A1", "G1", "B1", "A2b"]


def test_a_replacement_of_a_groups_default_takes_it_out() -> None:
    assert counted(the_offer(), "G1b") == ["A1", "B1", "G1b"]


def test_a_chosen_member_of_a_group_takes_the_place_of_the_default() -> None:
    assert counted(the_offer(), "G2") == ["A1", "G2", "B1"]
    assert counted(the_offer(), "G1") == ["A1", "G1", "B1"]


def test_a_packages_lines_count_on_top_of_what_counts_anyway() -> None:
    assert counted(the_offer(), package="laaja") == ["A1", "A2", "G2", "B1b"]


def test_a_package_and_chosen_lines_are_taken_together() -> None:
    assert counted(the_offer(), "A3", "A2", package="laaja") == ["A1", "A2", "A3", "G2", "B1b"]


def test_the_preselected_package_applies_until_another_or_none_is_asked_for() -> None:
    offer = the_offer(preselected=True)

    assert counted(offer) == ["A1", "A2", "G2", "B1b"]
    assert counted(offer, package="suppea") == ["A1", "G3", "B1"]
    assert counted(offer, package="") == ["A1", "G1", "B1"]


def test_unknown_lines_and_packages_are_all_named() -> None:
    assert faults(the_offer(), "Z9", "Z1", package="jätti") == [
        ("unknown_package", {"package": "jätti"}),
        ("unknown_line", {"line": "Z1"}),
        ("unknown_line", {"line": "Z9"}),
    ]


def test_a_line_that_always_counts_cannot_be_chosen() -> None:
    assert faults(the_offer(), "B1", "A1") == [
        ("line_always_counts", {"line": "A1"}),
        ("line_always_counts", {"line": "B1"}),
    ]


def test_two_of_one_group_are_refused_also_when_a_package_brings_one() -> None:
    assert faults(the_offer(), "G3", "G2") == [("two_of_one_group", {"group": "väri", "lines": "G2, G3"})]
    assert faults(the_offer(), "G3", package="laaja") == [("two_of_one_group", {"group": "väri", "lines": "G2, G3"})]


def test_two_that_replace_one_line_are_refused_whoever_sells_them() -> None:
    assert faults(the_offer(), "A1c", "A1b") == [("two_replace_one_line", {"line": "A1", "lines": "A1b, A1c"})]


def test_a_code_named_twice_is_refused() -> None:
    with pytest.raises(ChoiceRefused) as refused:
        choice_of(["A2", "A3", "A2"])

    assert [(fault.code, fault.params) for fault in refused.value.faults] == [("line_chosen_twice", {"line": "A2"})]


def test_a_group_without_a_default_waits_for_a_choice() -> None:
    offer = an_offer(a_part("VET", a_line("G1", "1.00", group="väri"), a_line("G2", "2.00", group="väri"), lead=True))

    assert faults(offer) == [("group_without_default", {"group": "väri"})]
    assert counted(offer, "G2") == ["G2"]


def test_every_fault_of_a_choice_is_told_at_once() -> None:
    assert [code for code, _ in faults(the_offer(), "Z1", "A1", "A1b", "A1c", "G2", "G3")] == [
        "unknown_line",
        "line_always_counts",
        "two_replace_one_line",
        "two_of_one_group",
    ]


def test_a_refused_choice_is_a_value_error_that_names_its_faults() -> None:
    with pytest.raises(ValueError, match=r"unknown_line.*Z1"):
        counted_lines(the_offer(), Choice(lines=frozenset({"Z1"})))


def test_what_rivals_a_line_of_the_package_makes_way_if_it_was_not_meant() -> None:
    offer, choice = the_offer(), choice_of(["A3", "G3"], "laaja")

    assert making_way(offer, choice, ["G3"]) == choice_of(["A3"], "laaja")
    assert making_way(offer, choice, []) == choice
    assert making_way(offer, choice_of(["A2", "G2"], "laaja"), ["A2", "G2"]) == choice_of(["A2", "G2"], "laaja")


@pytest.mark.parametrize("preselected", [False, True])
@pytest.mark.parametrize(
    ("codes", "package"),
    [
        ([], None),
        ([], ""),
        ([], "laaja"),
        ([], "suppea"),
        (["G1"], ""),
        (["G3"], ""),
        (["A2", "G2"], "laaja"),
        (["A1c", "A3"], None),
        (["A1b", "B1b", "G3"], ""),
    ],
)
def test_fewest_words_say_the_same(codes: list[str], package: str | None, *, preselected: bool) -> None:
    offer, choice = the_offer(preselected=preselected), choice_of(codes, package)
    said = in_fewest_words(offer, choice)

    assert counted_lines(offer, said) == counted_lines(offer, choice)
    assert said.lines <= choice.lines
    assert in_fewest_words(offer, said) == said
    assert (said == NOTHING_CHOSEN) is (counted_lines(offer, choice) == counted_lines(offer))


def test_fewest_words_leave_what_is_refused_to_be_refused() -> None:
    offer = the_offer()
    for choice in (choice_of(["G1", "G2"]), choice_of(["G1"], "suppea"), choice_of(["Z9"]), choice_of([], "huge")):
        with pytest.raises(ChoiceRefused):
            counted_lines(offer, in_fewest_words(offer, choice))
