"""What a log line looks like, and what never stands in one."""

import logging
import re
from collections.abc import MutableMapping
from typing import Any, Final

import structlog

SECRETS: Final = (
    (re.compile(r"\bpunos_([0-9a-f]{4,12})_[A-Za-z0-9_-]{20,}"), r"punos_\1_[redacted]"),
    (re.compile(r"(/(?:i|o|c|demo/login)/)[^/\s?\"']+"), r"\1[redacted]"),
    (re.compile(r"(?i)(authorization[\"']?\s*[:=]\s*[\"']?(?:bearer|token|basic)\s+)[^\s\"']+"), r"\1[redacted]"),
    (
        re.compile(
            r"(?i)([\"']?\b(?:code|token|secret|password|csrfmiddlewaretoken|sessionid|key|uidb36)[\"']?\s*[=:]\s*[\"']?)"
            r"[^\s&\"',;)}]{4,}"
        ),
        r"\1[redacted]",
    ),
    (re.compile(r"(?i)(\b(?:__Host-)?(?:punos|csrf|asked)=)[^\s;\"']+"), r"\1[redacted]"),
)
"""Shapes of what opens something, and what is left of them."""


def redacted(text: str) -> str:
    """The text with keys, codes and cookies taken out."""
    for shape, left in SECRETS:
        text = shape.sub(left, text)
    return text


class RedactSecrets(logging.Filter):
    """Takes secrets out of a record, its arguments and its traceback before any handler writes it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always true: a record is cleaned, never dropped."""
        try:
            message = record.getMessage()
        except (TypeError, ValueError):
            message = f"{record.msg} {record.args}"
        record.msg, record.args = redacted(message), None
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = redacted(record.exc_text)
        return True


def _with_traceback(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Take the cleaned traceback along: rendering it anew would bring the secrets back."""
    record: logging.LogRecord = event["_record"]
    if record.exc_text:
        event["exception"] = record.exc_text
    event.pop("exc_info", None)
    return event


def _formatter(renderer: Any) -> logging.Formatter:
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _with_traceback,
    ]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
    )


def json_formatter() -> logging.Formatter:
    """One JSON object a line, for machines."""
    return _formatter(structlog.processors.JSONRenderer(ensure_ascii=False))


def plain_formatter() -> logging.Formatter:
    """One readable line, for people."""
    return _formatter(structlog.dev.ConsoleRenderer(colors=False))
