"""What must hold between the values of a package, once each of them could be read by itself."""

from collections.abc import Callable

from bids.exports.bid_package.faults import Findings
from bids.exports.bid_package.rules import choices, days, files, money, names, vat
from bids.exports.bid_package.shapes import Node

ALL_RULES: tuple[Callable[[Node, Findings], None], ...] = (
    names.one_firm_leads,
    names.firms_differ,
    names.lines_differ,
    names.names_are_unique,
    names.named_firms_are_known,
    names.milestones_wait_for_earlier_ones,
    names.logos_are_known,
    choices.replaced_lines_stand_by_themselves,
    choices.groups_have_one_default,
    choices.packages_can_be_chosen,
    days.validity_follows_the_offer,
    days.periods_run_forwards,
    days.every_line_is_delivered,
    vat.rates_are_in_force,
    vat.reasons_stand_where_no_vat_is_charged,
    money.adjustments_say_one_thing,
    money.plans_are_whole,
    money.caps_are_above_the_quantity,
    money.sums_can_be_held,
    money.discounts_leave_something,
    files.files_are_what_they_say,
    files.files_are_small_together,
    files.files_are_made_safe,
)
"""In this order: the general VAT rate is filled in before the discount is held against the lines."""
