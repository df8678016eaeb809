"""Reports, and the catalog's part of the audit log."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from catalog_service.domain.moderation import ReportReason
from catalog_service.models.base import CatalogTable
from shared.database.tables import NOW, one_of


class ReportRow(CatalogTable, table=True):
    """What a customer reported; ``reporter_id`` NULL once the account is gone."""

    __tablename__ = "reports"
    __table_args__ = (
        UniqueConstraint("reporter_id", "offer_id"),
        CheckConstraint(one_of("reason", ReportReason), name="reason"),
        CheckConstraint("(closed_at IS NULL) = (resolution IS NULL)", name="closed_at"),
        Index("ix_reports_created_at_id", "created_at", "id"),
    )

    id: UUID = Field(
        primary_key=True, sa_column_kwargs={"server_default": text("gen_random_uuid()")}
    )
    offer_id: UUID = Field(foreign_key="offers.id", ondelete="CASCADE", index=True)
    place_id: UUID = Field(foreign_key="places.id", ondelete="CASCADE", index=True)
    reporter_id: UUID | None = None
    reason: str
    text: str
    resolution: str | None = None
    closed_at: datetime | None = None
    closed_by: UUID | None = None
    created_at: datetime = Field(sa_column_kwargs={"server_default": NOW})


class AuditRow(CatalogTable, table=True):
    """An act, written with it; the auth service is told, whose log shows all.

    Only added to: a trigger refuses all else. Ids of accounts stay when the accounts are gone.
    """

    __tablename__ = "audit_log"
    __table_args__ = (Index("ix_audit_log_target_id", "target_id", "created_at", "id"),)

    id: UUID = Field(primary_key=True)
    action: str
    actor_id: UUID | None = None
    target_type: str
    target_id: UUID
    reason: str | None = None
    details: dict[str, Any] = Field(
        sa_type=JSONB, sa_column_kwargs={"server_default": text("'{}'")}
    )
    created_at: datetime = Field(sa_column_kwargs={"server_default": NOW})
