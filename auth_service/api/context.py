"""What the auth service's resolvers read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias
from uuid import UUID

from strawberry.dataloader import DataLoader
from strawberry.types import Info as StrawberryInfo

from auth_service.domain.user import User
from auth_service.domain.viewer import Viewer, viewer_of
from auth_service.repository.invitations import Sent, sent_to
from auth_service.repository.users import users_by_id
from auth_service.services.dependencies import Dependencies
from shared.errors import Unauthenticated
from shared.graphql import RequestContext, SignedIn, require_user


@dataclass(slots=True, kw_only=True)
class AuthContext(RequestContext):
    """``accounts`` loads accounts by id, many in one statement, for this request alone."""

    deps: Dependencies
    accept_language: str | None = None
    accounts: DataLoader[UUID, User | None] = field(init=False)
    invitations: DataLoader[UUID, Sent | None] = field(init=False)

    def __post_init__(self) -> None:
        self.accounts = self.loads.loader(self._load_accounts)
        self.invitations = self.loads.loader(self._load_invitations)

    async def _load_accounts(self, ids: Sequence[UUID]) -> Mapping[UUID, User]:
        async with self.deps.database.read() as connection:
            return await users_by_id(connection, ids)

    async def _load_invitations(self, ids: Sequence[UUID]) -> Mapping[UUID, Sent]:
        async with self.deps.database.read() as connection:
            return await sent_to(connection, ids)

    def signed_in(self, *roles: str) -> SignedIn:
        """The caller; raises ``Unauthenticated`` or ``Forbidden``."""
        return require_user(self.caller, *roles)

    async def viewer(self) -> Viewer:
        """Who looks, as the account is by now; read once a request.

        Nobody, where the token was made before the sessions ended: a stolen one sees nothing more.
        """
        user_id = self.caller.user_id
        account = None if user_id is None else await self.accounts.load(user_id)
        return Viewer() if self.is_revoked(account) else viewer_of(account)

    def is_revoked(self, account: User | None) -> bool:
        """Whether the caller's own account has ended the session of the token."""
        return account is not None and self.token_version < account.least_token_version

    async def reader(self) -> Viewer:
        """The viewer, who is somebody. Raises ``Unauthenticated``, also when suspended."""
        self.signed_in()
        viewer = await self.viewer()
        if viewer.user_id is None:
            raise Unauthenticated("Sign in again.", reason="revoked")
        return viewer

    @property
    def token_version(self) -> int:
        """The version the access token was made for; -1 if it does not say (then it never fits)."""
        version = self.caller.token_version
        return -1 if version is None else version


Info: TypeAlias = StrawberryInfo[AuthContext, None]
