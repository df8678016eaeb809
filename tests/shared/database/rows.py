"""What stands in the tables of these tests."""

from sqlalchemy import text

from shared.database import Database


async def names(database: Database) -> set[str]:
    async with database.read() as connection:
        return set((await connection.execute(text("SELECT name FROM parents"))).scalars())
