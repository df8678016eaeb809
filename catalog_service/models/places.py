"""Places and the partners who run them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Computed, Index, Text, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from catalog_service.domain.places import InvitationStatus, PartnershipRole, PlaceCategory
from catalog_service.models.base import CatalogTable, Identified
from shared.database.tables import one_of


class PlaceRow(Identified, table=True):
    """A place; ``closed_at`` is set once and for good.

    ``is_unattended``: its only owners are suspended. Then, and while an admin has taken it down,
    a trigger withholds its offers.
    """

    __tablename__ = "places"
    __table_args__ = (
        CheckConstraint("latitude BETWEEN -90 AND 90", name="latitude"),
        CheckConstraint("longitude BETWEEN -180 AND 180", name="longitude"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
        # Fails for a zone that this server does not know: days of statistics are local days.
        CheckConstraint(
            "timezone(time_zone, timestamp '2000-01-01 00:00') IS NOT NULL", name="time_zone"
        ),
        CheckConstraint(one_of("category", PlaceCategory), name="category"),
        CheckConstraint(r"phone ~ '^\+[1-9][0-9]{6,14}$'", name="phone"),
        Index("ix_places_name_id", func.lower(text("name")), "id"),
        *(
            Index(name, column, postgresql_using="gin", postgresql_ops={column: "gin_trgm_ops"})
            for name, column in (
                ("ix_places_search", "search_text"),
                ("ix_places_name", "search_name"),
            )
        ),
        Index("ix_places_box", "latitude", "longitude"),
        Index("ix_places_currency", "currency"),
        Index("ix_places_category", "category"),
        Index("ix_places_earth", text("ll_to_earth(latitude, longitude)"), postgresql_using="gist"),
    )

    name: str
    description: str = Field(default="", sa_column_kwargs={"server_default": ""})
    address: str
    latitude: float
    longitude: float
    time_zone: str
    currency: str = Field(max_length=3)
    closed_at: datetime | None = None
    taken_down_at: datetime | None = None
    taken_down_reason: str | None = None
    is_unattended: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    staff_see_revenue: bool = Field(
        default=False, sa_column_kwargs={"server_default": text("false")}
    )
    category: str | None = None
    phone: str | None = None
    website: str | None = None
    opening_hours: list[Any] = Field(
        default_factory=list, sa_type=JSONB, sa_column_kwargs={"server_default": "[]"}
    )
    special_days: list[Any] = Field(
        default_factory=list, sa_type=JSONB, sa_column_kwargs={"server_default": "[]"}
    )
    search_text: str = Field(
        sa_column=Column(
            Text,
            Computed("catalog_search_text(name, address, NULL)", persisted=True),
            nullable=False,
        )
    )
    search_name: str = Field(
        sa_column=Column(
            Text, Computed("catalog_search_title(name)", persisted=True), nullable=False
        )
    )


class SearchWordRow(CatalogTable, table=True):
    """Every word of offers and places, folded, to tell what a mistyped one may have meant.

    Triggers add words; none is ever taken out: one that nothing holds any more finds nothing.
    """

    __tablename__ = "search_words"
    __table_args__ = (
        Index("ix_search_words_typos", text("catalog_typo_keys(word)"), postgresql_using="gin"),
    )

    word: str = Field(sa_column=Column(Text, primary_key=True))


class InvitationRow(Identified, table=True):
    """Somebody invited into a place by mail. The address is the auth service's; here is its digest,
    so that one address is invited into one place once at a time.

    ``token_hash``: SHA-256 of what the mail carries. ``invited_by`` and ``answered_by`` NULL once
    those accounts are gone.
    """

    __tablename__ = "invitations"
    __table_args__ = (
        CheckConstraint(one_of("role", PartnershipRole), name="role"),
        CheckConstraint(one_of("status", InvitationStatus), name="status"),
        Index(
            "uq_invitations_address",
            "place_id",
            "address_digest",
            unique=True,
            postgresql_where=text("status = 'PENDING'"),
        ),
        Index("ix_invitations_place_id", "place_id", "created_at", "id"),
        Index("ix_invitations_token_hash", "token_hash", unique=True),
    )

    place_id: UUID = Field(foreign_key="places.id", ondelete="RESTRICT")
    role: str
    status: str = Field(sa_column_kwargs={"server_default": "PENDING"})
    address_digest: bytes
    token_hash: bytes
    invited_by: UUID | None = None
    answered_by: UUID | None = None
    expires_at: datetime


class PartnershipRow(Identified, table=True):
    """One partner at one place: invited, then active, then ended (neither); never deleted.

    ``invited_by``: while it is an invitation; NULL for those made before that was noted.
    ``standing_version``: that of the partner's standing when they were invited or began at once.
    """

    __tablename__ = "partnerships"
    __table_args__ = (
        UniqueConstraint("partner_user_id", "place_id"),
        CheckConstraint(one_of("role", PartnershipRole), name="role"),
        CheckConstraint("NOT (is_invited AND is_active)", name="is_invited"),
        Index("ix_partnerships_place_id", "place_id", "created_at", "id"),
        Index("ix_partnerships_partner", "partner_user_id", "created_at", "id"),
    )

    partner_user_id: UUID
    place_id: UUID = Field(foreign_key="places.id", ondelete="RESTRICT")
    role: str
    is_active: bool = Field(default=True, sa_column_kwargs={"server_default": text("true")})
    is_invited: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    invited_by: UUID | None = None
    standing_version: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
