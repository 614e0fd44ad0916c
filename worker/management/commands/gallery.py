"""Draw the examples in every profile and language, to be looked at."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from worker.documents.gallery import Hung, hang

EXAMPLES = ("daycare", "tourism", "everything")


class Command(BaseCommand):
    """Reads packages, writes nothing to the database."""

    help = "Draw the examples in every profile and language as PDF, page pictures and contact sheets."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which examples, and where to."""
        parser.add_argument("examples", nargs="*", default=EXAMPLES, help="names of files in examples/, without .json")
        parser.add_argument("--out", default="gallery", help="the folder the pictures go to")

    def handle(self, *_args: Any, examples: list[str], out: str, **_options: Any) -> None:
        """Draw one after another and say how many pages each has."""
        root = Path(settings.BASE_DIR)
        packages = [root / "examples" / f"{name}.json" for name in examples]
        hung = hang(packages, root / out, self._tell)
        self.stdout.write(f"{len(hung)} documents, {sum(one.pages for one in hung)} pages in {out}/")

    def _tell(self, one: Hung) -> None:
        self.stdout.write(f"{one.name}: {one.pages} pages")
