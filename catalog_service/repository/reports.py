"""Reports in the database."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert

from catalog_service.domain.actors import Actor
from catalog_service.domain.moderation import Report, ReportReason
from catalog_service.models import tables
from catalog_service.repository.conditions import is_still_admin
from catalog_service.repository.paging import Order, Page, read_page
from catalog_service.repository.rows import offer
from shared.database import Connection
from shared.pagination.cursors import PageRequest

report = tables.report.c
REPORT_COLUMNS = tuple(tables.report.columns)
_OLDEST = Order(report.created_at)


async def hold_offer(connection: Connection, offer_id: UUID) -> bool:
    """Keep the offer from being deleted until the transaction ends; False when it is gone.

    A reference alone would not: whoever is deleting it has looked for reports by then, and a report
    that came since would go with it.
    """
    held = select(offer.id).where(offer.id == offer_id).with_for_update(read=True)
    return (await connection.execute(held)).first() is not None


async def insert_report(
    connection: Connection,
    offer_id: UUID,
    place_id: UUID,
    reporter_id: UUID,
    reason: ReportReason,
    text: str,
) -> Report:
    """A new report, or the one that the customer made of this offer before."""
    made = (
        insert(tables.report)
        .values(
            offer_id=offer_id,
            place_id=place_id,
            reporter_id=reporter_id,
            reason=reason.value,
            text=text,
        )
        .on_conflict_do_nothing(index_elements=["reporter_id", "offer_id"])
        .returning(*REPORT_COLUMNS)
    )
    row = (await connection.execute(made)).one_or_none()
    if row is None:
        earlier = select(*REPORT_COLUMNS).where(
            report.reporter_id == reporter_id, report.offer_id == offer_id
        )
        row = (await connection.execute(earlier)).one()
    return _report(row)


async def has_reported(connection: Connection, offer_id: UUID, reporter_id: UUID) -> bool:
    """Whether the customer reported the offer before."""
    query = select(report.id).where(report.reporter_id == reporter_id, report.offer_id == offer_id)
    return (await connection.execute(query)).first() is not None


async def concerns_admins(connection: Connection, offer_id: UUID) -> bool:
    """Whether somebody reported the offer, or an admin took it down."""
    taken_down = select(offer.id).where(offer.id == offer_id, offer.taken_down_at.is_not(None))
    query = select(exists().where(report.offer_id == offer_id) | taken_down.exists())
    return bool((await connection.execute(query)).scalar_one())


async def close_report(
    connection: Connection, report_id: UUID, actor: Actor, resolution: str
) -> Report | None:
    """The report, closed; None unless it is open."""
    statement = (
        update(tables.report)
        .where(report.id == report_id, report.closed_at.is_(None), is_still_admin(actor))
        .values(
            closed_at=func.clock_timestamp(), closed_by=actor.user_id, resolution=resolution.strip()
        )
        .returning(*REPORT_COLUMNS)
    )
    row = (await connection.execute(statement)).one_or_none()
    return None if row is None else _report(row)


async def read_report(connection: Connection, report_id: UUID) -> Report | None:
    """A report; for admins."""
    query = select(*REPORT_COLUMNS).where(report.id == report_id)
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else _report(row)


async def find_reports(
    connection: Connection,
    actor: Actor,
    page: PageRequest,
    *,
    is_open: bool | None,
    offer_id: UUID | None,
    place_id: UUID | None,
) -> Page[Report]:
    """A page of reports, the oldest first; for who is an admin by now."""
    query = select(*REPORT_COLUMNS).where(is_still_admin(actor))
    if is_open is not None:
        closed = report.closed_at
        query = query.where(closed.is_(None) if is_open else closed.is_not(None))
    if offer_id is not None:
        query = query.where(report.offer_id == offer_id)
    if place_id is not None:
        query = query.where(report.place_id == place_id)
    return await read_page(connection, query, _OLDEST, report.id, page, _report)


def _report(row: Row[Any]) -> Report:
    moment: datetime = row.created_at
    return Report(
        row.id,
        row.offer_id,
        row.place_id,
        row.reporter_id,
        ReportReason(row.reason),
        row.text,
        row.resolution,
        row.closed_at,
        row.closed_by,
        moment,
    )
