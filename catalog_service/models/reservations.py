"""Reservations and the history of what customers did."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Column, Index, Text, UniqueConstraint, text
from sqlmodel import Field

from catalog_service.domain.activity import Action
from catalog_service.domain.reminders import ReminderKind
from catalog_service.domain.reservations import ReservationStatus
from catalog_service.models.base import CatalogTable, Identified
from shared.database.tables import NOW, one_of

LIVE = text("status = 'RESERVED'")


class ReservationRow(Identified, table=True):
    """A reservation with its snapshot; ``user_id`` NULL once the account is gone.

    ``ended_by``: who handed over or cancelled, NULL for the sweeper and accounts that are gone.
    """

    __tablename__ = "reservations"
    __table_args__ = (
        UniqueConstraint("user_id", "idempotency_key", name="uq_reservations_idempotency_key"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("pickup_start < pickup_end", name="pickup_window"),
        CheckConstraint(one_of("status", ReservationStatus), name="status"),
        Index(
            "uq_reservations_pickup_code",
            "place_id",
            "pickup_code",
            unique=True,
            postgresql_where=LIVE,
        ),
        Index("ix_reservations_user_id", "user_id", "status", "created_at", "id"),
        Index("ix_reservations_offer_id", "offer_id", "created_at", "id"),
        Index("ix_reservations_place_id", "place_id", "status", "created_at", "id"),
        Index("ix_reservations_live_from", "pickup_start", postgresql_where=LIVE),
        Index("ix_reservations_live_until", "pickup_end", postgresql_where=LIVE),
    )

    offer_id: UUID = Field(foreign_key="offers.id", ondelete="RESTRICT")
    place_id: UUID = Field(foreign_key="places.id", ondelete="RESTRICT")
    user_id: UUID | None = None
    quantity: int
    unit_price: Decimal = Field(max_digits=13, decimal_places=3)
    original_unit_price: Decimal = Field(max_digits=13, decimal_places=3)
    currency: str = Field(max_length=3)
    pickup_start: datetime
    pickup_end: datetime
    status: str = Field(default="RESERVED", sa_column_kwargs={"server_default": "RESERVED"})
    pickup_code: str
    idempotency_key: str
    request_hash: str
    title: str
    description: str = Field(default="", sa_column_kwargs={"server_default": ""})
    allergens: list[str] | None = Field(default=None, sa_column=Column(ARRAY(Text), nullable=True))
    diets: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False, server_default="{}"))
    ended_at: datetime | None = None
    ended_by: UUID | None = None
    cancel_reason: str | None = None


class ReminderRow(CatalogTable, table=True):
    """A reminder that was asked for; its id is that of the event, and of the mail."""

    __tablename__ = "reminders"
    __table_args__ = (
        UniqueConstraint("reservation_id", "kind"),
        CheckConstraint(one_of("kind", ReminderKind), name="kind"),
    )

    id: UUID = Field(
        primary_key=True, sa_column_kwargs={"server_default": text("gen_random_uuid()")}
    )
    reservation_id: UUID = Field(foreign_key="reservations.id", ondelete="CASCADE")
    kind: str
    created_at: datetime = Field(sa_column_kwargs={"server_default": NOW})


class HistoryRow(CatalogTable, table=True):
    """One thing a customer did. No foreign keys: writing it never waits for anything."""

    __tablename__ = "user_history"
    __table_args__ = (
        CheckConstraint(one_of("action", Action), name="action"),
        Index("ix_user_history_user_id", "user_id", "created_at", "id"),
        Index("ix_user_history_offer_id", "offer_id", "user_id", "action", "created_at"),
    )

    id: UUID = Field(
        primary_key=True, sa_column_kwargs={"server_default": text("gen_random_uuid()")}
    )
    user_id: UUID
    offer_id: UUID
    action: str
    details: str | None = None
    created_at: datetime = Field(index=True, sa_column_kwargs={"server_default": NOW})
