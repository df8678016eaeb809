"""`est restore`: a backup into two empty databases."""

from __future__ import annotations

import asyncio
from pathlib import Path

from est.backup.tools import Target, connect, run_program, targets
from est.errors import BackupFailed
from est.run.databases import DatabaseUrls

# What was revoked after the backup was made must not be good again.
_END_SESSIONS = "UPDATE users SET token_version = token_version + 1"
_TABLES = "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"


async def restore(urls: DatabaseUrls, folder: Path) -> None:
    """Fill two empty databases from ``folder``, each in one transaction, and end all sessions.

    Raises BackupFailed, also where a database is not empty, and DatabaseUnreachable.
    """
    both = targets(urls)
    for target in both:
        if not target.file(folder).is_file():
            raise BackupFailed(f"{target.file(folder)} is not there: {folder} is no backup.")
    for target in both:
        await _require_empty(target)
    async with asyncio.TaskGroup() as group:
        for target in both:
            group.create_task(_fill(target, folder))
    auth = both[0]
    async with connect(auth) as connection:
        await connection.execute(_END_SESSIONS)


async def _require_empty(target: Target) -> None:
    async with connect(target) as connection:
        if await connection.fetchval(_TABLES):
            raise BackupFailed(
                f"The database of {target.service} holds tables already: name an empty one by "
                f"{target.setting}, or another --home."
            )


async def _fill(target: Target, folder: Path) -> None:
    await run_program(
        "pg_restore",
        "--no-owner",
        "--no-privileges",
        "--exit-on-error",
        "--single-transaction",
        str(target.file(folder)),
        target=target,
    )
