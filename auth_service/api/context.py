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
from auth_service.schemas.refusal import refusal_of
from auth_service.services.dependencies import Dependencies
from shared.graphql import RequestContext, SignedIn, require_user


@dataclass(slots=True, kw_only=True)
class AuthContext(RequestContext):
    """``accounts`` loads accounts by id, many in one statement, for this request alone."""

    deps: Dependencies
    accept_language: str | None = None
    accounts: DataLoader[UUID, User | None] = field(init=False)
    invitations: DataLoader[UUID, Sent | None] = field(init=False)
    owned_invitations: DataLoader[UUID, bool | None] = field(init=False)

    def __post_init__(self) -> None:
        self.accounts = self.loads.loader(self._load_accounts)
        self.invitations = self.loads.loader(self._load_invitations)
        self.owned_invitations = self.loads.loader(self._load_owned)

    async def _load_accounts(self, ids: Sequence[UUID]) -> Mapping[UUID, User]:
        async with self.deps.database.read() as connection:
            return await users_by_id(connection, ids)

    async def _load_invitations(self, ids: Sequence[UUID]) -> Mapping[UUID, Sent]:
        async with self.deps.database.read() as connection:
            return await sent_to(connection, ids)

    async def _load_owned(self, ids: Sequence[UUID]) -> Mapping[UUID, bool]:
        """Which invitations are into places that the caller owns."""
        user_id = self.signed_in().user_id
        return dict.fromkeys(await self.deps.catalog.owned_invitations(user_id, ids), True)

    def signed_in(self, *roles: str) -> SignedIn:
        """The caller; raises ``Unauthenticated`` or ``Forbidden``."""
        return require_user(self.caller, *roles)

    async def viewer(self) -> Viewer:
        """Who looks, as the account is by now; read once a request."""
        user_id = self.caller.user_id
        if user_id is None:
            return Viewer()
        return viewer_of(await self.accounts.load(user_id), self.token_version)

    async def reader(self) -> Viewer:
        """The viewer, who is somebody. Raises ``Unauthenticated``, also when suspended."""
        self.signed_in()
        viewer = await self.viewer()
        if (refusal := refusal_of(viewer)) is not None:
            raise refusal
        return viewer

    @property
    def token_version(self) -> int:
        """The version the access token was made for; -1 if it does not say (then it never fits)."""
        version = self.caller.token_version
        return -1 if version is None else version


Info: TypeAlias = StrawberryInfo[AuthContext, None]
