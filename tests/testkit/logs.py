"""Logs of tests: plain lines on stdout, which pytest shows with a failure.

structlog's own default renders every local variable of a traceback, which takes seconds each.
"""

import structlog

structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.format_exc_info,
        structlog.processors.KeyValueRenderer(key_order=["level", "event"]),
    ],
    cache_logger_on_first_use=False,
)
