"""Schedules, and which of their days were dealt with."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Column, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from catalog_service.models.base import CatalogTable, Identified
from shared.database.tables import NOW


class ScheduleRow(Identified, table=True):
    """A schedule. ``template``: what each offer says, as JSON.

    ``next_publish_at``: when it is to be looked at; NULL while it is paused or has no day left.
    """

    __tablename__ = "schedules"
    __table_args__ = (
        CheckConstraint("quantity_total > 0", name="quantity_total"),
        CheckConstraint("cardinality(weekdays) BETWEEN 1 AND 7", name="weekdays"),
        CheckConstraint("pickup_start <> pickup_end", name="pickup"),
        CheckConstraint("lead_minutes BETWEEN 0 AND 20160", name="lead_minutes"),
        CheckConstraint("first_day <= last_day", name="last_day"),
        Index("ix_schedules_place_id", "place_id", "created_at", "id"),
        Index(
            "ix_schedules_due",
            "next_publish_at",
            postgresql_where=text("next_publish_at IS NOT NULL"),
        ),
    )

    place_id: UUID = Field(foreign_key="places.id", ondelete="RESTRICT")
    template: dict[str, Any] = Field(sa_type=JSONB)
    quantity_total: int
    weekdays: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    pickup_start: time
    pickup_end: time
    lead_minutes: int
    first_day: date | None = None
    last_day: date | None = None
    is_paused: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    next_publish_at: datetime | None = None


class ScheduleDayRow(CatalogTable, table=True):
    """A day that became an offer, or is to become none. What is here is never published again."""

    __tablename__ = "schedule_days"

    schedule_id: UUID = Field(foreign_key="schedules.id", ondelete="CASCADE", primary_key=True)
    day: date = Field(primary_key=True)
    is_skipped: bool = Field(sa_column_kwargs={"server_default": text("false")})
    offer_id: UUID | None = Field(
        default=None, foreign_key="offers.id", ondelete="SET NULL", index=True
    )
    created_at: datetime = Field(sa_column_kwargs={"server_default": NOW})
