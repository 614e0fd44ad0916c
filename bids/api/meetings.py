"""Notes of meetings with clients."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from bids.actions.change_meeting import change_meeting
from bids.actions.note_meeting import note_meeting
from bids.actions.remove_meeting import remove_meeting
from bids.api.bids import KEY_PATTERN, key_of
from bids.api.bodies import StrictSerializer, keys_in
from bids.api.components import response_header
from bids.api.paging import PageAsked, list_of, page_of
from bids.api.starting import Text
from bids.api.versions import IF_MATCH, etag_of, version_seen
from bids.models import Meeting
from bids.permissions import may_note_meetings
from bids.steps.meetings import MeetingNote, Photo
from kernel.actor import Actor
from kernel.errors import NotVisible, require
from kernel.files import read
from kernel.picture_sentences import picture_sentence
from kernel.pictures import MAX_BYTES, PictureRefused, clean_picture
from members.api.acting import actor_of
from members.api.asking import ApiView
from members.api.fields import Instant
from members.api.moment import moment_of

LONGEST_SIDE = 1600
_VERSION = response_header("ETag", "The version that was read.", 200, 201)
_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "format": "uuid", "pattern": KEY_PATTERN},
    OpenApiParameter.HEADER,
    description="A random UUID (version 4) of your own. It becomes the note's id, and asking again notes nothing more.",
)
_PICTURE = {"type": "string", "format": "binary"}


class PictureParser(BaseParser):
    """Takes a picture as it came."""

    media_type = "image/*"

    def parse(  # type: ignore[override]
        self,
        stream: Any,
        media_type: str | None = None,  # noqa: ARG002 - what it is, its content decides
        parser_context: Mapping[str, Any] | None = None,  # noqa: ARG002 - likewise
    ) -> bytes:
        """The bytes, one more than may be at most."""
        return bytes(stream.read(MAX_BYTES + 1))


class MeetingShape(serializers.Serializer[Meeting]):
    """A note. `bid` is the offer it has become, null while there is none."""

    id = serializers.UUIDField(source="public_id")
    version = serializers.IntegerField()
    client_name = serializers.CharField()
    wants = serializers.CharField()
    met_on = serializers.DateField()
    contact_name = serializers.CharField(allow_blank=True)
    contact_email = serializers.CharField(allow_blank=True)
    contact_phone = serializers.CharField(allow_blank=True)
    next_step = serializers.CharField(allow_blank=True)
    next_on = serializers.DateField(allow_null=True)
    bid = serializers.SerializerMethodField()
    has_photo = serializers.SerializerMethodField()
    noted_at = Instant()

    @extend_schema_field(serializers.UUIDField(allow_null=True))
    def get_bid(self, meeting: Meeting) -> str | None:
        """The offer's id."""
        return str(meeting.bid.public_id) if meeting.bid else None

    @extend_schema_field(serializers.BooleanField())
    def get_has_photo(self, meeting: Meeting) -> bool:
        """Whether there is a photo to take."""
        return meeting.photo_id is not None


class MeetingNoted(StrictSerializer):
    """What is noted."""

    client_name = Text()
    wants = Text()
    met_on = serializers.DateField()
    contact_name = Text(required=False, default="")
    contact_email = Text(required=False, default="")
    contact_phone = Text(required=False, default="")
    next_step = Text(required=False, default="")
    next_on = serializers.DateField(required=False, allow_null=True, default=None)


class Meetings(ApiView):
    """Your firm's notes."""

    asks: ClassVar[Mapping[str, type[serializers.Serializer[Any]]]] = {"GET": PageAsked}

    @extend_schema(
        operation_id="list_meetings",
        summary="List notes of meetings",
        parameters=[PageAsked],
        responses=list_of(MeetingShape, "MeetingList"),
    )
    def get(self, request: Request) -> Response:
        """The notes of your firm, the latest first; nobody else sees them."""
        notes = Meeting.objects.visible_to(actor_of(request)).select_related("bid")
        return page_of(notes, "noted_at", MeetingShape, view=self)

    @extend_schema(
        operation_id="note_meeting",
        summary="Note a meeting",
        parameters=[_KEY, _VERSION, response_header("Location", "Where the note is.", 200, 201)],
        request={"application/json": MeetingNoted},
        responses={201: MeetingShape, 200: MeetingShape},
    )
    def post(self, request: Request) -> Response:
        """The note is there for everybody in your firm. 200 when the key was used for it before."""
        now = moment_of(request)
        meeting = note_meeting(note=_note_in(request), by=actor_of(request), now=now, public_id=key_of(request))
        answer = _answer(meeting, status=201 if meeting.noted_at == now else 200)
        answer.headers["Location"] = reverse("api:meeting", args=[meeting.public_id])
        return answer


class OneMeeting(ApiView):
    """One note."""

    http_method_names: ClassVar[Sequence[str]] = ["get", "head", "put", "delete"]  # type: ignore[misc]

    @extend_schema(operation_id="get_meeting", summary="See a note", responses=MeetingShape, parameters=[_VERSION])
    def get(self, request: Request, public_id: UUID) -> Response:
        """What was noted."""
        return _answer(_meeting_for(actor_of(request), public_id))

    @extend_schema(
        operation_id="change_meeting",
        summary="Change a note",
        parameters=[IF_MATCH, _VERSION],
        request={"application/json": MeetingNoted},
        responses=MeetingShape,
    )
    def put(self, request: Request, public_id: UUID) -> Response:
        """The note says exactly this; its photo stays."""
        actor = actor_of(request)
        meeting = _meeting_to_write(actor, public_id)
        seen = version_seen(request, meeting.public_id)
        note = _note_in(request)
        return _answer(change_meeting(meeting=meeting, note=note, seen=seen, by=actor, now=moment_of(request)))

    @extend_schema(operation_id="remove_meeting", summary="Throw a note away", responses={204: None})
    def delete(self, request: Request, public_id: UUID) -> Response:
        """The note and its photo are gone; an offer made of it stays."""
        actor = actor_of(request)
        remove_meeting(meeting=_meeting_to_write(actor, public_id), by=actor, now=moment_of(request))
        return Response(status=204)


class MeetingPhoto(ApiView):
    """The photo of a note."""

    http_method_names: ClassVar[Sequence[str]] = ["get", "head", "put", "delete"]  # type: ignore[misc]
    parser_classes = [PictureParser]
    largest_body: ClassVar[int] = MAX_BYTES

    @extend_schema(
        operation_id="get_meeting_photo",
        summary="Take the photo of a note",
        responses={(200, "image/jpeg"): _PICTURE, (200, "image/png"): _PICTURE},
    )
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """The picture as it is kept: nothing in it but its pixels."""
        meeting = _meeting_for(actor_of(request), public_id)
        if meeting.photo is None:
            raise NotVisible
        answer = HttpResponse(read(meeting.photo.sha256), content_type=meeting.photo.media_type)
        answer.headers["X-Content-Type-Options"] = "nosniff"
        answer.headers["Content-Disposition"] = "attachment"
        return answer

    @extend_schema(
        operation_id="set_meeting_photo",
        summary="Give a note a photo",
        parameters=[IF_MATCH, _VERSION],
        request={"image/*": _PICTURE},
        responses=MeetingShape,
    )
    def put(self, request: Request, public_id: UUID) -> Response:
        """A PNG, JPEG or WebP picture; place, camera and comments are taken out of it."""
        content: Any = request.data
        try:
            picture = clean_picture(content if isinstance(content, bytes) else b"", longest_side=LONGEST_SIDE)
        except PictureRefused as refused:
            raise ValidationError([ErrorDetail(picture_sentence(refused), code=refused.code)]) from refused
        return self._with(request, public_id, Photo(content=picture.content, media_type=picture.media_type))

    @extend_schema(
        operation_id="remove_meeting_photo",
        summary="Take a note's photo away",
        parameters=[IF_MATCH, _VERSION],
        responses=MeetingShape,
    )
    def delete(self, request: Request, public_id: UUID) -> Response:
        """The note has no photo."""
        return self._with(request, public_id, None)

    def _with(self, request: Request, public_id: UUID, photo: Photo | None) -> Response:
        actor = actor_of(request)
        meeting = _meeting_to_write(actor, public_id)
        seen = version_seen(request, meeting.public_id)
        note = MeetingNote(**{name: getattr(meeting, name) for name in MeetingNote.__dataclass_fields__})
        changed = change_meeting(
            meeting=meeting,
            note=note,
            seen=seen,
            photo=photo,
            without_photo=photo is None,
            by=actor,
            now=moment_of(request),
        )
        return _answer(changed)


def _note_in(request: Request) -> MeetingNote:
    said = MeetingNoted(data=keys_in(request))
    said.is_valid(raise_exception=True)
    return MeetingNote(**said.validated_data)


def _meeting_for(actor: Actor, public_id: UUID) -> Meeting:
    notes = Meeting.objects.visible_to(actor).select_related("firm", "bid", "photo")
    found = notes.filter(public_id=public_id).first()
    if found is None:
        raise NotVisible
    return found


def _meeting_to_write(actor: Actor, public_id: UUID) -> Meeting:
    meeting = _meeting_for(actor, public_id)
    require(may_note_meetings(actor, meeting.firm))
    return meeting


def _answer(meeting: Meeting, *, status: int = 200) -> Response:
    etag = etag_of(meeting.public_id, meeting.version)
    return Response(MeetingShape(meeting).data, status=status, headers={"ETag": etag})
