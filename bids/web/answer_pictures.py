"""The picture chosen on the answer screen: kept as a file until the answer is sent, so that it is chosen only once."""

from typing import Final

from django.http import HttpRequest
from django.utils.translation import gettext as _

from bids.models import Invitation
from bids.web.answer_form import AnswerForm
from bids.web.kept_uploads import keep, kept
from kernel.picture_sentences import picture_sentence
from kernel.pictures import Picture, PictureRefused
from kernel.uploads import clean_upload

TICKET: Final = "picture_ticket"
"""The field that stands for a picture chosen before."""


def keep_picture(request: HttpRequest, form: AnswerForm, *, invitation: Invitation) -> None:
    """Keep a picture handed in with the form, made safe, in the place of one before it; or say beside it what ails."""
    handed = request.FILES.get("picture")
    if handed is None:
        return
    try:
        picture = clean_upload(handed.read())
    except PictureRefused as refused:
        form.faults["picture"] = str(picture_sentence(refused))
        return
    form.words[TICKET] = keep(picture.content, holder=_holder(invitation))


def chosen_picture(form: AnswerForm, *, invitation: Invitation) -> Picture | None:
    """The picture that is kept for this form; one put away meanwhile is to be chosen again, and that is said."""
    ticket = form.word(TICKET)
    if not ticket:
        return None
    data = kept(ticket, holder=_holder(invitation))
    if data is None:
        drop_picture(form)
        form.faults["picture"] = _("The picture was put away after a day. Choose it once more, or answer without it.")
        return None
    return clean_upload(data)


def drop_picture(form: AnswerForm) -> None:
    """No picture is chosen any more."""
    form.words |= {TICKET: "", "more": "1"}


def _holder(invitation: Invitation) -> str:
    return f"asked {invitation.public_id}"
