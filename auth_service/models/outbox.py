"""What is to be sent: mail, and events for other services."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from auth_service.models.base import AuthTable
from shared.tables import NOW

PENDING = text("finished_at IS NULL")


class OutboxRow(AuthTable, table=True):
    """One thing to send, written in the transaction that wants it sent.

    ``available_at``: not before. ``leased_until``: a worker has it. ``finished_at``: sent or given
    up (then ``last_error`` says why); its payload is empty from then on.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        CheckConstraint("kind IN ('mail', 'event')", name="kind"),
        Index("ix_outbox_pending", "available_at", "id", postgresql_where=PENDING),
    )

    id: UUID = Field(primary_key=True)
    kind: str
    payload: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    attempts: int = Field(sa_column_kwargs={"server_default": text("0")})
    created_at: datetime = Field(sa_column_kwargs={"server_default": NOW})
    available_at: datetime = Field(sa_column_kwargs={"server_default": NOW})
    leased_until: datetime | None = None
    finished_at: datetime | None = None
    last_error: str | None = None
