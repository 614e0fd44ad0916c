"""What was agreed and its changes add up to what holds now: every sum, after any number of changes, in any order."""

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bids import formats
from bids.changing import (
    ADDED,
    CHANGED,
    MOVED,
    STRUCK,
    amounts_of,
    line_changes,
    reassigned,
    says_the_same,
    sells_more,
    sells_otherwise,
)
from bids.choosing import as_agreed
from bids.content import CLIENT, Choice, JointOffer, Line
from bids.pricing import ChoiceRefused, totals
from bids.settlement import due_invoices
from bids.sheets.change import AgreedStep, change_sheet
from bids.vocabulary import Invoicing, Language, LinePricing
from tests.bids.cases import daycare
from tests.bids.change_sums import add_up, change_in_sums
from tests.bids.offer_strategies import offers_and_choices

thorough = settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@st.composite
def chains(draw: st.DrawFn) -> list[JointOffer]:
    """Something that was agreed, and what was agreed after each of several changes of it."""
    offer, choice = draw(offers_and_choices())
    chain = [as_agreed(offer, choice)]
    for _change in range(draw(st.integers(1, 4))):
        chain.append(draw(changed(chain[-1])))
    return chain


@st.composite
def changed(draw: st.DrawFn, offer: JointOffer) -> JointOffer:
    """The offer with rows struck, moved, dearer, cheaper, more, or come anew."""
    keys = [part.key for part in offer.parts]
    codes = [line.code for line in offer.lines]
    for code in draw(st.lists(st.sampled_from(codes), max_size=3)) if codes else []:
        match draw(st.sampled_from(("strike", "move", "price", "quantity", "copy"))):
            case "strike":
                offer = reassigned(offer, [code], "")
            case "move":
                offer = reassigned(offer, [code], draw(st.sampled_from(keys)))
            case "price":
                offer = _with(offer, code, unit_price=draw(st.decimals(0, 10_000, places=2)))
            case "quantity":
                offer = _with(offer, code, quantity=draw(st.decimals(Decimal("0.5"), 400, places=1)), cap_quantity=None)
            case "copy":
                offer = _come(offer, code, f"N{draw(st.integers(1, 999))}")
    return offer


def can_be_priced(offer: JointOffer) -> bool:
    """A discount of euros may be more than what is left: no such offer is ever sent."""
    try:
        totals(offer)
    except ChoiceRefused:
        return False
    return True


def _with(offer: JointOffer, code: str, **said: object) -> JointOffer:
    parts = tuple(
        replace(part, lines=tuple(replace(line, **said) if line.code == code else line for line in part.lines))  # type: ignore[arg-type]
        for part in offer.parts
    )
    return replace(offer, parts=parts)


def _come(offer: JointOffer, code: str, fresh: str) -> JointOffer:
    if fresh in {line.code for line in offer.lines} or code not in {line.code for line in offer.lines}:
        return offer
    part = offer.part_of(code)
    line = next(line for line in part.lines if line.code == code)
    more = replace(part, lines=(*part.lines, replace(line, code=fresh)))
    return replace(offer, parts=tuple(more if each.key == part.key else each for each in offer.parts))


@thorough
@given(chains())
def test_what_was_agreed_at_first_and_every_change_of_it_are_what_holds_now(chain: list[JointOffer]) -> None:
    assume(all(map(can_be_priced, chain)))
    first, last = totals(chain[0]), totals(chain[-1])
    steps = [change_in_sums(one, other) for one, other in pairwise(chain)]
    now = add_up(amounts_of(first), steps)

    assert now.told == amounts_of(last).told
    assert (now.net, now.vat, now.gross) == (last.net, last.vat, last.gross)
    assert add_up(amounts_of(first), list(reversed(steps))).told == now.told, "in whatever order they are added"
    for step in steps:
        assert step.net + step.vat == step.gross
        sold = sum((value for key, value in step.by_key.items() if key[0] == "taxable"), Decimal(0))
        assert sold == step.net
        assert sum((value for key, value in step.by_key.items() if key[0] == "rate"), Decimal(0)) == step.vat


@thorough
@given(chains())
def test_after_every_change_settlement_invoices_rows_and_the_page_of_the_change_say_the_same(
    chain: list[JointOffer],
) -> None:
    assume(all(map(can_be_priced, chain)))
    for offer in chain:
        sums = totals(offer)
        discounts = {part.firm: part.discount for part in sums.parts if part.discount is not None}
        due = due_invoices(offer, sums.settlement, discounts)
        for invoice in sums.settlement:
            own = [one for one in due if (one.seller, one.buyer) == (invoice.seller, invoice.buyer)]
            assert (sum(one.net for one in own), sum(one.gross for one in own)) == (invoice.net, invoice.gross)
            assert len(own) == 1 or invoice.buyer == CLIENT, "a partner invoices the lead once"
        assert sum((one.gross for one in due if one.buyer == CLIENT), Decimal(0)) == sums.gross
        # Whoever sells all bills the rows of all; nobody bills what is struck, or what another does now.
        sells_all = offer.invoicing == Invoicing.LEAD
        for one in due:
            theirs = offer.lines if sells_all and one.buyer == CLIENT else part_lines(offer, one.seller)
            assert {row.code for row in one.rows if row.code} <= {line.code for line in theirs}
    steps = [AgreedStep(number=number, offer=offer) for number, offer in enumerate(chain)]
    sheet = change_sheet(steps[:-1], chain[-1], language=Language.FI)
    first, last = totals(chain[0]), totals(chain[-1])
    for name in ("net", "vat", "gross"):
        told = [cents(getattr(row, name)) for row in sheet.chain]
        assert sum(told[:-1]) == told[-1] == getattr(last, name) * 100
        assert told[0] == getattr(first, name) * 100
    nets = {part.firm: part.net for part in last.parts}
    for firm in sheet.firms:
        assert cents(firm.was) + cents(firm.net) == cents(firm.now) == nets.get(firm.key, Decimal(0)) * 100


def part_lines(offer: JointOffer, key: str) -> tuple[Line, ...]:
    return next(part.lines for part in offer.parts if part.key == key)


def cents(money: str) -> int:
    """A sum of money in Finnish words, in cents."""
    return int("".join(each for each in money if each.isdigit())) * (-1 if formats.MINUS in money else 1)


@thorough
@given(offers_and_choices(), st.randoms(use_true_random=False))
def test_the_order_of_rows_and_a_row_struck_and_put_back_change_no_sum(
    offered: tuple[JointOffer, Choice], luck: object
) -> None:
    offer = as_agreed(*offered)
    assume(offer.lines)
    code = luck.choice(offer.lines).code  # type: ignore[attr-defined]
    part = offer.part_of(code)
    line = next(each for each in part.lines if each.code == code)
    struck = reassigned(offer, [code], "")
    assume(can_be_priced(struck))
    back = replace(
        struck,
        parts=tuple(
            replace(each, lines=(*each.lines, line)) if each.key == part.key else each for each in struck.parts
        ),
    )

    assert amounts_of(totals(back)).told == amounts_of(totals(offer)).told
    assert change_in_sums(offer, struck).plus(change_in_sums(struck, back)).told == {}
    assert {(each.kind, each.code) for each in line_changes(offer, struck)} == {(STRUCK, code)}
    assert line_changes(offer, back) == ()


def test_each_row_is_told_by_what_became_of_it() -> None:
    before = as_agreed(daycare(), Choice())
    after = reassigned(reassigned(before, ["A4"], "KUV"), ["A6"], "")
    after = _with(_come(after, "A1", "A9"), "A2", quantity=Decimal(20))
    assert {(each.code, each.kind) for each in line_changes(before, after)} == {
        ("A4", MOVED),
        ("A6", STRUCK),
        ("A9", ADDED),
        ("A2", CHANGED),
    }
    assert says_the_same(before, replace(before, valid_until=before.valid_until.replace(year=2027)))
    assert not says_the_same(before, after)


def test_a_firm_sells_more_when_a_row_is_new_dearer_or_longer_and_not_when_it_is_gone() -> None:
    before = as_agreed(daycare(), Choice())
    assert not sells_more(before, before, "PAI")
    assert not sells_more(before, reassigned(before, ["A6"], ""), "PAI")
    assert not sells_more(before, _with(before, "A5", quantity=Decimal(3)), "PAI")
    assert sells_more(before, _with(before, "A5", quantity=Decimal(16)), "PAI")
    assert sells_more(before, _with(before, "A5", unit_price=Decimal("12.91")), "PAI")
    assert sells_more(before, _with(before, "A5", discount_percent=Decimal(5)), "PAI")
    assert sells_more(before, reassigned(before, ["A1"], "PAI"), "PAI")
    capped = _with(before, "A5", pricing=LinePricing.CAP, quantity=Decimal(10), cap_quantity=Decimal(12))
    assert sells_more(capped, _with(capped, "A5", cap_quantity=Decimal(100)), "PAI")
    assert not sells_more(capped, _with(capped, "A5", cap_quantity=Decimal(11)), "PAI")
    assert sells_more(capped, _with(capped, "A5", pricing=LinePricing.ESTIMATE, cap_quantity=None), "PAI")


def test_cheaper_or_in_other_words_is_not_more_but_otherwise_and_less_or_another_day_is_neither() -> None:
    before = as_agreed(daycare(), Choice())
    for other in ({"unit_price": Decimal(12)}, {"text": "Muuta"}, {"unit": "m"}):
        after = _with(before, "A5", **other)
        assert not sells_more(before, after, "PAI")
        assert sells_otherwise(before, after, "PAI")
    assert sells_otherwise(before, _with(before, "A5", quantity=Decimal(16)), "PAI")
    assert not sells_otherwise(before, _with(before, "A5", quantity=Decimal(3)), "PAI")
    assert not sells_otherwise(before, _with(before, "A5", delivered=before.delivery), "PAI")
    assert not sells_otherwise(before, reassigned(before, ["A6"], ""), "PAI")


def test_the_page_of_a_change_says_original_changes_and_now_and_hides_prices_from_who_may_not_see_them() -> None:
    before = as_agreed(daycare(), Choice(lines=frozenset({"A8"})))
    after = reassigned(reassigned(before, ["A6"], "KUV"), ["A8"], "")
    steps = [AgreedStep(number=0, offer=before)]
    sheet = change_sheet(steps, after, language=Language.FI)
    assert [row.net for row in sheet.chain] == ["3\u00a0043,45\u00a0€", "−169,80\u00a0€", "2\u00a0873,65\u00a0€"]
    assert {firm.key: firm.net for firm in sheet.firms} == {"KUV": "+157,50\u00a0€", "PAI": "−327,30\u00a0€"}
    hidden = change_sheet(steps, after, language=Language.FI, shows=lambda key: key == "KUV")
    assert hidden.chain == ()
    assert {firm.key: firm.net for firm in hidden.firms} == {"KUV": "+157,50\u00a0€", "PAI": ""}
    assert "84,90" not in str(hidden)
    assert "84,90" in str(sheet)
