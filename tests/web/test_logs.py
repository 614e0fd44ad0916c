"""Nothing that opens a door stands in a log."""

import json
import logging
import sys

import pytest

from config.logs import RedactSecrets, json_formatter, plain_formatter, redacted

SECRET = "Zx9kQ2mW7pLr4TtB8vYs1dNf"
SAID = [
    f"GET /o/{SECRET} 200",
    f"POST /demo/login/{SECRET}/ 302",
    f"key punos_0a1b2c3d_{SECRET} was used",
    f"Authorization: Bearer {SECRET}",
    f'{{"authorization": "Bearer {SECRET}"}}',
    f"code={SECRET}&next=/offers/",
    f"{{'code': '{SECRET}'}}",
    f"csrfmiddlewaretoken={SECRET}",
    f"Cookie: punos={SECRET}; csrf={SECRET}; __Host-punos={SECRET}",
    f"password: {SECRET}",
]


@pytest.mark.parametrize("line", SAID)
def test_what_opens_a_door_is_taken_out(line: str) -> None:
    assert SECRET not in redacted(line)
    assert "[redacted]" in redacted(line)


def test_what_says_which_key_it_was_stays() -> None:
    assert "punos_0a1b2c3d_" in redacted(f"punos_0a1b2c3d_{SECRET}")


@pytest.mark.parametrize("line", ["GET /offers/4f0e/ 200", "the code is 422", "3 484,03 €", "outbox.key of document"])
def test_plain_words_are_left_alone(line: str) -> None:
    assert redacted(line) == line


def record(message: str, *args: object) -> logging.LogRecord:
    made = logging.LogRecord("punos", logging.ERROR, __file__, 1, message, args, None)
    RedactSecrets().filter(made)
    return made


@pytest.mark.parametrize("formatter", [json_formatter, plain_formatter])
def test_arguments_and_tracebacks_are_cleaned_too(formatter: object) -> None:
    try:
        int(f"token={SECRET}")
    except ValueError:
        made = logging.LogRecord(
            "punos", logging.ERROR, __file__, 1, "broke on %s", (f"code={SECRET}",), sys.exc_info()
        )
    RedactSecrets().filter(made)

    line = formatter().format(made)  # type: ignore[operator]

    assert SECRET not in line
    assert "ValueError" in line
    assert "broke on" in line


def test_a_line_for_machines_is_one_object() -> None:
    line = json_formatter().format(record("ääkköset\nkahdella rivillä"))

    told = json.loads(line)
    assert "\n" not in line
    assert told["event"] == "ääkköset\nkahdella rivillä"
    assert told["level"] == "error"
    assert told["timestamp"].endswith("Z")
