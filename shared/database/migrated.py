"""Whether a database is migrated as far as this version of a service needs it.

By what the history's files say of themselves: serving needs no Alembic.
"""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

from shared.database import Database

_REVISION = re.compile(r'^(revision|down_revision) = (?:"(\w+)"|None)$', re.MULTILINE)


class MigratedDatabase:
    """Readiness of a service: its database answers, and has the tables that the service asks for.

    Behind the newest revision requests would be INTERNAL, though the database answers. Ahead of it
    is fine: a newer version migrates beneath the running one.
    """

    def __init__(self, database: Database, package: str) -> None:
        self._database = database
        self._newest, self._older = _history(package)
        self._is_migrated = False

    async def check(self) -> str | None:
        """Readiness: None, or what is wrong in one line."""
        fault = await self._database.check()
        if fault is not None or self._is_migrated:
            return fault
        revision = await self._revision()
        if revision is None or revision in self._older:
            return (
                f"database {self._database.address} is at revision {revision or 'none'}, "
                f"{self._newest} is needed: migrate it"
            )
        self._is_migrated = True
        return None

    async def _revision(self) -> str | None:
        async with self._database.read() as connection:
            [there] = await connection.fetch("SELECT to_regclass('alembic_version') AS it")
            if there["it"] is None:
                return None
            rows = await connection.fetch("SELECT version_num FROM alembic_version")
        return str(rows[0]["version_num"]) if rows else None


def _history(package: str) -> tuple[str, frozenset[str]]:
    """Return the newest revision, and those before it."""
    found = importlib.util.find_spec(f"{package}.models.migrations")
    if found is None or found.origin is None:
        raise RuntimeError(f"{package} has no history")
    revisions, followed = set(), set()
    for file in (Path(found.origin).parent / "versions").glob("v*.py"):
        said = dict(_REVISION.findall(file.read_text()))
        revisions.add(said["revision"])
        followed.add(said["down_revision"])
    [newest] = revisions - followed
    return newest, frozenset(revisions - {newest})
