"""DataExport as the catalog extends it: what an account did here."""

from decimal import Decimal
from uuid import UUID

import orjson
import strawberry

from catalog_service.api.context import Info
from catalog_service.repository.personal import read_personal
from shared.graphql.entities import parse_key
from shared.graphql.fields import field
from shared.graphql.scalars import parse_uuid


@strawberry.federation.type(
    keys=["userId"], description="All that is stored of your account, each part a JSON text."
)
class DataExport:
    """The catalog's part."""

    user_id: UUID = strawberry.field(description="Whose it is.")

    @field(
        "What the account reserved, looked at, reported and sold, where it worked, and whom it "
        "invited or answered: the newest 10,000 of each.",
        weight=50,
    )
    async def catalog(self, info: Info) -> str | None:
        if not info.context.actor.is_self(self.user_id):
            return None
        await info.context.reading()
        async with info.context.database.read() as connection:
            found = await read_personal(connection, self.user_id)
        return orjson.dumps(found, default=_plain).decode()

    @classmethod
    def resolve_reference(cls, userId: str) -> "DataExport":  # noqa: N803  as it is spelled there
        """The export of a representation; only its owner sees what is in it."""
        return cls(user_id=parse_key(parse_uuid, userId))


def _plain(value: object) -> str:
    if isinstance(value, Decimal | UUID):
        return str(value)
    raise TypeError(type(value).__name__)
