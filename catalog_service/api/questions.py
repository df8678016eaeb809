"""The internal door: what other services ask the catalog. Guarded by the gateway key."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from catalog_service.repository.invitations import owned_among
from shared.database import Database
from shared.errors import ClientError
from shared.http.internal import Refused, read_internal, refusal

MAX_BYTES = 20_000
MOST_IDS = 100


class Owned(BaseModel):
    """``{"userId": UUID, "ids": [UUID, …]}``: whose of at most 100 invitations are asked for."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    user_id: UUID = Field(alias="userId")
    ids: tuple[UUID, ...] = Field(max_length=MOST_IDS)


_OWNED = TypeAdapter(Owned)


def invitations_endpoint(database: Database) -> Callable[[Request], Awaitable[Response]]:
    """``POST /internal/invitations``: 200 with those into places that the account owns."""

    async def tell(request: Request) -> Response:
        try:
            asked = await read_internal(request, _OWNED, MAX_BYTES)
            async with database.read() as connection:
                found = await owned_among(connection, asked.ids, asked.user_id)
        except Refused as refused:
            return refused.response
        except ClientError as error:
            return refusal(error)
        return JSONResponse({"ids": [str(each) for each in found]})

    return tell
