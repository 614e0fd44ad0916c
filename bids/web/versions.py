"""The versions of an offer on pages: which there are, what changed from one to the next, and their files."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bids.exports.version_answers import answers_carried
from bids.exports.version_changes import changes_between
from bids.exports.version_sheet import VersionIsCorruptError, intact
from bids.models import Bid
from bids.permissions import eyes_of, may_send
from bids.queries.questions import wishes_for
from bids.queries.versions import Version, known_to, sent_before, version_number, versions_of
from bids.sheets.client_said import wish_line
from bids.sheets.send_sentences import reason_sentence
from bids.visibility import Eyes
from bids.vocabulary import ChangeRequestState, RevisionState, SentHow
from bids.web.client_page import file_of
from bids.web.offer import bid_for
from bids.web.speaking import page_language
from kernel import files
from kernel.clock import database_now
from kernel.errors import NotVisible, Refusal
from members.web.acting import actor_of


class VersionIsDamaged(Refusal):
    """What is stored is not what was frozen."""

    sentence = _("What is stored of this version is not what was frozen, so it is not shown. Tell support.")
    code = "version-damaged"


class FileIsDamaged(Refusal):
    """What is stored is not what was sent."""

    sentence = _("The stored file is not what was sent, so it is not handed out. Tell support.")
    code = "file-damaged"


@login_required
@never_cache
@require_safe
def versions(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Every version the reader may know of, the latest first."""
    actor, now = actor_of(request), database_now()
    bid = bid_for(actor, public_id)
    eyes = eyes_of(actor, bid)
    shown = [one for one in versions_of(bid, now=now) if known_to(one, eyes)]
    page = {"bid": bid, "eyes": eyes, "versions": [_row(one) for one in shown], "may_send": may_send(actor, bid)}
    return render(request, "bids/versions.html", page)


@login_required
@never_cache
@require_safe
def one_version(request: HttpRequest, public_id: UUID, number: int) -> HttpResponse:
    """What changed in a version, and its files for those who may have them."""
    actor, now = actor_of(request), database_now()
    bid = bid_for(actor, public_id)
    eyes = eyes_of(actor, bid)
    version = _version_for(bid, number, eyes, now=now)
    earlier = sent_before(version)
    try:
        changes = changes_between(earlier, version.revision, eyes, language=page_language()) if earlier else ()
        answers = answers_carried(version.revision, eyes, language=page_language())
    except VersionIsCorruptError as error:
        raise VersionIsDamaged from error
    page = {
        "bid": bid,
        "eyes": eyes,
        **_row(version),
        "earlier": earlier.number if earlier else None,
        "changes": changes,
        "answers": answers,
        "wishes": [
            (one, wish_line(one, intact(one.revision).offer))
            for one in wishes_for(bid, eyes).filter(
                answered_in=version.revision, state=ChangeRequestState.ANSWERED.value
            )
        ],
        "files": version.documents if eyes.sees_clients_document and version.is_drawn else (),
    }
    return render(request, "bids/version.html", page)


@login_required
@never_cache
@require_safe
def version_file(request: HttpRequest, public_id: UUID, number: int, document: UUID) -> HttpResponse:
    """A file of a version that went out, for every firm that may see all of it."""
    actor, now = actor_of(request), database_now()
    bid = bid_for(actor, public_id)
    eyes = eyes_of(actor, bid)
    version = _version_for(bid, number, eyes, now=now)
    wanted = [one for one in version.documents if one.public_id == document and one.asset is not None]
    if not wanted or not eyes.sees_clients_document:
        raise NotVisible
    try:
        return file_of(wanted[0], number=bid.number, version=version.number)
    except files.FileIsCorruptError as error:
        raise FileIsDamaged from error


def _version_for(bid: Bid, number: int, eyes: Eyes, *, now: datetime) -> Version:
    version = version_number(bid, number, now=now)
    if version is None or not known_to(version, eyes):
        raise NotVisible
    return version


def _row(version: Version) -> dict[str, Any]:
    is_over = version.state in {RevisionState.ABANDONED, RevisionState.WITHDRAWN}
    why = reason_sentence(version.reason) if version.state == RevisionState.ABANDONED else version.reason
    return {
        "version": version,
        "why": why if is_over else "",
        "by_own_mail": version.sent_how == SentHow.OWN_MAIL,
    }
