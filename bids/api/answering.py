"""Requests addressed to one's own firm or address: what is asked, and answering it as the screen does."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bids.actions.answer_request import answer_request
from bids.actions.ask_to_call import ask_to_call
from bids.actions.confirm_told_price import Picked, confirm_told_price
from bids.actions.decline_request import No, decline_request
from bids.actions.tell_price import tell_price
from bids.api.bodies import StrictSerializer, keys_in
from bids.api.starting import PeriodSaid, Text
from bids.content import Period, ServiceCompany
from bids.models import Invitation, Part, ToldPrice
from bids.permissions import may_answer_as, may_tell_price
from bids.queries.answer_screen import asked_for
from bids.queries.letter_people import writer_for
from bids.queries.oks import ok_of, said
from bids.sheets.rules_of_the_game import rules_of_the_game
from bids.steps.answers import ONE_LOT, AnsweredRow, FirmWords, PartAnswer
from bids.steps.asking import email_fault, phone_fault
from bids.vocabulary import Answer, Language, PartState, PriceBasis, ToldPriceState
from kernel.actor import Actor
from kernel.business_id import BusinessIdNotValid, normalised
from kernel.errors import Malformed, NotVisible
from kernel.text import clean_line, clean_text
from members.api.acting import actor_of
from members.api.asking import ApiView
from members.api.fields import Instant, Word
from members.api.moment import moment_of
from members.models import Firm, Person
from members.web.firm import WHAT_IS_WRONG

_HASH: dict[str, Any] = {"min_length": 64, "max_length": 64, "trim_whitespace": False}


class RuleShape(serializers.Serializer[Any]):
    """One rule of the game, and what follows from it."""

    key = serializers.CharField()
    about = serializers.CharField(source="label")
    says = serializers.CharField()
    follows = serializers.CharField(allow_blank=True)


class SeenShape(serializers.Serializer[Any]):
    """What an answer says it has seen: give both back as they are. They change when what is asked changes."""

    part = serializers.CharField()
    frame = serializers.CharField()


class AskedShape(serializers.Serializer[Any]):
    """A request to your firm or your address."""

    id = serializers.UUIDField()
    bid = serializers.UUIDField()
    title = serializers.CharField()
    client = serializers.CharField()
    lead = serializers.CharField()
    asked_by = serializers.CharField(allow_blank=True)
    phone = serializers.CharField(allow_blank=True)
    what = serializers.CharField(allow_blank=True)
    state = Word(PartState)
    answer = Word(Answer, allow_null=True)
    answer_until = Instant()
    is_ok = serializers.BooleanField(help_text="Whether your firm's OK counts for what stands now.")
    told_prices = serializers.ListField(
        child=serializers.CharField(), help_text="Amounts of which one was told on the phone; empty when none waits."
    )
    rules = RuleShape(many=True)
    seen = SeenShape()


class AskedList(serializers.Serializer[Any]):
    """Requests that stand, the latest first."""

    results = AskedShape(many=True)


class SeenSaid(StrictSerializer):
    """Both hashes, as they were read."""

    part = serializers.CharField(**_HASH)
    frame = serializers.CharField(**_HASH)


class RowSaid(StrictSerializer):
    """A row and its price; `row` is the id of one that is there already."""

    row = serializers.UUIDField(required=False, allow_null=True, default=None)
    text = Text()
    quantity = serializers.DecimalField(max_digits=12, decimal_places=3, min_value=Decimal("0.001"), default=Decimal(1))
    unit = Text(required=False, default=ONE_LOT)
    unit_price = serializers.DecimalField(max_digits=14, decimal_places=4, min_value=Decimal(0))
    price_basis = Word(PriceBasis, required=False, default=PriceBasis.NET)
    optional = serializers.BooleanField(
        required=False, help_text="Whether the client chooses it. Left out, it stays as it is; a new row is counted."
    )


class ServiceSaid(StrictSerializer):
    """The service company a light entrepreneur invoices through."""

    name = Text()
    business_id = Text()
    vat_liable = serializers.BooleanField(required=False, default=True)


class SellerSaid(StrictSerializer):
    """Who sells, when it is not the firm you act for with its own card."""

    name = Text(required=False, default="")
    business_id = Text(required=False, allow_null=True, default=None)
    invoiced_through = ServiceSaid(required=False, allow_null=True, default=None)
    vat_liable = serializers.BooleanField(required=False, default=True)


class AnswerSaid(StrictSerializer):
    """In, at these prices."""

    rows = RowSaid(many=True, allow_empty=False)
    ready = PeriodSaid(required=False, allow_null=True, default=None)
    firm = SellerSaid(required=False, allow_null=True, default=None)
    summary = Text(required=False)
    included = serializers.ListField(child=Text(), required=False, max_length=50)
    excluded = serializers.ListField(child=Text(), required=False, max_length=50)
    assumptions = serializers.ListField(child=Text(), required=False, max_length=50)
    good_until = serializers.DateField(required=False, allow_null=True, default=None)
    seen = SeenSaid()


class NoSaid(StrictSerializer):
    """Why not, and whom to ask instead."""

    why = Text(required=False, default="")
    ask_name = Text(required=False, default="")
    ask_email = Text(required=False, default="")
    ask_why = Text(required=False, default="")


class CallSaid(StrictSerializer):
    """Where and when to call."""

    phone = Text()
    when = Text(required=False, default="")


class PriceSaid(StrictSerializer):
    """A price that was told on the phone."""

    amount = serializers.DecimalField(max_digits=10, decimal_places=2, min_value=Decimal("0.01"))
    price_basis = Word(PriceBasis, required=False, default=PriceBasis.NET)


class PickSaid(StrictSerializer):
    """The amount that was told."""

    amount = serializers.DecimalField(max_digits=14, decimal_places=2)
    seen = SeenSaid()


class ToldShape(serializers.Serializer[ToldPrice]):
    """A price told on the phone, and what became of it."""

    id = serializers.UUIDField(source="public_id")
    amount = serializers.DecimalField(max_digits=14, decimal_places=2)
    price_basis = Word(PriceBasis)
    state = Word(ToldPriceState)
    told_at = Instant()


class Asked(ApiView):
    """Everything asked of you."""

    @extend_schema(operation_id="list_asked", summary="List what is asked of you", responses=AskedList)
    def get(self, request: Request) -> Response:
        """Requests to your address, and those to the firm you act for, that stand."""
        actor = actor_of(request)
        person = Person.objects.get(pk=actor.id or 0)
        standing = Invitation.objects.standing().select_related("part__firm", "bid__lead", "asked_by")
        mine = standing.addressed_to(person) | standing.filter(part__firm_id=actor.firm_id or 0)
        found = mine.distinct().order_by("-asked_at", "-pk")[:100]
        return Response({"results": [_shown(each, request) for each in found]})


class OneAsked(ApiView):
    """One request to you."""

    @extend_schema(operation_id="get_asked", summary="See what is asked of you", responses=AskedShape)
    def get(self, request: Request, public_id: UUID) -> Response:
        """What is asked, by which rules, and the hashes an answer gives back."""
        return Response(_shown(_held(request, public_id), request))


class AskedAnswer(ApiView):
    """Where a request is answered."""

    @extend_schema(
        operation_id="answer_asked",
        summary="Be in, at these prices",
        request={"application/json": AnswerSaid},
        responses=AskedShape,
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Writes your firm's part and gives its OK. 409 when what was asked has changed since it was read."""
        invitation, words = _held(request, public_id), _read(request, AnswerSaid)
        actor, firm = actor_of(request), _firm(request)
        seen = words["seen"]
        answer_request(
            part=invitation.part,
            answer=_answer(words, firm),
            seen_part_hash=seen["part"],
            seen_frame_hash=seen["frame"],
            by=actor,
            now=moment_of(request),
            held=invitation,
            as_firm=firm,
        )
        return _again(invitation, request)


class AskedDecline(ApiView):
    """Where a request is declined."""

    @extend_schema(
        operation_id="decline_asked",
        summary="Have no time",
        request={"application/json": NoSaid},
        responses=AskedShape,
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Your firm is not in the offer; the lead hears why, and whom to ask instead.

        An OK that the version with the client stands on is not taken back like that: `sent-with-it`.
        """
        invitation, words = _held(request, public_id), _read(request, NoSaid)
        if fault := email_fault(clean_line(words["ask_email"])):
            raise Malformed(faults={"ask_email": fault})
        no = No(
            why=clean_text(words["why"])[:1000],
            ask_name=clean_line(words["ask_name"])[:200],
            ask_email=clean_line(words["ask_email"]),
            ask_why=clean_text(words["ask_why"])[:1000],
        )
        decline_request(
            part=_own(invitation, request), no=no, by=actor_of(request), now=moment_of(request), held=invitation
        )
        return _again(invitation, request)


class AskedCall(ApiView):
    """Where one asks to be called."""

    @extend_schema(
        operation_id="ask_to_be_called",
        summary="Ask to be called",
        request={"application/json": CallSaid},
        responses=AskedShape,
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """The lead is asked to call this number.

        An OK that the version with the client stands on is not taken back like that: `sent-with-it`.
        """
        invitation, words = _held(request, public_id), _read(request, CallSaid)
        phone = clean_line(words["phone"])
        if not phone or (fault := phone_fault(phone)):
            raise Malformed(faults={"phone": fault if phone else phone_fault("-")})
        when = clean_line(words["when"])[:200]
        ask_to_call(
            part=_own(invitation, request),
            phone=phone,
            when=when,
            by=actor_of(request),
            now=moment_of(request),
            held=invitation,
        )
        return _again(invitation, request)


class AskedPrice(ApiView):
    """Where a price told on the phone is confirmed."""

    @extend_schema(
        operation_id="confirm_told_price",
        summary="Confirm a price told on the phone",
        request={"application/json": PickSaid},
        responses=AskedShape,
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """The amount that was told, out of those shown, is your firm's yes and its OK."""
        invitation, words = _held(request, public_id), _read(request, PickSaid)
        waiting = (ToldPriceState.OPEN.value, ToldPriceState.WRONG.value, ToldPriceState.CONFIRMED.value)
        told = ToldPrice.objects.filter(part=invitation.part, state__in=waiting).order_by("-told_at").first()
        if told is None:
            raise NotVisible
        told.part = _own(invitation, request)
        picked = confirm_told_price(
            told=told,
            amount=words["amount"],
            seen_part_hash=words["seen"]["part"],
            seen_frame_hash=words["seen"]["frame"],
            has_code=True,
            by=actor_of(request),
            now=moment_of(request),
        )
        if picked is not Picked.CONFIRMED:
            raise Malformed(faults={"amount": _("That is not the price that was told.")})
        return _again(invitation, request)


class RequestToldPrice(ApiView):
    """Where the lead writes down a price told on the phone."""

    @extend_schema(
        operation_id="tell_price",
        summary="Write down a price told on the phone",
        request={"application/json": PriceSaid},
        responses={201: ToldShape},
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """It waits for the partner to pick it out of three; nothing of the offer changes before that."""
        actor = actor_of(request)
        found = Invitation.objects.standing().select_related("part", "bid__lead").filter(public_id=public_id).first()
        if found is None or not may_tell_price(actor, found.bid):
            raise NotVisible
        words = _read(request, PriceSaid)
        told = tell_price(
            part=found.part,
            amount=words["amount"],
            price_basis=words["price_basis"],
            by=actor,
            now=moment_of(request),
        )
        return Response(ToldShape(told).data, status=201)


def _held(request: Request, public_id: UUID) -> Invitation:
    """The request, for whoever it is addressed to and for the firm's own people who give its OK."""
    actor = actor_of(request)
    person = Person.objects.get(pk=actor.id or 0)
    known = Invitation.objects.standing().select_related("part__firm", "bid__lead", "asked_by")
    found = known.filter(public_id=public_id).first()
    is_addressed = found is not None and bool(found.email) and found.email.casefold() == person.email.casefold()
    if found is None or not (is_addressed or may_answer_as(actor, found.part.firm)):
        raise NotVisible
    return found


def _own(invitation: Invitation, request: Request) -> Part:
    """The part, which only its own firm's people answer for without a price: others take it as theirs first."""
    if not may_answer_as(actor_of(request), invitation.part.firm):
        raise NotVisible
    return invitation.part


def _firm(request: Request) -> Firm:
    actor: Actor = actor_of(request)
    firm = Firm.objects.filter(pk=actor.firm_id or 0).first()
    if firm is None:
        raise NotVisible
    return firm


def _read(request: Request, shape: type[StrictSerializer]) -> Mapping[str, Any]:
    read = shape(data=keys_in(request))
    read.is_valid(raise_exception=True)
    words: Mapping[str, Any] = read.validated_data
    return words


def _answer(words: Mapping[str, Any], firm: Firm) -> PartAnswer:
    rows = tuple(
        AnsweredRow(**{**row, "text": clean_text(row["text"]).strip(), "unit": clean_line(row["unit"]) or ONE_LOT})
        for row in words["rows"]
    )
    ready = words["ready"]
    texts: dict[str, Any] = {
        name: tuple(clean_text(each).strip() for each in words[name])
        for name in ("included", "excluded", "assumptions")
        if name in words
    }
    return PartAnswer(
        rows=rows,
        ready=_period(ready["from"], ready["to"]) if ready else None,
        summary=clean_text(words["summary"]) if "summary" in words else None,
        firm=_firm_words(words["firm"], firm) if words["firm"] else None,
        good_until=words["good_until"],
        **texts,
    )


def _period(first: date, last: date) -> Period:
    if last < first:
        raise Malformed(faults={"ready": _("The last day is before the first.")})
    return Period(starts_on=first, ends_on=last)


def _firm_words(words: Mapping[str, Any], firm: Firm) -> FirmWords:
    through = words["invoiced_through"]
    return FirmWords(
        name=clean_line(words["name"]) or firm.name,
        business_id=_business_id(words["business_id"], "firm.business_id") if words["business_id"] else None,
        invoiced_through=ServiceCompany(
            name=clean_line(through["name"]),
            business_id=_business_id(through["business_id"], "firm.invoiced_through.business_id"),
            vat_liable=through["vat_liable"],
        )
        if through
        else None,
        vat_liable=words["vat_liable"],
    )


def _business_id(typed: str, path: str) -> str:
    try:
        return normalised(typed)
    except BusinessIdNotValid as fault:
        raise Malformed(faults={path: WHAT_IS_WRONG[fault.reason]}) from fault


def _again(invitation: Invitation, request: Request) -> Response:
    fresh = Invitation.objects.select_related("part__firm", "bid__lead", "asked_by").get(pk=invitation.pk)
    return Response(_shown(fresh, request))


def _shown(invitation: Invitation, request: Request) -> Mapping[str, Any]:
    part, language = invitation.part, Language((get_language() or Language.FI)[:2])
    part.bid = invitation.bid
    screen = asked_for(part)
    writer = writer_for(invitation.bid, invitation.asked_by)
    told = ToldPrice.objects.filter(part=part, state=ToldPriceState.OPEN.value).first()
    shown = {
        "id": invitation.public_id,
        "bid": invitation.bid.public_id,
        "title": invitation.bid.title,
        "client": screen.offer.client.name,
        "lead": writer.firm,
        "asked_by": writer.name,
        "phone": writer.phone,
        "what": part.asked,
        "state": part.state,
        "answer": invitation.answer or None,
        "answer_until": invitation.answer_until,
        "is_ok": ok_of(part, now=moment_of(request)).is_ok,
        "told_prices": [f"{amount:f}" for amount in told.shown] if told else [],
        "rules": rules_of_the_game(said(screen.promised.frame_bytes), lead=writer.name, language=language),
        "seen": {"part": screen.promised.part_hash.hex(), "frame": screen.promised.frame_hash.hex()},
    }
    return AskedShape(shown).data
