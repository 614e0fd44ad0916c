"""Say that a document cannot be drawn, and why."""

from datetime import datetime

from bids.models import Document
from bids.permissions import is_system
from bids.sheets.send_sentences import DOCUMENT_FAILED
from bids.steps.sending import abandon, standing_of
from bids.steps.settling import lock_bid
from bids.vocabulary import DocumentState, RevisionState
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import require
from kernel.text import clean_text


@action
def fail_document(*, document: Document, code: str, detail: str, by: Actor, now: datetime) -> Document:
    """The document has failed for a reason of its own, which drawing it again would not cure.

    A document that is done stays done. A version that waits for the document is given up, and its lead told why.
    """
    require(is_system(by))
    bid = lock_bid(document.revision.bid, even_sending=True) if document.revision is not None else None
    document = Document.objects.select_for_update(of=("self",)).select_related("bid", "revision").get(pk=document.pk)
    if document.state == DocumentState.DONE.value:
        return document
    document.state = DocumentState.FAILED.value
    document.failure_code = code
    document.failure_detail = clean_text(detail)[:2000]
    document.finished_at = now
    document.save()
    if document.bid is not None:
        audit.record("document.failed", on=document.bid, by=by, at=now, document=str(document.public_id), code=code)
    if bid is not None and document.revision is not None:
        standing = standing_of(document.revision)
        if standing.state == RevisionState.FROZEN.value:
            reason = f"{DOCUMENT_FAILED}:{code}"
            abandon(bid, document.revision, standing, reason=reason, by=by, now=now)
    return document
