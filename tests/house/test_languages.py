"""Everything said is said in Finnish, Swedish and English."""

import gettext
import re
from collections import defaultdict
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_no_sentence_is_missing_or_doubtful(language: str) -> None:
    with (ROOT / "locale" / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        catalogue = read_po(file)

    said = [message for message in catalogue if message.id]
    assert said
    assert [message.id for message in said if message.fuzzy] == []
    missing = [m.id for m in said if not (all(m.string) if isinstance(m.string, tuple | list) else m.string)]
    assert missing == []


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_placeholders_survive_translation(language: str) -> None:
    with (ROOT / "locale" / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        catalogue = read_po(file)

    faults = {
        str(message.id): [str(error) for error in errors]
        for message, errors in catalogue.check()
        for errors in [errors]
    }
    assert faults == {}


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_the_compiled_catalogue_says_what_the_written_one_says(language: str) -> None:
    folder = ROOT / "locale" / language / "LC_MESSAGES"
    with (folder / "django.po").open("rb") as file:
        catalogue = read_po(file)
    with (folder / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)

    differing = [
        message.id
        for message in catalogue
        if message.id
        and isinstance(message.id, str)
        and not message.context
        and compiled.gettext(message.id) != message.string
    ]
    assert differing == []


def test_no_singular_has_two_plurals() -> None:
    """The catalogue keeps one plural for a singular: the other would be shown untranslated."""
    told = re.compile(
        r"{% blocktrans\w*([^%]*)%}((?:(?!{% endblock).)*?){% plural %}((?:(?!{% endblock).)*?){% endblock", re.DOTALL
    )
    plurals = defaultdict(set)
    for template in (ROOT / "templates").rglob("*.*"):
        for _counted, one, many in told.findall(template.read_text(encoding="utf-8")):
            plurals[" ".join(one.split())].add(" ".join(many.split()))

    assert plurals
    assert {one: many for one, many in plurals.items() if len(many) > 1} == {}
