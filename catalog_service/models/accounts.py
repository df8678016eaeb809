"""What the catalog was told of accounts: how they stand, and which are gone."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, text
from sqlmodel import Field

from catalog_service.domain.actors import Role
from catalog_service.models.base import CatalogTable
from shared.database.tables import NOW, one_of


class AccountStandingRow(CatalogTable, table=True):
    """How an account stands, as the auth service last told; a late event never wins."""

    __tablename__ = "account_standings"
    __table_args__ = (CheckConstraint(one_of("role", Role), name="role"),)

    user_id: UUID = Field(primary_key=True)
    version: int
    role: str
    is_verified: bool
    is_suspended: bool = Field(sa_column_kwargs={"server_default": text("false")})
    is_approved: bool = Field(sa_column_kwargs={"server_default": text("true")})
    least_token_version: int = Field(sa_column_kwargs={"server_default": text("0")})
    display_name: str | None = None
    told_at: datetime = Field(sa_column_kwargs={"server_default": NOW})


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


class RestoreRow(CatalogTable, table=True):
    """When the database was filled from a backup, which does not know accounts made since."""

    __tablename__ = "restores"

    restored_at: datetime = Field(primary_key=True, sa_column_kwargs={"server_default": NOW})
