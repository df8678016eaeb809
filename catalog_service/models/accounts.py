"""What the catalog remembers of accounts that were deleted."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field

from catalog_service.models.base import CatalogTable
from shared.tables import NOW


class ErasedUserRow(CatalogTable, table=True):
    """An account that is gone: a token of it may still be alive and can write nothing."""

    __tablename__ = "erased_users"

    user_id: UUID = Field(primary_key=True)
    erased_at: datetime = Field(sa_column_kwargs={"server_default": NOW})


class ProcessedEventRow(CatalogTable, table=True):
    """An event that was applied, so that its next delivery changes nothing."""

    __tablename__ = "processed_events"

    id: UUID = Field(primary_key=True)
    type: str
    processed_at: datetime = Field(sa_column_kwargs={"server_default": NOW})
