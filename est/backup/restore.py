"""`est restore`: a backup into two empty databases."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from est.backup.tools import Target, connect, run_program, targets
from est.errors import BackupFailed
from est.run.databases import DatabaseUrls
from est.terminal import warn

# What was revoked after the backup must not be good again. One more would not do: who signed out
# twice since has tokens of that number, too. A million times nobody has.
_END_SESSIONS = "UPDATE users SET token_version = token_version + 1000000"
# Access tokens, too; what is told to the catalog here needs no event for each account. Numbers of
# standings that the catalog may have seen before, its snapshot being younger, are not given again.
_END_ACCESS = """
    ALTER TABLE users DISABLE TRIGGER USER;
    UPDATE users
        SET least_token_version = token_version, standing_version = standing_version + 1000;
    ALTER TABLE users ENABLE TRIGGER USER;
    UPDATE outbox
        SET payload = payload || jsonb_build_object('leastTokenVersion', least_token_version)
        FROM users
        WHERE subject = users.id AND finished_at IS NULL AND payload->>'type' = 'account.changed'
"""
# It may know of one sign-out more: between all numbers from before and the new ones there is room.
# Of accounts made after the backup there is no standing: their tokens end by when they were issued.
_END_ACCESS_IN_CATALOG = """
    UPDATE account_standings SET least_token_version = least_token_version + 500000;
    INSERT INTO restores DEFAULT VALUES;
"""
_TABLES = "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"


async def require_fillable(urls: DatabaseUrls, folder: Path) -> None:
    """Raise BackupFailed for a folder that is no backup, and for a database that is not empty."""
    both = targets(urls)
    for target in both:
        if not target.file(folder).is_file():
            raise BackupFailed(f"{target.file(folder)} is not there: {folder} is no backup.")
    for target in both:
        await _require_empty(target)


@contextmanager
def unfinished_named() -> Iterator[None]:
    """Say, whatever ends the block midway, that what is there is of no use: sessions go on."""
    try:
        yield
    except BaseException:
        warn("The restore did not end. Start nothing on it: empty both databases and begin again.")
        raise


async def restore(urls: DatabaseUrls, folder: Path) -> None:
    """Fill two empty databases from ``folder``, each in one transaction; no session goes on.

    Once they are migrated ``end_access`` is to be called. Raises BackupFailed, and
    DatabaseUnreachable.
    """
    both = targets(urls)
    async with asyncio.TaskGroup() as group:
        for target in both:
            group.create_task(_fill(target, folder))
    auth = both[0]
    async with connect(auth) as connection:
        await connection.execute(_END_SESSIONS)


async def end_access(urls: DatabaseUrls) -> None:
    """End the access tokens of all accounts, in both services; of the newest revision."""
    auth, catalog = targets(urls)
    for target, statements in ((auth, _END_ACCESS), (catalog, _END_ACCESS_IN_CATALOG)):
        async with connect(target) as connection, connection.transaction():
            await connection.execute(statements)


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
