"""Firms, lines, milestones, packages and files: each name once, and every name that is used known."""

from collections.abc import Iterable

from bids.content import CLIENT
from bids.exports.bid_package.faults import Findings
from bids.exports.bid_package.layout import MOST_LINES
from bids.exports.bid_package.rules.tree import known_names, lines_of, parts_of
from bids.exports.bid_package.shapes import Node
from bids.vocabulary import Role


def one_firm_leads(offer: Node, findings: Findings) -> None:
    """Exactly one firm leads."""
    parts = list(parts_of(offer))
    leads = [part for part in parts if part.get("role") == Role.LEAD]
    if not leads and parts and not any(part.is_bad("role") for part in parts) and not offer.has_bad("parts"):
        findings.add(offer.at("parts"), "lead_missing")
    for part in leads[1:]:
        findings.add(part.at("role"), "lead_twice", first=str(leads[0].get("key") or leads[0].path))


def firms_differ(offer: Node, findings: Findings) -> None:
    """No firm takes part twice, no key is used twice, and the client's word is no firm's key.

    A firm without a Business ID is let in: an offer is written before everything is known, and sending asks for it.
    """
    _refuse_repeated(((part.at("key"), part.get("key")) for part in parts_of(offer)), findings)
    for part in parts_of(offer):
        if part.get("key") == CLIENT:
            findings.add(part.at("key"), "key_reserved", value=CLIENT)
    firms = [part.get("firm") for part in parts_of(offer) if part.get("firm")]
    seen: dict[str, str] = {}
    for firm in firms:
        number = firm.get("business_id")
        if number and number in seen:
            findings.add(firm.at("business_id"), "firm_twice", value=number, first=seen[number])
        elif number:
            seen[number] = firm.at("business_id")


def lines_differ(offer: Node, findings: Findings) -> None:
    """No code stands twice in the whole offer, and there are not too many lines."""
    lines = list(lines_of(offer))
    _refuse_repeated(((line.at("code"), line.get("code")) for line in lines), findings)
    if len(lines) > MOST_LINES:
        findings.add(offer.at("parts"), "lines_too_many", length=len(lines), most=MOST_LINES)


def names_are_unique(offer: Node, findings: Findings) -> None:
    """No milestone and no package has another's id."""
    for key in ("milestones", "packages"):
        _refuse_repeated(((each.at("id"), each.get("id")) for each in offer.nodes(key)), findings)


def named_firms_are_known(offer: Node, findings: Findings) -> None:
    """Sections and milestones belong to firms of the offer; a milestone may be the client's."""
    firms = known_names(offer, "parts", "key")
    if firms is None:
        return
    named = [(each, "owner", firms) for each in offer.nodes("sections")]
    for milestone in offer.nodes("milestones"):
        named += [(milestone, "owner", firms | {CLIENT}), (milestone, "hands_over_to", firms | {CLIENT})]
    for node, key, known in named:
        name = node.get(key)
        if name and name not in known:
            findings.add(node.at(key), "firm_unknown", value=name, known=", ".join(sorted(known)))
    for milestone in offer.nodes("milestones"):
        if milestone.get("hands_over_to") and milestone.get("hands_over_to") == milestone.get("owner"):
            findings.add(milestone.at("hands_over_to"), "hands_over_to_itself")


def milestones_wait_for_earlier_ones(offer: Node, findings: Findings) -> None:
    """What a milestone needs is another milestone, and none waits for itself, however far round."""
    known = known_names(offer, "milestones", "id")
    if known is None:
        return
    needs: dict[str, set[str]] = {}
    for milestone in offer.nodes("milestones"):
        named = [(path, name) for path, name in milestone.items("needs")]
        _refuse_repeated(named, findings)
        for path, name in named:
            if name not in known:
                findings.add(path, "milestone_unknown", value=name)
        needs[milestone.get("id")] = {name for _, name in named if name in known}
    milestones = list(offer.nodes("milestones"))
    circular = _waiting_for_themselves(needs) if len(needs) == len(milestones) else set()
    for milestone in milestones:
        if milestone.get("id") in circular:
            findings.add(milestone.at("needs"), "milestones_in_a_circle", value=milestone.get("id"))


def logos_are_known(offer: Node, findings: Findings) -> None:
    """A logo is one of the package's files."""
    files = known_names(offer, "files", "name")
    if files is None:
        return
    for part in parts_of(offer):
        firm = part.get("firm")
        if firm and firm.get("logo") and firm.get("logo") not in files:
            findings.add(firm.at("logo"), "file_unknown", value=firm.get("logo"))


def _refuse_repeated(named: Iterable[tuple[str, str | None]], findings: Findings) -> None:
    first: dict[str, str] = {}
    for path, name in named:
        if name is None:
            continue
        if name in first:
            findings.add(path, "name_twice", value=name, first=first[name])
        else:
            first[name] = path


def _waiting_for_themselves(needs: dict[str, set[str]]) -> set[str]:
    """The ids left when milestones that wait only for finished ones, or that none waits for, are taken away in turn."""
    left = {name: set(waits) for name, waits in needs.items()}
    while True:
        done = {name for name, waits in left.items() if not waits & left.keys()}
        waited_for = set().union(*left.values()) if left else set()
        done |= {name for name in left if name not in waited_for}
        if not done:
            return set(left)
        left = {name: waits - done for name, waits in left.items() if name not in done}
