"""Options, alternatives, groups and packages: whatever the client picks, the offer can be priced."""

from collections import defaultdict

from bids.exports.bid_package.faults import Findings
from bids.exports.bid_package.rules.tree import known_lines, lines_of
from bids.exports.bid_package.shapes import Node


def replaced_lines_stand_by_themselves(offer: Node, findings: Findings) -> None:
    """A replaced line is another line, replaces nothing itself and is in no group."""
    lines = known_lines(offer)
    for line in lines_of(offer):
        target = line.get("replaces")
        if target is None:
            continue
        path = line.at("replaces")
        replaced = (lines or {}).get(target)
        if target == line.get("code"):
            findings.add(path, "replaces_itself")
        elif replaced is None:
            if lines is not None:
                findings.add(path, "line_unknown", value=target)
        elif replaced.get("replaces") is not None:
            findings.add(path, "replaces_replacing", value=target, other=replaced.get("replaces"))
        elif replaced.get("group") is not None:
            findings.add(path, "replaces_group_member", value=target, group=replaced.get("group"))


def groups_have_one_default(offer: Node, findings: Findings) -> None:
    """Of a group exactly one line is the default; its lines are neither optional nor replacing."""
    groups: dict[str, list[Node]] = defaultdict(list)
    unread = False
    for line in lines_of(offer):
        unread = unread or line.is_bad("group", "default")
        group = line.get("group")
        if group is None:
            if line.get("default") and not line.is_bad("group"):
                findings.add(line.at("default"), "default_without_group")
            continue
        groups[group].append(line)
        if line.get("optional"):
            findings.add(line.at("optional"), "group_optional", group=group)
        if line.get("replaces") is not None:
            findings.add(line.at("replaces"), "group_replaces", group=group)
    for group, lines in groups.items():
        defaults = [line for line in lines if line.get("default")]
        if not defaults and not unread:
            findings.add(lines[0].at("group"), "group_without_default", group=group)
        for line in defaults[1:]:
            findings.add(line.at("default"), "group_default_twice", group=group, first=str(defaults[0].get("code")))


def packages_can_be_chosen(offer: Node, findings: Findings) -> None:
    """A package names known lines that can be chosen, none twice, none excluding another; one is the default."""
    packages = list(offer.nodes("packages"))
    defaults = [package for package in packages if package.get("default")]
    for package in defaults[1:]:
        findings.add(package.at("default"), "package_default_twice", first=str(defaults[0].get("id")))
    lines = known_lines(offer)
    for package in packages if lines is not None else ():
        taken: dict[tuple[str, str], str] = {}
        for path, code in package.items("lines"):
            line = (lines or {}).get(code)
            if line is None:
                findings.add(path, "line_unknown", value=code)
            else:
                _refuse_conflict(line, path, taken, findings)


def _refuse_conflict(line: Node, path: str, taken: dict[tuple[str, str], str], findings: Findings) -> None:
    code, group, replaces = line.get("code"), line.get("group"), line.get("replaces")
    can_be_chosen = line.get("optional") or group is not None or replaces is not None
    if not can_be_chosen and not line.is_bad("optional", "group", "replaces"):
        findings.add(path, "line_always_counts", value=code)
        return
    claims = [("line", code, "name_twice")]
    claims += [("group", group, "package_two_of_group")] if group is not None else []
    claims += [("replaces", replaces, "package_two_replace")] if replaces is not None else []
    for kind, name, fault in claims:
        if (kind, name) in taken:
            findings.add(path, fault, value=code, first=taken[kind, name], name=name)
            return
    taken.update({(kind, name): code if kind != "line" else path for kind, name, _ in claims})
