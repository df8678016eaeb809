"""Reading accounts."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from auth_service.api.context import Info
from auth_service.domain.user import Role as DomainRole
from auth_service.repository.users import list_users
from auth_service.schemas.data_export import DataExport, to_export
from auth_service.schemas.user import Role, User, to_user
from auth_service.services.current_account import current_account, current_admin
from shared.cursors import PageRequest, fingerprint
from shared.errors import NotFound
from shared.graphql import require_judged
from shared.graphql.fields import field
from shared.pagination import After, Connection, First, connection

ADMIN = DomainRole.ADMIN.value


@strawberry.type(description="Reading.")
class Query:
    """Root fields of the auth subgraph."""

    @field("Your own account; null when you are not signed in.")
    async def me(self, info: Info) -> User | None:
        """Nobody, or an account that was deleted meanwhile, is null and no error."""
        require_judged(info.context.caller)
        user_id = info.context.caller.user_id
        account = None if user_id is None else await info.context.accounts.load(user_id)
        return None if account is None else to_user(account, info.context.caller)

    @field(
        "An account: your own, or any if you are an admin. Errors: UNAUTHENTICATED, NOT_FOUND.",
        authenticated=True,
    )
    async def user(
        self,
        info: Info,
        id: Annotated[UUID, strawberry.argument(description="The account's id.")],  # noqa: A002
    ) -> User | None:
        """Another's account is NOT_FOUND, whether it exists or not."""
        caller = info.context.signed_in()
        if caller.user_id != id and not caller.has_role(ADMIN):
            raise NotFound
        account = await info.context.accounts.load(id)
        if account is None:
            raise NotFound
        return to_user(account, info.context.caller)

    @field(
        "All that is stored of your account, to take along. Errors: UNAUTHENTICATED.",
        authenticated=True,
        weight=20,
    )
    async def export_my_data(self, info: Info) -> DataExport | None:
        context = info.context
        async with context.deps.database.read() as database:
            account = await current_account(
                database, context.signed_in().user_id, context.token_version
            )
        return to_export(account)

    @field(
        "All accounts, oldest first, for admins. "
        "Errors: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT.",
        authenticated=True,
        paged=True,
        weight=10,
    )
    async def users(
        self,
        info: Info,
        role: Annotated[
            Role | None, strawberry.argument(description="Only accounts with this role.")
        ] = None,
        first: First = 20,
        after: After = None,
    ) -> Connection[User] | None:
        """The caller's role is read again: this is everybody's address."""
        context = info.context
        caller = context.signed_in(ADMIN)
        mark = fingerprint("created", role)
        page = PageRequest.read(first, after, types=(datetime, UUID), fingerprint=mark)
        async with context.deps.database.read() as database:
            await current_admin(database, caller.user_id, context.token_version)
            wanted = None if role is None else DomainRole[role.name]
            found = await list_users(database, role=wanted, after=page.after, limit=page.fetch)
        return connection(
            found,
            page,
            key=lambda account: (account.created_at, account.id),
            node=lambda account: to_user(account, context.caller),
        )
