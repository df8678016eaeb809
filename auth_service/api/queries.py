"""Reading accounts."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from auth_service.api.context import Info
from auth_service.domain.account_search import AccountSearch, check_search
from auth_service.domain.account_search import AccountState as DomainState
from auth_service.domain.audit import AuditSearch
from auth_service.domain.user import Role as DomainRole
from auth_service.domain.viewer import Viewer
from auth_service.repository.account_searches import list_users
from auth_service.repository.audit import find_entries
from auth_service.repository.personal import read_personal
from auth_service.schemas.audit import AuditEntry, AuditLogFilter, to_entry
from auth_service.schemas.data_export import DataExport, to_export
from auth_service.schemas.user import AccountState, Role, User, to_user
from auth_service.services.current_account import current_account, current_admin
from shared.errors import NotFound
from shared.graphql import require_judged
from shared.graphql.fields import field
from shared.pagination.connections import After, Connection, First, connection
from shared.pagination.cursors import PageRequest, fingerprint

ADMIN = DomainRole.ADMIN.value


@strawberry.type(description="Reading.")
class Query:
    """Root fields of the auth subgraph."""

    @field("Your own account; null when you are not signed in. Errors: UNAUTHENTICATED.")
    async def me(self, info: Info) -> User | None:
        require_judged(info.context.caller)
        if info.context.caller.user_id is None:
            return None
        viewer = await info.context.reader()
        account = (
            None if viewer.user_id is None else await info.context.accounts.load(viewer.user_id)
        )
        return None if account is None else to_user(account, viewer)

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
        viewer = await info.context.reader()
        if not viewer.sees(id):
            raise NotFound
        account = await info.context.accounts.load(id)
        if account is None:
            raise NotFound
        return to_user(account, viewer)

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
            return to_export(account, await read_personal(database, account))

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
        wanted = None if role is None else DomainRole[role.name]
        return await _found(info, AccountSearch(role=wanted), first, after)

    @field(
        "Accounts by address or name, oldest first, for admins: every word is found as a part of "
        "either, of one or two letters as a beginning, whatever its case and accents. Errors: "
        "UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT.",
        authenticated=True,
        paged=True,
        weight=10,
    )
    async def accounts(
        self,
        info: Info,
        search: Annotated[
            str | None, strawberry.argument(description="Words of the address or the name.")
        ] = None,
        role: Annotated[
            Role | None, strawberry.argument(description="Only accounts with this role.")
        ] = None,
        state: Annotated[
            AccountState | None, strawberry.argument(description="Only accounts in this state.")
        ] = None,
        first: First = 20,
        after: After = None,
    ) -> Connection[User] | None:
        wanted = AccountSearch(
            search,
            None if role is None else DomainRole[role.name],
            None if state is None else DomainState[state.name],
        )
        return await _found(info, wanted, first, after)

    @field(
        "Who did what to whom, when and why, the newest first, for admins. Acts of the catalog "
        "appear here moments later. Errors: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT.",
        authenticated=True,
        paged=True,
        weight=10,
    )
    async def audit_log(
        self,
        info: Info,
        conditions: Annotated[
            AuditLogFilter | None,
            strawberry.argument(name="filter", description="Which entries to find."),
        ] = None,
        first: First = 20,
        after: After = None,
    ) -> Connection[AuditEntry] | None:
        context = info.context
        caller = context.signed_in(ADMIN)
        search = AuditSearch() if conditions is None else conditions.search()
        mark = fingerprint("auditLog", search)
        page = PageRequest.read(first, after, types=(datetime, UUID), fingerprint=mark)
        async with context.deps.database.read() as database:
            await current_admin(database, caller.user_id, context.token_version)
            found = await find_entries(database, search, page.after, page.fetch)
        return connection(
            found, page, key=lambda entry: (entry.created_at, entry.id), node=to_entry
        )


async def _found(
    info: Info, search: AccountSearch, first: int, after: str | None
) -> Connection[User]:
    """The caller's role is read again: this is everybody's address."""
    context = info.context
    caller = context.signed_in(ADMIN)
    check_search(search)
    mark = fingerprint("created", search)
    page = PageRequest.read(first, after, types=(datetime, UUID), fingerprint=mark)
    async with context.deps.database.read() as database:
        await current_admin(database, caller.user_id, context.token_version)
        found = await list_users(database, search=search, after=page.after, limit=page.fetch)
    viewer = Viewer(caller.user_id, is_admin=True)
    return connection(
        found,
        page,
        key=lambda account: (account.created_at, account.id),
        node=lambda account: to_user(account, viewer),
    )
