"""Pictures that are kept: which there are, and whose."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from catalog_service.models.base import CatalogTable
from shared.database.tables import NOW


class ImageRow(CatalogTable, table=True):
    """A picture of a place; ``created_at`` is when it was last uploaded."""

    __tablename__ = "images"
    __table_args__ = (
        CheckConstraint("bytes > 0", name="bytes"),
        Index("ix_images_created_at", "created_at"),
    )

    name: str = Field(primary_key=True)
    place_id: UUID = Field(foreign_key="places.id", ondelete="RESTRICT")
    bytes: int
    created_at: datetime = Field(sa_column_kwargs={"server_default": NOW})


class UsedUploadRow(CatalogTable, table=True):
    """A link for uploading that has been used."""

    __tablename__ = "used_uploads"

    nonce: str = Field(primary_key=True)
    used_at: datetime = Field(sa_column_kwargs={"server_default": NOW})
