"""Record who did what to whom, when and why, in the transaction that does it."""

from datetime import UTC, datetime
from typing import Final
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from catalog_service.domain.actors import Actor
from catalog_service.domain.moderation import Act
from catalog_service.models.outbox import EVENT
from catalog_service.repository.audit import insert_act
from catalog_service.repository.outbox import OUTBOX

AUDIT_RECORDED: Final = "audit.recorded"
SERVICE: Final = "catalog"


async def record(session: AsyncSession, actor: Actor, act: Act) -> None:
    """Add the act to the log, and have the auth service told, whose log shows all of them."""
    event_id, now = uuid4(), datetime.now(UTC)
    await insert_act(session, event_id, actor.user_id, act, now)
    event = {
        "id": str(event_id),
        "type": AUDIT_RECORDED,
        "service": SERVICE,
        "action": act.action.value,
        "actorId": None if actor.user_id is None else str(actor.user_id),
        "targetType": act.target_type,
        "targetId": str(act.target_id),
        "reason": act.reason,
        "details": dict(act.details),
        "occurredAt": now.isoformat(),
    }
    await OUTBOX.add(session, EVENT, event, item_id=event_id)
