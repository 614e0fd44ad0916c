"""Draw what belongs to a yes: its certificate, and each firm's own copy of what was agreed."""

import logging
from datetime import datetime
from functools import partial
from typing import Final

from bids.actions.fail_paper import fail_paper
from bids.actions.finish_paper import finish_paper
from bids.exports.agreed_copy import agreed_copy, agreed_copy_bytes, firms_eyes
from bids.exports.certificate import EvidenceIsCorruptError, certificate_of
from bids.exports.version_sheet import VersionIsCorruptError
from bids.models import DecisionPaper
from bids.permissions import mode_for
from bids.queries.papers import is_outdated
from bids.steps.papers import Drawn
from bids.vocabulary import DocumentState, Language, PaperKind
from kernel import files
from kernel.actor import Actor
from kernel.models import OutboxMessage
from worker.documents.draw import RENDERER
from worker.documents.job import Reason, RenderFailed
from worker.documents.papers import certificate_job, copy_job
from worker.handlers.document_requested import NOT_ITS_FAULT, TRIES_AFTER_A_CRASH
from worker.handlers.handler import Effect
from worker.hold import Hold

logger = logging.getLogger(__name__)

ACTOR: Final = Actor.system("worker")


def handle(message: OutboxMessage, *, hold: Hold) -> Effect:
    """The file lies in private storage; what is left to commit is that the paper has it.

    It is drawn from the frozen version and the evidence, both read against their hashes, and from no live row but who
    may see what. What cannot be drawn has failed and is promised anew for later; a renderer that died is given three
    tries at once.
    """
    paper = _paper(message)
    if paper is None or (paper.state == DocumentState.DONE and not is_outdated(paper)):
        return _nothing
    try:
        drawn = _draw(paper)
    except RenderFailed as failed:
        if failed.reason in NOT_ITS_FAULT and message.attempts < TRIES_AFTER_A_CRASH:
            raise
        logger.warning("paper %s cannot be drawn: %s", paper.public_id, failed)
        return partial(_fail, paper, failed.reason)
    except (VersionIsCorruptError, EvidenceIsCorruptError):
        logger.exception("what paper %s is drawn from is not what it was", paper.public_id)
        return partial(_fail, paper, Reason.CRASHED)
    hold.check()
    return partial(_finish, paper, drawn)


def gave_up(message: OutboxMessage) -> Effect:
    """Whoever waits for the paper is told, and it is tried again later."""
    paper = _paper(message)
    return partial(_fail, paper, Reason.CRASHED) if paper is not None else _nothing


def _paper(message: OutboxMessage) -> DecisionPaper | None:
    rows = DecisionPaper.objects.select_related(
        "decision__evidence", "decision__standing", "decision__revision", "decision__bid__lead", "part__bid__lead"
    )
    return rows.filter(public_id=message.payload["paper"]).first()


def _draw(paper: DecisionPaper) -> Drawn:
    if paper.kind == PaperKind.CERTIFICATE.value or paper.part is None:
        certificate = certificate_of(paper.decision)
        rendered = RENDERER.draw(certificate_job(certificate))
        return Drawn(
            sha256=files.store(rendered.pdf),
            size=len(rendered.pdf),
            pages=rendered.pages,
            bears_name=certificate.bears_name,
            tells_objection=certificate.tells_objection,
            tells_annulment=certificate.tells_annulment,
        )
    part = paper.part
    copy = agreed_copy(
        paper.decision, part, eyes=firms_eyes(part, mode_for(part, part.bid)), language=Language(paper.language)
    )
    rendered = RENDERER.draw(copy_job(copy))
    data = agreed_copy_bytes(copy)
    return Drawn(
        sha256=files.store(rendered.pdf),
        size=len(rendered.pdf),
        pages=rendered.pages,
        data=(files.store(data), len(data)),
        reach=copy.reach.value,
    )


def _finish(paper: DecisionPaper, drawn: Drawn, now: datetime) -> DecisionPaper:
    return finish_paper(paper=paper, drawn=drawn, by=ACTOR, now=now)


def _fail(paper: DecisionPaper, code: str, now: datetime) -> DecisionPaper:
    return fail_paper(paper=paper, code=code, by=ACTOR, now=now)


def _nothing(_now: datetime) -> None:
    """The paper is drawn already, or gone with its offer."""
