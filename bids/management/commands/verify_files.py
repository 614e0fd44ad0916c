"""Look whether every stored file and every frozen sheet still is what it was."""

import sys
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand

from bids.exports.frozen_offer import hash_of
from bids.models import Asset, FrozenSheet
from kernel.files import FileIsCorruptError, read


class Command(BaseCommand):
    """`verify_files`: exit status 1, each culprit named, when something is missing or was changed."""

    help = "Check the bytes of every stored file and frozen sheet against the hash they are known by."

    def handle(self, **_options: Any) -> None:
        """Name what is wrong, or say that nothing is."""
        wrong = list(changed())
        for line in wrong:
            self.stderr.write(line)
        if wrong:
            sys.exit(1)
        self.stdout.write("Every stored file and frozen sheet is what it was.")


def changed() -> Iterator[str]:
    """A line for each file that is missing or altered, and for each altered frozen sheet, the oldest first."""
    for asset in Asset.objects.order_by("pk").iterator():
        try:
            read(asset.sha256)
        except FileIsCorruptError:
            yield f"file {asset.sha256} of asset {asset.public_id} is missing or was changed"
    for sheet in FrozenSheet.objects.order_by("pk").iterator(chunk_size=20):
        if hash_of(bytes(sheet.payload)) != sheet.sha256:
            yield f"frozen sheet {sheet.public_id} was changed"
