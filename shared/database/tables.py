"""What the tables of every service are declared with. Each service keeps a MetaData of its own."""

from collections.abc import Iterable

from sqlalchemy import MetaData, text

NOW = text("clock_timestamp()")

_NAMES = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}


def named_metadata() -> MetaData:
    """A MetaData whose constraints get names that follow from their table and columns."""
    return MetaData(naming_convention=_NAMES)


def one_of(column: str, values: Iterable[object]) -> str:
    """The condition that a text column holds one of an enum's values."""
    return f"{column} IN ({', '.join(repr(str(value)) for value in values)})"
