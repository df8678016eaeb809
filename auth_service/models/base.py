"""The auth service's own MetaData: no table of another service is ever in it."""

from typing import ClassVar

from sqlalchemy import MetaData
from sqlmodel import SQLModel

from shared.database.tables import named_metadata

metadata = named_metadata()


class AuthTable(SQLModel):
    """Base of the tables. They stay below the repository: clients and rules never see them."""

    metadata: ClassVar[MetaData] = metadata
