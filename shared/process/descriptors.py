"""File descriptors: as many as there may be, and some kept for what requests need.

Connections of clients are the one thing here that others make as many of as they like. Without a
descriptor left no subgraph and no database can be reached, so that nobody would be served.
"""

from __future__ import annotations

import resource
from contextlib import suppress
from typing import Any

_MOST_KEPT_FREE = 256
"""Connections to subgraphs and databases, files."""


def take_all_allowed() -> None:
    """Raise the soft limit, mostly 1,024, to the hard one: it is there for programs that select.

    Where the hard one is no limit (macOS), the kernel has one that it does not tell.
    """
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def is_one_too_many(transport: Any) -> bool:
    """Whether a client's new connection takes one of those that are kept.

    The lowest number that is free is given out, so a high one tells that those below are taken.
    """
    connection = transport.get_extra_info("socket")
    if connection is None:
        return False
    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if allowed == resource.RLIM_INFINITY:
        return False
    number: int = connection.fileno()
    return number >= allowed - min(_MOST_KEPT_FREE, allowed // 4)
