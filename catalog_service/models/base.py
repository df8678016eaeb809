"""The catalog's own MetaData: no table of another service is ever in it."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID, uuid4

from sqlalchemy import MetaData, text
from sqlmodel import Field, SQLModel

NAMES = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}
NOW = text("clock_timestamp()")

metadata = MetaData(naming_convention=NAMES)


class CatalogTable(SQLModel):
    """Base of the tables. They stay below the repository: clients and rules never see them."""

    metadata: ClassVar[MetaData] = metadata


class Identified(CatalogTable):
    """A row with an id and the times that the database keeps (``updated_at`` by a trigger)."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    created_at: datetime = Field(sa_column_kwargs={"server_default": NOW})
    updated_at: datetime = Field(sa_column_kwargs={"server_default": NOW})


def one_of(column: str, values: Any) -> str:
    """The condition that a text column holds one of an enum's values."""
    return f"{column} IN ({', '.join(repr(str(value)) for value in values)})"
