"""Tokens from before a restore: the backup knows nothing of accounts that were made after it."""

from datetime import UTC, datetime

from catalog_service.repository.accounts import read_last_restore
from shared.database import Database
from shared.errors import ClientError
from shared.tokens import TokenNotJudged

_NEVER = datetime.fromtimestamp(0, UTC)


class LastRestore:
    """When the database was last restored. Asked once: a restore needs an empty database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._at: float | None = None

    async def at(self) -> float:
        """The moment in seconds since 1970, 0 for never. Raises ``TokenNotJudged``."""
        if self._at is None:
            try:
                async with self._database.read() as connection:
                    found = await read_last_restore(connection)
            except ClientError as error:
                raise TokenNotJudged("the database does not answer") from error
            self._at = (found or _NEVER).timestamp()
        return self._at
