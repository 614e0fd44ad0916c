"""Put a drawn file in its document's hands."""

from datetime import datetime

from bids.models import Document
from bids.permissions import is_system
from bids.queries.assets import asset_row
from bids.vocabulary import DocumentState
from kernel import audit, outbox
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import require


@action
def finish_document(
    *,
    document: Document,
    sha256: str,
    size: int,
    media_type: str,
    pages: int | None,
    cache_key: str,
    by: Actor,
    now: datetime,
) -> Document:
    """The document is done and its file lies in private storage under `sha256`.

    A document that is done already keeps its file: asking twice changes nothing. Each document of a version lets the
    version be looked at: the one that was drawn last finds all the others there.
    """
    document = (
        Document.objects.select_for_update(of=("self",)).select_related("bid__lead", "revision").get(pk=document.pk)
    )
    require(is_system(by))
    if document.state == DocumentState.DONE.value:
        return document
    firm = document.bid.lead if document.bid else None
    document.asset = asset_row(sha256, size=size, media_type=media_type, firm=firm, now=now)
    document.state = DocumentState.DONE.value
    document.pages = pages
    document.cache_key = cache_key
    document.finished_at = now
    document.failure_code = document.failure_detail = ""
    document.save()
    if document.bid is not None:
        audit.record(
            "document.finished", on=document.bid, by=by, at=now, document=str(document.public_id), sha256=sha256
        )
    if document.revision is not None:
        outbox.post(
            "revision.drawn",
            due=now,
            key=outbox.effect_key("revision.drawn", document),
            revision=str(document.revision.public_id),
        )
    return document
