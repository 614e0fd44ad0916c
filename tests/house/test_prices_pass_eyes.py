"""Whatever is shown reads an offer's prices through eyes: no page, endpoint, letter or export reckons past them."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[2]
ROOMS: Final = ("bids/web", "bids/api", "bids/templatetags", "bids/exports", "worker/letters")
PRICED: Final = {
    "bids.pricing": {"totals", "priced_lines", "priced_line", "least_lines_net"},
    "bids.sheets.offer": {"offer_sheet"},
    "bids.sheets.lead_notes": {"lead_notes"},
    "bids.sheets.change": {"change_sheet"},
    "bids.visibility": {"seen", "without_hidden"},
    "bids.promises": {"frame_promise", "part_promise", "visible_to"},
    "bids.exports.bid_package": {"write_package", "package_bytes"},
    "bids.exports.frozen_offer": {"freeze"},
}
"""What tells an offer's prices or sums to whoever calls it, by the module it is in."""

WHOLE_ALONE: Final = "called only where the eyes see every price"
OWN_WORDS: Final = "of a package in the reader's own hands, which no row stands for"
FROZEN: Final = "of what is frozen for the client; who may have it, `may_see_document` and `client_link` say"
LAWFUL: Final = {
    "bids/web/choosable.py _totals: totals": WHOLE_ALONE + ", by `presented`",
    "bids/web/presenting.py presented: lead_notes": "behind `eyes.sees_lead_notes`",
    "bids/web/editing.py _sums: priced_lines": "of a row whose place is there only for eyes that see its price",
    "bids/web/editing.py _sums: totals": "behind `eyes.sees_totals`",
    "bids/web/offer_cards.py _total: totals": "behind `eyes_of(…).sees_totals`, or for the lead's owners and editors",
    "bids/web/offer_page.py _rules: frame_promise": "without the total for eyes that do not see it",
    "bids/web/rules_meaning.py _invoicing: totals": "on the form of the rules, for the lead's owners and editors",
    "bids/web/offer.py export_package: package_bytes": "behind `may_export`, which is the lead's owners' and editors'",
    "bids/api/bids.py get: package_bytes": "behind `may_export`, which is the lead's owners' and editors'",
    "bids/web/open_package.py _example: package_bytes": "of the made-up example that everybody may download",
    "bids/api/packages.py post: totals": OWN_WORDS,
    "bids/exports/own_part.py own_part_as_json: write_package": "of an offer from which `seen` took what is hidden",
    "bids/exports/own_part.py own_part_as_json: priced_lines": "of an offer from which `seen` took what is hidden",
    "bids/exports/agreed.py what_was_agreed: totals": FROZEN + ": what was agreed, which its readers hand to eyes",
    "bids/exports/kept_by_gone.py _gets_less: frame_promise": "of which only a yes or no to sending comes out",
    "bids/exports/change_chain.py change_of_version: change_sheet": "with what the reader's eyes see, by `shows_of`",
    "bids/exports/change_chain.py change_of_rows: change_sheet": "with what the reader's eyes see, by `shows_of`",
    "bids/exports/change_chain.py what_was_changed: change_sheet": "with what the reader's eyes see, by `shows_of`",
    "bids/exports/certificate.py _change: change_sheet": FROZEN + ": the certificate, which is client's and lead's",
    "bids/exports/agreed_copy.py agreed_copy: frame_promise": "of it the rules alone, which hold no other firm's price",
    "bids/exports/own_work.py priced: priced_lines": "of an offer from which `seen` took what is hidden",
    "bids/exports/own_work_data.py own_work_as_json: write_package": "of which it takes the client's people alone",
    "bids/web/own_work_page.py _rules: frame_promise": "without the total, and of it the rules alone",
    "bids/exports/frozen_offer.py freeze: totals": FROZEN,
    "bids/exports/frozen_offer.py freeze: offer_sheet": FROZEN,
    "bids/exports/frozen_offer.py freeze: write_package": FROZEN,
    "bids/exports/frozen_version.py version_payload: write_package": FROZEN,
    "bids/exports/frozen_version.py _said: totals": FROZEN,
    "bids/exports/deciding.py priced: totals": FROZEN + ": what the client chooses on its own pages",
    "bids/exports/deciding.py sums_of: totals": FROZEN + ": what was accepted, for reading it back",
    "bids/exports/version_sheet.py _in_frozen_words: totals": FROZEN + ", and of it the sentences alone",
    "bids/exports/twin.py offer_twin: totals": FROZEN,
    "bids/exports/twin.py offer_twin: write_package": FROZEN,
    "bids/exports/ubl/quotation.py __init__: totals": FROZEN,
    "bids/exports/ubl/taxes.py adjustments: totals": FROZEN,
    "bids/exports/twin.py offer_twin: priced_lines": FROZEN,
    "bids/exports/ubl/taxes.py adjustments: priced_lines": FROZEN,
    "bids/exports/ubl/lines.py __init__: priced_lines": FROZEN,
    "bids/exports/bid_package/rules/money.py discounts_leave_something: least_lines_net": OWN_WORDS,
    "worker/letters/particulars.py _offer_to_client: offer_sheet": "a letter to the client alone",
    "worker/letters/particulars.py _invoices: totals": "a letter to the client alone, and of it who invoices",
    "worker/letters/particulars.py _offer_sent: totals": "of which the letter tells the reader's own share",
    "worker/letters/particulars.py _is_untouched: part_promise": "of the reader's own share, whether it is the same",
    "worker/letters/particulars.py _offer_sent: frame_promise": "of which the letter tells the rules",
    "worker/letters/decided.py _sums: totals": "of which a partner is told its own share and rows alone",
    "worker/letters/telling.py sums: totals": "of which `_price_for_the_lead` tells what its reader's eyes see",
}
"""Calls that pass no eyes, each with why nobody reads by them what is not theirs."""


def calls_without_eyes(source: str) -> Iterator[str]:
    """`function: callee` for every call that tells prices and is handed no eyes. "" is the module itself."""
    tree = ast.parse(source)
    names, modules = _imported(tree)
    yield from _in(tree, "", names, modules)


def _imported(tree: ast.Module) -> tuple[dict[str, str], dict[str, set[str]]]:
    """What each local name calls, and which local names are modules that hold such things."""
    names: dict[str, str] = {}
    modules: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for each in node.names:
                local = each.asname or each.name
                if each.name in PRICED.get(node.module, set()):
                    names[local] = each.name
                if (inner := f"{node.module}.{each.name}") in PRICED:
                    modules[local] = PRICED[inner]
        if isinstance(node, ast.Import):
            for each in node.names:
                if each.name in PRICED:
                    modules[each.asname or each.name] = PRICED[each.name]
    return names, modules


def _in(node: ast.AST, function: str, names: dict[str, str], modules: dict[str, set[str]]) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        inside = child.name if isinstance(child, ast.FunctionDef | ast.ClassDef) else function
        found = _callee(child, names, modules)
        if found and not _has_eyes(child):
            yield f"{function}: {found}"
        yield from _in(child, inside, names, modules)


def _callee(node: ast.AST, names: dict[str, str], modules: dict[str, set[str]]) -> str:
    """The name of what tells prices and is called here, or handed on to be called elsewhere."""
    match node:
        case ast.Call(func=ast.Name(id=name)) if name in names:
            return names[name]
        case ast.Call(func=ast.Attribute(value=value, attr=name)) if name in modules.get(ast.unparse(value), set()):
            return name
        case ast.Call(args=args, keywords=keywords):
            handed = [*args, *(keyword.value for keyword in keywords)]
            return next((names[each.id] for each in handed if isinstance(each, ast.Name) and each.id in names), "")
        case _:
            return ""


def _has_eyes(node: ast.AST) -> bool:
    """Whether an argument is eyes, by its name or its maker's."""
    assert isinstance(node, ast.Call)
    handed = [*node.args, *(keyword.value for keyword in node.keywords if keyword.arg == "eyes")]
    return any("eyes" in ast.unparse(each).lower() for each in handed)


def every_call() -> dict[str, int]:
    """`file function: callee` of every such call in the rooms, and how often it stands there."""
    found: dict[str, int] = {}
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            for call in calls_without_eyes(path.read_text("utf-8")):
                name = f"{path.relative_to(ROOT)} {call}"
                found[name] = found.get(name, 0) + 1
    return found


def test_whatever_tells_prices_is_handed_eyes_or_is_lawful() -> None:
    assert set(every_call()) - set(LAWFUL) == set()


def test_nothing_is_lawful_that_is_not_done() -> None:
    assert set(LAWFUL) - set(every_call()) == set()
    assert all(reason.strip() for reason in LAWFUL.values())


PLANTED: Final = {
    "from bids.sheets.offer import offer_sheet\ndef page(offer):\n    return offer_sheet(offer, page=1)\n": "page",
    "from bids.pricing import totals as sums\ndef card(offer):\n    return sums(offer).gross\n": "card",
    "from bids import pricing\nclass Row:\n    def price(self, it):\n        return pricing.totals(it)\n": "price",
    "import bids.pricing\ndef row(offer):\n    return bids.pricing.totals(offer)\n": "row",
    "from bids.promises import frame_promise\nshown = frame_promise(OFFER, 'BBB')\n": "",
    "from bids.pricing import totals\ndef each(offers):\n    return list(map(totals, offers))\n": "each",
}
INNOCENT: Final = (
    "from bids.sheets.offer import offer_sheet\ndef page(it, desk):\n    return offer_sheet(it, eyes=desk.eyes)\n",
    "from bids.visibility import seen\ndef card(offer, actor):\n    return seen(offer, eyes_of(actor, offer)).sums\n",
    "def totals(offer):\n    return offer\ndef page(offer):\n    return totals(offer)\n",
)


@pytest.mark.parametrize(("source", "function"), PLANTED.items())
def test_a_price_read_past_the_eyes_is_found(source: str, function: str) -> None:
    assert [each.partition(": ")[0] for each in calls_without_eyes(source)] == [function]


@pytest.mark.parametrize("source", INNOCENT)
def test_what_is_handed_eyes_is_let_be(source: str) -> None:
    assert list(calls_without_eyes(source)) == []
