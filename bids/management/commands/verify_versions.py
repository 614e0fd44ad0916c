"""Look whether every version of every offer, its OKs and its files still are what went out."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from bids.exports.version_faults import version_faults
from bids.models import Revision


class Command(BaseCommand):
    """`verify_versions`: exit status 1, each culprit named, when something is missing or was changed."""

    help = "Check every version against its hash, the one before it, the audit trail, its OKs and its files."

    def handle(self, **_options: Any) -> None:
        """Name what is wrong, or say that nothing is."""
        wrong = 0
        for fault in version_faults():
            wrong += 1
            self.stderr.write(str(fault))
        if wrong:
            sys.exit(1)
        self.stdout.write(f"{Revision.objects.count()} versions are what they were.")
