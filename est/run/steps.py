"""Steps of a start that run in a process of their own: migrations, demo data.

The supervisor stays small, and what the services import is paid for while the servers start.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Mapping

from est.errors import OperatorError
from est.launch import launched
from est.run.databases import DatabaseUrls


async def step(command: tuple[str, ...], urls: DatabaseUrls, inherited: Mapping[str, str]) -> str:
    """Run `est COMMAND` on these databases and return what it printed, or raise what it said."""
    process = await asyncio.create_subprocess_exec(
        *launched("same", signal.SIGTERM, sys.executable, "-m", "est", *command),
        env={
            **inherited,
            "AUTH_DATABASE_URL": urls.auth,
            "CATALOG_DATABASE_URL": urls.catalog,
        },
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        output, complaint = await process.communicate()
    except asyncio.CancelledError:
        process.kill()
        await process.wait()
        raise
    if process.returncode != 0:
        raise OperatorError(complaint.decode(errors="replace").strip())
    return output.decode(errors="replace").strip()
