"""Read what a command is given: a package file and a choice, with every fault said at once."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import CommandError
from django.utils import translation

from bids.content import Choice, JointOffer
from bids.exports.bid_package import PackageRefused, fault_line, read_package
from bids.vocabulary import Language

REFUSED = 2
"""The exit status of a command whose package or choice is refused."""


def offer_in(file: Path, *, language: str = Language.EN) -> JointOffer:
    """The offer a package file holds; a `CommandError` with status 2 naming every fault by its path otherwise."""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}", returncode=REFUSED) from error
    try:
        return read_package(data)
    except PackageRefused as refused:
        with translation.override(language):
            faults = "\n".join(fault_line(fault) for fault in refused.faults)
        raise CommandError(faults, returncode=REFUSED) from refused


def add_choice(parser: ArgumentParser) -> None:
    """The arguments with which a command is told what the client chooses."""
    parser.add_argument("--choose", action="append", default=[], metavar="CODE", help="a line that is chosen")
    package = parser.add_mutually_exclusive_group()
    package.add_argument("--package", metavar="ID", help="the package that is chosen")
    package.add_argument("--no-package", action="store_true", help="not even the preselected package")


def choice_from(choose: list[str], package: str | None, *, no_package: bool) -> Choice:
    """What the client chooses according to these arguments."""
    return Choice(lines=frozenset(choose), package="" if no_package else package)
