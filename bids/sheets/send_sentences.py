"""What stops an offer, what its lead should know, and why it was not sent, as sentences in the reader's language."""

from datetime import date

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from bids import formats
from bids.cautions import Caution, CautionKind, Param
from bids.queries import send_checks
from bids.queries.legal_answers import LegalQuestion
from bids.queries.send_checks import Check
from bids.sheets.caution_sentences import sentence as caution_sentence
from bids.sheets.document_sentences import failure_sentence
from bids.vocabulary import Language

_CHECKS = {
    send_checks.OK_MISSING: gettext_lazy("%(firm)s has not said OK. Ask the firm, or take its rows over."),
    send_checks.NOT_ANSWERED: gettext_lazy("%(firm)s has not answered yet."),
    send_checks.WANTS_A_CALL: gettext_lazy("%(firm)s wants you to call before it answers."),
    send_checks.ASKED_AGAIN: gettext_lazy("%(firm)s said OK to something else and has been asked again."),
    send_checks.NO_RECIPIENT: gettext_lazy(
        "Nobody at %(client)s has an e-mail address. Add one, or send the offer from your own mail."
    ),
    send_checks.VALIDITY_PAST: gettext_lazy("The offer was valid until %(day)s. Give it a later day."),
    send_checks.NOTHING_PRICED: gettext_lazy("The offer has no priced row yet."),
    send_checks.NOT_PRICEABLE: gettext_lazy(
        "The total cannot be counted yet. Look at the rows, the discount and the fee."
    ),
    send_checks.FIRMS_ID_WRONG: gettext_lazy(
        "%(firm)s: %(number)s is no Business ID, a digit in it is wrong. "
        "The firm mends it in its answer, you your own at your firm's details."
    ),
    send_checks.CLIENTS_ID_WRONG: gettext_lazy(
        "%(client)s: %(number)s is no Business ID, a digit in it is wrong. Mend it at the client's details."
    ),
    send_checks.BREAKS_A_RULE: gettext_lazy("This cannot be sent as it stands. %(what)s"),
    send_checks.ACCEPTED_ALREADY: gettext_lazy(
        "The client has said yes. What changes after that is agreed with the client."
    ),
    send_checks.NOTHING_CHANGES: gettext_lazy("Nothing is changed yet of what was agreed."),
    send_checks.GONE_SELLS_MORE: gettext_lazy(
        "%(firm)s is gone, so it can sell nothing but what was agreed with it. Strike what is more, or take it over."
    ),
    send_checks.GONE_SELLS_LESS: gettext_lazy(
        "%(firm)s is gone and sells what it has done, for no less than was agreed. "
        "Put its rows, the discount and the rules back as they were, or give the change up."
    ),
    send_checks.CLOSED: gettext_lazy("The offer is closed."),
    send_checks.OPEN_SUGGESTIONS: gettext_lazy(
        "Suggestions without an answer: %(count)s. The offer goes as it stands now."
    ),
    send_checks.OPEN_QUESTIONS: gettext_lazy(
        "Questions of the client without an answer: %(count)s. The offer may go all the same."
    ),
    send_checks.RIVAL_OFFER: gettext_lazy("%(firms)s: also in your offer %(number)s, %(title)s, to the same client."),
    send_checks.PICTURE_WITHOUT_WORDS: gettext_lazy("A picture in a text has no description, and is left out."),
    send_checks.DELIVERY_BEFORE_VALIDITY_ENDS: gettext_lazy(
        "The work begins on %(day)s, while the offer can still be accepted. Say by when an order must come."
    ),
    send_checks.OK_ENDS_BEFORE_VALIDITY: gettext_lazy(
        "%(firm)s's OK is good until %(day)s, but the client can accept until %(until)s. "
        "Agree with the firm on the days between, or give the offer an earlier last day."
    ),
    send_checks.GAP: gettext_lazy("%(firm)s does not include: %(what)s. Nobody else says that they do."),
}

OK_TAKEN_BACK, CHANGED_MEANWHILE, CANCELLED = "ok_taken_back", "changed_meanwhile", "cancelled"
FILE_DAMAGED, CONTENT_DAMAGED, DOCUMENT_FAILED = "file_damaged", "content_damaged", "document_failed"
VALIDITY_OVER, STOPPED = "validity_over", "stopped"

_REASONS = {
    OK_TAKEN_BACK: gettext_lazy("%(detail)s no longer says OK to it."),
    CHANGED_MEANWHILE: gettext_lazy("Something in the offer changed while it was being sent."),
    CANCELLED: gettext_lazy("You cancelled it."),
    FILE_DAMAGED: gettext_lazy(
        "A finished file was damaged in storage. Send again; if it happens twice, tell support."
    ),
    CONTENT_DAMAGED: gettext_lazy("What was frozen is not what is stored. Nothing was sent. Tell support."),
    VALIDITY_OVER: gettext_lazy("The offer's last day passed before it was sent. Give it a later day."),
    STOPPED: gettext_lazy("Something stops it now: look at what the offer page says."),
}


def check_sentence(check: Check) -> str:
    """The stop or note as one or two plain sentences in the active language."""
    if check.code in _CHECKS:
        language = _language()
        return str(_CHECKS[check.code]) % {name: _said(value, language) for name, value in check.params.items()}
    return caution_sentence(Caution(kind=CautionKind.NOTE, code=check.code, params=check.params))


def question_sentence(question: LegalQuestion) -> str:
    """The legal question in the active language."""
    return caution_sentence(Caution(kind=CautionKind.LEGAL_QUESTION, code=question.code, params=question.params))


def reason_sentence(reason: str) -> str:
    """Why a version was not sent, in the active language; `reason` is a code, or a code, a colon and a detail."""
    code, _colon, detail = reason.partition(":")
    if code == DOCUMENT_FAILED:
        return failure_sentence(detail)
    if code in _REASONS:
        return str(_REASONS[code]) % {"detail": detail}
    return _("The offer was not sent.")


def _language() -> Language:
    return Language((get_language() or Language.EN)[:2])


def _said(value: Param, language: Language) -> str:
    if isinstance(value, date):
        return formats.day(value, language)
    return ", ".join(value) if isinstance(value, tuple) else str(value)
