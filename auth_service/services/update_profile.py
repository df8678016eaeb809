"""Change one's own name or language."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from auth_service.domain.user import User
from auth_service.repository.users import store_profile
from auth_service.services.current_account import current_account
from auth_service.services.dependencies import Dependencies
from auth_service.services.tell_catalog import tell_catalog


async def update_profile(
    deps: Dependencies, user_id: UUID, token_version: int, changes: Mapping[str, Any]
) -> User:
    """The changed account. ``changes``: ``display_name``, ``language``, or both; absent ones stay.

    Raises ``Unauthenticated``.
    """

    async def change(session: AsyncSession) -> User:
        before = await current_account(session, user_id, token_version)
        if not changes:
            return before
        return await store_profile(session, user_id, changes) or before

    user = await deps.database.write(change)
    await tell_catalog(deps, user_id)
    return user
