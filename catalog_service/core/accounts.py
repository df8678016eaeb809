"""Asking the auth service how accounts stand, where waiting for its event would be wrong."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import TypeVar
from uuid import UUID

import httpx2
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from catalog_service.core.settings import CatalogSettings
from catalog_service.domain.actors import Role, Standing
from shared.errors import Unavailable
from shared.http.gateway_key import KEY_HEADER
from shared.service_client import service_client

TIMEOUT_SECONDS = 3.0
MOST_AT_ONCE = 100


class ToldStanding(BaseModel):
    """How an account stands, as auth writes it in answers and in events.

    ``version`` counts the account's changes: a standing below what is known changes nothing.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    user_id: UUID = Field(alias="userId")
    version: int = Field(ge=1, lt=2**31)
    role: Role
    is_verified: bool = Field(alias="isVerified")
    display_name: str | None = Field(None, alias="displayName", max_length=200)
    is_suspended: bool = Field(False, alias="isSuspended")
    is_approved: bool = Field(True, alias="isApproved")
    least_token_version: int = Field(0, alias="leastTokenVersion", ge=0, lt=2**31)

    def standing(self) -> Standing:
        """As the domain takes it."""
        return Standing(
            self.user_id,
            self.version,
            self.role,
            self.is_verified,
            self.display_name,
            self.is_suspended,
            self.is_approved,
            self.least_token_version,
        )


class _Standings(BaseModel):
    standings: list[ToldStanding]


class _Invitations(BaseModel):
    ids: list[UUID]


Answer = TypeVar("Answer", bound=BaseModel)


class AuthAccounts:
    """``POST {AUTH_SERVICE_URL}/internal/…`` with the auth service's gateway key."""

    def __init__(self, settings: CatalogSettings) -> None:
        key = settings.auth_gateway_key
        self._base = f"{settings.auth_service_url.rstrip('/')}/internal"
        self._headers = {} if key is None else {KEY_HEADER: key.get_secret_value()}
        self._client = service_client(settings.auth_service_url, TIMEOUT_SECONDS)

    async def standings(self, ids: Sequence[UUID]) -> Mapping[UUID, Standing]:
        """Those of the accounts, at most 100, that exist. Raises ``Unavailable``."""
        asked = {"ids": [str(each) for each in ids]}
        answer = await self._ask("standings", asked, _Standings)
        return {told.user_id: told.standing() for told in answer.standings}

    async def invitations(self, user_id: UUID) -> list[UUID]:
        """Invitations made to the account's verified address. Raises ``Unavailable``."""
        answer = await self._ask("invitations", {"userId": str(user_id)}, _Invitations)
        return answer.ids

    async def _ask(self, what: str, asked: Mapping[str, object], answer: type[Answer]) -> Answer:
        url = f"{self._base}/{what}"
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):  # of all of it; the client's is of a step
                response = await self._client.post(url, json=dict(asked), headers=self._headers)
            if response.status_code != httpx2.codes.OK:
                raise Unavailable
            return answer.model_validate_json(response.content)
        except (httpx2.HTTPError, TimeoutError, ValidationError) as error:
            raise Unavailable from error

    async def close(self) -> None:
        """Let go of connections."""
        await self._client.aclose()
