"""The catalog's own MetaData: no table of another service is ever in it."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID, uuid4

from sqlalchemy import MetaData
from sqlmodel import Field, SQLModel

from shared.database.tables import NOW, named_metadata

metadata = named_metadata()


class CatalogTable(SQLModel):
    """Base of the tables. They stay below the repository: clients and rules never see them."""

    metadata: ClassVar[MetaData] = metadata


class Identified(CatalogTable):
    """A row with an id and the times that the database keeps (``updated_at`` by a trigger)."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    created_at: datetime = Field(sa_column_kwargs={"server_default": NOW})
    updated_at: datetime = Field(sa_column_kwargs={"server_default": NOW})
