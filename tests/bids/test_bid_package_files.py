import base64
import io
import json
import re
from typing import Any

import pytest
from PIL import Image

from bids.exports.bid_package import Fault, fault_sentence, read_package
from bids.exports.bid_package.sentences import SENTENCES
from kernel.uploads import clean_upload
from tests.bids.package_files import EXAMPLES, changed, example, faults_of, places_of

MINIMAL = example("minimal")
TEXT = (EXAMPLES / "minimal.json").read_text(encoding="utf-8")

PNG_TYPE = b"\x89PNG\r\n\x1a\n"


def a_picture(kind: str = "PNG", **saved: Any) -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (8, 8), "#1d5c63").save(drawn, kind, **saved)
    return drawn.getvalue()


PNG = clean_upload(a_picture()).content
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8"/></svg>'


def picture(data: bytes, media_type: str = "image/png") -> dict[str, str]:
    return {"type": media_type, "base64": base64.b64encode(data).decode()}


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty."),
        ("  \n", "The file is empty."),
        (TEXT.encode("utf-16"), "The file is saved as UTF-16. Save it as UTF-8."),
        (TEXT.encode("utf-16-le"), "The file is saved as UTF-16. Save it as UTF-8."),
        (TEXT.replace("Ulkokyltti", "Sisäkyltti").encode("latin-1"), "at line 14, column 44 is no letter"),
        (b" " * 5_000_001, "The file is larger than 5 MB."),
        ("[" * 21 + "]" * 21, "There are 21 lists and objects within each other; 20 is the most."),
        ("[" * 100_000, "There are 100000 lists and objects within each other; 20 is the most."),
        (TEXT[:-5], "The file ends too early, at line"),
        ('{"title": "Kyltti', "Line 1, column 11: the text that begins here is not closed with a quotation mark."),
        (TEXT.replace('"number": "1",', '"number": "1"'), "Line 4, column 3: a comma or a closing bracket is missing"),
        ('{"a": "1",}', "Line 1, column 11: take away the comma before the closing bracket."),
        ('{"a": [1,]}', "Line 1, column 10: take away the comma before the closing bracket."),
        ("{'a': 1}", "Line 1, column 2: a key in double quotes is expected here."),
        ('{"a": 1 200}', "Line 1, column 9: a comma or a closing bracket is missing"),
        ('{"a" 1}', "Line 1, column 6: a colon is missing between key and value."),
        ('{"a": 1,5}', "Line 1, column 9: a key in double quotes is expected here."),
        ('{"a": yes}', "Line 1, column 7: a value is expected here"),
        ('{"a": 1} {"b": 2}', "Line 1, column 10: the package has ended, but the file goes on."),
        ('{"a": "x\ny"}', "Line 1, column 9: inside a text, a line break is written as a backslash and n"),
        ('{"a": "C:\\kansio"}', "Line 1, column 10: inside a text, write a backslash twice."),
        ('{"a": "\\u12"}', "Line 1, column 9: inside a text, write a backslash twice."),
    ],
)
def test_a_file_that_cannot_be_read_says_where_and_what_to_do(data: bytes | str, sentence: str) -> None:
    (fault,) = faults_of(data)

    assert fault.path == ""
    assert sentence in fault_sentence(fault, "en")


def test_a_file_may_begin_with_the_mark_that_editors_put_there() -> None:
    assert read_package(b"\xef\xbb\xbf" + TEXT.encode()) == read_package(TEXT)
    assert read_package("\ufeff" + TEXT) == read_package(TEXT)


def test_a_long_unclosed_text_costs_no_second_look() -> None:
    (fault,) = faults_of('{"title": "' + '\\"' * 2_000_000)

    assert fault.code == "json_string_unended"


def test_brackets_inside_texts_are_not_counted() -> None:
    assert places_of(changed(MINIMAL, {"notes": ["[" * 50, '\\"{[' * 10]})) == []


def test_half_a_letter_is_dropped() -> None:
    assert read_package(TEXT.replace("Kahvila Kuksa", "Kahvila\\ud800 Kuksa")).client.name == "Kahvila Kuksa"


def test_a_key_that_stands_twice_is_told_wherever_it_does() -> None:
    twice = TEXT.replace('"number": "1",', '"number": "1", "number": "2",').replace(
        '"code": "C1",', '"code": "C1", "code": "C1",'
    )

    assert places_of(twice) == [("number", "key_repeated"), ("parts[0].lines[0].code", "key_repeated")]


def test_unknown_keys_are_told_with_the_nearest_known_one() -> None:
    line = {"code": "C1", "text": "Ulkokyltti", "quantty": "1", "price": "180.00", "colour": "red"}
    package = changed(MINIMAL, {"totals": {}, "parts[0].lines[0]": line, "client.business_ID": None})

    unknown = [fault for fault in faults_of(package) if fault.code != "key_missing"]

    assert [(fault.path, fault.params.get("meant")) for fault in unknown] == [
        ("client.business_ID", "business_id"),
        ("parts[0].lines[0].quantty", "quantity"),
        ("parts[0].lines[0].price", "unit_price"),
        ("parts[0].lines[0].colour", None),
        ("totals", None),
    ]


def test_a_key_with_odd_letters_is_shown_visibly() -> None:
    (fault,) = faults_of(changed(MINIMAL, {"a\u202eb": "1"}))

    assert fault.path == '["a\\u202eb"]'


def test_a_key_of_a_million_letters_is_shown_short() -> None:
    (fault,) = faults_of(json.dumps({**MINIMAL, "k" * 1_000_000: 1}))

    assert len(fault.path) < 100


def test_a_picture_comes_along_whole() -> None:
    package = changed(MINIMAL, {"files": {"logo-1.png": picture(PNG)}, "parts[0].firm.logo": "logo-1.png"})

    (file,) = read_package(json.dumps(package)).files

    assert (file.name, file.media_type, file.data) == ("logo-1.png", "image/png", PNG)


def test_what_a_camera_noted_in_a_picture_is_gone() -> None:
    noted = Image.Exif()
    noted[0x010F] = "Camera of somebody"
    noted[0x8825] = {1: "N", 2: (61.0, 41.0, 0.0)}
    package = changed(MINIMAL, {"files": {"logo": picture(a_picture("JPEG", exif=noted), "image/jpeg")}})

    (file,) = read_package(json.dumps(package)).files

    assert b"Camera" not in file.data
    assert not Image.open(io.BytesIO(file.data)).getexif()


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"a": picture(PNG), "b": picture(PNG)}, []),
        ({"a": picture(a_picture("JPEG"), "image/jpeg")}, []),
        ({"a": picture(a_picture("WEBP"), "image/webp")}, []),
        ({"a": picture(SVG, "image/svg+xml")}, []),
        ({"a": picture(PNG, "image/jpeg")}, [("files.a.type", "file_type_differs")]),
        ({"a": picture(b"MZ\x90", "image/png")}, [("files.a.type", "file_type_unknown")]),
        ({"a": picture(PNG, "application/pdf")}, [("files.a.type", "word_unknown")]),
        ({"a": picture(PNG_TYPE + b"\0" * 99)}, [("files.a.base64", "picture_format")]),
        ({"a": picture(b"<svg", "image/svg+xml")}, [("files.a.base64", "svg_broken")]),
        ({f"f{at}": picture(PNG) for at in range(21)}, [("files", "list_too_long")]),
        ({"a": {"type": "image/png", "base64": "§§§"}}, [("files.a.base64", "file_not_base64")]),
        ({"a": {"type": "image/png", "base64": ""}}, [("files.a.base64", "text_empty")]),
        ({"a": {"type": "image/png"}}, [("files.a.base64", "key_missing")]),
        ({"a": picture(PNG + b"\0" * 200_000)}, [("files.a.base64", "file_over_size")]),
        ({"a": picture(PNG + b"\0" * 400_000)}, [("files.a.base64", "file_over_size")]),
        ({f"f{at}": picture(PNG + b"\0" * 190_000) for at in range(11)}, [("files", "files_too_large")]),
        ({"../etc": picture(PNG)}, [('files["../etc"]', "file_name_shape")]),
        ({"a": "iVBOR"}, [("files.a", "not_an_object")]),
        ([], [("files", "not_an_object")]),
    ],
)
def test_files_are_pictures_of_their_type_and_small(files: Any, told: list[tuple[str, str]]) -> None:
    assert places_of(changed(MINIMAL, {"files": files})) == told


def test_every_fault_has_a_sentence_in_three_languages() -> None:
    for code, sentence in SENTENCES.items():
        params: dict[str, str | int] = {
            name: 4 if name == "month" else f"<{name}>" for name in re.findall(r"%\((\w+)\)", sentence)
        }
        fault = Fault(path="", code=code, params=params)
        said = {language: fault_sentence(fault, language) for language in ("en", "fi", "sv")}
        assert len(set(said.values())) == 3, code
        for text in said.values():
            assert all(str(value) in text for name, value in params.items() if name != "month"), (code, text)
