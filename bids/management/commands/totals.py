"""Say what an offer in a package file costs, without a database."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from bids import pricing
from bids.management.reading import REFUSED, add_choice, offer_in
from bids.management.totals_table import totals_table
from bids.sheets.choice_sentences import choice_sentence
from bids.vocabulary import Invoicing, Language


class Command(BaseCommand):
    """`totals FILE [--choose CODE]… [--package ID | --no-package] [--invoicing each|lead] [--json] [--language fi]`."""

    help = "Say what an offer in a bid package costs; nothing is stored, and no database is asked."
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """A file, a choice, who invoices, and how to say it."""
        parser.add_argument("file", type=Path)
        add_choice(parser)
        parser.add_argument("--invoicing", choices=[str(each) for each in Invoicing], help="as if invoiced this way")
        parser.add_argument("--json", action="store_true", help="the figures for a program, as documented")
        parser.add_argument("--language", choices=[str(each) for each in Language], help="of the table and of faults")

    def handle(self, *, file: Path, **options: Any) -> None:
        """Read, price and print; status 2 and every fault on standard error when that cannot be done."""
        try:
            self.stdout.write(_told(file, **options), ending="")
        except CommandError as refused:
            self.stderr.write(str(refused))
            sys.exit(REFUSED)


def _told(file: Path, *, language: str | None, **options: Any) -> str:
    offer = offer_in(file, language=language or Language.EN)
    invoicing = Invoicing(options["invoicing"]) if options["invoicing"] else None
    package = "" if options["no_package"] else options["package"]
    reader = Language(language) if language else offer.language
    try:
        choice = pricing.choice_of(options["choose"], package)
        totals = pricing.totals(offer, choice, invoicing=invoicing)
    except pricing.ChoiceRefused as refused:
        with translation.override(language or Language.EN):
            raise CommandError("\n".join(choice_sentence(fault) for fault in refused.faults)) from refused
    if options["json"]:
        return json.dumps(pricing.totals_as_json(totals), ensure_ascii=False, indent=2) + "\n"
    with translation.override(reader):
        return totals_table(offer, choice, totals, reader)
