"""The audit log."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from auth_service.models.base import AuthTable
from shared.database.tables import NOW


class AuditRow(AuthTable, table=True):
    """An act of this service or another. Only added to: a trigger refuses all else.

    Ids of accounts stay when the accounts are gone: who did what must be told then, too.
    """

    __tablename__ = "audit_log"
    __table_args__ = (
        Index("ix_audit_log_created_at", "created_at", "id"),
        Index("ix_audit_log_actor_id", "actor_id", "created_at", "id"),
        Index("ix_audit_log_action", "action", "created_at", "id"),
        Index("ix_audit_log_actor_action", "actor_id", "action", "created_at", "id"),
        Index("ix_audit_log_target_id", "target_id", "created_at", "id"),
    )

    id: UUID = Field(
        primary_key=True, sa_column_kwargs={"server_default": text("gen_random_uuid()")}
    )
    service: str
    action: str
    actor_id: UUID | None = None
    target_type: str
    target_id: UUID | None = None
    reason: str | None = None
    details: dict[str, Any] = Field(
        sa_type=JSONB, sa_column_kwargs={"server_default": text("'{}'")}
    )
    created_at: datetime = Field(sa_column_kwargs={"server_default": NOW})
