"""Delete one's own account, here and, through an event, in the catalog."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from auth_service.domain.audit import Act, Action
from auth_service.domain.errors import LastAdmin
from auth_service.domain.outbox import OutboxKind
from auth_service.domain.password import Password
from auth_service.repository.audit import record
from auth_service.repository.invitations import forget_invitations_to
from auth_service.repository.outbox import OUTBOX
from auth_service.repository.users import delete_user, locked_admins
from auth_service.services.addresses import deliverable
from auth_service.services.current_account import confirm_password, hold_confirmed
from auth_service.services.dependencies import Dependencies
from auth_service.services.letters import notice_payload
from auth_service.services.tell_catalog import tell_catalog

log = structlog.get_logger(__name__)

ACCOUNT_DELETED = "account.deleted"


async def delete_account(
    deps: Dependencies, user_id: UUID, token_version: int, password_text: str
) -> None:
    """Remove the account; the catalog hears of it from the outbox, however long that takes.

    Both are written in one transaction. Raises ``InvalidCredentials``, ``LastAdmin``,
    ``Unauthenticated``, ``RateLimited``.
    """
    attempt = Password.attempted(password_text)
    confirmed = await confirm_password(deps, user_id, token_version, attempt)
    event_id = uuid4()
    event = deletion_event(event_id, user_id)

    async def delete(session: AsyncSession) -> None:
        if await locked_admins(session) == {user_id}:
            raise LastAdmin
        account = await hold_confirmed(session, confirmed)
        if account is not None and await delete_user(session, user_id):
            await record(session, Act(Action.ACCOUNT_DELETED, user_id, user_id))
            if account.is_verified:  # else the address may be somebody else's
                await forget_invitations_to(session, account.email.canonical)
            told = notice_payload("account_deleted", deliverable(account.email), {}, account)
            await OUTBOX.add(session, OutboxKind.MAIL, told)
            await OUTBOX.add(session, OutboxKind.EVENT, event, item_id=event_id, subject=user_id)

    await deps.database.write(delete)
    await tell_catalog(deps, user_id)
    log.info("account deleted", user_id=str(user_id), audit=True)


def deletion_event(event_id: UUID, user_id: UUID) -> dict[str, str]:
    """The event as the catalog reads it; its id makes repeated deliveries harmless."""
    return {
        "id": str(event_id),
        "type": ACCOUNT_DELETED,
        "userId": str(user_id),
        "occurredAt": datetime.now(UTC).isoformat(),
    }
