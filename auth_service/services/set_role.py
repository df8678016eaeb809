"""Give an account another role."""

from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from auth_service.domain.audit import Act, Action
from auth_service.domain.errors import LastAdmin
from auth_service.domain.user import Role, User
from auth_service.repository.audit import record
from auth_service.repository.users import locked_admins, locked_user, store_role
from auth_service.services.current_account import current_admin
from auth_service.services.dependencies import Dependencies
from auth_service.services.tell_catalog import tell_catalog
from auth_service.services.write_to import write_to
from shared.errors import NotFound

log = structlog.get_logger(__name__)


async def set_role(
    deps: Dependencies, admin_id: UUID, token_version: int, user_id: UUID, role: Role
) -> User:
    """The account with its new role; its sessions end. Giving the role it has changes nothing.

    What the role allowed in the catalog ends before this returns, if the catalog can be reached.

    Raises ``Forbidden``, ``OwnRoleFixed``, ``NotFound``, ``LastAdmin``, ``Unauthenticated``.
    """

    async def give(session: AsyncSession) -> tuple[User, User]:
        admins = await locked_admins(session)
        await current_admin(session, admin_id, token_version)
        before = await locked_user(session, user_id)
        if before is None:
            raise NotFound("No such account.")
        after = before.with_role(role, by=admin_id)
        if admins == {user_id} and role is not Role.ADMIN:
            raise LastAdmin
        if after is before:
            return before, before
        details = {"before": before.role.value, "after": role.value}
        act = Act(Action.ROLE_CHANGED, admin_id, user_id, details=details)
        await record(session, act)
        await write_to(session, user_id, "role_changed", {"role": role.value})
        return before, await store_role(session, after) or after

    before, after = await deps.database.write(give)
    await tell_catalog(deps, user_id)
    log.info(
        "role changed",
        audit=True,
        admin_id=str(admin_id),
        user_id=str(user_id),
        before=before.role.value,
        after=role.value,
    )
    return after
