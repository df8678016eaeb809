"""Offers and their daily figures."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    Column,
    Computed,
    Index,
    Numeric,
    Text,
    UniqueConstraint,
    text,
)
from sqlmodel import Field

from catalog_service.domain.offers import OfferStatus
from catalog_service.models.base import CatalogTable, Identified
from shared.database.tables import NOW, one_of

LISTED = text("status = 'active' AND deleted_at IS NULL")
NOT_FOR_SALE = text("status <> 'active' AND deleted_at IS NULL")
PRESENT = text("deleted_at IS NULL")


class OfferRow(Identified, table=True):
    """An offer; ``allergens`` NULL means undeclared, ``deleted_at`` hides it from everyone.

    ``resumes``: it is paused only because it is withheld, and is for sale again afterwards.
    """

    __tablename__ = "offers"
    __table_args__ = (
        CheckConstraint(
            "quantity_available BETWEEN 0 AND quantity_total", name="quantity_available"
        ),
        CheckConstraint("price_amount BETWEEN 0 AND original_price_amount", name="price_amount"),
        CheckConstraint(
            "pickup_start < pickup_end AND pickup_end <= pickup_start + interval '48 hours'",
            name="pickup_window",
        ),
        CheckConstraint(one_of("status", OfferStatus), name="status"),
        CheckConstraint("max_per_customer > 0", name="max_per_customer"),
        Index(
            "ix_offers_listed_by_start",
            "pickup_start",
            "id",
            "pickup_end",  # passes over what has ended without looking at the rows
            postgresql_where=LISTED,
        ),
        *(
            Index(name, *columns, "pickup_end", "pickup_start", postgresql_where=LISTED)
            for name, columns in (
                ("ix_offers_listed_by_price", ("price_amount", "id")),
                ("ix_offers_listed_by_creation", ("created_at", "id")),
                ("ix_offers_listed_by_discount", ("discount", "id")),
                ("ix_offers_place_price", ("place_id", "price_amount", "id")),
                ("ix_offers_place_creation", ("place_id", "created_at", "id")),
                ("ix_offers_place_discount", ("place_id", "discount", "id")),
            )
        ),
        Index(
            "ix_offers_place_start",
            "place_id",
            "pickup_start",
            "id",
            "pickup_end",
            postgresql_where=LISTED,
        ),
        # All of a place, in whatever state; of what is not for sale any order is read in it alone.
        Index(
            "ix_offers_place_id",
            "place_id",
            "status",
            "pickup_start",
            "id",
            postgresql_include=[
                *("pickup_end", "price_amount", "created_at", "discount", "deleted_at")
            ],
        ),
        *(
            Index(
                f"ix_offers_not_for_sale_by_{name}",
                "status",
                column,
                "id",
                postgresql_where=NOT_FOR_SALE,
            )
            for name, column in (
                ("start", "pickup_start"),
                ("price", "price_amount"),
                ("creation", "created_at"),
                ("discount", "discount"),
            )
        ),
        Index(
            "ix_offers_image_urls",
            "image_urls",
            postgresql_using="gin",
            postgresql_where=text("image_urls <> '{}'"),
        ),
        # One index, so that several conditions are intersected before any row is looked at.
        Index(
            "ix_offers_found",
            "search_text",
            "search_title",
            "tag_keys",
            "diets",
            text("catalog_short_keys(search_text)"),
            postgresql_using="gin",
            postgresql_ops={"search_text": "gin_trgm_ops", "search_title": "gin_trgm_ops"},
            postgresql_where=PRESENT,
        ),
    )

    place_id: UUID = Field(foreign_key="places.id", ondelete="RESTRICT")
    title: str
    description: str = Field(default="", sa_column_kwargs={"server_default": ""})
    price_amount: Decimal = Field(max_digits=13, decimal_places=3)
    original_price_amount: Decimal = Field(max_digits=13, decimal_places=3)
    currency: str = Field(max_length=3)
    quantity_total: int
    quantity_available: int
    max_per_customer: int | None = None
    pickup_start: datetime
    pickup_end: datetime
    status: str = Field(default="draft", sa_column_kwargs={"server_default": "draft"})
    tags: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False, server_default="{}"))
    allergens: list[str] | None = Field(default=None, sa_column=Column(ARRAY(Text), nullable=True))
    diets: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False, server_default="{}"))
    image_urls: list[str] = Field(
        sa_column=Column(ARRAY(Text), nullable=False, server_default="{}")
    )
    deleted_at: datetime | None = None
    taken_down_at: datetime | None = None
    taken_down_reason: str | None = None
    resumes: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    search_text: str = Field(
        sa_column=Column(
            Text,
            Computed("catalog_search_text(title, description, tags)", persisted=True),
            nullable=False,
        )
    )
    search_title: str = Field(
        sa_column=Column(
            Text, Computed("catalog_search_title(title)", persisted=True), nullable=False
        )
    )
    tag_keys: list[str] = Field(
        sa_column=Column(
            ARRAY(Text), Computed("catalog_tag_keys(tags)", persisted=True), nullable=False
        )
    )
    discount: Decimal = Field(
        sa_column=Column(
            Numeric(7, 4),
            Computed(
                "CASE WHEN original_price_amount > 0 THEN trunc(100 * (original_price_amount"
                " - price_amount) / original_price_amount, 4) ELSE 0 END",
                persisted=True,
            ),
            nullable=False,
        )
    )


class CounterSaleRow(CatalogTable, table=True):
    """Portions sold to somebody who walked in; ``sold_by`` NULL once that account is gone."""

    __tablename__ = "counter_sales"
    __table_args__ = (
        UniqueConstraint("sold_by", "idempotency_key", name="uq_counter_sales_idempotency_key"),
        CheckConstraint("quantity > 0", name="quantity"),
        Index("ix_counter_sales_offer_id", "offer_id", "created_at"),
    )

    id: UUID = Field(primary_key=True)
    offer_id: UUID = Field(foreign_key="offers.id", ondelete="RESTRICT")
    place_id: UUID = Field(foreign_key="places.id", ondelete="RESTRICT")
    sold_by: UUID | None = None
    quantity: int
    unit_price: Decimal = Field(max_digits=13, decimal_places=3)
    original_unit_price: Decimal = Field(max_digits=13, decimal_places=3)
    idempotency_key: str | None = None
    created_at: datetime = Field(sa_column_kwargs={"server_default": NOW})


class OfferStatsRow(CatalogTable, table=True):
    """Figures of one offer on one local day of its place; partners read these, never history."""

    __tablename__ = "offer_stats_daily"
    __table_args__ = (Index("ix_offer_stats_daily_place", "place_id", "day"),)

    offer_id: UUID = Field(primary_key=True)
    day: date = Field(primary_key=True)
    place_id: UUID
    views: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    reservations: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    cancellations: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    pickups: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    no_shows: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    counter_sales: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    revenue: Decimal = Field(
        default=0, max_digits=20, decimal_places=3, sa_column_kwargs={"server_default": text("0")}
    )
    saved: Decimal = Field(
        default=0, max_digits=20, decimal_places=3, sa_column_kwargs={"server_default": text("0")}
    )


class RemovalRow(CatalogTable, table=True):
    """A draft or a schedule that was deleted lately, of which nothing else is left."""

    __tablename__ = "removals"
    __table_args__ = (Index("ix_removals_place_id", "place_id", "removed_at"),)

    id: UUID = Field(primary_key=True)
    place_id: UUID = Field(foreign_key="places.id", ondelete="CASCADE")
    removed_at: datetime = Field(sa_column_kwargs={"server_default": NOW})


class CreationRow(CatalogTable, table=True):
    """A key that a client made something with; ``id`` is that thing's."""

    __tablename__ = "creations"

    user_id: UUID = Field(primary_key=True)
    idempotency_key: str = Field(primary_key=True)
    fingerprint: bytes
    id: UUID | None = None
    created_at: datetime = Field(sa_column_kwargs={"server_default": NOW})
