"""Asking the catalog what accounts may do at places: it alone knows who owns them."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

import httpx2
from pydantic import BaseModel, SecretStr, ValidationError

from shared.errors import Unavailable
from shared.http.gateway_key import KEY_HEADER
from shared.service_client import service_client

TIMEOUT_SECONDS = 3.0
MOST_AT_ONCE = 100


class _Invitations(BaseModel):
    ids: set[UUID]


class Catalog:
    """``POST {CATALOG_SERVICE_URL}/internal/invitations`` with the catalog's gateway key."""

    def __init__(self, service_url: str, key: SecretStr | None) -> None:
        self._url = f"{service_url.rstrip('/')}/internal/invitations"
        self._headers = {} if key is None else {KEY_HEADER: key.get_secret_value()}
        self._client = service_client(service_url, TIMEOUT_SECONDS)

    async def owned_invitations(self, user_id: UUID, ids: Sequence[UUID]) -> set[UUID]:
        """Those of the invitations into places that the account owns. Raises ``Unavailable``."""
        found: set[UUID] = set()
        for start in range(0, len(ids), MOST_AT_ONCE):
            found |= await self._ask(user_id, ids[start : start + MOST_AT_ONCE])
        return found

    async def _ask(self, user_id: UUID, ids: Sequence[UUID]) -> set[UUID]:
        asked = {"userId": str(user_id), "ids": [str(each) for each in ids]}
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):  # of all of it; the client's is of a step
                response = await self._client.post(self._url, json=asked, headers=self._headers)
            if response.status_code != httpx2.codes.OK:
                raise Unavailable
            return _Invitations.model_validate_json(response.content).ids
        except (httpx2.HTTPError, TimeoutError, ValidationError) as error:
            raise Unavailable from error

    async def close(self) -> None:
        """Let go of connections."""
        await self._client.aclose()
