"""The catalog's part of the audit log."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import insert

from catalog_service.domain.moderation import Act
from catalog_service.models import tables
from shared.database import Connection


async def insert_act(
    connection: Connection, entry_id: UUID, actor_id: UUID | None, act: Act, moment: datetime
) -> None:
    """Add an act, in the transaction that does it."""
    await connection.execute(
        insert(tables.audit_log).values(
            id=entry_id,
            action=act.action.value,
            actor_id=actor_id,
            target_type=act.target_type,
            target_id=act.target_id,
            reason=act.reason,
            details=dict(act.details),
            created_at=moment,
        )
    )
