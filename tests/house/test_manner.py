"""Clients are spoken to in one manner: te in Finnish, ni in Swedish."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils.translation import gettext, override

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
LETTERS = (
    *("offer_to_client", "changes_answered", "decision_code", "decision_receipt", "decision_recorded"),
    *("on_the_web.*", "client_asks.*", "answered_wishes.*", "attached.*"),
)
"""What only clients read; a letter that partners get too speaks to each in a block of its own."""
FAMILIAR = {
    "fi": re.compile(r"\b(sinä|sinun|sinulle|sinut|sinua|sinulla|sinusta)\b", re.IGNORECASE),
    "sv": re.compile(r"\b(du|dig|din|ditt|dina)\b", re.IGNORECASE),
}
_PLAIN = re.compile(r"""{%\s*translate\s+(?:"([^"]*)"|'([^']*)')""")
_BLOCK = re.compile(r"{%\s*blocktranslate([^%]*)%}(.*?){%\s*endblocktranslate\s*%}", re.DOTALL)
_PLURAL = re.compile(r"{%\s*plural\s*%}")
_VALUE = re.compile(r"{{\s*(\w+)\s*}}")


def files() -> Iterator[Path]:
    yield from sorted((TEMPLATES / "client").rglob("*.html"))
    yield from sorted((TEMPLATES / "documents").rglob("*.html"))
    for name in LETTERS:
        for path in sorted((TEMPLATES / "letters").glob(name)):
            yield from sorted(path.iterdir()) if path.is_dir() else [path]


def sentences(template: str) -> Iterator[str]:
    for double, single in _PLAIN.findall(template):
        yield double or single
    for how, body in _BLOCK.findall(template):
        one = _PLURAL.split(body)[0].replace("%", "%%")
        said = " ".join(line.strip() for line in one.strip().splitlines() if line.strip()) if "trimmed" in how else one
        yield _VALUE.sub(r"%(\1)s", said)


@pytest.mark.parametrize("language", sorted(FAMILIAR))
def test_no_client_is_spoken_to_as_a_friend(language: str) -> None:
    said = {sentence for path in files() for sentence in sentences(path.read_text(encoding="utf-8"))}
    with override(language):
        translated = {sentence: gettext(sentence) for sentence in said}

    assert sum(sentence != words for sentence, words in translated.items()) > 200, "the sentences were not found"
    assert {words for words in translated.values() if FAMILIAR[language].search(words)} == set()
