"""Record what is done to somebody's part in a place."""

from sqlalchemy.ext.asyncio import AsyncSession

from catalog_service.domain.actors import Actor
from catalog_service.domain.moderation import Act, AuditAction
from catalog_service.domain.places import Partnership
from catalog_service.services.record import record


async def record_partnership(
    session: AsyncSession,
    actor: Actor,
    action: AuditAction,
    partnership: Partnership,
    **more: str,
) -> None:
    """Add the act to the log, about the partner's account, with place and role."""
    details = {"placeId": str(partnership.place_id), "role": partnership.role.value, **more}
    act = Act(action, "account", partnership.partner_user_id, details=details)
    await record(session, actor, act)
