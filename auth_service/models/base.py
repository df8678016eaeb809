"""The auth service's own MetaData: no table of another service is ever in it."""

from collections.abc import Iterable
from typing import ClassVar

from sqlalchemy import MetaData, text
from sqlmodel import SQLModel

NAMES = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}
NOW = text("clock_timestamp()")

metadata = MetaData(naming_convention=NAMES)


class AuthTable(SQLModel):
    """Base of the tables. They stay below the repository: clients and rules never see them."""

    metadata: ClassVar[MetaData] = metadata


def one_of(column: str, values: Iterable[str]) -> str:
    """The condition that a text column holds one of an enum's values."""
    return f"{column} IN ({', '.join(repr(str(value)) for value in values)})"
