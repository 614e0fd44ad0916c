"""Typed text as it is kept: composed characters, and nothing that hides or reorders what is read.

Text is brought to Unicode NFC. Control characters, lone surrogates, byte order marks and the marks that turn the
writing direction are taken out (Unicode TR 36, "bidirectional text spoofing"). Joiners stay: emoji need them.
"""

import re
import unicodedata

_BREAKS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_SPACING = re.compile(r"[\t\n]+")
_SENTENCES_END = re.compile(
    r"(?<=[^\W\d_]{3}\.)(?<!esim\.)(?<!puh\.)(?<!nro\.)(?<!kpl\.)(?<!osv\.)(?<!jne\.)(?<!yms\.)"
    r"\s+(?=[^\W\d_a-zåäö])|(?<=[!?])\s+"
)
"""After a mark that ends a sentence; the full stop of a short word, or before a number, ends none: "n. 20 kpl"."""
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def clean_text(text: str) -> str:
    r"""Text of any number of lines; every kind of line break becomes `\n`."""
    return unicodedata.normalize("NFC", _UNSEEN.sub("", _BREAKS.sub("\n", text)))


def clean_line(text: str) -> str:
    """Text of one line: breaks and tabs become one space, and no space stands at either end."""
    return _SPACING.sub(" ", clean_text(text)).strip()


def opening(text: str, *, most: int) -> str:
    """How the text opens, as a title says it: its first sentence or line, cut where a word ends when that is long."""
    lines = (clean_line(line) for line in clean_text(text).split("\n"))
    sentence = _SENTENCES_END.split(next(filter(None, lines), ""), maxsplit=1)[0]
    if len(sentence) > most:
        whole_words, _space, _cut = sentence[: most + 1].rpartition(" ")
        sentence = (whole_words or sentence[:most]).rstrip(" ,;:–-")
    return sentence.removesuffix(".")
