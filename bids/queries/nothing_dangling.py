"""What is left of an offer when a firm is not in it any more: nothing that speaks of the firm or of its rows."""

from dataclasses import replace

from bids.content import CLIENT, JointOffer, Line, MilestoneCard, OfferPart


def nothing_dangling(offer: JointOffer) -> JointOffer:
    """The same offer without texts, steps, hand-overs and rows of packages that belong to a firm not in it.

    A row that was offered in place of one that is gone becomes an option. Of a group whose preselected row is gone the
    first row left is preselected. A package without rows goes.
    """
    keys = {part.key for part in offer.parts} | {"", CLIENT}
    codes = {line.code for line in offer.lines}
    steps = {step.id for step in offer.milestones if step.owner in keys}
    packages = (replace(each, lines=tuple(code for code in each.lines if code in codes)) for each in offer.packages)
    return replace(
        offer,
        parts=_parts(offer.parts),
        sections=tuple(section for section in offer.sections if section.owner in keys),
        milestones=tuple(_step(step, keys, steps) for step in offer.milestones if step.id in steps),
        packages=tuple(each for each in packages if each.lines),
    )


def _step(step: MilestoneCard, keys: set[str], steps: set[str]) -> MilestoneCard:
    return replace(
        step,
        needs=tuple(needed for needed in step.needs if needed in steps),
        hands_over_to=step.hands_over_to if step.hands_over_to in keys else "",
    )


def _parts(parts: tuple[OfferPart, ...]) -> tuple[OfferPart, ...]:
    lines = [line for part in parts for line in part.lines]
    codes = {line.code for line in lines}
    members: dict[str, list[Line]] = {}
    for line in lines:
        if line.group is not None:
            members.setdefault(line.group, []).append(line)
    first = {rows[0].code for rows in members.values() if not any(row.default for row in rows)}

    def left(line: Line) -> Line:
        if line.replaces is not None and line.replaces not in codes:
            return replace(line, replaces=None, optional=True)
        return replace(line, default=True) if line.code in first else line

    return tuple(replace(part, lines=tuple(map(left, part.lines))) for part in parts)
