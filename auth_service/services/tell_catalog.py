"""Have the catalog know a change of an account before whoever made it goes on."""

import asyncio
from uuid import UUID

import structlog

from auth_service.domain.outbox import OutboxKind
from auth_service.repository.outbox import OUTBOX
from auth_service.services.dependencies import Dependencies
from shared.errors import ClientError
from shared.outbox import EventNotTaken

log = structlog.get_logger(__name__)


async def tell_catalog(deps: Dependencies, user_id: UUID) -> None:
    """Deliver, for at most CATALOG_WAIT_SECONDS, what the outbox holds about the account.

    Call it after the transaction. A role that was taken away ends with the answer to `setRole`, and
    who verified an address may reserve at once. What cannot be delivered now the worker delivers
    later; what both deliver is applied once.
    """
    try:
        async with asyncio.timeout(deps.telling_seconds):
            async with deps.database.transaction() as session:
                items = await OUTBOX.pending_of(session, OutboxKind.EVENT, user_id)
            for item in items:
                await deps.events.deliver(item.payload)
                async with deps.database.transaction() as session:
                    await OUTBOX.finish(session, item.id)
    except (EventNotTaken, TimeoutError, ClientError) as error:
        log.info("catalog hears of it later", user_id=str(user_id), error=type(error).__name__)
