"""The internal door: what other services tell the catalog. Guarded by the gateway key."""

from collections.abc import Awaitable, Callable
from typing import Literal
from uuid import UUID

import structlog
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from catalog_service.services.erase_account import erase_account
from shared.database import Database
from shared.errors import TimedOut, Unavailable
from shared.graphql.request import BadRequest, read_body

MAX_BYTES = 10_000

log = structlog.get_logger(__name__)


class AccountDeleted(BaseModel):
    """``{"id", "type": "account.deleted", "userId", "occurredAt"}``."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: UUID
    type: Literal["account.deleted"]
    user_id: UUID = Field(alias="userId")
    occurred_at: AwareDatetime = Field(alias="occurredAt")


def events_endpoint(database: Database) -> Callable[[Request], Awaitable[Response]]:
    """``POST /internal/events``: 204 once applied, however often it is delivered.

    400 for what is no event known here, 413 for a large body, 503 when the database is away: the
    sender delivers again.
    """

    async def take(request: Request) -> Response:
        try:
            event = AccountDeleted.model_validate_json(await read_body(request, MAX_BYTES))
        except BadRequest as refusal:
            return _refused(refusal.status, refusal.code)
        except ValidationError:
            return _refused(400, "BAD_USER_INPUT")
        try:
            async with database.transaction() as session:
                applied = await erase_account(session, event.id, event.user_id)
        except (Unavailable, TimedOut) as error:
            return _refused(503, error.code)
        log.info("account deleted", event_id=str(event.id), applied=applied)
        return Response(status_code=204)

    return take


def _refused(status: int, code: str) -> JSONResponse:
    return JSONResponse({"error": code}, status_code=status)
