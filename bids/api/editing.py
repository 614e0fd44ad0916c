"""Writing in an offer: its rows, texts, steps, terms, rules and client, each by the version that was read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from bids.actions.add_line import add_line
from bids.actions.change_client import change_client
from bids.actions.change_line import change_line
from bids.actions.change_offer_details import change_offer_details
from bids.actions.change_packages import change_packages
from bids.actions.change_rules import change_rules
from bids.actions.change_terms import change_terms
from bids.actions.move_line import move_line
from bids.actions.move_section import move_section
from bids.actions.paste_lines import paste_lines
from bids.actions.remove_line import remove_line
from bids.actions.remove_milestone import remove_milestone
from bids.actions.remove_section import remove_section
from bids.actions.set_discount import set_discount
from bids.actions.set_fee import set_fee
from bids.actions.set_milestone import set_milestone
from bids.actions.set_payment_plan import set_payment_plan
from bids.actions.write_part_texts import write_part_texts
from bids.actions.write_section import write_section
from bids.api.bids import bid_for
from bids.api.pieces import (
    KEY,
    VERSION,
    answer,
    body_schema,
    new_id,
    said_in,
    telling_what_stands,
    thing_schema,
)
from bids.api.versions import IF_MATCH, version_seen
from bids.exports.bid_package.layout import CLIENT, LINE, MILESTONE, OFFER, PART, SECTION
from bids.models import Bid, LineItem, Milestone, Part, Section
from bids.permissions import may_change_offer
from bids.queries.consequences import what_would_happen
from bids.queries.content_of import offer_of, whole_bids
from bids.steps.desk import Desk
from bids.steps.offer_rows import (
    DETAILS,
    DISCOUNT,
    FEE,
    PACKAGES,
    PLAN,
    RULES,
    TERMS,
    proposed_offer,
    read_offer_piece,
)
from bids.steps.proposed_lines import LINE_KEYS, part_by_key, read_line, read_line_change
from bids.steps.written_texts import (
    CLIENT_KEYS,
    MILESTONE_KEYS,
    PART_TEXTS,
    SECTION_KEYS,
    read_client,
    read_milestone,
    read_part_texts,
    read_section,
)
from bids.vocabulary import IN_THE_OFFER
from kernel.actor import Actor
from kernel.errors import NotVisible, require
from members.api.acting import actor_of
from members.api.asking import ApiView
from members.api.moment import moment_of

_FIRM = {"type": "string", "description": "The firm's key in the offer; empty for a joint text."}
_PLACE = {"type": "integer", "description": "Its place in its list, the first being 0."}
_CODE = {"type": "string", "description": "Its code in the offer, given once."}
LINE_ANSWER = thing_schema(LINE, code=_CODE, firm=_FIRM, place=_PLACE)
SECTION_ANSWER = thing_schema(SECTION, place=_PLACE)
MILESTONE_ANSWER = thing_schema(MILESTONE)
PART_ANSWER = thing_schema(PART, firm=_FIRM)
CLIENT_ANSWER = thing_schema(CLIENT)
OFFER_ANSWER = thing_schema(OFFER)
MOVED = {
    "type": "object",
    "properties": {"to": {"type": "string", "pattern": "^[0-9]{1,4}$"}},
    "required": ["to"],
    "additionalProperties": False,
}
JSON = "application/json"
MOST_PASTED = 400


class _Changing(ApiView):
    """An address of something that is changed by the version that was read."""

    http_method_names: ClassVar[Sequence[str]] = ["patch"]  # type: ignore[misc]


class BidContents(ApiView):
    """Everything of an offer that can be changed, each with its id and version."""

    @extend_schema(
        operation_id="get_bid_contents",
        summary="See what can be changed in an offer",
        responses={
            (200, JSON): {
                "type": "object",
                "properties": {
                    "offer": OFFER_ANSWER,
                    "client": CLIENT_ANSWER,
                    "parts": {"type": "array", "items": PART_ANSWER},
                    "lines": {"type": "array", "items": LINE_ANSWER},
                    "sections": {"type": "array", "items": SECTION_ANSWER},
                    "milestones": {"type": "array", "items": MILESTONE_ANSWER},
                },
                "required": ["offer", "client", "parts", "lines", "sections", "milestones"],
            }
        },
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        """Ids and versions of rows, texts and steps; rows whose prices are not yours to read are left out."""
        desk = Desk.seen_by(actor_of(request), public_id)
        return Response(
            {
                "offer": answer(desk.bid, _offer_says(desk)).data,
                "client": answer(desk.bid.client, CLIENT.write(desk.offer.client)).data,
                "parts": [_part_answer(desk, part).data for part in desk.parts],
                "lines": [
                    _line_answer(desk, row).data
                    for part in desk.parts
                    if desk.eyes.sees_price_of(part.key)
                    for row in part.lines.all()
                ],
                "sections": [_section_answer(desk, row).data for row in desk.sections],
                "milestones": [_milestone_answer(desk, row).data for row in desk.milestones],
            }
        )


Changes = Callable[..., Bid]


def _of_offer(
    name: str, action: Changes, keys: tuple[str, ...], summary: str, says: str, *, asks: bool = False
) -> type[ApiView]:
    """An address that changes some keys of an offer."""
    allowed = (*keys, "always_ask") if asks else keys
    described = body_schema(OFFER, keys)
    if asks:
        described["properties"]["always_ask"] = {
            "type": "boolean",
            "description": "Whether every firm is asked about every change.",
        }

    class OfOffer(_Changing):
        @extend_schema(
            operation_id=f"change_bid_{name}",
            summary=summary,
            description=says,
            parameters=[IF_MATCH, VERSION],
            request={JSON: described},
            responses={(200, JSON): OFFER_ANSWER},
        )
        def patch(self, request: Request, public_id: UUID) -> Response:
            actor, now = actor_of(request), moment_of(request)
            bid = bid_for(actor, public_id)
            said = said_in(request, only=allowed)
            desk = Desk.of(actor, bid)
            with telling_what_stands(desk.bid, _offer_says(desk), said):
                seen = version_seen(request, bid.public_id)
                more: dict[str, Any] = {}
                if "always_ask" in said:
                    more["always_ask"] = _flag(said.pop("always_ask"), "always_ask")
                piece = read_offer_piece(said, only=keys)
                action(bid=bid, changes=piece, seen=seen, by=actor, now=now, **more)
            fresh = Desk.of(actor, bid)
            return answer(fresh.bid, _offer_says(fresh))

    OfOffer.__name__ = OfOffer.__qualname__ = "".join(word.capitalize() for word in f"bid_{name}".split("_"))
    OfOffer.__doc__ = summary + "."
    return OfOffer


_SAME = "What is left out stays as it is; unknown keys are refused."
BidDetails = _of_offer("details", change_offer_details, DETAILS, "Change an offer's own facts", _SAME)
BidRules = _of_offer("rules", change_rules, RULES, "Change the rules of the game", _SAME, asks=True)
BidTerms = _of_offer("terms", change_terms, TERMS, "Change terms and notes", "Lists are given whole.")
BidDiscount = _of_offer("discount", set_discount, DISCOUNT, "Give a discount", "null takes it away.")
BidFee = _of_offer("fee", set_fee, FEE, "Take a coordination fee", "null takes it away.")
BidPlan = _of_offer("payment_plan", set_payment_plan, PLAN, "Agree on instalments", "The list is given whole.")
BidPackages = _of_offer("packages", change_packages, PACKAGES, "Change packages", "The list is given whole.")


class BidConsequences(ApiView):
    """What changed rules would mean."""

    changes_something: ClassVar[bool] = False

    @extend_schema(
        operation_id="see_consequences",
        summary="See whom changed rules would ask again",
        request={JSON: body_schema(OFFER, RULES)},
        responses={
            (200, JSON): {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "firm": _FIRM,
                        "name": {"type": "string"},
                        "what": {"enum": ["asked", "kept", "told", "untouched", "not_yet"]},
                    },
                },
            }
        },
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Every firm but the lead, and whether it would be asked for an OK again, keep its OK, or only be told."""
        actor = actor_of(request)
        bid = bid_for(actor, public_id)
        require(may_change_offer(actor, bid))
        whole = whole_bids().get(pk=bid.pk)
        before = offer_of(whole, with_files=False)
        after = proposed_offer(before, read_offer_piece(said_in(request, only=RULES), only=RULES))
        found = what_would_happen(whole, before, after, now=moment_of(request))
        return Response([{"firm": each.key, "name": each.name, "what": each.what.value} for each in found])


class BidClient(_Changing):
    """Whom an offer is for."""

    @extend_schema(
        operation_id="change_bid_client",
        summary="Change the client's card",
        parameters=[IF_MATCH, VERSION],
        request={JSON: body_schema(CLIENT, CLIENT_KEYS)},
        responses={(200, JSON): CLIENT_ANSWER},
    )
    def patch(self, request: Request, public_id: UUID) -> Response:
        """The card and its people. A client that other offers name too is copied first, and has another id then."""
        actor, now = actor_of(request), moment_of(request)
        bid = bid_for(actor, public_id)
        require(may_change_offer(actor, bid))
        said = said_in(request, only=CLIENT_KEYS)
        desk = Desk.of(actor, bid)
        with telling_what_stands(desk.bid.client, CLIENT.write(desk.offer.client), said):
            seen = version_seen(request, desk.bid.client.public_id)
            client = change_client(bid=bid, changes=read_client(said), seen=seen, by=actor, now=now)
        return answer(client, CLIENT.write(Desk.of(actor, bid).offer.client))


class PartTexts(_Changing):
    """A firm's own words."""

    @extend_schema(
        operation_id="write_part_texts",
        summary="Write what a firm promises",
        parameters=[IF_MATCH, VERSION],
        request={JSON: body_schema(PART, PART_TEXTS)},
        responses={(200, JSON): PART_ANSWER},
    )
    def patch(self, request: Request, public_id: UUID, key: str) -> Response:
        """Summary, what is included and not, assumptions. Another firm's are suggested, not written."""
        actor, now = actor_of(request), moment_of(request)
        bid = bid_for(actor, public_id)
        desk = Desk.of(actor, bid)
        part = desk.part(key)
        said = said_in(request, only=PART_TEXTS)
        with telling_what_stands(part, _part_says(desk, part), said):
            seen = version_seen(request, part.public_id)
            part.bid = bid
            write_part_texts(part=part, changes=read_part_texts(said), seen=seen, by=actor, now=now)
        fresh = Desk.of(actor, bid)
        return _part_answer(fresh, fresh.part(key))


class PartLines(ApiView):
    """The rows of a firm's part."""

    http_method_names: ClassVar[Sequence[str]] = ["post"]  # type: ignore[misc]

    @extend_schema(
        operation_id="add_line",
        summary="Add a row",
        parameters=[KEY, VERSION],
        request={JSON: body_schema(LINE, LINE_KEYS, ("text", "quantity", "unit_price"))},
        responses={(201, JSON): LINE_ANSWER},
    )
    def post(self, request: Request, public_id: UUID, key: str) -> Response:
        """The last row of the part, under a fresh code."""
        actor, now = actor_of(request), moment_of(request)
        bid = bid_for(actor, public_id)
        line = read_line(said_in(request, only=LINE_KEYS))
        row = add_line(part=_part(bid, key), line=line, by=actor, now=now, public_id=new_id(request))
        return _line_answer(Desk.of(actor, bid), row, status=201)


class PastedLines(ApiView):
    """Many rows at once."""

    http_method_names: ClassVar[Sequence[str]] = ["post"]  # type: ignore[misc]
    largest_body: ClassVar[int] = 2_000_000

    @extend_schema(
        operation_id="paste_lines",
        summary="Add many rows",
        request={
            JSON: {
                "type": "object",
                "properties": {
                    "lines": {
                        "type": "array",
                        "maxItems": MOST_PASTED,
                        "minItems": 1,
                        "items": body_schema(LINE, LINE_KEYS, ("text", "quantity", "unit_price")),
                    }
                },
                "required": ["lines"],
                "additionalProperties": False,
            }
        },
        responses={(201, JSON): {"type": "array", "items": LINE_ANSWER}},
    )
    def post(self, request: Request, public_id: UUID, key: str) -> Response:
        """All of them or none."""
        actor, now = actor_of(request), moment_of(request)
        bid = bid_for(actor, public_id)
        given = said_in(request, only=("lines",)).get("lines")
        if not isinstance(given, list) or not 1 <= len(given) <= MOST_PASTED:
            raise _wrong("lines", "not_a_list")
        lines = [read_line(each if isinstance(each, Mapping) else {}) for each in given]
        rows = paste_lines(part=_part(bid, key), lines=lines, by=actor, now=now)
        desk = Desk.of(actor, bid)
        return Response([_line_answer(desk, row).data for row in rows], status=201)


class OneLine(ApiView):
    """One row."""

    http_method_names: ClassVar[Sequence[str]] = ["get", "head", "patch", "delete"]  # type: ignore[misc]

    @extend_schema(
        operation_id="get_line", summary="See a row", parameters=[VERSION], responses={(200, JSON): LINE_ANSWER}
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        """The row as it stands."""
        one = _line(actor_of(request), public_id)
        return _line_answer(one.desk, one.row)

    @extend_schema(
        operation_id="change_line",
        summary="Change a row",
        parameters=[IF_MATCH, VERSION],
        request={JSON: body_schema(LINE, LINE_KEYS)},
        responses={(200, JSON): LINE_ANSWER},
    )
    def patch(self, request: Request, public_id: UUID) -> Response:
        """What is left out stays as it is. Another firm's row is suggested, not changed."""
        one = _line(actor_of(request), public_id)
        return _done(
            request,
            one,
            lambda said, **seen: change_line(line=one.row, changes=read_line_change(said), **seen),
            keys=LINE_KEYS,
        )

    @extend_schema(
        operation_id="remove_line",
        summary="Take a row away",
        parameters=[IF_MATCH],
        request=None,
        responses={204: None},
    )
    def delete(self, request: Request, public_id: UUID) -> Response:
        """The row is gone, and its code is never given again."""
        one = _line(actor_of(request), public_id)
        return _done(request, one, lambda _said, **seen: remove_line(line=one.row, **seen))


class MovedLine(ApiView):
    """A row's place."""

    http_method_names: ClassVar[Sequence[str]] = ["post"]  # type: ignore[misc]

    @extend_schema(
        operation_id="move_line",
        summary="Put a row in another place",
        parameters=[IF_MATCH, VERSION],
        request={JSON: MOVED},
        responses={(200, JSON): LINE_ANSWER},
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Among the rows of its part."""
        one = _line(actor_of(request), public_id)
        return _done(request, one, lambda said, **seen: move_line(line=one.row, to=_place(said), **seen), keys=("to",))


class BidSections(ApiView):
    """The titled texts of an offer."""

    http_method_names: ClassVar[Sequence[str]] = ["post"]  # type: ignore[misc]

    @extend_schema(
        operation_id="add_section",
        summary="Write a new text",
        parameters=[KEY, VERSION],
        request={JSON: body_schema(SECTION, SECTION_KEYS, ("title", "text"))},
        responses={(201, JSON): SECTION_ANSWER},
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """The last one; with an owner it is that firm's words."""
        actor, now = actor_of(request), moment_of(request)
        bid = bid_for(actor, public_id)
        changes = read_section(said_in(request, only=SECTION_KEYS), is_new=True)
        row = write_section(bid=bid, changes=changes, by=actor, now=now, public_id=new_id(request))
        return _section_answer(Desk.of(actor, bid), row, status=201)


class OneSection(ApiView):
    """One titled text."""

    http_method_names: ClassVar[Sequence[str]] = ["patch", "delete"]  # type: ignore[misc]

    @extend_schema(
        operation_id="change_section",
        summary="Change a text",
        parameters=[IF_MATCH, VERSION],
        request={JSON: body_schema(SECTION, SECTION_KEYS)},
        responses={(200, JSON): SECTION_ANSWER},
    )
    def patch(self, request: Request, public_id: UUID) -> Response:
        """Heading, text, language, owner."""
        one = _section(actor_of(request), public_id)
        return _done(
            request,
            one,
            lambda said, **seen: write_section(
                bid=one.desk.bid, section=one.row, changes=read_section(said, is_new=False), **seen
            ),
            keys=SECTION_KEYS,
        )

    @extend_schema(
        operation_id="remove_section",
        summary="Take a text away",
        parameters=[IF_MATCH],
        request=None,
        responses={204: None},
    )
    def delete(self, request: Request, public_id: UUID) -> Response:
        """The text is gone."""
        one = _section(actor_of(request), public_id)
        return _done(request, one, lambda _said, **seen: remove_section(section=one.row, **seen))


class MovedSection(ApiView):
    """A text's place."""

    http_method_names: ClassVar[Sequence[str]] = ["post"]  # type: ignore[misc]

    @extend_schema(
        operation_id="move_section",
        summary="Put a text in another place",
        parameters=[IF_MATCH, VERSION],
        request={JSON: MOVED},
        responses={(200, JSON): SECTION_ANSWER},
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Among the texts of the offer."""
        one = _section(actor_of(request), public_id)
        return _done(
            request, one, lambda said, **seen: move_section(section=one.row, to=_place(said), **seen), keys=("to",)
        )


class BidMilestones(ApiView):
    """The dated steps of an offer."""

    http_method_names: ClassVar[Sequence[str]] = ["post"]  # type: ignore[misc]

    @extend_schema(
        operation_id="add_milestone",
        summary="Add a step of the schedule",
        parameters=[KEY, VERSION],
        request={JSON: body_schema(MILESTONE, MILESTONE_KEYS, ("name", "starts_on", "ends_on", "owner"))},
        responses={(201, JSON): MILESTONE_ANSWER},
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """The lead adds any step, a firm its own."""
        actor, now = actor_of(request), moment_of(request)
        bid = bid_for(actor, public_id)
        changes = read_milestone(said_in(request, only=MILESTONE_KEYS), is_new=True)
        row = set_milestone(bid=bid, changes=changes, by=actor, now=now, public_id=new_id(request))
        return _milestone_answer(Desk.of(actor, bid), row, status=201)


class OneMilestone(ApiView):
    """One dated step."""

    http_method_names: ClassVar[Sequence[str]] = ["patch", "delete"]  # type: ignore[misc]

    @extend_schema(
        operation_id="change_milestone",
        summary="Change a step of the schedule",
        parameters=[IF_MATCH, VERSION],
        request={JSON: body_schema(MILESTONE, MILESTONE_KEYS)},
        responses={(200, JSON): MILESTONE_ANSWER},
    )
    def patch(self, request: Request, public_id: UUID) -> Response:
        """What is left out stays as it is."""
        one = _milestone(actor_of(request), public_id)
        return _done(
            request,
            one,
            lambda said, **seen: set_milestone(
                bid=one.desk.bid, milestone=one.row, changes=read_milestone(said, is_new=False), **seen
            ),
            keys=MILESTONE_KEYS,
        )

    @extend_schema(
        operation_id="remove_milestone",
        summary="Take a step of the schedule away",
        parameters=[IF_MATCH],
        request=None,
        responses={204: None},
    )
    def delete(self, request: Request, public_id: UUID) -> Response:
        """Nothing waits for it any more."""
        one = _milestone(actor_of(request), public_id)
        return _done(request, one, lambda _said, **seen: remove_milestone(milestone=one.row, **seen))


def _offer_says(desk: Desk) -> dict[str, Any]:
    keys = {*DETAILS, *RULES, *TERMS, *PLAN, *PACKAGES}
    if desk.eyes.sees_every_price:
        keys |= {*DISCOUNT, *FEE}
    written = OFFER.write(desk.offer)
    return {name: value for name, value in written.items() if name in keys} | {"always_ask": desk.bid.always_ask}


def _line_says(desk: Desk, row: LineItem) -> dict[str, Any]:
    line = next((each for each in desk.offer.lines if each.code == row.code), None)
    said: dict[str, Any] = LINE.write(line) if line else {}
    said.pop("code", None)
    return said


def _line_answer(desk: Desk, row: LineItem, *, status: int = 200) -> Response:
    part = desk.offer.part_of(row.code)
    place = [line.code for line in part.lines].index(row.code)
    return answer(row, _line_says(desk, row), status=status, code=row.code, firm=part.key, place=place)


def _part_says(desk: Desk, part: Part) -> dict[str, Any]:
    written = PART.write(part_by_key(desk.offer, part.key))
    return {name: written[name] for name in PART_TEXTS if name in written}


def _part_answer(desk: Desk, part: Part) -> Response:
    return answer(part, _part_says(desk, part), firm=part.key)


def _section_place(desk: Desk, row: Section) -> int:
    return desk.section(str(row.public_id))[0]


def _section_says(desk: Desk, row: Section) -> dict[str, Any]:
    said: dict[str, Any] = SECTION.write(desk.offer.sections[_section_place(desk, row)])
    return said


def _section_answer(desk: Desk, row: Section, *, status: int = 200) -> Response:
    return answer(row, _section_says(desk, row), status=status, place=_section_place(desk, row))


def _milestone_says(desk: Desk, row: Milestone) -> dict[str, Any]:
    desk.milestone(row.identifier)
    card = next(each for each in desk.offer.milestones if each.id == row.identifier)
    said: dict[str, Any] = MILESTONE.write(card)
    return said


def _milestone_answer(desk: Desk, row: Milestone, *, status: int = 200) -> Response:
    return answer(row, _milestone_says(desk, row), status=status)


def _part(bid: Bid, key: str) -> Part:
    found = Part.objects.select_related("firm", "bid__lead").filter(bid=bid, key=key, state__in=IN_THE_OFFER).first()
    if found is None:
        raise NotVisible
    return found


@dataclass(frozen=True, kw_only=True)
class _One:
    """One row, text or step, on the desk of whoever asks for it."""

    desk: Desk
    row: Any
    says: Callable[[Desk, Any], dict[str, Any]]
    answer: Callable[[Desk, Any], Response]


def _line(actor: Actor, public_id: UUID) -> _One:
    """The row, for whoever reads its price; for anybody else there is none."""
    one = _found(LineItem, actor, public_id, says=_line_says, answer=_line_answer)
    part, _same = one.desk.line(one.row.code)
    if not one.desk.eyes.sees_price_of(part.key):
        raise NotVisible
    return one


def _section(actor: Actor, public_id: UUID) -> _One:
    return _found(Section, actor, public_id, says=_section_says, answer=_section_answer)


def _milestone(actor: Actor, public_id: UUID) -> _One:
    return _found(Milestone, actor, public_id, says=_milestone_says, answer=_milestone_answer)


def _found(kind: type[LineItem | Section | Milestone], actor: Actor, public_id: UUID, **told: Any) -> _One:
    row = kind._default_manager.select_related("bid__lead").filter(public_id=public_id).first()  # noqa: SLF001 - any kind of thing
    if row is None:
        raise NotVisible
    return _One(desk=Desk.seen_by(actor, row.bid.public_id), row=row, **told)


def _done(request: Request, one: _One, do: Callable[..., Any], *, keys: tuple[str, ...] = ()) -> Response:
    """Do it to the version that was seen; the answer is the thing as it is now, or nothing once it is gone."""
    said = said_in(request, only=keys) if keys else {}
    with telling_what_stands(one.row, one.says(one.desk, one.row), said):
        seen = version_seen(request, one.row.public_id)
        left = do(said, seen=seen, by=one.desk.actor, now=moment_of(request))
    if left is None:
        return Response(status=204)
    return one.answer(Desk.of(one.desk.actor, one.desk.bid), left)


def _place(said: Mapping[str, Any]) -> int:
    to = said.get("to")
    if not isinstance(to, str) or not (to.isascii() and to.isdecimal()) or len(to) > 4:  # noqa: PLR2004 - four digits
        raise _wrong("to", "not_a_place")
    return int(to)


def _flag(value: Any, name: str) -> bool:
    if not isinstance(value, bool):
        raise _wrong(name, "not_a_flag")
    return value


def _wrong(name: str, code: str) -> ValidationError:
    return ValidationError({name: [ErrorDetail(gettext("This is not as it must be."), code=code)]})
