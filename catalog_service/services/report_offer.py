"""A customer reports an offer; an admin closes the report."""

from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from catalog_service.domain.actors import Actor
from catalog_service.domain.errors import StateForbids
from catalog_service.domain.moderation import (
    Act,
    AuditAction,
    Report,
    ReportReason,
    check_report,
    check_resolution,
)
from catalog_service.repository import reports
from catalog_service.repository.offers import read_offer
from catalog_service.services.record import record
from shared.errors import NotFound, Unauthenticated
from shared.limits import Limit, RateLimiter

REPORTS: Final = Limit(20, 3600, "reports")
"""By one account in an hour: an opinion of many places is work of a robot."""


async def report_offer(
    session: AsyncSession,
    actor: Actor,
    limiter: RateLimiter,
    offer_id: UUID,
    reason: ReportReason,
    text: str,
) -> Report:
    """The report; of an offer reported before it is the first one, unchanged.

    Raises ``NotFound`` for an offer that the actor cannot read, ``RateLimited``, ``InvalidInput``.
    """
    check_report(text)
    if actor.user_id is None:
        raise Unauthenticated
    offer = await read_offer(session, offer_id, actor)
    if offer is None:
        raise NotFound
    if not await reports.has_reported(session, offer_id, actor.user_id):
        await limiter.take(REPORTS, str(actor.user_id))
    if not await reports.hold_offer(session, offer_id):
        raise NotFound
    return await reports.insert_report(
        session, offer_id, offer.place_id, actor.user_id, reason, text.strip()
    )


async def close_report(
    session: AsyncSession, actor: Actor, report_id: UUID, resolution: str
) -> Report:
    """The closed report; closing it again in the same words changes nothing.

    Raises ``NotFound``, ``StateForbids`` when it was closed otherwise, ``InvalidInput``.
    """
    check_resolution(resolution)
    closed = await reports.close_report(session, report_id, actor, resolution)
    if closed is not None:
        act = Act(AuditAction.REPORT_CLOSED, "report", report_id, closed.resolution)
        await record(session, actor, act)
        return closed
    found = await reports.read_report(session, report_id)
    if found is None:
        raise NotFound
    if found.resolution != resolution.strip():
        raise StateForbids("This report is closed already.")
    return found
