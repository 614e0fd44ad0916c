"""Letters: what became of them, and what a person decides about one that may not have gone."""

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bids.actions.letter_arrived import letter_arrived
from bids.actions.letter_handled import letter_handled
from bids.actions.remind_again import remind_again
from bids.actions.send_letter_again import send_letter_again
from bids.actions.stop_reminders import stop_reminders
from bids.api.bids import bid_for
from bids.api.bodies import StrictSerializer, keys_in
from bids.api.paging import PageAsked, list_of, page_of
from bids.models import Bid, Invitation, Letter
from bids.permissions import letters_for, may_see_letters, may_stop_reminders
from bids.queries.letters import delivery_of, waiting_letters
from bids.sheets.letter_sentences import advice, delivery_sentence
from bids.vocabulary import Language, LetterKind, LetterState
from kernel.actor import Actor
from kernel.errors import NotVisible, require
from members.api.acting import actor_of
from members.api.asking import ApiView
from members.api.fields import Flag, Instant, Word
from members.api.moment import moment_of


class LetterShape(serializers.Serializer[Letter]):
    """One letter to one address, and how far it has come. That it arrived is never claimed."""

    id = serializers.UUIDField(source="public_id")
    kind = Word(LetterKind)
    state = Word(LetterState)
    says = serializers.SerializerMethodField(help_text="How far it has come, in the language asked for.")
    to_name = serializers.CharField(source="shown_name", allow_blank=True)
    to_email = serializers.CharField(
        source="shown_address", allow_blank=True, help_text="Empty where the firm's own people are written to."
    )
    language = Word(Language)
    part = serializers.SerializerMethodField(help_text="The key of the firm's share it is about.")
    version = serializers.SerializerMethodField(help_text="The number of the sent version it is about.")
    subject = serializers.CharField(help_text="Empty until it is sent.")
    written_at = Instant()
    due_at = Instant()
    sent_at = Instant(allow_null=True)
    failure = serializers.CharField(
        source="shown_failure", allow_blank=True, help_text="What the mail server said, where it did not arrive."
    )
    advice = serializers.SerializerMethodField(help_text="What you may do about it; empty when nothing is to be done.")
    is_handled = serializers.BooleanField(help_text="Whether somebody has said that it needs nothing more.")

    @extend_schema_field(serializers.CharField())
    def get_says(self, letter: Letter) -> str:
        """The sentence of the pages."""
        return delivery_sentence(delivery_of(letter))

    @extend_schema_field(serializers.CharField(allow_blank=True))
    def get_advice(self, letter: Letter) -> str:
        """The advice of the pages."""
        return "" if letter.is_handled else advice(delivery_of(letter))

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_part(self, letter: Letter) -> str | None:
        """The key of the part."""
        return letter.part.key if letter.part else None

    @extend_schema_field(serializers.IntegerField(allow_null=True))
    def get_version(self, letter: Letter) -> int | None:
        """The number of the version."""
        return letter.revision.number if letter.revision else None


class LettersAsked(PageAsked):
    """Which letters."""

    waiting = Flag(required=False, default=False, help_text="Only those that wait for somebody to decide about them.")


class BidLetters(ApiView):
    """The letters of one offer."""

    asks: ClassVar[Any] = {"GET": LettersAsked}

    @extend_schema(
        operation_id="list_letters",
        summary="List the letters of an offer",
        parameters=[LettersAsked],
        responses=list_of(LetterShape, "LetterList"),
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        """Every letter that was written about the offer, the latest first; only for the firm that leads."""
        actor = actor_of(request)
        bid = bid_for(actor, public_id)
        require(may_see_letters(actor, bid))
        letters = waiting_letters() if self.asked["waiting"] else letters_for(actor)
        return page_of(letters.filter(bid=bid), "written_at", LetterShape, view=self)


class AgainWhereTo(StrictSerializer):
    """Where a letter goes this time."""

    to_email = serializers.CharField(
        required=False,
        default="",
        allow_blank=True,
        max_length=254,
        help_text="Another address, for a letter to the client that came back. Nobody is asked for an OK again.",
    )


class LetterAgain(ApiView):
    """A letter that is to go once more."""

    @extend_schema(
        operation_id="send_letter_again", summary="Send a letter again", request=AgainWhereTo, responses=LetterShape
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Sends a letter once more that was held or came back. Asked again before it has gone, it goes once."""
        said = AgainWhereTo(data=keys_in(request) if _carries_something(request) else {})
        said.is_valid(raise_exception=True)
        actor, now = actor_of(request), moment_of(request)
        letter = letter_for(actor, public_id)
        letter = send_letter_again(letter=letter, by=actor, now=now, to_email=said.validated_data["to_email"])
        return _letter_answer(letter)


class LetterArrived(ApiView):
    """A letter that came through after all."""

    @extend_schema(operation_id="letter_arrived", summary="Say that a letter came", request=None, responses=LetterShape)
    def post(self, request: Request, public_id: UUID) -> Response:
        """Counts a letter as sent that nobody was sure of. Saying so again changes nothing."""
        keys_refused(request)
        actor, now = actor_of(request), moment_of(request)
        letter = letter_arrived(letter=letter_for(actor, public_id), by=actor, now=now)
        return _letter_answer(letter)


class LetterHandled(ApiView):
    """A letter that was seen to in another way."""

    @extend_schema(
        operation_id="letter_handled",
        summary="Say that a letter needs nothing more",
        request=None,
        responses=LetterShape,
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Of a letter that was held or came back: it waits for nobody any more. Saying so again changes nothing."""
        keys_refused(request)
        actor, now = actor_of(request), moment_of(request)
        letter = letter_handled(letter=letter_for(actor, public_id), by=actor, now=now)
        return _letter_answer(letter)


class RemindAgain(ApiView):
    """A reminder of one request, by hand."""

    @extend_schema(operation_id="remind_again", summary="Remind a firm", request=None, responses={201: LetterShape})
    def post(self, request: Request, public_id: UUID) -> Response:
        """Sends a reminder: once a day at most, and three times in all (429). 409 once the firm has answered."""
        keys_refused(request)
        actor, now = actor_of(request), moment_of(request)
        invitation = Invitation.objects.filter(public_id=public_id, bid__in=_visible(actor)).first()
        if invitation is None:
            raise NotVisible
        letter = remind_again(invitation=invitation, by=actor, now=now)
        return _letter_answer(letter, status=201)


class StopReminders(ApiView):
    """No more reminders of one request."""

    @extend_schema(operation_id="stop_reminders", summary="Stop reminders", request=None, responses={204: None})
    def post(self, request: Request, public_id: UUID) -> Response:
        """Whoever was asked wants no more reminders. Stopping again changes nothing."""
        keys_refused(request)
        actor, now = actor_of(request), moment_of(request)
        found = Invitation.objects.filter(public_id=public_id).select_related("part__firm").first()
        if found is None or not (may_stop_reminders(actor, found) or found.bid in _visible(actor)):
            raise NotVisible
        stop_reminders(invitation=found, by=actor, now=now)
        return Response(status=204)


def letter_for(actor: Actor, public_id: UUID) -> Letter:
    """The letter with this id, if it is of an offer the actor's firm leads or of its group; NotVisible else."""
    letter = letters_for(actor).filter(public_id=public_id).first()
    if letter is None:
        raise NotVisible
    return letter


class NothingSaid(StrictSerializer):
    """A request that carries nothing."""


def keys_refused(request: Request) -> None:
    """Such a request carries nothing: an empty body, or an empty object."""
    if _carries_something(request):
        NothingSaid(data=keys_in(request)).is_valid(raise_exception=True)


def _carries_something(request: Request) -> bool:
    return request.headers.get("Content-Length", "0") not in {"", "0"}


def _visible(actor: Actor) -> Any:
    return Bid.objects.visible_to(actor)


def _letter_answer(letter: Letter, *, status: int = 200) -> Response:
    return Response(LetterShape(letter).data, status=status)
