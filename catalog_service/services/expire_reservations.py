"""The sweeper: reservations nobody came for expire an hour after their window."""

from typing import Final

import structlog

from catalog_service.domain.pickup import GRACE
from catalog_service.repository.reservation_writes import expire_due
from shared.database import Database

BATCH: Final = 500

log = structlog.get_logger(__name__)


async def expire_reservations(database: Database) -> int:
    """Expire what is due, a batch a transaction; how many. Several instances share the work."""
    total = 0
    while True:
        expired = await database.write(lambda session: expire_due(session, GRACE, BATCH))
        total += expired
        if expired < BATCH:
            break
    if total:
        log.info("reservations expired", count=total)
    return total
