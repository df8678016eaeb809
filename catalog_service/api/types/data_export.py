"""DataExport as the catalog extends it: what an account did here."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import orjson
import strawberry

from catalog_service.api.context import Info
from catalog_service.repository.personal import read_personal
from shared.graphql.entities import parse_key
from shared.graphql.fields import field
from shared.graphql.scalars import parse_uuid

MOST_BYTES: Final = 12_000_000
"""Of the export as it stands in a reply. A gateway takes 16 MB, and all of it would be lost."""


@strawberry.federation.type(
    keys=["userId"], description="All that is stored of your account, each part a JSON text."
)
class DataExport:
    """The catalog's part."""

    user_id: UUID = strawberry.field(description="Whose it is.")

    @field(
        "What the account reserved, looked at, reported and sold, where it worked, and whom it "
        "invited or answered: the newest 10,000 of each, and fewer where they would be more than "
        "12 MB together.",
        weight=50,
    )
    async def catalog(self, info: Info) -> str | None:
        if not info.context.actor.is_self(self.user_id):
            return None
        await info.context.reading()
        async with info.context.database.read() as connection:
            found = await read_personal(connection, self.user_id)
        return _text(found)

    @classmethod
    def resolve_reference(cls, userId: str) -> "DataExport":  # noqa: N803  as it is spelled there
        """The export of a representation; only its owner sees what is in it."""
        return cls(user_id=parse_key(parse_uuid, userId))


def _text(found: Mapping[str, list[dict[str, Any]]]) -> str:
    """The export, no longer than a reply may be: of the longest kind the older half is left out."""
    while True:
        text = orjson.dumps(found, default=_plain).decode()
        if len(orjson.dumps(text)) <= MOST_BYTES:
            return text
        longest = max(found, key=lambda kind: len(orjson.dumps(found[kind], default=_plain)))
        found = {**found, longest: found[longest][: len(found[longest]) // 2]}


def _plain(value: object) -> str:
    if isinstance(value, Decimal | UUID):
        return str(value)
    raise TypeError(type(value).__name__)
