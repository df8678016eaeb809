"""`est backup`: both databases as they were at one moment, while everything runs."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from tempfile import mkdtemp

import asyncpg

from est.backup.tools import Target, connect, run_program, targets
from est.errors import BackupFailed
from est.run.databases import DatabaseUrls


async def back_up(urls: DatabaseUrls, folder: Path) -> None:
    """Write ``auth.dump`` and ``catalog.dump`` into ``folder``, which must not be there yet.

    The two snapshots are taken together, auth's first. So what auth has handed over is in
    catalog's, and what it has not lies in its outbox and is delivered after a restore; twice does
    no harm, since events are numbered. Raises BackupFailed, DatabaseUnreachable.
    """
    with _made_whole(folder) as unfinished:
        async with AsyncExitStack() as stack:
            snapshots = []
            for target in targets(urls):
                connection = await stack.enter_async_context(connect(target))
                await stack.enter_async_context(
                    connection.transaction(isolation="repeatable_read", readonly=True)
                )
                snapshots.append((target, await _snapshot(connection)))
            async with asyncio.TaskGroup() as group:
                for target, snapshot in snapshots:
                    group.create_task(_dump(target, snapshot, unfinished))


@contextmanager
def _made_whole(folder: Path) -> Iterator[Path]:
    """A folder to fill, which becomes ``folder`` when the block ends well and else nothing."""
    if folder.exists():
        raise BackupFailed(f"{folder} is there already: name a folder that is not.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))  # its owner's only
    try:
        yield unfinished
        unfinished.rename(folder)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise


async def _snapshot(connection: asyncpg.Connection) -> str:
    return str(await connection.fetchval("SELECT pg_export_snapshot()"))


async def _dump(target: Target, snapshot: str, folder: Path) -> None:
    target.file(folder).touch(0o600)  # which pg_dump keeps: who copies the folder copies that, too
    await run_program(
        "pg_dump",
        "--format=custom",
        "--no-owner",
        "--no-privileges",
        f"--snapshot={snapshot}",
        f"--file={target.file(folder)}",
        target=target,
    )
