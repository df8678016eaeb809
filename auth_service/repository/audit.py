"""The audit log in the database."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from auth_service.domain.audit import Act, Action, AuditEntry, AuditSearch
from auth_service.models.tables import audit_log
from shared.database import Connection
from shared.pagination.cursors import keyset_after

ACCOUNT = "account"
HERE = "auth"

entry = audit_log.c


async def record(connection: Connection, act: Act) -> None:
    """Note an act in the transaction that does it."""
    await connection.execute(
        insert(audit_log).values(
            service=HERE,
            action=act.action.value,
            actor_id=act.actor_id,
            target_type=ACCOUNT,
            target_id=act.target_id,
            reason=act.reason,
            details=dict(act.details),
        )
    )


async def last_act(
    connection: Connection, account_id: UUID, actions: Collection[Action]
) -> Action | None:
    """Which of the actions was done to the account last."""
    query = (
        select(entry.action)
        .where(
            entry.service == HERE,
            entry.target_id == account_id,
            entry.action.in_([each.value for each in actions]),
        )
        .order_by(entry.created_at.desc(), entry.id.desc())
        .limit(1)
    )
    found = (await connection.execute(query)).scalar_one_or_none()
    return None if found is None else Action(found)


async def take_over(connection: Connection, told: AuditEntry) -> None:
    """Note an act of another service, once, however often it is told."""
    await connection.execute(
        insert(audit_log)
        .values(
            id=told.id,
            service=told.service,
            action=told.action,
            actor_id=told.actor_id,
            target_type=told.target_type,
            target_id=told.target_id,
            reason=told.reason,
            details=dict(told.details),
            created_at=told.created_at,
        )
        .on_conflict_do_nothing()
    )


async def find_entries(
    connection: Connection,
    search: AuditSearch,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> list[AuditEntry]:
    """Entries, the newest first, from behind the order key ``after``."""
    query = select(*entry).order_by(entry.created_at.desc(), entry.id.desc()).limit(limit)
    for column, value in (
        (entry.actor_id, search.actor_id),
        (entry.target_id, search.target_id),
        (entry.action, search.action),
    ):
        if value is not None:
            query = query.where(column == value)
    if search.first is not None:
        query = query.where(entry.created_at >= search.first)
    if search.last is not None:
        query = query.where(entry.created_at <= search.last)
    if after is not None:
        query = query.where(keyset_after((entry.created_at, entry.id), after, (True, True)))
    return [_entry(row) for row in (await connection.execute(query)).all()]


def _entry(row: Any) -> AuditEntry:
    return AuditEntry(
        row.id,
        row.service,
        row.action,
        row.actor_id,
        row.target_type,
        row.target_id,
        row.reason,
        row.details,
        row.created_at,
    )
