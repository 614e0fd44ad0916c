"""What the launcher says while it works: one line a step, with the time it took."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO


class CannotGoOn(Exception):
    """What stops the launcher, as a sentence the person at the keyboard can act on."""


class Teller:
    """Writes steps as they are done, notes between them, and elapsed seconds; keeps quiet when told to."""

    def __init__(self, *, out: TextIO | None = None, quiet: bool = False) -> None:
        self._out = out or sys.stdout
        self._quiet = quiet
        self._line_is_open = False

    @contextmanager
    def step(self, what: str) -> Iterator[Callable[[str], None]]:
        """The step's name stands at once, its seconds when it ends; a failed step says so.

        What is given to the yielded function is written on the same line while the step goes on.
        """
        begun = time.monotonic()
        self._write(f"  {what} …", open_line=True)
        try:
            yield self._continue
        except BaseException:
            self._end(what, "stopped", begun)
            raise
        self._end(what, "done", begun)

    def note(self, text: str) -> None:
        """One line by itself."""
        if self._line_is_open:
            self._write("\n", open_line=False)
        self._write(f"{text}\n", open_line=False)

    def _continue(self, text: str) -> None:
        if self._line_is_open:
            self._write(f" {text}", open_line=True)

    def _end(self, what: str, how: str, begun: float) -> None:
        seconds = f"{time.monotonic() - begun:.1f} s"
        if self._line_is_open:
            self._write(f" {seconds}\n" if how == "done" else f" {how} after {seconds}\n", open_line=False)
        else:
            self._write(f"  {what}: {how} after {seconds}\n", open_line=False)

    def _write(self, text: str, *, open_line: bool) -> None:
        if self._quiet:
            return
        self._out.write(text)
        self._out.flush()
        self._line_is_open = open_line
