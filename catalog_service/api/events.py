"""The internal door: what other services tell the catalog. Guarded by the gateway key."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Literal, TypeAlias
from uuid import UUID

import structlog
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from catalog_service.core.accounts import ToldStanding
from catalog_service.services.change_standing import change_standing
from catalog_service.services.erase_account import erase_account
from shared.database import Database
from shared.errors import ClientError
from shared.http.internal import Refused, read_internal, refusal

MAX_BYTES = 10_000

log = structlog.get_logger(__name__)


class _Event(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    id: UUID
    user_id: UUID = Field(alias="userId")
    occurred_at: AwareDatetime = Field(alias="occurredAt")


class AccountChanged(_Event, ToldStanding):
    """How the account stands now."""

    type: Literal["account.changed"]

    async def apply(self, session: AsyncSession) -> bool:
        """Note how the account stands; whether that was new."""
        return await change_standing(session, self.standing())


class AccountDeleted(_Event):
    """The account is gone for good."""

    type: Literal["account.deleted"]

    async def apply(self, session: AsyncSession) -> bool:
        """Erase what the catalog has of it; False if that was done before."""
        return await erase_account(session, self.id, self.user_id)


Event: TypeAlias = Annotated[AccountChanged | AccountDeleted, Field(discriminator="type")]
_EVENT: TypeAdapter[AccountChanged | AccountDeleted] = TypeAdapter(Event)


def events_endpoint(database: Database) -> Callable[[Request], Awaitable[Response]]:
    """``POST /internal/events``: 204 once applied, however often and late it is delivered.

    400 for what is no event known here, 413 for a large body, 503 when the database is away: the
    sender delivers again.
    """

    async def take(request: Request) -> Response:
        try:
            event = await read_internal(request, _EVENT, MAX_BYTES)
            applied = await database.write(event.apply)
        except Refused as refused:
            return refused.response
        except ClientError as error:
            return refusal(error)
        log.info("event taken", type=event.type, event_id=str(event.id), applied=applied)
        return Response(status_code=204)

    return take
