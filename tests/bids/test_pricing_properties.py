"""What is true of the sums of every joint offer, whatever is in it and whatever the client picks."""

from dataclasses import replace
from decimal import Decimal
from itertools import chain, combinations
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bids.choosing import ChoiceRefused, can_be_chosen, counted_lines
from bids.content import NOTHING_CHOSEN, Choice, JointOffer, Line
from bids.pricing import Totals, least_lines_net, priced_lines, totals, totals_as_json
from bids.vocabulary import Invoicing, LinePricing, Role
from kernel.money import ZERO, round_half_up
from tests.bids.offer_strategies import joint_offers, offers_and_choices, unit_prices
from tests.bids.pricing_by_hand import invoices

# A whole offer takes many draws; these are health checks of small inputs.
thorough = settings(
    deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)

models = st.sampled_from(Invoicing)

OfferAndChoice = tuple[JointOffer, Choice]


def added(amounts: Any) -> Decimal:
    return sum(amounts, ZERO)


def settled(offer: JointOffer, choice: Choice, model: Invoicing) -> dict[tuple[str, str], tuple[int, int]]:
    return {
        (invoice.seller, invoice.buyer): (int(invoice.net * 100), int(invoice.vat * 100))
        for invoice in totals(offer, choice, invoicing=model).settlement
    }


def without_order(result: Totals) -> dict[str, Any]:
    said = totals_as_json(result)
    for listed in ("vat_groups", "parts", "settlement"):
        said[listed] = sorted(said[listed], key=repr)
    for step in said["instalments"]:
        step["by_seller"] = sorted(step["by_seller"].items())
    return said


@thorough
@given(offers_and_choices(), models)
def test_parts_and_fee_less_discount_are_the_net_and_net_and_vat_the_gross(
    offered: OfferAndChoice, model: Invoicing
) -> None:
    result = totals(*offered, invoicing=model)

    assert added(part.lines_net for part in result.parts) == result.lines_net
    assert result.lines_net + result.fee - result.discount == result.net
    assert result.net + result.vat == result.gross
    assert added(group.taxable for group in result.vat_groups) == result.net
    assert added(group.vat for group in result.vat_groups) == result.vat
    assert added(part.discount for part in result.parts) == result.discount
    assert all(ZERO <= part.discount <= part.lines_net for part in result.parts)
    if len(result.parts) > 1:
        assert added(part.fee_share for part in result.parts) == result.fee
    for part in result.parts:
        assert part.net == part.lines_net - part.discount
        assert (
            (part.vat is None and part.gross is None) if model == Invoicing.LEAD else part.gross == part.net + part.vat
        )


@settings(thorough, max_examples=100)
@given(offers_and_choices(), models)
def test_every_invoice_is_what_a_second_way_of_working_it_out_gives(offered: OfferAndChoice, model: Invoicing) -> None:
    assert settled(*offered, model) == invoices(*offered, model)


@pytest.mark.soak
@settings(thorough, max_examples=5000)
@given(offers_and_choices(), models)
def test_thousands_of_offers_are_what_a_second_way_of_working_them_out_gives(
    offered: OfferAndChoice, model: Invoicing
) -> None:
    assert settled(*offered, model) == invoices(*offered, model)


@thorough
@given(offers_and_choices(), models, st.randoms(use_true_random=False))
def test_no_order_of_firms_lines_or_packages_changes_a_sum(
    offered: OfferAndChoice, model: Invoicing, random: Random
) -> None:
    offer, choice = offered

    def shuffled(things: Any) -> tuple[Any, ...]:
        return tuple(random.sample(things, len(things)))

    parts = [replace(part, lines=shuffled(part.lines)) for part in offer.parts]
    other = replace(offer, parts=shuffled(parts), packages=shuffled(offer.packages))

    assert without_order(totals(other, choice, invoicing=model)) == without_order(
        totals(offer, choice, invoicing=model)
    )


@thorough
@given(joint_offers(), models, st.randoms(use_true_random=False), unit_prices)
def test_tied_cents_fall_on_the_same_firms_in_any_order(
    offer: JointOffer, model: Invoicing, random: Random, price: Decimal
) -> None:
    alike = [
        replace(part, lines=tuple(replace(line, unit_price=price, quantity=Decimal(1)) for line in part.lines))
        for part in offer.parts
    ]
    tied = replace(offer, parts=tuple(alike), packages=())
    if tied.discount is not None:
        tied = replace(tied, discount=replace(tied.discount, percent=Decimal("33.333"), amount=None))
    mixed = replace(tied, parts=tuple(random.sample(alike, len(alike))))

    assert without_order(totals(mixed, invoicing=model)) == without_order(totals(tied, invoicing=model))


@thorough
@given(offers_and_choices(), models)
def test_a_line_that_does_not_count_might_as_well_not_be_there(offered: OfferAndChoice, model: Invoicing) -> None:
    offer, choice = offered
    counted = {line.code for line in counted_lines(offer, choice)}

    def plain(line: Line) -> Line:
        return replace(line, optional=False, replaces=None, group=None, default=False)

    parts = tuple(
        replace(part, lines=tuple(plain(line) for line in part.lines if line.code in counted)) for part in offer.parts
    )
    bare = replace(offer, parts=parts, packages=())

    assert totals_as_json(totals(bare, invoicing=model)) == totals_as_json(totals(offer, choice, invoicing=model))


@thorough
@given(offers_and_choices())
def test_a_replaced_line_is_out_and_of_every_group_exactly_one_line_counts(offered: OfferAndChoice) -> None:
    offer, choice = offered
    counted = [line for line in offer.lines if line.code in totals(offer, choice).counted]

    assert not {line.replaces for line in counted} & {line.code for line in counted}
    for group in {line.group for line in offer.lines if line.group is not None}:
        assert len([line for line in counted if line.group == group]) == 1


@thorough
@given(offers_and_choices(), models)
def test_one_option_more_never_makes_an_offer_cheaper(offered: OfferAndChoice, model: Invoicing) -> None:
    offer, choice = offered
    before = totals(offer, choice, invoicing=model)

    for line in offer.lines:
        if line.optional and line.replaces is None and line.code not in before.counted:
            try:
                after = totals(offer, replace(choice, lines=choice.lines | {line.code}), invoicing=model)
            except ChoiceRefused:
                # Another line of the choice stands in for this option, so it is no option more.
                continue
            assert after.lines_net >= before.lines_net
            assert after.net >= before.net
            if offer.discount is None:
                assert after.gross >= before.gross


@thorough
@given(offers_and_choices())
def test_what_the_client_pays_is_the_sum_of_the_invoices_it_gets_and_each_is_its_printed_part(
    offered: OfferAndChoice,
) -> None:
    result = totals(*offered, invoicing=Invoicing.EACH)

    assert {invoice.buyer for invoice in result.settlement} <= {"client"}
    assert added(invoice.net for invoice in result.settlement) == result.net
    assert added(invoice.vat for invoice in result.settlement) == result.vat
    assert added(invoice.gross for invoice in result.settlement) == result.gross
    invoiced = {invoice.seller: invoice for invoice in result.settlement}
    lead = offered[0].lead.key
    for part in result.parts:
        if part.firm == lead and result.fee:
            assert invoiced[lead].net == part.net + result.fee
        elif part.gross:
            assert (invoiced[part.firm].net, invoiced[part.firm].gross) == (part.net, part.gross)
        else:
            assert part.firm not in invoiced


@thorough
@given(offers_and_choices())
def test_the_lead_invoices_the_client_alone_and_what_it_keeps_and_what_it_pays_are_the_whole(
    offered: OfferAndChoice,
) -> None:
    result = totals(*offered, invoicing=Invoicing.LEAD)
    lead = offered[0].lead.key

    to_client = [invoice for invoice in result.settlement if invoice.buyer == "client"]
    to_lead = {invoice.seller: invoice.net for invoice in result.settlement if invoice.buyer == lead}

    assert [invoice.seller for invoice in to_client] == ([lead] if result.gross else [])
    assert to_lead == {part.firm: part.net for part in result.parts if part.firm != lead and part.net}
    assert result.lead_keeps.net + added(to_lead.values()) == result.net


@thorough
@given(offers_and_choices())
def test_either_way_of_invoicing_has_the_same_net_and_tells_what_the_other_costs(offered: OfferAndChoice) -> None:
    each = totals(*offered, invoicing=Invoicing.EACH)
    lead = totals(*offered, invoicing=Invoicing.LEAD)

    assert (each.net, each.counted, each.lines_net) == (lead.net, lead.counted, lead.lines_net)
    assert (lead.other_invoicing.net, lead.other_invoicing.gross) == (each.net, each.gross)
    if each.other_invoicing.why is None:
        assert (each.other_invoicing.net, each.other_invoicing.gross) == (lead.net, lead.gross)
        assert lead.warnings == ()
    else:
        assert (each.other_invoicing.net, each.other_invoicing.gross) == (None, None)
        assert lead.warnings == (each.other_invoicing.why,)


@thorough
@given(offers_and_choices(), models)
def test_the_instalments_of_every_invoice_sum_to_it_and_none_is_below_zero(
    offered: OfferAndChoice, model: Invoicing
) -> None:
    offer, choice = offered
    result = totals(offer, choice, invoicing=model)
    invoiced = {invoice.seller: invoice.gross for invoice in result.settlement if invoice.buyer == "client"}

    assert len(result.instalments) == len(offer.payment_plan)
    if result.instalments:
        assert added(step.gross for step in result.instalments) == result.gross
    for seller, gross in invoiced.items():
        dues = [step.by_seller[seller] for step in result.instalments]
        assert not dues or sum(dues) == gross
        assert all(due >= 0 for due in dues)
        left = gross
        for step, due in list(zip(offer.payment_plan, dues, strict=True))[:-1]:
            assert due == min(round_half_up(gross * step.percent / 100), left)
            left -= due


@thorough
@given(offers_and_choices(), models)
def test_caps_stand_beside_the_sum_and_never_below_it(offered: OfferAndChoice, model: Invoicing) -> None:
    offer, choice = offered
    result = totals(offer, choice, invoicing=model)

    kinds = {line.pricing for line in offer.lines if line.code in result.counted}
    assert result.caps_reached.net >= result.net
    if LinePricing.CAP not in kinds:
        assert (result.caps_reached.net, result.caps_reached.gross) == (result.net, result.gross)
    assert (result.ceiling_gross is None) == (LinePricing.CAP not in kinds or LinePricing.ESTIMATE in kinds)
    assert result.ceiling_gross in (None, result.caps_reached.gross)


@thorough
@given(offers_and_choices(), models)
def test_the_lines_that_count_are_the_sum_of_their_priced_lines(offered: OfferAndChoice, model: Invoicing) -> None:
    offer, choice = offered
    priced = priced_lines(offer, model)
    result = totals(offer, choice, invoicing=model)

    for part in result.parts:
        own = [priced[code] for code in result.counted if priced[code].firm == part.firm]
        assert added(line.net for line in own) == part.lines_net
    sellers = {line.seller for line in priced.values()}
    assert sellers <= ({offer.lead.key} if model == Invoicing.LEAD else {part.key for part in offer.parts})
    sold = {(line.seller, line.category, line.rate) for code, line in priced.items() if code in result.counted}
    assert {(group.seller, group.category, group.rate) for group in result.vat_groups if group.taxable} <= sold | {
        (offer.lead.key, group.category, group.rate) for group in result.vat_groups if result.fee
    }


@settings(thorough, max_examples=25)
@given(joint_offers())
def test_the_least_the_lines_can_cost_is_the_cheapest_of_all_choices(offer: JointOffer) -> None:
    codes = [line.code for line in offer.lines if can_be_chosen(line)][:9]
    free = replace(offer, discount=None, coordination_fee=None)
    subsets = chain.from_iterable(combinations(codes, size) for size in range(len(codes) + 1))

    reached = []
    for subset in subsets:
        try:
            reached.append(totals(free, Choice(lines=frozenset(subset), package="")).lines_net)
        except ChoiceRefused:
            continue

    least = least_lines_net(offer)
    assert min(reached) >= least
    if len(codes) < 9:
        assert min(reached) == least


@thorough
@given(offers_and_choices(), models)
def test_the_json_holds_plain_strings_with_two_decimals(offered: OfferAndChoice, model: Invoicing) -> None:
    result = totals(*offered, invoicing=model)

    said = totals_as_json(result)
    for key in ("lines_net", "fee", "discount", "net", "vat", "gross"):
        whole, _, decimals = said[key].partition(".")
        assert whole.isdigit()
        assert len(decimals) == 2
        assert Decimal(said[key]) == getattr(result, key)
    for group in said["vat_groups"]:
        assert (group["rate"] is None) == (group["category"] in {"O", "E", "AE"})
        assert group["rate"] in {None, "0", "10", "13.5", "14", "25.5"}


@thorough
@given(joint_offers())
def test_a_seller_outside_vat_never_charges_any(offer: JointOffer) -> None:
    for model in Invoicing:
        for invoice in totals(offer, NOTHING_CHOSEN, invoicing=model).settlement:
            firm = next(part.firm for part in offer.parts if part.key == invoice.seller)
            categories = {group.category.value for group in invoice.vat_groups}
            assert firm.charges_vat or (categories == {"O"} and invoice.vat == 0)
            assert not firm.charges_vat or "O" not in categories


def test_random_offers_have_every_feature_now_and_then() -> None:
    seen: set[str] = set()

    @settings(thorough, max_examples=100, database=None, derandomize=True)
    @given(offers_and_choices())
    def look(offered: OfferAndChoice) -> None:
        offer, choice = offered
        result = totals(offer, choice)
        lines = [line for line in offer.lines if line.code in result.counted]
        owner = {line.code: part.key for part in offer.parts for line in part.lines}
        seen.update(f"category {group.category.value}" for group in result.vat_groups)
        seen.update(f"kind {line.pricing.value}" for line in lines)
        seen.update(f"price {line.price_basis.value}" for line in lines)
        seen.update(f"invoicing {offer.invoicing.value}" for _ in lines)
        seen.update({"replacing" for line in lines if line.replaces})
        seen.update({"across" for line in lines if line.replaces and owner[line.replaces] != owner[line.code]})
        seen.update(name for name, value in vars(result).items() if value not in (ZERO, None, ()))
        seen.update(role.value for role in Role if any(part.role == role for part in offer.parts))
        seen.update({"light" for part in offer.parts if part.firm.invoiced_through})

    look()

    assert seen >= {
        *("category S", "category Z", "category E", "category AE", "category O"),
        *(f"kind {kind.value}" for kind in LinePricing),
        *("price net", "price gross", "invoicing each", "invoicing lead", "replacing", "across", "light"),
        *("fee", "discount", "instalments", "ceiling_gross", "warnings", "lead", "member", "subcontractor"),
    }
