"""Words as they are looked for: without capitals and accents, and in the forms a Finnish word may stand in."""

import re
import unicodedata
from collections.abc import Iterator

ACCENTED = "äåáàâãæčçďéèêëíìîïłñöøõóòôœřšśťüúùûýÿžźż"
PLAIN = "aaaaaaaccdeeeeiiiilnooooooorsstuuuuyyzzz"
"""The same letters without their marks, one for one."""
LEAST = 4
"""So many letters of a word say what it is about."""

_BUSINESS_ID = re.compile(r"(?:fi)?(\d{7})-?(\d)")
_ENDING = re.compile(
    "(?:i?(?:ssa|sta|lla|lta|lle|ksi|tta)|isiin|iden|iin|seen|hin|jen|ien|ta|na|in|en|ia|ja|n|t|a)(?:ni|si|nsa|mme|nne|kin|ko)?"
)
_BENT = (("uude", "uus"), ("yyde", "yys"), ("ksi", "s"), ("kse", "s"), ("se", "nen"), ("si", "nen"))
"""How stems end that stand otherwise in the dictionary: yritykse-, yritys; suomalaise-, suomalainen."""
_GRADES = (
    ("kk", "k"),
    ("pp", "p"),
    ("tt", "t"),
    ("nk", "ng"),
    ("nt", "nn"),
    ("mp", "mm"),
    ("lt", "ll"),
    ("rt", "rr"),
    ("t", "d"),
    ("p", "v"),
    ("rk", "r"),
    ("lk", "l"),
)
"""How the last consonants of a stem change: katu, kadun; Helsinki, Helsingin."""


def folded(text: str) -> str:
    """Without capitals and without the marks on letters: what is typed with them and without is the same."""
    lowered = unicodedata.normalize("NFC", text).lower().translate(str.maketrans(ACCENTED, PLAIN))
    return "".join(each for each in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(each))


def forms_of(word: str) -> tuple[str, ...]:
    """What a text holds, once it is folded, that speaks of this word: itself first, then the stems of its forms."""
    plain = folded(word).partition(":")[0]
    if written := _BUSINESS_ID.fullmatch(plain):
        return (f"{written[1]}-{written[2]}",)
    if len(plain) < LEAST or not plain.isalpha():
        return (plain,) if plain else ()
    return tuple(dict.fromkeys((plain, *_stems(plain))))


def pattern_of(word: str) -> str:
    """A regular expression that finds any of these forms in a text as it stands; empty for no word.

    With every letter's marks and capitals spelled out it is many times quicker than folding all that is looked through.
    """
    return "|".join("".join(map(_any_case, form)) for form in forms_of(word))


def _any_case(letter: str) -> str:
    marked = "".join(each for each, plain in zip(ACCENTED, PLAIN, strict=True) if plain == letter)
    alike = dict.fromkeys(letter + marked + (letter + marked).upper())
    return f"[{''.join(alike)}]" if letter.isalpha() else re.escape(letter)


def _stems(word: str) -> Iterator[str]:
    if word.endswith("nen"):
        yield word.removesuffix("nen") + "s"
    elif word.endswith(("uus", "yys")):
        yield word.removesuffix("s") + "de"
    elif word.endswith(("us", "ys")):
        yield word.removesuffix("s") + "kse"
    for cut in range(len(word), LEAST - 1, -1):
        if word[cut:] and not _ENDING.fullmatch(word[cut:]):
            continue
        start = word[:cut]
        for bent, straight in _BENT:
            if start.endswith(bent) and cut < len(word):
                yield start.removesuffix(bent) + straight
        yield from _grades(start)


def _grades(start: str) -> Iterator[str]:
    """The stem without its last vowels, in both grades; with the last vowel where too little would be left."""
    stem = start.rstrip("aeiouy")
    vowel = start[len(stem) :][:1]
    for here, there in [("", ""), *_GRADES, *((weak, strong) for strong, weak in _GRADES)]:
        if stem.endswith(here):
            found = stem.removesuffix(here) + there
            if len(found) >= LEAST:
                yield found
            elif vowel and len(found) == LEAST - 1:
                yield found + vowel
