"""The three letters that mark a firm in an offer."""

import re
from collections.abc import Collection, Iterator
from itertools import count
from string import ascii_uppercase

LETTERS = 3
FORMS = frozenset({"tmi", "t:mi", "toiminimi", "oy", "ab", "oyj", "abp", "ky", "kb", "ay", "osk", "ry", "rf", "ltd"})
"""Legal forms: they tell firms of a kind apart, not firms."""

_WORD = re.compile(r"[^\W_]+")


def initials_for(name: str, *, taken: Collection[str]) -> str:
    """Three letters of a name that no other firm of the offer has: `Kuvakulma Design Tmi` becomes KUV.

    A name that is shorter gives fewer, and one whose letters are all taken gets a number.
    """
    used = {key.casefold() for key in taken}
    return next(each for each in _candidates(name) if each.casefold() not in used)


def _candidates(name: str) -> Iterator[str]:
    said = [word for word in name.split() if word.casefold().strip(".,") not in FORMS]
    words = [letters for word in said or name.split() if (letters := "".join(_WORD.findall(word)))]
    whole = _upper("".join(words)) or "X"
    yield _upper(words[0])[:LETTERS] if words and len(words[0]) >= LETTERS else whole[:LETTERS]
    if len(words) > 1:
        yield "".join(_upper(word)[:1] for word in words)[:LETTERS]
    start = whole[: LETTERS - 1]
    for letter in dict.fromkeys(whole[LETTERS - 1 :]):
        yield start + letter
    for letter in ascii_uppercase:
        yield start + letter
    for number in count(2):
        yield f"{whole[:1]}{number}"


def _upper(text: str) -> str:
    """Capital letters, one for one: what has no capital of its own stays as it is."""
    return "".join(letter.upper() if len(letter.upper()) == 1 else letter for letter in text)
