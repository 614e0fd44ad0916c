"""Why something was not done, in one sentence for the person who asked.

    Refusal                   409  what was asked cannot be done as things stand
    ├── NotPermitted          403  this person may not do it
    ├── NotVisible            404  this person sees no such thing
    ├── Stale                 412  somebody changed it after it was read
    ├── VersionMissing        428  the request did not say which version it changes
    ├── Malformed             422  what was typed has not the shape asked for; names each fault
    ├── TooLarge              413  more than is taken in
    └── TooOften              429  more often than is allowed

Anything else that is raised is a fault of ours.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise
else:
    StrOrPromise = str | Promise


class Refusal(Exception):
    """Something that was not done, with the sentence that says what to do.

    `sentence` may be lazily translated: it is put in words, with `params` filled in, when it is read. `code` names the
    refusal for programs and never changes with the language. A subclass may fix both.
    """

    status: ClassVar[int] = 409
    sentence: StrOrPromise = gettext_lazy("This cannot be done right now.")
    code: str = "refused"

    def __init__(
        self,
        sentence: StrOrPromise | None = None,
        *,
        code: str | None = None,
        params: Mapping[str, object] | None = None,
    ) -> None:
        if sentence is not None:
            self.sentence = sentence
        if code is not None:
            self.code = code
        self.params = dict(params or {})
        super().__init__(self.sentence, self.code, self.params)

    def __str__(self) -> str:
        return str(self.sentence) % self.params if self.params else str(self.sentence)


class NotPermitted(Refusal):
    """The person sees the thing but may not do this to it."""

    status = 403
    sentence = gettext_lazy("You may not do this.")
    code = "not-permitted"


class NotVisible(Refusal):
    """For this person the thing does not exist."""

    status = 404
    sentence = gettext_lazy("There is nothing here, or it is not yours to see.")
    code = "not-found"


class Stale(Refusal):
    """Somebody else changed the thing after it was read."""

    status = 412
    sentence = gettext_lazy("Somebody changed this in the meantime. Look at the new version, then save again.")
    code = "stale"


class VersionMissing(Refusal):
    """A change that does not say which version it was made from."""

    status = 428
    sentence = gettext_lazy("Say which version you are changing (If-Match).")
    code = "version-missing"


class Malformed(Refusal):
    """Input that has not the shape asked for. `faults` says of each culprit, by its path, what is wrong with it."""

    status = 422
    sentence = gettext_lazy("Something in what you sent needs correcting.")
    code = "malformed"

    def __init__(
        self,
        sentence: StrOrPromise | None = None,
        *,
        code: str | None = None,
        params: Mapping[str, object] | None = None,
        faults: Mapping[str, StrOrPromise] | None = None,
    ) -> None:
        super().__init__(sentence, code=code, params=params)
        self.faults = dict(faults or {})


class TooLarge(Refusal):
    """More than is taken in."""

    status = 413
    sentence = gettext_lazy("This is too large.")
    code = "too-large"


class TooOften(Refusal):
    """More often than is allowed."""

    status = 429
    sentence = gettext_lazy("That was too many times in a row. Wait a moment and try again.")
    code = "too-often"


def require(allowed: bool, sentence: StrOrPromise | None = None, *, code: str | None = None) -> None:  # noqa: FBT001 - reads as a sentence
    """Refuse with NotPermitted unless allowed."""
    if not allowed:
        raise NotPermitted(sentence, code=code)
