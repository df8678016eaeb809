"""Which mails by choice an account's owner wants."""

from collections.abc import Collection
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from auth_service.domain.notifications import Notification
from auth_service.domain.user import User
from auth_service.repository.users import drop_notification, store_profile
from auth_service.services.current_account import current_account
from auth_service.services.dependencies import Dependencies
from shared.database import Database

log = structlog.get_logger(__name__)


async def choose_notifications(
    deps: Dependencies, user_id: UUID, token_version: int, wanted: Collection[Notification]
) -> User:
    """The account, which gets the ``wanted`` kinds and no others. Raises ``Unauthenticated``."""

    async def change(session: AsyncSession) -> User:
        before = await current_account(session, user_id, token_version)
        chosen = {"notifications": sorted(set(wanted))}
        return await store_profile(session, user_id, chosen) or before

    return await deps.database.write(change)


async def decline(database: Database, user_id: UUID, kind: Notification) -> None:
    """No more mails of ``kind``; again, or for an account that is gone, it changes nothing."""
    await database.write(lambda session: drop_notification(session, user_id, kind))
    log.info("mails declined", user_id=str(user_id), kind=kind.value)
