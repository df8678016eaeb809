"""The preparations of a start, in a process of their own: migrations, then demo data.

The supervisor stays small, and what the services import is paid for while the servers start.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Mapping
from typing import Literal

from est.errors import OperatorError
from est.launch import launched
from est.run.databases import DatabaseUrls

MIGRATED = "migrated"
"""What the process says on a line of its own as soon as both databases are ready for servers."""

Command = Literal["migrate", "migrate auth", "migrate catalog", "demo"]


async def prepare(
    command: Command, urls: DatabaseUrls, inherited: Mapping[str, str], migrated: asyncio.Event
) -> str:
    """Run `est COMMAND` on these databases and return its last line, or raise what it said.

    `migrated` is set while it is still at work.
    """
    process = await asyncio.create_subprocess_exec(
        *launched("same", signal.SIGTERM, sys.executable, "-m", "est", *command.split()),
        env={**inherited, "AUTH_DATABASE_URL": urls.auth, "CATALOG_DATABASE_URL": urls.catalog},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    if process.stdout is None or process.stderr is None:
        raise RuntimeError("both are pipes")
    complaint = asyncio.create_task(process.stderr.read())
    line = ""
    try:
        async for read in process.stdout:
            line = read.decode(errors="replace").strip()
            if line == MIGRATED:
                migrated.set()
        code = await process.wait()
        if code != 0:
            raise OperatorError(_plain(await complaint))
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        complaint.cancel()
    return line


def _plain(complaint: bytes) -> str:
    """Return what the process says at its end; a line of log may stand before."""
    text = complaint.decode(errors="replace").strip()
    return f"\n{text}".rpartition("\nerror: ")[2].strip()
