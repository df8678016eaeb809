"""What the auth service's resolvers read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias
from uuid import UUID

from strawberry.dataloader import DataLoader
from strawberry.types import Info as StrawberryInfo

from auth_service.core.tokens import VERSION_CLAIM
from auth_service.domain.user import User
from auth_service.repository.users import users_by_id
from auth_service.services.dependencies import Dependencies
from shared.graphql import RequestContext, SignedIn, require_user


@dataclass(slots=True, kw_only=True)
class AuthContext(RequestContext):
    """``accounts`` loads accounts by id, many in one statement, for this request alone."""

    deps: Dependencies
    accept_language: str | None = None
    accounts: DataLoader[UUID, User | None] = field(init=False)

    def __post_init__(self) -> None:
        self.accounts = self.loads.loader(self._load_accounts)

    async def _load_accounts(self, ids: Sequence[UUID]) -> Mapping[UUID, User]:
        async with self.deps.database.read() as connection:
            return await users_by_id(connection, ids)

    def signed_in(self, *roles: str) -> SignedIn:
        """The caller; raises ``Unauthenticated`` or ``Forbidden``."""
        return require_user(self.caller, *roles)

    @property
    def token_version(self) -> int:
        """The version the access token was made for; -1 if it does not say (then it never fits)."""
        version = self.caller.claims.get(VERSION_CLAIM)
        return version if isinstance(version, int) else -1


Info: TypeAlias = StrawberryInfo[AuthContext, None]
