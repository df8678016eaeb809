"""Ports for servers that cannot be told to take any and say which.

They are taken from below those that the kernel gives to outgoing connections: on a busy machine
one of a thousand clients would sit on a port before the server that it was chosen for has started,
or while that server is away to be restarted. Each is lent to one process at a time, by a lock.
"""

from __future__ import annotations

import fcntl
import itertools
import os
import random
import socket
import tempfile
from collections import deque
from pathlib import Path
from typing import IO

FIRST, LAST = 20_000, 31_999
LENT_AT_ONCE = 500

_lent: deque[IO[bytes]] = deque(maxlen=LENT_AT_ONCE)
_next = itertools.count(random.randrange(LAST - FIRST))


def free_port() -> int:
    """Return a port that nobody listens on, and nobody else is given."""
    folder = Path(tempfile.gettempdir()) / f"est-tests-ports-{os.getuid()}"
    folder.mkdir(exist_ok=True)
    for number in itertools.islice(_next, LAST - FIRST):
        port = FIRST + number % (LAST - FIRST)
        lock = (folder / str(port)).open("ab")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            continue
        if _is_free(port):
            if len(_lent) == LENT_AT_ONCE:
                _lent.popleft().close()
            _lent.append(lock)
            return port
        lock.close()
    raise RuntimeError(f"no port from {FIRST} to {LAST} is free")


def free_ports(count: int) -> list[int]:
    """Return so many."""
    return [free_port() for _ in range(count)]


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
