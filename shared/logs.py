"""Structured logs: one JSON object per line, request ids, no secrets.

Log events with facts as keywords: ``log.info("user registered", user_id=str(user.id))``. Values of
keys that name secrets are replaced; so is anything that looks like a token, wherever it stands.
"""

import logging
import logging.config
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

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
URL_PASSWORD = re.compile(r"(\w+://[^\s:/@]+:)[^\s@]+@")

Event = MutableMapping[str, Any]


def redact(_logger: object, _method: str, event: Event) -> Event:
    """A structlog processor that takes secrets out, at any depth."""
    for key in list(event):
        event[key] = _clean(key, event[key])
    return event


def _clean(key: str, value: Any) -> Any:
    if key not in HARMLESS_KEYS and SECRET_KEYS.search(key):
        return REDACTED
    if isinstance(value, str):
        return _clean_text(value)
    if isinstance(value, dict):
        return {inner: _clean(str(inner), item) for inner, item in value.items()}
    if isinstance(value, list | tuple):
        return [_clean("", item) for item in value]
    return value


def _clean_text(text: str) -> str:
    text = JWT.sub(REDACTED, text)
    text = BCRYPT.sub(REDACTED, text)
    text = DETAIL.sub(rf"\1{REDACTED}", text)
    text = FRAGMENT.sub(rf"\1{REDACTED}", text)
    return URL_PASSWORD.sub(rf"\1{REDACTED}@", text)


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
    renderer = (
        structlog.dev.ConsoleRenderer(colors=sys.stdout.isatty())
        if log_format is LogFormat.CONSOLE
        else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *chain,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": chain,
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
    }
    quiet = {name: {"level": "WARNING"} for name in ("httpx2", "alembic", "uvicorn.access")}
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"line": formatter},
            "handlers": {
                "out": {
                    "class": "logging.StreamHandler",
                    "stream": "ext://sys.stdout",
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
