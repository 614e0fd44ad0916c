"""Markdown that people write becomes harmless HTML without losing a word."""

import re
from html.parser import HTMLParser

import nh3
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from kernel.markdown import MAX_BRACKETS, MAX_DEPTH, TAGS, to_html, to_plain
from tests.kernel.attacks import MARK, TEXTS

ATTRIBUTES = {"a": {"href", "rel"}, "ol": {"start"}}


class Watch(HTMLParser):
    """Reads HTML with another parser than the cleaner's and notes what must not be there."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.faults.append(f"<{tag}>")
        for name, value in attrs:
            if name not in ATTRIBUTES.get(tag, ()):
                self.faults.append(f"{tag} {name}={value}")
            elif name == "href" and not re.match(r"(?:https?://|mailto:)", value or ""):
                self.faults.append(f"address {value}")
            elif name == "start" and not (value or "").isdecimal():
                self.faults.append(f"number {value}")

    handle_startendtag = handle_starttag

    def handle_comment(self, data: str) -> None:
        self.faults.append(f"comment {data}")

    def handle_decl(self, decl: str) -> None:
        self.faults.append(f"declaration {decl}")

    def handle_pi(self, data: str) -> None:
        self.faults.append(f"instruction {data}")

    def unknown_decl(self, data: str) -> None:
        self.faults.append(f"section {data}")

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def watched(html: str) -> Watch:
    watch = Watch()
    watch.feed(html)
    watch.close()
    return watch


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


@pytest.mark.parametrize("text", TEXTS)
def test_no_attack_becomes_anything_but_text(text: str) -> None:
    assert watched(to_html(text)).faults == []


@pytest.mark.parametrize("text", TEXTS)
def test_no_attack_hides_in_a_longer_text(text: str) -> None:
    assert watched(to_html(f"Hyvä asiakas,\n\n- yksi\n- {text}\n\n> {text}\n\n*loppu* {text}")).faults == []


def test_without_the_guards_the_same_attacks_do_get_through() -> None:
    open_reader = MarkdownIt("commonmark", {"html": True})
    assert sum(bool(watched(open_reader.render(text)).faults) for text in TEXTS) >= 60


def test_an_attack_stays_readable_as_what_was_typed() -> None:
    watch = watched(to_html(f"<script>alert('{MARK}')</script>"))
    assert "".join(watch.words).strip() == f"<script>alert('{MARK}')</script>"


@given(st.text(alphabet=st.sampled_from("ab ä1.\n\t<>[]()!*_#-+>&;:/\"'`=\\|~{}%"), max_size=200))
def test_random_marks_never_make_a_foreign_tag(text: str) -> None:
    assert watched(to_html(text)).faults == []


@given(st.text(max_size=200))
def test_cleaning_twice_changes_nothing(text: str) -> None:
    html = to_html(text)
    attributes = {"a": {"href"}, "ol": {"start"}}
    again = nh3.clean(html, tags=set(TAGS), attributes=attributes, url_schemes={"http", "https", "mailto"})
    assert again == html


@given(
    st.lists(st.sampled_from(["sana", "- kohta", "  - alakohta", "1. eka", "> lainaus", "", "**vahva**", "# otsikko"]))
)
def test_no_word_is_lost(lines: list[str]) -> None:
    text = "\n".join(lines)
    expected = [word for word in words(text) if not word.isdecimal()]
    assert [word for word in words("".join(watched(to_html(text)).words)) if not word.isdecimal()] == expected
    assert [word for word in words(to_plain(text)) if not word.isdecimal()] == expected


def test_the_first_heading_level_follows_the_page_and_the_lowest_is_six() -> None:
    assert to_html("# A\n\n## B\n\n###### C") == "<h3>A</h3>\n<h4>B</h4>\n<h6>C</h6>"
    assert to_html("# A\n\n## B", top_heading=6) == "<h6>A</h6>\n<h6>B</h6>"


@pytest.mark.parametrize("level", [0, 1, 2, 7])
def test_a_text_may_not_use_the_headings_of_the_page(level: int) -> None:
    with pytest.raises(ValueError, match="h3 to h6"):
        to_html("x", top_heading=level)


def test_a_line_break_stays_a_line_break() -> None:
    assert to_html("Katu 1\n00100 Helsinki") == "<p>Katu 1<br>\n00100 Helsinki</p>"
    assert to_html("a\r\nb\rc\u2028d") == "<p>a<br>\nb<br>\nc<br>\nd</p>"


def test_a_day_at_the_start_of_a_line_keeps_its_number() -> None:
    html = to_html("24. maaliskuuta alkaen")
    assert html == '<ol start="24">\n<li>maaliskuuta alkaen</li>\n</ol>'
    assert to_plain("24. maaliskuuta alkaen") == "24. maaliskuuta alkaen"


def test_links_lead_out_without_a_way_back() -> None:
    assert to_html("[sivut](https://punos.example/ä)") == (
        '<p><a href="https://punos.example/%C3%A4" rel="noopener noreferrer">sivut</a></p>'
    )
    assert to_html("<a@b.example>") == ('<p><a href="mailto:a@b.example" rel="noopener noreferrer">a@b.example</a></p>')


def test_a_picture_becomes_its_description() -> None:
    assert to_html("ennen ![kuva *työstä*](https://x.example/a.png) jälkeen") == "<p>ennen kuva työstä jälkeen</p>"
    assert to_plain("![kuva](https://x.example/a.png)") == "kuva"


@pytest.mark.parametrize("text", ["    sisennetty", "[Huom]: tärkeää", "a | b\n--- | ---", "`koodi`", "rivi\n==="])
def test_marks_of_other_trades_stay_as_typed(text: str) -> None:
    assert words("".join(watched(to_html(text)).words)) == words(text)


@pytest.mark.parametrize("mark", ["> ", "* ", "1. "])
def test_what_is_nested_too_deep_is_shown_as_typed(mark: str) -> None:
    allowed, excessive = mark * MAX_DEPTH + "sana", mark * (MAX_DEPTH + 1) + "sana"
    assert "<li>" in to_html(allowed) or "<blockquote>" in to_html(allowed)
    assert "".join(watched(to_html(excessive)).words) == excessive
    assert to_plain(excessive) == excessive


@pytest.mark.parametrize(
    "text",
    [">" * 20_000, "* " * 9_999 + "x", "[" * 20_000, "![" * 10_000, "[a](" * 5_000, "*a_ " * 5_000, "<" * 9_000],
)
def test_a_text_of_nothing_but_marks_keeps_every_mark(text: str) -> None:
    assert "".join(watched(to_html(text)).words).strip() == text.strip()


def test_a_text_with_very_many_brackets_is_not_searched_for_links() -> None:
    link = "[a](https://a.example) "
    assert "<a " in to_html(link * MAX_BRACKETS)
    assert "<a " not in to_html(link * (MAX_BRACKETS + 1))


def test_controls_half_characters_and_direction_marks_go() -> None:
    assert to_html("a\x00b\x1bc\ud800d\u202ee\u2066f\tg") == "<p>abcdef\tg</p>"
    assert to_plain("hinta\u202e 05") == "hinta 05"


def test_plain_text_reads_like_a_letter() -> None:
    text = (
        "# Ratkaisu\n\nTeemme **kaiken**.\nHeti.\n\n- yksi\n  1. alakohta\n\n  jatkuu\n- kaksi\n\n"
        "> lainaus\n\n[sivut](https://a.example) <https://b.example> <c@d.example> &amp; <b>"
    )
    assert to_plain(text) == (
        "Ratkaisu\n\nTeemme kaiken.\nHeti.\n\n– yksi\n  1. alakohta\n\n  jatkuu\n– kaksi\n\nlainaus\n\n"
        "sivut (https://a.example) https://b.example c@d.example & <b>"
    )


@pytest.mark.parametrize("text", ["", " \n\t\n", "\n" * 20_000, "---"])
def test_nothing_written_gives_nothing(text: str) -> None:
    assert to_html(text) == ""
    assert to_plain(text) == ""
