"""Wait for a document to be drawn, saying how far it is."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, no_translations

from bids.models import Document
from bids.sheets.document_sentences import failure_sentence, step_sentence
from bids.vocabulary import DocumentState
from kernel.files import read

POLL_SECONDS = 0.3


class Command(BaseCommand):
    """`await_document PUBLIC_ID --out FILE`: exit status 1 when the document fails or the time is up."""

    help = "Wait until the worker has drawn a document and copy the file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which document, where to, how long."""
        parser.add_argument("public_id", type=UUID)
        parser.add_argument("--out", type=Path, required=True)
        parser.add_argument("--seconds", type=float, default=180.0)

    @no_translations
    def handle(self, *, public_id: UUID, out: Path, seconds: float, **_options: Any) -> None:
        """Print each new step on a line of its own, then write the file."""
        document = wait_for(public_id, seconds=seconds, say=self.stdout.write)
        if document.asset is None:
            raise CommandError(why_not(document), returncode=1)
        out.write_bytes(read(document.asset.sha256))
        self.stdout.write(f"{out} ({document.pages} pages, {document.asset.size} bytes)")


def why_not(document: Document) -> str:
    """Why a document has no file."""
    failed = document.state == DocumentState.FAILED.value
    return failure_sentence(document.failure_code) if failed else "The worker did not draw the document in time."


def wait_for(public_id: UUID, *, seconds: float, say: Any) -> Document:
    """The document once it is done or has failed, or as it is when the time is up; `say` hears of each new step."""
    last = ""
    deadline = time.monotonic() + seconds
    while True:
        document = Document.objects.select_related("asset").get(public_id=public_id)
        step = step_sentence(document.progress_step) if document.state == DocumentState.RENDERING else ""
        if step and step != last:
            say(f"  {step}")
            last = step
        if document.state in {DocumentState.DONE.value, DocumentState.FAILED.value} or time.monotonic() > deadline:
            return document
        time.sleep(POLL_SECONDS)
