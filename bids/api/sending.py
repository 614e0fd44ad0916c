"""Sending an offer, its versions, and the links that show it."""

from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.http import parse_etags
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from bids.actions.begin_sending import LONGEST_GREETING, begin_sending
from bids.actions.cancel_sending import cancel_sending
from bids.actions.close_offer import close_offer
from bids.actions.extend_validity import extend_validity
from bids.actions.make_client_link import make_client_link
from bids.actions.move_schedule import MOST_DAYS, move_schedule
from bids.actions.revoke_client_link import revoke_client_link
from bids.actions.send_from_own_mail import send_from_own_mail
from bids.actions.withdraw_offer import withdraw_offer
from bids.api.bids import bid_for
from bids.api.bodies import StrictSerializer, said_in
from bids.api.components import response_header
from bids.api.shapes import BidShape, DocumentShape
from bids.api.versions import IF_MATCH, etag_of, version_seen
from bids.exports.change_checks import with_change_checks
from bids.exports.version_answers import answers_carried
from bids.exports.version_changes import changes_between
from bids.exports.version_sheet import VersionIsCorruptError
from bids.models import Bid, ClientLink
from bids.permissions import eyes_of, leads, may_change_offer
from bids.queries.legal_answers import LegalQuestion
from bids.queries.send_checks import Check, SendChecks, send_checks
from bids.queries.versions import Version, being_sent, known_to, sent_before, version_number, versions_of
from bids.sheets.send_sentences import check_sentence, question_sentence, reason_sentence
from bids.sheets.shape import Answer
from bids.sheets.version_diff import Change, Changes
from bids.visibility import Eyes
from bids.vocabulary import BidState, Language, LinkScope, LinkWay, RevisionState, SentHow
from kernel.actor import Actor
from kernel.conflicts import again_after_conflict
from kernel.errors import NotVisible, Refusal, Stale, VersionMissing
from members.api.acting import actor_of
from members.api.asking import ApiView
from members.api.fields import Instant, Word
from members.api.moment import moment_of

_SEEN = response_header("ETag", "Names the offer as it stands; sending it asks for this in If-Match.", 200)


class VersionIsDamaged(Refusal):
    """What is stored is not what was frozen."""

    sentence = _("What is stored of this version is not what was frozen, so it is not shown. Tell support.")
    code = "version-damaged"


class CheckShape(serializers.Serializer[Check]):
    """Something that stops the offer, or that its lead should know."""

    code = serializers.CharField()
    firm = serializers.CharField(allow_blank=True, help_text="The key of the firm it is about, or empty.")
    sentence = serializers.SerializerMethodField()

    def get_sentence(self, check: Check) -> str:
        """In the language asked for."""
        return check_sentence(check)


class OpenQuestion(serializers.Serializer[LegalQuestion]):
    """A legal question that must be answered before the offer is sent."""

    question = serializers.CharField(source="code")
    sentence = serializers.SerializerMethodField()

    def get_sentence(self, question: LegalQuestion) -> str:
        """In the language asked for."""
        return question_sentence(question)


class VersionRow(serializers.Serializer[Version]):
    """One version of an offer and what has become of it."""

    id = serializers.UUIDField(source="public_id")
    number = serializers.IntegerField()
    state = Word(RevisionState)
    hash = serializers.SerializerMethodField(help_text="SHA-256 of what was frozen, in hex.")
    frozen_at = Instant(source="revision.frozen_at")
    sent_at = Instant(allow_null=True)
    sent_how = Word(SentHow, allow_null=True)
    expires_at = Instant(help_text="The first instant at which it is no longer valid.")
    why = serializers.SerializerMethodField(help_text="Why it was given up or withdrawn.")

    def get_hash(self, version: Version) -> str:
        """The hash it is known by."""
        return bytes(version.revision.content_hash).hex()

    def get_why(self, version: Version) -> str:
        """A sentence for what the program gave up, the lead's own words for what the lead withdrew."""
        return reason_sentence(version.reason) if version.state == RevisionState.ABANDONED else version.reason


class ChangeRow(serializers.Serializer[Change]):
    """One thing that came, went or is otherwise now."""

    kind = serializers.ChoiceField(choices=["added", "removed", "changed"])
    what = serializers.CharField()
    before = serializers.CharField(allow_blank=True)
    after = serializers.CharField(allow_blank=True)
    firm = serializers.CharField(allow_blank=True)


class ChangesShape(serializers.Serializer[Changes]):
    """What changed in one respect."""

    heading = serializers.CharField()
    changes = ChangeRow(many=True)


class AnswerShape(serializers.Serializer[Answer]):
    """A question of the client that the version carries, with its answer."""

    place = serializers.CharField(
        allow_blank=True,
        help_text="What it is about: line:A1, part:KEY, section:1; empty for the whole and what is gone.",
    )
    about = serializers.CharField(help_text="The same in words, as it was when it was asked.")
    question = serializers.CharField()
    answer = serializers.CharField()
    answered_on = serializers.DateField(source="day.value")
    version = serializers.IntegerField(help_text="The version that was asked about.")


class VersionShape(VersionRow):
    """A version with its documents, and what changed since the one the client got before."""

    documents = serializers.SerializerMethodField(help_text="Only for those who may see every price.")
    earlier = serializers.SerializerMethodField(help_text="The number of the version the client got before.")
    changes = serializers.SerializerMethodField()
    answers = serializers.SerializerMethodField(help_text="Those to one's own firm, or all where prices are open.")

    @extend_schema_field(DocumentShape(many=True))
    def get_documents(self, version: Version) -> Any:
        """The files that are drawn or on their way."""
        eyes: Eyes = self.context["eyes"]
        shown: Any = version.documents if eyes.sees_clients_document else ()
        return DocumentShape(shown, many=True).data

    @extend_schema_field(serializers.IntegerField(allow_null=True))
    def get_earlier(self, version: Version) -> int | None:
        """The version that went out before this one."""
        earlier = sent_before(version)
        return earlier.number if earlier else None

    @extend_schema_field(ChangesShape(many=True))
    def get_changes(self, version: Version) -> Any:
        """As far as the reader sees prices."""
        earlier = sent_before(version)
        if earlier is None:
            return []
        language = Language((get_language() or Language.EN)[:2])
        try:
            found: Any = changes_between(earlier, version.revision, self.context["eyes"], language=language)
        except VersionIsCorruptError as error:
            raise VersionIsDamaged from error
        return ChangesShape(found, many=True).data

    @extend_schema_field(AnswerShape(many=True))
    def get_answers(self, version: Version) -> Any:
        """What the client was answered, as the version carries it."""
        language = Language((get_language() or Language.EN)[:2])
        try:
            found: Any = answers_carried(version.revision, self.context["eyes"], language=language)
        except VersionIsCorruptError as error:
            raise VersionIsDamaged from error
        return AnswerShape(found, many=True).data


class SendingShape(serializers.Serializer[Any]):
    """Whether the offer may be sent now, and what is on its way."""

    may_go = serializers.BooleanField()
    stops = CheckShape(many=True)
    notes = CheckShape(many=True, help_text="What the lead should know; sending acknowledges them.")
    questions = OpenQuestion(many=True)
    on_its_way = VersionRow(allow_null=True)


class VersionsShape(serializers.Serializer[Any]):
    """Every version the reader may know of, the latest first."""

    results = VersionRow(many=True)


class SendAsked(StrictSerializer):
    """Who gets the offer, how, and with which words."""

    how = Word(SentHow, required=False, default=SentHow.LETTER)
    to = serializers.ListField(
        child=serializers.EmailField(),
        required=False,
        allow_null=True,
        default=None,
        max_length=20,
        help_text="Addresses of the client's contacts; left out, all of them get it.",
    )
    languages = serializers.ListField(
        child=Word(Language), required=False, default=list, max_length=3, help_text="Further languages of the PDF."
    )
    greeting = serializers.CharField(required=False, allow_blank=True, default="", max_length=LONGEST_GREETING)
    answers = serializers.ListField(
        child=serializers.UUIDField(),
        required=False,
        allow_null=True,
        default=None,
        max_length=200,
        help_text="The client's open wishes that it answers once it is sent; left out, those it does something about.",
    )
    with_answers = serializers.BooleanField(
        required=False, default=True, help_text="Whether what the client was answered so far is part of the version."
    )


class WithdrawAsked(StrictSerializer):
    """Why, in the lead's words."""

    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=2000)


class UntilAsked(StrictSerializer):
    """The new last day."""

    until = serializers.DateField()


class DaysAsked(StrictSerializer):
    """So many days later; earlier with a minus."""

    days = serializers.IntegerField(min_value=-MOST_DAYS, max_value=MOST_DAYS)


class LinkAsked(StrictSerializer):
    """For whom the link is."""

    name = serializers.CharField(required=False, allow_blank=True, default="", max_length=200)


class Nothing(StrictSerializer):
    """An empty object."""


class ClientLinkShape(serializers.Serializer[ClientLink]):
    """A link that shows the offer; its secret is never told again."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField(source="contact_name", allow_blank=True)
    scope = Word(LinkScope)
    way = Word(LinkWay)
    made_at = Instant()
    expires_at = Instant()
    revoked_at = Instant(allow_null=True)


class MadeClientLink(ClientLinkShape):
    """The link as it is told once."""

    address = serializers.SerializerMethodField(help_text="The private address: told in this answer only.")

    def get_address(self, _link: ClientLink) -> str:
        """Where it leads."""
        address: str = self.context["address"]
        return address


class ClientLinksShape(serializers.Serializer[Any]):
    """The links of an offer, the newest first."""

    results = ClientLinkShape(many=True)


class Sending(ApiView):
    """Sending one offer."""

    @extend_schema(
        operation_id="get_sending",
        summary="See what stops an offer from being sent",
        responses=SendingShape,
        parameters=[_SEEN],
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        """Stops, notes and open questions as they are now; the lead's own."""
        actor, now = actor_of(request), moment_of(request)
        bid = led(actor, public_id)
        on_its_way = being_sent(bid, now=now)
        checks = with_change_checks(send_checks(bid, now=now), bid)
        may_go = checks.may_go and on_its_way is None and bid.state == BidState.DRAFTING.value
        return Response(SendingShape(_told(checks, on_its_way, may_go=may_go)).data, headers={"ETag": as_seen(bid)})

    @extend_schema(
        operation_id="send_bid",
        summary="Send an offer",
        request={"application/json": SendAsked},
        responses={201: VersionShape},
        parameters=[IF_MATCH, response_header("Location", "Where to see what becomes of the version.", 201)],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Freezes the offer as its next version; it goes out when its documents are drawn. Sending is the lead's OK."""
        actor, now = actor_of(request), moment_of(request)
        bid = led(actor, public_id)
        require_seen(request, bid)
        asked = said_in(SendAsked, request)
        to = None if asked["to"] is None else _contacts(bid, asked["to"])
        revision = again_after_conflict(
            lambda: begin_sending(
                bid=bid,
                by=actor,
                now=now,
                how=asked["how"],
                to=to,
                languages=asked["languages"],
                greeting=asked["greeting"],
                seen_at=bid.changed_at,
                answers=asked["answers"],
                with_answers=asked["with_answers"],
            )
        )
        answer = _version_answer(request, bid, revision.number, status=201)
        answer.headers["Location"] = reverse("api:bid-version", args=[bid.public_id, revision.number])
        return answer


class SendingCancelled(ApiView):
    """A version on its way, taken back."""

    @extend_schema(
        operation_id="cancel_sending",
        summary="Cancel the sending",
        request={"application/json": Nothing},
        responses=VersionShape,
    )
    def post(self, request: Request, public_id: UUID, number: int) -> Response:
        """It goes nowhere and its number is used up. One that has gone out stays as it is."""
        actor = actor_of(request)
        bid = led(actor, public_id)
        said_in(Nothing, request)
        version = _version_for(request, bid, number)
        again_after_conflict(lambda: cancel_sending(revision=version.revision, by=actor, now=moment_of(request)))
        return _version_answer(request, bid, number)


class SentFromOwnMail(ApiView):
    """A version that went from the lead's own mail."""

    @extend_schema(
        operation_id="say_sent_from_own_mail",
        summary="Say that you sent it from your own mail",
        request={"application/json": Nothing},
        responses=VersionShape,
    )
    def post(self, request: Request, public_id: UUID, number: int) -> Response:
        """It counts as sent, and the partners hear of it; 409 when it no longer holds."""
        actor = actor_of(request)
        bid = led(actor, public_id)
        said_in(Nothing, request)
        version = _version_for(request, bid, number)
        again_after_conflict(lambda: send_from_own_mail(revision=version.revision, by=actor, now=moment_of(request)))
        return _version_answer(request, bid, number)


class Withdrawn(ApiView):
    """A version, taken back from the client."""

    @extend_schema(
        operation_id="withdraw_version",
        summary="Withdraw an offer",
        request={"application/json": WithdrawAsked},
        responses=VersionShape,
    )
    def post(self, request: Request, public_id: UUID, number: int) -> Response:
        """It can no longer be accepted; client and partners are told."""
        actor = actor_of(request)
        bid = led(actor, public_id)
        asked = said_in(WithdrawAsked, request)
        version = _version_for(request, bid, number)
        again_after_conflict(
            lambda: withdraw_offer(revision=version.revision, reason=asked["reason"], by=actor, now=moment_of(request))
        )
        return _version_answer(request, bid, number)


class BidVersions(ApiView):
    """The versions of an offer."""

    @extend_schema(operation_id="list_versions", summary="List the versions of an offer", responses=VersionsShape)
    def get(self, request: Request, public_id: UUID) -> Response:
        """Partners see what went out, the lead also what was given up on the way."""
        actor, now = actor_of(request), moment_of(request)
        bid = bid_for(actor, public_id)
        eyes = eyes_of(actor, bid)
        return Response(
            VersionsShape({"results": [one for one in versions_of(bid, now=now) if known_to(one, eyes)]}).data
        )


class OneVersion(ApiView):
    """One version."""

    @extend_schema(operation_id="get_version", summary="See a version", responses=VersionShape)
    def get(self, request: Request, public_id: UUID, number: int) -> Response:
        """What has become of it, its documents, and what changed since the one before."""
        return _version_answer(request, bid_for(actor_of(request), public_id), number)


class ValidUntil(ApiView):
    """How long an offer is valid."""

    @extend_schema(
        operation_id="extend_validity",
        summary="Give the client more time",
        request={"application/json": UntilAsked},
        responses=BidShape,
        parameters=[IF_MATCH, response_header("ETag", "The version of the offer's own facts.", 200)],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Partners are asked; where nothing stops it a new version goes to the client at once."""
        actor, now = actor_of(request), moment_of(request)
        bid = led(actor, public_id)
        seen = version_seen(request, bid.public_id)
        until = said_in(UntilAsked, request)["until"]
        again_after_conflict(lambda: extend_validity(bid=bid, until=until, by=actor, now=now, seen=seen))
        return _bid_answer(actor, public_id)


class ScheduleMoved(ApiView):
    """The whole schedule of an offer, moved."""

    @extend_schema(
        operation_id="move_schedule",
        summary="Move the whole schedule",
        request={"application/json": DaysAsked},
        responses=BidShape,
        parameters=[IF_MATCH, response_header("ETag", "The version of the offer's own facts.", 200)],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Delivery, milestones and the rows' own days lie so many days later; firms whose days moved are asked."""
        actor, now = actor_of(request), moment_of(request)
        bid = led(actor, public_id)
        seen = version_seen(request, bid.public_id)
        days = said_in(DaysAsked, request)["days"]
        again_after_conflict(lambda: move_schedule(bid=bid, days=days, by=actor, now=now, seen=seen))
        return _bid_answer(actor, public_id)


class Closed(ApiView):
    """An offer that is put away."""

    @extend_schema(
        operation_id="close_bid", summary="Close an offer", request={"application/json": Nothing}, responses=BidShape
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """It changes no more; 409 while the client can still say yes."""
        actor = actor_of(request)
        bid = led(actor, public_id)
        said_in(Nothing, request)
        close_offer(bid=bid, by=actor, now=moment_of(request))
        return _bid_answer(actor, public_id)


class ClientLinks(ApiView):
    """Links that show the offer to whoever has them."""

    @extend_schema(operation_id="list_client_links", summary="List the client's links", responses=ClientLinksShape)
    def get(self, request: Request, public_id: UUID) -> Response:
        """The newest first; none of their secrets."""
        bid = led(actor_of(request), public_id)
        links = ClientLink.objects.filter(bid=bid).order_by("-made_at", "-pk")
        return Response(ClientLinksShape({"results": links}).data)

    @extend_schema(
        operation_id="make_client_link",
        summary="Make a link that shows the offer",
        request={"application/json": LinkAsked},
        responses={201: MadeClientLink},
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Its address is told in this answer and never again. Nobody can say yes with it."""
        actor = actor_of(request)
        bid = led(actor, public_id)
        asked = said_in(LinkAsked, request)
        made = make_client_link(bid=bid, name=asked["name"], by=actor, now=moment_of(request))
        address = f"{settings.PUBLIC_BASE_URL}{reverse('bids:client-link', args=[made.token])}"
        return Response(MadeClientLink(made.link, context={"address": address}).data, status=201)


class ClientLinkRevoked(ApiView):
    """A link, taken away."""

    @extend_schema(
        operation_id="revoke_client_link",
        summary="Revoke a client's link",
        request={"application/json": Nothing},
        responses=ClientLinkShape,
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """It opens nothing any more, at once."""
        actor = actor_of(request)
        link = ClientLink.objects.select_related("bid").filter(public_id=public_id).first()
        if link is None:
            raise NotVisible
        led(actor, link.bid.public_id)
        said_in(Nothing, request)
        revoked = revoke_client_link(link=link, by=actor, now=moment_of(request))
        return Response(ClientLinkShape(revoked).data)


def led(actor: Actor, public_id: UUID) -> Bid:
    """The offer, for those of its lead who may change it; for anybody else there is no such thing."""
    bid = bid_for(actor, public_id)
    if not leads(actor, bid) or not may_change_offer(actor, bid):
        raise NotVisible
    return bid


def _contacts(bid: Bid, addresses: Sequence[str]) -> list[UUID]:
    """The client's people at these addresses; refused when nobody of them has one of these, so that none is missed."""
    wanted = {address.casefold(): at for at, address in enumerate(addresses)}
    found = [one for one in bid.client.contacts.exclude(email="") if one.email.casefold() in wanted]
    unknown = wanted.keys() - {one.email.casefold() for one in found}
    if unknown:
        detail = ErrorDetail(gettext("None of the client's people has this address."), code="invalid")
        raise ValidationError({"to": {str(wanted[address]): [detail] for address in unknown}})
    return [one.public_id for one in found]


def _told(checks: SendChecks, on_its_way: Version | None, *, may_go: bool) -> Mapping[str, Any]:
    return {
        "may_go": may_go,
        "stops": checks.stops,
        "notes": checks.notes,
        "questions": checks.questions,
        "on_its_way": on_its_way,
    }


def as_seen(bid: Bid) -> str:
    """A name for the offer as it stands, everything in it included."""
    return f'"{bid.public_id}.{bid.changed_at.astimezone(UTC):%Y%m%dT%H%M%S%f}"'


def require_seen(request: Request, bid: Bid) -> None:
    """`VersionMissing` where no version of the offer was named that was read, `Stale` where it stands otherwise now."""
    given = request.headers.get("If-Match", "").strip()
    if not given:
        raise VersionMissing
    if parse_etags(given) != [as_seen(bid)]:
        raise Stale


def _version_for(request: Request, bid: Bid, number: int) -> Version:
    version = version_number(bid, number, now=moment_of(request))
    if version is None or not known_to(version, eyes_of(actor_of(request), bid)):
        raise NotVisible
    return version


def _version_answer(request: Request, bid: Bid, number: int, *, status: int = 200) -> Response:
    version = _version_for(request, bid, number)
    eyes = eyes_of(actor_of(request), bid)
    return Response(VersionShape(version, context={"eyes": eyes}).data, status=status)


def _bid_answer(actor: Actor, public_id: UUID) -> Response:
    bid = bid_for(actor, public_id)
    said = BidShape(bid, context={"firm_id": actor.firm_id}).data
    return Response(said, headers={"ETag": etag_of(bid.public_id, bid.version)})
