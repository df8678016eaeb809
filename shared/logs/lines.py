"""Structured logs: one JSON object per line, request ids, no secrets.

Log events with facts as keywords: ``log.info("user registered", user_id=str(user.id))``. Values of
keys that name secrets are replaced; so is anything that looks like a token, wherever it stands.

Our own lines go straight to stdout: by way of the standard library's logging, which only foreign
ones take, a line costs ten times as much, and there is one for each request.
"""

import json
import logging
import logging.config
import re
import sys
from collections.abc import MutableMapping
from functools import lru_cache
from typing import Any

import orjson
import structlog

from shared.logs.outlet import standard_output
from shared.settings import LogFormat

REDACTED = "[redacted]"
SECRET_KEYS = re.compile(
    r"pass(word|wd)?|secret|token|authorization|cookie|api[_-]?key|gateway[_-]?key|"
    r"pickup[_-]?code|credential|private[_-]?key",
    re.IGNORECASE,
)
HARMLESS_KEYS = frozenset({"token_version", "tokens", "token_type"})
JWT = re.compile(r"eyJ[\w-]{8,}\.[\w-]+\.[\w-]*")
FRAGMENT = re.compile(r"(#\w+=)[\w-]{16,}")  # links in mails carry their token in the fragment
BCRYPT = re.compile(r"\$2[abxy]\$\d\d\$[./\w]{53}")
DETAIL = re.compile(r"(DETAIL:\s+).*")  # PostgreSQL shows the failing row there, whole
URL_PASSWORD = re.compile(r"(\w+://[^\s:/@]*:)[^\s@]+@")

_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""What moves a terminal's cursor, begins a line or turns the direction of text."""
_UNSEEN_IN_JSON = re.compile(
    rb"\x7f|\xc2[\x80-\x9f]|\xd8\x9c|\xe2\x80[\x8e\x8f\xa8-\xae]|\xe2\x81[\xa6-\xa9]"
)
"""The same in UTF-8, but for what JSON never holds as it is."""

Event = MutableMapping[str, Any]


def redact(_logger: object, _method: str, event: Event) -> Event:
    """A structlog processor that takes secrets out, at any depth."""
    for key, value in event.items():
        if value is not None:
            event[key] = _clean(key, value)
    return event


def redacted(facts: Event) -> Event:
    """Return ``facts`` with secrets taken out: for lines that are not written by structlog."""
    return {key: _clean(key, value) for key, value in facts.items()}


@lru_cache(maxsize=1_024)
def _is_secret(key: str) -> bool:
    return key not in HARMLESS_KEYS and SECRET_KEYS.search(key) is not None


def _clean(key: str, value: Any) -> Any:
    if _is_secret(key):
        return REDACTED
    if isinstance(value, str):
        return _clean_text(value)
    if isinstance(value, dict):
        return {inner: _clean(str(inner), item) for inner, item in value.items()}
    if isinstance(value, list | tuple):
        return [_clean("", item) for item in value]
    return value


def _clean_text(text: str) -> str:
    """Apply each pattern only where what it begins with stands: most text has none of it."""
    if "eyJ" in text:
        text = JWT.sub(REDACTED, text)
    if "$2" in text:
        text = BCRYPT.sub(REDACTED, text)
    if "DETAIL:" in text:
        text = DETAIL.sub(rf"\1{REDACTED}", text)
    if "#" in text:
        text = FRAGMENT.sub(rf"\1{REDACTED}", text)
    if "://" in text:
        text = URL_PASSWORD.sub(rf"\1{REDACTED}@", text)
    return text


class Lines:
    """What structlog hands finished lines to. A line that cannot be written fails nobody's work."""

    def __init__(self, name: str | None = None) -> None:
        self.name = name

    def info(self, line: str | bytes) -> None:
        """Write it to stdout, whole: at once, or when somebody reads there again."""
        data = line if isinstance(line, bytes) else line.encode(errors="replace")
        standard_output().write(data + b"\n")

    debug = warning = error = critical = exception = info


def _as_json(_logger: object, _method: str, event: Event) -> str | bytes:
    try:
        return json_without_unseen(orjson.dumps(event, default=repr, option=_JSON))
    except TypeError:  # beyond orjson: lone surrogates, integers past 64 bits
        return json.dumps(event, default=repr)


def json_without_unseen(line: bytes) -> bytes:
    """The same JSON, in which what a client wrote does nothing to the terminal that shows it."""
    if line.isascii() and b"\x7f" not in line:
        return line
    return _UNSEEN_IN_JSON.sub(lambda found: b"\\u%04x" % ord(found[0].decode()), line)


def _text_without_unseen(_logger: object, _method: str, event: Event) -> Event:
    """For the console, which shows most text as it is. A traceback keeps its lines."""
    for key, value in event.items():
        if isinstance(value, str):
            lines = value.split("\n") if key == "exception" else [value]
            event[key] = "\n".join(map(_escaped, lines))
    return event


def _escaped(text: str) -> str:
    return _UNSEEN.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


_JSON = orjson.OPT_NON_STR_KEYS | orjson.OPT_PASSTHROUGH_DATACLASS


def configure_logs(
    service: str, level: str = "INFO", log_format: LogFormat = LogFormat.JSON
) -> None:
    """Set up structlog and the standard library's logging, both to stdout. Call once, at start."""
    chain: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _add_service(service),
        redact,
    ]
    renderer: Any = _as_json
    if log_format is LogFormat.CONSOLE:
        chain.append(_text_without_unseen)
        renderer = structlog.dev.ConsoleRenderer(colors=sys.stdout.isatty())
    structlog.configure(
        processors=[*chain, renderer],
        logger_factory=Lines,
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[level.upper()]
        ),
        cache_logger_on_first_use=True,
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": chain,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer() if log_format is LogFormat.JSON else renderer,
        ],
    }
    quiet = {name: {"level": "WARNING"} for name in ("httpx2", "alembic", "uvicorn.access")}
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"line": formatter},
            "handlers": {
                "out": {
                    "class": "shared.logs.outlet.OutletHandler",
                    "formatter": "line",
                }
            },
            "root": {"level": level, "handlers": ["out"]},
            "loggers": quiet,
        }
    )


def _add_service(service: str) -> Any:
    def add(_logger: object, _method: str, event: Event) -> Event:
        event["service"] = service
        return event

    return add
