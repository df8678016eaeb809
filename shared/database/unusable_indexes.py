"""Indexes that are kept up and never used."""

import structlog

from shared.database.reading import Reader

_UNUSABLE = """SELECT indexrelid::regclass::text AS name FROM pg_index
    WHERE NOT indisvalid ORDER BY 1"""

log = structlog.get_logger(__name__)


async def name_unusable_indexes(connection: Reader) -> None:
    """Log what a cancelled CREATE or REINDEX INDEX CONCURRENTLY left, and what mends it.

    Searches would be slow, and nobody know why.
    """
    for row in await connection.fetch(_UNUSABLE):
        name = row["name"]
        log.warning("index is not valid", index=name, mend=f"REINDEX INDEX CONCURRENTLY {name}")
