"""Draw a package's offer as a PDF."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, no_translations
from django.utils import translation

from bids.actions.request_document import request_document
from bids.content import JointOffer
from bids.exports.frozen_offer import DocumentOrder, freeze, thaw
from bids.management.commands.await_document import wait_for, why_not
from bids.management.reading import REFUSED, add_choice, choice_from, offer_in
from bids.pricing import ChoiceRefused
from bids.sheets.choice_sentences import choice_sentence
from bids.sheets.document_sentences import failure_sentence, step_sentence
from bids.vocabulary import DocumentKind, Language, Profile, Theme
from kernel.actor import Actor
from kernel.clock import database_now
from kernel.files import read
from worker.documents.draw import draw_offer
from worker.documents.job import RenderFailed


class Command(BaseCommand):
    """`render_offer FILE --out offer.pdf`: nothing is written but the file, unless the worker is asked to draw it."""

    help = "Draw a bid package as a PDF. Exit status 2 with every fault when the package is refused."

    _said = ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """A package, a file, and how the document should be."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--out", type=Path, required=True)
        parser.add_argument("--language", choices=[word.value for word in Language])
        parser.add_argument("--theme", choices=[word.value for word in Theme])
        parser.add_argument("--profile", choices=[word.value for word in Profile])
        parser.add_argument("--by-worker", action="store_true", help="queue it and wait for the Celery worker")
        parser.add_argument("--seconds", type=float, default=180.0, help="how long to wait for the worker")
        add_choice(parser)

    @no_translations
    def handle(self, *, file: Path, out: Path, **options: Any) -> None:
        """Read, freeze, draw, write."""
        offer = offer_in(file)
        order = DocumentOrder(
            language=Language(options["language"] or offer.language),
            profile=Profile(options["profile"] or offer.profile),
            theme=Theme(options["theme"] or offer.theme),
            choice=choice_from(options["choose"], options["package"], no_package=options["no_package"]),
        )
        try:
            data, pages = (
                self._by_worker(offer, order, options["seconds"]) if options["by_worker"] else self._here(offer, order)
            )
        except ChoiceRefused as refused:
            with translation.override(Language.EN):
                raise CommandError("\n".join(map(choice_sentence, refused.faults)), returncode=REFUSED) from refused
        out.write_bytes(data)
        self.stdout.write(f"{out} ({pages} pages, {len(data)} bytes)")

    def _here(self, offer: JointOffer, order: DocumentOrder) -> tuple[bytes, int]:
        try:
            drawn = draw_offer(thaw(freeze(offer, order)), on_progress=self._say)
        except RenderFailed as failed:
            raise CommandError(failure_sentence(failed.reason), returncode=1) from failed
        return drawn.pdf, drawn.pages

    def _say(self, step: str, *_count: int | None) -> None:
        if step != self._said:
            self._said = step
            self.stdout.write(f"  {step_sentence(step)}")

    def _by_worker(self, offer: JointOffer, order: DocumentOrder, seconds: float) -> tuple[bytes, int]:
        document = request_document(
            source=offer, kind=DocumentKind.OFFER_PDF, order=order, by=Actor.system("render_offer"), now=database_now()
        )
        document = wait_for(document.public_id, seconds=seconds, say=self.stdout.write)
        if document.asset is None:
            raise CommandError(why_not(document), returncode=1)
        return read(document.asset.sha256), document.pages or 0
